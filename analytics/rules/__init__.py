"""Dated rule packs as data: `read` of a module reads and lints the YAML of its name.

The readers of what names indicators or signs stand beside these: indicators/pack.py (models/), shell/pack.py.
"""
