"""Totals of what each source delivered, why rows were refused, and which sources are behind their period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from loaders.local_catalogue import LocalCatalogue
from loaders.quality.known import Known, Table
from loaders.source import sources

TOTALS = ("read", "loaded", "unchanged", "rejected", "duplicate")


def deliveries(known: Known, catalogue: LocalCatalogue, unattached: Counter[str], covered: dict[int, float]) -> Table:
    """One line a source, in order of names, then all together.

    `unattached`: records that are attached to nobody. `covered`: share of living companies by position of the source.
    state: current, overdue (by `overdue_days`), never, retired, not_in_catalogue.
    """
    totals = {name: Counter[str]() for name in known.sources}
    for batch in known.deliveries:
        if batch.delivery.source in totals:
            counted = {t: batch.totals.get(t, 0) for t in TOTALS}
            totals[batch.delivery.source].update({"files": 1, **counted})
    rows = [
        (name, *_counts(t), unattached[name], covered.get(at), *_timely(known, catalogue, name))
        for at, (name, t) in enumerate(totals.items())
    ]
    everything = sum(totals.values(), Counter[str]())
    rows.append(("total", *_counts(everything), unattached.total(), None, None, None, None))
    columns = ("source", "files", *TOTALS, "rejected_share", "unattached", "covered", "dated", "state", "overdue_days")
    return Table(columns, rows)


def _counts(totals: Counter[str]) -> tuple[Any, ...]:
    share = totals["rejected"] / totals["read"] if totals["read"] else None
    return totals["files"], *(totals[t] for t in TOTALS), share


def _timely(known: Known, catalogue: LocalCatalogue, name: str) -> tuple[str | None, str, int | None]:
    """Day of the newest data, state, and days beyond the period."""
    day = known.moment.as_of
    dated = [b.delivery.dated for b in known.deliveries if b.delivery.source == name and b.delivery.dated <= day]
    last = max(dated, default=None)
    entry = catalogue.entry(sources()[name])
    shown = last.isoformat() if last else None
    if entry is None:
        return shown, "not_in_catalogue", None
    if not entry.in_force(day):
        return shown, "retired", None
    if last is None:
        return None, "never", None
    behind = (day - last).days - entry.period_days
    return shown, "overdue" if behind > 0 else "current", max(behind, 0)


def reasons(known: Known) -> Table:
    """Refused rows by source and reason, with the first of them."""
    return _grouped(known.refused, ("source", "code", "count", "batch", "row"))


def findings(known: Known) -> Table:
    """What loading noticed, by source and code: how often, about how many parties, and where first."""
    return _grouped(known.ledger("finding"), ("source", "code", "count", "subjects", "batch", "row"))


def _grouped(ledger: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> Table:
    count: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[int, int | None]] = {}
    subjects: dict[tuple[str, str], set[str]] = {}
    for row in ledger:
        key = (row["source"], row["code"])
        count[key] += 1
        first.setdefault(key, (row["seq"], row["row"]))
        if row.get("subject"):
            subjects.setdefault(key, set()).add(row["subject"])
    rows = []
    for key in sorted(count):
        more = (len(subjects.get(key, ())),) if "subjects" in columns else ()
        rows.append((*key, count[key], *more, *first[key]))
    return Table(columns, rows, keys=2)


def refused(known: Known, source: str, limit: int) -> Table:
    """The newest refused rows of a source: where each stands and what was wrong."""
    rows = [
        (q["seq"], q["file"], q["sheet"], q["row"], q["field"], q["code"], q["value"])
        for q in known.refused
        if q["source"] == source
    ]
    return Table(("batch", "file", "sheet", "row", "field", "code", "value"), rows[::-1][:limit], keys=4)
