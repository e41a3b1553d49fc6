"""Parties and what ties them: adjacency, pairs, and the searches for paths, trees and rings."""
