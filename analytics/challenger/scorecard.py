"""Chances of an outcome as points of a scorecard: more is better, PDO more doubles the odds."""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt

from graph.errors import UsageError

PDO, BASE_POINTS, BASE_ODDS = 20.0, 600.0, 50.0
FACTOR = PDO / log(2)
OFFSET = BASE_POINTS - FACTOR * log(BASE_ODDS)


def points(chance: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Offset + Factor ln((1 - p) / p): 600 points at 50 to 1 against the outcome, 20 more at 100 to 1.

    UsageError for a chance that is not strictly between 0 and 1. Source: algorithms.md section 5; Siddiqi 2006.
    """
    p = np.asarray(chance, dtype=float)
    if not ((p > 0) & (p < 1)).all():
        raise UsageError(
            "a chance of 0, of 1 or of none has no points",
            "Give chances between 0 and 1.",
            "概率为 0、为 1 或缺失时不能换算分值。请给 0 与 1 之间的概率。",
        )
    return np.asarray(OFFSET + FACTOR * (np.log1p(-p) - np.log(p)))
