"""What every algorithm keeps to, whichever there are: nothing here names one."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithm import Parameters, Result, Update, run
from analytics.algorithms import algorithm, algorithms
from graph.changes import between
from graph.errors import UsageError
from graph.projection import GraphProjection
from tests.analytics.algorithms.graphs import Edge, graph

NAMES = list(algorithms())
TIES = (
    "LEGAL_REPRESENTATIVE_OF",
    "HOLDS_POST_IN:director",
    "EXECUTIVE_PARTNER_OF",
    "CONTROLS",
    "GUARANTEES",
    "BRANCH_OF",
    "ACTS_IN_CONCERT_WITH",
)
ODD: dict[str, list[Edge]] = {
    "empty": [],
    "one node": [],
    "self-loop": [("A", "A", 0.5), ("A", "A", "GUARANTEES")],
    "parallel": [("P", "A", 0.2), ("P", "A", 0.3), ("P", "A", "LEGAL_REPRESENTATIVE_OF"), ("P", "A", "CONTROLS")],
    "over one": [("P", "A", 0.9), ("Q", "A", 0.9)],
    "negative": [("P", "A", -0.5), ("Q", "A", float("nan"))],
    "closed loop": [("A", "B", 1.0), ("B", "A", 1.0), ("A", "B", "GUARANTEES"), ("B", "A", "GUARANTEES")],
    "through a chain": [("A", "B", 0.6), ("B", "C", 0.6), ("C", "A", 0.6), ("P", "A", 0.4)],
    "disconnected": [("P", "A", 1.0), ("Q", "B", 1.0)],
}


def parameters(name: str, projection: GraphProjection) -> Parameters:
    """The defaults; parties where an algorithm asks for them."""
    kind = algorithm(name)
    given: dict[str, Any] = {}
    if "parties" in kind.parameters.model_fields:
        given["parties"] = projection.nodes[:2].tolist()
    return kind.read_parameters(given)  # type: ignore[no-any-return]


def compute(name: str, projection: GraphProjection) -> Result:
    return run(algorithm(name), projection, parameters(name, projection))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_documented(name: str) -> None:
    kind = algorithm(name)
    text = inspect.getdoc(type(kind)) or ""
    assert all(re.search(rf"{word}\W", text) for word in ("Definition", "Complexity", "Source")), text
    assert type(kind).__module__.rpartition(".")[2] == name, "a file is called like its algorithm"
    assert kind.zh and all(f.description for f in kind.parameters.model_fields.values())


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_odd_graphs_have_an_answer_and_stay_as_they_are(name: str, case: str) -> None:
    p = graph(ODD[case], nodes="" if case == "empty" else "A")
    if len(p.nodes) < 2 and "parties" in algorithm(name).parameters.model_fields:
        with suppress(UsageError):
            assert not len(compute(name, p))
        return
    before = p.digest
    result, again = compute(name, p), compute(name, graph(ODD[case], nodes="" if case == "empty" else "A"))
    assert result.same_as(again), "the same graph gives the same result"
    p.__dict__.pop("digest")
    assert p.digest == before
    lengths = {len(c) for c in result.columns.values()}
    assert len(lengths) == 1 and set(result.node_columns) <= set(result.columns)
    for row in range(len(result)):
        assert all(isinstance(key, int) for part in result.parts(row) for _, key in part.relationships)


@pytest.mark.parametrize("name", NAMES)
def test_a_networkx_graph_will_do(name: str) -> None:
    g: nx.DiGraph[str] = nx.DiGraph()
    g.add_edge("P", "A", share=0.6)
    g.add_edge("A", "B", share=0.6)
    assert compute(name, GraphProjection.from_networkx(g)).algorithm == name


@pytest.mark.parametrize("name", NAMES)
def test_unknown_parameters_are_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        algorithm(name).read_parameters({"no such": 1})


@st.composite
def graphs(draw: Any) -> list[Edge]:
    ends = st.sampled_from("ABCDPQ")
    ties = st.one_of(st.sampled_from(TIES), st.integers(1, 6).map(lambda k: k / 10))
    return draw(st.lists(st.tuples(ends, st.sampled_from("ABCD"), ties), max_size=8))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", [n for n, a in algorithms().items() if a.follows is Update.EXACT])
@settings(max_examples=40)
@given(states=st.lists(graphs(), min_size=2, max_size=4))
def test_an_update_equals_a_full_run(name: str, states: list[list[Edge]]) -> None:
    kind = algorithm(name)
    before = graph(states[0], persons="PQ", nodes="ABCDPQ")
    params = parameters(name, before)
    result = run(kind, before, params)
    for edges in states[1:]:
        after = graph(edges, persons="PQ", nodes="ABCDPQ")
        result = kind.update(result, after, between(before, after), params)
        assert result.same_as(kind.compute(after, params))
        before = after
