"""Strongly connected components in topological order: Tarjan's algorithm without recursion, over arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel

Int64 = npt.NDArray[np.int64]


@kernel
def strong_components(first: Int64, end: Int64) -> tuple[Int64, int]:
    """(component of each node, how many): an edge never leads to a component of a higher number but its own.

    first: shape (n + 1,), end: shape (edges,): the successors of node i are `end[first[i]:first[i + 1]]`. So the
    numbers are a reverse topological order. O(nodes + edges). Tarjan 1972.
    """
    n = len(first) - 1
    component = np.full(n, -1, np.int64)
    low = np.zeros(n, np.int64)
    index = np.full(n, -1, np.int64)
    upcoming = first[:-1].copy()
    stack = np.empty(n, np.int64)
    path = np.empty(n, np.int64)
    on_stack, count, clock = 0, 0, 0
    for root in range(n):
        if index[root] >= 0:
            continue
        depth = 0
        path[0] = root
        index[root] = low[root] = clock
        clock += 1
        stack[on_stack] = root
        on_stack += 1
        while depth >= 0:
            at = path[depth]
            if upcoming[at] < first[at + 1]:
                to = end[upcoming[at]]
                upcoming[at] += 1
                if index[to] < 0:
                    index[to] = low[to] = clock
                    clock += 1
                    stack[on_stack] = to
                    on_stack += 1
                    depth += 1
                    path[depth] = to
                elif component[to] < 0 and index[to] < low[at]:
                    low[at] = index[to]
                continue
            if low[at] == index[at]:
                while True:
                    on_stack -= 1
                    member = stack[on_stack]
                    component[member] = count
                    if member == at:
                        break
                count += 1
            depth -= 1
            if depth >= 0 and low[at] < low[path[depth]]:
                low[path[depth]] = low[at]
    return component, count


@kernel
def levels(first: Int64, end: Int64, component: Int64, order: Int64) -> Int64:
    """By node the longest way down to its component from a node without predecessors, components counted as one.

    order: the nodes by component, ascending. O(nodes + edges).
    """
    level = np.zeros(len(first) - 1, np.int64)  # by component, of which there are no more than nodes
    for node in order[::-1]:
        for e in range(first[node], first[node + 1]):
            if component[end[e]] != component[node]:
                level[component[end[e]]] = max(level[component[end[e]]], level[component[node]] + 1)
    return level[component]
