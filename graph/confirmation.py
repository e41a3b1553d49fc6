"""How fresh a statement is: a source that should have sent its list again, and has not, confirms nothing any more."""

from __future__ import annotations

from collections.abc import Iterable

from graph.delivery import Batch, Coverage
from graph.time import to_day


def unconfirmed(batches: Iterable[Batch], day: int) -> dict[str, int]:
    """Sources of current state whose last full list is older than their period on a day, with that list's day.

    batches: those that stand. What such a source says stands, not confirmed since then; one of increments says nothing
    by silence.
    """
    last: dict[str, Batch] = {}
    for batch in batches:
        if batch.delivery.coverage is Coverage.FULL:
            before = last.get(batch.delivery.source)
            if before is None or batch.delivery.dated >= before.delivery.dated:
                last[batch.delivery.source] = batch
    return {
        source: to_day(batch.delivery.dated)
        for source, batch in sorted(last.items())
        if day - to_day(batch.delivery.dated) > batch.delivery.period_days
    }
