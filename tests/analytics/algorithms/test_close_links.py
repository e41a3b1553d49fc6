"""Close links: the known answer, the sum over simple paths by brute force, exact thresholds, exact updates."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithm import Result
from analytics.algorithms.close_links import CloseLinks
from graph.errors import UsageError
from graph.projection import GraphProjection
from tests.analytics.algorithms.changing import Graph, follows_exactly, sequences
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of

LINKS = CloseLinks()


def links(projection: GraphProjection, **params: Any) -> Result:
    return LINKS.compute(projection, LINKS.read_parameters(params))


def held(projection: GraphProjection, result: Result) -> dict[tuple[str, str], float]:
    """Participations: the links in which one party is the holder itself."""
    rows = rows_of(projection, result, "holder", "one", "other", "share_other")
    return {(h, other): share for h, one, other, share in rows if h == one}


def common(projection: GraphProjection, result: Result) -> set[tuple[str, frozenset[str]]]:
    """Third parties with the pairs that they link."""
    rows = rows_of(projection, result, "holder", "one", "other")
    return {(h, frozenset((one, other))) for h, one, other in rows if h != one}


def test_the_known_answer() -> None:
    """algorithms.md section 1: the sum over simple paths gives P in A = .60 (integrated ownership says 2/3)."""
    projection = drawn(("P", "A", 0.6), ("O", "A", 0.2), ("B", "A", 0.2), ("A", "B", 0.5), ("O", "B", 0.5))
    result = links(projection)
    assert held(projection, result) == {
        ("P", "A"): pytest.approx(0.6),
        ("P", "B"): pytest.approx(0.3),
        ("O", "A"): pytest.approx(0.2 + 0.5 * 0.2),
        ("O", "B"): pytest.approx(0.5 + 0.2 * 0.5),
        ("A", "B"): pytest.approx(0.5),
        ("B", "A"): pytest.approx(0.2),
    }
    assert common(projection, result) == {("P", frozenset("AB")), ("O", frozenset("AB"))}


@pytest.mark.parametrize(
    ("shares", "linked"),
    [
        ((("X", "A", 0.5), ("A", "Y", 0.4)), True),  # .2 itself: 20 % counts
        ((("X", "A", 0.5), ("A", "Y", 0.3999999999)), False),  # .19999999995, within 1e-9 of it
        ((("X", "A", 0.7), ("A", "Y", 0.1), ("X", "B", 0.1), ("B", "Y", 0.3), ("X", "Y", 0.1)), True),  # .07+.03+.1
    ],
)
def test_the_threshold_is_exact(shares: tuple[tuple[str, str, float], ...], linked: bool) -> None:
    projection = drawn(*shares)
    assert (("X", "Y") in held(projection, links(projection))) is linked


@st.composite
def graphs(draw: st.DrawFn) -> nx.DiGraph[str]:
    """At most seven parties, each held by others to at most 1."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    size = draw(st.integers(2, 7))
    graph.add_nodes_from("ABCDEFG"[:size])
    for company in "ABCDEFG"[:size]:
        owners = draw(st.lists(st.sampled_from("ABCDEFG"[:size]), max_size=4, unique=True))
        parts = [draw(st.integers(1, 10)) for _ in owners]
        for owner, part in zip(owners, parts, strict=True):
            if owner != company:
                graph.add_edge(owner, company, share=round(part / max(sum(parts), 10), 10))
    return graph


def brute(graph: nx.DiGraph[str], one: str, other: str) -> float:
    total = 0.0
    for path in nx.all_simple_paths(graph, one, other):
        product = 1.0
        for a, b in nx.utils.pairwise(path):
            product *= graph[a][b]["share"]
        total += product
    return total


@given(graphs())
@settings(max_examples=60)
def test_it_is_the_sum_over_simple_paths(graph: nx.DiGraph[str]) -> None:
    projection = GraphProjection.from_networkx(graph)
    found = held(projection, links(projection, threshold=0.05))
    sums = {(a, b): brute(graph, a, b) for a in graph for b in graph if a != b}
    assert all(found[pair] == pytest.approx(sums[pair], abs=1e-12) for pair in found)
    assert {p for p, s in sums.items() if s > 0.05 + 1e-9} <= found.keys()
    assert not {p for p, s in sums.items() if s < 0.05 - 1e-9} & found.keys()


@given(graphs(), st.integers(0, 12))
@settings(max_examples=60)
def test_what_a_budget_cuts_is_bounded_and_nothing_is_invented(graph: nx.DiGraph[str], budget: int) -> None:
    projection = GraphProjection.from_networkx(graph)
    result = links(projection, threshold=0.05, budget=budget)
    found, names = held(projection, result), names_of(projection)
    lost = {names[n.nodes[0]]: float(n.detail.split()[-1]) for n in result.warnings if n.code == "budget"}
    for a in graph:
        for b in set(graph) - {a}:
            true, seen = brute(graph, a, b), found.get((a, b), 0.0)
            assert seen <= true + 1e-9
            if true >= 0.05 + 1e-9 and (a, b) not in found:
                assert true <= 0.05 + lost[a] + 1e-6  # a link that was missed is announced


def test_two_to_the_sixtieth_paths_are_summed_at_once() -> None:
    """Sixty diamonds in a row, each passing on all: X -> (A, B) -> Y -> (A', B') -> ..."""
    edges = []
    for i in range(60):
        for side in "ab":
            edges += [(f"n{i}", f"{side}{i}", 1.0), (f"{side}{i}", f"n{i + 1}", 0.5)]
    projection = drawn(*edges)
    assert held(projection, links(projection))["n0", "n60"] == pytest.approx(1.0)


def test_state_bodies_and_large_families_link_nothing() -> None:
    edges = [(p, f"C{i}", 0.5) for p in ("S", "F") for i in range(4)]
    labels = {"S": "Organisation"}
    projection = drawn(*edges, labels=labels, state_body={"S": 1})
    assert {holder for holder, _ in common(projection, links(projection))} == {"F"}
    cut = links(projection, largest_family=3)
    assert not common(projection, cut) and [w.code for w in cut.warnings] == ["large_family"]
    assert held(projection, cut) == held(projection, links(projection))


def test_its_parts_are_paths_that_sum_to_the_share() -> None:
    projection = drawn(("X", "A", 0.5), ("A", "Y", 0.4), ("X", "B", 0.5), ("B", "Y", 0.2), ("A", "B", 0.3))
    result, names = links(projection), names_of(projection)
    [row] = [r for r, (_, o, t, _) in enumerate(_plain(projection, result)) if (o, t) == ("X", "Y")]
    parts = result.parts(row)
    assert sum(p.amount for p in parts) == pytest.approx(float(result.columns["share_other"][row]), abs=1e-9)
    assert ["".join(names[k] for k in p.nodes) for p in parts] == ["XAY", "XBY", "XABY"]
    assert all(len(p.relationships) == len(p.nodes) - 1 for p in parts)


def _plain(projection: GraphProjection, result: Result) -> list[tuple[Any, ...]]:
    names = names_of(projection)
    return [
        (names[h], names[o], names[t], s)
        for h, o, t, s in zip(
            *(result.columns[c].tolist() for c in ("holder", "one", "other", "share_other")), strict=True
        )
    ]


def test_bad_input() -> None:
    assert len(links(drawn())) == 0 and len(links(drawn(labels={"A": "Company"}))) == 0
    faulty = drawn(
        ("A", "A", 0.5), ("A", "B", None), ("B", "C", -0.1), ("C", "D", 1.5), ("X", "D", 0.3), ("X", "D", 0.2)
    )
    result = links(faulty)
    assert held(faulty, result) == {("C", "D"): 1.5, ("X", "D"): 0.5}  # lots are added
    assert [w.code for w in result.warnings] == [
        "holding_over_one",
        "self_holding",
        "share_faulty",
        "share_unknown",
        "shares_over_one",
    ]
    with pytest.raises(UsageError, match="threshold"):
        LINKS.read_parameters({"threshold": 0})


@given(sequences("HOLDS_SHARES_IN"))
@settings(max_examples=25)
def test_an_update_equals_a_full_run(changes: list[Graph]) -> None:
    follows_exactly(LINKS, changes, LINKS.read_parameters({"threshold": 0.1}))
