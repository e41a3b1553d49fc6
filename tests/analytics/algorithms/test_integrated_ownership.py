from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.linalg import splu

from analytics.algorithm import Result, run
from analytics.algorithms import algorithm
from graph.changes import between
from graph.errors import UsageError
from graph.projection import GraphProjection
from tests.analytics.algorithms.graphs import Edge, graph, key, names, told

OWNERSHIP = algorithm("integrated_ownership")

#      P .6    .2 O        Baldone et al. 1998; shared/algorithms.md section 1
#         \   / |
#    .2 -> A    | .5
#   /      | .5 |
#  B <-----+----+
CYCLE: list[Edge] = [("P", "A", 0.6), ("O", "A", 0.2), ("B", "A", 0.2), ("A", "B", 0.5), ("O", "B", 0.5)]

# P .6 -> H .5 -> T <- .3 Q, R .25 -> H: .15 of H and .20 of T are nobody's (shared/algorithms.md section 1)
MISSING: list[Edge] = [("P", "H", 0.6), ("R", "H", 0.25), ("H", "T", 0.5), ("Q", "T", 0.3)]


def compute(projection: GraphProjection, **given: Any) -> Result:
    return run(OWNERSHIP, projection, OWNERSHIP.read_parameters({"threshold": 0} | given))


def codes(result: Result) -> set[str]:
    return {w.code for w in result.warnings}


def test_a_cycle_is_resolved_as_published() -> None:
    p = graph(CYCLE)
    found = told(p, result := compute(p), "share_min")
    expected = {("P", "A"): 2 / 3, ("P", "B"): 1 / 3, ("O", "A"): 1 / 3, ("O", "B"): 2 / 3, ("A", "B"): 5 / 9}
    assert {pair: found[pair] for pair in expected} == pytest.approx(expected, abs=1e-12)
    assert told(p, result, "baldone")["A", "B"] == pytest.approx(1 / 2, abs=1e-12)
    assert found["P", "A"] != pytest.approx(0.6), "the sum over simple paths fails the column test"


def test_missing_shares_make_an_interval() -> None:
    p = graph(MISSING)
    found = told(p, compute(p), "share_min", "share_max", "share_possible")
    assert found["P", "T"] == pytest.approx((0.300, 0.300, 0.575), abs=1e-12)
    assert found["H", "T"] == pytest.approx((0.5, 0.5, 0.7), abs=1e-12), "H cannot hold what is missing in H"


def test_a_loop_that_owns_itself_whole_is_named_and_has_no_owner() -> None:
    p = graph([("A", "B", 1.0), ("B", "A", 1.0), ("B", "C", 0.5), ("P", "C", 0.5)])
    result = compute(p)
    closed = next(w for w in result.warnings if w.code == "closed_loop")
    assert {names(p)[k] for k in closed.nodes} == {"A", "B"}
    assert told(p, result, "share_min") == {("B", "C"): 0.5, ("P", "C"): 0.5}


def test_a_company_that_holds_its_own_shares() -> None:
    p = graph([("A", "A", 0.1), ("P", "A", 0.9)])
    result = compute(p)
    assert told(p, result, "share_min")["P", "A"] == pytest.approx(1.0, abs=1e-12)
    assert "self_holding" in codes(result)


def test_twenty_five_per_cent_counts_exactly() -> None:
    # P .5 -> H .5 -> T: .25; Q .3 -> H: .15, and .1 -> T: .25, which floats miss; R .2 -> H .5 and .1499 -> T: .2499
    p = graph([("P", "H", 0.5), ("Q", "H", 0.3), ("R", "H", 0.2), ("H", "T", 0.5), ("Q", "T", 0.1), ("R", "T", 0.1499)])
    pairs = set(told(p, compute(p, threshold=0.25), "share_min"))
    assert ("P", "T") in pairs and ("Q", "T") in pairs and ("R", "T") not in pairs


def test_near_a_threshold_fractions_decide_in_loops_too() -> None:
    third = 0.3333333333
    p = graph([("P", "A", third), ("B", "A", third), ("A", "B", 0.5), ("P", "B", 0.5)])
    exact = (third + third * 0.5) / (1 - third * 0.5)
    below = compute(p, threshold=round(exact, 10) - 1e-10)
    over = compute(p, threshold=round(exact, 10) + 1e-10)
    assert ("P", "A") in told(p, below, "share_min") and ("P", "A") not in told(p, over, "share_min")


def test_shares_over_the_whole_are_reported_and_kept() -> None:
    p = graph([("P", "A", 0.8), ("Q", "A", 0.7)])
    result = compute(p)
    assert told(p, result, "share_min") == pytest.approx({("P", "A"): 0.8, ("Q", "A"): 0.7})
    assert "shares_over_one" in codes(result)


def test_lots_are_added_and_a_state_body_has_no_owner() -> None:
    p = graph([("P", "A", 0.2), ("P", "A", 0.3), ("Q", "S", 1.0), ("S", "A", 0.5)], states="S")
    found = told(p, compute(p), "share_min", "ultimate")
    assert found == {("P", "A"): (pytest.approx(0.5), True), ("S", "A"): (pytest.approx(0.5), True)}


def test_negative_shares_are_left_out_and_unknown_ones_are_intervals() -> None:
    p = graph([("P", "A", -0.2), ("Q", "A", float("nan")), ("R", "A", 0.7)])
    result = compute(p)
    found = told(p, result, "share_min", "share_max")
    assert found == {("Q", "A"): pytest.approx((0, 0.3)), ("R", "A"): pytest.approx((0.7, 0.7))}
    assert "share_faulty" in codes(result)


def test_votes_alone_are_no_unknown_share() -> None:
    nodes = pd.DataFrame({"id": ["P", "A"], "label": ["Person", "Company"]})
    ties = pd.DataFrame([{"source": "P", "target": "A", "type": "HOLDS_SHARES_IN", "votes_min": 3_000_000_000}])
    assert len(compute(GraphProjection.from_pandas(nodes, ties))) == 0


def test_owners_of_one_and_holdings_of_one_are_rows_of_all() -> None:
    p = graph([*CYCLE, *MISSING])
    whole = told(p, compute(p), "share_min", "share_max", "share_possible", "baldone")
    of = told(p, compute(p, of=key(p, "T")), "share_min", "share_max", "share_possible", "baldone")
    by = told(p, compute(p, by=key(p, "P")), "share_min", "share_max", "share_possible", "baldone")
    assert of == {k: v for k, v in whole.items() if k[1] == "T"}
    assert by == {k: v for k, v in whole.items() if k[0] == "P"}


@pytest.mark.parametrize("edges", [[], [("A", "A", 1.0)], [("P", "A", 0.0)]])
def test_hardly_any_graph(edges: list[Edge]) -> None:
    p = graph(edges, nodes="A")
    assert len(compute(p)) == 0


def test_unknown_ids_and_wrong_parameters_are_refused() -> None:
    p = graph(CYCLE)
    with pytest.raises(UsageError, match="no node"):
        compute(p, of=17)
    with pytest.raises(UsageError, match="threshold"):
        compute(p, threshold=1.5)


def test_a_budget_of_zero_answers_at_once_and_says_so() -> None:
    p = graph([("P", "A", 1.0), ("A", "B", 1.0), ("A", "C", 1.0)])
    result = compute(p, budget=0)
    assert "search_cut" in codes(result)


def test_a_long_chain_has_no_cap_on_depth() -> None:
    count = 3_000
    p = graph([("P", "0", 1.0)] + [(str(i), str(i + 1), 1.0) for i in range(count)])
    assert told(p, compute(p, of=key(p, str(count))), "share_min")["P", str(count)] == 1.0


def test_paths_add_up_to_the_share() -> None:
    p = graph(CYCLE)
    result = compute(p)
    for row in range(len(result)):
        parts = result.parts(row)
        assert sum(x.amount for x in parts) == pytest.approx(result.columns["share_min"][row], abs=1e-9)
    row = next(i for i in range(len(result)) if names(p)[int(result.columns["owner"][i])] == "P")
    first = result.parts(row)[0]
    assert names(p)[first.nodes[0]] == "P" and first.relationships and first.relationships[0][0] == "HOLDS_SHARES_IN"


def test_a_networkx_graph_is_taken_as_it_is() -> None:
    g: nx.DiGraph[str] = nx.DiGraph()
    g.add_node("P", label="Person")
    g.add_edge("P", "H", share=0.6)
    g.add_edge("H", "T", share=0.5)
    p = GraphProjection.from_networkx(g)
    assert told(p, compute(p), "share_min")["P", "T"] == pytest.approx(0.3)


def test_below_a_large_loop_the_owners_are_those_of_scipy() -> None:
    """A core of 80 companies that hold each other, with persons above and companies below it."""
    rng = np.random.default_rng(3)
    edges: list[Edge] = []
    for i in range(80):
        edges += [(f"c{j}", f"c{i}", 0.05) for j in rng.choice([j for j in range(80) if j != i], 4, replace=False)]
        edges += [(f"p{rng.integers(30)}", f"c{i}", 0.5), (f"p{rng.integers(30, 60)}", f"c{i}", 0.3)]
    for i in range(60):
        edges += [
            (f"c{rng.integers(80)}", f"d{i}", 0.5),
            (f"p{rng.integers(60)}", f"d{i}", 0.2),
            (f"l{i}", f"d{i}", 0.3),
        ]
    persons = [f"p{i}" for i in range(60)] + [f"l{i}" for i in range(60)]
    p = graph(edges, persons=persons)
    order, matrix = direct(edges)
    expected = matrix @ np.linalg.inv(np.eye(len(order)) - matrix)
    pairs = {
        (order[i], order[j]): expected[i, j] for i, j in np.argwhere(expected >= 0.25).tolist() if expected[i, j] > 0
    }
    assert told(p, compute(p, threshold=0.25), "share_min") == pytest.approx(pairs, abs=1e-12)
    found = told(p, run(algorithm("beneficial_owners"), p, algorithm("beneficial_owners").read_parameters({})), "share")
    at = {name: i for i, name in enumerate(order)}
    for (company, person), share in found.items():
        if person:
            assert share == pytest.approx(expected[at[person], at[company]], abs=1e-12)


# --- properties ---------------------------------------------------------------------------------------

COMPANIES, PERSONS = "ABCD", "PQ"


@st.composite
def shareholdings(draw: Any, intervals: bool = False, full: bool = False) -> list[Edge]:
    """Up to six parties; the holders' shares of a company, in twentieths, add up to 1 at most (to 1 if full)."""
    edges: list[Edge] = []
    for company in COMPANIES[: draw(st.integers(1, 4))]:
        holders = draw(st.lists(st.sampled_from(COMPANIES + PERSONS), min_size=1, max_size=3, unique=True))
        if full and not set(holders) & set(PERSONS):
            holders = [*holders, "P"]
        left = 20
        for i, holder in enumerate(holders):
            share = left if full and i == len(holders) - 1 else draw(st.integers(1 if full else 0, max(1, left - 3)))
            share = min(share, left)
            left -= share
            if share == 0:
                continue
            edges.append(
                (holder, company, (share / 40, share / 20) if intervals and draw(st.booleans()) else share / 20)
            )
    return edges


def direct(edges: list[Edge], low: bool = True) -> tuple[list[str], Any]:
    order = sorted({n for e in edges for n in e[:2]})
    matrix = np.zeros((len(order), len(order)))
    for a, b, share in edges:
        matrix[order.index(a), order.index(b)] += share[0 if low else 1] if isinstance(share, tuple) else share
    return order, matrix


@given(shareholdings())
def test_shares_are_those_of_scipys_sparse_lu(edges: list[Edge]) -> None:
    if not edges:
        return
    order, matrix = direct(edges)
    system = np.eye(len(order)) - matrix
    if abs(np.linalg.det(system)) < 1e-9:
        return
    expected = splu(sparse.csc_matrix(system.T)).solve(matrix.T).T
    p = graph(edges)
    found = told(p, compute(p), "share_min")
    for (i, a), (j, b) in itertools.product(enumerate(order), repeat=2):
        assert found.get((a, b), 0.0) == pytest.approx(expected[i, j], abs=1e-9)


@given(shareholdings(full=True))
def test_ultimate_owners_hold_the_whole_where_nothing_is_missing(edges: list[Edge]) -> None:
    p = graph(edges, persons=PERSONS)
    result = compute(p)
    frame = result.to_pandas()
    total = frame[frame.ultimate].groupby("company").share_min.sum()
    held = {key(p, e[1]) for e in edges}
    if "closed_loop" not in codes(result):
        assert set(total.index) == held and total.to_numpy() == pytest.approx(1.0, abs=1e-12)


@given(shareholdings(intervals=True), st.randoms(use_true_random=False))
def test_intervals_of_ultimate_owners_contain_every_completion(edges: list[Edge], random: Any) -> None:
    p = graph(edges, persons=PERSONS)
    result = compute(p)
    if "closed_loop" in codes(result) or not edges:
        return
    bounds = told(p, result, "share_min", "share_max", "share_possible")
    room: dict[str, float] = {}
    for _, company, share in edges:
        room[company] = room.get(company, 1.0) - (share[0] if isinstance(share, tuple) else share)
    completion: list[Edge] = []
    for holder, company, share in edges:
        low, high = share if isinstance(share, tuple) else (share, share)
        more = min(high - low, max(room[company], 0.0)) * random.random()
        room[company] -= more
        completion.append((holder, company, low + more))
    order, matrix = direct(completion)
    system = np.eye(len(order)) - matrix
    if abs(np.linalg.det(system)) < 1e-9:
        return
    actual = matrix @ np.linalg.inv(system)
    for (i, a), (j, b) in itertools.product(enumerate(order), repeat=2):
        if a in PERSONS and actual[i, j] > 1e-9:
            low, high, possible = bounds[a, b]
            assert low - 1e-9 <= actual[i, j] <= high + 1e-9 <= possible + 2e-9


@given(shareholdings(intervals=True))
def test_both_ends_are_reached_by_some_completion(edges: list[Edge]) -> None:
    """The least with every share at its least; the most by trying, company by company, every order of filling up."""
    p = graph(edges, persons=PERSONS)
    result = compute(p)
    if "closed_loop" in codes(result) or not edges:
        return
    bounds = told(p, result, "share_min", "share_max")
    by_company: dict[str, list[Edge]] = {}
    for e in edges:
        by_company.setdefault(e[1], []).append(e)
    best: dict[tuple[str, ...], float] = {}
    for orders in itertools.product(*(itertools.permutations(es) for es in by_company.values())):
        completion: list[Edge] = []
        for es in orders:
            left = 1.0 - sum(e[2][0] if isinstance(e[2], tuple) else e[2] for e in es)
            for holder, company, share in es:
                low, high = share if isinstance(share, tuple) else (share, share)
                more = min(high - low, max(left, 0.0))
                left -= more
                completion.append((holder, company, low + more))
        order, matrix = direct(completion)
        if abs(np.linalg.det(np.eye(len(order)) - matrix)) < 1e-9:
            return
        actual = matrix @ np.linalg.inv(np.eye(len(order)) - matrix)
        for (i, a), (j, b) in itertools.product(enumerate(order), repeat=2):
            best[a, b] = max(best.get((a, b), 0.0), actual[i, j])
    for pair, (_, most) in bounds.items():
        if pair[0] in PERSONS:
            assert most == pytest.approx(best[pair], abs=1e-9)


@given(shareholdings(), st.permutations(list(COMPANIES + PERSONS)))
def test_other_names_change_nothing(edges: list[Edge], other: list[str]) -> None:
    rename = {a: f"n{b}" for a, b in zip(COMPANIES + PERSONS, other, strict=True)}
    p = graph(edges, persons=PERSONS)
    q = graph([(rename[a], rename[b], s) for a, b, s in edges], persons=[rename[x] for x in PERSONS])
    one, two = told(p, compute(p), "share_min"), told(q, compute(q), "share_min")
    assert {(rename[a], rename[b]): v for (a, b), v in one.items()} == pytest.approx(two, abs=1e-12)


@given(st.lists(shareholdings(), min_size=2, max_size=4), st.sampled_from([0.0, 0.25]))
def test_an_update_equals_a_full_run(states: list[list[Edge]], threshold: float) -> None:
    params = OWNERSHIP.read_parameters({"threshold": threshold})
    before = graph(states[0], nodes=COMPANIES + PERSONS)
    result = run(OWNERSHIP, before, params)
    for edges in states[1:]:
        after = graph(edges, nodes=COMPANIES + PERSONS)
        result = OWNERSHIP.update(result, after, between(before, after), params)
        assert result.same_as(OWNERSHIP.compute(after, params))
        before = after
