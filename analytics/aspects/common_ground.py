"""What counts for every company alike: where it changes, the classes of all are made anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from analytics.indicators.beside import report_years
from analytics.indicators.pack import pack_on
from graph.declaration import Disclosure
from graph.delivery import Batch, standing
from graph.time import to_day
from graph.usable import Use
from graph.view import View


@dataclass(frozen=True)
class Common:
    """What counts for every company: the days, who reads, how much was erased (no batch tells it), sources with a fresh
    delivery and their areas, years reported, permits needed."""

    moment: tuple[dt.date, dt.date]  # as_of, used_on
    reader: tuple[Use, Disclosure]
    erased: int
    fresh: frozenset[tuple[str, str]]
    years: frozenset[int]
    permits: frozenset[tuple[str, str]]


def common_on(view: View, before: tuple[Common, int] | None) -> Common:
    """What counts for every company on a day, as known at a batch.

    before: the same as known at an earlier batch; read again only where it can have changed.
    """
    day, tolerance = view.moment.as_of_day, pack_on(view.moment.as_of).coverage_tolerance_days
    sealed = [b for b in view.store.batches() if b.sealed and b.seq <= view.seq]
    loads = [b.delivery for b in standing(sealed, view.seq)]
    fresh = frozenset((d.source, d.scope) for d in loads if 0 <= day - to_day(d.dated) <= d.period_days + tolerance)
    moment, reader = (view.moment.as_of, view.moment.used_on), (view.use, view.disclosure)
    erased = len(view.store.ledger("tombstone"))
    if before and not any(_touch(b, "AnnualReport", "PermitRequirement") for b in sealed if b.seq > before[1]):
        return replace(before[0], moment=moment, reader=reader, erased=erased, fresh=fresh)
    permits = view.store.columns("PermitRequirement", ("words", "permit"), view.slice)
    pairs = zip(permits["words"].tolist(), permits["permit"].tolist(), strict=True)
    return Common(moment, reader, erased, fresh, report_years(view.store, view.slice), frozenset(pairs))


def _touch(batch: Batch, *tables: str) -> bool:
    return batch.kind not in ("load", "derived") or any(batch.touched(t) for t in tables)
