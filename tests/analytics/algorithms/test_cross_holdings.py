"""Cross holdings: known answers, components and own shares against networkx and numpy, exact updates."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from analytics.algorithm import Result
from analytics.algorithms.cross_holdings import CrossHoldings
from graph.projection import GraphProjection
from tests.analytics.algorithms.changing import Graph, follows_exactly, sequences
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of
from tests.analytics.algorithms.test_close_links import graphs

HOLDINGS = CrossHoldings()


def rings(projection: GraphProjection, **params: Any) -> Result:
    return HOLDINGS.compute(projection, HOLDINGS.read_parameters(params))


def by_member(projection: GraphProjection, result: Result, column: str) -> dict[str, Any]:
    return dict(rows_of(projection, result, "member", column))


def test_the_known_answer() -> None:
    """algorithms.md section 1, the matrix of the known answer: (I - A)^-1 has 10/9 for A and B, so Y_ii is 1/9."""
    projection = drawn(("P", "A", 0.6), ("O", "A", 0.2), ("B", "A", 0.2), ("A", "B", 0.5), ("O", "B", 0.5))
    result = rings(projection)
    assert by_member(projection, result, "own_share") == {"A": pytest.approx(1 / 9), "B": pytest.approx(1 / 9)}
    assert by_member(projection, result, "circular_share") == {"A": pytest.approx(0.1), "B": pytest.approx(0.1)}


def test_the_shortest_cycle_through_each_member() -> None:
    """A <-> B -> C -> D -> A: the cycle through A and B has two holdings, the one through C and D four."""
    projection = drawn(("A", "B", 0.5), ("B", "A", 0.4), ("B", "C", 0.3), ("C", "D", 0.2), ("D", "A", 0.1))
    result, names = rings(projection), names_of(projection)
    assert by_member(projection, result, "cycle_length") == {"A": 2, "B": 2, "C": 4, "D": 4}
    assert by_member(projection, result, "circular_share")["C"] == pytest.approx(0.3 * 0.2 * 0.1 * 0.5)
    assert set(by_member(projection, result, "members").values()) == {4}
    row = int(np.flatnonzero([names[k] == "C" for k in result.columns["member"].tolist()])[0])
    [part] = result.parts(row)
    assert [names[k] for k in part.nodes] == ["C", "D", "A", "B", "C"] and len(part.relationships) == 4


def test_of_several_shortest_cycles_the_strongest() -> None:
    projection = drawn(("A", "B", 0.2), ("B", "A", 0.2), ("A", "C", 0.5), ("C", "A", 0.5))
    assert by_member(projection, rings(projection), "circular_share")["A"] == pytest.approx(0.25)


def test_a_company_that_holds_itself_is_named_apart() -> None:
    projection = drawn(("A", "A", 0.3), ("A", "B", 0.5), ("B", "A", 0.2), ("C", "C", 0.1), ("C", "A", 0.1))
    result = rings(projection)
    assert by_member(projection, result, "self_held") == {"A": 0.3, "B": 0.0, "C": 0.1}
    assert by_member(projection, result, "members") == {"A": 2, "B": 2, "C": 1}
    assert by_member(projection, result, "own_share")["C"] == 0
    assert [w.code for w in result.warnings] == ["self_holding"]


@pytest.mark.parametrize(
    ("edges", "code"),
    [
        ([("A", "B", 1.0), ("B", "A", 1.0)], "closed_loop"),
        ([("A", "B", 1.2), ("B", "A", 1.0)], "no_finite_share"),
    ],
)
def test_a_ring_without_a_finite_own_share(edges: list[tuple[str, str, float]], code: str) -> None:
    projection = drawn(*edges)
    result = rings(projection)
    assert np.isnan(result.columns["own_share"]).all() and code in [w.code for w in result.warnings]


def test_limits_are_told() -> None:
    projection = drawn(("A", "B", 0.5), ("B", "C", 0.5), ("C", "A", 0.5))
    large = rings(projection, largest=2)
    assert np.isnan(large.columns["own_share"]).all() and [w.code for w in large.warnings] == ["ring_too_large"]
    poor = rings(projection, budget=0)
    assert set(poor.columns["cycle_length"].tolist()) == {0} and {w.code for w in poor.warnings} == {"budget"}


@given(graphs())
@settings(max_examples=40)
def test_components_and_own_shares_are_those_of_networkx_and_numpy(graph: nx.DiGraph[str]) -> None:
    projection = GraphProjection.from_networkx(graph)
    result = rings(projection)
    expected = {frozenset(c) for c in nx.strongly_connected_components(graph) if len(c) > 1}
    found: dict[str, set[str]] = {}
    for member, ring in rows_of(projection, result, "member", "ring"):
        found.setdefault(ring, set()).add(member)
    assert {frozenset(c) for c in found.values()} == expected
    matrix = nx.to_numpy_array(graph, weight="share")
    if expected and np.abs(np.linalg.eigvals(matrix)).max() < 1 - 1e-6:
        own = dict(zip(graph, np.diag(np.linalg.inv(np.eye(len(graph)) - matrix)) - 1, strict=True))
        assert by_member(projection, result, "own_share") == {
            m: pytest.approx(own[m], abs=1e-9) for c in expected for m in c
        }


def test_bad_input() -> None:
    assert len(rings(drawn())) == 0 and len(rings(drawn(labels={"A": "Company"}))) == 0
    assert len(rings(drawn(("A", "B", None), ("B", "A", 0.5)))) == 0  # an unknown share makes no ring


@given(sequences("HOLDS_SHARES_IN"))
@settings(max_examples=25)
def test_an_update_equals_a_full_run(changes: list[Graph]) -> None:
    follows_exactly(HOLDINGS, changes, HOLDINGS.read_parameters({}))
