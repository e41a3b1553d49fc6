"""What the catalogue's retention no longer allows to be kept, and really removing it."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.delivery import Erasure
from graph.erasing import refuse_unfinished, tombstone, with_dependents
from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.time import FOREVER, Moment, add_months, civil_day, to_day
from graph.usable import Use, needed
from graph.view import View
from loaders.local_catalogue import LocalCatalogue
from loaders.source import sources

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Due:
    """What is past its retention: records by label, ended or corrected facts by (source, table), quarantined rows."""

    records: dict[str, list[int]]
    facts: dict[tuple[str, str], list[object]]
    quarantine: list[int]

    def rows(self) -> list[tuple[str, str, int]]:
        """(what, table, how many), in order."""
        return [
            *(("record", label, len(keys)) for label, keys in sorted(self.records.items()) if keys),
            *((source, table, len(refs)) for (source, table), refs in sorted(self.facts.items()) if refs),
            *([("quarantine", "", len(self.quarantine))] if self.quarantine else []),
        ]


def past_retention(store: GraphStore, day: dt.date, catalogue: LocalCatalogue | None = None) -> Due:
    """What is due on a day.

    A record: no longer usable, and its own date further back than every source that states it may keep it. Another
    fact: ended or superseded that long ago. A quarantined row: its day is over. O(all facts).
    """
    cutoffs = {
        source.name: to_day(add_months(day, -12 * entry.retention_years))
        for source in sources().values()
        if (entry := (catalogue or LocalCatalogue()).entry(source)) is not None
    }
    records = {label: _records(store, label, day, cutoffs) for label in SCHEMA.record_labels()}
    facts: dict[tuple[str, str], list[object]] = {}
    for source, cutoff in cutoffs.items():
        seq = max((b.seq for b in store.batches() if civil_day(b.delivery.received_at) <= cutoff), default=0)
        brought = _tables(store, source)
        for table in (t for t in brought if t not in SCHEMA.record_labels()):
            facts[source, table] = store.past(table, source, cutoff, seq)
    over = [q["entry"] for q in store.entries("quarantine") if q["sealed_row"] and q["expires_on"] <= to_day(day)]
    return Due(records, facts, over)


def _tables(store: GraphStore, source: str) -> list[str]:
    totals = {n for b in store.batches() if b.delivery.source == source for n in b.totals}
    return [t for t in SCHEMA.tables() if f"facts:{t}" in totals]


def _records(store: GraphStore, label: str, day: dt.date, cutoffs: Mapping[str, int]) -> list[int]:
    view = View(store, Moment.on(day), Use.GRADE)
    dated = SCHEMA.labels[label].dated or ""
    names = list(dict.fromkeys(["owner", "source", *needed(label), dated]))
    columns = store.columns(label, names, Slice(view.seq))
    if not len(columns["owner"]):
        return []
    limit = np.array([cutoffs.get(s, FOREVER) for s in columns["source"].tolist()], dtype=np.int64)
    due = (view.usability(label, columns).until <= to_day(day)) & (columns[dated] < limit)
    kept = np.unique(columns["owner"][~due])
    return [int(k) for k in np.setdiff1d(columns["owner"][due], kept)]


def retain(store: GraphStore, due: Due, day: dt.date, keys: KeyRing) -> int:
    """Really remove what is due, leaving tombstones of the records; returns how many things went."""
    refuse_unfinished(store)
    store.acquire(f"{socket.gethostname()}:{os.getpid()}")
    try:
        records = {k for found in due.records.values() for k in found}
        ids = store.nodes(sorted(records), store.sealed_seq())
        erasure = Erasure(sorted(with_dependents(store, records)))
        for (_, table), refs in due.facts.items():
            erasure.facts.setdefault(table, []).extend(refs)
        erasure.ledgers = {"quarantine": {entry: {"sealed_row": None, "value": None} for entry in due.quarantine}}
        erasure.tombstones = [
            tombstone(keys, node, label, "retention", to_day(day)) for node, label in (ids[k] for k in sorted(ids))
        ]
        store.erase(erasure)
    finally:
        store.release()
    return sum(n for _, _, n in due.rows())
