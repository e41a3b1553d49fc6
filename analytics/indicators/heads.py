"""Who heads the group of each party: its controller in the end, those by State bodies left out; kept by key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.ascending import matched
from graph.projection import GraphProjection
from graph.runs import runs

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Heads:
    """Parties under another (keys, ascending), and the head of each; whoever is not among them heads himself."""

    party: Int64
    head: Int64
    order: Int64  # by head

    @classmethod
    def of(cls, party: Int64, head: Int64) -> Heads:
        """From pairs of keys, in any order."""
        under = np.flatnonzero(party != head)
        under = under[np.argsort(party[under])]
        return cls(party[under], head[under], np.argsort(head[under], kind="stable"))

    @classmethod
    def of_all(cls, projection: GraphProjection) -> Heads:
        """Of a whole graph. O(nodes + edges)."""
        from analytics.algorithms.control import controllers  # with numba, which takes a second to import

        keys = projection.nodes
        return cls.of(keys, keys[controllers(projection, by_the_state=False).top])

    def head_of(self, keys: Int64) -> Int64:
        """The heads of parties."""
        at = matched(self.party, keys)
        return np.where(at < 0, keys, self.head[at]) if len(self.head) else keys

    def groups(self, keys: Int64) -> Int64:
        """All who have a head in common with one of these, heads included, ascending."""
        heads = np.unique(self.head_of(keys))
        at, _ = runs(self.head[self.order], heads)
        return np.union1d(heads, self.party[self.order[at]])

    def places(self, projection: GraphProjection) -> Int64:
        """By node of a part of the graph the place of its head; of one whose head is not in the part, its own."""
        at = matched(projection.nodes, self.head_of(projection.nodes))
        return np.where(at < 0, np.arange(len(projection.nodes)), at)

    def follow(self, part: GraphProjection, stale: Int64) -> Heads:
        """With the heads of some parties (keys, ascending) as they are in a part of the graph that they follow from.

        O(part), and O(n log n) where one is another than before.
        """
        now = Heads.of_all(part)
        stale = stale[matched(part.nodes, stale) >= 0]
        stale = stale[now.head_of(stale) != self.head_of(stale)]
        if not len(stale):
            return self
        rest = matched(stale, self.party) < 0
        party, head = np.concatenate([self.party[rest], stale]), np.concatenate([self.head[rest], now.head_of(stale)])
        return Heads.of(party, head)
