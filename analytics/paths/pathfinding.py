"""Kernels of the search for paths among a few parties, within a number of hops and a budget.

First the corridor: the nodes that lie on some walk of at most `hops` between two parties, found by searching from
all of them at once, the narrowest first. Then exact searches inside it, over states (node, hops).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.paths.network import Adjacency, Network

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

FAR = 100  # hops, more than any
UNREACHED = 1 << 62


class Local(NamedTuple):
    """A small graph: entries of node u at indptr[u]:indptr[u + 1], one a neighbour, ascending; parties have no toll."""

    indptr: Int64
    neighbour: Int32
    weight: Int64
    toll: Int64
    party: Bools


@dataclass(frozen=True)
class Corridor:
    """What lies between parties: positions of its nodes, ascending, and the graph over them.

    explored: entries looked at. cut: whether the budget ended the search before it was complete.
    """

    nodes: Int64
    graph: Local
    parties: Int64  # local numbers
    explored: int
    cut: bool


class Found(NamedTuple):
    """Paths in order: rows of nodes, -1 after their end; the entries looked at, and whether the budget ran out."""

    paths: Int32
    explored: int
    cut: bool


def corridor(network: Network, parties: Int64, hops: int, budget: int, admitted: Bools) -> Corridor:
    """The corridor among parties (positions, each once). O(entries within half the hops of each party)."""
    net = network.at
    with _marks(network) as mark:
        touched, nodes, explored, cut = _spread(net, admitted, parties, hops, budget, mark)
        mark[touched] = -1
        nodes = np.sort(nodes)
        mark[nodes] = np.arange(len(nodes), dtype=np.int32)
        indptr, neighbour, weight = _induced(net, admitted, nodes, mark)
        mark[nodes] = -1
    party = np.isin(nodes, parties)
    toll = np.where(party, 0, net.toll[nodes])
    local = np.searchsorted(nodes, parties)
    return Corridor(nodes, Local(indptr, neighbour, weight, toll, party), local, int(explored), bool(cut))


@contextmanager
def _marks(network: Network) -> Iterator[Int32]:
    """An array over all nodes, -1 throughout, kept between searches: only what was touched is cleared.

    Whoever searches at the same time gets another; one that a search left in disorder is not used again.
    """
    try:
        mark = network.marks.pop()
    except IndexError:
        mark = np.full(len(network.at.toll), -1, dtype=np.int32)
    yield mark
    network.marks.append(mark)


@kernel
def _spread(
    net: Adjacency, admitted: Bools, parties: Int64, hops: int, budget: int, mark: Int32
) -> tuple[Int64, Int64, int, bool]:
    """Nodes touched, those of the corridor, entries looked at, cut short. A party's search stops at another party."""
    indptr, neighbour, k = net.indptr, net.neighbour, len(parties)  # a tuple's arrays are slow to reach from a loop
    touched, dist = np.empty(1024, np.int64), np.full((k, 1024), FAR, np.int8)
    radius, width = np.zeros(k, np.int64), np.zeros(k, np.int64)
    count, explored, cut = k, 0, False
    for p in range(k):
        u = parties[p]
        touched[p], mark[u], dist[p, p] = u, p, 0
        width[p] = indptr[u + 1] - indptr[u]
    # Until the balls of any two parties span the hops: always the ball that costs least for the pairs it helps.
    while True:
        p, helped = -1, 0
        for a in range(k):
            pairs = 0
            for b in range(k):
                pairs += a != b and radius[a] + radius[b] < hops
            if pairs and (p < 0 or width[a] * helped < width[p] * pairs):
                p, helped = a, pairs
        if p < 0:
            break
        radius[p] += 1
        j, wide, mine = radius[p], 0, dist[p]
        for s in range(count):
            if mine[s] != j - 1 or (s < k and s != p):
                continue
            low, high = indptr[touched[s]], indptr[touched[s] + 1]
            if explored + high - low > budget:
                cut = True
                continue
            explored += high - low
            for i in range(low, high):
                if not admitted[i]:
                    continue
                v = neighbour[i]
                t = mark[v]
                if t < 0:
                    if count == len(touched):
                        more, further = np.empty(2 * count, np.int64), np.full((k, 2 * count), FAR, np.int8)
                        more[:count], further[:, :count] = touched, dist
                        touched, dist = more, further
                        mine = dist[p]
                    t = count
                    touched[t], mark[v] = v, t
                    count += 1
                if mine[t] == FAR:
                    mine[t] = j
                    wide += indptr[v + 1] - indptr[v]
        width[p] = wide
    # Beyond, a walk is already inside another party's ball.
    near = np.full(count, 2 * FAR, np.int64)  # hops of the shortest walk by way of a node from party to party
    for p in range(k):
        mine, others = dist[p], np.full(count, FAR, np.int8)
        for q in range(k):
            if q != p:
                others = np.minimum(others, dist[q, :count])
        for j in range(radius[p] + 1, hops):
            for s in range(count):
                if mine[s] != j - 1 or others[s] > hops - j + 1 or (s < k and s != p):
                    continue
                low, high = indptr[touched[s]], indptr[touched[s] + 1]
                if explored + high - low > budget:
                    cut = True
                    continue
                explored += high - low
                for i in range(low, high):
                    t = mark[neighbour[i]]
                    if t >= 0 and mine[t] == FAR and others[t] <= hops - j and admitted[i]:
                        mine[t] = j
        for s in range(count):
            near[s] = min(near[s], mine[s] + others[s])
    near[:k] = 0
    return touched[:count], touched[:count][near <= hops], explored, cut


@kernel
def _induced(net: Adjacency, admitted: Bools, nodes: Int64, mark: Int32) -> tuple[Int64, Int32, Int64]:
    """The graph over some nodes, of parallel relationships the best: indptr, neighbour, weight."""
    indptr, neighbour, weight = net.indptr, net.neighbour, net.weight
    room = 0
    for u in nodes:
        room += indptr[u + 1] - indptr[u]
    begins, ends, steps = np.zeros(len(nodes) + 1, np.int64), np.empty(room, np.int32), np.empty(room, np.int64)
    size = 0
    for s in range(len(nodes)):
        last = -1
        for i in range(indptr[nodes[s]], indptr[nodes[s] + 1]):
            v = neighbour[i]
            if v != last and admitted[i] and mark[v] >= 0:
                ends[size], steps[size] = mark[v], weight[i]
                size += 1
                last = v
        begins[s + 1] = size
    return begins, ends[:size].copy(), steps[:size].copy()


@kernel
def weights_to(graph: Local, target: int, hops: int) -> Int64:
    """By hops left and node the least weight of a walk to a target, tolls of nodes in between included, the first
    node's not; UNREACHED for none. Bellman and Ford, hop by hop; no walk leads through a party. O(hops * entries)."""
    n = len(graph.toll)
    left = np.full((hops + 1, n), UNREACHED, np.int64)
    left[0, target] = 0
    front, after = np.empty(n, np.int32), np.empty(n, np.int32)
    front[0], size = target, 1
    for j in range(1, hops + 1):
        left[j] = left[j - 1]
        count = 0
        for f in range(size):
            u = front[f]
            base = left[j - 1, u] + graph.toll[u]
            for i in range(graph.indptr[u], graph.indptr[u + 1]):
                v, weight = graph.neighbour[i], base + graph.weight[i]
                if weight < left[j, v]:
                    if left[j, v] == left[j - 1, v] and not graph.party[v]:
                        after[count] = v
                        count += 1
                    left[j, v] = weight
        front, after, size = after, front, count
    return left


@kernel
def descend(graph: Local, left: Int64, source: int) -> Int32:
    """The best path from a party by the weights to a target: among equals the first by node; empty for none."""
    j, u = len(left) - 1, source
    path = [np.int32(source)]
    if left[j, u] == UNREACHED:
        return np.empty(0, np.int32)
    while left[j, u] > 0:
        for i in range(graph.indptr[u], graph.indptr[u + 1]):
            v = graph.neighbour[i]
            within = left[j - 1, v] == 0 or (left[j - 1, v] < UNREACHED and not graph.party[v])
            if within and left[j - 1, v] + graph.toll[v] + graph.weight[i] == left[j, u]:
                break
        path.append(v)
        u = v
        j -= 1
    return np.array(path, dtype=np.int32)


@kernel
def loopless(graph: Local, left: Int64, source: int, target: int, count: int, room: int) -> Found:
    """The `count` best loopless paths between two parties, by weight and then by their nodes (Yen 1971, with Lawler's
    remark that only what follows a path's deviation can be new). `left`: weights_to the target, the bound of every
    spur's search (A*). room: entries it may look at."""
    n, hops = len(graph.toll), len(left) - 1
    paths, before = np.full((count, hops + 1), -1, np.int32), np.zeros((count, hops + 1), np.int64)
    length, deviation = np.zeros(count, np.int64), np.zeros(count, np.int64)
    waiting, weight = np.empty((8, hops + 1), np.int32), np.empty((8, hops + 1), np.int64)
    steps, turn, size = np.empty(8, np.int64), np.empty(8, np.int64), 0
    blocked, barred = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    at = np.full((hops + 1, n), -1, np.int32)
    root, sums = np.empty(hops + 1, np.int32), np.zeros(hops + 1, np.int64)
    root[0] = source
    explored, cut, found, first, last = 0, False, 0, 0, 1
    while True:
        for i in range(first, last):
            if found:
                root[:], sums[:] = paths[found - 1], before[found - 1]
                for b in range(found):
                    if length[b] > i + 1 and np.all(paths[b, : i + 1] == root[: i + 1]):
                        barred[paths[b, i + 1]] = True
            blocked[root[: i + 1]] = True
            end, looked, short = _spur(graph, left, root, sums, i, target, blocked, barred, at, room - explored)
            blocked[root[: i + 1]] = False
            for b in range(found):
                if length[b] > i + 1:
                    barred[paths[b, i + 1]] = False
            explored += looked
            cut |= short
            if end:
                if size == len(steps):
                    waiting, weight = np.concatenate((waiting, waiting)), np.concatenate((weight, weight))
                    steps, turn = np.concatenate((steps, steps)), np.concatenate((turn, turn))
                waiting[size], weight[size], steps[size], turn[size] = root, sums, end, i
                size += 1
        if size == 0 or found == count:
            break
        best = 0
        for c in range(1, size):
            if _comes_before(waiting[c], weight[c, steps[c] - 1], waiting[best], weight[best, steps[best] - 1]):
                best = c
        paths[found, : steps[best]] = waiting[best, : steps[best]]
        before[found], length[found], deviation[found] = weight[best], steps[best], turn[best]
        size -= 1
        waiting[best], weight[best], steps[best], turn[best] = waiting[size], weight[size], steps[size], turn[size]
        first, last = deviation[found], length[found] - 1
        found += 1
        if found == count:
            break
    return Found(paths[:found], explored, cut)


@kernel
def _comes_before(one: Int32, weight: int, other: Int32, others: int) -> bool:
    """Whether a complete path is better than another: lighter, or first by its nodes."""
    if weight != others:
        return weight < others
    for a, b in zip(one, other):  # noqa: B905 - numba's has no strict
        if a != b:
            return bool(a < b)
    return False


@kernel
def _spur(
    graph: Local,
    left: Int64,
    root: Int32,
    sums: Int64,
    i: int,
    target: int,
    blocked: Bools,
    barred: Bools,
    at: Int32,
    room: int,
) -> tuple[int, int, bool]:
    """Complete root[: i + 1] to the best path that enters no blocked node and starts with no barred one.

    Writes it and its sums of weight into root and sums; returns its number of nodes (0 for none), the entries looked
    at and whether room ran out. States are (hops, node); of equal ones the first by their nodes leads. `at` is -1
    throughout, before and after.
    """
    hops = len(left) - 1
    node, hop, came = np.empty(256, np.int32), np.empty(256, np.int32), np.empty(256, np.int32)
    weight, bound, heap = np.empty(256, np.int64), np.empty(256, np.int64), np.empty(256, np.int32)
    node[0], hop[0], came[0], weight[0], bound[0] = root[i], i, -1, sums[i], sums[i]
    at[i, root[i]] = 0
    heap[0], size, states, looked, end, short = 0, 1, 1, 0, 0, False
    while size:
        s = heap[0]
        size -= 1
        heap[0] = heap[size]
        _sink(heap, size, node, hop, came, bound)
        u, k = node[s], hop[s] + 1
        if at[k - 1, u] != s:
            continue  # a better way to the same state was found after this one
        if u == target:
            end = k
            while s >= 0:
                root[hop[s]], sums[hop[s]] = node[s], weight[s]
                s = came[s]
            break
        if looked + graph.indptr[u + 1] - graph.indptr[u] > room:
            short = True
            break
        looked += graph.indptr[u + 1] - graph.indptr[u]
        base = weight[s] + graph.toll[u]
        for e in range(graph.indptr[u], graph.indptr[u + 1]):
            v = graph.neighbour[e]
            if k > hops or blocked[v] or (k == i + 1 and barred[v]) or left[hops - k, v] == UNREACHED:
                continue
            total = base + graph.weight[e]
            dominated = False
            for h in range(i, k + 1):
                dominated |= at[h, v] >= 0 and weight[at[h, v]] < total
            if dominated:
                continue
            if states == len(node):
                node, hop, came = _doubled(node), _doubled(hop), _doubled(came)
                weight, bound, heap = np.append(weight, weight), np.append(bound, bound), _doubled(heap)
            node[states], hop[states], came[states], weight[states] = v, k, s, total
            bound[states] = total + graph.toll[v] + left[hops - k, v]
            t = at[k, v]
            if t >= 0 and weight[t] == total and not _leads(states, t, node, hop, came, bound):
                continue
            at[k, v] = states
            heap[size] = states
            size += 1
            states += 1
            _rise(heap, size, node, hop, came, bound)
    for s in range(states):
        at[hop[s], node[s]] = -1
    return end, looked, short


@kernel
def _doubled(array: Int32) -> Int32:
    return np.append(array, array)


@kernel
def _leads(a: int, b: int, node: Int32, hop: Int32, came: Int32, bound: Int64) -> bool:
    """Whether state a comes before b: by its bound, then by its path's nodes, a path before its sequels."""
    if bound[a] != bound[b]:
        return bool(bound[a] < bound[b])
    x, y = a, b
    while hop[x] > hop[y]:
        x = came[x]
    while hop[y] > hop[x]:
        y = came[y]
    leads = bool(hop[a] < hop[b])
    while x != y:
        if node[x] != node[y]:
            leads = bool(node[x] < node[y])
        x, y = came[x], came[y]
    return leads


@kernel
def _rise(heap: Int32, size: int, node: Int32, hop: Int32, came: Int32, bound: Int64) -> None:
    """Put the last state of a heap into its place."""
    i = size - 1
    while i and _leads(heap[i], heap[(i - 1) // 2], node, hop, came, bound):
        heap[i], heap[(i - 1) // 2] = heap[(i - 1) // 2], heap[i]
        i = (i - 1) // 2


@kernel
def _sink(heap: Int32, size: int, node: Int32, hop: Int32, came: Int32, bound: Int64) -> None:
    """Put the first state of a heap into its place."""
    i = 0
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and _leads(heap[child + 1], heap[child], node, hop, came, bound):
            child += 1
        if not _leads(heap[child], heap[i], node, hop, came, bound):
            return
        heap[i], heap[child] = heap[child], heap[i]
        i = child
