"""Benchmarks: `make bench` runs all, `make bench BENCH="load --companies 1000000"` one of them."""
