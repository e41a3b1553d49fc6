"""What parties have in common, by hand and against enumeration."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithm import Result
from analytics.algorithms.common_links import CommonLinks
from graph.errors import UsageError
from graph.projection import GraphProjection

TYPES = ("HOLDS_SHARES_IN", "LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "REGISTERED_AT", "CONTROLS")


def graph(ties: list[tuple[str, str, str]], alone: str = "") -> GraphProjection:
    frame = pd.DataFrame(ties, columns=["source", "target", "type"])
    return GraphProjection.from_pandas(
        pd.DataFrame({"id": sorted({*frame["source"], *frame["target"], *alone})}), frame
    )


def ask(projection: GraphProjection, *parties: str, **more: Any) -> Result:
    algorithm = CommonLinks()
    return algorithm.compute(projection, algorithm.read_parameters({"parties": parties, **more}))


def rows(projection: GraphProjection, found: Result) -> list[tuple[str, str, str, str]]:
    name = dict(zip(projection.nodes.tolist(), projection.ids, strict=True))  # type: ignore[arg-type]
    columns = (found.columns[c].tolist() for c in ("kind", "node", "party", "type"))
    return sorted((k, name[n], name[p], t) for k, n, p, t in zip(*columns, strict=True))


def test_each_kind_of_common_link() -> None:
    """S holds A and B; P is legal representative of A and director of B; both are at X, reached at T, filed by G; both hold
    H; Q holds A and manages B, which is no common link; R is tied to A twice and to B not."""
    projection = graph(
        [
            ("S", "A", "HOLDS_SHARES_IN"),
            ("S", "B", "HOLDS_SHARES_IN"),
            ("P", "A", "LEGAL_REPRESENTATIVE_OF"),
            ("P", "B", "HOLDS_POST_IN"),
            ("A", "X", "REGISTERED_AT"),
            ("B", "X", "REGISTERED_AT"),
            ("A", "T", "USES_CONTACT"),
            ("B", "T", "USES_CONTACT"),
            ("A", "G", "FILED_BY_AGENT"),
            ("B", "G", "FILED_BY_AGENT"),
            ("A", "H", "HOLDS_SHARES_IN"),
            ("B", "H", "HOLDS_SHARES_IN"),
            ("Q", "A", "HOLDS_SHARES_IN"),
            ("Q", "B", "HOLDS_POST_IN"),
            ("R", "A", "HOLDS_POST_IN"),
            ("R", "A", "HOLDS_POST_IN"),
            ("A", "K", "SUBJECT_OF"),
            ("B", "K", "SUBJECT_OF"),
        ]
    )
    found = ask(projection, "A", "B")
    assert {(k, n) for k, n, _, _ in rows(projection, found)} == {
        ("shareholder", "S"),
        ("officer", "P"),
        ("address", "X"),
        ("contact", "T"),
        ("agent", "G"),
        ("holding", "H"),
    }
    assert len(found) == 12
    (part,) = found.parts(0)
    assert part.relationships == ((found.columns["type"][0], found.columns["key"][0]),)
    with_records = ask(projection, "A", "B", records=True)
    at = with_records.columns["kind"].tolist().index("record")
    assert with_records.parts(at)[0].records == (with_records.columns["node"][at],)
    assert {k for k, *_ in rows(projection, ask(projection, "A", "B", types=["REGISTERED_AT"]))} == {"address"}
    assert found.columns["degree"].tolist() == [2] * 12


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(TYPES)), max_size=20))
def test_links_are_those_of_enumeration(ties: list[tuple[int, int, str]]) -> None:
    """A kind and node are common when, of three parties, two are tied to the node in that capacity."""
    projection = graph([(str(a), str(b), t) for a, b, t in ties], "012345")
    kinds = {
        ("HOLDS_SHARES_IN", 0): "shareholder",
        ("HOLDS_SHARES_IN", 1): "holding",
        ("LEGAL_REPRESENTATIVE_OF", 0): "officer",
        ("HOLDS_POST_IN", 0): "officer",
        ("REGISTERED_AT", 1): "address",
    }
    every = [
        (kinds.get((t, side), t), str(pair[side]), str(pair[1 - side]), t)
        for a, b, t in ties
        if a != b
        for pair in [(a, b)]
        for side in (0, 1)
        if pair[1 - side] < 3
    ]
    common = [r for r in every if len({p for k, n, p, _ in every if (k, n) == r[:2]}) > 1]
    assert rows(projection, ask(projection, "0", "1", "2")) == sorted(common)


def test_bad_questions() -> None:
    projection = graph([("S", "A", "HOLDS_SHARES_IN")])
    with pytest.raises(UsageError, match="at least two"):
        ask(projection, "A")
    with pytest.raises(UsageError, match="not in the graph"):
        ask(projection, "A", "B")
    assert [w.code for w in ask(projection, "A", "A").warnings] == [], "one id typed twice is one party"
    assert len(ask(projection)) == 0
