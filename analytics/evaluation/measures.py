"""The measures that every report tells, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy.typing as npt

from analytics.evaluation.bootstrap import Measure
from analytics.evaluation.calibration import bins, brier, ece, reliability
from analytics.evaluation.ranking import auc, lift, pr_auc, precision, recall
from analytics.evaluation.report import Table
from analytics.evaluation.tally import Counting


def of_order(budget: int) -> dict[str, Measure]:
    """How well a score orders, and what a review of the `budget` highest finds."""
    return {
        "AUC": auc,
        "PR-AUC": pr_auc,
        f"precision at {budget:,}": partial(precision, budget=budget),
        f"lift at {budget:,}": partial(lift, budget=budget),
        f"recall at {budget:,}": partial(recall, budget=budget),
    }


def of_probability(label: npt.ArrayLike, score: npt.ArrayLike) -> Mapping[str, Measure]:
    """How true the probabilities of these cases are."""
    return {"Brier": brier, "ECE": partial(ece, begins=bins(Counting(label, score).tally()))}


def reliability_table(label: npt.ArrayLike, score: npt.ArrayLike, title: str) -> Table:
    """Of cases with similar probabilities: how many, what was said, what came."""
    rows = [
        (f"{b.lowest:.3f} to {b.highest:.3f}", b.cases, b.predicted, b.observed)
        for b in reliability(Counting(label, score).tally())
    ]
    return Table(title, ("probability", "cases", "predicted", "observed"), rows)
