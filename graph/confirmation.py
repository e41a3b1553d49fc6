"""How fresh a statement is: a source that should have sent its list again, and has not, confirms nothing any more."""

from __future__ import annotations

from collections.abc import Iterable

from graph.delivery import Batch, Coverage
from graph.time import to_day


def unconfirmed(batches: Iterable[Batch], day: int) -> dict[str, int]:
    """Sources of current state whose last delivery is older than their period on a day, with that delivery's day.

    batches: those that stand. A source of current state has sent a full list; the increments that came in time after
    it say what has changed, and by that that the rest has not. What an overdue one says stands, not confirmed since
    then. One of increments alone says nothing by silence.
    """
    last: dict[str, Batch] = {}
    listed = set()
    for batch in batches:
        source, dated = batch.delivery.source, batch.delivery.dated
        if batch.delivery.coverage is Coverage.FULL:
            listed.add(source)
        if source not in last or dated >= last[source].delivery.dated:
            last[source] = batch
    return {
        source: to_day(last[source].delivery.dated)
        for source in sorted(listed)
        if day - to_day(last[source].delivery.dated) > last[source].delivery.period_days
    }
