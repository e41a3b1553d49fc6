"""Labelled folders made by the tests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from analytics.evaluation.sme import models

COMPANY = ("id", "industry", "area", "registered_capital_wan", "paid_in_capital_wan", "bankrupt")
RELATION, LAWSUIT = ("source", "target", "type"), ("company", "cause", "court_level", "result")


def write(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def town(folder: Path, label: Sequence[int | str], seed: int = 0, first: int = 0, noise: bool = False) -> Path:
    """Companies C0, C1, ...: the bankrupt have more parties and lawsuits, unless all is noise. Persons have two firms."""
    rng = np.random.default_rng(seed)
    bad = np.array([0 if noise else int(v or 0) for v in label])
    ids = [f"C{first + i}" for i in range(len(label))]
    capital = np.round(np.exp(rng.normal(6 - bad, 1)), 1)
    write(
        folder,
        "companies.csv",
        COMPANY,
        [
            (i, f"I{rng.integers(3)}", f"A{rng.integers(3)}", c, c, v)
            for i, c, v in zip(ids, capital, label, strict=True)
        ],
    )
    relations = []
    for i, b in zip(ids, bad, strict=True):
        for _ in range(1 + rng.poisson(1 + b)):
            person = f"P{first + rng.integers(len(ids) // 2)}"
            relations.append((i, person, ("MANAGED_BY", "HAS_STAKEHOLDER")[rng.integers(2)]))
        if rng.random() < 0.5:
            relations.append((i, ids[rng.integers(len(ids))], "INVESTS_IN_COMPANY"))
    write(folder, "relations.csv", RELATION, relations)
    suits = [
        (i, "买卖合同", "基层", ("defendant_failed", "plaintiff_won")[rng.integers(2)])
        for i, b in zip(ids, bad, strict=True)
        for _ in range(rng.poisson(0.5 + 2 * b))
    ]
    write(folder, "lawsuits.csv", LAWSUIT, suits)
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learners of a few trees: tests ask how they are used, not how good they are."""
    from sklearn.ensemble import ExtraTreesClassifier

    for name in models.LEARNERS:
        monkeypatch.setitem(
            models.LEARNERS,
            name,
            lambda seed: ExtraTreesClassifier(15, min_samples_leaf=3, random_state=seed),
        )
