"""Data sources, one a file; loaders.source has what a source must say."""
