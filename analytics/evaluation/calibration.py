"""Whether probabilities mean what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.evaluation.tally import Tally
from graph.errors import UsageError
from graph.runs import begins

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BINS = 10


@dataclass(frozen=True)
class Bin:
    """One row of a reliability table: cases of similar probability, what was said of them and what came."""

    cases: int
    lowest: float
    highest: float
    predicted: float
    observed: float


def brier(tally: Tally) -> Floats:
    """Mean squared distance of the probabilities from what came, 0 to 1. Source: Brier 1950."""
    _probabilities(tally)
    wrong = tally.positives * (1 - tally.score) ** 2 + tally.negatives * tally.score**2
    return np.asarray(wrong.sum(-1) / tally.size.sum(-1))


def bins(tally: Tally, most: int = BINS) -> Int64:
    """Places among the scores where up to `most` bins of about equally many cases begin; ties stay whole."""
    end = np.cumsum(tally.size)
    of = np.minimum((end - tally.size / 2) * most // end[-1], most - 1)
    return np.flatnonzero(begins(of))


def ece(tally: Tally, begins: Int64) -> Floats:
    """Expected calibration error: over bins, the mean distance of the mean probability from the share that came.

    begins: the bins of the sample that was measured, the same for its resamples. Resamples are noisier than the sample,
    so their error is greater on average. Source: Naeini et al. 2015, with bins of equally many cases.
    """
    _probabilities(tally)
    predicted = np.add.reduceat(tally.size * tally.score, begins, axis=-1)
    came = np.add.reduceat(tally.positives, begins, axis=-1)
    return np.asarray(np.abs(predicted - came).sum(-1) / tally.size.sum(-1))


def reliability(tally: Tally, most: int = BINS) -> list[Bin]:
    """The reliability table of one sample, highest probabilities first."""
    _probabilities(tally)
    first = bins(tally, most)
    last = np.r_[first[1:], len(tally.score)] - 1
    size, came = np.add.reduceat(tally.size, first), np.add.reduceat(tally.positives, first)
    said = np.add.reduceat(tally.size * tally.score, first)
    return [
        Bin(int(n), float(tally.score[b]), float(tally.score[a]), float(s / n), float(p / n))
        for n, a, b, s, p in zip(size, first, last, said, came, strict=True)
    ]


def _probabilities(tally: Tally) -> None:
    if tally.score[0] > 1 or tally.score[-1] < 0:
        raise UsageError(
            "scores beyond 0 to 1 are no probabilities",
            "Measure their order only, or calibrate them.",
            "得分超出 0 至 1，不是概率。请只评价排序，或先行校准。",
        )
