"""Boosted trees as plain numbers: kept as JSON, read by nobody's pickle, and telling what scikit-learn would."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """Nodes of one tree, the root first: at a node with a left child, go there where the feature is at most the
    threshold, else right; a leaf (left = -1) adds its value."""

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]

    def values(self, x: Floats) -> Floats:
        """The leaf's value of each row. O(rows x depth)."""
        feature, threshold, left, right = (np.array(c) for c in (self.feature, self.threshold, self.left, self.right))
        at = np.zeros(len(x), dtype=np.int64)
        while (inner := np.flatnonzero(left[at] >= 0)).size:
            here = at[inner]
            goes_left = x[inner, feature[here]] <= threshold[here]
            at[inner] = np.where(goes_left, left[here], right[here])
        return np.asarray(self.value)[at]


@dataclass(frozen=True)
class Boosted:
    """log odds = start + the values of all trees."""

    start: float
    trees: tuple[Tree, ...]

    @classmethod
    def of(cls, learner: Any) -> Boosted:
        """The trees of a fitted HistGradientBoostingClassifier of two classes and numbers without gaps."""
        trees = []
        for (grown,) in learner._predictors:
            nodes = grown.nodes
            leaf = nodes["is_leaf"].astype(bool)
            trees.append(
                Tree(
                    np.where(leaf, 0, nodes["feature_idx"]).tolist(),
                    np.where(leaf, 0.0, nodes["num_threshold"]).tolist(),
                    np.where(leaf, -1, nodes["left"].astype(np.int64)).tolist(),
                    np.where(leaf, -1, nodes["right"].astype(np.int64)).tolist(),
                    nodes["value"].tolist(),
                )
            )
        return cls(float(np.ravel(learner._baseline_prediction)[0]), tuple(trees))

    def log_odds(self, x: Floats) -> Floats:
        """Log odds by row, trees added in order."""
        out = np.full(len(x), self.start)
        for tree in self.trees:
            out += tree.values(x)
        return out

    def to_plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Boosted:
        """What `to_plain` gave."""
        return cls(plain["start"], tuple(Tree(**tree) for tree in plain["trees"]))
