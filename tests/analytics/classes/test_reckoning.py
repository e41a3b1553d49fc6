"""From the parts to the class by hand: own points, association by one step at most, caps, floors, red lines."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.classes.grades import Grades, PartTable
from analytics.classes.grading import Subjects, classified
from analytics.classes.reckoning import reckoning
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import grade_packs
from graph.projection import GraphProjection
from graph.time import FOREVER
from tests.analytics.classes.test_further import case_of, told_of
from tests.conftest import Office

PACK = grade_packs()[0]
ADVERSE = [n for n, s in PACK.indicators.items() if not s.get("positive")]
NOTHING = GradeInputs.of(GraphProjection(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int16), (), {}))
Row = tuple[int, bool, bool]  # thousandths, floor C, red line


def graded(rows: dict[str, Row]) -> Grades:
    """One company's grade from one part of each indicator, which rests on nothing."""
    n, names = len(rows), sorted(rows, key=ADVERSE.index)
    points, floor, red = (np.array([rows[name][i] for name in names]) for i in range(3))
    points = points.astype(np.int64)
    table = PartTable(
        np.zeros(n, dtype=np.int64),
        np.array([list(PACK.indicators).index(name) for name in names], dtype=np.int16),
        points,
        points,
        np.zeros(n, dtype=np.int64),
        np.full(n, "registration", dtype=object),
        np.full(n, FOREVER),
        floor.astype(bool),
        red.astype(bool),
    )
    return classified(Subjects(np.array([0]), np.array([""], dtype=object), np.ones(1), {}), PACK, table)


def steps(rows: dict[str, Row]) -> dict[str, Any]:
    return reckoning(NOTHING, graded(rows), 0)


def test_association_raises_by_one_step_and_never_to_d() -> None:
    """Cut-offs 120, 280, 480: own 100 is A, 300 in all would be C, it is B; own 470 is C and stays it at 670."""
    found = steps({"S4": (100_000, False, False), "G11": (200_000, False, False)})
    assert found["own"] == {"points": 100.0, "class": "A"}
    assert found["with_association"] == {"points": 300.0, "class": "C"}
    assert found["association_raises_to"] == "B"
    high = steps({"S4": (470_000, False, False), "G11": (200_000, False, False)})
    assert high["with_association"] == {"points": 670.0, "class": "D"} and high["association_raises_to"] == "C"


def test_a_score_on_a_cut_off_is_in_the_better_class() -> None:
    assert steps({"S4": (120_000, False, False)})["own"]["class"] == "A"
    assert steps({"S4": (120_001, False, False)})["own"]["class"] == "B"


def by_hand(found: dict[str, Any]) -> str:
    """The class as an officer comes to it by what is said of the steps, with no code of ours."""
    reached = str(found["association_raises_to"])
    return "D" if found["red_line"] else max(reached, "C") if found["floor_c"] else reached


@given(
    st.dictionaries(
        st.sampled_from(ADVERSE), st.tuples(st.integers(0, 300_000), st.booleans(), st.booleans()), max_size=8
    )
)
def test_whoever_goes_the_steps_comes_to_the_class(rows: dict[str, Row]) -> None:
    assert by_hand(steps(rows)) == graded(rows).grade[0]


def test_what_an_indicator_gives_at_most_is_told_with_what_it_would_have_been(desk: Office) -> None:
    """Three serious penalties of this month would be 270 points of R5, which gives 90."""
    three = [{"行政处罚决定书文号": f"罚{i}", "处罚决定日期": "2026-11-02", "失信严重程度": "严重"} for i in range(3)]
    found = told_of(desk, {"penalties": three}, "R5")
    assert [p["points"] for p in found["parts"]] == [30.0, 30.0, 30.0]
    assert found["reckoning"]["capped"] == [
        {"indicator": "R5", "zh": "行政处罚严重度", "en": "severity of penalties", "points": 270.0, "most": 90}
    ]


def test_a_part_that_is_all_that_an_indicator_gives_is_not_told_as_capped(desk: Office) -> None:
    found = told_of(desk, case_of("R5", "a serious one this month"), "R5")
    assert [p["points"] for p in found["parts"]] == [90.0] and found["reckoning"]["capped"] == []


def test_good_marks_that_do_not_count_in_full_are_told(desk: Office) -> None:
    """Tax class A is 24 points off, of nothing: 0 are, and never is a score below 0."""
    found = told_of(desk, case_of("P1", "nothing to weigh it against"), "P1", "R5")
    assert found["reckoning"]["deducted"] == {"points": 24.0, "counted": 0.0, "most": 80}
    assert sum(p["points"] for p in found["parts"]) == 0
