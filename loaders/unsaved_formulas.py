"""Formulas whose results are not in the workbook: a program wrote them, and no spreadsheet has computed them since."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.utils import coordinate_to_tuple

from loaders.workbook_parts import SUFFIXES, WorkbookParts

_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")


def unsaved_formulas(path: Path, sheet: str) -> frozenset[tuple[int, int]]:
    """The places in a sheet, as (row, column) from 1, of such cells; readers take them for empty."""
    if path.suffix.lower() not in SUFFIXES:
        return frozenset()
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(WorkbookParts(archive).part(sheet))
    return frozenset(_places(xml)) if _FORMULA.search(xml) else frozenset()


def _places(xml: bytes) -> list[tuple[int, int]]:
    found = []
    for number, row in enumerate(ElementTree.fromstring(xml).iterfind("{*}sheetData/{*}row"), 1):
        at = int(row.get("r", number)), 0
        for cell in row.iterfind("{*}c"):
            place = cell.get("r")
            at = coordinate_to_tuple(place) if place else (at[0], at[1] + 1)
            empty = not cell.findtext("{*}v") and cell.get("t") != "str"  # a text may be empty as a result
            if empty and cell.find("{*}f") is not None:
                found.append(at)
    return found
