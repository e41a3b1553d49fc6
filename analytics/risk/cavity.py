"""The inner loops of risk propagation: rounds of cavity messages over arcs in compressed rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Int8 = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 1e-12  # no factor is less, for each is divided out again; a message is wrong by no more than that


@kernel
def rows(
    n: int, lo: Int64, hi: Int64, up: Floats, down: Floats, up_group: Int8, down_group: Int8
) -> tuple[Int64, Int32, Floats, Int32, Int8]:
    """Arcs of pairs, by the node they enter: (indptr, other end, transmission, arc the other way, group).

    Pairs are sorted by (lo, hi), lo < hi; `up` leads from lo to hi. Each pair gives two arcs, so that every arc has
    its twin; a row is ordered by its other end. O(n + pairs).
    """
    count = len(lo)
    indptr = np.zeros(n + 1, np.int64)
    lower = np.zeros(n, np.int64)  # how many of a row's other ends come before the node itself
    for i in range(count):
        indptr[lo[i] + 1] += 1
        indptr[hi[i] + 1] += 1
        lower[hi[i]] += 1
    for v in range(n):
        indptr[v + 1] += indptr[v]
    before, after = indptr[:-1].copy(), indptr[:-1] + lower
    other = np.empty(2 * count, np.int32)
    into = np.empty(2 * count, np.float64)
    twin = np.empty(2 * count, np.int32)
    group = np.empty(2 * count, np.int8)
    for i in range(count):
        a, b = after[lo[i]], before[hi[i]]
        after[lo[i]] += 1
        before[hi[i]] += 1
        other[a], into[a], twin[a], group[a] = hi[i], down[i], b, down_group[i]
        other[b], into[b], twin[b], group[b] = lo[i], up[i], a, up_group[i]
    return indptr, other, into, twin, group


@kernel
def propagate(
    indptr: Int64, into: Floats, twin: Int32, group: Int8, own: Floats, floors: Floats, through: Floats
) -> tuple[Int64, Int64, Floats]:
    """Fill `through` (rounds, n): after each round the chance that nothing has reached a node from others.

    floors: by group of relationships the least that its factors together may be, exp(-cap). Returns the products
    that a floor held up, which a message may have to divide: (round, node * groups + group, product), in order.
    Cost: rounds x arcs; memory two numbers an arc.
    """
    rounds, n = through.shape
    message, following = np.empty(len(into)), np.empty(len(into))
    capped = np.zeros(n, np.bool_)
    held_round, held_at, held = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
    for u in range(n):
        for a in range(indptr[u], indptr[u + 1]):
            message[twin[a]] = own[u]
    for t in range(rounds):
        last = t == rounds - 1
        _round(indptr, into, twin, group, own, floors, message, following, through[t], capped, last)
        if not last:
            at, product = _held(indptr, into, group, floors, message, capped)
            held_round = np.concatenate((held_round, np.full(len(at), t)))
            held_at, held = np.concatenate((held_at, at)), np.concatenate((held, product))
        message, following = following, message
    return held_round, held_at, held


@kernel
def _round(
    indptr: Int64,
    into: Floats,
    twin: Int32,
    group: Int8,
    own: Floats,
    floors: Floats,
    message: Floats,
    following: Floats,
    through: Floats,
    capped: Bools,
    last: bool,
) -> None:
    """One round: what reaches each node, and unless it is the last what each node tells each other then."""
    highest = floors.max()
    product = np.empty(len(floors))
    for u in range(len(own)):
        first, end = indptr[u], indptr[u + 1]
        free, capped[u] = 1.0, False
        for a in range(first, end):
            free *= max(1.0 - into[a] * message[a], LEAST)
        if free < highest:  # else no group's product, of fewer factors, is under its floor
            for g in range(len(floors)):
                product[g] = 1.0
            for a in range(first, end):
                product[group[a]] *= max(1.0 - into[a] * message[a], LEAST)
            for g in range(len(floors)):
                capped[u] |= product[g] < floors[g]
            if capped[u]:
                free = 1.0
                for g in range(len(floors)):
                    free *= max(product[g], floors[g])
        through[u] = free
        if last:
            continue
        risk, rest = own[u], 1.0 - own[u]
        for a in range(first, end):
            factor = max(1.0 - into[a] * message[a], LEAST)
            left = free / factor
            if capped[u] and product[group[a]] < floors[group[a]]:
                floor = floors[group[a]]
                left = free / floor * max(floor, product[group[a]] / factor)
            following[twin[a]] = risk + rest * max(1.0 - left, 0.0)


@kernel
def _held(
    indptr: Int64, into: Floats, group: Int8, floors: Floats, message: Floats, capped: Bools
) -> tuple[Int64, Floats]:
    """The products of a round that a floor held up, by node * groups + group."""
    groups = len(floors)
    product = np.empty(groups)
    at, held = np.empty(capped.sum() * groups, np.int64), np.empty(capped.sum() * groups)
    count = 0
    for u in np.flatnonzero(capped):
        product[:] = 1.0
        for a in range(indptr[u], indptr[u + 1]):
            product[group[a]] *= max(1.0 - into[a] * message[a], LEAST)
        for g in range(groups):
            if product[g] < floors[g]:
                at[count], held[count] = u * groups + g, product[g]
                count += 1
    return at[:count], held[:count]


@kernel
def products(row: Int64, group: Int8, factor: Floats, by_group: Floats, whole: Floats) -> None:
    """Multiply each factor into by_group[row, group] and whole[row], in order, as a round does."""
    for a in range(len(row)):
        by_group[row[a], group[a]] *= factor[a]
        whole[row[a]] *= factor[a]


def answered(own: Floats, free: Floats, product: Floats, floor: Floats, factor: Floats) -> Floats:
    """Messages with the receiver's own factor divided out, as a round makes them, operation by operation."""
    with np.errstate(invalid="ignore", divide="ignore"):  # of groups without a floor
        left = np.where(product < floor, free / floor * np.maximum(floor, product / factor), free / factor)
    return np.asarray(own + (1.0 - own) * np.maximum(1.0 - left, 0.0))


@kernel
def earliest(indptr: Int64, other: Int32, into: Floats, value: Int64) -> Int64:
    """By node the least value one arc upstream, its own included. O(arcs)."""
    least = value.copy()
    for u in range(len(value)):
        for a in range(indptr[u], indptr[u + 1]):
            if into[a] > 0.0:
                least[u] = min(least[u], value[other[a]])
    return least


@kernel
def shifted(node: Int32, at: Int64) -> Int32:
    """Nodes as they are numbered once others, few and ascending, have come before those at `at`. O(n x others)."""
    out = node.copy()
    for k in range(len(at)):
        for i in range(len(node)):
            if node[i] >= at[k]:
                out[i] += 1
    return out
