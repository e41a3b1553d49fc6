"""Accumulated participation: the sum over simple paths of the product of the shares along each.

A simple path enters a strongly connected component once and leaves it once, so paths are summed component by component
over the acyclic condensation (linear, however many paths there are) and enumerated only inside a component: best first,
a step at a time, within a budget. What is cut is bounded: as long as a company's shares sum to at most 1, the simple
paths that extend a prefix to any one company add at most the prefix's own product (read backward, they are disjoint
ways of a walk from the company to the owner). Nothing is pruned for being small.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.paths.party_pairs import Network
from graph.declaration import SHARE_ONE

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SLACK = 1e-9  # a share so near to the threshold is decided again in fractions


@dataclass(frozen=True)
class Participations:
    """Who holds how much of whom, by position in the network, ascending by (holder, company).

    cut: holders of which something stayed undecided, with the share that the paths left out may add at most.
    """

    holder: Int64
    company: Int64
    share: Floats
    cut: Int64
    lost: Floats


def participations(network: Network, holders: Int64, threshold: Fraction, budget: int) -> Participations:
    """All accumulated participations of these holders (positions, ascending) at or above a threshold.

    Exact at the threshold. O(holders x budget) at most, in practice the sizes of what is below each.
    """
    component = network.component
    order = np.argsort(component, kind="stable")
    first = np.searchsorted(component[order], np.arange(len(component)), "left")
    size = np.bincount(component, minlength=len(component))
    holder, company, share, cut, lost = _accumulated(
        network.indptr,
        network.target,
        network.value / SHARE_ONE,
        (component, order, first, size),
        holders,
        budget,
        float(threshold),
    )
    near = np.flatnonzero(np.abs(share - float(threshold)) <= SLACK)
    keep = np.ones(len(share), dtype=bool)
    direct = _direct(network, holder[near], company[near])
    least = threshold * SHARE_ONE
    for k, held in zip(near.tolist(), direct.tolist(), strict=True):
        # What is held directly decides by itself if it suffices: shares add up.
        keep[k] = held >= least or exact_share(network, int(holder[k]), int(company[k]), budget) >= threshold
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((company[rows], holder[rows]))]
    return Participations(holder[rows], company[rows], share[rows], cut, lost)


def _direct(network: Network, holder: Int64, company: Int64) -> Int64:
    """What is held directly, as an integer; 0 for nothing."""
    n = len(network.key)
    start = np.repeat(np.arange(n), np.diff(network.indptr))
    axis, wanted = start * n + network.target, holder * n + company
    at = np.minimum(np.searchsorted(axis, wanted), max(len(axis) - 1, 0))
    return np.where(axis[at] == wanted, network.value[at], 0) if len(axis) else wanted * 0


def exact_share(network: Network, holder: int, company: int, budget: int) -> Fraction:
    """The accumulated share of one in one other as a fraction, summed over at most `budget` steps inside components."""
    between = _between(network, holder, company)
    component = network.component
    mass: dict[int, Fraction] = {holder: Fraction(1)}
    total = Fraction(0)
    inside: dict[int, list[int]] = {}
    waits: dict[int, int] = {}
    for v in sorted(between):
        inside.setdefault(int(component[v]), []).append(v)
        for w in _targets(network, v) & between:
            if component[w] != component[v]:
                waits[int(component[w])] = waits.get(int(component[w]), 0) + 1
    ready = [int(component[holder])]
    while ready:
        members = inside[ready.pop()]
        reached: dict[int, Fraction] = {}
        for entry in members:
            if entry in mass:
                for v, part in _inside(network, entry, set(members), budget).items():
                    reached[v] = reached.get(v, Fraction(0)) + mass[entry] * part
        total += reached.get(company, Fraction(0)) if company in members else 0
        for v in members:
            for e in range(int(network.indptr[v]), int(network.indptr[v + 1])):
                w = int(network.target[e])
                if w not in between or component[w] == component[v]:
                    continue
                mass[w] = mass.get(w, Fraction(0)) + reached.get(v, Fraction(0)) * _share(network, e)
                waits[int(component[w])] -= 1
                if not waits[int(component[w])]:
                    ready.append(int(component[w]))
    return total


def strongest_paths(
    network: Network, holder: int, company: int, *, most: int, budget: int
) -> list[tuple[float, list[int]]]:
    """Simple paths between two positions with their products, greatest first, `most` at most within a budget."""
    between = _between(network, holder, company)
    found: list[tuple[float, list[int]]] = []
    heap: list[tuple[float, list[int]]] = [(-1.0, [holder])]
    while heap and len(found) < most and budget > 0:
        product, path = heapq.heappop(heap)
        if path[-1] == company:
            found.append((-product, path))
            continue
        for e in range(int(network.indptr[path[-1]]), int(network.indptr[path[-1] + 1])):
            budget -= 1
            w = int(network.target[e])
            if w in between and w not in path:
                heapq.heappush(heap, (product * int(network.value[e]) / SHARE_ONE, [*path, w]))
    return found


def _between(network: Network, holder: int, company: int) -> set[int]:
    """Everything on some way from one to the other."""
    indptr, source, _ = network.reverse
    forward = _reached(network.indptr, network.target, holder)
    return forward & _reached(indptr, source, company)


def _reached(indptr: Int64, target: Int64, seed: int) -> set[int]:
    seen, open_ = {seed}, [seed]
    while open_:
        v = open_.pop()
        for w in target[indptr[v] : indptr[v + 1]].tolist():
            if w not in seen:
                seen.add(w)
                open_.append(w)
    return seen


def _targets(network: Network, v: int) -> set[int]:
    return set(network.target[network.indptr[v] : network.indptr[v + 1]].tolist())


def _share(network: Network, e: int) -> Fraction:
    return Fraction(int(network.value[e]), SHARE_ONE)


def _inside(network: Network, entry: int, members: set[int], budget: int) -> dict[int, Fraction]:
    """Sums over the simple paths from an entry to each member of its component, depth first."""
    out = {entry: Fraction(1)}
    path, product, edge = [entry], [Fraction(1)], [int(network.indptr[entry])]
    while path and budget > 0:
        v = path[-1]
        if edge[-1] == network.indptr[v + 1]:
            path.pop(), product.pop(), edge.pop()
            continue
        e, w = edge[-1], int(network.target[edge[-1]])
        edge[-1] += 1
        budget -= 1
        if w in members and w not in path:
            path.append(w)
            product.append(product[-1] * _share(network, e))
            edge.append(int(network.indptr[w]))
            out[w] = out.get(w, Fraction(0)) + product[-1]
    return out


@kernel
def _accumulated(
    indptr: Int64,
    target: Int64,
    share: Floats,
    components: tuple[Int64, Int64, Int64, Int64],
    holders: Int64,
    budget: int,
    threshold: float,
) -> tuple[Int64, Int64, Floats, Int64, Floats]:
    """Participations of each holder at or over the threshold less the slack, and who was cut.

    Everything a holder's sums depend on, their order too, lies downstream of it: components are taken in the order
    of their first members as soon as all that leads to them is summed, edges in the order of their ends.
    """
    component, order, first, size = components
    n = len(indptr) - 1
    seen = np.full(n, -1, np.int64)  # by which holder a node was last reached
    follows = np.full(n, -1, np.int64)  # ... and its pairs followed
    known = np.full(n, -1, np.int64)  # by component
    waits = np.zeros(n, np.int64)
    enter = np.zeros(n, np.float64)
    mass = np.zeros(n, np.float64)
    out_holder, out_company, out_share = [np.int64(0)], [np.int64(0)], [0.0]
    cut_holder, cut_lost = [np.int64(0)], [0.0]
    for turn in range(len(holders)):
        x = holders[turn]
        cone = [x]
        seen[x] = turn
        known[component[x]] = turn
        waits[component[x]] = 0
        enter[x], mass[x] = 1.0, 0.0
        steps, i = 0, 0
        while i < len(cone):
            v = cone[i]
            i += 1
            degree = indptr[v + 1] - indptr[v]
            if v != x:  # what the holder holds directly is always seen
                if steps + degree > budget:
                    break
                steps += degree
            follows[v] = turn
            for e in range(indptr[v], indptr[v + 1]):
                w = target[e]
                c = component[w]
                if known[c] != turn:
                    known[c] = turn
                    waits[c] = 0
                if seen[w] != turn:
                    seen[w] = turn
                    enter[w], mass[w] = 0.0, 0.0
                    cone.append(w)
                if c != component[v]:
                    waits[c] += 1
        lost, walked = 0.0, 0
        ready = [component[x]]
        while ready:
            c = heapq.heappop(ready)
            members = order[first[c] : first[c] + size[c]]
            if size[c] == 1:
                mass[members[0]] = enter[members[0]]
            else:
                for entry in members:
                    if seen[entry] != turn or enter[entry] == 0.0:
                        continue
                    node, parent, product = [entry], [np.int64(-1)], [enter[entry]]
                    heap = [(-enter[entry], np.int64(0))]
                    mass[entry] += enter[entry]
                    while heap:
                        _, at = heapq.heappop(heap)
                        v = node[at]
                        degree = indptr[v + 1] - indptr[v]
                        if follows[v] != turn or (walked > 0 and walked + degree > budget):
                            lost += product[at]
                            continue
                        walked += degree
                        for e in range(indptr[v], indptr[v + 1]):
                            w = target[e]
                            if component[w] != c:
                                continue
                            back = at
                            while back >= 0 and node[back] != w:
                                back = parent[back]
                            if back >= 0:
                                continue
                            p = product[at] * share[e]
                            if p <= 0.0:
                                continue
                            mass[w] += p
                            node.append(w)
                            parent.append(at)
                            product.append(p)
                            heapq.heappush(heap, (-p, np.int64(len(node) - 1)))
            for v in members:
                if seen[v] != turn:
                    continue
                if follows[v] != turn:
                    lost += mass[v] if size[c] == 1 else 0.0
                    continue
                for e in range(indptr[v], indptr[v + 1]):
                    w = target[e]
                    if component[w] == c:
                        continue
                    enter[w] += mass[v] * share[e]
                    waits[component[w]] -= 1
                    if waits[component[w]] == 0:
                        heapq.heappush(ready, component[w])
        undecided = lost >= threshold - 1e-9
        for v in cone:
            if v == x:
                continue
            if mass[v] >= threshold - 1e-9:
                out_holder.append(x)
                out_company.append(v)
                out_share.append(mass[v])
            elif lost > 0.0 and mass[v] + lost >= threshold - 1e-9:
                undecided = True
        if lost > 0.0 and undecided:
            cut_holder.append(x)
            cut_lost.append(lost)
    return (
        np.array(out_holder[1:], dtype=np.int64),
        np.array(out_company[1:], dtype=np.int64),
        np.array(out_share[1:], dtype=np.float64),
        np.array(cut_holder[1:], dtype=np.int64),
        np.array(cut_lost[1:], dtype=np.float64),
    )
