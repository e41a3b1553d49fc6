"""Relations among parties: known answers by hand, every path against enumeration, trees against the optimum."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithm import run
from analytics.algorithms.relations import Answer, Related, Relations
from analytics.rules.strengths import strength_packs
from graph.errors import UsageError
from graph.identity import coded_id, nid
from graph.projection import GraphProjection
from graph.time import Moment
from tests.conftest import Office, firm, number, uscc

Tie = tuple[Any, ...]  # source, target, type, and as needed: share, first day, day of the end, post

LEGAL, POST, CONTROLS, AGENT = "LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "CONTROLS", "FILED_BY_AGENT"
HOLDS, BRANCH, AT = "HOLDS_SHARES_IN", "BRANCH_OF", "REGISTERED_AT"
PACK = strength_packs()[0].types


def graph(
    ties: Sequence[Tie], alone: str = "", labels: dict[str, str] | None = None, **columns: Any
) -> GraphProjection:
    frame = pd.DataFrame(
        [(*t, None, None, None, None)[:7] for t in ties],
        columns=["source", "target", "type", "share_min", "valid_from", "valid_to", "post"],
    )
    ids = sorted({*frame["source"], *frame["target"], *alone})
    nodes = {"id": ids, "label": [(labels or {}).get(i, "Company") for i in ids]}
    return GraphProjection.from_pandas(
        pd.DataFrame(nodes | {n: [c.get(i) for i in ids] for n, c in columns.items()}), frame
    )


def ask(projection: GraphProjection, *parties: str, **more: Any) -> Answer:
    algorithm = Relations()
    found = run(algorithm, projection, algorithm.read_parameters({"parties": parties, **more}))
    assert isinstance(found, Answer)
    return found


def paths(projection: GraphProjection, found: Answer) -> list[str]:
    """Each path as its nodes' ids in a row."""
    name = dict(zip(projection.nodes.tolist(), projection.ids, strict=True))  # type: ignore[arg-type]
    rows = found.to_pandas()
    return ["".join([name[g["from"].iloc[0]], *(name[k] for k in g["to"])]) for _, g in rows.groupby("path")]


def strengths(found: Answer) -> list[float]:
    return found.to_pandas().groupby("path")["strength"].first().tolist()


def codes(found: Answer) -> list[str]:
    return [w.code for w in found.warnings]


def outcome(found: Answer) -> list[str]:
    """Warnings of the search itself."""
    return [c for c in codes(found) if c != "share_out_of_range"]


# --- two parties ------------------------------------------------------------------------------------------------------


def test_a_path_is_as_strong_as_the_product_of_its_steps() -> None:
    """A <-legal representative- P -60 %-> B: .85 x (.3 + .65 x .6), by the pack."""
    projection = graph([("P", "A", LEGAL), ("P", "B", HOLDS, 0.6, "2020-05-01")], labels={"P": "Person"})
    found = ask(projection, "A", "B")
    assert paths(projection, found) == ["APB"]
    assert strengths(found) == pytest.approx([0.85 * (0.3 + 0.65 * 0.6)], rel=1e-8)
    rows = found.to_pandas()
    assert rows["type"].tolist() == [LEGAL, HOLDS]
    assert rows["forward"].tolist() == [False, True], "P stands at the start of both"
    assert rows["share"].tolist()[1] == pytest.approx(0.6)
    assert rows["cost"].sum() == pytest.approx(-math.log(strengths(found)[0]), abs=1e-9)
    assert sum(p.amount for p in found.parts(0)) == pytest.approx(rows["cost"].sum(), abs=1e-12)
    assert [p.relationships[0][0] for p in found.parts(1)] == [LEGAL, HOLDS], "the parts are the whole path's"
    assert found.columns["valid_from"].tolist()[1] == (dt.date(2020, 5, 1) - dt.date(1970, 1, 1)).days


def test_the_cheapest_path_may_be_too_long() -> None:
    """A = 1 = 2 = B by control (.95 each, strength .857), and A - B by an agent (.1).

    With two hops only the agent is left; a cut of plain Dijkstra at two hops would find nothing.
    """
    projection = graph([("A", "1", CONTROLS), ("1", "2", CONTROLS), ("2", "B", CONTROLS), ("A", "B", AGENT)])
    assert paths(projection, ask(projection, "A", "B", hops=3)) == ["A12B", "AB"]
    assert paths(projection, ask(projection, "A", "B", hops=2)) == ["AB"]
    assert strengths(ask(projection, "A", "B", hops=2)) == pytest.approx([0.1])


def test_the_state_is_node_and_hops() -> None:
    """A = 1 = 2 = M cheaply, A - M dearly, M = 3 = 4 = B. M's cheapest label leaves too few hops for B.

    A = 1 = 2 = M = 3 = 4 = B      = control, .95
     \\---------/                   - address, .3
    """
    long = [("A", "1"), ("1", "2"), ("2", "M"), ("M", "3"), ("3", "4"), ("4", "B")]
    projection = graph([(a, b, CONTROLS) for a, b in long] + [("A", "M", AT)])
    assert paths(projection, ask(projection, "A", "B", hops=6)) == ["A12M34B", "AM34B"]
    for hops in (4, 5):
        found = ask(projection, "A", "B", hops=hops)
        assert paths(projection, found) == ["AM34B"]
        assert strengths(found) == pytest.approx([0.3 * 0.95**3])
    assert codes(ask(projection, "A", "B", hops=3)) == ["no_path"]


def test_a_hub_in_between_pays_and_a_party_does_not() -> None:
    """H has 40 neighbours: ln(1 + log2(40 / 20)) = ln 2 halves the strength. As a party it costs nothing."""
    projection = graph([("H", x, CONTROLS) for x in [f"x{i}" for i in range(38)] + ["A", "B"]])
    found = ask(projection, "A", "B")
    assert strengths(found) == pytest.approx([0.95**2 / 2], rel=1e-8)
    assert [p.note for p in found.parts(0)] == ["", "hub", ""]
    assert sum(p.amount for p in found.parts(0)) == pytest.approx(-math.log(0.95**2 / 2), abs=1e-8)
    assert strengths(ask(projection, "A", "H")) == pytest.approx([0.95], rel=1e-8)


def test_twenty_neighbours_are_no_hub_and_parallel_ties_make_none() -> None:
    ties = [("H", x, CONTROLS) for x in [f"x{i}" for i in range(18)] + ["A", "B"]]
    once, again = graph(ties), graph([*ties, *(("H", f"x{i}", BRANCH) for i in range(18))])
    assert strengths(ask(once, "A", "B")) == pytest.approx([0.95**2], rel=1e-8)
    assert strengths(ask(again, "A", "B")) == pytest.approx([0.95**2], rel=1e-8)


@pytest.mark.parametrize("case", ["hosted", "cluster", "agent", "state_body", "ordinary"])
def test_hubs_by_nature(case: str) -> None:
    """A hosted address, an agent and a State body cost as a hub of 200 however few of their ties are known."""
    toll = 1 if case == "ordinary" else 1 + math.log2(200 / 20)
    if case == "agent":
        projection, strength = graph([("A", "H", AGENT), ("B", "H", AGENT)]), 0.1**2
    elif case == "state_body":
        projection = graph(
            [("H", "A", CONTROLS), ("H", "B", CONTROLS)], labels={"H": "Organisation"}, state_body={"H": 1}
        )
        strength = 0.95**2
    else:
        ties = [("A", "H", AT), ("B", "H", AT)]
        projection, strength = graph(ties, labels={"H": "Address"}, kind={"H": case}), 0.3**2
    assert strengths(ask(projection, "A", "B")) == pytest.approx([strength / toll], rel=1e-7)


def test_order_by_strength_hops_freshness_and_id() -> None:
    """Five ways from A to B, of the same strength but the last: .95 x .95 by M to Q, three hops through R, S by .6 x ..."""
    projection = graph(
        [
            ("A", "N", CONTROLS, None, "2024-01-01"),
            ("N", "B", CONTROLS, None, "2024-01-01"),
            ("A", "M", CONTROLS, None, "2020-01-01"),
            ("M", "B", CONTROLS, None, "2024-01-01"),
            ("A", "P", CONTROLS),
            ("P", "B", CONTROLS, None, "2024-01-01"),
            ("A", "O", CONTROLS),
            ("O", "B", CONTROLS, None, "2024-01-01"),
            ("A", "R", LEGAL),
            ("R", "B", LEGAL),
        ]
    )
    equal = sorted("OP", key=lambda i: projection.nodes[list(projection.ids).index(i)])  # type: ignore[arg-type]
    assert paths(projection, ask(projection, "A", "B")) == ["ANB", "AMB", *(f"A{x}B" for x in equal), "ARB"]
    assert paths(projection, ask(projection, "A", "B", paths=2)) == ["ANB", "AMB"]
    one = graph([("A", "B", HOLDS, 1.0), ("A", "M", HOLDS, 1.0), ("M", "B", HOLDS, 1.0)])
    assert paths(one, ask(one, "A", "B")) == ["AB", "AMB"]


def test_a_step_shows_its_strongest_relationship_and_has_them_all() -> None:
    projection = graph(
        [("P", "A", POST), ("P", "A", LEGAL), ("P", "A", POST, None, None, None, "liaison"), ("P", "B", LEGAL)]
    )
    found = ask(projection, "A", "B")
    assert paths(projection, found) == ["APB"], "paths differ by their nodes"
    assert [t for t, _ in found.parts(0)[0].relationships] == [LEGAL, POST, POST]
    only = ask(projection, "A", "B", types=[POST, LEGAL], hops=2)
    assert only.same_as(ask(projection, "A", "B", hops=2))


def test_filters_on_type_share_and_day() -> None:
    """P holds 30 % of B in two lots of one source; Q's share is not known; R held from 2018 until 2020."""
    ties: list[Tie] = [("P", "A", LEGAL), ("P", "B", HOLDS, 0.2), ("P", "B", HOLDS, 0.1)]
    ties += [
        ("Q", "A", LEGAL),
        ("Q", "B", HOLDS),
        ("R", "A", LEGAL),
        ("R", "B", HOLDS, 0.9, "2018-01-01", "2020-01-01"),
    ]
    projection = graph(ties)
    assert paths(projection, ask(projection, "A", "B")) == ["ARB", "APB", "AQB"]
    assert paths(projection, ask(projection, "A", "B", min_share=0.3)) == ["ARB", "APB"]
    assert paths(projection, ask(projection, "A", "B", min_share=0.31)) == ["ARB"]
    assert paths(projection, ask(projection, "A", "B", held_on="2020-01-01")) == ["APB", "AQB"]
    assert paths(projection, ask(projection, "A", "B", held_on="2019-12-31")) == ["ARB", "APB", "AQB"]
    assert codes(ask(projection, "A", "B", types=[HOLDS])) == ["no_path"]
    assert ask(projection, "A", "B", held_on="1900-01-01").to_pandas()["path"].nunique() == 2, "no start is no bound"


def test_records_are_followed_on_request() -> None:
    projection = graph([("A", "K", "SUBJECT_OF"), ("B", "K", "SUBJECT_OF")], labels={"K": "CourtCase"})
    assert codes(ask(projection, "A", "B")) == ["no_path"]
    assert strengths(ask(projection, "A", "B", records=True)) == pytest.approx([0.25])


def test_possibly_the_same_is_not_followed_and_surely_the_same_is_one() -> None:
    ties = pd.DataFrame(
        [("A", "P", LEGAL, None), ("p", "B", LEGAL, None), ("P", "p", "SAME_AS", 0.9)],
        columns=["source", "target", "type", "probability"],
    )
    nodes = pd.DataFrame({"id": list("ABPp")})
    assert codes(ask(GraphProjection.from_pandas(nodes, ties), "A", "B")) == ["no_path"]
    ties.loc[2, "probability"] = 0.96
    sure = GraphProjection.from_pandas(nodes, ties)
    assert len(ask(sure, "A", "B")) == 2
    one = ask(sure, "P", "p")
    assert codes(one) == ["one_party"] and len(one) == 0


def test_former_relations_on_request(desk: Office) -> None:
    """P left firm 1 on 2026-03-20 and holds firm 2: a lead with half the strength of that step (the pack's factor)."""
    desk.deliver("registrations", [firm(1), firm(2)])
    row = {
        "股东名称": "样例甲",
        "股东类型": "自然人",
        "股东证件号码": number(1),
        "持股比例": "60%",
        "取得日期": "2020-01-01",
    }
    desk.deliver(
        "shareholders",
        [row | {"统一社会信用代码": uscc(1), "退出日期": "2026-03-20"}, row | {"统一社会信用代码": uscc(2)}],
        "2026-04-30",
    )
    moment = Moment.on(dt.date(2026, 11, 23))
    keys = [nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2)]
    parties = Related(parties=tuple(keys), types=(HOLDS,))
    now = GraphProjection.from_store(desk.store, moment)
    assert codes(Relations().compute(now, parties)) == ["no_path"]
    former = GraphProjection.from_store(desk.store, moment, former=True)
    found = Relations().compute(former, parties)
    assert strengths(found) == pytest.approx([0.69 * 0.5 * 0.69], rel=1e-8)
    assert found.columns["valid_to"].tolist()[0] == (dt.date(2026, 3, 20) - dt.date(1970, 1, 1)).days
    on = Related(parties=tuple(keys), types=(HOLDS,), held_on=dt.date(2026, 4, 1))
    assert codes(Relations().compute(former, on)) == ["no_path"]
    before = GraphProjection.from_store(desk.store, Moment.on(dt.date(2019, 12, 31)), former=True)
    assert len(before.types[HOLDS]) == 0, "what has not begun is no former relation"
    assert former.advance(desk.store, moment).digest == former.digest != now.digest


# --- several parties --------------------------------------------------------------------------------------------------


def test_three_parties_are_joined_in_their_middle() -> None:
    """A, B, C each tied to X by control (.95), and A to B by an agent: the tree is the star, no end but a party."""
    ties = [("X", "A", CONTROLS), ("X", "B", CONTROLS), ("X", "C", CONTROLS), ("A", "B", AGENT), ("X", "Y", CONTROLS)]
    projection = graph(ties)
    found = ask(projection, "A", "B", "C")
    assert paths(projection, found) == ["AXB", "XC"]
    assert strengths(found) == pytest.approx([0.95**2, 0.95], rel=1e-8)
    assert found.warnings == ()


def test_the_limit_is_checked_between_parties_of_the_tree() -> None:
    """A = 1 = Q = 2 = B with C = Q: in the tree A and B are 4 hops apart. Within 3, A meets C and C meets B.

    A = 1 = Q = 2 = B
            "
            C
    """
    ties = [("A", "1"), ("1", "Q"), ("Q", "2"), ("2", "B"), ("C", "Q")]
    projection = graph([(a, b, CONTROLS) for a, b in ties])
    tree = ask(projection, "A", "B", "C", hops=4)
    assert tree.warnings == () and len(tree) == 5
    found = ask(projection, "A", "B", "C", hops=3)
    assert codes(found) == ["hop_limit_repaired"]
    assert sorted(paths(projection, found)) == ["A1QC", "B2QC"]
    assert codes(ask(projection, "A", "B", "C", hops=2)) == ["no_path"]


def test_parties_apart_are_named() -> None:
    projection = graph([("A", "X", CONTROLS), ("X", "B", CONTROLS), ("C", "D", CONTROLS)], alone="E")
    found = ask(projection, "A", "B", "C", "D", "E")
    assert sorted(paths(projection, found)) == ["AXB", "CD"]
    assert codes(found) == ["no_path"]
    named = {list(projection.ids)[projection.position(k)] for k in found.warnings[0].nodes}  # type: ignore[arg-type]
    assert named == {"C", "D", "E"}


# --- against enumeration, igraph and networkx -------------------------------------------------------------------------

Edges = list[tuple[int, int, int, int]]  # ends, share in percent, day of the start


@st.composite
def small(draw: st.DrawFn) -> tuple[int, Edges]:
    n = draw(st.integers(2, 8))
    node = st.integers(0, n - 1)
    edge = st.tuples(node, node, st.sampled_from([0, 10, 10, 50, 100]), st.integers(0, 3))
    return n, draw(st.lists(edge, max_size=18))


def projected(n: int, edges: Edges) -> GraphProjection:
    ties = [(str(a), str(b), HOLDS, s / 100, f"2020-01-{1 + d:02}") for a, b, s, d in edges]
    return graph(ties, alone="".join(map(str, range(n))))


Weight = tuple[int, int, int]  # nano-nats, hops, age in days


def weighed(projection: GraphProjection) -> dict[tuple[int, int], Weight]:
    """By canonical pair of positions the best relationship, from the frame and the pack's rule, lots of a pair added."""
    rel = projection.types.get(HOLDS)
    if rel is None:
        return {}
    newest = int(rel.columns["valid_from"].max(initial=0))
    total: dict[tuple[int, int], float] = {}
    for a, b, s in zip(rel.start.tolist(), rel.end.tolist(), rel.columns["share_min"].tolist(), strict=True):
        total[a, b] = total.get((a, b), 0) + s
    out: dict[tuple[int, int], Weight] = {}
    for a, b, d in zip(rel.start.tolist(), rel.end.tolist(), rel.columns["valid_from"].tolist(), strict=True):
        strength = 0.3 + 0.65 * min(total[a, b] / 1e10, 1)
        weight = round(-math.log(strength) * 1e9), 1, newest - d
        for pair in ((a, b), (b, a)):
            out[pair] = min(out.get(pair, weight), weight)
    return out


def enumerated(
    projection: GraphProjection, source: int, target: int, hops: int, hub: int = 20
) -> list[tuple[Weight, list[int]]]:
    """Every simple path within the hops, best first; nodes in between of more than `hub` neighbours pay."""
    weights = weighed(projection)
    g = nx.Graph([p for p in weights if p[0] != p[1]])

    def weight(path: list[int]) -> Weight:
        cost, steps, age = (sum(x) for x in zip(*(weights[s] for s in itertools.pairwise(path)), strict=True))
        tolls = (round(math.log(1 + math.log2(max(g.degree[v] / hub, 1))) * 1e9) for v in path[1:-1])
        return cost + sum(tolls), steps, age

    if source not in g or target not in g:
        return []
    return sorted((weight(p), p) for p in nx.all_simple_paths(g, source, target, cutoff=hops))


@settings(max_examples=200)
@given(small(), st.integers(1, 8), st.integers(1, 6))
def test_paths_are_those_of_enumeration(drawn: tuple[int, Edges], hops: int, count: int) -> None:
    projection = projected(*drawn)
    found = ask(projection, "0", "1", hops=hops, paths=count)
    at = {name: i for i, name in enumerate(projection.ids)}  # type: ignore[arg-type]
    expected = enumerated(projection, at["0"], at["1"], hops)[:count]
    mine = [[at[c] for c in p] for p in paths(projection, found)]
    assert mine == [p for _, p in expected]
    assert strengths(found) == pytest.approx([math.exp(-w[0] / 1e9) for w, _ in expected])
    assert not found.partial_results and outcome(found) == ([] if expected else ["no_path"])


@settings(max_examples=100)
@given(small(), st.integers(1, 8), st.integers(1, 6))
def test_paths_with_tolls_are_those_of_enumeration(drawn: tuple[int, Edges], hops: int, count: int) -> None:
    """Under a pack in which nodes of more than one neighbour are hubs."""
    projection, hubs = projected(*drawn), strength_packs()[-1].model_copy(update={"hub_degree": 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.paths.network.strengths_of", lambda _: hubs)
        found = ask(projection, "0", "1", hops=hops, paths=count)
    at = {name: i for i, name in enumerate(projection.ids)}  # type: ignore[arg-type]
    expected = enumerated(projection, at["0"], at["1"], hops, hub=1)[:count]
    assert [[at[c] for c in p] for p in paths(projection, found)] == [p for _, p in expected]
    assert strengths(found) == pytest.approx([math.exp(-w[0] / 1e9) for w, _ in expected])


@settings(max_examples=60)
@given(small(), st.integers(1, 5))
def test_costs_are_those_of_igraph(drawn: tuple[int, Edges], count: int) -> None:
    """igraph's get_k_shortest_paths (Yen), which knows no limit of hops: eight hops are none on eight nodes."""
    n, edges = drawn
    projection = projected(n, edges)
    weights = {p: w for p, w in weighed(projection).items() if p[0] < p[1]}
    g = igraph.Graph(n, list(weights))
    costs = [w[0] / 1e9 for w in weights.values()]
    at = {name: i for i, name in enumerate(projection.ids)}  # type: ignore[arg-type]
    apart = g.subcomponent(at["0"]).count(at["1"]) == 0
    theirs = [] if apart else g.get_k_shortest_paths(at["0"], at["1"], k=count, weights=costs, output="epath")
    mine = strengths(ask(projection, "0", "1", hops=8, paths=count))
    assert mine == pytest.approx([math.exp(-sum(costs[e] for e in p)) for p in theirs])


def optimum(projection: GraphProjection, parties: list[int]) -> float | None:
    """The lightest tree that joins the parties: of every set of nodes around them the least spanning tree."""
    g: nx.Graph[int] = nx.Graph()
    g.add_nodes_from(range(len(projection.nodes)))
    g.add_weighted_edges_from((a, b, w[0] / 1e9) for (a, b), w in weighed(projection).items() if a != b)
    others, best = [v for v in g if v not in parties], None
    for size in range(len(others) + 1):
        for more in itertools.combinations(others, size):
            part = g.subgraph([*parties, *more])
            if nx.is_connected(part):
                weight = nx.minimum_spanning_tree(part).size(weight="weight")
                best = weight if best is None else min(best, weight)
    return best


@settings(max_examples=60)
@given(small(), st.integers(3, 4))
def test_a_tree_is_a_tree_of_parties_and_near_the_optimum(drawn: tuple[int, Edges], k: int) -> None:
    """Within 2 (1 - 1 / k) of the lightest (Mehlhorn 1988); connected exactly where the parties are."""
    n, edges = drawn
    projection = projected(max(n, k), edges)
    at = {name: i for i, name in enumerate(projection.ids)}  # type: ignore[arg-type]
    parties = [at[str(i)] for i in range(k)]
    found = ask(projection, *(str(i) for i in range(k)), hops=8)
    best = optimum(projection, parties)
    tree: nx.Graph[int] = nx.Graph([(at[a], at[b]) for p in paths(projection, found) for a, b in itertools.pairwise(p)])
    assert outcome(found) == ([] if best is not None else ["no_path"])
    assert len(tree) == 0 or nx.is_forest(tree)
    assert all(v in parties for v in tree if tree.degree[v] == 1)
    if best is not None:
        assert nx.is_connected(tree) and set(parties) <= set(tree)
        mine = float(found.columns["cost"].sum())
        assert best - 1e-6 <= mine <= 2 * (1 - 1 / k) * best + 1e-6


@settings(max_examples=60)
@given(small(), st.integers(3, 4), st.integers(1, 4))
def test_no_path_between_parties_is_longer_than_the_limit(drawn: tuple[int, Edges], k: int, hops: int) -> None:
    """Paths keep to the limit, and parties are joined exactly as far as paths within the limit join them."""
    n, edges = drawn
    projection = projected(max(n, k), edges)
    at = {name: i for i, name in enumerate(projection.ids)}  # type: ignore[arg-type]
    parties = [at[str(i)] for i in range(k)]
    found = ask(projection, *(str(i) for i in range(k)), hops=hops)
    near = nx.Graph((a, b) for a, b in itertools.combinations(parties, 2) if enumerated(projection, a, b, hops))
    near.add_nodes_from(parties)
    groups = nx.node_connected_component(near, parties[0])
    mine: nx.Graph[int] = nx.Graph([(at[a], at[b]) for p in paths(projection, found) for a, b in itertools.pairwise(p)])
    mine.add_nodes_from(parties)
    assert {p for p in parties if nx.has_path(mine, parties[0], p)} == groups
    assert all(len(p) - 1 <= hops for p in paths(projection, found))


@settings(max_examples=40)
@given(small(), st.randoms(use_true_random=False))
def test_order_of_input_changes_nothing(drawn: tuple[int, Edges], random: Any) -> None:
    n, edges = drawn
    shuffled = random.sample(edges, len(edges))
    one, other = projected(n, edges), projected(n, shuffled)
    for parties in (["0", "1"], ["0", "1", "2"][: max(2, min(n, 3))]):
        a, b = ask(one, *parties), ask(other, *parties)
        for name in a.columns.keys() - {"key"}:  # keys of a table's relationships tell their order
            np.testing.assert_array_equal(a.columns[name], b.columns[name])
        assert a.warnings == b.warnings


def test_the_tree_weighs_what_networkx_finds() -> None:
    """networkx.algorithms.approximation.steiner_tree(method="mehlhorn") on a grid with distinct weights."""
    grid = nx.grid_2d_graph(5, 5)
    name = {v: chr(ord("a") + 5 * v[0] + v[1]) for v in grid}
    ties = [(name[u], name[v], HOLDS, 0.02 + 0.024 * i) for i, (u, v) in enumerate(sorted(grid.edges))]
    for i, (u, v) in enumerate(sorted(grid.edges)):
        grid[u][v]["weight"] = -math.log(0.3 + 0.65 * round((0.02 + 0.024 * i) * 1e10) / 1e10)
    corners = [(0, 0), (0, 4), (4, 0), (2, 2)]
    theirs = nx.algorithms.approximation.steiner_tree(grid, corners, method="mehlhorn").size(weight="weight")
    found = ask(graph(ties), *(name[c] for c in corners), hops=8)
    assert found.warnings == ()
    assert float(found.columns["cost"].sum()) == pytest.approx(theirs, abs=1e-7)


# --- budgets and bad input --------------------------------------------------------------------------------------------


def test_no_path_differs_from_a_search_cut_short() -> None:
    apart = graph([("A", "X", CONTROLS), ("B", "Y", CONTROLS)])
    none = ask(apart, "A", "B")
    assert codes(none) == ["no_path"] and not none.partial_results and none.explored_count > 0
    assert len(none) == 0 and none.to_pandas()["type"].dtype == object
    zero = ask(apart, "A", "B", budget=0)
    assert codes(zero) == ["cut_short"] and zero.partial_results and zero.explored_count == 0
    chain = graph([(str(i), str(i + 1), CONTROLS) for i in range(6)])
    short = ask(chain, "0", "6", budget=3)
    assert codes(short) == ["cut_short"] and short.explored_count <= 3 and len(short) == 0


@pytest.mark.parametrize("budget", [1, 5, 20, 60, 200, 1000])
def test_what_a_budget_leaves_is_true(budget: int) -> None:
    """Paths found under a budget are paths; the first of a complete search is the best."""
    ties = [("A", f"m{i}", HOLDS, i / 30) for i in range(30)] + [(f"m{i}", "B", HOLDS, i / 30) for i in range(30)]
    projection = graph(ties)
    found, whole = ask(projection, "A", "B", budget=budget), ask(projection, "A", "B")
    assert found.explored_count <= budget
    assert found.partial_results or found.same_as(whole)
    assert len(found) % 2 == 0 and len(found) <= len(whole)


def test_a_hub_of_a_hundred_thousand_is_no_matter() -> None:
    """Beyond the budget it is not opened, and the answer says so; within it the path through it is found."""
    n = 100_000
    ids = ["A", "B", "H", *(f"x{i}" for i in range(n))]
    frame = pd.DataFrame({"source": [i for i in ids if i != "H"], "target": "H", "type": AGENT})
    projection = GraphProjection.from_pandas(pd.DataFrame({"id": ids}), frame)
    found = ask(projection, "A", "B")
    assert paths(projection, found) == ["AHB"]
    assert strengths(found) == pytest.approx([0.01 / (1 + math.log2((n + 2) / 20))], rel=1e-6)
    assert found.timings["search"] < 5
    assert ask(projection, "A", "H", "x7", budget=1_000).partial_results


@pytest.mark.parametrize(
    ("parties", "more", "message"),
    [
        (("A", "nobody"), {}, "'nobody' is not in the graph"),
        (("A", 7), {}, "7 is not in the graph"),
        (("A", 2**70), {}, "is not in the graph"),
        (("A",), {}, "at least two"),
        (tuple("ABCDEFG"), {}, "parties"),
        (("A", "B"), {"hops": 0}, "hops"),
        (("A", "B"), {"hops": 9}, "hops"),
        (("A", "B"), {"paths": 0}, "paths"),
        (("A", "B"), {"min_share": 1.5}, "min_share"),
        (("A", "B"), {"min_share": math.nan}, "min_share"),
        (("A", "B"), {"budget": -1}, "budget"),
        (("A", "B"), {"types": ["FRIEND_OF"]}, "do not run over FRIEND_OF"),
        (("A", "B"), {"types": ["SAME_AS"]}, "do not run over SAME_AS"),
        (("A", "B"), {"held_on": "soon"}, "held_on"),
        (("A", "B"), {"nonsense": 1}, "nonsense"),
    ],
)
def test_bad_questions(parties: tuple[Any, ...], more: dict[str, Any], message: str) -> None:
    projection = graph([(a, b, CONTROLS) for a, b in itertools.pairwise("ABCDEFG")])
    algorithm = Relations()
    with pytest.raises(UsageError, match=message):
        algorithm.compute(projection, algorithm.read_parameters({"parties": parties, **more}))


def test_a_party_named_twice_is_one_party() -> None:
    found = ask(graph([("A", "B", CONTROLS)]), "A", "A")
    assert [n.code for n in found.warnings] == ["one_party"] and not len(found)


def test_an_empty_graph_and_no_parties() -> None:
    empty = graph([])
    assert len(Relations().compute(empty, Related())) == 0
    with pytest.raises(UsageError):
        ask(empty, "A", "B")
    assert codes(ask(graph([], alone="AB"), "A", "B")) == ["no_path"]
    unknown_types = graph([("A", "B", "KNOWS")])
    assert codes(ask(unknown_types, "A", "B")) == ["no_path"]


def test_shares_that_cannot_be_are_used_and_told() -> None:
    """A share over 1 or under 0 counts as the nearer end, and the answer names it; NaN is an unknown share; a tie to
    oneself leads nowhere."""
    ties: list[Tie] = [
        ("P", "A", HOLDS, 1.7),
        ("P", "B", HOLDS, -0.2),
        ("Q", "A", HOLDS, math.nan),
        ("Q", "B", HOLDS, 0.5),
    ]
    projection = graph([*ties, ("A", "A", HOLDS, 0.5)])
    found = ask(projection, "A", "B")
    assert strengths(found) == pytest.approx([0.95 * 0.3, 0.4 * 0.625])
    assert codes(found) == ["share_out_of_range"]
    assert set(found.warnings[0].nodes) == {projection.nodes[list(projection.ids).index(i)] for i in "ABP"}  # type: ignore[arg-type]


def test_any_networkx_graph_can_be_asked() -> None:
    projection = GraphProjection.from_networkx(nx.path_graph(4))
    assert strengths(ask(projection, "0", "3")) == pytest.approx([0.4**3]), "holdings of unknown share"


def test_searches_leave_nothing_behind() -> None:
    """One search after another on one network gives what the first gave."""
    projection = graph([(a, b, CONTROLS) for a, b in itertools.pairwise("ABCDEF")])
    first = ask(projection, "A", "E")
    ask(projection, "B", "D", "F")
    ask(projection, "A", "F", budget=2)
    assert ask(projection, "A", "E").same_as(first)


def test_searches_at_the_same_time_do_not_meet() -> None:
    """Two threads, one network: each gets what it gets alone."""
    edges = [(i, (i * i + 7 * i + 1) % 400, CONTROLS) for i in range(400)] + [
        (i, i * 3 % 400, BRANCH) for i in range(400)
    ]
    projection = graph([(str(a), str(b), t) for a, b, t in edges])
    asked = [(str(i), str(399 - i)) for i in range(60)]
    alone = [ask(projection, *p) for p in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda p: ask(projection, *p), asked))
    assert all(a.same_as(b) for a, b in zip(alone, together, strict=True))
    assert any(len(a) > 3 for a in alone)
