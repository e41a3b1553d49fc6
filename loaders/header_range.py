"""Where a person says that a sheet's header stands: `SHEET!A3:H4`, its rows and, where given, its columns.

`SHEET!none` says that there is none: then columns go by their letters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from openpyxl.utils import column_index_from_string, get_column_letter

from graph.errors import UsageError
from loaders.headers import Header, header_of, spanned
from loaders.source import Source

_WORDED = re.compile(r"(?:(?P<sheet>.+)!)?\$?([A-Z]{1,3})?\$?(\d{1,7})(?::\$?([A-Z]{1,3})?\$?(\d{1,7}))?", re.I)
_NONE = re.compile(r"(?:(?P<sheet>.+)!)?(?:none|无)", re.I)
MOST_COLUMNS = 16_384  # of a sheet


@dataclass(frozen=True)
class HeaderRange:
    """Rows and columns counted from 1, both ends included. Without a sheet's name it is meant of every sheet.

    Row 0 is no row: the sheet has no header.
    """

    sheet: str
    rows: tuple[int, int]
    columns: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.sheet or '*'}!none" if self.absent else f"{self.sheet or '*'}!{self.rows[0]}:{self.rows[1]}"

    @property
    def absent(self) -> bool:
        """Whether it says that there is no header."""
        return self.rows[1] == 0

    @classmethod
    def parse(cls, text: str) -> HeaderRange:
        """`A3:H4`, `A3`, `3:4`, `3` or `none`, the sheet's name and `!` before it or not; UsageError for others."""
        if absent := _NONE.fullmatch(text.strip()):
            return cls(_sheet(absent["sheet"]), (0, 0), (1, MOST_COLUMNS))
        worded = _WORDED.fullmatch(text.strip())
        if worded is None:
            raise UsageError(
                f"{text!r} is no place of a header",
                "Give it as SHEET!A3:H4, A3:H4 or 3:4; SHEET!none where the sheet has no header.",
                f"“{text}”不是表头位置。请写成 工作表!A3:H4、A3:H4 或 3:4；没有表头的工作表写 工作表!none。",
            )
        sheet, left, top, right, bottom = worded.groups()
        first, last = sorted((int(top), int(bottom or top)))
        if not first:
            raise UsageError(
                f"{text!r}: there is no row 0",
                "Rows count from 1; SHEET!none says that a sheet has no header.",
                f"“{text}”：没有第 0 行。行号从 1 开始；没有表头的工作表写 工作表!none。",
            )
        sides = sorted((_column(left, 1), _column(right, MOST_COLUMNS)))
        return cls(_sheet(sheet), (first, last), (sides[0], sides[1]))

    def read(
        self, table: Sequence[tuple[int, list[str]]], source: Source, mapping: dict[str, str] | None
    ) -> Header | None:
        """The header that stands there; None where columns of the source are missing from it.

        Where there is none the list begins with the first row that fills a column of the source, and letters are the
        columns' titles.
        """
        if self.absent:
            letters = [get_column_letter(at) for at in range(1, max((len(cells) for _, cells in table), default=0) + 1)]
            header = header_of(source, 0, letters, mapping)
            return replace(header, row=_above(table, set(header.positions.values()))) if header else None
        rows = [self._within(cells) for number, cells in table if self.rows[0] <= number <= self.rows[1]]
        return header_of(source, self.rows[1], reduce(spanned, rows, []), mapping)

    def _within(self, cells: list[str]) -> list[str]:
        return [c if self.columns[0] <= at <= self.columns[1] else "" for at, c in enumerate(cells, 1)]


def _column(letters: str | None, default: int) -> int:
    return column_index_from_string(letters.upper()) if letters else default


def _sheet(typed: str | None) -> str:
    name = (typed or "").strip()
    quoted = len(name) > 1 and name[0] == name[-1] == "'"
    return name[1:-1].replace("''", "'") if quoted else name


def _above(table: Sequence[tuple[int, list[str]]], columns: Collection[int]) -> int:
    """The last row with anything in it above the first that fills one of some columns; 0 where there is none."""
    last = 0
    for number, cells in table:
        filled = {at for at, cell in enumerate(cells) if cell.strip()}
        if filled & set(columns):
            return last
        last = number if filled else last
    return last
