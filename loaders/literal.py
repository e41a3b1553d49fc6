"""Text in a cell of a workbook that no spreadsheet takes for a formula, a number or a date."""

from __future__ import annotations

from unicodedata import category

from openpyxl.cell import Cell

_KEPT = ("Zs", "Co")  # wide spaces, and characters of an office's own font, stand in names as people type them


def legible(text: str) -> str:
    """A text without what is no character of one: controls, half surrogates, marks that turn its direction."""
    return "".join(c for c in text if c.isprintable() or c == "\n" or category(c) in _KEPT)


def write_literal(cell: Cell, value: str) -> None:
    """Write a text as it is, as far as it is legible."""
    cell.value = legible(value)
    cell.data_type = "s"
    cell.number_format = "@"
