"""The projection: equal from both stores, saved and opened, advanced exactly, and made from tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.declaration import SHARE_ONE, Disclosure
from graph.errors import UsageError
from graph.identity import coded_id, nid, uscc_check_character
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, debtor, firm, number, penalty, repair, uscc
from tests.graph.stores.reading import assert_same_projection, project


def city(office: Office) -> None:
    """Three months with changes, a repair and a list that forgets an entry."""
    office.deliver("registrations", [firm(i) for i in range(1, 6)], "2026-01-31", full=True)
    office.deliver(
        "shareholders",
        [
            {
                "统一社会信用代码": uscc(b),
                "股东名称": f"云津样例{a}公司",
                "股东类型": "企业法人",
                "股东统一社会信用代码": uscc(a),
                "持股比例": s,
                "取得日期": "2020-01-01",
            }
            for a, b, s in ((1, 2, "60%"), (2, 3, "30%"), (4, 3, "70%"))
        ],
        "2026-01-31",
    )
    office.deliver("penalties", [penalty(1, "罚1", "2026-01-10"), penalty(2, "罚2", "2026-01-11")], "2026-01-31")
    office.deliver(
        "dishonest_debtors", [debtor(3, "案1", "2026-01-05"), debtor(4, "案2", "2026-01-06")], "2026-01-31", full=True
    )
    office.deliver("registrations", [firm(1, 登记状态="注销", 核准日期="2026-02-10")], "2026-02-28")
    office.deliver("dishonest_debtors", [debtor(4, "案2", "2026-01-06")], "2026-02-28", full=True)
    office.deliver("repairs", [repair(2, "罚2", "2026-03-15")], "2026-03-31")
    office.deliver(
        "shareholders",
        [
            {
                "统一社会信用代码": uscc(2),
                "股东名称": "云津样例1公司",
                "股东类型": "企业法人",
                "股东统一社会信用代码": uscc(1),
                "持股比例": "60%",
                "取得日期": "2020-01-01",
                "退出日期": "2026-03-20",
            }
        ],
        "2026-03-31",
    )


def test_both_stores_give_the_same_arrays(keys: KeyRing, tmp_path: Path, office: Office) -> None:
    city(office)
    with open_store("sqlite://") as other:
        city(Office(other, keys, tmp_path))
        for day, known in (("2026-11-23", None), ("2026-02-05", "2026-11-23"), ("2026-02-05", "2026-02-05")):
            assert_same_projection(project(office.store, day, known), project(other, day, known))


def test_a_saved_projection_opens_equal(desk: Office, tmp_path: Path) -> None:
    city(desk)
    made = project(desk.store)
    made.save(tmp_path / "kept")
    assert_same_projection(GraphProjection.open(tmp_path / "kept"), made)
    made.save(tmp_path / "kept")
    with pytest.raises(UsageError, match="no projection"):
        GraphProjection.open(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-01-31", "2026-11-23"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-19", "2026-03-21"),
        ("2026-03-31", "2026-02-01"),
        ("2026-01-31", "2029-01-01"),
    ],
)
def test_an_advanced_projection_equals_a_full_one(office: Office, before: str, after: str) -> None:
    city(office)

    def at(day: str) -> Moment:
        date = dt.date.fromisoformat(day)
        return Moment(date, date, max(date, dt.date(2026, 3, 1)))

    made = GraphProjection.from_store(office.store, at(before)).advance(office.store, at(after))
    assert_same_projection(made, GraphProjection.from_store(office.store, at(after)))


def test_records_that_may_not_be_used_are_not_in_it(desk: Office) -> None:
    city(desk)
    assert len(project(desk.store, "2026-03-01").records["AdministrativePenalty"]) == 1, (
        "repaired later, gone for every day"
    )
    assert len(project(desk.store).types["SUBJECT_OF"]) == 2, "one penalty and one entry are left"


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    nodes = pd.DataFrame({"id": ["P", "A", "B"], "label": ["Person", "Company", "Company"], "size": [1, 2, 3]})
    edges = pd.DataFrame(
        {
            "source": ["P", "A"],
            "target": ["A", "B"],
            "type": "HOLDS_SHARES_IN",
            "share_min": [0.6, 0.55],
            "share_max": [0.6, None],
            "valid_from": ["2020-01-01", None],
        }
    )
    return nodes, edges


def test_from_tables_and_back() -> None:
    projection = GraphProjection.from_pandas(*tables())
    assert projection.types["HOLDS_SHARES_IN"].columns["share_min"].sum() == round(1.15 * SHARE_ONE)
    nodes, edges = projection.to_pandas()
    back = edges.set_index("source").loc[["P", "A"]]
    assert (
        back["target"].tolist() == ["A", "B"]
        and back["share_min"].tolist() == [0.6, 0.55]
        and back["valid_from"].tolist()[0] == dt.date(2020, 1, 1)
    )
    graph = projection.to_networkx()
    assert (
        graph.nodes["P"]["label"] == "Person"
        and graph.edges["P", "A", 0]["share_max"] == 0.6
        and "share_max" not in graph.edges["A", "B", 0]
    )
    assert nodes.set_index("id").loc["B", "size"] == 3


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [(["A", "A"], [], "occurs twice"), (["A"], [("A", "Z")], "is no node"), (None, [], "lack id")],
)
def test_bad_tables_are_refused(nodes: Any, edges: list[Any], message: str) -> None:
    frame = pd.DataFrame({"id": nodes}) if nodes else pd.DataFrame({"x": [1]})
    with pytest.raises(UsageError, match=message):
        GraphProjection.from_pandas(
            frame, pd.DataFrame([(*e, "T") for e in edges], columns=["source", "target", "type"])
        )


def test_an_empty_table_is_an_empty_graph() -> None:
    made = GraphProjection.from_pandas(pd.DataFrame({"id": []}), pd.DataFrame({"source": [], "target": [], "type": []}))
    assert len(made.nodes) == 0 and made.to_networkx().number_of_nodes() == 0


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=30))
def test_adjacency_holds_every_relationship_both_ways(pairs: list[tuple[int, int]]) -> None:
    nodes = pd.DataFrame({"id": [str(i) for i in range(8)]})
    edges = pd.DataFrame([(str(a), str(b), "T") for a, b in pairs], columns=["source", "target", "type"])
    projection = GraphProjection.from_pandas(nodes, edges)
    if not pairs:
        return
    at = {str(i): projection.position(nid(str(i))) for i in range(8)}
    for reverse in (False, True):
        indptr, neighbour, order = projection.adjacency("T", reverse=reverse)
        found = sorted((u, v) for u in range(8) for v in neighbour[indptr[u] : indptr[u + 1]].tolist())
        wanted = sorted(((at[str(b)], at[str(a)]) if reverse else (at[str(a)], at[str(b)])) for a, b in pairs)
        assert found == wanted and sorted(order.tolist()) == list(range(len(pairs)))


def test_sure_links_are_collapsed_and_others_are_not() -> None:
    nodes = pd.DataFrame({"id": ["a", "b", "c", "d"], "label": "Person"})
    edges = pd.DataFrame({"source": ["a", "c"], "target": ["b", "d"], "type": "SAME_AS", "probability": [0.95, 0.94]})
    projection = GraphProjection.from_pandas(nodes, edges)
    at = {x: projection.position(nid(x)) for x in "abcd"}
    assert (
        projection.canonical[at["a"]] == projection.canonical[at["b"]]
        and projection.canonical[at["c"]] != projection.canonical[at["d"]]
    )


def test_two_different_codes_stay_two(desk: Office) -> None:
    """Two bearers of one organisation code: possibly the same, never collapsed."""
    twin = uscc(1)[:8].replace("990101", "990102") + uscc(1)[8:17]
    twin += uscc_check_character(twin)
    desk.deliver("penalties", [penalty(1, "罚1", "2026-01-10", 行政相对人代码=uscc(1)[8:17])])
    desk.deliver("registrations", [firm(1), firm(2, 统一社会信用代码=twin)])
    projection = project(desk.store)
    assert len(projection.types["POSSIBLY_SAME"]) == 2 and len(projection.types["SAME_AS"]) == 0
    assert (
        len({int(projection.canonical[projection.position(nid(coded_id("CN-USCC", c)))]) for c in (uscc(1), twin)}) == 2
    )


def test_people_of_the_register_are_in_the_graph(desk: Office) -> None:
    desk.deliver(
        "legal_representatives",
        [{"统一社会信用代码": uscc(1), "姓名": "张伟", "证件号码": number(1), "职务": "法定代表人"}],
    )
    projection = project(desk.store)
    assert projection.label_is("Person").sum() == 1 and len(projection.types["LEGAL_REPRESENTATIVE_OF"]) == 1
    assert np.array_equal(projection.nodes, np.sort(projection.nodes))


def test_a_record_about_a_person_is_closed_where_a_firms_is_open(office: Office) -> None:
    """Penalties: of firms public, of people for departments; one whose subject nobody knows is as a person's."""
    person = {"行政相对人代码": "", "行政相对人名称": "张伟", "行政相对人证件号码": number(1)}
    unattached = {"行政相对人代码": "", "行政相对人名称": "某人"}
    rows = [penalty(1, "罚1", "2026-10-01"), penalty(1, "罚2", "2026-10-01", **person)]
    office.deliver(
        "penalties", [r | {"行政相对人证件号码": r.get("行政相对人证件号码", "")} for r in rows], "2026-11-01"
    )
    office.deliver("penalties", [penalty(1, "罚3", "2026-10-01", **unattached)], "2026-11-02")
    moment = Moment.on(dt.date(2026, 11, 23))
    for disclosure, numbers in ((Disclosure.PUBLIC, {"罚1"}), (Disclosure.GOVERNMENT, {"罚1", "罚2", "罚3"})):
        projection = GraphProjection.from_store(office.store, moment, Use.DISPLAY, disclosure)
        records = projection.records["AdministrativePenalty"]
        view = View(office.store, moment, Use.DISPLAY, disclosure)
        shown = view.nodes(projection.nodes[records.node].tolist())
        assert {n.properties["document_number"] for n in shown} == numbers
        assert {n.properties["document_number"] for n in view.search("罚")} == numbers
        assert len(projection.types["SUBJECT_OF"]) == len(numbers & {"罚1", "罚2"})


def test_what_is_derived_is_made_once() -> None:
    projection = GraphProjection.from_pandas(
        pd.DataFrame({"id": ["a"]}), pd.DataFrame(columns=["source", "target", "type"])
    )
    made: list[int] = []

    def make() -> None:
        made.append(len(projection.nodes))

    assert projection.kept("x", make) is None and projection.kept("x", make) is None
    assert made == [1]
