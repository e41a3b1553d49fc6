"""Two scores of the same cases side by side: what one has more than the other, and whether that may be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from analytics.evaluation.bootstrap import DRAWS, Measure, gained, measured
from analytics.evaluation.report import Table
from graph.errors import UsageError

Floats = npt.NDArray[np.float64]


def compared(
    label: npt.ArrayLike,
    scores: Mapping[str, Floats],
    measures: Mapping[str, Measure],
    *,
    title: str,
    against: str,
    units: npt.ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """One row a score: each measure, and its gain over the score named `against`, paired on the same resamples."""
    if against not in scores:
        raise UsageError(f"there is no score {against!r} to compare with", f"There are {', '.join(scores)}.")
    rows = []
    for name, score in scores.items():
        own = measured(label, score, measures, units=units, draws=draws, seed=seed)
        more = gained(label, score, scores[against], measures, units=units, draws=draws, seed=seed)
        rows.append([name, *own.values(), *(None if name == against else g for g in more.values())])
    columns = ["score", *measures, *(f"{m}, gain" for m in measures)]
    return Table(title, columns, rows, f"Gain: over {against}, paired bootstrap of {draws:,} resamples, seed {seed}.")


def overlapping(one: Sequence[str], other: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places in each of two runs' ids of the cases that both have, in order of id; UsageError where there is none."""
    _, first, second = np.intersect1d(np.asarray(one, str), np.asarray(other, str), return_indices=True)
    if not len(first):
        raise UsageError("the two runs have no case in common", "Compare runs over the same companies.")
    return first, second
