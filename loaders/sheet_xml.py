"""Cells added to the XML of a sheet, spliced in between bytes that stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

from graph.errors import FileRefused
from loaders.literal import legible

Splice = tuple[int, int, bytes]  # from, up to, what stands there instead
_TRUE = ("1", "true")
_SPANS = re.compile(rb"\s+spans\s*=\s*(\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True)
class _Cell:
    column: int
    start: int
    end: int


@dataclass
class _Row:
    """Where a row's start tag and end tag begin, and its cells."""

    start: int
    end: int = 0
    cells: list[_Cell] = field(default_factory=list)
    style: str | None = None  # of its last cell


class SheetXml:
    """The XML of a sheet, with the places at which cells, column widths and the dimension stand."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.last_column = 0  # with anything in it, merged cells included; an empty cell with a format is nothing
        self.filtered = self._hides = False
        self.hidden_rows: list[int] = []  # those with anything in them
        self._rows: dict[int, _Row] = {}
        self._columns: list[dict[str, str]] = []
        self._spans: dict[str, tuple[int, int]] = {}
        self._dimension = ""
        self._prefix = ""
        self._path: list[tuple[str, int]] = []
        self._row = self._column = self._last_start = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.Parse(xml, True)

    @property
    def hidden_columns(self) -> list[int]:
        """Hidden columns, up to the last one with anything in it."""
        hidden = [c for c in self._columns if c.get("hidden") in _TRUE]
        return [at for c in hidden for at in range(int(c["min"]), min(int(c["max"]), self.last_column) + 1)]

    def with_columns(
        self, first: int, rows: Mapping[int, Sequence[str]], header: int | None, width: int, style: int
    ) -> bytes:
        """The XML with texts in columns from `first` on: those of the header under the format of the cell beside it.

        Nothing but text is written, so that no value is a formula, a number or a date.
        """
        last = first + max(map(len, rows.values())) - 1
        splices = [*self._widths(first, last, width), *self._dimensioned(last, max(rows))]
        for number, texts in rows.items():
            beside = self._rows[number].style if number == header else None
            splices += self._filled_row(number, first, last, texts, beside or str(style))
        out, at = [], 0
        for start, end, content in sorted(splices):
            out += [self.xml[at:start], content]
            at = end
        return b"".join([*out, self.xml[at:]])

    # --- what is read -----------------------------------------------------------------------------------

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local, at = name.rpartition(":")[2], self._parser.CurrentByteIndex
        parent = self._path[-1][0] if self._path else ""
        self._path.append((local, at))
        self._last_start = at
        if parent == "worksheet":
            self.filtered |= local == "autoFilter"
            if local == "dimension":
                self._dimension = attributes.get("ref", "")
            elif local == "sheetData":
                self._prefix = name.removesuffix(local)
        elif (parent, local) == ("cols", "col"):
            self._columns.append(attributes)
        elif (parent, local) == ("sheetData", "row"):
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            self._rows[self._row] = _Row(at)
            self._hides = attributes.get("hidden") in _TRUE
        elif (parent, local) == ("row", "c"):
            place = attributes.get("r")
            self._column = coordinate_to_tuple(place)[1] if place else self._column + 1
            self._rows[self._row].style = attributes.get("s")
        elif parent == "c":
            self.last_column = max(self.last_column, self._column)
            if self._hides:
                self.hidden_rows.append(self._row)
                self._hides = False
        elif (parent, local) == ("mergeCells", "mergeCell"):
            self.last_column = max(self.last_column, int(range_boundaries(attributes["ref"])[2] or 0))

    def _end(self, _: str) -> None:
        (local, start), at = self._path.pop(), self._parser.CurrentByteIndex
        parent = self._path[-1][0] if self._path else ""
        alone = start == self._last_start and self.xml[at - 2 : at] == b"/>"  # one tag: the parser is behind it already
        end = at if alone else self._after(at)
        if parent == "worksheet":
            self._spans[local] = (start, end)
        elif (parent, local) == ("sheetData", "row"):
            self._rows[self._row].end = at
        elif (parent, local) == ("row", "c"):
            self._rows[self._row].cells.append(_Cell(self._column, start, end))

    def _after(self, at: int) -> int:
        return self.xml.index(b">", at) + 1

    # --- what is written --------------------------------------------------------------------------------

    def _filled_row(self, number: int, first: int, last: int, texts: Sequence[str], style: str) -> list[Splice]:
        row = self._rows[number]
        tag = self.xml[row.start : self._after(row.start)]
        splices = [(row.start + m.start(), row.start + m.end(), b"") for m in _SPANS.finditer(tag)]
        cells = "".join(self._cell(number, first + i, text, style) for i, text in enumerate(texts) if text)
        at = next((c.start for c in row.cells if c.column >= first), row.end)
        empty = [c for c in row.cells if first <= c.column <= last]  # with a format only
        return [*splices, (at, empty[-1].end if empty else at, cells.encode())]

    def _cell(self, row: int, column: int, text: str, style: str) -> str:
        c, place = f"{self._prefix}c", f"{get_column_letter(column)}{row}"
        inner, t = f"{self._prefix}is", f"{self._prefix}t"
        kept = escape(legible(text))
        string = f'<{inner}><{t} xml:space="preserve">{kept}</{t}></{inner}>'
        return f'<{c} r="{place}" s="{style}" t="inlineStr">{string}</{c}>'

    def _widths(self, first: int, last: int, width: int) -> list[Splice]:
        """Widths of the columns around the added ones as they were, those of the added ones ours."""
        kept = []
        for column in self._columns:
            low, high = int(column["min"]), int(column["max"])
            for a, b in ((low, min(high, first - 1)), (max(low, last + 1), high)):
                kept += [column | {"min": str(a), "max": str(b)}] if a <= b else []
        ours = {"min": str(first), "max": str(last), "width": str(width), "customWidth": "1"}
        name = f"{self._prefix}col"
        told = "".join(
            f"<{name} {' '.join(f'{k}={quoteattr(v)}' for k, v in column.items())}/>"
            for column in sorted([*kept, ours], key=lambda c: int(c["min"]))
        )
        start, end = self._spans.get("cols") or (self._spans["sheetData"][0],) * 2
        return [(start, end, f"<{name}s>{told}</{name}s>".encode())]

    def _dimensioned(self, last: int, lowest: int) -> list[Splice]:
        if not self._dimension:
            return []
        left, top, right, bottom = (int(x or 1) for x in range_boundaries(self._dimension))
        corner = f"{get_column_letter(max(right, last))}{max(bottom, lowest)}"
        told = f'<{self._prefix}dimension ref="{get_column_letter(left)}{top}:{corner}"/>'
        return [(*self._spans["dimension"], told.encode())]


def read_sheet(file: str, xml: bytes) -> SheetXml:
    """A sheet of a workbook; FileRefused where it is no XML."""
    try:
        return SheetXml(xml)
    except expat.ExpatError as error:
        raise FileRefused(
            f"{file}: a sheet is no XML ({error})",
            "Open it and save it again as .xlsx.",
            f"{file}：工作表内容损坏。请打开后另存为 .xlsx 再报送。",
        ) from None


def with_text_style(xml: bytes) -> tuple[bytes, int]:
    """The XML of a workbook's styles with one more, and its number: text, wrapped, from the top."""
    found = re.search(rb"<(\w+:)?cellXfs\b[^>]*>", xml)
    if found is None or found[0].endswith(b"/>"):
        return xml, 0
    prefix = (found[1] or b"").decode()
    end = xml.index(f"</{prefix}cellXfs>".encode(), found.end())
    count = len(re.findall(f"<{prefix}xf[\\s/>]".encode(), xml[found.end() : end]))
    style = (
        f'<{prefix}xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyAlignment="1"><{prefix}alignment vertical="top" wrapText="1"/></{prefix}xf>'
    )
    head = re.sub(rb'\bcount="\d+"', b'count="%d"' % (count + 1), found[0])
    return xml[: found.start()] + head + xml[found.end() : end] + style.encode() + xml[end:], count
