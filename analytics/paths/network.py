"""All parties and what ties them as one undirected adjacency: what searches for relations run on.

A step has an integer weight, so that sums are exact and ties are ties: strength first, then hops, then freshness.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.paths.strengths import shares, strength, strengths_of
from analytics.rules.strengths import StrengthPack
from graph.errors import UsageError
from graph.projection import GraphProjection
from graph.time import NO_DATE, to_day

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

# A weight is cost in nano-nats << 24 | hops << 20 | age in days: enough for 8 hops of 359 years.
NANO, COST_SHIFT, HOP_SHIFT, OLDEST = 1e9, 24, 20, (1 << 17) - 1
EVER, NEVER = np.iinfo(np.int32).min, np.iinfo(np.int32).max
RECORDS = "SUBJECT_OF"
FILTERS_KEPT = 8


class Adjacency(NamedTuple):
    """Entries of a node, sorted by (neighbour, weight, edge), stand at indptr[node]:indptr[node + 1]."""

    indptr: Int64
    neighbour: Int32
    edge: Int32
    kind: npt.NDArray[np.int8]  # type of the entry's relationship
    weight: Int64
    toll: Int64  # by node, what passing through it weighs
    degree: Int32  # by node, distinct neighbours, those joined by a record left out
    since: Int32  # by edge; EVER and NEVER where no day is known
    until: Int32
    share: npt.NDArray[np.float64]  # by edge, NaN for none


@dataclass(frozen=True)
class Network:
    """An adjacency over the canonical nodes of a projection; edges are numbered type by type."""

    at: Adjacency
    types: tuple[str, ...]
    offset: Int64  # number of the first edge of each type
    strengths: StrengthPack
    unsound: Bools  # by edge, a share outside [0, 1]
    filters: dict[Any, Bools] = field(default_factory=dict)
    marks: list[Int32] = field(default_factory=list)  # arrays over all nodes, -1 throughout, for searches

    def admitted(
        self, types: Sequence[str] = (), *, records: bool = False, day: dt.date | None = None, least: float = 0.0
    ) -> Bools:
        """By entry whether to follow it: these types (none: all but common records), held on a day, holdings of a
        least share (an unknown one is not known to be enough).

        UsageError for a type without a strength. O(m) for a new filter; the last ones are kept.
        """
        if unknown := sorted(set(types) - self.strengths.types.keys()):
            raise UsageError(
                f"relations do not run over {', '.join(unknown)}",
                f"They run over {', '.join(self.strengths.types)}.",
                f"关联路径不经过关系 {'、'.join(unknown)}。可用：{'、'.join(self.strengths.types)}。",
            )
        wanted = set(types or self.strengths.types.keys() - {RECORDS}) | ({RECORDS} if records else set())
        asked = (frozenset(wanted), day, least)
        found = self.filters.get(asked)
        if found is None:
            if len(self.filters) >= FILTERS_KEPT:
                self.filters.pop(next(iter(self.filters)), None)
            found = self.filters[asked] = self._filter(wanted, day, least)
        return found

    def _filter(self, wanted: set[str], day: dt.date | None, least: float) -> Bools:
        at = self.at
        of_type = np.array([t in wanted for t in self.types], dtype=np.bool_)[at.kind]
        if day is not None:
            on = to_day(day)
            of_type &= ((at.since <= on) & (on < at.until))[at.edge]
        if least > 0 and "HOLDS_SHARES_IN" in self.types:
            enough = at.share >= least
            of_type &= (at.kind != self.types.index("HOLDS_SHARES_IN")) | enough[at.edge]
        return np.asarray(of_type)

    def between(self, admitted: Bools, u: int, v: int) -> Int64:
        """Entries of u that lead to v and may be followed, the strongest first."""
        low, high = self.at.indptr[u : u + 2].tolist()
        first, last = low + np.searchsorted(self.at.neighbour[low:high], [v, v + 1])
        return np.asarray(first + np.flatnonzero(admitted[first:last]))

    def relationship(self, edge: int) -> tuple[str, int]:
        """Type of an edge, and its position among the relationships of that type."""
        code = int(np.searchsorted(self.offset, edge, side="right")) - 1
        return self.types[code], edge - int(self.offset[code])


def network(projection: GraphProjection) -> Network:
    """The network of a projection by the strengths of its day, made once and kept. O((n + m) log m) the first time."""
    return projection.kept("network", lambda: _built(projection))


def _built(projection: GraphProjection) -> Network:
    strengths, n = strengths_of(projection), len(projection.nodes)
    types = tuple(t for t in sorted(strengths.types) if t in projection.types)
    rels = [projection.types[t] for t in types]
    counts = np.array([len(r) for r in rels], dtype=np.int64)
    code = np.repeat(np.arange(len(types), dtype=np.int8), counts)
    start, end = (
        _joined([projection.canonical[getattr(r, side)].astype(np.int32) for r in rels], np.int32)
        for side in ("start", "end")
    )
    since = _joined([_days(r.columns.get("valid_from"), len(r), EVER) for r in rels], np.int32)
    until = _joined([_days(r.columns.get("valid_to"), len(r), NEVER) for r in rels], np.int32)
    share = _joined([shares(projection, r) for r in rels], np.float64)
    weight = _weights(
        _joined([strength(strengths, projection, t) for t in types], np.float64), _ages(projection, since)
    )
    order = np.argsort(weight, kind="stable")
    order = order[start[order] != end[order]]  # a tie to oneself leads nowhere
    node, neighbour, edge = (
        np.stack(pair, axis=1).ravel()
        for pair in ((start[order], end[order]), (end[order], start[order]), (order.astype(np.int32),) * 2)
    )
    sorted_by_neighbour, _ = _counted(neighbour, np.arange(len(neighbour), dtype=np.int32), n)
    entry, indptr = _counted(node, sorted_by_neighbour, n)
    neighbour, edge = neighbour[entry], edge[entry]
    degree = _degrees(indptr, neighbour, code[edge], types.index(RECORDS) if RECORDS in types else -1)
    at = Adjacency(
        indptr,
        neighbour,
        edge,
        code[edge],
        weight[edge],
        _tolls(strengths, np.maximum(degree, _counted_as(projection, strengths))),
        degree,
        since,
        until,
        share,
    )
    offset = np.r_[0, np.cumsum(counts)[:-1]].astype(np.int64) if types else np.zeros(0, np.int64)
    return Network(at, types, offset, strengths, (share < 0) | (share > 1))


def _joined(parts: list[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _days(column: npt.NDArray[Any] | None, count: int, missing: int) -> Int32:
    if column is None:
        return np.full(count, missing, dtype=np.int32)
    return np.where(column == NO_DATE, missing, np.clip(column, EVER + 1, NEVER - 1)).astype(np.int32)


def _ages(projection: GraphProjection, since: Int32) -> Int64:
    """Days from each relationship's start to the projection's day (none: to the newest start); unknown is oldest."""
    day = projection.manifest.get("as_of")
    today = to_day(dt.date.fromisoformat(day)) if day else int(since.max(initial=EVER))
    return np.where(since == EVER, OLDEST, np.clip(today - since.astype(np.int64), 0, OLDEST))


def _weights(strength: npt.NDArray[np.float64], age: Int64) -> Int64:
    cost = np.rint(-np.log(strength) * NANO).astype(np.int64)
    return np.asarray((cost << COST_SHIFT) + (1 << HOP_SHIFT) + age)


def _tolls(strengths: StrengthPack, degree: npt.NDArray[Any]) -> Int64:
    """What passing through a hub weighs: ln(1 + log2(degree / hub_degree)) above that degree."""
    over = np.maximum(degree / strengths.hub_degree, 1.0)
    return np.asarray(np.rint(np.log(1 + np.log2(over)) * NANO).astype(np.int64) << COST_SHIFT)


def _counted_as(projection: GraphProjection, strengths: StrengthPack) -> Int64:
    """Neighbours a node counts as having at least: a hosted address, an agent or a State body is a hub by nature."""
    least = np.zeros(len(projection.nodes), dtype=np.int64)

    def raise_to(nodes: Int64, kind: str) -> None:
        np.maximum.at(least, projection.canonical[nodes], strengths.counted_as[kind])

    addresses, bodies = projection.states.get("Address", {}), projection.states.get("Organisation", {})
    for kind in ("hosted", "cluster"):
        if "kind" in addresses:
            raise_to(addresses["node"][addresses["kind"] == kind], kind)
    if "state_body" in bodies:
        raise_to(bodies["node"][bodies["state_body"] == 1], "state_body")
    if "FILED_BY_AGENT" in projection.types:
        raise_to(projection.types["FILED_BY_AGENT"].end, "agent")
    return least


@kernel
def _counted(key: Int32, order: Int32, n: int) -> tuple[Int32, Int64]:
    """A stable counting sort: `order` by the key of each, and where each key begins."""
    indptr = np.zeros(n + 1, np.int64)
    for k in key:
        indptr[k + 1] += 1
    for k in range(n):
        indptr[k + 1] += indptr[k]
    at, out = indptr[:-1].copy(), np.empty_like(order)
    for i in order:
        out[at[key[i]]] = i
        at[key[i]] += 1
    return out, indptr


@kernel
def _degrees(indptr: Int64, neighbour: Int32, kind: npt.NDArray[np.int8], records: int) -> Int32:
    """Distinct neighbours of each node; those reached by its records only where it has no others."""
    out = np.zeros(len(indptr) - 1, np.int32)
    for u in range(len(out)):
        parties, by_record, last = 0, 0, -1
        for i in range(indptr[u], indptr[u + 1]):
            if kind[i] == records:
                by_record += 1
            elif neighbour[i] != last:
                parties += 1
                last = neighbour[i]
        out[u] = parties if parties else by_record
    return out
