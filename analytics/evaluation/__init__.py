"""Honest proof: how well scores order and how true their probabilities are, on cases that made neither."""
