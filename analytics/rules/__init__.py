"""Dated rule packs as data: `read` of a module reads and lints the YAML of its name, that of `grading` the models."""
