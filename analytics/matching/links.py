"""What matching found, as links in a store: a run's links replace those of the last one, and can be unloaded."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import socket
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.matching.clusters import Clusters
from analytics.matching.parties import Parties
from analytics.matching.population import MATCHING
from analytics.matching.probability import Scored
from graph.declaration import SHARE_ONE
from graph.delivery import Batch, Coverage, Delivery, Facts, Insert, Work, digest_facts
from graph.identity import mix, nid
from graph.projection import SURE
from graph.store import GraphStore

Int64 = npt.NDArray[np.int64]

COMPARING, DECIDED = "fellegi_sunter", "decided"
BY_DECISION = "decision:same"
_PORTION = 20_000


@dataclass(frozen=True)
class Links:
    """Links of one type (SAME_AS, POSSIBLY_SAME): keys of their ends, probability, method and evidence."""

    start: Int64
    end: Int64
    share: Int64
    method: list[str]
    evidence: list[str]

    def __len__(self) -> int:
        return len(self.start)

    def __add__(self, more: Links) -> Links:
        return Links(
            np.concatenate([self.start, more.start]),
            np.concatenate([self.end, more.end]),
            np.concatenate([self.share, more.share]),
            self.method + more.method,
            self.evidence + more.evidence,
        )


def links(people: Parties, scored: Scored, found: Clusters, apart: Int64) -> dict[str, Links]:
    """Links by type. apart, shape (pairs, 2): whom officers told apart (positions), with their clusters.

    SAME_AS: each member of a cluster to its centre, whom officers joined to their head, and the best pair of two
    clusters if it is under .95. POSSIBLY_SAME, never collapsed: that pair if it is over, but something forbids it.
    """
    one, other = scored.one, scored.other
    joined = np.flatnonzero(found.head != np.arange(len(people)))
    decided = Links(
        people.keys[joined],
        people.keys[found.head[joined]],
        np.full(len(joined), SHARE_ONE),
        [DECIDED] * len(joined),
        [BY_DECISION] * len(joined),
    )
    a, b = found.head[one], found.head[other]
    member = np.where(found.centre[one] == a, b, a)
    star = (found.centre[one] == found.centre[other]) & (a != b) & ((a == found.centre[one]) | (b == found.centre[one]))
    rows = _best(scored, np.flatnonzero(star), member, found.centre[one])
    inside = _compared(people, scored, rows, member[rows], found.centre[one[rows]])
    between = np.flatnonzero(found.centre[one] != found.centre[other])
    low, high = np.minimum(found.centre[one], found.centre[other]), np.maximum(found.centre[one], found.centre[other])
    n = len(people)
    told = np.sort(found.centre[apart], axis=1)
    between = between[~np.isin(low[between] * n + high[between], told[:, 0] * n + told[:, 1])]
    rows = _best(scored, between, low, high)
    first = people.identified[one[rows]] | ~people.identified[other[rows]]
    start, end = np.where(first, other[rows], one[rows]), np.where(first, one[rows], other[rows])
    sure = scored.share[rows] >= SURE
    possible = _compared(people, scored, rows[~sure], start[~sure], end[~sure])
    return {
        "SAME_AS": decided + inside + possible,
        "POSSIBLY_SAME": _compared(people, scored, rows[sure], start[sure], end[sure]),
    }


def _best(scored: Scored, rows: Int64, one: Int64, other: Int64) -> Int64:
    """Of the rows about one pair of parties the most probable, the first of equals."""
    order = rows[np.lexsort((rows, -scored.share[rows], other[rows], one[rows]))]
    new = (one[order][1:] != one[order][:-1]) | (other[order][1:] != other[order][:-1])
    return np.asarray(order[np.r_[True, new][: len(order)]])


def _compared(people: Parties, scored: Scored, rows: Int64, start: Int64, end: Int64) -> Links:
    method = [COMPARING] * len(rows)
    return Links(people.keys[start], people.keys[end], scored.share[rows], method, scored.evidence(rows))


@dataclass(frozen=True)
class _Change:
    """What becomes of a table: facts to record, and (owner, grp, digest) of those to supersede."""

    new: Facts
    gone: tuple[Int64, Int64, Int64]


def write_links(store: GraphStore, wanted: dict[str, Links], day: dt.date, now: dt.datetime) -> Batch | None:
    """Make the store's links of matching these, in one batch; None where they are already.

    What no longer holds is superseded, not ended: it never was true. Takes the store's lease; what a killed run
    left is taken back first. Raises what GraphStore.begin does.
    """
    facts = {table: _facts(table, found) for table, found in wanted.items()}
    store.acquire(f"{socket.gethostname()}:{os.getpid()}")
    try:
        left = [b for b in store.batches() if not b.sealed and b.delivery.source == MATCHING]
        for batch in left:
            store.remove(batch)
        changes = {table: _change(store, table, of) for table, of in facts.items()}
        if not any(len(change.new) + len(change.gone[0]) for change in changes.values()):
            return None
        batch = store.begin(_delivery(facts, day, now))
        batch.kind = "derived"
        _write(store, batch, sum(map(len, facts.values())), changes)
        store.seal(batch)
    finally:
        store.release()
    return batch


def _facts(table: str, found: Links) -> Facts:
    order = np.lexsort((found.end, found.start))
    start, end = found.start[order], found.end[order]
    values = [found.share[order].tolist(), *([c[i] for i in order.tolist()] for c in (found.method, found.evidence))]
    none = [None] * len(order)
    digest = digest_facts(table, end, none, none, values)
    grp = mix(start, end, nid(f"{table}:{MATCHING}"))
    rows = np.zeros(len(order), dtype=np.int64)
    return Facts(start, grp, digest, list(none), list(none), list(none), values, rows, end)


def _change(store: GraphStore, table: str, wanted: Facts) -> _Change:
    have = store.open_facts(table, MATCHING)
    there, here = mix(have["grp"], have["digest"]), mix(wanted.grp, wanted.digest)
    gone = ~np.isin(there, here)
    return _Change(
        wanted.take(np.flatnonzero(~np.isin(here, there))),
        (have["owner"][gone], have["grp"][gone], have["digest"][gone]),
    )


def _delivery(facts: dict[str, Facts], day: dt.date, now: dt.datetime) -> Delivery:
    whole = hashlib.sha256()
    for table, of in sorted(facts.items()):
        whole.update(table.encode() + of.grp.tobytes() + of.digest.tobytes())
    return Delivery(MATCHING, MATCHING, whole.hexdigest(), Coverage.DELTA, day, now)


def _write(store: GraphStore, batch: Batch, read: int, changes: dict[str, _Change]) -> None:
    loaded = {table: len(change.new) for table, change in changes.items()}
    count = {"read": read, "loaded": sum(loaded.values()), "unchanged": read - sum(loaded.values())}
    batch.totals |= {**count, "rejected": 0, "duplicate": 0, **{f"facts:{t}": n for t, n in loaded.items() if n}}
    store.expect(batch, new_source=False)
    for table, change in changes.items():
        for low in range(0, len(change.gone[0]), _PORTION):
            owner, grp, digest = (column[low : low + _PORTION] for column in change.gone)
            old = set(zip(grp.tolist(), digest.tolist(), strict=True))
            refs = [v.ref for v in store.stored(table, owner, grp) if (v.grp, v.digest) in old]
            store.write(batch, Work(closings={table: refs}))
        for low in range(0, len(change.new), _PORTION):
            some = change.new.take(np.arange(low, min(low + _PORTION, len(change.new))))
            store.write(batch, Work(inserts={table: [Insert(some, some.digest, [None] * len(some), MATCHING)]}))
    store.ready(batch)
