"""Counting sort: the rows of each group, in their order, in linear time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel

Int64 = npt.NDArray[np.int64]


@kernel
def grouped(of: Int64, groups: int) -> tuple[Int64, Int64]:
    """(first, order): the rows of group g are `order[first[g]:first[g + 1]]`, ascending. O(rows + groups)."""
    first = np.zeros(groups + 1, np.int64)
    for i in range(len(of)):
        first[of[i] + 1] += 1
    for g in range(groups):
        first[g + 1] += first[g]
    place = first[:-1].copy()
    order = np.empty(len(of), np.int64)
    for i in range(len(of)):
        order[place[of[i]]] = i
        place[of[i]] += 1
    return first, order


def by_pair(one: Int64, other: Int64, groups: int, rows: Int64) -> Int64:
    """Rows by (one, other), equals as they come; none is moved if they are in that order. O(rows + groups)."""
    first, second = one[rows], other[rows]
    if ((first[1:] > first[:-1]) | ((first[1:] == first[:-1]) & (second[1:] >= second[:-1]))).all():
        return rows
    if not (second[1:] >= second[:-1]).all():
        rows = rows[grouped(second, groups)[1]]
        first = one[rows]
    return np.asarray(rows[grouped(first, groups)[1]])
