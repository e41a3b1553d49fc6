"""The reply to a list: the office's own workbook with columns added to the right, everything else as it was."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from loaders.checklist import Sheet
from loaders.literal import write_literal
from loaders.readers import read_lines

_OPENED = (".xlsx", ".xlsm")  # others are read and written anew, as cells only
_WIDTH = 36
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LONGEST = 32_000  # characters: a cell holds 32,767
_MORE = " ……（余下略，见 --report）"


def write_reply(
    path: Path,
    out: Path,
    sheets: Sequence[Sheet],
    titles: Sequence[str],
    cells: Mapping[tuple[str, int], Sequence[str]],
) -> list[str]:
    """Write a list with columns added: under `titles` in the header's row, by (sheet, row) what stands in them.

    Sheets, rows, merged cells and formats stay; .xls and text files become a new workbook of the same cells. Nothing
    written begins a formula. Returns what is worth telling of the file: hidden_sheet, hidden_rows, filter, pictures.
    """
    book = _opened(path) if path.suffix.lower() in _OPENED else _copied(path)
    told = _oddities(book) + (["pictures"] if _has_pictures(path) else [])
    rows: dict[str, list[int]] = {}
    for name, row in cells:
        rows.setdefault(name, []).append(row)
    for place in sheets:
        sheet: Worksheet = book[place.name] if place.name else book.worksheets[0]
        column = max([place.free_column, *(merged.max_col + 1 for merged in sheet.merged_cells.ranges)])
        header = max(place.header_row, 1)  # JSON lines have none
        _add(sheet, header, column, titles, Font(bold=True))
        for row in rows.get(place.name, ()):
            _add(sheet, row, column, cells[place.name, row])
        for at in range(len(titles)):
            sheet.column_dimensions[get_column_letter(column + at)].width = _WIDTH
    book.save(out)
    return told


def _add(sheet: Worksheet, row: int, column: int, values: Sequence[str], font: Font | None = None) -> None:
    for at, value in enumerate(values):
        if value:
            cell = sheet.cell(row, column + at)
            write_literal(cell, _harmless(value))  # type: ignore[arg-type]
            cell.alignment = _WRAPPED
            if font:
                cell.font = font


def _harmless(value: str) -> str:
    """Within what a cell holds, and no formula even when the sheet is saved as CSV and opened again."""
    short = value if len(value) <= _LONGEST else value[:_LONGEST] + _MORE
    return "'" + short if short[:1] in "=+-@\t\r" else short


def _opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # extensions of Excel that openpyxl does not know are not kept
        return load_workbook(path)


def _copied(path: Path) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in groupby(read_lines(path), key=lambda line: line[0]):
        sheet: Worksheet = book.create_sheet(name or "名单")
        for _, number, cells in lines:
            for at, value in enumerate(cells, 1):
                if value:
                    write_literal(sheet.cell(max(number, 1), at), value)  # type: ignore[arg-type]
    return book


def _oddities(book: Workbook) -> list[str]:
    found = []
    if any(sheet.sheet_state != "visible" for sheet in book.worksheets):
        found.append("hidden_sheet")
    if any(line.hidden for sheet in book.worksheets for line in sheet.row_dimensions.values()):
        found.append("hidden_rows")
    if any(sheet.auto_filter.ref for sheet in book.worksheets):
        found.append("filter")
    return found


def _has_pictures(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as packed:
        return any(name.startswith("xl/media/") for name in packed.namelist())
