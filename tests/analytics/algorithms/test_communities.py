"""Communities: two close groups, the same seed the same answer, what binds nobody."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import igraph
import pytest

from analytics.algorithm import Result
from analytics.algorithms.communities import Communities
from graph.errors import UsageError
from graph.projection import GraphProjection
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of

COMMUNITIES = Communities()
TWO = [*combinations("abcd", 2), *combinations("wxyz", 2), ("a", "w")]


def communities(projection: GraphProjection, **params: Any) -> Result:
    return COMMUNITIES.compute(projection, COMMUNITIES.read_parameters(params))


def groups(projection: GraphProjection, result: Result) -> set[frozenset[str]]:
    out: dict[str, set[str]] = {}
    for member, group in rows_of(projection, result, "member", "community"):
        out.setdefault(group, set()).add(member)
    return {frozenset(g) for g in out.values()}


def test_two_groups_with_one_tie_between_them() -> None:
    projection = drawn(*TWO)
    result = communities(projection)
    assert groups(projection, result) == {frozenset("abcd"), frozenset("wxyz")}
    assert set(result.columns["members"].tolist()) == {4} and not result.columns["adverse"].any()
    names = names_of(projection)
    for row, key in enumerate(result.columns["member"].tolist()):
        assert len(result.parts(row)) == 3, names[key]  # what leads out of the community is no part


def test_it_is_as_modular_as_igraph_finds() -> None:
    """Zachary's club (1977): the best known modularity is 0.4198; Leiden comes there (igraph, seed for seed)."""
    graph = igraph.Graph.Famous("Zachary")
    projection = drawn(*((f"n{a}", f"n{b}") for a, b in graph.get_edgelist()))
    result = communities(projection, iterations=10, least=2)
    found = dict(rows_of(projection, result, "member", "community"))
    names = sorted(set(found.values()))
    assert graph.modularity([names.index(found[f"n{i}"]) for i in range(34)]) == pytest.approx(0.4198, abs=5e-4)


def test_the_same_seed_gives_the_same_communities_whatever_others_draw() -> None:
    graph = igraph.Graph.Famous("Zachary")
    projection = drawn(*((f"n{a}", f"n{b}") for a, b in graph.get_edgelist()))
    first = communities(projection)
    state = random.getstate()
    random.seed(99)
    assert communities(projection).same_as(first)
    random.setstate(state)


def test_addresses_bind_but_are_no_members_and_hubs_bind_nobody() -> None:
    edges = [("REGISTERED_AT", f, "A") for f in "abc"]
    projection = drawn(*edges, labels={"A": "Address"})
    assert groups(projection, communities(projection)) == {frozenset("abc")}
    hub = communities(projection, largest_hub=2)
    assert len(hub) == 0 and [(w.code, len(w.nodes)) for w in hub.warnings] == [("hub", 1)]


def test_state_bodies_bind_nobody() -> None:
    edges = [("S", f) for f in "abc"]
    projection = drawn(*edges, labels={"S": "Organisation"}, state_body={"S": 1})
    assert len(communities(projection)) == 0


def test_bad_input() -> None:
    assert len(communities(drawn())) == 0 and len(communities(drawn(labels={"A": "Company"}))) == 0
    assert len(communities(drawn(("a", "a"), ("a", "b"), ("b", "a"), ("b", "c")))) == 3
    with pytest.raises(UsageError, match="resolution"):
        COMMUNITIES.read_parameters({"resolution": -1})
