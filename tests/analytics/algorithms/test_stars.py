"""Stars: single-purpose firms around one person, the staff they report, exact updates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.algorithm import Result
from analytics.algorithms.stars import Stars
from graph.projection import GraphProjection, Records, Relationships
from graph.time import FOREVER
from tests.analytics.algorithms.changing import Graph, follows_exactly, sequences
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of

STARS = Stars()
PEOPLE = {"P": "Person", "Q": "Person"}
REP, POST, HOLDS = "LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "HOLDS_SHARES_IN"


def stars(projection: GraphProjection, **params: Any) -> Result:
    return STARS.compute(projection, STARS.read_parameters({"least": 2, **params}))


def reporting(projection: GraphProjection, staff: dict[str, int]) -> GraphProjection:
    """The same with an annual report of each of these firms."""
    names = {n: i for i, n in enumerate(names_of(projection).values())}
    count, n = len(staff), len(projection.nodes)
    top = np.arange(count) + np.iinfo(np.int64).max - count  # the reports' nodes come last
    labels = np.full(count, projection.labels.index("AnnualReport"), dtype=np.int16)
    said = np.array(list(staff.values()))
    columns = {"year": np.full(count, 2025), "insured_staff": said, "staff": said + 100}
    at = np.arange(n, n + count)
    start = np.array([names[f] for f in staff])
    order = np.argsort(start)
    types = {**projection.types, "SUBJECT_OF": Relationships(start[order], at[order], at[order], {})}
    records = {"AnnualReport": Records(at, columns, at * 0, at * 0 + FOREVER)}
    nodes, label = np.concatenate([projection.nodes, top]), np.concatenate([projection.label, labels])
    ids = np.concatenate([projection.ids, [f"report {f}" for f in staff]])
    return GraphProjection(nodes, label, projection.labels, types, projection.states, records, {}, ids)


def around(*firms: str) -> list[tuple[str, str, str]]:
    return [(REP, "P", f) for f in firms] + [(HOLDS, "P", f) for f in firms]


def test_a_person_with_firms_of_nobody_else() -> None:
    projection = drawn(*around("a", "b", "c"), labels=PEOPLE)
    assert rows_of(projection, stars(projection)) == [("P", 3, 3, 0, 2.0)]
    assert len(stars(projection, least=3)) == 0  # more than is never many


@pytest.mark.parametrize(
    "tie",
    [
        (REP, "Q", "a"),
        (POST, "Q", "a"),
        (HOLDS, "Q", "a"),
        (HOLDS, "a", "d"),
        ("BRANCH_OF", "d", "a"),
        ("GUARANTEES", "a", "b"),
    ],
)
def test_any_other_tie_makes_a_firm_more_than_single_purpose(tie: tuple[str, str, str]) -> None:
    projection = drawn(*around("a", "b", "c"), tie, labels=PEOPLE)
    assert len(stars(projection)) == 0


def test_a_liaison_is_no_tie() -> None:
    ties = [(*t, "director") for t in around("a", "b", "c")]
    projection = drawn(*ties, (POST, "Q", "a", "liaison"), labels=PEOPLE, columns=("post",))
    assert len(stars(projection)) == 1


def test_who_employs_many_is_no_single_purpose_firm() -> None:
    projection = drawn(*around("a", "b", "c", "d"), labels=PEOPLE)
    reported = reporting(projection, {"a": 3, "b": 4})
    result = stars(reported, most_staff=3)
    assert rows_of(reported, result) == [("P", 3, 2, 1, 2.0)]
    row = result.parts(0)
    notes = {names_of(reported)[p.nodes[0]]: (p.note, len(p.records), len(p.relationships)) for p in row}
    assert notes == {"a": ("staff 3", 1, 2), "c": ("staff unknown", 0, 2), "d": ("staff unknown", 0, 2)}


def test_what_is_usual_is_the_regions_baseline() -> None:
    projection = drawn(*around("a", "b", "c"), labels=PEOPLE, area=dict.fromkeys("abc", "990101"))
    assert len(stars(projection, usual={"": 1, "990101": 3})) == 0
    assert len(stars(projection, usual={"": 3, "990101": 2})) == 1
    assert [w.code for w in stars(projection).warnings] == ["no_baseline"]


def test_firms_that_are_gone_do_not_count() -> None:
    projection = drawn(
        *around("a", "b", "c"), labels=PEOPLE, status={"a": "active", "b": "active", "c": "deregistered"}
    )
    assert len(stars(projection)) == 0


def test_bad_input() -> None:
    assert len(stars(drawn())) == 0 and len(stars(drawn(labels=PEOPLE))) == 0


@given(sequences(REP, POST))
@settings(max_examples=25)
def test_an_update_equals_a_full_run(changes: list[Graph]) -> None:
    follows_exactly(STARS, changes, STARS.read_parameters({"least": 1}))
