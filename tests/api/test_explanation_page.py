"""That an explanation is one page: of the firms of a city, the worst ones included."""

from __future__ import annotations

import datetime as dt
import statistics
from pathlib import Path

import numpy as np
import pytest

from analytics.aspects.reading import read_inputs
from analytics.classes.explanation import explain
from analytics.classes.grades import CLASSES
from analytics.classes.impersonal import without_people
from analytics.classes.runs import grade_few_run, grade_run
from analytics.indicators.baseline import store_baseline
from api.render_explanation import explanation
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.synthetic import generate
from tests.api.test_demo_city import load_city
from tests.api.test_explaining import recomputed

PAGE = 60  # lines of a printed page


def test_firms_of_a_city_have_a_page_each(keys: KeyRing, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A few firms of each class: each page within its lines, the typical one half of them; the class follows from it."""
    generate(tmp_path / "city", 600, seed=1, months=6, start=dt.date(2026, 6, 1))
    with open_store("sqlite://") as store:
        load_city(store, tmp_path / "city", keys)
        now = Moment.on(dt.date(2026, 12, 5))
        store_baseline(store, "b", read_inputs(store, GraphProjection.from_store(store, now)))
        _, projection, grades = grade_run(store, now)
        view, lines = View(store, now, Use.GRADE), []
        for letter in CLASSES:
            for at in np.flatnonzero(grades.grade == letter)[:4]:
                key = int(projection.nodes[grades.node[at]])
                found = without_people(explain(view, *grade_few_run(view, np.array([key])), key))
                capsys.readouterr()
                explanation(found, "zh")
                page = capsys.readouterr().out
                assert recomputed(page) == letter
                lines.append(page.count("\n"))
    assert len(lines) >= 12
    assert max(lines) <= PAGE and statistics.median(lines) <= PAGE / 2
