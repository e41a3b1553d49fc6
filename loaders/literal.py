"""Text in a cell of a workbook that no spreadsheet takes for a formula, a number or a date."""

from __future__ import annotations

from openpyxl.cell import Cell


def write_literal(cell: Cell, value: str) -> None:
    """Write a text as it is, without what is no character of a text."""
    cell.value = "".join(c for c in value if c.isprintable() or c == "\n")
    cell.data_type = "s"
    cell.number_format = "@"
