"""What the numbers of a company depend on, and what a change can reach.

A company's owners, controllers and beneficial owners follow from what lies above it: holders, those who command it, who
stands for the same party, and the court freezes of its shares. So the numbers of the companies below a change, computed
on all that lies above these, are the very numbers of the whole graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.arrays.grouping import grouped
from analytics.paths.party_pairs import reached_by_either
from graph.ascending import matched
from graph.changes import ChangeSet
from graph.identity import nid
from graph.part import part
from graph.projection import GraphProjection
from graph.runs import runs
from graph.view import View

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

DOWN = (
    "HOLDS_SHARES_IN",
    "EXECUTIVE_PARTNER_OF",
    "HOLDS_POST_IN",
    "CONTROLS",
    "APPOINTS_BOARD_OF",
    "LEGAL_REPRESENTATIVE_OF",
)
MUTUAL = ("SAME_AS", "ACTS_IN_CONCERT_WITH")
TYPES = (*DOWN, *MUTUAL, "BRANCH_OF", "SUBJECT_OF")
FROZEN = "EquityFreeze"
MOST_CHANGED = 10_000  # pairs: from then on the ties are read again


@dataclass(frozen=True)
class Ties:
    """Who is above whom, by key: pairs by (above, below), the same turned round, and those that came since.

    A pair that is gone stays: what is found is never too little.
    """

    above: Int64
    below: Int64
    to: Int64
    of: Int64
    more: Int64 = field(default_factory=lambda: np.zeros((0, 2), np.int64))

    @classmethod
    def read(cls, projection: GraphProjection) -> Ties:
        """The ties of a projection, read once. O(n log n)."""
        return projection.kept("ties", lambda: cls._read(projection))

    @classmethod
    def _read(cls, projection: GraphProjection) -> Ties:
        n = len(projection.nodes)
        pairs = [_pairs(projection, t, np.arange(len(projection.types[t]))) for t in TYPES if t in projection.types]
        above, below = np.concatenate([*pairs, np.zeros((0, 2), np.int64)]).T
        down, up = grouped(above, n)[1], grouped(below, n)[1]
        key = projection.nodes
        return cls(key[above[down]], key[below[down]], key[below[up]], key[above[up]])

    def follow(self, projection: GraphProjection, changes: ChangeSet) -> Ties:
        """The ties after a change: those of the changed relationships are added."""
        rows = [self.more, *(_changed(projection, t, ends) for t, ends in changes.relationships.items() if t in TYPES)]
        more = np.unique(np.concatenate(rows), axis=0)
        return replace(self, more=more) if len(more) < MOST_CHANGED else Ties.read(projection)

    def upstream(self, keys: Int64) -> Int64:
        """These keys and all above them, ascending."""
        later = self.more[np.argsort(self.more[:, 1], kind="stable")]
        return np.sort(reached_by_either(self.to, self.of, later[:, 1].copy(), later[:, 0].copy(), keys))

    def downstream(self, keys: Int64) -> Int64:
        """These keys and all below them, ascending."""
        later = self.more[:, 0].copy(), self.more[:, 1].copy()
        return np.sort(reached_by_either(self.above, self.below, *later, keys))


def _pairs(projection: GraphProjection, name: str, rows: Int64) -> Int64:
    """(above, below) of some relationships of a type, as positions."""
    rel = projection.types[name]
    start, end = np.asarray(rel.start[rows]), np.asarray(rel.end[rows])
    if name == "BRANCH_OF":
        return np.stack([end, start], axis=1)
    if name == "SUBJECT_OF":
        freeze = projection.label[end] == projection.labels.index(FROZEN)
        return np.stack([end[freeze], start[freeze]], axis=1)
    both = [np.stack([start, end], axis=1)]
    if name in MUTUAL:
        both.append(both[0][:, ::-1])
    if name == "ACTS_IN_CONCERT_WITH" and "concerning" in rel.columns:
        both += _concerning(projection, start, end, rel.columns["concerning"][rows])
    return np.concatenate(both)


def _concerning(projection: GraphProjection, start: Int64, end: Int64, concerning: Column) -> list[Int64]:
    """Parties of a pact in one company are above that company, whether they hold anything of it or not."""
    told = np.flatnonzero([isinstance(c, str) for c in concerning])
    at, of = runs(projection.nodes, np.array([nid(c) for c in concerning[told]], dtype=np.int64))
    return [np.stack([side[told[of]], at], axis=1) for side in (start, end)]


def _changed(projection: GraphProjection, name: str, ends: Int64) -> Int64:
    """(above, below) keys of changed relationships of a type, as far as they are there now."""
    rel = projection.types.get(name)
    if rel is None:
        return np.zeros((0, 2), np.int64)
    place = runs(projection.nodes, np.unique(ends[:, 0]))[0]
    rows, _ = runs(rel.start, place)
    rows = rows[np.isin(projection.nodes[rel.end[rows]], ends[:, 1])]
    return np.asarray(projection.nodes[_pairs(projection, name, rows)])


def from_store(view: View, keys: Int64, *, below: bool = False) -> GraphProjection:
    """What the numbers of some nodes follow from, or with `below` those of all below them, read by index from a store.

    The algorithms marked `upstream` give on it the very numbers of the whole graph. O(what is found).
    """
    found = walked(view, keys, up=False) if below else keys
    return GraphProjection.among(view, walked(view, found, up=True), (*TYPES, FROZEN, "Company", "Organisation"))


def walked(view: View, keys: Int64, *, up: bool) -> Int64:
    """These nodes and all above or below them, ascending."""
    if not len(keys):
        return keys
    concert = view.kept("concert", lambda: _pacts(view))
    seen = fresh = np.unique(keys)
    while len(fresh):
        steps = [_step(view, name, fresh, up=up) for name in (*DOWN, "SAME_AS", "BRANCH_OF")]
        steps += [_in_concert(concert, fresh, up=up), _freezes(view, fresh) if up else fresh]
        fresh = np.setdiff1d(np.concatenate(steps), seen)
        seen = np.union1d(seen, fresh)
    return seen


def _step(view: View, name: str, keys: Int64, *, up: bool) -> Int64:
    """The nodes one relationship of a type above or below."""
    to_owner = up != (name == "BRANCH_OF")
    found = [keys]
    if to_owner or name in MUTUAL:
        found.append(view.store.columns(name, ("owner",), view.slice, ends=keys)["owner"])
    if not to_owner or name in MUTUAL:
        found.append(view.store.columns(name, ("end",), view.slice, owners=keys)["end"])
    return np.concatenate(found)


def _pacts(view: View) -> tuple[Int64, Int64]:
    """All pacts to act in concert: (parties, the company that each is about, 0 for all)."""
    ties = view.store.columns("ACTS_IN_CONCERT_WITH", ("owner", "end", "concerning"), view.slice)
    about = np.array([nid(c) if isinstance(c, str) else 0 for c in ties["concerning"]], dtype=np.int64)
    return np.stack([ties["owner"], ties["end"]], axis=1), about


def _in_concert(pacts: tuple[Int64, Int64], keys: Int64, *, up: bool) -> Int64:
    """Who acts in concert with these, and the parties of pacts about them, or what the pacts of these are about."""
    parties, about = pacts
    mine = (matched(keys, parties.ravel()) >= 0).reshape(parties.shape).any(axis=1)
    if up:
        return parties[mine | (matched(keys, about) >= 0)].ravel()
    return np.concatenate([parties[mine].ravel(), about[mine & (about != 0)]])


def _freezes(view: View, keys: Int64) -> Int64:
    """The records of frozen shares that these are a subject of."""
    records = view.store.columns("SUBJECT_OF", ("end",), view.slice, owners=keys)["end"]
    known = view.store.nodes(np.unique(records).tolist(), view.seq)
    return np.array([k for k, (_, label) in known.items() if label == FROZEN], dtype=np.int64)


@dataclass(frozen=True)
class State:
    """What an update goes on from: the ties, read when the first update asks for them."""

    projection: GraphProjection
    followed: Ties | None = None

    @cached_property
    def ties(self) -> Ties:
        """The ties of the graph that the result is of."""
        return self.followed or Ties.read(self.projection)

    def above(self, keys: Int64) -> GraphProjection:
        """The part of the graph that the numbers of these nodes follow from."""
        return part(self.projection, self.ties.upstream(keys), TYPES)


def reached(was: State, projection: GraphProjection, changes: ChangeSet) -> tuple[State, Int64, GraphProjection]:
    """(state after a change, keys of all below it, ascending, the part of the graph that lies above these)."""
    ties = was.ties.follow(projection, changes)
    seeds = _seeds(changes)
    stale = np.union1d(was.ties.downstream(seeds), ties.downstream(seeds))
    now = State(projection, ties)
    return now, stale, now.above(stale)


def _seeds(changes: ChangeSet) -> Int64:
    """Where a change has its effect: changed nodes, lower ends of changed ties, both ends of mutual ones."""
    ends = [changes.nodes]
    for name, rows in changes.relationships.items():
        if name in MUTUAL:
            ends.append(rows.ravel())
        elif name in DOWN:
            ends.append(rows[:, 1])
        elif name == "BRANCH_OF":
            ends.append(rows[:, 0])
        elif name == "SUBJECT_OF":
            ends.append(rows[:, 1])  # the record: only a freeze has anything below it
    return np.unique(np.concatenate(ends))
