"""Cut-offs that give target shares: counted by hand, and near the target whatever the points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.aspects.reading import read_inputs
from analytics.classes.calibration import calibrated, calibrated_baseline
from analytics.classes.grades import CLASSES
from analytics.classes.grading import grade
from analytics.indicators.baseline import baseline_for
from graph.errors import UsageError
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from loaders.synthetic import generate
from tests.analytics.graded import graded
from tests.api.test_demo_city import load_city

TARGET = (0.6, 0.2, 0.1, 0.1)


def test_the_cut_offs_of_ten_firms() -> None:
    """Points 0, 10, ... 80 and one red line with 5: six lowest A, two B, one C; the red line alone is D."""
    rows = [(10_000 * i, "A", i, "R5") for i in range(9)] + [(5_000, "D", 9, "R5")]
    _, grades = graded(rows, red=[9])
    assert calibrated(grades, TARGET) == {"A": 50.0, "B": 70.0, "C": 80.0}


def test_equal_points_stay_together_and_bounds_rise() -> None:
    _, grades = graded([(7_000, "A", i, "R5") for i in range(10)])
    assert calibrated(grades, TARGET) == {"A": 7.0, "B": 7.001, "C": 7.002}


def test_nobody_graded() -> None:
    _, grades = graded([(0, "not_living", 1, "R5")])
    with pytest.raises(UsageError, match="nobody is graded"):
        calibrated(grades, TARGET)


@given(st.lists(st.integers(0, 900_000), min_size=20, max_size=200, unique=True))
def test_shares_are_met_to_one_firm_where_no_points_are_equal(points: list[int]) -> None:
    _, grades = graded([(p, "A", i, "R5") for i, p in enumerate(points)])
    cuts = calibrated(grades, TARGET)
    level = np.searchsorted([round(cuts[c] * 1000) for c in "ABC"], points, side="left")
    counts = np.bincount(level, minlength=4)
    assert np.abs(np.cumsum(counts)[:3] - np.cumsum(TARGET)[:3] * len(points)).max() <= 0.5 + 1e-9


def test_a_city_graded_against_its_calibrated_baseline_has_the_shares(keys: KeyRing, tmp_path: Path) -> None:
    """Points of few firms are equal, association may hold some back, red lines are as they are: within three points."""
    generate(tmp_path, 1_500, seed=4, months=2)
    with open_store("sqlite://") as store:
        load_city(store, tmp_path, keys)
        moment = Moment.on(store.batches()[-1].delivery.received_at.date())
        projection = GraphProjection.from_store(store, moment, Use.GRADE)
        inputs = read_inputs(store, projection)
        calibrated_baseline(store, "local", inputs, (0.73, 0.19, 0.05, 0.03))
        grades = grade(store, projection, baseline=baseline_for(store, moment))
        share = {c: float(np.mean(grades.grade[np.isin(grades.grade.astype(str), CLASSES)] == c)) for c in CLASSES}
        assert all(abs(share[c] - t) < 0.03 for c, t in zip(CLASSES, (0.73, 0.19, 0.05, 0.03), strict=True)), share
        with pytest.raises(UsageError, match="already"):
            calibrated_baseline(store, "local", inputs, (0.73, 0.19, 0.05, 0.03))


@pytest.mark.parametrize("target", [(0.5, 0.5), (0.5, 0.5, 0.5, -0.5), (0.7, 0.2, 0.05, 0.03)])
def test_what_are_no_shares_is_refused_before_anything_is_measured(target: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="four shares"):
        calibrated_baseline(None, "x", None, target)  # type: ignore[arg-type]
