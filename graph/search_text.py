"""Text as the full-text indexes of both stores take it: single characters, so that a phrase finds substrings."""

from __future__ import annotations


def spaced(text: str | None) -> str:
    """Upper-case letters, digits and Han characters between spaces; everything else is left out."""
    return " ".join(c for c in (text or "").upper() if c.isalnum())
