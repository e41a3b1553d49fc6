"""Heavy-tailed draws: who has much gets more, and sizes by a power law."""

from __future__ import annotations

import numpy as np

from loaders.synthetic.columns import Floats, Int64


def origins(rng: np.random.Generator, known: int, count: int, fresh: float) -> Int64:
    """For each of `count` newcomers behind `known` others: its own position, or that of the fresh one it copies.

    Each is fresh with a probability, else copies one that came before it, all alike: how often something is copied
    then follows a power law of exponent 1 + 1 / (1 - fresh) (Simon 1955, Yule 1925). O(count log count).
    """
    own = known + np.arange(count)
    origin = np.where(rng.random(count) < fresh, own, (rng.random(count) * own).astype(np.int64))
    while True:
        copies = np.flatnonzero((origin >= known) & (origin != own))
        further = origin[origin[copies] - known]
        if np.array_equal(further, origin[copies]):
            return origin
        origin[copies] = further


def sizes(rng: np.random.Generator, total: int, least: int, most: int, exponent: float) -> Int64:
    """Sizes by a power law from `least` to `most` that together stay within `total`; none where that is too little."""
    drawn = np.minimum(least * (1 - rng.random(total // least)) ** (-1 / (exponent - 1)), min(most, max(total, least)))
    whole: Int64 = drawn.astype(np.int64)
    return whole[np.cumsum(whole) <= total]


def by_weight(rng: np.random.Generator, weights: Floats, count: int) -> Int64:
    """`count` positions, each drawn with a probability proportional to its weight. O(n + count log n)."""
    reach = np.cumsum(weights)
    drawn = np.searchsorted(reach, np.sort(rng.random(count)) * reach[-1], side="right")
    return np.asarray(np.minimum(drawn, len(weights) - 1), dtype=np.int64)


def shares(rng: np.random.Generator, counts: Int64, whole: int = 10_000) -> Int64:
    """For each of `counts` holders its part of the whole: whole per cents up to eight holders; the first has most.

    Returns the parts one after another; those of one firm add up to `whole` exactly.
    """
    first = np.cumsum(counts) - counts
    weight = rng.gamma(0.9, size=int(counts.sum())) + 0.02
    weight[first] += rng.gamma(2.0, size=len(counts)) + 0.5
    step = np.repeat(np.where(counts <= 8, 100, 1), counts)
    part = weight / np.repeat(np.add.reduceat(weight, first), counts) * whole if len(counts) else weight
    part = np.maximum((part / step).astype(np.int64) * step, step)
    if len(counts):
        part[first] += whole - np.add.reduceat(part, first)
    return np.asarray(part, dtype=np.int64)


def lengths_to_positions(counts: Int64) -> Int64:
    """0, 1, ... within each run of the given lengths."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
