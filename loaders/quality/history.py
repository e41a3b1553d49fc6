"""Quality by month of receipt, from the batches themselves, so that no state is kept for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.delivery import Batch
from graph.time import add_months, to_day
from loaders.quality.codes import Codes
from loaders.quality.known import Known, Table
from loaders.quality.timeliness import Timeliness

UP, DOWN, SAME = "↑", "↓", "→"


def history(known: Known, timeliness: Timeliness, codes: Codes, months: int) -> Table:
    """Of each of the last months: rows, share refused, share of records late, code errors as known at its end.

    An arrow compares with the last month before that has a value.
    """
    start = add_months(known.moment.known_at.replace(day=1), 1 - months)
    firsts = [add_months(start, i) for i in range(months + 1)]
    rows: list[tuple[Any, ...]] = []
    before: list[float | None] = [None, None, None]
    for first, following in zip(firsts, firsts[1:], strict=False):
        begin, end = to_day(first), to_day(following)
        files = [b for b in known.deliveries if begin <= known.received[b.seq] < end]
        measures = [_refused(files), _late(timeliness, begin, end), _code_errors(known, codes, end)]
        arrows = [_arrow(old, new) for old, new in zip(before, measures, strict=True)]
        before = [old if new is None else new for old, new in zip(before, measures, strict=True)]
        told = [x for pair in zip(measures, arrows, strict=True) for x in pair]
        rows.append((f"{first:%Y-%m}", len(files), _rows(files), *told))
    return Table(
        ("month", "files", "rows", "rejected_share", "trend", "late_share", "trend_late", "code_errors", "trend_codes"),
        rows,
    )


def _rows(files: list[Batch]) -> int:
    return sum(b.totals.get("read", 0) for b in files)


def _refused(files: list[Batch]) -> float | None:
    rows = _rows(files)
    return sum(b.totals.get("rejected", 0) for b in files) / rows if rows else None


def _late(timeliness: Timeliness, begin: int, end: int) -> float | None:
    dated = timeliness.dated
    received = timeliness.known.received[dated["seq"].to_numpy(dtype=np.int64)]
    late = dated["late"].to_numpy(dtype=bool)[(begin <= received) & (received < end)]
    return float(late.mean()) if len(late) else None


def _code_errors(known: Known, codes: Codes, end: int) -> float | None:
    """Errors in 10,000 as known at the end of a month; None where nothing was known."""
    seq = max((b.seq for b in known.sealed if known.received[b.seq] < end), default=0)
    return codes.at(seq, min(end - 1, known.moment.as_of_day)).per_10_000 if seq else None


def _arrow(old: float | None, new: float | None) -> str | None:
    if old is None or new is None:
        return None
    return UP if new > old else DOWN if new < old else SAME
