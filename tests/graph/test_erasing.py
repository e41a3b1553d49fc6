"""Erasing one person: gone from every byte that we wrote, everything else as it was, and no delivery brings it back.

赵无双 --represents, holds--> firm 1 <--subject of-- change record that names 赵无双, penalty whose text names 赵无双
  |--subject of--> consumption restriction, equity freeze     张伟 --represents--> firm 2, whose liaison is 赵无双
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.delivery import Batch
from graph.erasing import erase
from graph.errors import NotFound, StoreUnavailable, UsageError
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.stores import open_store
from graph.stores.sqlite import SqliteStore
from graph.time import to_day
from tests.conftest import Office, firm, number, penalty, uscc
from tests.graph.stores.reading import facts

NAME, DAY = "赵无双", to_day(dt.date(2026, 11, 23))
COMPANY = {"统一社会信用代码": uscc(1), "企业名称": "云津样例1商贸有限公司"}


def deliver(desk: Office, day: str, full: bool = True) -> list[Batch]:
    """One month's deliveries, in which 赵无双 stands everywhere a person can stand."""
    hers = {"姓名": NAME, "证件号码": number(1)}
    court = {"证件号码": number(1), "执行法院": "某院"}
    return [
        desk.deliver("registrations", [firm(1), firm(2)], day, full=full),
        desk.deliver(
            "legal_representatives",
            [
                {"统一社会信用代码": uscc(1), **hers, "职务": "法定代表人"},
                {"统一社会信用代码": uscc(2), "姓名": "张伟", "证件号码": number(2), "职务": "法定代表人"},
                {"统一社会信用代码": uscc(2), **hers, "职务": "监事", "任职日期": "2024-02-30"},
            ],
            day,
            full=full,
        ),
        desk.deliver(
            "shareholders",
            [
                {
                    "统一社会信用代码": uscc(1),
                    "股东名称": NAME,
                    "股东类型": "自然人",
                    "股东证件号码": number(1),
                    "持股比例": "60%",
                },
                {
                    "统一社会信用代码": uscc(1),
                    "股东名称": "张伟",
                    "股东类型": "自然人",
                    "股东证件号码": number(2),
                    "持股比例": "40%",
                },
            ],
            day,
            full=full,
        ),
        desk.deliver(
            "changes",
            [COMPANY | {"变更事项": "法定代表人", "变更日期": "2025-06-01", "变更前内容": "张伟", "变更后内容": NAME}],
            day,
        ),
        desk.deliver("penalties", [penalty(1, "罚1", "2026-01-05", 处罚内容=f"对{NAME}及该公司罚款20000元")], day),
        desk.deliver(
            "consumption_restrictions",
            [
                {
                    "被限制消费人": NAME,
                    "统一社会信用代码": "",
                    "案号": "执1",
                    "限制消费令发出日期": "2026-01-06",
                    **court,
                }
            ],
            day,
            full=full,
        ),
        desk.deliver(
            "equity_freezes",
            [
                {
                    "被执行人": NAME,
                    "统一社会信用代码": "",
                    "标的企业名称": COMPANY["企业名称"],
                    "标的企业统一社会信用代码": uscc(1),
                    "执行裁定书文号": "裁1",
                    "冻结期限自": "2026-01-07",
                    **court,
                }
            ],
            day,
        ),
        desk.deliver(
            "contacts",
            [
                {
                    "统一社会信用代码": uscc(2),
                    "企业名称": "云津样例2商贸有限公司",
                    "联系电话": "0999-8000002",
                    "联络员姓名": NAME,
                    "联络员证件号码": number(1),
                    "联络员电话": "19900000001",
                }
            ],
            day,
        ),
    ]


def everything(store: GraphStore) -> dict[str, Any]:
    """All facts ever recorded and still held, by table, as plain values."""
    names = {t: [n for n in SCHEMA.fact_columns(t) if n != "superseded_seq"] for t in SCHEMA.tables()}
    return {t: [dict(zip(names[t], f, strict=True)) for f in facts(store, t, Slice(store.sealed_seq()))] for t in names}


def told(store: GraphStore, keys: KeyRing) -> str:
    """Every text that a store holds, encrypted rows in clear."""
    rows: list[Any] = [list(store.raw(t)) for t in ("node", *SCHEMA.tables())]
    quarantined = [keys.unseal(q["sealed_row"]) for q in store.entries("quarantine") if q["sealed_row"]]
    return repr([rows, [store.entries(x) for x in SCHEMA.ledgers], quarantined, [b.to_json() for b in store.batches()]])


def test_nothing_of_her_stays_and_nothing_brings_her_back(office: Office) -> None:
    store, keys = office.store, office.keys
    deliver(office, "2026-01-31")
    hashed = keys.digest(number(1))
    needles = (NAME, hashed, number(1), "19900000001")
    assert all(n in told(store, keys) for n in needles)
    hers = np.array([nid(coded_id("CN-ID", hashed))] * 2)
    firms = np.array([nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2)])
    store.write_ties("COMPUTED_SHARE_IN", hers[:1], firms[:1], {"share_min": [0.6]})
    store.write_ties("COMPUTED_CONTROL_OF", firms[:1], firms[1:], {"votes": [0.6]})  # a number that she is part of
    found, _ = erase(store, nid(coded_id("CN-ID", hashed)), "令1", DAY, keys)
    assert all(not len(store.computed_ties(t, [])["start"]) for t in ("COMPUTED_SHARE_IN", "COMPUTED_CONTROL_OF"))
    assert found.unique == (NAME,) and {label for _, label in found.nodes.values()} == {
        "Person",
        "Contact",
        "ListEntry",
        "EquityFreeze",
    }
    assert not [n for n in needles if n in told(store, keys)]
    assert store.search(NAME, ["Person"], store.sealed_seq(), 9) == []
    after = everything(store)
    assert store.entries("quarantine")[0]["code"] == "date_invalid", "the row still counts"
    batches = deliver(office, "2026-02-28")
    assert everything(store) == after, "what stays is confirmed, and nothing of her is new"
    assert not [n for n in needles if n in told(store, keys)]
    refused = {b.delivery.source: b.totals["reason:erased"] for b in batches if b.totals.get("reason:erased")}
    assert refused == {
        "legal_representatives": 1,
        "shareholders": 1,
        "consumption_restrictions": 1,
    }
    for batch in batches:
        t = batch.totals
        assert t["read"] == t["loaded"] + t["unchanged"] + t["rejected"] + t["duplicate"] and t["loaded"] == 0


def test_everything_else_stays_as_it_was(desk: Office) -> None:
    deliver(desk, "2026-01-31")
    before = everything(desk.store)
    found, erasure = erase(desk.store, nid(coded_id("CN-ID", desk.keys.digest(number(1)))), "令1", DAY, desk.keys)
    after = everything(desk.store)
    gone = set(found.nodes)
    rewritten = {"RegistrationChange", "AdministrativePenalty", "EquityFreeze"}
    assert set(erasure.values) <= rewritten
    for table in SCHEMA.tables():
        if table not in rewritten:
            left = [f for f in before[table] if not gone & {f["owner"], f.get("end")}]
            assert left == after[table], table
    (change,) = after["RegistrationChange"]
    assert (change["before"], change["after"]) == ("张伟", "〔已删除〕")
    assert after["AdministrativePenalty"][0]["content"] == "对〔已删除〕及该公司罚款20000元"


def test_no_byte_of_any_file_holds_her(keys: KeyRing, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with open_store(f"sqlite:///{home}/city.db") as store:
        desk = Office(store, keys, tmp_path)
        deliver(desk, "2026-01-31")
        hashed = keys.digest(number(1))
        found, _ = erase(store, nid(coded_id("CN-ID", hashed)), "令1", DAY, keys)
        records = [i for i, label in found.nodes.values() if label != "Person"]
        _nowhere(home, [NAME, " ".join(NAME), hashed, *records])
    _nowhere(home, [NAME, hashed, *records])


def test_an_interrupted_purge_is_made_up_for(keys: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the file is to be written anew: what was erased stays erased, the bytes go the next time."""
    home = tmp_path / "home"
    home.mkdir()
    hashed = keys.digest(number(1))
    with open_store(f"sqlite:///{home}/city.db") as store:
        deliver(Office(store, keys, tmp_path), "2026-01-31")
        with monkeypatch.context() as broken:
            broken.setattr(SqliteStore, "_purge", lambda _: (_ for _ in ()).throw(StoreUnavailable("disk is full")))
            with pytest.raises(StoreUnavailable, match="full"):
                erase(store, nid(coded_id("CN-ID", hashed)), "令1", DAY, keys)
    with open_store(f"sqlite:///{home}/city.db") as store:
        assert store.search(NAME, ["Person"], store.sealed_seq(), 9) == [] and store.get_meta("purge") == "due"
        with pytest.raises(NotFound):
            erase(store, nid(coded_id("CN-ID", hashed)), "令1", DAY, keys)
        assert store.get_meta("purge") is None
    _nowhere(home, [NAME, hashed])


def test_a_reader_keeps_the_journal_and_that_is_said(keys: KeyRing, tmp_path: Path) -> None:
    hashed = keys.digest(number(1))
    with open_store(f"sqlite:///{tmp_path}/city.db") as store:
        deliver(Office(store, keys, tmp_path), "2026-01-31")
        reader = sqlite3.connect(tmp_path / "city.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM node").fetchone()
        store._db.execute("PRAGMA busy_timeout = 100")  # type: ignore[attr-defined]
        with pytest.raises(StoreUnavailable):
            erase(store, nid(coded_id("CN-ID", hashed)), "令1", DAY, keys)
        reader.close()
        store.acquire("tests")
        assert store.get_meta("purge") is None


def _nowhere(home: Path, texts: list[str]) -> None:
    content = b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())
    assert len(content) > 10_000
    assert not [t for t in texts if t.encode() in content]


def test_a_name_that_others_bear_goes_only_where_it_must_be_meant(desk: Office) -> None:
    """Two 赵无双: what firm 1's change record says is hers, what firm 2's says is the other's."""
    deliver(desk, "2026-01-31")
    other = {"统一社会信用代码": uscc(3), "姓名": NAME, "证件号码": number(3), "职务": "法定代表人"}
    desk.deliver("registrations", [firm(3)], "2026-02-01")
    desk.deliver("legal_representatives", [other], "2026-02-01")
    names = {"统一社会信用代码": uscc(3), "企业名称": "云津样例3商贸有限公司"}
    change = {"变更事项": "法定代表人", "变更日期": "2025-07-01", "变更前内容": "张伟", "变更后内容": NAME}
    desk.deliver("changes", [names | change], "2026-02-01")
    found, _ = erase(desk.store, nid(coded_id("CN-ID", desk.keys.digest(number(1)))), "令1", DAY, desk.keys)
    assert found.unique == ()
    left = sorted(f["after"] for f in everything(desk.store)["RegistrationChange"])
    assert left == sorted(["〔已删除〕", NAME])


def test_one_record_alone_goes_and_stays_away(desk: Office) -> None:
    deliver(desk, "2026-01-31")
    (record,) = {f["owner"] for f in everything(desk.store)["AdministrativePenalty"]}
    erase(desk.store, record, "令2", DAY, desk.keys)
    assert everything(desk.store)["AdministrativePenalty"] == []
    batch = desk.deliver("penalties", [penalty(1, "罚1", "2026-01-05"), penalty(1, "罚2", "2026-01-06")], "2026-02-28")
    assert (batch.totals["loaded"], batch.totals["reason:erased"]) == (1, 1)
    assert [f["document_number"] for f in everything(desk.store)["AdministrativePenalty"]] == ["罚2"]


def test_what_is_not_erased(desk: Office) -> None:
    deliver(desk, "2026-01-31")
    with pytest.raises(UsageError, match="a Company is not erased"):
        erase(desk.store, nid(coded_id("CN-USCC", uscc(1))), "令1", DAY, desk.keys)
    with pytest.raises(NotFound):
        erase(desk.store, 42, "令1", DAY, desk.keys)
