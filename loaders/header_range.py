"""Where a person says that a sheet's header stands: `SHEET!A3:H4`, its rows and, where given, its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from openpyxl.utils import column_index_from_string

from graph.errors import UsageError
from loaders.headers import Header, header_of, spanned
from loaders.source import Source

_WORDED = re.compile(r"(?:(?P<sheet>.+)!)?\$?([A-Z]{1,3})?\$?(\d{1,7})(?::\$?([A-Z]{1,3})?\$?(\d{1,7}))?", re.I)
MOST_COLUMNS = 16_384  # of a sheet


@dataclass(frozen=True)
class HeaderRange:
    """Rows and columns counted from 1, both ends included. Without a sheet's name it is meant of every sheet."""

    sheet: str
    rows: tuple[int, int]
    columns: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.sheet or '*'}!{self.rows[0]}:{self.rows[1]}"

    @classmethod
    def parse(cls, text: str) -> HeaderRange:
        """`A3:H4`, `A3`, `3:4` or `3`, with or without the sheet's name and `!` before it; UsageError for others."""
        worded = _WORDED.fullmatch(text.strip())
        if worded is None:
            raise UsageError(
                f"{text!r} is no place of a header",
                "Give it as SHEET!A3:H4, A3:H4 or 3:4.",
                f"{text!r} 不是表头位置。请写作 工作表!A3:H4、A3:H4 或 3:4。",
            )
        sheet, left, top, right, bottom = worded.groups()
        first, last = sorted((int(top), int(bottom or top)))
        sides = sorted((_column(left, 1), _column(right, MOST_COLUMNS)))
        name = (sheet or "").strip()
        quoted = len(name) > 1 and name[0] == name[-1] == "'"
        return cls(name[1:-1].replace("''", "'") if quoted else name, (first, last), (sides[0], sides[1]))

    def read(
        self, table: Sequence[tuple[int, list[str]]], source: Source, mapping: dict[str, str] | None
    ) -> Header | None:
        """The header that stands there; None where columns of the source are missing from it."""
        rows = [self._within(cells) for number, cells in table if self.rows[0] <= number <= self.rows[1]]
        return header_of(source, self.rows[1], reduce(spanned, rows, []), mapping)

    def _within(self, cells: list[str]) -> list[str]:
        return [c if self.columns[0] <= at <= self.columns[1] else "" for at, c in enumerate(cells, 1)]


def _column(letters: str | None, default: int) -> int:
    return column_index_from_string(letters.upper()) if letters else default
