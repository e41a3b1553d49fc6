"""What is worth telling of the file of a list: what is hidden in it, what of it is not read, how it is answered."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from openpyxl.utils import get_column_letter
from python_calamine import SheetVisibleEnum, load_workbook

from loaders.checklist import ListRead, PeopleList
from loaders.readers import SPREADSHEETS
from loaders.sheet_xml import read_sheet
from loaders.workbook_parts import SUFFIXES, WorkbookParts


@dataclass(frozen=True)
class Oddity:
    """`what` is a code, `sheet` and `places` where: rows as `5` and `8-12`, columns as `C` and `E-F`."""

    what: str
    sheet: str = ""
    places: tuple[str, ...] = ()


def oddities(path: Path, read: ListRead) -> list[Oddity]:
    """Of the whole file first, then sheet by sheet in its order."""
    suffix = path.suffix.lower()
    found = [] if suffix in SUFFIXES else [Oddity("rewritten")]
    found += [Oddity("hidden_sheet", name) for name in _hidden_sheets(path)] if suffix in SPREADSHEETS else []
    found += _of_sheets(path, read) if suffix in SUFFIXES else []
    return [*found, *(Oddity("sheet_not_read", name) for name in read.empty_sheets if name)]


def unsigned(read: ListRead) -> list[Oddity]:
    """The sheets of a list of people without a column for each person's authorisation."""
    ours = next(f.zh for f in PeopleList.fields if f.name == "authorisation")
    without = [sheet.name for sheet in read.sheets if ours not in dict(sheet.columns).values()]
    return [Oddity("no_authorisation_column", name) for name in without]


def _hidden_sheets(path: Path) -> list[str]:
    with load_workbook(path) as book:
        return [sheet.name for sheet in book.sheets_metadata if sheet.visible is not SheetVisibleEnum.Visible]


def _of_sheets(path: Path, read: ListRead) -> Iterator[Oddity]:
    with zipfile.ZipFile(path) as archive:
        parts = WorkbookParts(archive)
        if any(name.startswith("_xmlsignatures/") for name in archive.namelist()):
            yield Oddity("signature")
        for name in (place.name for place in read.sheets):
            sheet = read_sheet(path.name, archive.read(parts.part(name)))
            if sheet.hidden_rows:
                yield Oddity("hidden_rows", name, _spans(sheet.hidden_rows, str))
            if sheet.hidden_columns:
                yield Oddity("hidden_columns", name, _spans(sheet.hidden_columns, get_column_letter))
            if sheet.filtered:
                yield Oddity("filter", name)


def _spans(numbers: Sequence[int], named: Callable[[int], str]) -> tuple[str, ...]:
    """Numbers in ascending order, those that follow one another as one span."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda x: x[1] - x[0])]
    return tuple(named(run[0]) + (f"-{named(run[-1])}" if len(run) > 1 else "") for run in runs)
