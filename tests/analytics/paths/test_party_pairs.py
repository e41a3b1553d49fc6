"""Party pairs: what a change makes of them equals reading them again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from analytics.ownership.direct_shares import HOLDS, read_shares
from analytics.paths.party_pairs import Pairs
from graph.changes import between
from graph.identity import nids
from tests.analytics.algorithms.changing import Graph, projected, sequences
from tests.analytics.algorithms.drawing import drawn, names_of


@given(sequences(HOLDS))
@settings(max_examples=40)
def test_following_a_change_equals_reading(graphs: list[Graph]) -> None:
    before = projected(graphs[0])
    pairs = Pairs.read(before, HOLDS, read_shares)
    for graph in graphs[1:]:
        after = projected(graph)
        pairs, _, _ = pairs.follow(after, HOLDS, read_shares, between(before, after))
        whole = Pairs.read(after, HOLDS, read_shares)
        assert all(np.array_equal(getattr(pairs, n), column) for n, column in vars(whole).items())
        before = after


def test_lots_of_a_source_are_added_and_a_second_source_is_not() -> None:
    projection = drawn(("a", "b", 0.2), ("a", "b", 0.1), ("a", "b", 0.25))
    one, two = nids(["one", "two"]).tolist()  # in order of precedence
    projection.manifest["sources"] = ["one", "two"]
    rel = projection.types[HOLDS]
    source = np.where(rel.columns["share_min"] == 2_500_000_000, two, one)
    projection.types[HOLDS] = replace(rel, columns={**rel.columns, "source": source})
    assert Pairs.read(projection, HOLDS, read_shares).value.tolist() == [3_000_000_000]


def test_ways_round() -> None:
    """a -> b -> c -> a, c -> d, x -> a."""
    projection = drawn(("a", "b", 0.5), ("b", "c", 0.5), ("c", "a", 0.5), ("c", "d", 0.5), ("x", "a", 0.1))
    pairs, names = Pairs.read(projection, HOLDS, read_shares), names_of(projection)
    keys = {n: np.array([k]) for k, n in names.items()}

    def told(found: np.ndarray[tuple[int], np.dtype[np.int64]]) -> str:
        return "".join(sorted(names[k] for k in found.tolist()))

    assert told(pairs.downstream(keys["b"])) == "abcd" and told(pairs.upstream(keys["b"])) == "abcx"
    assert told(pairs.around(keys["d"])) == "abcdx"
    assert told(pairs.through(keys["c"], keys["a"])) == "abc" and told(pairs.through(keys["x"], keys["a"])) == ""
