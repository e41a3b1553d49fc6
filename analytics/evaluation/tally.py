"""Cases counted by score: all that measures of a ranking depend on, for one sample or for many resamples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.errors import UsageError
from graph.runs import begins

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """Positive and negative cases at each different score, highest score first; ties are one entry.

    score: (scores,). positives, negatives: (..., scores), leading axes are resamples.
    """

    score: Floats
    positives: Floats
    negatives: Floats

    @property
    def size(self) -> Floats:
        """Cases at each score."""
        return self.positives + self.negatives


def checked(label: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Int64, Floats]:
    """Labels 0 and 1 and their scores; UsageError for none, unequal lengths, another label, or a score that is none."""
    labels, scores = np.asarray(label), np.asarray(score, dtype=float)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise UsageError(
            f"{labels.shape} labels and {scores.shape} scores",
            "Give one score for each label.",
            f"标签（{labels.shape}）与得分（{scores.shape}）个数不同。请为每个标签给一个得分。",
        )
    if not len(labels):
        raise UsageError(
            "there are no cases to measure", "Give at least one of each class.", "没有可评价的样本。两类至少各一个。"
        )
    if not np.isin(labels, (0, 1)).all():
        raise UsageError(
            "a label is neither 0 nor 1", "Leave out what has no label.", "有的标签不是 0 或 1。请去掉没有标签的样本。"
        )
    if not np.isfinite(scores).all():
        raise UsageError(
            f"{int((~np.isfinite(scores)).sum())} scores are no numbers",
            "Score every case.",
            f"有 {int((~np.isfinite(scores)).sum())} 个得分不是数字。请为每个样本给出得分。",
        )
    return labels.astype(np.int64), scores


class Counting:
    """Counts cases by score, each case as often as a resample drew it."""

    def __init__(self, label: npt.ArrayLike, score: npt.ArrayLike) -> None:
        labels, scores = checked(label, score)
        self._order = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self._first = np.flatnonzero(begins(ordered))
        self._positive = labels[self._order] == 1
        self._score = ordered[self._first]

    def tally(self, weight: Floats | None = None) -> Tally:
        """The tally of cases with these weights, shape (..., cases); by default each once. O(weights)."""
        ordered = np.ones(len(self._order)) if weight is None else weight[..., self._order]
        positives = np.add.reduceat(ordered * self._positive, self._first, axis=-1)
        return Tally(self._score, positives, np.add.reduceat(ordered, self._first, axis=-1) - positives)
