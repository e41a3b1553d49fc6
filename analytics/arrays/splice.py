"""Few rows replaced in long sorted columns, at the speed of copying: what exact updates end with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.runs import expanded

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]


def spliced(columns: Sequence[Column], gone: Int64, at: Int64, new: Sequence[Column]) -> list[Column]:
    """Aligned columns without the rows `gone` and with new rows before the old rows `at`.

    gone, at: ascending positions in the old columns. O(rows + changes).
    """
    if not len(gone) and not len(at):
        return list(columns)
    pieces = list(_pieces(len(columns[0]), gone.tolist(), at.tolist()))
    return [
        np.concatenate([fresh[low:high] if is_new else old[low:high] for is_new, low, high in pieces])
        for old, fresh in zip(columns, new, strict=True)
    ]


def inserted(column: Column, at: Int64, new: Column) -> Column:
    """A column with new values before the old ones at ascending positions: np.insert, at the speed of copying."""
    (out,) = spliced([column], at[:0], at, [new])
    return out


def _pieces(count: int, gone: list[int], at: list[int]) -> Iterator[tuple[bool, int, int]]:
    """Slices of old and new rows in their order: (of the new ones, from, to)."""
    events = sorted([(p, False, 0) for p in gone] + [(p, True, k) for k, p in enumerate(at)], key=_before)
    done = 0
    for position, is_new, k in events:
        if position > done:
            yield False, done, position
            done = position
        if is_new:
            yield True, k, k + 1
        else:
            done = position + 1
    yield False, done, count


def _before(event: tuple[int, bool, int]) -> tuple[int, bool, int]:
    """At one position new rows come before the old one goes."""
    return event[0], not event[1], event[2]


def with_rows(
    columns: Mapping[str, Column], of: Int64, new: Mapping[str, Column], by: str | None = None
) -> dict[str, Column]:
    """Columns ordered by one (the first), in which the rows of the keys `of` are now `new` (which has no others)."""
    first = by or next(iter(columns))
    low, high = (np.searchsorted(columns[first], of, side) for side in ("left", "right"))
    gone = expanded(low, high - low)
    at = np.searchsorted(columns[first], new[first], "left")
    names = list(columns)
    rows = spliced([columns[n] for n in names], gone, at, [new[n] for n in names])
    return dict(zip(names, rows, strict=True))
