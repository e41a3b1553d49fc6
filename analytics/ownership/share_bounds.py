"""The most that an owner can hold where shares are intervals, each company's holders adding up to at most one.

Each company chooses, within its intervals, how its shares are spread; the greatest share of one owner in one company
is the value of a Markov decision process in which arriving at the owner pays one. Howard's policy iteration finds it,
and the choice in which it ends is a completion of the graph that reaches it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.ownership.condensed import Ownership
from analytics.ownership.holdings import Holdings
from graph.declaration import SHARE_ONE

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def above(own: Ownership, target: int, most: int) -> Int64 | None:
    """The target and all that hold of it, directly or not, ascending (compact nodes); None beyond `most` of them."""
    found, waiting = {target}, [target]
    while waiting:
        node = waiting.pop()
        for holder in own.back[own.back_first[node] : own.back_first[node + 1]].tolist():
            if holder not in found:
                found.add(holder)
                waiting.append(holder)
        if len(found) > most:
            return None
    return np.array(sorted(found), dtype=np.int64)


def greatest_shares(own: Ownership, held: Holdings, target: int, nodes: Int64) -> Floats:
    """The most that each of `nodes` (a target and all above it, ascending) can hold of the target; O(nodes^4) at worst.

    Infinite where a completion makes a loop that owns itself whole.
    """
    size = len(nodes)
    low, high = np.zeros((size, size)), np.zeros((size, size))
    for j, node in enumerate(nodes.tolist()):
        e = slice(own.back_first[node], own.back_first[node + 1])
        at = np.searchsorted(nodes, own.back[e])
        low[at, j] = held.low[own.back_row[e]] / SHARE_ONE
        high[at, j] = held.high[own.back_row[e]] / SHARE_ONE
    t = int(np.searchsorted(nodes, target))
    return np.array([_greatest(low, high, owner)[t] for owner in range(size)])


def _greatest(low: Floats, high: Floats, owner: int) -> Floats:
    """By company the most that an owner can hold of it."""
    size = len(low)
    spread = low
    while True:
        paid = spread[owner]
        try:
            value = np.linalg.solve(np.eye(size) - spread.T, paid)
        except np.linalg.LinAlgError:
            return np.full(size, np.inf)
        if (value < -1e-9).any():
            return np.full(size, np.inf)
        worth = value.copy()
        worth[owner] += 1
        better = _spread(low, high, worth)
        if (worth @ better <= worth @ spread + 1e-12).all():
            return value
        spread = better


def _spread(low: Floats, high: Floats, worth: Floats) -> Floats:
    """Of each company the shares that are worth most: the least each, and what is left to the worthiest first."""
    order = np.lexsort((np.arange(len(worth)), -worth))
    room = np.where(worth[order, None] > 0, (high - low)[order], 0.0)
    left = np.maximum(1.0 - low.sum(axis=0), 0.0)
    before = np.cumsum(room, axis=0) - room
    out = low.copy()
    out[order] += np.clip(left - before, 0.0, room)
    return out
