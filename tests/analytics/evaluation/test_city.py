"""What a question about a city is told with, and that each names a truth file that there is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from analytics.evaluation.bootstrap import Interval
from analytics.evaluation.city import QUESTIONS, City
from graph.errors import FileRefused
from graph.store import GraphStore
from graph.time import Moment
from loaders.synthetic.truth import FILES, mention_key


@pytest.fixture
def city(memory: GraphStore, tmp_path: Path) -> City:
    day = Moment.on(dt.date(2026, 11, 23))
    return City(memory, day, tmp_path, budget=2, draws=100, seed=0, node_of=mention_key, hashed=str)


def test_every_question_has_its_truth() -> None:
    assert {q.truth for q in QUESTIONS} <= set(FILES)
    assert len({q.name for q in QUESTIONS}) == len(QUESTIONS)


def test_pairs_found_and_missed(city: City) -> None:
    """Of three true pairs two are found, among four that are said."""
    row = city.pairs_found("pairs", {(1, 2), (3, 4), (5, 6), (7, 8)}, {(1, 2), (3, 4), (9, 9)})
    assert row[:3] == ["pairs", 3, 4]
    assert [c.value for c in row[3:] if isinstance(c, Interval)] == [pytest.approx(2 / 3), 0.5]
    nothing = city.pairs_found("none", set(), set())
    assert all(isinstance(c, Interval) and np.isnan(c.value) for c in nothing[3:])


def test_a_ranking_of_firms(city: City) -> None:
    table = city.ranked("shells", np.array([10, 20, 30, 40]), [0.9, 0.1, 0.8, 0.2], {10, 30, 99})
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["firms"], row["true"]) == (4, 2)
    assert isinstance(auc := row["AUC"], Interval) and auc.value == 1
    assert isinstance(at := row["precision at 2"], Interval) and at.value == 1


def test_a_folder_without_truth_is_refused(city: City) -> None:
    with pytest.raises(FileRefused, match=r"successors\.csv is missing"):
        city.truth("successors")
