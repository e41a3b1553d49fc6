"""Integrated ownership on the condensed graph of holdings: every loop of holdings is solved once, the rest is followed.

Y = A + Y A = A (I - A)^-1 (Brioschi et al. 1989), A[i, j] the share of j that i holds directly. Backward from a company
T the weight of a node is its share in T. Weights are integers of 2^-52: their sums do not depend on the order of the
terms, so a part of the graph gives the very numbers of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.algorithm import Notice
from analytics.arrays.components import levels, strong_components
from analytics.arrays.grouping import grouped
from analytics.arrays.kernel import kernel, on_all_cores
from analytics.ownership.holdings import Capital, Holdings, holdings, state_bodies
from analytics.ownership.spreading import WHOLE, spread_weights
from graph.declaration import SHARE_ONE
from graph.errors import UsageError
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LARGEST_LOOP = 8_192  # companies in one loop: its inverse is dense
LARGE_LOOP = 64  # from this size on the owners of a loop's members are kept, and looked up by what lies below
LEAST_LOOKED_UP = 0.01  # share from which on owners through a large loop are few enough to look up


@dataclass(frozen=True)
class Ownership:
    """Holdings over compact nodes, with ranks in topological order (an owner before what it owns) and solved loops.

    nodes: positions in the projection, ascending; everything else counts in these. holder: of each row of the holdings,
    whose rows of company i are those from `back_first[i]` to `back_first[i + 1]`. back: holders of a company: those
    of its own loop first, the others from `begin` on, those with this single holding and no owner from `split` on,
    greatest share first. forth: companies of a holder likewise. back_row, forth_row: their rows in the holdings.
    loop: number of the node's loop or -1; members of loop k are `members[loop_first[k]:loop_first[k + 1]]`, ascending,
    and its (I - A)^-1 lies in `inverse` from `inverse_first[k]`, by rows. closed: loops that own themselves whole.
    missing: the share of a company that nobody is stated to hold; opaque: nodes without owners that are no persons;
    opaque_alone: the share of a company that such nodes hold which hold nothing else.
    """

    nodes: Int64
    holder: Int32
    back_first: Int64
    back_begin: Int64
    split: Int64
    back: Int32
    back_share: Floats
    back_row: Int64
    forth_first: Int64
    forth_begin: Int64
    forth: Int32
    forth_share: Floats
    forth_row: Int64
    rank: Int32
    loop: Int32
    loop_first: Int64
    members: Int32
    inverse_first: Int64
    inverse: Floats
    closed: Bools
    missing: Floats
    opaque: Bools
    opaque_alone: Floats
    warnings: tuple[Notice, ...]

    @property
    def owned(self) -> Int64:
        """Nodes that somebody holds a share of."""
        return np.flatnonzero(np.diff(self.back_first) > 0)

    @cached_property
    def nearest(self) -> Int32:
        """The ranks turned round: what is owned before its owners."""
        return -self.rank

    @cached_property
    def level(self) -> Int64:
        """By node how many steps the longest way from an owner without owners has, a loop counted as one node."""
        component, count = strong_components(self.forth_first, self.forth.astype(np.int64))
        return levels(self.forth_first, self.forth.astype(np.int64), component, grouped(component, count)[1])

    @cached_property
    def through(self) -> Through:
        """What lies above the members of large loops, found once."""
        return _through(self)

    def own_again(self) -> Floats:
        """By node d, the diagonal of (I - A)^-1: over 1 where a node owns a part of itself."""
        out = np.ones(len(self.nodes))
        for k in range(len(self.closed)):
            at = self.members[self.loop_first[k] : self.loop_first[k + 1]]
            if not self.closed[k]:
                out[at] = self.inverse[self.inverse_first[k] + np.arange(len(at)) * (len(at) + 1)]
        return out


@dataclass(frozen=True)
class Weights:
    """Found weights, by target in the order given: (target, node, weight), and by target what is left unresolved.

    near: weights within 1e-9 of the threshold that are more than one direct holding. missing: weight of shares that
    nobody is stated to hold; opaque: of owners of whom no owner is known and that are neither person nor State. cut:
    the budget ended before everything was followed.
    """

    target: Int64
    node: Int64
    weight: Int64
    near: Bools
    missing: Int64
    opaque: Int64
    cut: Bools


def ownership(held: Holdings, node_keys: Int64, final: Bools) -> Ownership:
    """Order holdings topologically and solve the loops. O(n + edges) and O(k^3) for a loop of k companies.

    node_keys, final: by node of the projection, its key, and whether it is an owner in the end (a person, the State).
    Raises UsageError for a loop of more than 8,192 companies.
    """
    nodes, holder, company = _compact(held, len(node_keys))
    n, share = len(nodes), held.low / SHARE_ONE
    forth_first, forward = grouped(holder, n)
    component, count = strong_components(forth_first, company[forward])
    by_component, members_of = grouped(component, count)
    rank = np.empty(n, dtype=np.int32)
    rank[members_of] = np.arange(n - 1, -1, -1, dtype=np.int32)
    loop, loop_first, members = _loops(component, by_component, holder, company)
    closed, inverse_first, inverse, warnings = _solved(
        held, holder, company, loop, loop_first, members, nodes, node_keys
    )
    back_first, by_company = grouped(company, n)  # rows are in this order already
    no_owner = np.diff(back_first) == 0
    alone = no_owner & (np.diff(forth_first) == 1)
    back_begin, split, backward = _arranged(back_first, by_company, holder, held.low, loop, alone)
    forth_begin, _, forward = _arranged(forth_first, forward, company, held.low, loop, np.zeros(n, dtype=np.bool_))
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, company, held.low)
    opaque = no_owner & ~final[nodes]
    dark = np.zeros(n, dtype=np.int64)
    lone = opaque[holder] & alone[holder]
    np.add.at(dark, company[lone], held.low[lone])
    missing = np.where(no_owner, 0, np.maximum(SHARE_ONE - total, 0)) / SHARE_ONE
    return Ownership(
        nodes, holder.astype(np.int32), back_first, back_begin, split, holder[backward].astype(np.int32),
        share[backward], backward, forth_first, forth_begin, company[forward].astype(np.int32),
        share[forward], forward, rank, loop, loop_first,
        members, inverse_first, inverse, closed, missing, opaque, dark / SHARE_ONE, held.warnings + warnings,
    )  # fmt: skip


def _compact(held: Holdings, n: int) -> tuple[Int64, Int64, Int64]:
    """(nodes that hold or are held, holders, companies): the latter as places among the nodes."""
    there = np.zeros(n, dtype=bool)
    there[held.holder] = True
    there[held.company] = True
    place = np.cumsum(there) - 1
    return np.flatnonzero(there), place[held.holder], place[held.company]


@dataclass(frozen=True)
class Through:
    """Every owner of every member of the large loops: what a company below such a loop gets through it.

    place: by compact node its row here, or -1. Of row p the owners are those of its loop, `node[first[p]:last[p]]`,
    ascending, with weights from `weight[row[p]]`; `greatest` from there are their places, heaviest first. most: by
    compact node its greatest weight in any member. missing, opaque: by row what is unresolved.
    """

    place: Int32
    first: Int64
    last: Int64
    row: Int64
    node: Int64
    weight: Int64
    greatest: Int32
    most: Int64
    missing: Int64
    opaque: Int64


def owners(own: Ownership, targets: Int64, threshold: int, budget: int) -> Weights:
    """Owners of each target (compact nodes) with at least a threshold (1e-10) of it, all paths summed.

    `budget` limits the nodes followed for one target. O(ancestors log ancestors) a target.
    """
    through = own.through if threshold >= LEAST_LOOKED_UP * SHARE_ONE else _nothing(own)
    return _weights(own, through, targets, np.full(len(targets), -1), _fixed(threshold), budget)


def shares_of(own: Ownership, companies: Int64, parties: Int64, budget: int) -> Int64:
    """The weight of one party in one company each (compact nodes)."""
    found = _weights(own, own.through, companies, parties, 1_000 * WHOLE, budget)
    out = np.zeros(len(companies), dtype=np.int64)
    out[found.target] = found.weight
    return out


def _weights(
    own: Ownership,
    through: Through,
    targets: Int64,
    wanted: Int64,
    threshold: int,
    budget: int,
    loop: Int32 | None = None,
) -> Weights:
    rank, loop = own.nearest, own.loop if loop is None else loop

    def spread(low: int, high: int) -> tuple[Any, ...]:
        target, *found = spread_weights(
            targets[low:high], wanted[low:high], own.back_first, own.back_begin, own.split, own.back, own.back_share,
            own.forth_first, own.forth, own.forth_share, rank, loop, own.loop_first, own.members, own.inverse_first,
            own.inverse, own.closed, own.missing, own.opaque, own.opaque_alone, through.place,
            through.first, through.last, through.row, through.node, through.weight, through.greatest, through.most,
            through.missing, through.opaque, threshold, budget, *(np.zeros(len(rank), np.int64) for _ in range(3)),
        )  # fmt: skip
        return target + low, *found

    parts = on_all_cores(spread, len(targets))
    return Weights(*(np.concatenate(c) if len(parts) > 1 else c[0] for c in zip(*parts, strict=True)))


def _nothing(own: Ownership) -> Through:
    none = np.zeros(0, dtype=np.int64)
    place, most = np.full(len(own.nodes), -1, dtype=np.int32), np.zeros(len(own.nodes), dtype=np.int64)
    return Through(place, none, none, none, none, none, none.astype(np.int32), most, none, none)


def _through(own: Ownership) -> Through:
    """Owners of the members of large loops: what each member has from outside, spread within by (I - A)^-1."""
    large = np.flatnonzero((np.diff(own.loop_first) >= LARGE_LOOP) & ~own.closed)
    if not len(large):
        return _nothing(own)
    place, most = np.full(len(own.nodes), -1, dtype=np.int32), np.zeros(len(own.nodes), dtype=np.int64)
    parts: list[tuple[Int64, ...]] = []
    rows = offset = entries = 0
    for k in large.tolist():
        node, weight, missing, opaque = _above_loop(own, k)
        members = own.members[own.loop_first[k] : own.loop_first[k + 1]]
        place[members] = np.arange(rows, rows + len(members), dtype=np.int32)
        np.maximum.at(most, node, weight.max(axis=0))
        greatest = np.argsort(-weight, axis=1, kind="stable")
        ends = np.full(len(members), offset), np.full(len(members), offset + len(node))
        row = entries + np.arange(len(members)) * len(node)
        parts.append((*ends, row, node, weight.ravel(), greatest.ravel(), missing, opaque))
        rows, offset, entries = rows + len(members), offset + len(node), entries + weight.size
    first, last, row, node, weight, greatest, missing, opaque = (np.concatenate(c) for c in zip(*parts, strict=True))
    return Through(place, first, last, row, node, weight, greatest.astype(np.int32), most, missing, opaque)


def _above_loop(own: Ownership, k: int) -> tuple[Int64, Int64, Int64, Int64]:
    """(owners, weights by member and owner, missing and opaque by member) of one loop. O(members^2 * owners)."""
    members = own.members[own.loop_first[k] : own.loop_first[k + 1]].astype(np.int64)
    opened = own.loop.copy()
    opened[members] = -1  # a member's own holders only: nothing goes round
    outside = _weights(own, _nothing(own), members, np.full(len(members), -1), 0, len(own.nodes), opened)
    size = len(members)
    inverse = own.inverse[own.inverse_first[k] : own.inverse_first[k + 1]].reshape(size, size)
    above, at = np.unique(outside.node, return_inverse=True)
    direct = sparse.csr_array((outside.weight.astype(float), (at, outside.target)), shape=(len(above), size))
    node = np.concatenate([above, members])
    weight = np.concatenate([np.asarray(direct @ inverse), (inverse - np.eye(size)) * WHOLE])
    order = np.argsort(node)
    unresolved = (np.rint(inverse.T @ c.astype(float)).astype(np.int64) for c in (outside.missing, outside.opaque))
    return node[order], np.rint(weight[order].T).astype(np.int64), *unresolved


@dataclass(frozen=True)
class Solved:
    """Direct holdings and their condensed graph."""

    held: Holdings
    own: Ownership


def solve(projection: GraphProjection, capital: Capital = Capital.SUBSCRIBED) -> Solved:
    """The holdings of a projection, condensed; persons and State bodies are owners in the end."""

    def make() -> Solved:
        held = holdings(projection, capital)
        final = projection.label_is("Person") | state_bodies(projection)
        return Solved(held, ownership(held, projection.nodes, final))

    return projection.kept(("solved", capital), make)


def _fixed(share: int) -> int:
    return round(share / SHARE_ONE * WHOLE)


def _arranged(
    first: Int64, order: Int64, other: Int64, low: Int64, loop: Int32, alone: Bools
) -> tuple[Int64, Int64, Int64]:
    """(begin, split, order): by node the rows inside its loop first, those to `alone` nodes last, greatest first."""
    begin, split, out = first[:-1].copy(), first[1:].copy(), order.copy()

    def arrange(start: int, stop: int) -> None:
        _arrange(start, stop, first, order, other, low, loop, alone, begin, split, out)

    on_all_cores(arrange, len(begin))
    return begin, split, out


@kernel
def _arrange(
    start: int,
    stop: int,
    first: Int64,
    order: Int64,
    other: Int64,
    low: Int64,
    loop: Int32,
    alone: Bools,
    begin: Int64,
    split: Int64,
    out: Int64,
) -> None:
    for node in range(start, stop):
        at, last = first[node], first[node + 1]
        for e in range(first[node], first[node + 1]):
            row = order[e]
            if loop[node] >= 0 and loop[other[row]] == loop[node]:
                out[at] = row
                at += 1
            elif alone[other[row]]:
                last -= 1
                out[last] = row
        begin[node], split[node] = at, last
        for e in range(first[node], first[node + 1]):
            row = order[e]
            if not alone[other[row]] and not (loop[node] >= 0 and loop[other[row]] == loop[node]):
                out[at] = row
                at += 1
        lone = out[last : first[node + 1]]
        if len(lone) > 1:
            out[last : first[node + 1]] = lone[np.argsort(-low[lone], kind="mergesort")]


def _loops(component: Int64, first: Int64, holder: Int64, company: Int64) -> tuple[Int32, Int64, Int32]:
    """Number the components with more than one node, or with a holding in itself, by their first member."""
    n = len(component)
    looped = np.diff(first) > 1
    looped[component[holder[holder == company]]] = True
    at = np.flatnonzero(looped[component])
    lowest = np.full(len(looped), n, dtype=np.int64)
    np.minimum.at(lowest, component[at], at)
    distinct, number = np.unique(lowest[component[at]], return_inverse=True)
    loop = np.full(n, -1, dtype=np.int32)
    loop[at] = number
    loop_first, order = grouped(number.astype(np.int64), len(distinct))
    return loop, loop_first, at[order].astype(np.int32)


def _solved(
    held: Holdings,
    holder: Int64,
    company: Int64,
    loop: Int32,
    loop_first: Int64,
    members: Int32,
    nodes: Int64,
    keys: Int64,
) -> tuple[Bools, Int64, Floats, tuple[Notice, ...]]:
    """The inverse of I - A of every loop, by rows one after another; closed loops have none."""
    sizes = np.diff(loop_first)
    inside = np.flatnonzero((loop[holder] >= 0) & (loop[holder] == loop[company]))
    inside = inside[np.argsort(loop[holder[inside]], kind="stable")]
    bounds = np.searchsorted(loop[holder[inside]], np.arange(len(sizes) + 1))
    closed, inverses, warnings = np.zeros(len(sizes), dtype=bool), [], []
    for k, size in enumerate(sizes.tolist()):
        if size > LARGEST_LOOP:
            raise UsageError(
                f"{size:,} companies own each other in one loop",
                f"At most {LARGEST_LOOP:,} can be solved; check the data.",
                f"有 {size:,} 家企业循环持股，超出可求解的规模。至多 {LARGEST_LOOP:,} 家，请核对数据。",
            )
        at, edges = members[loop_first[k] : loop_first[k + 1]], inside[bounds[k] : bounds[k + 1]]
        direct = np.zeros((size, size))
        direct[np.searchsorted(at, holder[edges]), np.searchsorted(at, company[edges])] = held.low[edges]
        inverse = None if (direct.sum(axis=0) >= SHARE_ONE).all() else _inverse(direct / SHARE_ONE)
        closed[k] = inverse is None
        inverses.append(np.zeros(size * size) if inverse is None else inverse.ravel())
        if closed[k]:
            warnings.append(
                Notice("closed_loop", tuple(keys[nodes[at]].tolist()), "no ultimate owner: owns itself whole", True)
            )
    first = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes * sizes, out=first[1:])
    return closed, first, np.concatenate(inverses) if inverses else np.zeros(0), tuple(warnings)


def _inverse(direct: Floats) -> Floats | None:
    """(I - A)^-1, or None where the loop gives nothing out: shares over the whole make it grow without end."""
    try:
        found = np.asarray(np.linalg.inv(np.eye(len(direct)) - direct), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found).all() and (found > -1e-9).all() and found.max() < 1e9 else None


@kernel
def direct_rows(target: Int64, owner: Int64, first: Int64, holder: Int32) -> Int64:
    """Row of the direct holding of each pair of a company and an owner, -1 where there is none."""
    out = np.full(len(target), -1, np.int64)
    for i in range(len(target)):
        low, high = first[target[i]], first[target[i] + 1]
        last = high
        while low < high:
            middle = (low + high) // 2
            if holder[middle] < owner[i]:
                low = middle + 1
            else:
                high = middle
        if low < last and holder[low] == owner[i]:
            out[i] = low
    return out


@kernel
def reachable(seeds: Int64, first: Int64, to: Int32) -> Int64:
    """Nodes that can be reached from some, they included, ascending. O(edges reached + nodes)."""
    found = np.zeros(len(first) - 1, np.bool_)
    queue = np.empty(len(first) - 1, np.int64)
    size = 0
    for node in seeds:
        if not found[node]:
            found[node] = True
            queue[size] = node
            size += 1
    at = 0
    while at < size:
        for e in range(first[queue[at]], first[queue[at] + 1]):
            if not found[to[e]]:
                found[to[e]] = True
                queue[size] = to[e]
                size += 1
        at += 1
    return np.flatnonzero(found)
