"""A store over another one answers as the one below would, had it been given the same file; that one is left alone."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.copying import copy
from graph.errors import FileRefused, UsageError
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.stores import open_store
from graph.stores.overlay import OverlayStore
from graph.time import Moment
from graph.view import View
from tests.conftest import Office, debtor, firm, penalty, repair, uscc
from tests.graph.stores.reading import assert_same_projection, everything, facts, project
from tests.graph.test_projection import city

KEYS = KeyRing.derived("tests")
KEY = nid(coded_id("CN-USCC", uscc(2)))
FILES: dict[str, tuple[str, list[dict[str, Any]], bool]] = {
    "a correction": ("penalties", [penalty(2, "罚2", "2026-01-12", 处罚内容="罚款30000元")], False),
    "a change": ("registrations", [firm(2, 企业名称="云津新名商贸有限公司", 核准日期="2026-11-01")], False),
    "a full list that leaves one out": ("dishonest_debtors", [debtor(5, "案5", "2026-11-01")], True),
    "a repair": ("repairs", [repair(1, "罚1", "2026-11-10")], False),
    "a new source": ("contacts", [{"统一社会信用代码": uscc(i), "联系电话": "0999-8000077"} for i in (2, 9)], False),
    "nothing new": ("penalties", [penalty(1, "罚1", "2026-01-10")], False),
    "the bearer of a code": ("registrations", [firm(6), firm(7)], False),
}


def news(target: GraphStore, folder: Path, name: str) -> None:
    source, rows, full = FILES[name]
    Office(target, KEYS, folder).deliver(source, rows, "2026-11-20", full=full, file="news.csv")


def assert_same_now(a: GraphStore, b: GraphStore) -> None:
    """All that counts now: facts, nodes, texts, ledgers, projections whole and around one node."""
    last = a.sealed_seq()
    assert [x.to_json() for x in a.batches()] == [x.to_json() for x in b.batches()] and last == b.sealed_seq()
    for table in SCHEMA.tables():
        assert facts(a, table, Slice(last)) == facts(b, table, Slice(last)), table
    assert a.weak_nodes() == b.weak_nodes()
    for text in ("样例", "新名", "罚"):
        assert set(a.search(text, list(SCHEMA.labels), last, 1000)) == set(
            b.search(text, list(SCHEMA.labels), last, 1000)
        )
    for ledger in ("quarantine", "finding"):
        assert a.ledger(ledger) == b.ledger(ledger)
    assert_same_projection(project(a), project(b))
    one, other = (View(s, Moment.on(dt.date(2026, 11, 23))) for s in (a, b))
    assert one.node(KEY) == other.node(KEY) and one.degree(KEY) == other.degree(KEY)
    assert one.edges(KEY) == other.edges(KEY)
    assert one.resolve(uscc(2)) == other.resolve(uscc(2)) == KEY


@pytest.mark.parametrize("name", FILES)
def test_a_file_over_a_store_is_as_a_file_in_it(office: Office, tmp_path: Path, name: str) -> None:
    city(office)
    before = everything(office.store)
    with OverlayStore(office.store) as over, open_store("sqlite://") as whole:
        copy(office.store, whole)
        for target in (over, whole):
            news(target, tmp_path, name)
        assert_same_now(over, whole)
    assert everything(office.store) == before


@given(st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=4))
@settings(max_examples=15)
def test_several_files_one_over_the_other(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store("sqlite://") as below, open_store("sqlite://") as whole:
        city(Office(below, KEYS, Path(folder)))
        copy(below, whole)
        with OverlayStore(below) as over:
            for name in names:
                for target in (over, whole):
                    news(target, Path(folder), name)
            assert_same_now(over, whole)


def test_what_is_not_sealed_below_is_not_there(desk: Office, tmp_path: Path) -> None:
    """A full list that waits for a person has superseded things below; over it they stand."""
    desk.deliver("dishonest_debtors", [debtor(i, f"案{i}", "2026-01-05") for i in range(20)], "2026-01-31", full=True)
    was = facts(desk.store, "ListEntry", Slice(1))
    with pytest.raises(Exception, match="missing from this one"):
        desk.deliver("dishonest_debtors", [debtor(1, "案1", "2026-01-05")], "2026-02-28", full=True)
    with OverlayStore(desk.store) as over:
        assert facts(over, "ListEntry", Slice(1)) == was
        news(over, tmp_path, "a correction")
        assert over.batches()[-1].seq == 2 and over.ledger("quarantine", 2) == []


def test_what_it_does_not_know_it_does_not_answer(desk: Office, tmp_path: Path) -> None:
    city(desk)
    with OverlayStore(desk.store) as over:
        for ask in (
            lambda: over.history("Company", KEY),
            lambda: list(over.changes(0, "Company")),
            lambda: over.columns("Company", ["owner"], Slice(1)),
            lambda: over.changed_columns("Company", ["owner"], Slice(1), Slice(over.sealed_seq())),
            lambda: over.results("Company", ["credit_class"]),
        ):
            with pytest.raises(UsageError, match="what counts now"):
                ask()
        (tmp_path / "empty.csv").write_text("统一社会信用代码,企业名称\n")
        with pytest.raises(FileRefused):
            Office(over, KEYS, tmp_path).deliver("registrations", "统一社会信用代码,企业名称\n", "2026-11-20")
