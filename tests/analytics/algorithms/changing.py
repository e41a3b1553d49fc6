"""Random small graphs that change, and the check that an exact update equals a full run."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from analytics.algorithm import Algorithm, Parameters, Result
from graph.changes import between
from graph.projection import GraphProjection

FIRMS, PEOPLE, PLACES = [f"C{i}" for i in range(7)], [f"P{i}" for i in range(4)], ["A0", "A1", "T0", "T1"]
LABELS = dict.fromkeys(FIRMS, "Company") | dict.fromkeys(PEOPLE, "Person")
LABELS |= {"A0": "Address", "A1": "Address", "T0": "Contact", "T1": "Contact"}
ENDS = {  # by type: (starts, ends)
    "HOLDS_SHARES_IN": (FIRMS + PEOPLE, FIRMS),
    "GUARANTEES": (FIRMS + PEOPLE, FIRMS),
    "LEGAL_REPRESENTATIVE_OF": (PEOPLE, FIRMS),
    "HOLDS_POST_IN": (PEOPLE, FIRMS),
    "REGISTERED_AT": (FIRMS, ["A0", "A1"]),
    "USES_CONTACT": (FIRMS, ["T0", "T1"]),
    "SAME_AS": (FIRMS + PEOPLE, FIRMS + PEOPLE),
}
Edge = tuple[str, str, str, int]  # type, start, end, what it says: a share in tenths, an amount, a day
Graph = tuple[dict[str, dict[str, Any]], frozenset[Edge]]  # properties by node, relationships


def _edges(types: tuple[str, ...]) -> st.SearchStrategy[Edge]:
    return st.sampled_from(types).flatmap(
        lambda t: st.tuples(st.just(t), st.sampled_from(ENDS[t][0]), st.sampled_from(ENDS[t][1]), st.integers(-1, 9))
    )


def _properties() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "status": st.sampled_from(["active", "active", "revoked"]),
            "industry": st.sampled_from(["F51", "J66"]),
            "established_on": st.sampled_from([17_050, 17_150, 17_400]),
            "approved_on": st.sampled_from([17_000, 17_100]),
        }
    )


def sequences(*types: str, steps: int = 4, least: int = 4) -> st.SearchStrategy[list[Graph]]:
    """A graph and what becomes of it: relationships come, go and change, nodes too, firms change their state."""
    return st.tuples(
        st.sets(_edges(types), min_size=least, max_size=least + 14),
        st.fixed_dictionaries({firm: _properties() for firm in FIRMS}),
        st.lists(
            st.tuples(
                st.sets(_edges((*types, "SAME_AS")), max_size=3),
                st.sets(st.integers(0, 30), max_size=3),
                st.dictionaries(st.sampled_from(FIRMS), _properties(), max_size=1),
                st.sets(st.sampled_from([*FIRMS, *PEOPLE]), max_size=1),
            ),
            min_size=1,
            max_size=steps,
        ),
    ).map(_played)


def _played(drawn: Any) -> list[Graph]:
    edges, firms, steps = drawn
    graphs: list[Graph] = [(firms, frozenset(edges))]
    for come, go, changed, absent in steps:
        ordered = sorted(graphs[-1][1])
        left = {e for i, e in enumerate(ordered) if i not in go} | come
        firms = firms | changed
        graphs.append((firms, frozenset(e for e in left if not absent & {e[1], e[2]})))
        gone = {k: v for k, v in firms.items() if k not in absent}
        graphs[-1] = (gone, graphs[-1][1])
    return graphs


def projected(graph: Graph) -> GraphProjection:
    """The projection of a graph; nodes without relationships are there too, firms only if they have properties."""
    firms, edges = graph
    nodes = [{"id": n, "label": x, **firms.get(n, {})} for n, x in LABELS.items() if n in firms or x != "Company"]
    known = {n["id"] for n in nodes}
    rows = [_row(e) for e in sorted(edges) if {e[1], e[2]} <= known]
    columns = ["source", "target", "type", "share_min", "amount", "currency", "valid_from", "probability", "post"]
    frame = pd.DataFrame(nodes)
    for name in ("established_on", "approved_on"):
        frame[name] = frame[name].fillna(0).astype("int64") if name in frame else 0
    return GraphProjection.from_pandas(frame, pd.DataFrame(rows, columns=columns))


def _row(edge: Edge) -> dict[str, Any]:
    name, start, end, says = edge
    row: dict[str, Any] = {"source": start, "target": end, "type": name, "post": "director", "probability": 0.99}
    row |= {"share_min": says / 10 if says >= 0 else None, "amount": max(says, 0) * 100, "currency": "CNY"}
    return row | {"valid_from": pd.Timestamp("2016-06-01") + pd.Timedelta(days=60 * says) if says > 0 else None}


def follows_exactly(algorithm: Algorithm[Any], graphs: list[Graph], params: Parameters) -> Result:
    """Assert that updates from graph to graph equal full runs; gives the last."""
    before = projected(graphs[0])
    result = algorithm.compute(before, params)
    for graph in graphs[1:]:
        after = projected(graph)
        result = algorithm.update(result, after, between(before, after), params)
        whole = algorithm.compute(after, params)
        assert result.same_as(whole), (result.to_pandas(), whole.to_pandas(), result.warnings, whole.warnings)
        before = after
    return result
