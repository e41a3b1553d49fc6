"""The report on a labelled folder: gain over the honest baseline, what it comes from, how true the chances are."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.evaluation.bootstrap import gained, measured
from analytics.evaluation.comparison import compared
from analytics.evaluation.measures import of_order, of_probability, reliability_table
from analytics.evaluation.ranking import auc
from analytics.evaluation.report import Cell, Report, Table
from analytics.evaluation.sme.folder import FILES, Folder
from analytics.evaluation.sme.models import BASELINES, LADDER
from analytics.evaluation.sme.validation import CHOSEN, INNER, OUTER, Predictions
from analytics.evaluation.splits import by_group

BASELINE = next(iter(BASELINES))
SMALLEST = 100  # companies of a group that is told
BY_CHANCE = "Resamples take companies for independent; they are related, so intervals are, if anything, too narrow."


def report(
    train: Folder,
    crossed: Predictions,
    test: Folder | None,
    looked: Predictions | None,
    apart: Predictions | None,
    *,
    command: str,
    budget: float,
    draws: int,
    seed: int,
    made_on: dict[str, Any],
) -> Report:
    """The report; budget: the share of the companies that a review takes."""
    how = {"draws": draws, "seed": seed}
    label = train.label[crossed.rows]
    tables = [
        _scores(f"Cross-validated on {train.path.name}", label, crossed, budget, how),
        _ladder(label, crossed, how),
        _calibration(f"Chances, cross-validated on {train.path.name}", label, crossed, how),
        reliability_table(label, crossed.chances[CHOSEN], "Reliability, cross-validated"),
        _groups(train, crossed, how),
    ]
    about = {"train": _about(train), **made_on, "chosen in the outer folds": ", ".join(crossed.choices)}
    notes = [
        f"Nested cross-validation: {OUTER} outer folds, choice by {INNER} inner ones; seed {seed}.",
        "A company's features never hold its own label, nor the label of a company outside the training rows.",
        BY_CHANCE,
    ]
    if apart is not None:
        title = f"Cross-validated on {train.path.name}, each fold cut out of the graph"
        tables.append(_scores(title, label, apart, budget, how))
    if test is not None and looked is not None:
        about |= {"test": _about(test), "chosen on all of train": ", ".join(looked.choices)}
        tables += _on_test(test, looked, budget, how)
        notes += _notes(train, test, looked)
    return Report("Bankruptcy of small companies", command, about, tables, notes)


def _on_test(test: Folder, looked: Predictions, budget: float, how: dict[str, int]) -> list[Table]:
    """What the one look found; nothing where nobody, or only one of the classes, is labelled."""
    known = test.labelled[looked.rows]
    label = test.label[looked.rows][known]
    if len(np.unique(label)) < 2:
        return []
    seen = Predictions(looked.rows[known], {n: c[known] for n, c in looked.chances.items()}, looked.choices)
    return [
        _scores(f"One look at {test.path.name}", label, seen, budget, how),
        _calibration(f"Chances at {test.path.name}", label, seen, how),
        reliability_table(label, seen.chances[CHOSEN], f"Reliability at {test.path.name}"),
    ]


def _scores(title: str, label: npt.NDArray[np.int64], found: Predictions, budget: float, how: dict[str, int]) -> Table:
    scores = {name: found.chances[name] for name in (*BASELINES, CHOSEN)}
    reviewed = max(round(budget * len(label)), 1)
    return compared(label, scores, of_order(reviewed), title=title, against=BASELINE, **how)


def _ladder(label: npt.NDArray[np.int64], found: Predictions, how: dict[str, int]) -> Table:
    """Each rung of the ladder and its gain over the one below."""
    alone = {name: measured(label, found.chances[name], {"AUC": auc}, **how)["AUC"] for name in LADDER}
    rows: list[list[Cell]] = [[next(iter(LADDER)), alone[next(iter(LADDER))], None]]
    for below, name in pairwise(LADDER):
        more = gained(label, found.chances[name], found.chances[below], {"AUC": auc}, **how)["AUC"]
        rows.append([name, alone[name], more])
    return Table(
        "What the gain comes from", ("features", "AUC", "AUC, gain over the row above"), rows,
        "Cross-validated, the same learners (trees and boosting) throughout.",
    )  # fmt: skip


def _calibration(title: str, label: npt.NDArray[np.int64], found: Predictions, how: dict[str, int]) -> Table:
    names = (*BASELINES, CHOSEN)
    rows: list[list[Cell]] = [
        [n, *measured(label, found.chances[n], of_probability(label, found.chances[n]), **how).values()] for n in names
    ]
    return Table(title, ("score", "Brier", "ECE"), rows)


def _groups(train: Folder, found: Predictions, how: dict[str, int]) -> Table:
    """The chosen model in each large industry and area, where both labels occur."""
    label, rows = train.label[found.rows], []
    for column in ("industry", "area"):
        for name, mine in by_group(train.companies[column].to_numpy()[found.rows], SMALLEST):
            if 0 < label[mine].sum() < mine.sum():
                own = measured(label[mine], found.chances[CHOSEN][mine], {"AUC": auc}, **how)["AUC"]
                rows.append([column, name, int(mine.sum()), float(label[mine].mean()), own])
    return Table("By group", ("by", "group", "companies", "bankrupt", "AUC"), rows, f"Groups of {SMALLEST} and more.")


def _notes(train: Folder, test: Folder, looked: Predictions) -> list[str]:
    """What a reader of the look at `test` must know."""
    out = []
    if not test.labelled[looked.rows].any():
        out.append(f"{test.path.name} has no labels: its companies are predicted, nothing is measured.")
    if seen := len(test.companies) - len(looked.rows):
        out.append(f"{seen:,} companies of {test.path.name} are in {train.path.name} too: they are left out.")
    if new := sorted(set(test.relations["type"]) - set(train.relations["type"])):
        out.append(f"Relation types that {train.path.name} has not, of which nothing was learnt: {', '.join(new)}.")
    if not len(test.lawsuits):
        out.append(f"{test.path.name} has no lawsuits.")
    return out


def _about(folder: Folder) -> str:
    """What a folder holds, and a hash of its files."""
    whole = hashlib.blake2b(digest_size=8)
    for name in FILES:
        if (folder.path / name).exists():
            whole.update((folder.path / name).read_bytes())
    known = folder.label[folder.labelled]
    return (
        f"{len(folder.companies):,} companies ({len(known):,} labelled, {int(known.sum()):,} bankrupt), "
        f"{len(folder.relations):,} relations, {len(folder.lawsuits):,} lawsuits, files {whole.hexdigest()}"
    )
