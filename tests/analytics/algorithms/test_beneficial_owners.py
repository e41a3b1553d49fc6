from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analytics.algorithm import Result, run
from analytics.algorithms import algorithm
from graph.projection import GraphProjection
from graph.time import NO_DATE
from tests.analytics.algorithms.graphs import Edge, graph, names, told

OWNERS = algorithm("beneficial_owners")


def compute(projection: GraphProjection) -> Result:
    return run(OWNERS, projection, OWNERS.read_parameters({}))


def found(edges: list[Edge], company: str, **more: Any) -> dict[str, Any]:
    p = graph(edges, **more)
    return {who: v for (c, who), v in told(p, compute(p), "test", "share", "votes").items() if c == company}


def test_votes_fire_where_the_look_through_fails() -> None:
    # P .6 -> H .4 -> T: equity .24 fails, P directs .40 of the votes (shared/algorithms.md section 1)
    assert found([("P", "H", 0.6), ("Q", "H", 0.4), ("H", "T", 0.4), ("R", "T", 0.6)], "T") == {
        "P": ("votes", pytest.approx(0.24), pytest.approx(0.40)),
        "R": ("equity", pytest.approx(0.6), pytest.approx(0.6)),
    }


def test_twenty_five_per_cent_counts() -> None:
    assert set(found([("P", "H", 0.5), ("H", "T", 0.5), ("Q", "T", 0.2499)], "T")) == {"P"}


def test_paths_are_summed_and_loops_resolved() -> None:
    edges: list[Edge] = [("P", "A", 0.6), ("O", "A", 0.2), ("B", "A", 0.2), ("A", "B", 0.5), ("O", "B", 0.5)]
    assert found(edges, "A") == {
        "P": ("equity", pytest.approx(2 / 3), pytest.approx(0.6)),
        "O": ("equity", pytest.approx(1 / 3), pytest.approx(0.2)),
    }


def test_control_without_shares_then_management_then_unknown() -> None:
    edges: list[Edge] = [
        ("P", "L", "EXECUTIVE_PARTNER_OF"),
        ("Q", "L", 0.2),
        *((f"n{i}", "M", 0.1) for i in range(10)),
        ("R", "M", "LEGAL_REPRESENTATIVE_OF"),
    ]
    more = {"persons": ["P", "Q", "R", *(f"n{i}" for i in range(10))], "nodes": ["U"]}
    assert {w: v[0] for w, v in found(edges, "L", **more).items()} == {"P": "control"}
    assert {w: v[0] for w, v in found(edges, "M", **more).items()} == {"R": "management"}
    assert {w: v[0] for w, v in found(edges, "U", **more).items()} == {"": "unknown"}


def test_a_state_firm_is_managed_by_somebody() -> None:
    edges: list[Edge] = [("S", "A", 1.0), ("R", "A", "LEGAL_REPRESENTATIVE_OF")]
    assert {w: v[0] for w, v in found(edges, "A", states="S").items()} == {"R": "management"}


def test_exempt_kinds_are_said_and_commitments_possible() -> None:
    nodes = pd.DataFrame(
        {
            "id": ["P", "B", "C"],
            "label": ["Person", "Company", "Company"],
            "subject_class": ["", "individual_business", "enterprise"],
            "registered_capital": [NO_DATE, 100, 900_000_000],
            "currency": ["", "CNY", "CNY"],
        }
    )
    ties = pd.DataFrame(
        [("P", "B", "HOLDS_SHARES_IN", 1.0), ("P", "C", "HOLDS_SHARES_IN", 1.0)],
        columns=["source", "target", "type", "share_min"],
    ).assign(share_max=1.0)
    p = GraphProjection.from_pandas(nodes, ties)
    assert told(p, compute(p), "test", "commitment") == {("B", ""): ("exempt", False), ("C", "P"): ("equity", True)}


def test_what_leads_to_nobody_known_is_said() -> None:
    p = graph([("P", "A", 0.3), ("X", "A", 0.5)])
    result = compute(p)
    assert told(p, result, "unresolved")["A", "P"] == pytest.approx(0.7), (
        ".5 by X of unknown owners, .2 by nobody stated"
    )


def test_intervals_make_an_owner_uncertain() -> None:
    p = graph([("P", "A", (0.2, 0.5)), ("Q", "A", (0.25, 0.5))])
    assert told(p, compute(p), "certain") == {("A", "P"): False, ("A", "Q"): True}


def test_every_row_shows_its_paths() -> None:
    p = graph(
        [("P", "H", 0.6), ("Q", "H", 0.4), ("H", "T", 0.4), ("R", "T", 0.1), ("R", "T", "LEGAL_REPRESENTATIVE_OF")]
    )
    result = compute(p)
    for row in range(len(result)):
        assert all(part.relationships for part in result.parts(row))
        assert result.columns["person"][row] == 0 or result.parts(row)
    row = next(i for i, k in enumerate(result.columns["company"].tolist()) if names(p)[k] == "T")
    assert [names(p)[k] for k in result.parts(row)[0].nodes] == ["P", "H", "T"]


def test_no_graph_no_owner() -> None:
    assert len(compute(graph([]))) == 0
