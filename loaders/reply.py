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
from xml.parsers.expat import ExpatError

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import SheetVisibleEnum, load_workbook

from graph.errors import FileRefused
from loaders.checklist import Sheet
from loaders.header_range import MOST_COLUMNS
from loaders.literal import write_literal
from loaders.readers import SPREADSHEETS, read_lines
from loaders.sheet_xml import SheetXml, with_text_style
from loaders.workbook_parts import WorkbookParts

SPLICED = (".xlsx", ".xlsm")  # others are read and written anew, as cells only
_WIDTH = 36
_LONGEST = 32_000  # characters: a cell holds 32,767
_MORE = " ……（余下略，见 --pages）"


def write_reply(
    path: Path,
    out: Path,
    sheets: Sequence[Sheet],
    titles: Sequence[str],
    cells: Mapping[tuple[str, int], Sequence[str]],
) -> list[str]:
    """Write a list with columns added: under `titles` in the header's row, by (sheet, row) what stands in them.

    They stand to the right of every value, merged cell and picture of the sheet, and nothing in them begins a formula.
    .xls and text files become a new workbook of the same cells. Returns what is worth telling of the file: rewritten,
    hidden_sheet, hidden_rows, filter, signature.
    """
    rewritten = path.suffix.lower() not in SPLICED
    with zipfile.ZipFile(_copied(path, sheets) if rewritten else path) as archive:
        parts, changed, style = WorkbookParts(archive), {}, 0
        if parts.styles:
            changed[parts.styles], style = with_text_style(archive.read(parts.styles))
        first = next(iter(parts.sheets))
        read = {place: _parsed(path.name, archive.read(parts.sheets[place.name or first])) for place in sheets}
        for place, sheet in read.items():
            part, header = parts.sheets[place.name or first], place.header_row + _shift(place)
            column = 1 + max(sheet.last_column, parts.last_column_of_drawings(part))
            if column + len(titles) > MOST_COLUMNS:
                raise _full(path.name, place.name)
            rows = {header: titles, **_rows(place, cells)}
            changed[part] = sheet.with_columns(column, rows, header, _WIDTH, style)
        signed = any(name.startswith("_xmlsignatures/") for name in archive.namelist())
        parts.copy(out, changed)
    told = {
        "rewritten": rewritten,
        "hidden_sheet": path.suffix.lower() in SPREADSHEETS and _hides_sheets(path),
        "hidden_rows": any(sheet.hidden_rows for sheet in read.values()),
        "filter": any(sheet.filtered for sheet in read.values()),
        "signature": signed,
    }
    return [what for what, so in told.items() if so]


def _rows(place: Sheet, cells: Mapping[tuple[str, int], Sequence[str]]) -> dict[int, Sequence[str]]:
    """By row of the sheet what is added to it."""
    return {
        row + _shift(place): [_harmless(text) for text in texts]
        for (name, row), texts in cells.items()
        if name == place.name
    }


def _shift(place: Sheet) -> int:
    """JSON lines have their header in no row: their copy has it in the first."""
    return 0 if place.header_row else 1


def _harmless(text: str) -> str:
    """Within what a cell holds, and no formula even when the sheet is saved as CSV and opened again."""
    short = text if len(text) <= _LONGEST else text[:_LONGEST] + _MORE
    return "'" + short if short[:1] in ("=", "+", "-", "@", "\t", "\r") else short


def _parsed(file: str, xml: bytes) -> SheetXml:
    try:
        return SheetXml(xml)
    except ExpatError as error:
        raise FileRefused(
            f"{file}: a sheet is no XML ({error})",
            "Open it and save it again as .xlsx.",
            f"{file}：工作表内容损坏。请打开后另存为 .xlsx 再报送。",
        ) from None


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


def _hides_sheets(path: Path) -> bool:
    with load_workbook(path) as book:
        return any(sheet.visible is not SheetVisibleEnum.Visible for sheet in book.sheets_metadata)
