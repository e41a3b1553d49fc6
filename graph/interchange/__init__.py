"""Interchange formats, one a file."""
