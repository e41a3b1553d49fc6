"""Guarantee circles and chains: by hand, against networkx, amounts, exact updates."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithm import Result
from analytics.algorithms.guarantee_circles import GuaranteeCircles
from graph.projection import GraphProjection
from tests.analytics.algorithms.changing import Graph, follows_exactly, sequences
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of

CIRCLES = GuaranteeCircles()


def circles(projection: GraphProjection, **params: Any) -> Result:
    return CIRCLES.compute(projection, CIRCLES.read_parameters(params))


def guarantees(*edges: tuple[Any, ...]) -> GraphProjection:
    """(guarantor, borrower, amount, currency)."""
    full = [(*e, "CNY") if len(e) == 3 else e for e in edges]
    return drawn(*full, kind="GUARANTEES", columns=("amount", "currency"))


def by_member(projection: GraphProjection, result: Result, column: str) -> dict[str, Any]:
    return dict(rows_of(projection, result, "member", column))


#   a <-> b -> c -> a        x --.
#                                v
#   r -> a             p -> q -> r -> s
HAND = [
    ("a", "b", 5),
    ("b", "c", 6),
    ("c", "a", 7),
    ("b", "a", 1),
    ("p", "q", 3),
    ("q", "r", 4),
    ("r", "s", 5),
    ("x", "r", 9),
    ("r", "a", 2),
]


def test_a_circle_and_a_chain() -> None:
    projection = guarantees(*HAND)
    result = circles(projection)
    kinds = by_member(projection, result, "kind")
    assert kinds == dict.fromkeys("abc", "circle") | dict.fromkeys("pqrsx", "chain")
    assert by_member(projection, result, "members") == dict.fromkeys("abc", 3) | dict.fromkeys("pqrs", 4) | {"x": 3}
    assert by_member(projection, result, "cycle_length") == {"a": 2, "b": 2, "c": 3} | dict.fromkeys("pqrsx", 0)
    assert by_member(projection, result, "mutual") == {"a": 1, "b": 1, "c": 0} | dict.fromkeys("pqrsx", 0)


def test_amounts_are_those_inside_the_structure() -> None:
    """What r guarantees for a leaves the chain: it is in no amount."""
    projection = guarantees(*HAND)
    result = circles(projection)
    assert by_member(projection, result, "given") == dict(zip("abcpqrsx", (5, 7, 7, 3, 4, 5, 0, 9), strict=True))
    totals = by_member(projection, result, "total")
    assert totals == dict.fromkeys("abc", 19) | dict.fromkeys("pqrs", 12) | {"x": 14}
    assert set(by_member(projection, result, "currency").values()) == {"CNY"}


@pytest.mark.parametrize("other", [("b", "a", 5, "USD"), ("b", "a", None, "CNY"), ("b", "a", -3, "CNY")])
def test_an_unknown_amount_or_a_second_currency_leaves_no_total(other: tuple[Any, ...]) -> None:
    projection = guarantees(("a", "b", 5, "CNY"), other)
    result = circles(projection)
    assert np.isnan(result.columns["total"]).all()
    assert by_member(projection, result, "given")["a"] == 5 and by_member(projection, result, "currency")["a"] == "CNY"


def test_parts_are_the_guarantees_of_the_cycle_or_chain() -> None:
    projection = guarantees(*HAND, ("p", "q", 10))
    result, names = circles(projection), names_of(projection)
    for row, member in enumerate(result.columns["member"].tolist()):
        parts = result.parts(row)
        ways = ["".join(names[k] for k in p.nodes) for p in parts]
        if names[member] == "x":
            assert ways == ["xr", "rs"] and [p.amount for p in parts] == [9, 5]
        if names[member] == "s":
            assert ways == ["pq", "qr", "rs"] and [p.amount for p in parts] == [13, 4, 5]
            assert [len(p.relationships) for p in parts] == [2, 1, 1]  # contracts of one pair are added
        if names[member] == "c":
            assert ways == ["ca", "ab", "bc"]


@given(st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=16))
@settings(max_examples=60)
def test_circles_and_longest_chains_are_those_of_networkx(edges: set[tuple[str, str]]) -> None:
    graph = nx.DiGraph([(a, b) for a, b in edges if a != b])
    projection = guarantees(*((a, b, 1) for a, b in sorted(edges)))
    result = circles(projection, least_chain=2)
    rings = [c for c in nx.strongly_connected_components(graph) if len(c) > 1]
    kinds = by_member(projection, result, "kind")
    assert {m for m, k in kinds.items() if k == "circle"} == {m for c in rings for m in c}
    rest = graph.subgraph(set(graph) - {m for c in rings for m in c})
    through = {
        v: _longest(rest.subgraph({v, *nx.ancestors(rest, v)})) + _longest(rest.subgraph({v, *nx.descendants(rest, v)}))
        for v in rest
    }
    lengths = by_member(projection, result, "members")
    assert {m: n for m, n in lengths.items() if kinds[m] == "chain"} == {v: n + 1 for v, n in through.items() if n}
    for row in np.flatnonzero(result.columns["kind"] == "chain").tolist():
        assert len(result.parts(row)) == result.columns["members"][row] - 1


def _longest(graph: nx.DiGraph[str]) -> int:
    """Above v every longest path ends in v, below it begins there."""
    return int(nx.dag_longest_path_length(graph))


def test_bad_input() -> None:
    assert len(circles(guarantees())) == 0
    own = circles(guarantees(("a", "a", 5)))
    assert len(own) == 0 and [w.code for w in own.warnings] == ["guarantees_itself"]
    long = guarantees(*((f"n{i:04}", f"n{i + 1:04}", 1) for i in range(3_000)))
    assert set(circles(long).columns["members"].tolist()) == {3_001}


@given(sequences("GUARANTEES"))
@settings(max_examples=25)
def test_an_update_equals_a_full_run(changes: list[Graph]) -> None:
    follows_exactly(CIRCLES, changes, CIRCLES.read_parameters({"least_chain": 2}))
