"""How far a measure might have come out otherwise: resampling of cases, the same resamples for all that is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.evaluation.tally import Counting, Tally
from graph.ascending import distinct, places

Floats = npt.NDArray[np.float64]
Measure = Callable[[Tally], Floats]

DRAWS = 1000
LEVEL = 0.95
_AT_ONCE = 4_000_000  # weights held at a time


@dataclass(frozen=True)
class Interval:
    """A measure of the sample, and the bounds that hold the middle `LEVEL` of its resamples."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


def weights(units: npt.ArrayLike, draws: int, seed: int) -> Iterator[Floats]:
    """How often each case was drawn, in blocks of shape (some draws, cases).

    units: by case what is drawn with all its cases, such as its connected component; cases that depend on one another
    belong to one unit. O(draws x cases).
    """
    given = np.asarray(units)
    names = distinct(given)
    of = places(names, given)
    rng = np.random.default_rng(seed)
    block = max(_AT_ONCE // len(given), 1)
    for first in range(0, draws, block):
        count = min(block, draws - first)
        drawn = rng.integers(len(names), size=(count, len(names)))
        drawn += len(names) * np.arange(count)[:, None]
        times = np.bincount(drawn.ravel(), minlength=count * len(names)).reshape(count, len(names))
        yield times[:, of].astype(float)


def measured(
    label: npt.ArrayLike,
    score: npt.ArrayLike,
    measures: Mapping[str, Measure],
    *,
    units: npt.ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Interval]:
    """Each measure of a score with its percentile interval over resamples. Same seed, same numbers.

    Resamples of which a measure is not defined (one class only) are left out of its interval.
    """
    counting = Counting(label, score)
    whole = counting.tally()
    found: dict[str, list[Floats]] = {name: [] for name in measures}
    for weight in weights(np.arange(len(np.asarray(label))) if units is None else units, draws, seed):
        tally = counting.tally(weight)
        for name, measure in measures.items():
            found[name].append(measure(tally))
    return {n: interval(float(m(whole)), np.concatenate(found[n])) for n, m in measures.items()}


def gained(
    label: npt.ArrayLike,
    score: npt.ArrayLike,
    over: npt.ArrayLike,
    measures: Mapping[str, Measure],
    *,
    units: npt.ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Interval]:
    """By measure what `score` has more than `over` on the same cases: a paired bootstrap. Same seed, same numbers."""
    one, other = Counting(label, score), Counting(label, over)
    whole = (one.tally(), other.tally())
    found: dict[str, list[Floats]] = {name: [] for name in measures}
    for weight in weights(np.arange(len(np.asarray(label))) if units is None else units, draws, seed):
        pair = (one.tally(weight), other.tally(weight))
        for name, measure in measures.items():
            found[name].append(measure(pair[0]) - measure(pair[1]))
    return {n: interval(float(m(whole[0]) - m(whole[1])), np.concatenate(found[n])) for n, m in measures.items()}


def interval(value: float, resampled: Floats) -> Interval:
    """A value with the bounds of the middle `LEVEL` of its resamples; NaN bounds where none is defined."""
    defined = resampled[np.isfinite(resampled)]
    if not len(defined):
        return Interval(value, np.nan, np.nan)
    low, high = np.quantile(defined, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(value, float(low), float(high))
