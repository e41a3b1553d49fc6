"""Risk that relationships pass on to parties beyond their own, by which tie most of it, and when it turns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.arrays.patched import Patched
from analytics.risk.cavity import earliest
from analytics.risk.following import balls, followed, with_newcomers
from analytics.risk.state import State
from graph.ascending import MANY, matched
from graph.changes import ChangeSet
from graph.projection import GraphProjection
from graph.runs import begins
from graph.time import FOREVER

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PassedOn:
    """A run of risk propagation, and by round and party the first day on which a record turns that may reach it.

    only: the parties (numbers) that are asked about, all where None.
    """

    state: State
    turns: tuple[Patched, ...]
    only: Int64 | None = None

    @classmethod
    def of(cls, state: State) -> PassedOn:
        """Of a run. O(rounds x arcs)."""
        value, turns = state.turn.whole(), []
        for _ in range(state.rounds):
            value = earliest(state.indptr, state.other, state.into, value)
            turns.append(Patched.of(value))
        return cls(state, tuple(turns))

    def about(self, keys: Int64) -> PassedOn:
        """The same, asked about some parties (keys) only."""
        return replace(self, only=np.unique(self.state.parties.number(keys)))

    def numbers(self, keys: Int64) -> Int64:
        """The parties that nodes (keys) stand for; -1 for none that is asked about."""
        number = self.state.parties.number(keys)
        return number if self.only is None else np.where(matched(self.only, number) >= 0, number, -1)

    def excess(self, parties: Int64) -> Floats:
        """Risk less own risk of parties (numbers)."""
        own, free = self.state.own[parties], self.state.through[-1][parties]
        return np.asarray(own + (1.0 - own) * (1.0 - free) - own)

    def turn(self, parties: Int64) -> Int64:
        """The first day on which a record that may reach each party ends or grows a month older; FOREVER for none."""
        return self.turns[-1][parties]

    def neighbour(self, parties: Int64) -> Int64:
        """The other end of the arc that brings each party (ascending numbers) the most, -1 where none does."""
        arcs = self.state.arcs(parties)
        term = arcs.into * self.state.messages(arcs, self.state.rounds - 1)
        best = np.lexsort((arcs.other, -term, arcs.row))
        best = best[begins(arcs.row[best])]
        best = best[term[best] > 0]
        out = np.full(len(parties), -1)
        out[arcs.row[best]] = arcs.other[best]
        return out

    def tie(self, projection: GraphProjection, parties: Int64) -> Int64:
        """The key of the relationship that brings each party (ascending numbers) the most; 0 where none does."""
        out, wiring = np.zeros(len(parties), np.int64), self.state.wiring(projection, many=len(parties) > MANY)
        for first in range(0, len(parties), MANY):  # what is looked through for many at once takes much memory
            some = parties[first : first + MANY]
            source = self.neighbour(some)
            passing = np.flatnonzero(source >= 0)
            along = wiring.along(source[passing], some[passing])
            best = begins(along.pair)
            out[first + passing[along.pair[best]]] = along.key[best]
        return out

    def follow(self, projection: GraphProjection, changes: ChangeSet) -> tuple[PassedOn, Int64] | None:
        """(this after a change, the parties, ascending, that it may have reached); None where a full run is due.

        projection: the graph after the change, or a part of it: `followed`.
        """
        before = self._with_newcomers(projection, changes)
        found = followed(before.state, projection, changes, {})
        if found is None:
            return None
        state, ball = found
        touched = state.parties.number(changes.touched)
        reached = balls(state, np.unique(touched[touched >= 0]))
        turns, turn = [], state.turn
        for was, ball_of in zip(before.turns, reached, strict=True):
            arcs = state.arcs(ball_of)
            value, heard = turn[ball_of], arcs.into > 0.0
            np.minimum.at(value, arcs.row[heard], turn[arcs.other[heard]])
            turn = was.replaced(ball_of, value)
            turns.append(turn)
        return PassedOn(state, tuple(turns)), np.union1d(ball, reached[-1])

    def _with_newcomers(self, projection: GraphProjection, changes: ChangeSet) -> PassedOn:
        state = with_newcomers(self.state, projection, changes)
        if state is self.state:
            return self
        keys = changes.nodes[
            (self.state.parties.number(changes.nodes) < 0) & (state.parties.number(changes.nodes) >= 0)
        ]
        at = np.searchsorted(self.state.parties.keys, keys)
        return PassedOn(state, tuple(t.grown(at, FOREVER) for t in self.turns))
