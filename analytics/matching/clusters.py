"""Who is one party: clusters around a centre that each member agrees with, none of whom another contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.matching.comparing import conflicts
from analytics.matching.parties import Parties
from analytics.matching.probability import Scored
from graph.projection import SURE
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Clusters:
    """head: for each party the one that officers' decisions make it one with, itself where none does. centre: for
    each party the head that its cluster is around. contradicted: decisions `same` about parties proved to be two."""

    head: Int64
    centre: Int64
    contradicted: list[Pair]


def cluster(people: Parties, scored: Scored, verdicts: Mapping[Pair, str]) -> Clusters:
    """Clusters of the pairs from .95, officers' verdicts (same, different, unsure) on pairs of positions first.

    Parties with a number or code are centres before others, then who agrees with most others, then by key. A centre
    takes who is still free, best first, unless the number, code or anything else that proves who somebody is differs
    from any member's, or an officer told it apart from one. O(pairs log pairs).
    """
    apart = {_ordered(p) for p, v in verdicts.items() if v == "different"}
    identity = people.identity.copy()
    head, contradicted = _decided(people, identity, (_ordered(p) for p, v in verdicts.items() if v == "same"), apart)
    not_joined = apart | {_ordered(p) for p, v in verdicts.items() if v == "unsure"}
    barred = np.array(sorted(not_joined), dtype=np.int64).reshape(-1, 2)
    n = len(people)
    sure = np.flatnonzero(scored.share >= SURE)
    sure = sure[np.argsort(-scored.share[sure], kind="stable")]
    first, neighbour = _lists(head[scored.one[sure]], head[scored.other[sure]], n)
    bars, barred_with = _lists(head[barred[:, 0]], head[barred[:, 1]], n)
    order = np.lexsort((np.arange(n), -np.diff(first), identity[:, 0] == NO_DATE))
    centre = stars(order[head[order] == order], first, neighbour, identity, bars, barred_with)
    return Clusters(head, centre[head], contradicted)


def _ordered(pair: Pair) -> Pair:
    return min(pair), max(pair)


def _lists(one: Int64, other: Int64, count: int) -> tuple[Int64, Int64]:
    """Undirected pairs as lists by party, in the order of the pairs."""
    start, end = np.concatenate([one, other]), np.concatenate([other, one])
    rank = np.tile(np.arange(len(one)), 2)
    order = np.lexsort((rank, start))
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(start, minlength=count), out=first[1:])
    return first, end[order]


def _decided(people: Parties, identity: Int64, same: Iterable[Pair], apart: set[Pair]) -> tuple[Int64, list[Pair]]:
    """(head of each party, decisions that cannot be): officers' `same` in order; identity becomes the whole group's."""
    head = np.arange(len(people))
    members: dict[int, list[int]] = {}
    contradicted = []
    for one, other in same:
        a, b = sorted((int(head[one]), int(head[other])), key=lambda h: (identity[h, 0] == NO_DATE, h))
        if a == b:
            continue
        group, joining = members.get(a, [a]), members.get(b, [b])
        if conflicts(a, b, identity) or any(_ordered((x, y)) in apart for x in group for y in joining):
            contradicted.append((one, other))
            continue
        members[a] = group + joining
        members.pop(b, None)
        head[members[a]] = a
        identity[a] = np.maximum(identity[a], identity[b])  # NO_DATE is the least
    return head, contradicted


@kernel
def stars(order: Int64, first: Int64, neighbour: Int64, identity: Int64, bars: Int64, barred_with: Int64) -> Int64:
    """Centre of each party: in this order who is free becomes a centre and takes its free neighbours, best first.

    identity is the centre's with all that its members add: whoever differs from any of them is not taken.
    """
    centre = np.full(len(first) - 1, -1, np.int64)
    for c in order:
        if centre[c] >= 0:
            continue
        centre[c] = c
        for e in range(first[c], first[c + 1]):
            v = neighbour[e]
            if centre[v] >= 0 or conflicts(c, v, identity):
                continue
            barred = False
            for b in range(bars[v], bars[v + 1]):
                barred = barred or centre[barred_with[b]] == c
            if barred:
                continue
            centre[v] = c
            for k in range(identity.shape[1]):
                identity[c, k] = max(identity[c, k], identity[v, k])
    return centre
