"""Nested cross-validation on the labelled companies of one folder, and one look at another.

Choosing happens inside the training rows: for each outer fold the simplest candidate of those with the best mean AUC
over inner folds of the other four is made on all of those, and meets the fold once. The labels of a second folder are
not even handed to what predicts it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.evaluation.ranking import auc
from analytics.evaluation.sme.features import Features, features
from analytics.evaluation.sme.folder import Folder
from analytics.evaluation.sme.models import BASELINES, CANDIDATES, LADDER, Recipe, Sight
from analytics.evaluation.sme.network import Network
from analytics.evaluation.splits import folds
from analytics.evaluation.tally import Counting
from graph.errors import UsageError
from graph.progress import Reporter, Silent

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OUTER, INNER = 5, 3
CLOSE = 0.002  # in AUC: what is simpler and as good comes first
LEAST = 30  # companies of each label: fewer make no folds of folds
CHOSEN = "chosen"


@dataclass(frozen=True)
class Predictions:
    """Chances by model for the same companies, and which candidate was chosen, by outer fold or once for all."""

    rows: Int64  # places in the folder's table
    chances: dict[str, Floats]
    choices: tuple[str, ...]


def cross_validated(folder: Folder, seed: int, progress: Reporter | None = None) -> Predictions:
    """Each labelled company predicted by models that never saw its label, nor chose by it.

    Models: CHOSEN, the baselines, and the ladder of groups. The graph is whole: a company's relations to others of
    the folder are known, their labels only where they are in training.
    """
    network = Network.of(folder)
    found, rows = features(network), checked(folder)
    fold = folds(folder.label[rows], OUTER, seed)
    chances = {name: np.empty(len(rows)) for name in (CHOSEN, *BASELINES, *LADDER)}
    choices = []
    for k in range(OUTER):
        train, held = rows[fold != k], rows[fold == k]
        best = choose(network, found, folder.label, train, seed)
        choices.append(best)
        sight = Sight(network, found, folder.label, train, seed)
        for name, recipe in _models(best).items():
            chances[name][fold == k] = sight.chances(recipe, held)
        (progress or Silent()).advance(k + 1, OUTER)
    return Predictions(rows, chances, tuple(choices))


def cut_apart(folder: Folder, seed: int, progress: Reporter | None = None) -> Predictions:
    """Cross-validated as if each outer fold came as a folder of its own: relations between it and the rest are lost.

    What a second folder that was cut out of the same graph may expect.
    """
    rows = checked(folder)
    fold = folds(folder.label[rows], OUTER, seed)
    chances = {name: np.empty(len(rows)) for name in (CHOSEN, *BASELINES)}
    choices: list[str] = []
    for k in range(OUTER):
        rest = np.setdiff1d(np.arange(len(folder.label)), rows[fold == k])
        found = predicted(folder.part(rest), folder.part(rows[fold == k]), seed)
        choices += found.choices
        for name, chance in found.chances.items():
            chances[name][fold == k] = chance
        (progress or Silent()).advance(k + 1, OUTER)
    return Predictions(rows, chances, tuple(choices))


def predicted(train: Folder, test: Folder, seed: int) -> Predictions:
    """Predict the companies that only `test` has, once, by what was chosen on `train` alone; its labels are not read.

    Features are of the graph of both folders; labels are those of `train`.
    """
    network = Network.of(train, test)
    new = np.flatnonzero(network.second)
    if not len(new):
        raise UsageError(
            f"every company of {test.path} is in {train.path} too",
            "Give companies that it has not.",
            f"{test.path} 的企业都已在 {train.path} 中。请给其中没有的企业。",
        )
    label = np.where(network.second, -1, train.label[np.where(network.second, 0, network.row)])
    rows, found = checked(train), features(network)
    best = choose(network, found, label, rows, seed)
    sight = Sight(network, found, label, rows, seed)
    chances = {name: sight.chances(recipe, new) for name, recipe in _models(best).items() if name not in LADDER}
    return Predictions(network.row[new], chances, (best,))


def choose(network: Network, found: Features, label: Int64, train: Int64, seed: int) -> str:
    """The first candidate whose mean AUC over inner folds of the training rows is within CLOSE of the best one's."""
    fold = folds(label[train], INNER, seed + 1)
    score = dict.fromkeys(CANDIDATES, 0.0)
    for k in range(INNER):
        sight = Sight(network, found, label, train[fold != k], seed)
        held = train[fold == k]
        for name, recipe in CANDIDATES.items():
            score[name] += float(auc(Counting(label[held], sight.chances(recipe, held)).tally()))
    least = max(score.values()) - CLOSE * INNER
    return next(name for name, sum_ in score.items() if sum_ >= least)


def checked(folder: Folder) -> Int64:
    """The labelled rows of a folder; UsageError where there are too few of either label."""
    rows = np.flatnonzero(folder.labelled)
    counts = np.bincount(folder.label[rows], minlength=2)
    if counts.min() < LEAST:
        raise UsageError(
            f"{folder.path}: {counts[1]} companies are labelled bankrupt and {counts[0]} not",
            f"A model takes {LEAST} of each.",
            f"{folder.path}：标记破产的 {counts[1]} 户，未破产的 {counts[0]} 户，样本不足。每类至少 {LEAST} 户。",
        )
    return rows


def _models(best: str) -> dict[str, Recipe]:
    return {CHOSEN: CANDIDATES[best], **BASELINES, **LADDER}
