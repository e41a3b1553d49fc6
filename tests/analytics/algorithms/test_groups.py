from __future__ import annotations

from typing import Any

from analytics.algorithm import run
from analytics.algorithms import algorithm
from tests.analytics.algorithms.graphs import Edge, graph, told

GROUPS = algorithm("groups")


def groups(edges: list[Edge], **more: Any) -> dict[tuple[str, ...], Any]:
    p = graph(edges, **more)
    return told(p, run(GROUPS, p, GROUPS.read_parameters({})), "size")


def test_firms_under_one_control_are_a_group() -> None:
    # P .6 -> A .6 -> B, P .3 -> C <- .3 B, Q 1 -> D: D stands alone
    edges: list[Edge] = [("P", "A", 0.6), ("A", "B", 0.6), ("P", "C", 0.3), ("B", "C", 0.3), ("Q", "D", 1.0)]
    assert groups(edges) == {(c, "P"): 3 for c in "ABC"}


def test_the_state_makes_no_group() -> None:
    # S (State) 1 -> A .6 -> B; S 1 -> C .6 -> D (Company Law 2023 art. 265)
    edges: list[Edge] = [("S", "A", 1.0), ("A", "B", 0.6), ("S", "C", 1.0), ("C", "D", 0.6), ("S", "E", 1.0)]
    assert groups(edges, states="S") == {("A", "A"): 2, ("B", "A"): 2, ("C", "C"): 2, ("D", "C"): 2}


def test_joint_control_makes_no_group() -> None:
    assert groups([("A", "T", 0.5), ("B", "T", 0.5)]) == {}
