"""PageRank against networkx, its parts, and graphs at the edge."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithms.pagerank import PageRank, Ranked
from graph.errors import UsageError
from graph.projection import GraphProjection

Ties = list[tuple[int, int, int]]  # ends, share in percent


def graph(ties: Ties, n: int = 7) -> GraphProjection:
    frame = pd.DataFrame(
        [(str(a), str(b), "HOLDS_SHARES_IN", s / 100) for a, b, s in ties],
        columns=["source", "target", "type", "share_min"],
    )
    return GraphProjection.from_pandas(pd.DataFrame({"id": [str(i) for i in range(n)]}), frame)


pairs = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 100)), max_size=15, unique_by=lambda t: t[:2]
)


@settings(max_examples=60)
@given(pairs, st.booleans(), st.booleans(), st.sampled_from([0.0, 0.5, 0.85]))
def test_ranks_are_those_of_networkx(ties: Ties, weighted: bool, reverse: bool, damping: float) -> None:
    projection = graph(ties)
    found = PageRank().compute(projection, Ranked(weighted=weighted, reverse=reverse, damping=damping))
    plain: nx.DiGraph[str] = nx.DiGraph()
    assert projection.ids is not None
    plain.add_nodes_from(projection.ids.tolist())
    for a, b, s in ties:
        ends = (str(b), str(a)) if reverse else (str(a), str(b))
        plain.add_edge(*ends, weight=0.3 + 0.65 * s / 100 if weighted else 1.0)
    theirs = nx.pagerank(plain, alpha=damping, tol=1e-13, max_iter=1_000)
    np.testing.assert_allclose(found.columns["rank"], np.array([theirs[i] for i in projection.ids]), atol=1e-9)
    assert found.columns["rank"].sum() == pytest.approx(1)
    for row in range(len(found)):
        assert sum(p.amount for p in found.parts(row)) == pytest.approx(found.columns["rank"][row], abs=1e-9)
    shown = {r for row in range(len(found)) for p in found.parts(row) for r in p.relationships}
    assert shown == {("HOLDS_SHARES_IN", int(k)) for k in (projection.types["HOLDS_SHARES_IN"].key if ties else [])}


def test_a_known_answer() -> None:
    """Two nodes that hold each other, and one that holds nothing: x = .15/3 + .85 (1/3 x3) ... by symmetry x1 = x2."""
    found = PageRank().compute(graph([(0, 1, 50), (1, 0, 50)], 3), Ranked(tolerance=1e-15))
    alone = (0.15 / 3) / (1 - 0.85 / 3)  # x3 = .85 x3 / 3 + .15 / 3
    assert sorted(found.columns["rank"].tolist()) == pytest.approx([alone, (1 - alone) / 2, (1 - alone) / 2], abs=1e-12)


def test_edges_of_the_question() -> None:
    assert len(PageRank().compute(graph([], 0), Ranked())) == 0
    assert PageRank().compute(graph([], 1), Ranked()).columns["rank"].tolist() == [1.0]
    short = PageRank().compute(graph([(0, 1, 50), (1, 2, 50)]), Ranked(sweeps=1))
    assert [w.code for w in short.warnings] == ["not_converged"]
    with pytest.raises(UsageError, match="KNOWS"):
        PageRank().compute(graph([]), Ranked(types=("KNOWS",)))
