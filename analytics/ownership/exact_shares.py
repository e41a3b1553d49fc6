"""Shares in fractions: what decides where a number in floating point lies too near to a threshold."""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from analytics.ownership.condensed import Ownership
from analytics.ownership.holdings import Holdings
from graph.declaration import SHARE_ONE

Int64 = npt.NDArray[np.int64]

LARGEST_LOOP = 24  # members of a loop that are solved in fractions: the work grows with the cube, the digits too
MOST_NODES = 2_000


def exact_owners(own: Ownership, held: Holdings, target: int) -> dict[int, Fraction] | None:
    """The exact share of every owner in a target (compact nodes); None where a loop or the graph above is too large.

    O(ancestors) additions of fractions, O(k^3) for a loop of k.
    """
    weight: dict[int, Fraction] = {target: Fraction(1)}
    queue = [(-int(own.rank[target]), target)]
    while queue:
        node = heapq.heappop(queue)[1]
        loop = int(own.loop[node])
        members = [node]
        if loop >= 0:
            while queue and own.loop[queue[0][1]] == loop:
                heapq.heappop(queue)
            members = own.members[own.loop_first[loop] : own.loop_first[loop + 1]].tolist()
            if len(members) > LARGEST_LOOP:
                return None
            if not own.closed[loop]:
                weight.update(_through_loop(own, held, members, weight))
        for member in members:
            if loop >= 0 and own.closed[loop]:
                break
            for e in range(own.back_begin[member], own.back_first[member + 1]):
                holder = int(own.back[e])
                if holder not in weight:
                    weight[holder] = Fraction(0)
                    heapq.heappush(queue, (-int(own.rank[holder]), holder))
                weight[holder] += weight.get(member, Fraction(0)) * Fraction(int(held.low[own.back_row[e]]), SHARE_ONE)
        if len(weight) > MOST_NODES:
            return None
    weight[target] -= 1
    return weight


def _through_loop(
    own: Ownership, held: Holdings, members: list[int], given: dict[int, Fraction]
) -> dict[int, Fraction]:
    """Solve w = b + A w within a loop by elimination."""
    size, place = len(members), {m: i for i, m in enumerate(members)}
    rows = [[Fraction(int(i == j)) for j in range(size)] + [given.get(m, Fraction(0))] for i, m in enumerate(members)]
    for member in members:
        for e in range(own.back_first[member], own.back_begin[member]):
            share = Fraction(int(held.low[own.back_row[e]]), SHARE_ONE)
            rows[place[int(own.back[e])]][place[member]] -= share
    for i in range(size):
        pivot = next(r for r in range(i, size) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for r in range(size):
            if r != i and rows[r][i]:
                factor = rows[r][i]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i], strict=True)]
    return {m: rows[i][size] for m, i in place.items()}
