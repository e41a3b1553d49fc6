"""Grouped weights of evidence: from signs to a probability, and what labels teach about the weights.

logit P = logit(prior) + sum over groups of the greatest w_k among the signs seen (I. J. Good, Probability and the
Weighing of Evidence, 1950; grouped because signs of one group hang together: algorithms.md section 3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def posterior(prior: float, weight: Floats, group: Int64, seen: Bools) -> Floats:
    """The probability of each row. seen: shape (rows, signs); weight, group: shape (signs,). O(rows x signs).

    Of each group the greatest weight of the signs seen counts once; a group without a sign counts nothing.
    """
    total = np.full(len(seen), math.log(prior / (1 - prior)))
    for number in np.unique(group):
        of_group = group == number
        weights = np.where(seen[:, of_group], weight[of_group], -np.inf)
        greatest = weights.max(axis=1, initial=-np.inf)
        total += np.where(np.isfinite(greatest), greatest, 0.0)
    return np.asarray(1 / (1 + np.exp(-total)))


@dataclass(frozen=True)
class Learnt:
    """A weight from labels: w of the sign, with an interval, and the counts behind it."""

    weight: float
    low: float
    high: float
    shells_with: int
    shells: int
    normals_with: int
    normals: int


def learnt(a: int, shells: int, b: int, normals: int, greatest_lr: float = 20.0, level: float = 0.95) -> Learnt:
    """w = ln((a + .5)/(A + 1)) - ln((b + .5)/(B + 1)), within ln of `greatest_lr`.

    a of A shells and b of B normal firms have the sign. The interval joins Jeffreys' for both shares, each of
    the level, so it holds with more than that.
    """
    w = math.log((a + 0.5) / (shells + 1)) - math.log((b + 0.5) / (normals + 1))
    of_shells, of_normals = jeffreys(a, shells, level), jeffreys(b, normals, level)
    most = math.log(greatest_lr)

    def bounded(x: float) -> float:
        return min(max(x, -most), most)

    low = _log_ratio(of_shells[0], of_normals[1], -most)
    high = _log_ratio(of_shells[1], of_normals[0], most)
    return Learnt(bounded(w), bounded(low), bounded(high), a, shells, b, normals)


def _log_ratio(one: float, other: float, otherwise: float) -> float:
    return math.log(one / other) if one > 0 and other > 0 else otherwise


def jeffreys(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The Jeffreys interval of a share: quantiles of Beta(hits + .5, of - hits + .5), to the end at none and at all.

    Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion (2001).
    """
    from scipy.stats import beta

    tail = (1 - level) / 2
    low, high = (float(beta.ppf(q, hits + 0.5, of - hits + 0.5)) for q in (tail, 1 - tail))
    return (0.0 if hits == 0 else low, 1.0 if hits == of else high)


def expected_yield(probability: Floats, level: float = 0.95) -> tuple[float, int, int]:
    """(expected number, least, most) of shells among firms of these probabilities, if they are right. O(n^2).

    The sum of independent trials (Poisson binomial), exactly; between least and most with at least the level.
    """
    chance = np.ones(1)
    for p in probability.tolist():
        chance = np.append(chance, 0.0) * (1 - p) + np.append(0.0, chance) * p
    below = np.cumsum(chance)
    tail = (1 - level) / 2
    return float(probability.sum()), int(np.searchsorted(below, tail)), int(np.searchsorted(below, 1 - tail))
