"""The reply to a list: the office's own workbook with columns added to the right, everything else as it was.

The columns are spliced into the XML of the sheets; every other part of the workbook is copied byte for byte.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from graph.errors import FileRefused
from loaders.checklist import Sheet
from loaders.header_range import MOST_COLUMNS
from loaders.literal import write_literal
from loaders.readers import read_lines
from loaders.sheet_xml import read_sheet, with_text_style
from loaders.workbook_parts import SUFFIXES, WorkbookParts

_WIDTH = 36
_LONGEST = 32_000  # characters: a cell holds 32,767
_MORE = " ……（余下略，见 --pages）"


def write_reply(
    path: Path,
    out: Path,
    sheets: Sequence[Sheet],
    titles: Sequence[str],
    cells: Mapping[tuple[str, int], Sequence[str]],
) -> None:
    """Write a list with columns added: under `titles` in the header's row, by (sheet, row) what stands in them.

    They stand to the right of every value, merged cell and picture of the sheet, and nothing in them begins a formula.
    .xls and text files become a new workbook of the same cells. In a sheet without a row above the list each text is
    headed by its title.
    """
    rewritten = path.suffix.lower() not in SUFFIXES
    with zipfile.ZipFile(_copied(path, sheets) if rewritten else path) as archive:
        parts, changed, style = WorkbookParts(archive), {}, 0
        if parts.styles:
            changed[parts.styles], style = with_text_style(archive.read(parts.styles))
        for place in sheets:
            part = parts.part(place.name)
            sheet = read_sheet(path.name, archive.read(part))
            column = 1 + max(sheet.last_column, parts.last_column_of_drawings(part))
            if column + len(titles) > MOST_COLUMNS:
                raise _full(path.name, place.name)
            rows, header = _rows(place, cells), _header(place)
            added = _headed(rows, titles) if header is None else {header: titles, **rows}
            changed[part] = sheet.with_columns(column, added, header, _WIDTH, style)
        parts.copy(out, changed)


def _rows(place: Sheet, cells: Mapping[tuple[str, int], Sequence[str]]) -> dict[int, Sequence[str]]:
    """By row of the sheet what is added to it."""
    found = {row: texts for (name, row), texts in cells.items() if name == place.name}
    return {row + _shift(place): [_harmless(text) for text in texts] for row, texts in found.items()}


def _header(place: Sheet) -> int | None:
    return None if place.header_row is None else place.header_row + _shift(place)


def _headed(rows: Mapping[int, Sequence[str]], titles: Sequence[str]) -> dict[int, Sequence[str]]:
    """Texts that say themselves what they are."""
    return {
        row: [f"{title}: {text}" if text else "" for title, text in zip(titles, texts, strict=True)]
        for row, texts in rows.items()
    }


def _shift(place: Sheet) -> int:
    """JSON lines have their header in row 0: their copy has it in the first."""
    return 1 if place.header_row == 0 else 0


def _harmless(text: str) -> str:
    """Within what a cell holds, and no formula even when the sheet is saved as CSV and opened again."""
    short = text if len(text) <= _LONGEST else text[:_LONGEST] + _MORE
    return "'" + short if short[:1] in ("=", "+", "-", "@", "\t", "\r") else short


def _full(file: str, sheet: str) -> FileRefused:
    return FileRefused(
        f"{file}, sheet {sheet!r}: no columns are free to the right of the table",
        "A merged cell or a picture reaches to the sheet's end: let it end with the table.",
        f"{file}，工作表“{sheet}”：表格右侧没有空列。请缩小延伸到表尾的合并单元格或图片。",
    )


def _copied(path: Path, sheets: Sequence[Sheet]) -> IO[bytes]:
    """The cells of any list as a workbook, all of them text."""
    book, shifts = Workbook(), {place.name: _shift(place) for place in sheets}
    book.remove(book.worksheets[0])
    for name, lines in groupby(read_lines(path), key=lambda line: line[0]):
        sheet: Worksheet = book.create_sheet(name or "名单")
        for _, number, cells in lines:
            for at, value in enumerate(cells, 1):
                if value:
                    write_literal(sheet.cell(number + shifts.get(name, 0), at), value)  # type: ignore[arg-type]
    packed = io.BytesIO()
    book.save(packed)
    return packed
