"""How well a score puts positive cases first. Ties are broken neither way: every measure is its mean over their orders,
or, for the precision-recall curve, takes a tie as one step.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.evaluation.tally import Tally

Floats = npt.NDArray[np.float64]


def auc(tally: Tally) -> Floats:
    """The chance that a positive case has a higher score than a negative one, ties counting half. NaN for one class.

    O(scores) a resample. Source: Hanley and McNeil 1982 (the Mann-Whitney statistic).
    """
    below = tally.negatives.sum(-1, keepdims=True) - np.cumsum(tally.negatives, axis=-1)
    won = (tally.positives * (below + tally.negatives / 2)).sum(-1)
    return _ratio(won, tally.positives.sum(-1) * tally.negatives.sum(-1))


def pr_auc(tally: Tally) -> Floats:
    """Average precision: the precision at each score, weighed by the positives found there. NaN without positives.

    O(scores) a resample. Not interpolated, which would flatter (Davis and Goadrich 2006).
    """
    precision = _ratio(np.cumsum(tally.positives, axis=-1), np.cumsum(tally.size, axis=-1), empty=0.0)
    return _ratio((tally.positives * precision).sum(-1), tally.positives.sum(-1))


def found(tally: Tally, budget: int) -> Floats:
    """Positive cases among the `budget` highest scores: expected, where a tie is cut. O(scores) a resample."""
    size = tally.size
    before = np.cumsum(size, axis=-1) - size
    taken = np.clip(budget - before, 0, size)
    return np.asarray((tally.positives * _ratio(taken, size, empty=0.0)).sum(-1))


def precision(tally: Tally, budget: int) -> Floats:
    """Share of positives among the `budget` cases reviewed, or among all where there are fewer."""
    return _ratio(found(tally, budget), np.minimum(budget, tally.size.sum(-1)))


def recall(tally: Tally, budget: int) -> Floats:
    """Share of all positives that a review of `budget` cases finds. NaN without positives."""
    return _ratio(found(tally, budget), tally.positives.sum(-1))


def base_rate(tally: Tally) -> Floats:
    """The share of positives among all cases."""
    return _ratio(tally.positives.sum(-1), tally.size.sum(-1))


def lift(tally: Tally, budget: int) -> Floats:
    """Precision at a budget over the share of positives among all: how often more than by chance. NaN without any."""
    return _ratio(precision(tally, budget), base_rate(tally))


def _ratio(over: npt.ArrayLike, under: npt.ArrayLike, empty: float = np.nan) -> Floats:
    top, bottom = np.broadcast_arrays(np.asarray(over, dtype=float), np.asarray(under, dtype=float))
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, empty), where=bottom > 0))
