"""The parts of an .xlsx or .xlsm: which file of the archive is which sheet, and a copy in which some are changed."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

SUFFIXES = (".xlsx", ".xlsm")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class WorkbookParts:
    """The archive of a workbook, opened to be read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        book = self._related("", "/officeDocument")[0]
        targets = self._targets(book)
        sheets = [e for e in ElementTree.fromstring(archive.read(book)).iter() if _local(e.tag) == "sheet"]
        self.sheets = {e.get("name", ""): targets[_relation(e)][1] for e in sheets}
        styles = self._related(book, "/styles")
        self.styles = styles[0] if styles else None

    def part(self, sheet: str) -> str:
        """The part that holds a sheet; of a file that names none, the first."""
        return self.sheets[sheet or next(iter(self.sheets))]

    def last_column_of_drawings(self, sheet: str) -> int:
        """The last column, from 1, that a picture, a stamp or a chart of a sheet reaches; 0 where there is none."""
        drawn = [p for p in self._related(sheet, "/drawing") if p in self.archive.namelist()]
        anchors = [
            e for p in drawn for e in ElementTree.fromstring(self.archive.read(p)).iter() if _local(e.tag) == "col"
        ]
        return max((int(e.text or 0) + 1 for e in anchors), default=0)

    def copy(self, out: Path, changed: Mapping[str, bytes]) -> None:
        """Write the workbook with some parts changed, every other one byte for byte."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copied:
            for part in self.archive.infolist():
                content = changed.get(part.filename)
                copied.writestr(part, self.archive.read(part) if content is None else content)

    def _related(self, part: str, kind: str) -> list[str]:
        return [target for of, target in self._targets(part).values() if of.endswith(kind)]

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        """By relation its kind and the part that it leads to."""
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        if place not in self.archive.namelist():
            return {}
        return {
            e.get("Id", ""): (
                e.get("Type", ""),
                posixpath.normpath(posixpath.join("/", folder, e.get("Target", "")))[1:],
            )
            for e in ElementTree.fromstring(self.archive.read(place))
            if e.get("TargetMode") != "External"
        }


def has_pictures(path: Path | IO[bytes]) -> bool:
    """Whether a workbook holds pictures; what stands in them is not read."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as packed:
        return any(name.startswith("xl/media/") for name in packed.namelist())


def _relation(sheet: ElementTree.Element) -> str:
    return sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
