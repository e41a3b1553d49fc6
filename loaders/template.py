"""A workbook that an office fills in: headers, notes, drop-downs and one sample row. It loads back as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Set
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from graph.schema import SCHEMA
from loaders.normalize import Coded
from loaders.samples import SAMPLE
from loaders.source import Field, Source, match

ROWS = 5_000  # rows that the drop-downs and the text format reach
_REQUIRED, _OPTIONAL = "FFE8B0", "E6ECF3"


def write_template(source: Source, path: Path, retired: Set[str] = frozenset()) -> None:
    """Write the template of a source as XLSX, without the columns retired: an office is not asked for what is refused.

    Codes and numbers are formatted as text, so that no digit is lost.
    """
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = source.zh[:31]
    sheet.freeze_panes = "A2"
    header, row = next(iter(sample_rows(source)))
    given = match(source, header)
    for at, field in enumerate((f for f in source.fields if f.name not in retired), 1):
        cell = sheet.cell(1, at, f"*{field.zh}" if field.filled else field.zh)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color=_REQUIRED if field.filled else _OPTIONAL)
        cell.comment = Comment(note(source, field), "creditgraph", width=320, height=120)
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = max(12, 2 * len(field.zh) + 4)
        if isinstance(field.parse, Coded):
            _drop_down(sheet, letter, field.parse.words)
        for line in (2,):
            sheet.cell(line, at).number_format = "@"
        sheet.column_dimensions[letter].number_format = "@"
        if field.name in given:
            sheet.cell(2, at, row[given[field.name]])
    book.save(path)


def sample_rows(source: Source) -> list[tuple[list[str], list[str]]]:
    """(header, row) of each row of the source's sample, with codes and numbers of nobody filled in."""
    header, *rows = csv.reader(io.StringIO(source.sample.format(**SAMPLE)))
    return [(header, row) for row in rows]


def note(source: Source, field: Field) -> str:
    """What a column takes, in Chinese."""
    properties = {p.name: p for p in SCHEMA.properties(source.table)}
    lines = ["必填" if field.filled else "选填"]
    if isinstance(field.parse, Coded):
        lines.append("取值：" + "、".join(field.parse.words))
    if field.name in properties and properties[field.name].kind == "date":
        lines.append("日期，例：2026-11-24")
    if field.name in properties and properties[field.name].kind == "money":
        lines.append("金额，未写单位时按表头单位（万元，另有注明的除外）")
    spellings = sorted({*field.aliases, *(properties[field.name].aliases if field.name in properties else ())})
    if spellings:
        lines.append("亦可用表头：" + "、".join(spellings))
    return "\n".join(lines)


def _drop_down(sheet: Worksheet, letter: str, words: tuple[str, ...]) -> None:
    listed = ",".join(words)
    if len(listed) > 250 or any("," in w or '"' in w for w in words):  # what a list in a cell can hold
        return
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
