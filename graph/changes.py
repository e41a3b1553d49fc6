"""What differs between two projections of one graph: the seed of every exact update.

`since` asks the store's feed, so that a small change is found without comparing everything; `between` compares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.identity import mix
from graph.projection import GraphProjection, Records, Relationships, hashed
from graph.store import GraphStore, Slice
from graph.time import to_day

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ChangeSet:
    """Keys of what may differ, ascending, each once.

    nodes: those whose values differ, that came or went, or whose usable records differ. relationships: by type the
    (start, end) keys of those added, removed or changed, as rows of two.
    """

    nodes: Int64
    relationships: Mapping[str, Int64]

    @property
    def touched(self) -> Int64:
        """Every node that changed or that a changed relationship touches."""
        return np.unique(np.concatenate([self.nodes, *(ends.ravel() for ends in self.relationships.values())]))

    def ends(self, *types: str) -> Int64:
        """Nodes at either end of a changed relationship of these types."""
        rows = [self.relationships[t].ravel() for t in types if t in self.relationships]
        return np.unique(np.concatenate(rows)) if rows else np.zeros(0, np.int64)


def since(store: GraphStore, before: GraphProjection, after: GraphProjection) -> ChangeSet:
    """What may differ between two projections of a store: added, superseded, repaired and expired facts, and whatever
    the passing of days has begun or ended.

    At least what `between` finds. O(changed facts + records + nodes), where the days differ O(facts of the store).
    """
    slices = [Slice(p.manifest["seq"], to_day(dt.date.fromisoformat(p.manifest["as_of"]))) for p in (before, after)]

    def changed(table: str, *names: str) -> Int64:
        columns = store.changed_columns(table, names, *slices)
        return np.stack([columns[n] for n in names], axis=1)

    shown = [_shown(before, label, after) for label in sorted(before.records.keys() | after.records.keys())]
    flipped = np.unique(np.concatenate([s[0] for s in shown])) if shown else np.zeros(0, np.int64)
    nodes = [
        np.setxor1d(before.nodes, after.nodes, assume_unique=True),
        *(s[1] for s in shown),
        *(changed(label, "owner")[:, 0] for label in sorted(after.states.keys() | after.records.keys())),
    ]
    relationships = {}
    for name in sorted(before.types.keys() | after.types.keys()):
        touching = [_touching(p, name, flipped) for p in (before, after)]
        ends = np.unique(np.concatenate([changed(name, "owner", "end"), *touching]), axis=0)
        if len(ends):
            relationships[name] = ends
    moved = _moved(before, after) if "SAME_AS" in relationships else np.zeros(0, np.int64)
    return ChangeSet(np.unique(np.concatenate([*nodes, moved])), relationships)


def _shown(before: GraphProjection, label: str, after: GraphProjection) -> tuple[Int64, Int64]:
    """Records of a label that are usable in one projection only; and those, with the ones of another period."""
    periods = [
        (np.zeros(0, np.int64), list[Int64]())
        if (records := p.records.get(label)) is None
        else (p.nodes[records.node], [records.since, records.until])
        for p in (before, after)
    ]
    return np.setxor1d(periods[0][0], periods[1][0]), _changed(*periods)


def _touching(projection: GraphProjection, name: str, keys: Int64) -> Int64:
    """(start, end) keys of the relationships of a type that touch some nodes."""
    rel = projection.types.get(name)
    if rel is None or not len(keys):
        return np.zeros((0, 2), np.int64)
    wanted = np.zeros(len(projection.nodes), dtype=bool)
    at = np.searchsorted(projection.nodes, keys)
    at = at[at < len(projection.nodes)]
    wanted[at] = np.isin(projection.nodes[at], keys)
    rows = np.flatnonzero(wanted[rel.start] | wanted[rel.end])
    return np.stack([projection.nodes[rel.start[rows]], projection.nodes[rel.end[rows]]], axis=1)


def between(before: GraphProjection, after: GraphProjection) -> ChangeSet:
    """What differs between two projections of one store, found by comparing them. O(nodes + relationships)."""
    nodes = [
        np.setxor1d(before.nodes, after.nodes, assume_unique=True),
        *(
            _changed(_keyed(before, before.states.get(label)), _keyed(after, after.states.get(label)))
            for label in before.states.keys() | after.states.keys()
        ),
        *(
            _changed(_records(before, label), _records(after, label))
            for label in before.records.keys() | after.records.keys()
        ),
    ]
    moved = _moved(before, after)
    relationships = {}
    for name in sorted(before.types.keys() | after.types.keys()):
        ends = _ends(before, before.types.get(name), after, after.types.get(name))
        if len(ends):
            relationships[name] = ends
    return ChangeSet(np.unique(np.concatenate([*nodes, moved])), relationships)


def _moved(before: GraphProjection, after: GraphProjection) -> Int64:
    """Nodes that now stand for, or are stood for by, another node."""
    both = np.intersect1d(before.nodes, after.nodes, assume_unique=True)
    was = before.nodes[before.canonical[np.searchsorted(before.nodes, both)]]
    now = after.nodes[after.canonical[np.searchsorted(after.nodes, both)]]
    other = was != now
    return np.concatenate([both[other], was[other], now[other]])


Keyed = tuple[Int64, list[npt.NDArray[Any]]]


def _keyed(projection: GraphProjection, columns: Mapping[str, npt.NDArray[Any]] | None) -> Keyed:
    if columns is None:
        return np.zeros(0, np.int64), []
    return projection.nodes[columns["node"]], [columns[n] for n in sorted(columns) if n != "node"]


def _records(projection: GraphProjection, label: str) -> Keyed:
    records: Records | None = projection.records.get(label)
    if records is None:
        return np.zeros(0, np.int64), []
    values = [records.columns[n] for n in sorted(records.columns)]
    return projection.nodes[records.node], [records.since, records.until, *values]


def _changed(one: Keyed, other: Keyed) -> Int64:
    """Keys that are in one table only, or have other values there; keys are ascending."""
    gone = np.setxor1d(one[0], other[0])
    both = np.intersect1d(one[0], other[0])
    at, to = np.searchsorted(one[0], both), np.searchsorted(other[0], both)
    differs = np.zeros(len(both), dtype=bool)
    for mine, theirs in zip(one[1], other[1], strict=False):
        differs |= mine[at] != theirs[to]
    return np.concatenate([gone, both[differs]])


def _ends(
    before: GraphProjection, was: Relationships | None, after: GraphProjection, now: Relationships | None
) -> Int64:
    rows = []
    kept = _fingerprint(was), _fingerprint(now)
    for projection, rel, mine, others in ((before, was, kept[0], kept[1]), (after, now, kept[1], kept[0])):
        if rel is not None:
            new = ~np.isin(mine, others)
            rows.append(np.stack([projection.nodes[rel.start[new]], projection.nodes[rel.end[new]]], axis=1))
    return np.unique(np.concatenate(rows), axis=0) if rows else np.zeros((0, 2), np.int64)


def _fingerprint(rel: Relationships | None) -> Int64:
    if rel is None:
        return np.zeros(0, np.int64)
    return mix(rel.key, *(hashed(c) for _, c in sorted(rel.columns.items())))
