"""Indicators of the class, by dimension; `table` lists them."""
