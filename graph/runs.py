"""Runs of equal values in sorted columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graph.ascending import places

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def expanded(low: Int64, count: Int64) -> Int64:
    """The positions of runs: low, low + 1, ... for each, one run after another."""
    total = int(count.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    first = np.cumsum(count) - count
    return np.arange(total) - np.repeat(first, count) + np.repeat(low, count)


def runs(ordered: Int64, values: Int64) -> tuple[Int64, Int64]:
    """(rows, of): where a sorted column holds each of these values, and the place of the value among them."""
    low = places(ordered, values)
    count = places(ordered, values, "right") - low
    return expanded(low, count), np.repeat(np.arange(len(values)), count)


def begins(*columns: npt.NDArray[Any]) -> Bools:
    """Where each run of rows that are equal in all columns begins."""
    out = np.zeros(len(columns[0]), dtype=bool)
    out[:1] = True
    for column in columns:
        out[1:] |= column[1:] != column[:-1]
    return out


def ordinal(group: Int64) -> Int64:
    """Of each element its place in its run of equal values, from 0."""
    at = np.arange(len(group))
    return at - np.maximum.accumulate(np.where(begins(group), at, 0)) if len(group) else at
