"""Text as the full-text indexes of both stores take it: single characters, so that a phrase finds substrings."""

from __future__ import annotations

import re

_OTHER = re.compile(r"[\W_]+")


def spaced(text: str | None) -> str:
    """Upper-case letters, digits and Han characters between spaces; everything else is left out."""
    return " ".join(_OTHER.sub("", (text or "").upper()))
