"""What is fitted: recipes of columns and learners, each a function of the labels at its training rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from analytics.evaluation.sme.features import Features
from analytics.evaluation.sme.labels import crossed
from analytics.evaluation.sme.network import Network

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Learner = Callable[[int], Any]  # from a seed to an estimator of scikit-learn

SURE = 0.005  # no single learner is surer than that: of a few hundred cases none can be


def forest(seed: int) -> Any:
    """A random forest (Breiman 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(300, min_samples_leaf=3, random_state=seed)


def trees(seed: int) -> Any:
    """Extremely randomised trees (Geurts et al. 2006): smoother where columns say nearly the same."""
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(300, min_samples_leaf=3, max_features=0.3, random_state=seed)


def boosting(seed: int) -> Any:
    """Gradient boosting over histograms, slow and shallow, the mean of three seeds (Friedman 2001; Ke et al. 2017)."""
    from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier

    one = [
        HistGradientBoostingClassifier(
            learning_rate=0.04, max_iter=250, max_leaf_nodes=8, min_samples_leaf=20, l2_regularization=10.0,
            max_features=0.15, random_state=3 * seed + i,
        )
        for i in range(3)
    ]  # fmt: skip
    return VotingClassifier([(str(i), learner) for i, learner in enumerate(one)], voting="soft")


LEARNERS: Mapping[str, Learner] = {"forest": forest, "trees": trees, "boosting": boosting}


@dataclass(frozen=True)
class Recipe:
    """Groups of features, whether others' labels enter, and the learners that are averaged."""

    groups: tuple[str, ...]
    labels: bool
    learners: tuple[str, ...]


OWN = ("degree", "own", "lawsuits")
BASELINES = {
    "forest on degrees": Recipe(("degree",), False, ("forest",)),
    "forest on degrees and own": Recipe(OWN, False, ("forest",)),
}
BOTH = ("trees", "boosting")
LADDER = {  # what each group adds, with the same learners
    "degrees": Recipe(("degree",), False, BOTH),
    "and own values": Recipe(("degree", "own"), False, BOTH),
    "and lawsuits": Recipe(OWN, False, BOTH),
    "and place in the graph": Recipe((*OWN, "structure"), False, BOTH),
    "and those next to it": Recipe((*OWN, "structure", "neighbours"), False, BOTH),
    "and others' labels": Recipe((*OWN, "structure", "neighbours"), True, BOTH),
}
WITHOUT, WITH = LADDER["and those next to it"], LADDER["and others' labels"]
CANDIDATES = {
    f"{names}{', labels' if r.labels else ''}": Recipe(r.groups, r.labels, learners)
    for r in (WITHOUT, WITH)
    for names, learners in (("trees", ("trees",)), ("boosting", ("boosting",)), ("trees and boosting", BOTH))
}


class Sight:
    """What a model may see: features of all companies, and the labels at some rows; nobody else's label is in it.

    network, features: of all companies. label: by company; read at `train` alone.
    """

    def __init__(self, network: Network, features: Features, label: Int64, train: Int64, seed: int) -> None:
        self.features, self.train, self.seed = features, train, seed
        self.known = label[train]
        self.told = crossed(network, self.known, train, seed)[1]
        self._made: dict[tuple[tuple[str, ...], bool, str], Any] = {}

    def chances(self, recipe: Recipe, rows: Int64) -> Floats:
        """Chances of bankruptcy at some rows: the mean of the log odds of a recipe's learners."""
        x = self._columns(recipe)
        found = [self._learner(recipe, name, x).predict_proba(x[rows])[:, 1] for name in recipe.learners]
        return np.asarray(expit(np.mean([logit(np.clip(p, SURE, 1 - SURE)) for p in found], axis=0)))

    def _columns(self, recipe: Recipe) -> Floats:
        """Missing values are -1: below every count and every logarithm of one."""
        parts = [self.features.of(recipe.groups), *([self.told] if recipe.labels else [])]
        return np.nan_to_num(np.column_stack(parts), nan=-1.0)

    def _learner(self, recipe: Recipe, name: str, x: Floats) -> Any:
        """A learner made on the training rows: once for the recipes that share it."""
        key = (recipe.groups, recipe.labels, name)
        if key not in self._made:
            self._made[key] = LEARNERS[name](self.seed).fit(x[self.train], self.known)
        return self._made[key]
