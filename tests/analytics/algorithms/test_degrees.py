"""Degrees by type against networkx's multigraph."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithms.degrees import Counted, Degrees
from graph.errors import UsageError
from graph.projection import GraphProjection

TYPES = ("HOLDS_SHARES_IN", "CONTROLS", "KNOWS")
Ties = list[tuple[int, int, str]]


def graph(ties: Ties) -> GraphProjection:
    frame = pd.DataFrame([(str(a), str(b), t) for a, b, t in ties], columns=["source", "target", "type"])
    return GraphProjection.from_pandas(pd.DataFrame({"id": list("012345")}), frame)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(TYPES)), max_size=20))
def test_degrees_are_those_of_networkx(ties: Ties) -> None:
    projection = graph(ties)
    found = Degrees().compute(projection, Counted())
    position = dict(zip(projection.ids, projection.nodes.tolist(), strict=True))  # type: ignore[arg-type]
    expected: dict[tuple[int, str], tuple[int, int]] = {}
    for name in TYPES:
        plain: nx.MultiDiGraph[int] = nx.MultiDiGraph([(a, b) for a, b, t in ties if t == name])
        expected |= {(position[str(v)], name): (plain.out_degree(v), plain.in_degree(v)) for v in plain}
    columns = (found.columns[c].tolist() for c in ("node", "type", "out_degree", "in_degree"))
    assert {(n, t): (o, i) for n, t, o, i in zip(*columns, strict=True)} == expected
    assert len(found) == len(expected)
    for row in range(len(found)):
        (part,) = found.parts(row)
        loops = part.amount - len(part.relationships)
        assert loops == sum(
            a == b and position[str(a)] == part.nodes[0] and t == found.columns["type"][row] for a, b, t in ties
        )


def test_types_and_one_party_of_two_nodes() -> None:
    ties = pd.DataFrame(
        [("0", "1", "CONTROLS", None), ("2", "1", "CONTROLS", None), ("0", "2", "SAME_AS", 0.99)],
        columns=["source", "target", "type", "probability"],
    )
    projection = GraphProjection.from_pandas(pd.DataFrame({"id": list("012")}), ties)
    found = Degrees().compute(projection, Counted())
    assert sorted(zip(found.columns["out_degree"].tolist(), found.columns["in_degree"].tolist(), strict=True)) == [
        (0, 2),
        (2, 0),
    ]
    with pytest.raises(UsageError, match="KNOWS"):
        Degrees().compute(projection, Counted(types=("KNOWS",)))
    assert len(Degrees().compute(graph([]), Counted())) == 0
