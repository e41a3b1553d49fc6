"""Surroundings against networkx, folding of hubs, budgets."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithms.reach import Reach, Surroundings
from graph.errors import UsageError
from graph.projection import GraphProjection


def graph(pairs: list[tuple[str, str]], alone: str = "") -> GraphProjection:
    frame = pd.DataFrame([(*p, "CONTROLS") for p in pairs], columns=["source", "target", "type"])
    return GraphProjection.from_pandas(
        pd.DataFrame({"id": sorted({*frame["source"], *frame["target"], *alone})}), frame
    )


def ask(projection: GraphProjection, *start: str, **more: Any) -> Surroundings:
    algorithm = Reach()
    return algorithm.compute(projection, algorithm.read_parameters({"start": start, **more}))


def hops(projection: GraphProjection, found: Surroundings) -> dict[str, int]:
    name = dict(zip(projection.nodes.tolist(), projection.ids, strict=True))  # type: ignore[arg-type]
    return {name[k]: h for k, h in zip(found.columns["node"].tolist(), found.columns["hops"].tolist(), strict=True)}


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=16), st.integers(0, 5), st.integers(1, 3))
def test_distances_are_those_of_networkx(pairs: list[tuple[int, int]], far: int, starts: int) -> None:
    projection = graph([(str(a), str(b)) for a, b in pairs], "012345678")
    plain = nx.Graph([(str(a), str(b)) for a, b in pairs])
    plain.add_nodes_from("012345678")
    begin = [str(i) for i in range(starts)]
    found = ask(projection, *begin, hops=far)
    assert hops(projection, found) == nx.multi_source_dijkstra_path_length(plain, set(begin), cutoff=far)
    name = dict(zip(projection.nodes.tolist(), projection.ids, strict=True))  # type: ignore[arg-type]
    for row in range(len(found)):
        (part,) = found.parts(row)
        by, node = (name[k] for k in part.nodes)
        assert (by == node) == (found.columns["hops"][row] == 0)
        assert bool(part.relationships) == (by != node), "what leads to a node is shown"


def test_a_hub_is_counted_and_not_opened() -> None:
    """A - H - x0 ... x9, and x0 - B: with hubs of more than 5 folded, nothing behind H is listed; as a start H opens."""
    projection = graph([("A", "H"), *(("H", f"x{i}") for i in range(10)), ("x0", "B")])
    found = ask(projection, "A", hops=3, fold_above=5)
    assert hops(projection, found) == {"A": 0, "H": 1}
    at = found.columns["folded"].tolist().index(True)
    assert found.columns["degree"][at] == 11
    assert len(hops(projection, ask(projection, "A", hops=3, fold_above=11))) == 13
    assert len(hops(projection, ask(projection, "H", hops=1, fold_above=5))) == 12


def test_a_budget_cuts_and_says_so() -> None:
    projection = graph([("A", "B"), ("B", "C"), ("C", "D")])
    whole = ask(projection, "A", hops=3)
    assert not whole.partial_results and whole.explored_count == 1 + 2 + 2 and whole.warnings == ()
    for budget in (0, 1, 3):
        found = ask(projection, "A", hops=3, budget=budget)
        assert found.partial_results and found.explored_count <= budget
        assert [w.code for w in found.warnings] == ["cut_short"]
        assert hops(projection, found).items() <= hops(projection, whole).items()
    assert hops(projection, ask(projection, "A", hops=3, budget=0)) == {"A": 0}


def test_edges_of_the_question() -> None:
    empty = graph([])
    assert len(ask(empty)) == 0
    with pytest.raises(UsageError, match="not in the graph"):
        ask(empty, "A")
    assert hops(graph([("A", "A")]), ask(graph([("A", "A")]), "A", hops=8)) == {"A": 0}
