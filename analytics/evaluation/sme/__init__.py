"""Bankruptcy of small companies from their relations and lawsuits: a labelled folder, measured honestly."""
