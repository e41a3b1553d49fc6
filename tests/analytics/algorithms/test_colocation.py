"""Co-location: crowded addresses, contacts and agents, bursts, exact updates."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings

from analytics.algorithm import Result
from analytics.algorithms.colocation import Colocation
from graph.projection import GraphProjection
from graph.time import NO_DATE
from tests.analytics.algorithms.changing import Graph, follows_exactly, sequences
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of

PLACES = Colocation()
AT, USES = "REGISTERED_AT", "USES_CONTACT"
FEW = {"least_addresses": 2, "least_contacts": 2, "least_agents": 2, "days": 30, "enough": 3, "window_months": 24}
LABELS = {"A": "Address", "H": "Address", "T": "Contact"}


def places(projection: GraphProjection, **params: Any) -> Result:
    return PLACES.compute(projection, PLACES.read_parameters({**FEW, **params}))


def founded(*days: int) -> dict[str, int]:
    return {f"c{i}": day for i, day in enumerate(days)}


def test_more_firms_than_usual_and_a_burst() -> None:
    """Three within 30 days, the last of them on day 18,020; a fourth much later."""
    projection = drawn(
        *((AT, f"c{i}", "A") for i in range(4)), labels=LABELS, established_on=founded(18_000, 18_010, 18_020, 18_300)
    )
    result = places(projection)
    assert rows_of(projection, result) == [("A", "address", 4, 2.0, 18_020, True)]
    assert {names_of(projection)[p.nodes[0]] for p in result.parts(0)} == {"c0", "c1", "c2", "c3"}
    assert all(p.relationships[0][0] == AT for p in result.parts(0))


def test_a_burst_counts_from_the_stated_start() -> None:
    days = [pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-02"), None]
    edges = [(AT, f"c{i}", "A", day) for i, day in enumerate(days)]
    near, far = (
        drawn(*edges, labels=LABELS, columns=("valid_from",), established_on=founded(1, 1, third))
        for third in (18_270, 9)
    )
    assert places(near).columns["burst_on"].tolist() == [18_270]  # 2020-01-09
    assert places(far).columns["burst_on"].tolist() == [NO_DATE] and not places(far).columns["recent"][0]


def test_a_burst_grows_old() -> None:
    projection = drawn(
        *((AT, f"c{i}", "A") for i in range(3)), labels=LABELS, established_on=founded(18_000, 18_001, 18_002)
    )
    seen = {}
    for day in ("2021-04-14", "2021-04-15"):  # 18,002 is 2019-04-16
        projection.manifest["as_of"] = day
        seen[day] = bool(places(projection).columns["recent"][0])
    assert all(seen.values())
    projection.manifest["as_of"] = "2021-04-16"
    assert not places(projection).columns["recent"][0]


def test_hosted_addresses_and_firms_that_are_gone_are_left_out() -> None:
    edges = [(AT, f"c{i}", "H") for i in range(5)] + [(USES, f"c{i}", "T") for i in range(3)]
    status = {f"c{i}": "active" for i in range(5)}
    projection = drawn(*edges, labels=LABELS, status=status)
    hosting = drawn(*edges, labels=LABELS, status=status)
    hosting.states["Address"] = {**hosting.states["Address"], "kind": pd.Series(["hosted"] * 2).to_numpy(object)}
    assert {k for k, *_ in rows_of(projection, places(projection), "kind")} == {"address", "contact"}
    assert {k for k, *_ in rows_of(hosting, places(hosting), "kind")} == {"contact"}
    gone = drawn(*edges, labels=LABELS, status=status | {"c0": "deregistered"})
    assert {k for k, *_ in rows_of(gone, places(gone), "kind")} == {"address"}


def test_the_baseline_says_what_is_usual() -> None:
    projection = drawn(*((USES, f"c{i}", "T") for i in range(5)), labels=LABELS)
    assert len(places(projection, usual={"contacts": {"": 5}})) == 0
    assert len(places(projection, usual={"contacts": {"": 4}})) == 1
    assert [w.code for w in places(projection).warnings] == ["no_baseline"]


def test_bad_input() -> None:
    assert len(places(drawn())) == 0 and len(places(drawn(labels=LABELS))) == 0


@given(sequences(AT, USES))
@settings(max_examples=25)
def test_an_update_equals_a_full_run(changes: list[Graph]) -> None:
    follows_exactly(PLACES, changes, PLACES.read_parameters(FEW | {"least_addresses": 1, "enough": 2, "days": 90}))
