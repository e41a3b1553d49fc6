"""Stores, one a file; graph.store has their contract."""
