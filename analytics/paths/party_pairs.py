"""Directed pairs of canonical parties by key, sorted both ways and patched by a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.arrays.kernel import kernel
from analytics.arrays.splice import spliced
from graph.ascending import distinct
from graph.changes import ChangeSet
from graph.projection import GraphProjection
from graph.runs import begins, runs

Int64 = npt.NDArray[np.int64]
Table = tuple[Int64, Int64, Int64]  # start, end, value; ascending by (start, end), each pair once
Read = Callable[[GraphProjection, Int64], Table]  # the pairs of some relationships of a projection, by position

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Network:
    """The pairs among some parties, without self-loops: CSR by position in `key` (ascending), with values."""

    key: Int64
    indptr: Int64
    target: Int64
    value: Int64

    @cached_property
    def component(self) -> Int64:
        """Of each party its strongly connected component, numbered by its first member's position."""
        n = len(self.key)
        if not n:
            return _NONE
        graph = sparse.csr_array((np.ones(len(self.target), np.int8), self.target, self.indptr), shape=(n, n))
        _, found = connected_components(graph, directed=True, connection="strong")
        first = np.full(n, n, dtype=np.int64)
        np.minimum.at(first, found, np.arange(n))
        return np.asarray(first[found])

    @cached_property
    def reverse(self) -> tuple[Int64, Int64, Int64]:
        """CSR of the pairs turned round: (indptr, source, position of the pair)."""
        start = np.repeat(np.arange(len(self.key)), np.diff(self.indptr))
        order = np.argsort(self.target, kind="stable")
        indptr = np.zeros(len(self.key) + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.target, minlength=len(self.key)), out=indptr[1:])
        return indptr, start[order], order


@dataclass(frozen=True)
class Pairs:
    """Pairs by (start, end) with an integer value each, and the same by (end, start) as (`to`, `of`, `held`)."""

    start: Int64
    end: Int64
    value: Int64
    to: Int64
    of: Int64
    held: Int64

    @classmethod
    def read(cls, projection: GraphProjection, name: str, read: Read) -> Pairs:
        """The pairs of all relationships of a type. O(n log n)."""
        rel = projection.types.get(name)
        start, end, value = read(projection, np.arange(0 if rel is None else len(rel)))
        order = np.argsort(end, kind="stable")
        return cls(start, end, value, end[order], start[order], value[order])

    def __len__(self) -> int:
        return len(self.start)

    @property
    def parties(self) -> Int64:
        """Everybody at an end of a pair, ascending."""
        return distinct(np.concatenate([_runs(self.start), _runs(self.to)]))

    @property
    def inner(self) -> Int64:
        """Who is at both ends of pairs, ascending: nobody else can be on a cycle."""
        starts = _runs(self.start)
        return starts[_among(starts, _runs(self.to))]

    def starting(self, keys: Int64) -> Int64:
        """Those of these keys (ascending) at which a pair starts."""
        return keys[_among(keys, self.start)]

    def leaving(self, keys: Int64) -> Int64:
        """Positions of the pairs that start at these keys (ascending)."""
        return runs(self.start, keys)[0]

    def reaching(self, keys: Int64) -> Table:
        """The pairs that end at these keys (ascending)."""
        at = runs(self.to, keys)[0]
        return self.of[at], self.to[at], self.held[at]

    def at(self, start: Int64, end: Int64) -> Int64:
        """Position of each pair, -1 where there is none. O(log n) each."""
        return _find(self.start, self.end, np.ascontiguousarray(start), np.ascontiguousarray(end))

    def downstream(self, keys: Int64) -> Int64:
        """These keys and all that pairs lead to from them, ascending."""
        return np.sort(_closure(self.start, self.end, keys)) if len(keys) else _NONE

    def upstream(self, keys: Int64) -> Int64:
        """These keys and all from which pairs lead to them, ascending."""
        return np.sort(_closure(self.to, self.of, keys)) if len(keys) else _NONE

    def through(self, starts: Int64, ends: Int64) -> Int64:
        """All that lies on a way from one of the ends to one of the starts, ascending."""
        above = self.upstream(np.unique(starts))
        seeds = np.intersect1d(ends, above)
        return np.sort(_within(self.start, self.end, seeds, above)) if len(seeds) else _NONE

    def around(self, keys: Int64) -> Int64:
        """The weakly connected components of these keys, ascending."""
        return np.sort(reached_by_either(self.start, self.end, self.to, self.of, keys)) if len(keys) else _NONE

    def among(self, keys: Int64) -> Network:
        """The network of these keys (ascending)."""
        at = self.leaving(keys)
        target = np.searchsorted(keys, self.end[at])
        inside = (target < len(keys)) & (self.start[at] != self.end[at])
        inside[inside] = keys[target[inside]] == self.end[at][inside]
        at = at[inside]
        indptr = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum(np.bincount(np.searchsorted(keys, self.start[at]), minlength=len(keys)), out=indptr[1:])
        return Network(keys, indptr, target[inside], self.value[at])

    def follow(
        self, projection: GraphProjection, name: str, read: Read, changes: ChangeSet
    ) -> tuple[Pairs, Int64, Int64]:
        """The pairs after a change, and the starts and ends of those that may differ.

        A pair may differ when one of its relationships does, or when a node of it now stands for another party.
        """
        moved = _with_canonical(projection, np.union1d(changes.nodes, changes.ends("SAME_AS")))
        ends = _canonical(projection, changes.relationships.get(name, np.zeros((0, 2), np.int64)))
        old = self.at(ends[:, 0], ends[:, 1])
        into = self.reaching(moved)
        gone = np.unique(np.concatenate([old[old >= 0], self.leaving(moved), self.at(into[0], into[1])]))
        new = read(projection, _rows(projection, name, moved, ends))
        was = self.start[gone], self.end[gone], self.value[gone]
        forward = spliced((self.start, self.end, self.value), gone, _place(self.start, self.end, new[0], new[1]), new)
        turn, back = np.lexsort((was[0], was[1])), np.lexsort((new[0], new[1]))
        leaves = _find(self.to, self.of, was[1][turn], was[0][turn])
        enters = _place(self.to, self.of, new[1][back], new[0][back])
        turned = new[1][back], new[0][back], new[2][back]
        backward = spliced((self.to, self.of, self.held), leaves, enters, turned)
        changed = _differing(was, new)
        return Pairs(*forward, *backward), *changed


def lots(projection: GraphProjection, name: str, start: int, end: int) -> tuple[tuple[str, int], ...]:
    """The relationships (type, key) that make one pair, in the projection's order."""
    rel = projection.types[name]
    try:
        one, other = (projection.canonical[projection.position(k)] for k in (start, end))
    except KeyError:
        return ()
    here = (projection.canonical[rel.start] == one) & (projection.canonical[rel.end] == other)
    return tuple((name, int(k)) for k in rel.key[here].tolist())


def canonical_ends(projection: GraphProjection, name: str, rows: Int64) -> tuple[Int64, Int64]:
    """Keys of the canonical parties at both ends of some relationships."""
    rel = projection.types[name]
    return (
        projection.nodes[projection.canonical[rel.start[rows]]],
        projection.nodes[projection.canonical[rel.end[rows]]],
    )


def _runs(ordered: Int64) -> Int64:
    """The different values of a sorted column."""
    return np.asarray(ordered[begins(ordered)])


def _among(keys: Int64, ordered: Int64) -> npt.NDArray[np.bool_]:
    """Which of these ascending keys are in a sorted column."""
    at = np.searchsorted(ordered, keys)
    there = at < len(ordered)
    there[there] = ordered[at[there]] == keys[there]
    return there


def _with_canonical(projection: GraphProjection, keys: Int64) -> Int64:
    return np.union1d(keys, _canonical(projection, keys))


def _canonical(projection: GraphProjection, keys: Int64) -> Int64:
    """Keys of the parties that these nodes stand for; a node that is not there stands for itself."""
    at = np.minimum(np.searchsorted(projection.nodes, keys), max(len(projection.nodes) - 1, 0))
    if not len(projection.nodes):
        return keys
    return np.where(projection.nodes[at] == keys, projection.nodes[projection.canonical[at]], keys)


def _rows(projection: GraphProjection, name: str, moved: Int64, ends: Int64) -> Int64:
    """Relationships of these parties or between these ends."""
    rel = projection.types.get(name)
    if rel is None or not len(rel):
        return _NONE
    start, end = projection.canonical[rel.start], projection.canonical[rel.end]
    flag = np.zeros(len(projection.nodes), dtype=np.int8)
    flag[_positions(projection, ends[:, 0])] = 1
    flag[_positions(projection, moved)] = 2
    here = np.flatnonzero((flag[start] > 0) | (flag[end] == 2))
    wanted = flag[start[here]] == 2
    wanted |= flag[end[here]] == 2
    table = np.unique(ends, axis=0)
    one, other = np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
    pair = _find(one, other, projection.nodes[start[here]], projection.nodes[end[here]]) >= 0
    return np.asarray(here[wanted | pair])


def _positions(projection: GraphProjection, keys: Int64) -> Int64:
    at = np.searchsorted(projection.nodes, keys)
    there = at < len(projection.nodes)
    there[there] = projection.nodes[at[there]] == keys[there]
    return np.asarray(at[there])


def _differing(was: Table, new: Table) -> tuple[Int64, Int64]:
    """Starts and ends of the pairs that are in one table only, or have another value there."""
    both = [np.concatenate(c) for c in zip(was, new, strict=True)]
    order = np.lexsort((both[2], both[1], both[0]))
    rows = np.stack([c[order] for c in both], axis=1)
    if not len(rows):
        return _NONE, _NONE
    same = np.zeros(len(rows), dtype=bool)
    equal = (rows[1:] == rows[:-1]).all(axis=1)
    same[1:] |= equal
    same[:-1] |= equal
    pairs = np.unique(rows[~same][:, :2], axis=0)
    return pairs[:, 0], pairs[:, 1]


# --- kernels ------------------------------------------------------------------------------------------


@kernel
def _place(start: Int64, end: Int64, one: Int64, other: Int64) -> Int64:
    """For each pair the first position in a sorted table that is not before it."""
    out = np.empty(len(one), np.int64)
    for k in range(len(one)):
        low, high = 0, len(start)
        while low < high:
            middle = (low + high) // 2
            if start[middle] < one[k] or (start[middle] == one[k] and end[middle] < other[k]):
                low = middle + 1
            else:
                high = middle
        out[k] = low
    return out


@kernel
def _find(start: Int64, end: Int64, one: Int64, other: Int64) -> Int64:
    """For each pair its position in a sorted table, -1 where it is not there."""
    out = _place(start, end, one, other)
    for k in range(len(one)):
        at = out[k]
        if at == len(start) or start[at] != one[k] or end[at] != other[k]:
            out[k] = -1
    return out


@kernel
def _listed(parties: set[int]) -> Int64:
    out = np.empty(len(parties), np.int64)
    for k, party in enumerate(parties):
        out[k] = party
    return out


@kernel
def _closure(source: Int64, target: Int64, seeds: Int64) -> Int64:
    """Everything that a table sorted by source leads to from the seeds, the seeds too, in no order."""
    seen = set(seeds)
    open_ = list(seen)
    while open_:
        party = open_.pop()
        at = np.searchsorted(source, party)
        while at < len(source) and source[at] == party:
            if target[at] not in seen:
                seen.add(target[at])
                open_.append(target[at])
            at += 1
    return _listed(seen)


@kernel
def _within(source: Int64, target: Int64, seeds: Int64, allowed: Int64) -> Int64:
    """What pairs lead to from the seeds without leaving the allowed parties (ascending), in no order."""
    seen = set(seeds)
    open_ = list(seen)
    while open_:
        party = open_.pop()
        at = np.searchsorted(source, party)
        while at < len(source) and source[at] == party:
            w = target[at]
            k = np.searchsorted(allowed, w)
            if w not in seen and k < len(allowed) and allowed[k] == w:
                seen.add(w)
                open_.append(w)
            at += 1
    return _listed(seen)


@kernel
def reached_by_either(start: Int64, end: Int64, to: Int64, of: Int64, seeds: Int64) -> Int64:
    """Everything that two tables of pairs, each sorted by its first column, lead to from the seeds, in no order."""
    seen = set(seeds)
    open_ = list(seen)
    while open_:
        party = open_.pop()
        for source, target in ((start, end), (to, of)):
            at = np.searchsorted(source, party)
            while at < len(source) and source[at] == party:
                if target[at] not in seen:
                    seen.add(target[at])
                    open_.append(target[at])
                at += 1
    return _listed(seen)
