"""Rings: strongly connected components of more than one party, and the shortest cycle through each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.paths.party_pairs import Network
from graph.declaration import SHARE_ONE

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rings:
    """Parties that stand on a cycle, ascending by position in the network.

    ring: the position of the first member of each one's component; members: how many it has; length: pairs of the
    shortest cycle through the party (0 where the budget ended first); product: the greatest product of values (as
    fractions of SHARE_ONE) along a cycle of that length.
    """

    member: Int64
    ring: Int64
    members: Int64
    length: Int64
    product: Floats


def rings(network: Network, budget: int) -> Rings:
    """All rings of a network. O(pairs) and for each member of a ring at most `budget` pairs."""
    component = network.component
    size = np.bincount(component, minlength=len(component))
    member = np.flatnonzero(size[component] > 1)
    length, product, _ = _cycles(network, member, budget)
    ring = component[member]
    return Rings(member, ring, size[ring], length, product)


def cycle(network: Network, member: int, budget: int) -> list[int]:
    """The shortest cycle through a party, from it on (positions, the party once); empty within too small a budget."""
    length, _, paths = _cycles(network, np.array([member]), budget)
    return paths[: length[0]].tolist() if length[0] else []


def _cycles(network: Network, member: Int64, budget: int) -> tuple[Int64, Floats, Int64]:
    indptr, source, _ = network.reverse
    value = network.value / SHARE_ONE
    return _shortest(network.indptr, network.target, value, indptr, source, network.component, member, budget)


@kernel
def _shortest(
    indptr: Int64,
    target: Int64,
    value: Floats,
    back: Int64,
    source: Int64,
    component: Int64,
    member: Int64,
    budget: int,
) -> tuple[Int64, Floats, Int64]:
    """Breadth first from each member, level by level, the greatest product kept, ties to the first found.

    Also gives the cycle of the last member.
    """
    n = len(indptr) - 1
    length, product = np.zeros(len(member), np.int64), np.zeros(len(member), np.float64)
    closes = np.full(n, -1, np.int64)
    level = np.zeros(n, np.int64)
    seen = np.full(n, -1, np.int64)
    best = np.zeros(n, np.float64)
    parent = np.full(n, -1, np.int64)
    path = np.zeros(n, np.int64)
    for turn in range(len(member)):
        m = member[turn]
        for e in range(back[m], back[m + 1]):
            closes[source[e]] = turn
        queue = [m]
        seen[m], level[m], best[m] = turn, 0, 1.0
        i, steps, found, last = 0, 0, np.int64(0), np.int64(-1)
        while i < len(queue):
            v = queue[i]
            i += 1
            if found > 0 and level[v] + 1 > found:
                break
            if closes[v] == turn and v != m:
                for e in range(indptr[v], indptr[v + 1]):
                    if target[e] == m:
                        found = level[v] + 1
                        if best[v] * value[e] > product[turn] or last < 0:
                            product[turn] = best[v] * value[e]
                            last = v
                        break
                continue
            if found > 0:
                continue
            steps += indptr[v + 1] - indptr[v]
            if steps > budget and v != m:
                break
            for e in range(indptr[v], indptr[v + 1]):
                w = target[e]
                if component[w] != component[m]:
                    continue
                if seen[w] != turn:
                    seen[w], level[w], best[w], parent[w] = turn, level[v] + 1, best[v] * value[e], v
                    queue.append(w)
                elif level[w] == level[v] + 1 and best[v] * value[e] > best[w]:
                    best[w], parent[w] = best[v] * value[e], v
        length[turn] = found
        if turn == len(member) - 1:
            for k in range(found - 1, -1, -1):
                path[k] = last
                last = parent[last] if last != m else last
    return length, product, path
