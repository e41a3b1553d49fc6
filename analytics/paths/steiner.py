"""A light tree that joins several parties: Mehlhorn's approximation, with a limit of hops between parties."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.paths.pathfinding import UNREACHED, Corridor, Local, descend, weights_to

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Path = tuple[int, ...]


@dataclass(frozen=True)
class Joined:
    """Paths (local nodes) that join the parties: of a tree each begins on the ones before it.

    repaired: the tree broke the limit of hops, and the best paths within it stand in its place.
    """

    paths: list[Path]
    repaired: bool


def joined(between: Corridor, hops: int) -> Joined:
    """Join the parties of a corridor, as far as they can be within so many hops from party to party.

    Mehlhorn 1988: each node goes to its nearest party; the lightest bridge between the regions of each two parties
    stands for the path between them; a least spanning tree of these, made of paths again, weighs at most
    2 (1 - 1 / leaves) times the lightest tree (where no hub pays). Regions know no hops: where the tree breaks the
    limit, a least spanning tree of the best paths within the limit is given. O(m log n), repaired O(hops * m) a party.
    """
    parties = between.parties.tolist()
    tree = _mehlhorn(between.graph, parties)
    if _near_enough(tree, parties, hops):
        return Joined(_in_paths(tree, parties), repaired=False)
    left = [weights_to(between.graph, p, hops) for p in parties]
    pairs = [
        (int(left[b][hops, parties[a]]), a, b)
        for a in range(len(parties))
        for b in range(a + 1, len(parties))
        if left[b][hops, parties[a]] < UNREACHED
    ]
    paths = [tuple(descend(between.graph, left[b], parties[a]).tolist()) for _, a, b in _spanning(pairs)]
    return Joined(paths, repaired=True)


def _mehlhorn(graph: Local, parties: list[int]) -> list[tuple[int, int]]:
    """Edges of the tree (a forest where parties are apart). Every leaf is a party."""
    weight, owner, came = _regions(graph, np.array(parties, dtype=np.int64))
    start = np.repeat(np.arange(len(graph.toll)), np.diff(graph.indptr))
    end = graph.neighbour.astype(np.int64)
    bridge = np.flatnonzero((start < end) & (owner[start] != owner[end]) & (owner[start] >= 0) & (owner[end] >= 0))
    start, end = start[bridge], end[bridge]
    whole = weight[start] + graph.toll[start] + graph.weight[bridge] + graph.toll[end] + weight[end]
    low, high = np.minimum(owner[start], owner[end]), np.maximum(owner[start], owner[end])
    order = np.lexsort((end, start, whole, high, low))
    first = order[np.unique(low[order] * len(parties) + high[order], return_index=True)[1]]
    lightest = {(a, b): i for a, b, i in zip(low[first].tolist(), high[first].tolist(), first.tolist(), strict=True)}
    edges: set[tuple[int, int]] = set()
    for _, a, b in _spanning([(int(whole[i]), a, b) for (a, b), i in lightest.items()]):
        i = lightest[a, b]
        edges.add((int(start[i]), int(end[i])))
        for node in (int(start[i]), int(end[i])):
            while (before := int(came[node])) >= 0:
                edges.add((min(before, node), max(before, node)))
                node = before
    return sorted(edges)


@kernel
def _regions(graph: Local, parties: Int64) -> tuple[Int64, Int32, Int32]:
    """By node the weight to its nearest party (without its own toll), that party's number, and the node before.

    Dijkstra from all parties; among equals the party and then the node of the lower number.
    """
    n = len(graph.toll)
    weight, owner, came = np.full(n, UNREACHED, np.int64), np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    heap = [(np.int64(0), np.int32(0)) for _ in range(0)]
    for p in range(len(parties)):
        weight[parties[p]], owner[parties[p]] = 0, p
        heapq.heappush(heap, (np.int64(0), np.int32(parties[p])))
    while len(heap):
        reached, u = heapq.heappop(heap)
        if reached > weight[u]:
            continue
        base = reached + graph.toll[u]
        for i in range(graph.indptr[u], graph.indptr[u + 1]):
            v, through = graph.neighbour[i], base + graph.weight[i]
            if through < weight[v]:
                heapq.heappush(heap, (through, v))
            elif through > weight[v] or owner[v] < owner[u] or (owner[v] == owner[u] and came[v] <= u):
                continue
            weight[v], owner[v], came[v] = through, owner[u], u
    return weight, owner, came


def _spanning(pairs: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """A least spanning forest of a few weighted pairs (Kruskal), lightest first."""
    of: dict[int, int] = {}
    out = []
    for weight, a, b in sorted(pairs):
        one, other = of.setdefault(a, a), of.setdefault(b, b)
        if one != other:
            out.append((weight, a, b))
            of = {node: one if group == other else group for node, group in of.items()}
    return out


def _neighbours(tree: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for a, b in tree:
        out.setdefault(a, []).append(b)
        out.setdefault(b, []).append(a)
    return {node: sorted(others) for node, others in out.items()}


def _walk(beside: dict[int, list[int]], source: int, stops: set[int]) -> Iterable[Path]:
    """Paths of a tree from a node to the nearest of these on every branch."""
    stack: list[Path] = [(source,)]
    while stack:
        path = stack.pop()
        if len(path) > 1 and path[-1] in stops:
            yield path
            continue
        stack += [(*path, v) for v in reversed(beside.get(path[-1], [])) if v not in path[-2:]]


def _near_enough(tree: Sequence[tuple[int, int]], parties: list[int], hops: int) -> bool:
    """Whether every two parties with no other between them are within the hops."""
    beside = _neighbours(tree)
    return all(len(path) - 1 <= hops for p in parties for path in _walk(beside, p, set(parties)))


def _in_paths(tree: Sequence[tuple[int, int]], parties: list[int]) -> list[Path]:
    """A tree as paths: each leads from what is there already to one more party, the nearest first."""
    beside, there, out = _neighbours(tree), set[int](), list[Path]()
    while missing := [p for p in parties if p not in there]:
        branches = (path for p in missing for path in _walk(beside, p, there | set(parties)))
        path = min((p for p in branches if p[-1] in there), key=lambda p: (len(p), p), default=None)
        if path:
            out.append(path[::-1])
        there |= set(path or missing[:1])
    return out
