"""Risk propagation: known answers, what conducts, the evidence, properties, exact updates, bad input."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.algorithm import Part, Result, run
from analytics.algorithms import algorithm
from analytics.algorithms.risk_propagation import RiskParameters, RiskPropagation
from analytics.aspects.reading import read_inputs
from analytics.indicators.baseline import measure
from analytics.risk.own_risk import evidence as evidence_of
from analytics.risk.passed_on import PassedOn
from analytics.rules.transmission import transmission_on
from graph.changes import between
from graph.errors import UsageError
from graph.identity import coded_id, nid
from graph.projection import GraphProjection
from graph.time import to_date, to_day
from tests.conftest import Office, debtor, firm, number, penalty, repair, uscc
from tests.graph.stores.reading import project

RISK = RiskPropagation()
PACK = transmission_on(dt.date(2026, 11, 23))
Edges = list[tuple[str, str, float]]


def propagated(own: dict[str, float], edges: Edges, **params: Any) -> Result:
    """A graph of given own risks and chances."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from((n, {"own_risk": s}) for n, s in own.items())
    graph.add_edges_from((a, b, {"transmission": p}) for a, b, p in edges)
    return RISK.compute(GraphProjection.from_networkx(graph), RiskParameters(**params))


def risks(found: Result, column: str = "risk") -> dict[int, float]:
    return dict(zip(found.columns["node"].tolist(), found.columns[column].tolist(), strict=True))


def of(found: Result, name: str, column: str = "risk") -> float:
    return risks(found, column)[nid(name)]


def evidence(found: Result, name: str) -> list[Part]:
    return found.parts(int(found.rows_of("node", nid(name))[0]))


# --- known answers ------------------------------------------------------------------------------------


def test_a_mutual_pair_has_no_echo() -> None:
    """algorithms.md section 2: p = .8, s = (.2, 0): (.2, .16); a plain noisy-OR gives (.41, .33)."""
    found = propagated({"a": 0.2, "b": 0.0}, [("a", "b", 0.8), ("b", "a", 0.8)])
    assert of(found, "a") == pytest.approx(0.2, abs=1e-15) and of(found, "b") == pytest.approx(0.16, abs=1e-15)


#       s .9
#    .5/    \.5
#    a        b      c .4
#    .5\    /.5     /.3
#        t .05 ----
def test_the_diamond_and_its_evidence() -> None:
    """algorithms.md section 2: R_t = .4978775, lambda .68891117, shares .0744556, .3699929, .3699929, .1855586."""
    own = {"s": 0.9, "c": 0.4, "t": 0.05, "a": 0.0, "b": 0.0}
    found = propagated(own, [("s", "a", 0.5), ("s", "b", 0.5), ("a", "t", 0.5), ("b", "t", 0.5), ("c", "t", 0.3)])
    assert of(found, "t") == pytest.approx(0.4978775, abs=1e-12)
    assert of(found, "t", "lambda") == pytest.approx(0.68891117, abs=5e-9)
    parts = evidence(found, "t")
    by_way = {p.nodes: p.amount for p in parts}
    s, a, b, c, t = (nid(x) for x in "sabct")
    wanted = {(s, a, t): 0.3699929, (s, b, t): 0.3699929, (c, t): 0.1855586, (t,): 0.0744556}
    assert by_way == pytest.approx(wanted, abs=5e-8)
    assert [p.amount for p in parts] == sorted(by_way.values(), reverse=True)
    assert all(len(p.relationships) == len(p.nodes) - 1 for p in parts)


def test_a_chain_ends_after_three_relationships() -> None:
    """algorithms.md section 2: L = 3."""
    chain = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "d", 1.0), ("d", "e", 1.0)]
    own = {"a": 0.5} | dict.fromkeys("bcde", 0.0)
    assert [of(propagated(own, chain), x) for x in "abcde"] == pytest.approx([0.5] * 4 + [0.0])
    assert of(propagated(own, chain, rounds=4), "e") == pytest.approx(0.5)


# --- against the definition and the cascade -----------------------------------------------------------


def plain(own: dict[str, float], edges: Edges, rounds: int) -> dict[int, float]:
    """The recurrence of algorithms.md section 2 as it is written, with dictionaries."""
    p = {(a, b): c for a, b, c in edges}
    into = {v: [a for a, b in p if b == v] for v in own}
    message = {(u, v): own[u] for u, v in p}
    for _ in range(rounds - 1):
        message = {
            (u, v): 1 - (1 - own[u]) * math.prod(1 - p[w, u] * message[w, u] for w in into[u] if w != v) for u, v in p
        }
    return {nid(v): 1 - (1 - own[v]) * math.prod(1 - p[u, v] * message[u, v] for u in into[v]) for v in own}


def cascade(own: dict[str, float], edges: Edges) -> dict[int, float]:
    """The chance that each node of an independent cascade is reached: every set of live edges in turn."""
    out = dict.fromkeys(own, 0.0)
    for live in itertools.product((False, True), repeat=len(edges)):
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(own)
        graph.add_edges_from((a, b) for (a, b, _), yes in zip(edges, live, strict=True) if yes)
        chance = math.prod(p if yes else 1 - p for (_, _, p), yes in zip(edges, live, strict=True))
        for v in own:
            reached = 1 - math.prod(1 - own[u] for u in {v} | nx.ancestors(graph, v))
            out[v] += chance * reached
    return {nid(v): x for v, x in out.items()}


chances = st.floats(0, 1).map(lambda x: round(x, 3))


@st.composite
def graphs(draw: st.DrawFn, most: int = 8, tree: bool = False) -> tuple[dict[str, float], Edges]:
    """Own risks and edges without parallels; in a tree every pair is joined one way or both."""
    n = draw(st.integers(1, 6))
    names = [f"n{i}" for i in range(n)]
    own = {x: draw(chances) for x in names}
    if tree:
        pairs = [(names[draw(st.integers(0, i - 1))], names[i]) for i in range(1, n)]
        ways = [draw(st.sampled_from([(1, 0), (0, 1), (1, 1)])) for _ in pairs]
        ends = [e for (a, b), (up, down) in zip(pairs, ways, strict=True) for e in [(a, b)] * up + [(b, a)] * down]
    else:
        every = [(a, b) for a in names for b in names if a != b]
        ends = draw(st.lists(st.sampled_from(every), unique=True, max_size=most)) if every else []
    return own, [(a, b, draw(chances)) for a, b in ends[:most]]


@given(graphs(most=14), st.integers(1, 4))
@settings(max_examples=60)
def test_it_is_the_recurrence_as_written(graph: tuple[dict[str, float], Edges], rounds: int) -> None:
    assert risks(propagated(*graph, rounds=rounds)) == pytest.approx(plain(*graph, rounds), abs=1e-11)


@given(graphs(tree=True))
@settings(max_examples=40)
def test_it_is_exact_on_trees(graph: tuple[dict[str, float], Edges]) -> None:
    assert risks(propagated(*graph, rounds=6)) == pytest.approx(cascade(*graph), abs=1e-11)


@given(graphs())
@settings(max_examples=40)
def test_it_is_an_upper_bound_on_the_cascade(graph: tuple[dict[str, float], Edges]) -> None:
    found, exact = risks(propagated(*graph, rounds=8)), cascade(*graph)
    assert all(found[v] >= exact[v] - 1e-11 for v in exact)


@given(graphs(most=14))
@settings(max_examples=60)
def test_risk_lies_between_own_risk_and_one_and_its_evidence_sums_to_one(
    graph: tuple[dict[str, float], Edges],
) -> None:
    found = propagated(*graph)
    assert (found.columns["risk"] >= found.columns["own"]).all() and (found.columns["risk"] <= 1).all()
    for row, strength in enumerate(found.columns["lambda"].tolist()):
        parts = found.parts(row)
        assert math.fsum(p.amount for p in parts) == pytest.approx(1.0 if strength > 0 else 0.0, abs=1e-9)


@given(graphs(most=14), st.data())
@settings(max_examples=40)
def test_it_is_monotone_in_every_risk_and_chance(graph: tuple[dict[str, float], Edges], data: st.DataObject) -> None:
    own, edges = graph
    more = {x: data.draw(st.floats(s, 1)) for x, s in own.items()}
    wider = [(a, b, data.draw(st.floats(p, 1))) for a, b, p in edges]
    less, greater = risks(propagated(own, edges)), risks(propagated(more, wider))
    assert all(greater[v] >= less[v] - 1e-11 for v in less)


@given(graphs(most=14))
@settings(max_examples=30)
def test_other_names_change_nothing(graph: tuple[dict[str, float], Edges]) -> None:
    own, edges = graph
    found = risks(propagated(own, edges))
    renamed = risks(propagated({f"x-{v}": s for v, s in own.items()}, [(f"x-{a}", f"x-{b}", p) for a, b, p in edges]))
    assert {v: renamed[nid(f"x-{v}")] for v in own} == pytest.approx({v: found[nid(v)] for v in own}, abs=1e-12)


@given(graphs(tree=True), chances)
@settings(max_examples=30)
def test_nobody_hears_his_own_risk_again(graph: tuple[dict[str, float], Edges], risk: float) -> None:
    """Where only one node has own risk, in a tree it keeps exactly that."""
    own, edges = graph
    alone = {v: risk if v == "n0" else 0.0 for v in own}
    assert of(propagated(alone, edges), "n0") == risk


# --- what conducts ------------------------------------------------------------------------------------


def tables(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> Result:
    """A graph of labels and types, for the pack's own chances."""
    frame = pd.DataFrame(edges, columns=None if edges else ["source", "target", "type"])
    return RISK.compute(GraphProjection.from_pandas(pd.DataFrame(nodes), frame), RiskParameters())


def two(kind: str, own: tuple[float, float] = (0.8, 0.0), **edge: Any) -> tuple[float, float]:
    """Two firms a and b, own risks, joined by one relationship from a to b; the risk that each gets."""
    found = tables(
        [{"id": "a", "own_risk": own[0]}, {"id": "b", "own_risk": own[1]}],
        [{"source": "a", "target": "b", "type": kind, **edge}],
    )
    return of(found, "a"), of(found, "b")


def test_a_holder_conducts_in_full_over_half_and_by_its_share_below() -> None:
    """algorithms.md section 2: controller to subsidiary .35, subsidiary to parent .30 x share."""
    share: dict[str, Any] = {"share_min": 0.6, "share_max": 0.6}
    assert two("HOLDS_SHARES_IN", **share)[1] == pytest.approx(0.35 * 0.8)
    assert two("HOLDS_SHARES_IN", own=(0.0, 0.8), **share)[0] == pytest.approx(0.30 * 0.6 * 0.8)
    half: dict[str, Any] = {"share_min": 0.5, "share_max": 0.5}
    assert two("HOLDS_SHARES_IN", **half)[1] == pytest.approx(0.35 * 0.5 * 0.8), "half is not control"


def test_of_several_relationships_of_the_same_two_the_strongest_counts_each_way() -> None:
    """Who controls a firm and holds two posts in it is one tie; relationships of other dates are no other tie."""
    nodes = [{"id": "a", "own_risk": 0.5}, {"id": "b", "own_risk": 0.0}]
    posts = [{"source": "a", "target": "b", "type": "HOLDS_POST_IN", "valid_from": d} for d in ("2020-01-01", None)]
    both = [*posts, {"source": "a", "target": "b", "type": "CONTROLS", "valid_from": None}]
    assert of(tables(nodes, posts), "b") == pytest.approx(0.25 * 0.5)
    assert of(tables(nodes, both), "b") == pytest.approx(0.35 * 0.5)
    assert [name for name, _ in evidence(tables(nodes, both), "b")[0].relationships] == ["CONTROLS"]
    nodes[0]["own_risk"], nodes[1]["own_risk"] = 0.0, 0.5
    assert of(tables(nodes, both), "a") == pytest.approx(0.40 * 0.5), "back by the posts"


def test_nodes_that_are_the_same_party_are_one() -> None:
    """SAME_AS of .95 and more: what one of them is guilty of reaches the firms of the other."""
    nodes: list[dict[str, Any]] = [
        {"id": "p", "label": "Person", "own_risk": 0.6},
        {"id": "q", "label": "Person", "own_risk": None},
    ]
    nodes += [{"id": "f", "label": "Company", "own_risk": 0.0}]

    def found(probability: float) -> Result:
        edges: list[dict[str, Any]] = [
            {"source": "q", "target": "f", "type": "LEGAL_REPRESENTATIVE_OF", "probability": None},
            {"source": "p", "target": "q", "type": "SAME_AS", "probability": probability},
        ]
        return tables(nodes, edges)

    assert of(found(0.97), "f") == pytest.approx(0.35 * 0.6) and len(found(0.97)) == 2
    assert of(found(0.94), "f") == 0.0


def guarantee(amount: float | None, capital: int | None, currency: str = "CNY") -> Result:
    node = {"registered_capital": capital, "currency": currency}
    frame = pd.DataFrame([{"id": "g", "own_risk": 0.0, **node}, {"id": "b", "own_risk": 0.8, **node}])
    frame["registered_capital"] = frame["registered_capital"].astype(object)
    edges = pd.DataFrame([{"source": "g", "target": "b", "type": "GUARANTEES", "amount": amount}])
    return RISK.compute(GraphProjection.from_pandas(frame, edges), RiskParameters())


def test_a_guarantor_answers_by_the_amount_over_its_means() -> None:
    """algorithms.md section 2: guarantor from borrower .50 x min(1, amount / net assets), here registered capital."""
    found = guarantee(100, 400)
    assert of(found, "g") == pytest.approx(0.5 * 0.25 * 0.8) and of(found, "b") == 0.8, "and not the other way"
    assert evidence(found, "g")[0].note == "guarantee weighed against registered capital; given"
    assert of(guarantee(1000, 400), "g") == pytest.approx(0.5 * 0.8)
    for unknown in (guarantee(None, 400), guarantee(100, None), guarantee(100, 400, "USD"), guarantee(100, 0)):
        assert of(unknown, "g") == pytest.approx(0.5 * 0.8)


def sharing(name: str, label: str, n: int, bad: int, **node: Any) -> Result:
    """n firms at one address or telephone x, the first `bad` of them with own risk .5."""
    firms = [{"id": f"f{i}", "label": "Company", "own_risk": 0.5 if i < bad else 0.0} for i in range(n)]
    return tables(
        [*firms, {"id": "x", "label": label, **node}],
        [{"source": f"f{i}", "target": "x", "type": name} for i in range(n)],
    )


def test_a_telephone_joins_its_firms_and_has_no_row() -> None:
    """algorithms.md section 2: shared phone .08; however many of its firms are bad, a telephone gives no more."""
    one = sharing("USES_CONTACT", "Contact", 3, 1)
    assert of(one, "f1") == pytest.approx(0.08 * 0.5) and of(one, "f0") == 0.5, "no echo"
    assert nid("x") not in risks(one)
    part = evidence(one, "f1")[0]
    assert part.nodes == (nid("f0"), nid("x"), nid("f1")) and len(part.relationships) == 2
    assert of(sharing("USES_CONTACT", "Contact", 60, 50), "f55") == pytest.approx(0.08, abs=1e-9)


def test_an_address_is_diluted_by_its_firms_and_a_hosted_one_does_not_conduct() -> None:
    """algorithms.md section 2: shared address .03 / log2(1 + n)."""
    assert of(sharing("REGISTERED_AT", "Address", 7, 1), "f1") == pytest.approx(0.03 / 3 * 0.5)
    for kind in ("hosted", "cluster"):
        assert of(sharing("REGISTERED_AT", "Address", 7, 1, kind=kind), "f1") == 0.0


def test_firms_of_one_officer_are_joined_through_the_person() -> None:
    """algorithms.md section 2: co-officer .10, legal representative .35."""
    nodes = [
        {"id": "bad", "label": "Company", "own_risk": 0.5},
        {"id": "good", "label": "Company", "own_risk": 0.0},
        {"id": "p", "label": "Person", "own_risk": 0.0},
    ]
    edges = [{"source": "p", "target": f, "type": "LEGAL_REPRESENTATIVE_OF"} for f in ("bad", "good")]
    assert of(tables(nodes, edges), "good") == pytest.approx(0.10 * 0.5, abs=1e-4)
    nodes[0]["own_risk"], nodes[2]["own_risk"] = 0.0, 0.6
    assert of(tables(nodes, edges), "good") == pytest.approx(0.35 * 0.6)


@pytest.mark.parametrize(
    "hub",
    [
        {"label": "Organisation", "state_body": True},
        {"label": "Company", "industry": "J6620"},
    ],
)
def test_state_bodies_and_banks_do_not_conduct(hub: dict[str, Any]) -> None:
    nodes = [{"id": x, "label": "Company", "own_risk": s} for x, s in (("a", 0.9), ("b", 0.0))]
    edges = [{"source": "x", "target": f, "type": "CONTROLS"} for f in ("a", "b")]
    assert of(tables([*nodes, {"id": "x", **hub}], edges), "b") == 0.0
    assert of(tables([*nodes, {"id": "x", "label": "Organisation"}], edges), "b") > 0.0


def test_who_files_for_many_is_an_agent_and_neither_he_nor_his_telephone_conducts() -> None:
    def found(filed: int) -> Result:
        many = [f"c{i}" for i in range(filed)]
        nodes = [{"id": x, "label": "Company", "own_risk": 0.0} for x in ["a", "b", *many]]
        edges = [{"source": x, "target": "agent", "type": "FILED_BY_AGENT"} for x in many]
        edges += [{"source": x, "target": "phone", "type": "USES_CONTACT"} for x in ("agent", "a", "b")]
        edges += [{"source": "agent", "target": "b", "type": "LEGAL_REPRESENTATIVE_OF"}]
        nodes[0]["own_risk"] = 0.8
        return tables(
            [*nodes, {"id": "agent", "label": "Person", "own_risk": 0.6}, {"id": "phone", "label": "Contact"}], edges
        )

    least = PACK.does_not_conduct.agents_from
    assert of(found(least - 1), "b") > 0.35 * 0.6 and of(found(least), "b") == 0.0


def test_a_group_gives_no_more_than_its_cap_and_the_split_stays_exact() -> None:
    """algorithms.md section 2: capped terms are scaled proportionally in lambda."""
    holders = [{"id": f"h{i}", "own_risk": 0.9 if i < 5 else 0.45} for i in range(10)]
    edges = [{"source": f"h{i}", "target": "t", "type": "CONTROLS"} for i in range(10)]
    found = tables([*holders, {"id": "t", "own_risk": 0.1}], edges)
    whole = PACK.group_caps["ownership"] - math.log(0.9)
    assert of(found, "t", "lambda") == pytest.approx(whole, abs=1e-12)
    parts = {p.nodes[0]: p.amount for p in evidence(found, "t")}
    terms = {f"h{i}": -math.log(1 - 0.35 * (0.9 if i < 5 else 0.45)) for i in range(10)}
    scale = PACK.group_caps["ownership"] / sum(terms.values()) / whole
    assert parts == pytest.approx({nid(x): t * scale for x, t in terms.items()} | {nid("t"): -math.log(0.9) / whole})


def test_what_is_under_one_percent_is_told_together() -> None:
    own = {"t": 0.5, "s": 0.9} | {f"x{i}": 0.01 for i in range(200)}
    found = propagated(own, [("s", "t", 0.5), *((f"x{i}", "t", 0.1) for i in range(200))])
    parts = evidence(found, "t")
    assert len(parts) == 3 and parts[-1].note == "other evidence" and all(p.amount >= 0.01 for p in parts[:-1])
    assert math.fsum(p.amount for p in parts) == pytest.approx(1.0, abs=1e-12)
    all_of = propagated(own, [("s", "t", 0.5), *((f"x{i}", "t", 0.1) for i in range(200))], least_share=1e-9)
    assert len(evidence(all_of, "t")) == 202


def test_the_percentile_is_the_percent_of_the_baseline_that_lies_below() -> None:
    own = {"a": 0.0, "b": 0.25, "c": 0.9}
    found = propagated(own, [], baseline=(0.0, 0.0, 0.2, 0.3))
    assert [of(found, x, "percentile") for x in "abc"] == [0.0, 75.0, 100.0]
    assert np.isnan(propagated(own, []).columns["percentile"]).all()
    with pytest.raises(UsageError, match="ascending"):
        RISK.read_parameters({"baseline": [0.2, 0.1]})


# --- records ------------------------------------------------------------------------------------------


def city(desk: Office) -> None:
    """Firms 1 to 4: Zhang (a dishonest debtor) represents 1; 2 is fined and guaranteed by 3; 4 has nothing."""
    desk.deliver("registrations", [firm(i) for i in range(1, 5)], "2026-01-31")
    zhang = {"姓名": "张伟", "证件号码": number(1), "职务": "法定代表人"}
    desk.deliver("legal_representatives", [{"统一社会信用代码": uscc(1), **zhang}], "2026-01-31")
    person = {"被执行人姓名/名称": "张伟", "统一社会信用代码": "", "身份证号码": number(1)}
    desk.deliver("dishonest_debtors", [debtor(1, "案1", "2026-01-05") | person], "2026-01-31")
    desk.deliver("penalties", [penalty(2, "罚2", "2026-01-11"), penalty(2, "罚3", "2025-11-20")], "2026-01-31")


def company(serial: int) -> int:
    return nid(coded_id("CN-USCC", uscc(serial)))


def test_records_give_own_risk_that_halves_and_names_them(desk: Office) -> None:
    city(desk)
    projection = project(desk.store, "2026-11-23")
    found = run(RISK, projection, RiskParameters())
    weight, life = PACK.own_risk["AdministrativePenalty"].weights["general"], 12
    one, other = weight * 2 ** (-10 / life), weight * 2 ** (-12 / life)  # of 2026-01-11 and of 2025-11-20
    own = risks(found, "own")
    usable = len(projection.records["AdministrativePenalty"])
    assert usable == 1, "the older one is past its year"
    assert own[company(2)] == pytest.approx(one) and other < one
    person = next(k for k, s in own.items() if s == 0.6)
    assert risks(found)[company(1)] == pytest.approx(0.35 * 0.6) and own[company(1)] == 0.0
    part = found.parts(int(found.rows_of("node", company(1))[0]))[0]
    entry = projection.nodes[projection.records["ListEntry"].node[0]]
    assert (part.nodes, part.records) == ((person, company(1)), (int(entry),))
    assert part.amount == pytest.approx(1.0)
    rel = projection.types["LEGAL_REPRESENTATIVE_OF"]
    assert part.relationships == (("LEGAL_REPRESENTATIVE_OF", int(rel.key[0])),)
    risk = PassedOn.of(found.state)
    number = {c: int(found.state.parties.number(np.array([company(c)]))[0]) for c in (1, 2, 4)}
    assert {c: int(risk.tie(projection, np.array([number[c]]))[0]) for c in (1, 4)} == {1: int(rel.key[0]), 4: 0}
    turn = int(risk.turn(np.array([number[2]]))[0])
    assert to_date(turn) == dt.date(2026, 12, 11), "the penalty is eleven months old"


def test_a_stored_baseline_gives_percentiles(desk: Office) -> None:
    city(desk)
    projection = project(desk.store, "2026-11-23")
    quantiles = measure(read_inputs(desk.store, projection))["risk"]
    found = run(RISK, projection, RiskParameters(baseline=tuple(quantiles)))
    percent = dict(zip(found.columns["node"].tolist(), found.columns["percentile"].tolist(), strict=True))
    assert len(quantiles) == 101 and quantiles == sorted(quantiles)
    assert percent[company(4)] == 0.0 < percent[company(2)] < percent[company(1)], "0, .067 and .21"


def test_a_saved_projection_gives_the_same(desk: Office, tmp_path: Path) -> None:
    city(desk)
    projection = project(desk.store, "2026-11-23")
    projection.save(tmp_path / "kept")
    found, again = (
        RISK.compute(projection, RiskParameters()),
        RISK.compute(GraphProjection.open(tmp_path / "kept"), RiskParameters()),
    )
    assert again.same_as(found) and again.parts(0) == found.parts(0)


def test_a_record_tied_twice_to_a_party_counts_once(desk: Office) -> None:
    city(desk)
    projection = project(desk.store, "2026-02-01")
    ties = np.arange(len(projection.types["SUBJECT_OF"]))
    once = evidence_of(projection, PACK, to_day(dt.date(2026, 2, 1)), ties, np.zeros(len(ties), np.int64))
    twice = evidence_of(
        projection, PACK, to_day(dt.date(2026, 2, 1)), np.r_[ties, ties], np.zeros(2 * len(ties), np.int64)
    )
    assert len(once.record) and np.array_equal(once.record, twice.record)


def test_a_repaired_record_counts_for_nothing(desk: Office) -> None:
    city(desk)
    desk.deliver("repairs", [repair(2, "罚2", "2026-03-15")], "2026-03-31")
    assert risks(run(RISK, project(desk.store, "2026-03-01"), RiskParameters()))[company(2)] == 0.0


def test_net_assets_by_the_last_report_go_before_capital(desk: Office) -> None:
    desk.deliver("registrations", [firm(3), firm(2)], "2026-01-31")
    desk.deliver("penalties", [penalty(2, "罚2", "2026-01-11", 失信严重程度="严重")], "2026-01-31")
    giver = {"担保人": "云津样例3商贸有限公司", "担保人统一社会信用代码": uscc(3)}
    taker = {"被担保人": "云津样例2商贸有限公司", "被担保人统一社会信用代码": uscc(2)}
    contract = {"担保合同编号": "保1", "担保金额": "50万元", "担保起始日期": "2026-01-02"}
    desk.deliver("guarantees", [giver | taker | contract], "2026-01-31")
    before = run(RISK, project(desk.store, "2026-02-01"), RiskParameters())
    own = 0.35 * 1.0  # serious, this month
    assert risks(before)[company(3)] == pytest.approx(0.5 * 0.5 * own), "half of its capital of one million"
    was = project(desk.store, "2026-02-01")
    report = {
        "统一社会信用代码": uscc(3),
        "企业名称": "云津样例3商贸有限公司",
        "报告年度": "2025",
        "报送日期": "2026-02-01",
    }
    more = {"资产总额": "300", "负债总额": "100"}
    desk.deliver("annual_reports", [report | more], "2026-02-02")
    projection = project(desk.store, "2026-02-02")
    after = run(RISK, projection, RiskParameters())
    assert risks(after)[company(3)] == pytest.approx(0.5 * 0.25 * own), "a quarter of net assets of two million"
    assert isinstance(before.params, RiskParameters)
    assert RISK.update(before, projection, between(was, projection), before.params).same_as(after)


# --- exact updates ------------------------------------------------------------------------------------


def followed(before: Result, was: GraphProjection, now: GraphProjection) -> Result:
    """The result after a change, checked against a full run."""
    assert isinstance(before.params, RiskParameters)
    found = RISK.update(before, now, between(was, now), before.params)
    assert found.same_as(RISK.compute(now, before.params))
    return found


def test_an_office_year_is_followed_exactly(desk: Office) -> None:
    city(desk)
    days = ["2026-02-01", "2026-02-02", "2026-02-20", "2026-04-01", "2026-04-11", "2026-11-23", "2027-02-01"]
    steps: dict[str, Any] = {
        "2026-02-02": lambda: desk.deliver("penalties", [penalty(1, "罚7", "2026-02-01")], "2026-02-02"),
        "2026-02-20": lambda: desk.deliver(
            "penalties", [penalty(2, "罚2", "2026-01-11", 失信严重程度="严重")], "2026-02-20"
        ),
        "2026-04-01": lambda: desk.deliver("repairs", [repair(2, "罚2", "2026-03-15")], "2026-03-31"),
        "2026-11-23": lambda: desk.deliver(
            "dishonest_debtors", [debtor(9, "案9", "2026-09-01")], "2026-10-01", full=True
        ),
    }
    was = project(desk.store, days[0])
    found = RISK.compute(was, RiskParameters())
    for day in days[1:]:
        steps.get(day, lambda: None)()
        now = project(desk.store, day)
        before, found = found, followed(found, was, now)
        came = day == "2026-11-23"  # firm 9
        assert (found.state.indptr is before.state.indptr) is not came, "only a new party needs all arcs again"
        was = now


KINDS = ("HOLDS_SHARES_IN", "CONTROLS", "GUARANTEES", "USES_CONTACT", "REGISTERED_AT", "FILED_BY_AGENT", "GIVEN")


class Changing:
    """A small graph of every kind of relationship, and changes to it."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {
            f"f{i}": {"label": "Company", "own_risk": 0.9 if i else 0.1} for i in range(6)
        }
        self.nodes |= {"p": {"label": "Person", "own_risk": 0.6}, "c": {"label": "Contact"}, "d": {"label": "Address"}}
        same = {"share_min": None, "amount": None, "transmission": None, "probability": 0.99}
        self.edges: dict[tuple[str, str, str], dict[str, Any]] = {("f4", "f5", "SAME_AS"): same}

    def apply(self, what: str, a: int, b: int, kind: str, value: float) -> None:
        firm_a, firm_b = f"f{a}", f"f{b}"
        end = {"USES_CONTACT": "c", "REGISTERED_AT": "d", "FILED_BY_AGENT": "p"}.get(kind, firm_b)
        edge = (firm_a, end, kind)
        if what == "drop":
            self.edges.pop(edge, None)
        elif what == "add":
            given = value if kind == "GIVEN" else None
            self.edges[edge] = {"share_min": value, "amount": round(value * 100), "transmission": given}
        elif what == "risk":
            self.nodes[firm_a]["own_risk"] = value
        elif what == "bank":
            self.nodes[firm_a]["industry"] = "J66" if value > 0.5 else None
        elif what == "capital":
            self.nodes[firm_a] |= {"registered_capital": round(value * 100), "currency": "CNY"}
        elif what == "node" and value > 0.5:
            self.nodes[f"n{a}"] = {"label": "Company", "own_risk": value}
            self.edges[f"n{a}", firm_b, "CONTROLS"] = {"share_min": None, "amount": None, "transmission": None}
        elif what == "node":
            self.nodes.pop(f"n{a}", None)
            self.edges = {e: d for e, d in self.edges.items() if f"n{a}" not in e}

    def projection(self) -> GraphProjection:
        columns = ["id", "label", "own_risk", "industry", "registered_capital", "currency"]
        nodes = pd.DataFrame([{"id": x, **d} for x, d in self.nodes.items()], columns=columns).astype(object)
        edges = [{"source": a, "target": b, "type": k, **d} for (a, b, k), d in self.edges.items()]
        names = ["source", "target", "type", "share_min", "amount", "transmission", "probability"]
        return GraphProjection.from_pandas(nodes, pd.DataFrame(edges, columns=names).astype(object))


change = st.tuples(
    st.sampled_from(["add", "add", "add", "drop", "risk", "bank", "capital", "node"]),
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from(KINDS),
    st.floats(0, 1).map(lambda x: round(x, 2)),
)


@given(st.lists(change, min_size=3, max_size=8), st.sampled_from([1, 3, 4]))
@settings(max_examples=25)
def test_any_sequence_of_changes_is_followed_bit_for_bit(changes: list[Any], rounds: int) -> None:
    graph = Changing()
    for a, kind in itertools.product(range(1, 5), ("CONTROLS", "USES_CONTACT")):  # four controllers reach a cap
        graph.apply("add", a, 0, kind, 0.5)
    was = graph.projection()
    found = RISK.compute(was, RiskParameters(rounds=rounds, baseline=(0.1, 0.2)))
    assert all(len(key) for key, _ in found.state.held)
    for step in changes:
        graph.apply(*step)
        now = graph.projection()
        found = followed(found, was, now)
        was = now


def test_a_small_change_is_followed_in_its_ball_alone() -> None:
    graph = Changing()
    for a, b, kind in ((0, 1, "CONTROLS"), (1, 2, "CONTROLS"), (3, 4, "CONTROLS"), (3, 0, "REGISTERED_AT")):
        graph.apply("add", a, b, kind, 0.5)
    was = graph.projection()
    before = RISK.compute(was, RiskParameters())
    for step in (("risk", 0, 0, "", 0.3), ("add", 1, 0, "REGISTERED_AT", 0.5), ("drop", 0, 1, "CONTROLS", 0.0)):
        graph.apply(*step)
        now = graph.projection()
        found = followed(before, was, now)
        assert found.state.indptr is before.state.indptr, "the arcs were not built again"
        assert not np.array_equal(found.columns["risk"], before.columns["risk"])
        assert isinstance(before.params, RiskParameters)
        for row in range(len(found)):
            assert found.parts(row) == RISK.compute(now, before.params).parts(row)
        before, was = found, now


def test_a_correction_of_a_record_is_followed_by_its_subject(desk: Office) -> None:
    city(desk)
    was = project(desk.store, "2026-02-20")
    before = RISK.compute(was, RiskParameters())
    desk.deliver("penalties", [penalty(2, "罚2", "2026-01-11", 失信严重程度="严重")], "2026-02-20")
    now = project(desk.store, "2026-02-20")
    assert "SUBJECT_OF" not in between(was, now).relationships
    found = followed(before, was, now)
    assert risks(found)[company(2)] > 2 * risks(before)[company(2)]


def test_faults_that_are_mended_and_contacts_of_agents_are_followed() -> None:
    least = PACK.does_not_conduct.agents_from
    graph = Changing()
    graph.nodes |= {f"m{i}": {"label": "Company"} for i in range(least)}
    none = {"share_min": None, "amount": None, "transmission": None}
    graph.edges |= {(f"m{i}", "p", "FILED_BY_AGENT"): none for i in range(least)}
    graph.edges |= {(f, "c", "USES_CONTACT"): none for f in ("f1", "f2")}
    graph.apply("add", 0, 1, "HOLDS_SHARES_IN", 1.5)
    was = graph.projection()
    before = RISK.compute(was, RiskParameters())
    graph.apply("add", 0, 1, "HOLDS_SHARES_IN", 0.6)
    now = graph.projection()
    mended = followed(before, was, now)
    assert len(before.warnings) == 1 and not mended.warnings
    graph.edges["p", "c", "USES_CONTACT"] = none
    later = graph.projection()
    assert of(followed(mended, now, later), "f1") < of(mended, "f1"), "the agent's telephone joins nobody"


# --- bad input ----------------------------------------------------------------------------------------


def test_an_empty_graph_one_node_and_a_node_related_to_itself() -> None:
    assert len(propagated({}, [])) == 0
    assert risks(propagated({"a": 0.3}, [])) == {nid("a"): 0.3}
    assert risks(propagated({"a": 0.3}, [("a", "a", 0.9)])) == {nid("a"): 0.3}
    assert evidence(propagated({"a": 0.0}, []), "a") == []


@pytest.mark.parametrize("chance", [-0.1, 1.2, math.inf, "much"])
def test_a_chance_that_is_none_is_refused(chance: Any) -> None:
    with pytest.raises(UsageError, match="transmission"):
        propagated({"a": 0.3, "b": 0.0}, [("a", "b", chance)])
    with pytest.raises(UsageError, match="own_risk"):
        propagated({"a": chance}, [])


def test_shares_out_of_range_and_unknown_ones_are_told() -> None:
    nodes = [{"id": "a", "own_risk": 0.8}, {"id": "b", "own_risk": 0.0}]
    edge = {"source": "a", "target": "b", "type": "HOLDS_SHARES_IN"}
    over = tables(nodes, [edge | {"share_min": 1.5}])
    assert of(over, "b") == pytest.approx(0.35 * 0.8) and of(tables(nodes, [edge | {"share_min": -1.0}]), "b") == 0.0
    assert [(n.code, set(n.nodes)) for n in over.warnings] == [("share_out_of_range", {nid("a"), nid("b")})]
    assert [n.code for n in tables(nodes, [edge]).warnings] == ["share_unknown"]


def test_certainty_passes_certainly_and_divides_by_nothing() -> None:
    own = {"a": 1.0, "b": 1.0, "t": 0.0, "u": 0.0}
    ring = [("a", "t", 1.0), ("b", "t", 1.0), ("t", "a", 1.0), ("t", "u", 1.0), ("u", "t", 1.0)]
    found = propagated(own, ring)
    assert [of(found, x) for x in "abtu"] == pytest.approx([1.0] * 4)
    assert math.fsum(p.amount for p in evidence(found, "u")) == pytest.approx(1.0)


def test_a_hub_costs_its_degree_and_no_more() -> None:
    n = 50_000
    edges = pd.DataFrame({"source": [f"f{i}" for i in range(n)], "target": "x", "type": "USES_CONTACT"})
    nodes = pd.DataFrame({"id": [*edges["source"], "x"], "label": [*["Company"] * n, "Contact"], "own_risk": 0.01})
    projection = GraphProjection.from_pandas(nodes, edges)
    found = RISK.compute(projection, RiskParameters())
    assert found.columns["risk"] == pytest.approx(1 - 0.99 * (1 - 0.08), abs=1e-12)
    assert len(found.state.into) == 2 * n
    assert math.fsum(p.amount for p in found.parts(0)) == pytest.approx(1.0, abs=1e-9)


def test_unknown_parameters_are_refused() -> None:
    for wrong in ({"rounds": 0}, {"rounds": 99}, {"least_share": 0}, {"depth": 3}):
        with pytest.raises(UsageError, match="risk_propagation"):
            algorithm("risk_propagation").read_parameters(wrong)
