"""The inner loops of integrated ownership: weights followed from companies to those above them, nearest first.

Weights are integers of 2^-52: their sums do not depend on the order of the terms.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WHOLE = 1 << 52  # the weight of all of a company
CLOSE = int(1e-9 * WHOLE)  # nearer than this to a threshold is decided again in fractions


@kernel
def spread_weights(
    starts: Int64,
    wanted: Int64,
    first: Int64,
    begin: Int64,
    split: Int64,
    to: Int32,
    share: Floats,
    forth_first: Int64,
    forth: Int32,
    forth_share: Floats,
    rank: Int32,
    loop: Int32,
    loop_first: Int64,
    members: Int32,
    inverse_first: Int64,
    inverse: Floats,
    closed: Bools,
    missing: Floats,
    opaque: Bools,
    opaque_alone: Floats,
    place: Int32,
    above_first: Int64,
    above_last: Int64,
    above_row: Int64,
    above: Int64,
    above_weight: Int64,
    greatest: Int32,
    above_most: Int64,
    above_missing: Int64,
    above_opaque: Int64,
    threshold: int,
    budget: int,
    weight: Int64,
    seen: Int64,
    hits: Int64,
) -> tuple[Int64, Int64, Int64, Bools, Int64, Int64, Bools]:
    """Weights of all that is reached from each start, nearest rank first; see `Weights`.

    weight, seen, hits: room by node, zeros, made by numpy: for one start it is never touched but where it is used.

    A heap by rank settles a node when all its contributions are there; the members of a loop come out together. Below a
    large loop the search stops at its members: what lies above them is looked up, for those nodes only that can reach
    the threshold. A wanted node is told whatever its weight.
    """
    n = len(rank)
    heap = np.empty(n + 1, np.int64)
    inputs = np.empty(n, np.int64)
    room = max(1024, len(starts))
    out_target, out_node = np.empty(room, np.int64), np.empty(room, np.int64)
    out_weight, out_near = np.empty(room, np.int64), np.empty(room, np.bool_)
    lost, dark = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    cut = np.zeros(len(starts), np.bool_)
    count = 0
    scratch = np.empty(n, np.int64)
    met, entered = np.empty(n, np.int64), np.empty(n, np.int64)
    for s in range(len(starts)):
        start, mark = starts[s], s + 1
        seen[start], weight[start], hits[start] = mark, WHOLE, 0  # hits: one from the start is one, any other two
        heap[0] = start
        size, followed, settled, doors = 1, 0, 0, 0
        while size:
            node, size = _pop(heap, size, rank)
            batch = 1
            inputs[0] = node
            k = loop[node]
            if place[node] >= 0:
                entered[doors] = node
                doors += 1
                lost[s] += np.int64(np.rint(weight[node] / WHOLE * above_missing[place[node]]))
                dark[s] += np.int64(np.rint(weight[node] / WHOLE * above_opaque[place[node]]))
                continue
            if k >= 0:
                while size and loop[heap[0]] == k:
                    inputs[batch], size = _pop(heap, size, rank)
                    batch += 1
                low, high = loop_first[k], loop_first[k + 1]
                if not closed[k]:
                    width = high - low
                    for i in range(width):
                        total = np.int64(0)
                        for b in range(batch):
                            j = _place(members, low, high, inputs[b])
                            total += np.int64(np.rint(inverse[inverse_first[k] + i * width + j] * weight[inputs[b]]))
                        scratch[i] = total
                    for i in range(width):
                        member = members[low + i]
                        seen[member], weight[member], hits[member] = mark, scratch[i], 2
                    batch = width
                    for i in range(width):
                        inputs[i] = members[low + i]
            for b in range(batch):
                node = inputs[b]
                mine = weight[node]
                met[settled] = node
                settled += 1
                lost[s] += np.int64(np.rint(missing[node] * mine))
                dark[s] += np.int64(np.rint(opaque_alone[node] * mine))
                if k >= 0 and closed[k]:
                    continue
                worth = 1 if node == start and k < 0 else 2
                for e in range(begin[node], split[node]):
                    other = to[e]
                    part = np.int64(np.rint(share[e] * mine))
                    if seen[other] != mark:
                        if followed >= budget:
                            cut[s] = True
                            continue
                        followed += 1
                        seen[other], weight[other], hits[other] = mark, 0, 0
                        if first[other] < first[other + 1]:
                            size = _push(heap, size, other, rank)
                        else:  # nobody above: nothing has to wait for it
                            met[settled] = other
                            settled += 1
                    weight[other] += part
                    hits[other] += worth
                for e in range(split[node], first[node + 1]):  # held by one who holds nothing else: greatest first
                    part = np.int64(np.rint(share[e] * mine))
                    if part <= 0 or part < threshold - CLOSE:
                        break
                    near = abs(part - threshold) <= CLOSE and worth != 1
                    if near or part >= threshold:
                        if count == len(out_target):
                            out_target, out_node = _grown(out_target), _grown(out_node)
                            out_weight, out_near = _grown(out_weight), _grown(out_near)
                        out_target[count], out_node[count] = s, to[e]
                        out_weight[count], out_near[count] = part, near
                        count += 1
        entering = 0.0
        for d in range(doors):
            entering += weight[entered[d]] / WHOLE
            met[settled] = entered[d]
            settled += 1
        for d in range(doors):
            p = place[entered[d]]
            for e in range(above_last[p] - above_first[p]):
                at = greatest[above_row[p] + e]
                node = above[above_first[p] + at]
                if above_weight[above_row[p] + at] * entering < threshold - CLOSE:
                    break
                if seen[node] != mark:
                    seen[node], weight[node], hits[node] = mark, 0, 2
                    met[settled] = node
                    settled += 1
        for i in range(settled):
            node = met[i]
            if opaque[node]:
                dark[s] += weight[node]
            held = weight[node] - WHOLE if node == start else weight[node]
            if doors and held + entering * above_most[node] < threshold - CLOSE:
                continue
            held += _looked_up(
                node, entered, doors, weight, place, above_first, above_last, above_row, above, above_weight
            )
            if held > 0 and held >= threshold - CLOSE and node != wanted[s]:
                near = abs(held - threshold) <= CLOSE and (hits[node] != 1 or doors > 0)
                if near or held >= threshold:
                    if count == len(out_target):
                        out_target, out_node = _grown(out_target), _grown(out_node)
                        out_weight, out_near = _grown(out_weight), _grown(out_near)
                    out_target[count], out_node[count] = s, node
                    out_weight[count], out_near[count] = held, near
                    count += 1
        node = wanted[s]
        if node >= 0:
            held = _looked_up(
                node, entered, doors, weight, place, above_first, above_last, above_row, above, above_weight
            )
            if seen[node] == mark:
                held += weight[node] - WHOLE if node == start else weight[node]
            elif first[node] == first[node + 1] and forth_first[node] + 1 == forth_first[node + 1]:
                e = forth_first[node]  # one who holds nothing else is not in the heap
                if seen[forth[e]] == mark and place[forth[e]] < 0:
                    held += np.int64(np.rint(forth_share[e] * weight[forth[e]]))
            if count == len(out_target):
                out_target, out_node = _grown(out_target), _grown(out_node)
                out_weight, out_near = _grown(out_weight), _grown(out_near)
            out_target[count], out_node[count] = s, node
            out_weight[count], out_near[count] = held, False
            count += 1
    return out_target[:count], out_node[:count], out_weight[:count], out_near[:count], lost, dark, cut


@kernel
def _looked_up(
    node: int,
    entered: Int64,
    doors: int,
    weight: Int64,
    place: Int32,
    first: Int64,
    last: Int64,
    row: Int64,
    above: Int64,
    above_weight: Int64,
) -> Any:
    """What a node has through the members of large loops at which a search stopped."""
    total = np.int64(0)
    for d in range(doors):
        p = place[entered[d]]
        at = _place(above, first[p], last[p], node)
        if first[p] + at < last[p] and above[first[p] + at] == node:
            total += np.int64(np.rint(weight[entered[d]] / WHOLE * above_weight[row[p] + at]))
    return total


@kernel
def _grown(column: Any) -> Any:
    out = np.empty(2 * len(column), column.dtype)
    out[: len(column)] = column
    return out


@kernel
def _place(members: Any, low: int, high: int, node: int) -> int:
    """Place of a node among ascending members, counted from `low`."""
    begin = low
    while low < high:
        middle = (low + high) // 2
        if members[middle] < node:
            low = middle + 1
        else:
            high = middle
    return low - begin


@kernel
def _push(heap: Int64, size: int, node: int, rank: Int32) -> int:
    at = size
    while at:
        above = (at - 1) // 2
        if rank[heap[above]] <= rank[node]:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = node
    return size + 1


@kernel
def _pop(heap: Int64, size: int, rank: Int32) -> tuple[Any, int]:
    top, last = heap[0], heap[size - 1]
    size -= 1
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and rank[heap[below + 1]] < rank[heap[below]]:
            below += 1
        if rank[last] <= rank[heap[below]]:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = last
    return top, size
