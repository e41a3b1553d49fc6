"""Algorithms and decisions over projections."""
