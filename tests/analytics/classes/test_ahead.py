"""What each part becomes on the day on which it changes: as a run of all on that day has it, with nothing new."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.aspects.reading import read_inputs
from analytics.classes.ahead import MOST_DAYS
from analytics.classes.explanation import explain, rests_on
from analytics.classes.grading import grade_inputs
from analytics.classes.runs import Run, grade_few_run, grade_run
from analytics.indicators.baseline import baseline_for, store_baseline
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment, to_day
from graph.usable import Use
from graph.view import View
from loaders.synthetic import generate
from tests.analytics.classes.test_further import case_of, parts_of
from tests.api.test_demo_city import load_city
from tests.conftest import Office

TODAY = dt.date(2026, 12, 5)


@pytest.mark.parametrize(
    ("indicator", "wording", "becomes"),
    [
        ("B1", "two years old", (12.0, "2027-10-20", 4.0)),  # three years old: .2 of 20
        ("R5", "a serious one this month", (90.0, "2026-12-02", 84.949)),  # 90 x 2^(-1/12)
        ("R6", "false advertising twice", (40.0, "2027-03-03", 0.0)),  # the first may not be used any more
        ("D2", "found this month", (10.0, "2026-12-03", 8.909)),  # 10 x 2^(-1/6)
    ],
)
def test_known_answers(desk: Office, indicator: str, wording: str, becomes: tuple[float, str, float]) -> None:
    (part,) = [p for p in parts_of(desk, case_of(indicator, wording), indicator) if p["indicator"] == indicator]
    assert (part["points"], part["next_change_on"], part["next_points"]) == becomes


def named(part: dict[str, Any]) -> tuple[str, str]:
    return part["indicator"], rests_on(part)


def test_as_a_run_of_all_on_that_day_has_it(keys: KeyRing, tmp_path: Path) -> None:
    """The worst firms of a small city: every part that is told ahead, against the whole graph graded on its day."""
    generate(tmp_path / "city", 400, seed=2, months=6, start=dt.date(2026, 6, 1))
    with open_store("sqlite://") as store:
        load_city(store, tmp_path / "city", keys)
        now = Moment.on(TODAY)
        store_baseline(store, "b", read_inputs(store, GraphProjection.from_store(store, now)))
        _, projection, grades = grade_run(store, now)
        view, baseline = View(store, now, Use.GRADE), baseline_for(store, now)
        compared = 0
        for at in grades.greatest(6):
            key = int(projection.nodes[grades.node[at]])
            parts = explain(view, *grade_few_run(view, np.array([key])), key)["parts"]
            days = sorted({p["next_change_on"] for p in parts if p["next_points"] is not None})
            assert len(days) <= MOST_DAYS
            for day in days[:3]:
                then = Moment(dt.date.fromisoformat(day), TODAY, dt.date.fromisoformat(day))
                whole = GraphProjection.from_store(store, then, Use.GRADE)
                inputs = replace(read_inputs(store, whole, baseline), fresh_on=to_day(TODAY))
                found = explain(View(store, then, Use.GRADE), Run("", {}), inputs, grade_inputs(store, inputs), key)
                points = {named(p): p["points"] for p in found["parts"]}
                for part in (p for p in parts if p["next_change_on"] == day):
                    assert part["next_points"] == points.get(named(part), 0.0), (part["indicator"], day)
                    compared += 1
        assert compared >= 15
