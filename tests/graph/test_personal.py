"""Whose a record is: people's alone, a firm's too, or what is decided about either."""

from __future__ import annotations

import datetime as dt

from graph.identity import is_persons_id, may_be_persons_id, nid
from graph.personal import people_behind
from graph.time import Moment
from graph.view import View
from tests.conftest import Office, debtor, firm, number, penalty, repair, uscc

DAY = "2026-01-31"
HIS = {"被执行人姓名/名称": "张样", "统一社会信用代码": "", "身份证号码": number(1)}


def test_people_and_their_records_are_told_from_firms_and_theirs(office: Office) -> None:
    office.deliver("registrations", [firm(1)], DAY)
    office.deliver("dishonest_debtors", [debtor(1, "案1", "2026-01-05"), debtor(1, "案2", "2026-01-05") | HIS], DAY)
    office.deliver("penalties", [penalty(1, "罚1", "2026-01-10")], DAY)
    office.deliver("repairs", [repair(1, "罚1", "2026-01-20")], DAY)
    view = View(office.store, Moment.on(dt.date(2026, 2, 1)))
    nodes = view.store.columns("node", ["nid", "id", "label"], view.slice)
    ids = dict(zip(nodes["nid"].tolist(), nodes["id"].tolist(), strict=True))
    (person,) = (i for i in ids.values() if is_persons_id(i))
    (entry,) = (n.id for n in view.search("案2", 5))
    found = {ids[key]: people for key, people in people_behind(view, ids).items()}
    assert found == {person: (person,), entry: (person,)}
    assert people_behind(view, [nid(f"CN-USCC:{uscc(1)}"), nid("R:unknown")]) == people_behind(view, []) == {}


def test_what_is_decided_about_a_persons_record_is_his_too(office: Office) -> None:
    fine = {"行政相对人名称": "张样", "行政相对人代码": "", "行政相对人证件号码": number(1)}
    office.deliver("penalties", [penalty(1, "罚1", "2026-01-10") | fine], DAY)
    mended = {"主体名称": "张样", "主体代码": "", "主体证件号码": number(1)}
    office.deliver("repairs", [repair(1, "罚1", "2026-01-20") | mended], DAY)
    view = View(office.store, Moment.on(dt.date(2026, 2, 1)))
    nodes = view.store.columns("node", ["nid", "id", "label"], view.slice)
    label = dict(zip(nodes["nid"].tolist(), nodes["label"].tolist(), strict=True))
    found = people_behind(view, label)
    assert sorted(label[key] for key in found) == ["AdministrativePenalty", "Person", "Repair"]
    assert len(set(found.values())) == 1


def test_the_form_of_an_id() -> None:
    number_id, mention = "CN-ID:" + "0a" * 16, "M:" + "0a" * 16
    assert is_persons_id(number_id) and is_persons_id(number_id.replace("CN-ID", "CN-ID15"))
    assert may_be_persons_id(number_id) and may_be_persons_id(mention) and not is_persons_id(mention)
    for text in ("CN-ID:zzz", "CN-ID:" + "0a" * 17, "张样", number(1), f"CN-USCC:{uscc(1)}", "R:" + "0a" * 16, ""):
        assert not may_be_persons_id(text), text
