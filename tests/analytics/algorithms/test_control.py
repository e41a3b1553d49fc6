from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.algorithm import Result, run
from analytics.algorithms import algorithm
from graph.projection import GraphProjection
from tests.analytics.algorithms.graphs import Edge, graph, names, told

CONTROL = algorithm("control")


def compute(projection: GraphProjection) -> Result:
    return run(CONTROL, projection, CONTROL.read_parameters({}))


def controllers(edges: list[Edge], **more: Any) -> dict[tuple[str, ...], Any]:
    p = graph(edges, **more)
    return told(p, compute(p), "basis", "joint")


def test_control_passes_undiluted_through_a_joint_holding() -> None:
    # P .6 -> A .6 -> B .3 -> C <- .3 P: P controls C while holding 40.8 % of it (shared/algorithms.md section 1)
    p = graph([("P", "A", 0.6), ("A", "B", 0.6), ("P", "C", 0.3), ("B", "C", 0.3)])
    result = compute(p)
    found = told(p, result, "basis", "joint", "votes")
    assert found == {(c, "P"): ("votes", False, pytest.approx(0.6)) for c in "ABC"}
    row = [names(p)[k] for k in result.columns["company"].tolist()].index("C")
    parts = result.parts(row)
    assert [[names(p)[k] for k in x.nodes] for x in parts] in (
        [["P", "C"], ["P", "A", "B", "C"]],
        [["P", "A", "B", "C"], ["P", "C"]],
    )
    assert sum(x.amount for x in parts) == pytest.approx(0.6)


def test_a_great_walk_sum_is_not_control() -> None:
    # P .4 -> A .9 -> B .6 -> A: P's walk-sum share of A is 86.96 %, and P controls nothing (algorithms.md section 1)
    p = graph([("P", "A", 0.4), ("A", "B", 0.9), ("B", "A", 0.6)])
    result = compute(p)
    assert "P" not in {k[1] for k in told(p, result, "basis")}
    assert set(result.columns["basis"]) == {"loop"}
    loop = next(w for w in result.warnings if w.code == "control_loop")
    assert {names(p)[k] for k in loop.nodes} == {"A", "B"}


def test_half_and_half_is_joint_and_nobody_controls() -> None:
    found = controllers([("P", "T", 0.5), ("Q", "H", 1.0), ("H", "T", 0.5), ("T", "S", 0.6)])
    assert found == {
        ("T", "P"): ("votes", True),
        ("T", "Q"): ("votes", True),
        ("H", "Q"): ("votes", False),
        ("S", "T"): ("votes", False),
    }


def test_more_than_half_is_strict() -> None:
    assert controllers([("P", "A", 0.5), ("Q", "A", 0.4999)]) == {}
    assert controllers([("P", "A", 0.5000000001), ("Q", "A", 0.4999)]) == {("A", "P"): ("votes", False)}


def test_what_gives_control_whatever_the_share() -> None:
    edges: list[Edge] = [
        ("Q", "L", 0.99),
        ("P", "L", "EXECUTIVE_PARTNER_OF"),  # a partnership
        ("R", "I", "HOLDS_POST_IN:investor"),  # a sole proprietorship
        ("R", "I", "HOLDS_POST_IN:supervisor"),
        ("Z", "H", "BRANCH_OF"),  # Z is a branch of H
        ("L", "H", 0.6),
        ("O", "D", "CONTROLS"),
        ("Q", "D", 0.7),
    ]
    assert controllers(edges) == {
        ("L", "P"): ("executive_partner", False),
        ("H", "P"): ("votes", False),
        ("Z", "P"): ("head_office", False),
        ("I", "R"): ("sole_proprietor", False),
        ("D", "O"): ("declared", False),
    }


def test_several_executive_partners_and_declared_joint_control_are_joint() -> None:
    edges: list[Edge] = [
        ("P", "L", "EXECUTIVE_PARTNER_OF"),
        ("Q", "L", "EXECUTIVE_PARTNER_OF"),
        ("P", "D", "CONTROLS:joint"),
        ("R", "D", "CONTROLS:joint"),
    ]
    assert controllers(edges) == {
        ("L", "P"): ("executive_partner", True),
        ("L", "Q"): ("executive_partner", True),
        ("D", "P"): ("declared", True),
        ("D", "R"): ("declared", True),
    }


def test_acting_in_concert_is_control_together() -> None:
    edges: list[Edge] = [("P", "T", 0.3), ("H", "T", 0.3), ("Q", "H", 1.0), ("P", "Q", "ACTS_IN_CONCERT_WITH")]
    assert controllers(edges) == {
        ("H", "Q"): ("votes", False),
        ("T", "P"): ("concert", True),
        ("T", "Q"): ("concert", True),
    }


def test_a_pact_about_one_company_holds_in_that_company_only() -> None:
    edges: list[Edge] = [("P", c, 0.3) for c in "TU"] + [("Q", c, 0.3) for c in "TU"]
    assert controllers([*edges, ("P", "Q", "ACTS_IN_CONCERT_WITH:T")]) == {
        ("T", "P"): ("concert", True),
        ("T", "Q"): ("concert", True),
    }


def test_nobody_controls_a_state_body() -> None:
    found = controllers([("P", "S", 1.0), ("S", "A", 1.0), ("A", "B", 0.6)], states="S")
    assert found == {("A", "S"): ("votes", False), ("B", "S"): ("votes", False)}


@pytest.mark.parametrize("edges", [[], [("A", "A", 1.0)]])
def test_hardly_any_graph(edges: list[Edge]) -> None:
    assert controllers(edges, nodes="A") == {}


# --- properties ---------------------------------------------------------------------------------------

PARTIES = "ABCDPQ"


@st.composite
def shareholdings(draw: Any) -> list[Edge]:
    """Holdings in tenths among four companies and two persons; columns add up to 1 at most."""
    edges: list[Edge] = []
    for company in "ABCD":
        left = 10
        for holder in draw(st.lists(st.sampled_from(PARTIES), max_size=3, unique=True)):
            share = draw(st.integers(0, left))
            left -= share
            if share and holder != company:
                edges.append((holder, company, share / 10))
    return edges


def controlled_by(root: str, edges: list[Edge]) -> set[str]:
    """The least fixpoint by its definition."""
    held: set[str] = set()
    while True:
        more = {
            c
            for c in {e[1] for e in edges}
            if c not in held and sum(round(e[2] * 10) for e in edges if e[1] == c and e[0] in held | {root}) > 5
        }
        if not more:
            return held
        held |= more


@given(shareholdings())
def test_ultimate_controllers_are_those_of_the_definition(edges: list[Edge]) -> None:
    sets = {x: controlled_by(x, edges) for x in PARTIES}
    expected = {
        (c, x)
        for x, c in itertools.product(PARTIES, PARTIES)
        if c in sets[x] and not any(x in sets[z] for z in PARTIES)
    }
    found = {k for k, (basis, joint) in controllers(edges).items() if basis == "votes" and not joint}
    assert found == expected


@given(shareholdings(), st.sampled_from("ABCD"), st.sampled_from("PQ"))
def test_control_is_monotone(edges: list[Edge], company: str, holder: str) -> None:
    """More votes for somebody never take control from him."""
    room = 10 - sum(round(e[2] * 10) for e in edges if e[1] == company)
    before = {k[0] for k, v in controllers(edges).items() if k[1] == holder and not v[1]}
    after = {
        k[0] for k, v in controllers([*edges, (holder, company, room / 10)]).items() if k[1] == holder and not v[1]
    }
    assert before <= after


@given(shareholdings(), st.permutations(list(PARTIES)))
def test_control_is_free_of_order_and_names(edges: list[Edge], other: list[str]) -> None:
    rename = dict(zip(PARTIES, (f"n{x}" for x in other), strict=True))
    one = {k for k, v in controllers(edges).items() if v[0] != "loop"}
    two = {k for k, v in controllers([(rename[a], rename[b], s) for a, b, s in edges]).items() if v[0] != "loop"}
    assert {(rename[c], rename[x]) for c, x in one} == two
