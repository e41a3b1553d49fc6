"""Firms of a list: which one is meant, what is on record, and what ties them.

张一 (1) represents firm 1 and supervises firm 2; firm 3 holds 60 % of firm 2; firms 1 and 4 share an address;
the buyer is firm 5, whose manager 王三 (3) holds 30 % of firm 4
"""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.rules.purposes import purpose_on
from analytics.screening.finding import Outcome
from analytics.screening.firms import FirmFinding, Listed, screen_firms, ties_among
from graph.declaration import Disclosure
from graph.identity import coded_id, nid
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, declared, firm, number, penalty, uscc

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def view(desk: Office) -> View:
    def deliver(source: str, rows: list[dict[str, str]]) -> None:
        desk.deliver(source, rows, "2026-11-20")

    deliver(
        "registrations",
        [
            firm(1),
            firm(2),
            firm(3, 登记状态="注销"),
            firm(4, 住所="云津市临江区样例路1号"),
            firm(5),
            firm(6, 企业名称="云津样例重名有限公司"),
            firm(7, 企业名称="云津样例重名有限责任公司"),
        ],
    )
    people = [
        ("张一", 1, 1, "法定代表人"),
        ("张一", 1, 2, "监事"),
        ("王三", 3, 5, "总经理"),
        ("李二", 2, 4, "联络员"),
        ("李二", 2, 5, "联络员"),
    ]
    posts = [{"姓名": n, "证件号码": number(p), "统一社会信用代码": uscc(f), "职务": post} for n, p, f, post in people]
    deliver("legal_representatives", posts)
    holders = [
        ("王三", "自然人", number(3), "", 4, "30%"),
        ("云津样例3商贸有限公司", "企业法人", "", uscc(3), 2, "60%"),
    ]
    names = ("股东名称", "股东类型", "股东证件号码", "股东统一社会信用代码", "统一社会信用代码", "持股比例")
    deliver("shareholders", [dict(zip(names, (*row[:4], uscc(row[4]), row[5]), strict=True)) for row in holders])
    deliver("penalties", [penalty(1, "罚1", "2026-09-01"), penalty(2, "罚2", "2026-09-02")])
    return View(desk.store, Moment.on(DAY), Use.VETTING, Disclosure.GOVERNMENT)


def key(serial: int) -> int:
    return nid(coded_id("CN-USCC", uscc(serial)))


def found(view: View, name: str | None, serial: int | None) -> FirmFinding:
    code = ("CN-USCC", uscc(serial)) if serial else None
    return screen_firms(view, [Listed(name, code)], purpose_on("supplier_review", DAY))[0]


@pytest.mark.parametrize(
    ("name", "serial", "outcome", "doubts"),
    [
        ("云津样例1商贸有限公司", 1, Outcome.FOUND, ()),
        ("云津样例1商贸有限责任公司", 1, Outcome.FOUND, ()),
        (None, 1, Outcome.FOUND, ()),
        ("云津样例9商贸有限公司", 1, Outcome.TO_VERIFY, ("other_name",)),
        ("云津样例1商贸有限公司", None, Outcome.TO_VERIFY, ("name_only",)),
        ("云津样例3商贸有限公司", 3, Outcome.NOTHING, None),
    ],
)
def test_which_firm_is_meant(
    view: View, name: str | None, serial: int | None, outcome: Outcome, doubts: tuple[str, ...] | None
) -> None:
    finding = found(view, name, serial).finding
    assert finding.outcome is outcome
    assert [e.doubts for e in finding.own] == ([doubts] if doubts is not None else [])


@pytest.mark.parametrize(
    ("name", "serial", "reason"),
    [
        ("云津样例1商贸有限公司", 99, "code_unknown"),
        ("云津样例1商贸", None, "name_unknown"),
        ("云津样例1商贸有限公司临江分公司", None, "name_unknown"),
        ("云津样例重名有限公司", None, "several_firms"),
    ],
)
def test_what_cannot_be_looked_up(view: View, name: str, serial: int | None, reason: str) -> None:
    one = found(view, name, serial)
    assert (one.finding.outcome, one.finding.reason, one.node) == (Outcome.NOT_CHECKED, reason, None)


def test_a_name_of_before_is_known(view: View, desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 企业名称="云津样例新名有限公司", 核准日期="2026-11-20")], "2026-11-21")
    assert (
        found(View(desk.store, Moment.on(DAY), Use.VETTING), "云津样例1商贸有限公司", 1).finding.outcome
        is Outcome.FOUND
    )


def test_what_ties_firms_and_the_buyer(view: View) -> None:
    ties = {(t.kind, t.node, t.firm) for t in ties_among(view, map(key, (1, 2, 3, 4, 5)))}
    person, manager = (nid(coded_id("CN-ID", _digest(i))) for i in (1, 3))
    address = next(node for kind, node, _ in ties if kind == "address")
    assert ties == {
        ("officer", person, key(1)),
        ("officer", person, key(2)),
        ("officer", manager, key(5)),
        ("shareholder", manager, key(4)),
        ("shareholder", key(3), key(2)),
        ("holding", key(2), key(3)),
        ("address", address, key(1)),
        ("address", address, key(4)),
    }, "a common liaison is no tie"
    assert ties_among(view, [key(1)]) == []


def test_a_holder_who_left_ties_nothing_by_a_declaration(view: View, desk: Office) -> None:
    """The register states other holders of firm 4 and none of firm 1."""
    rows = [declared(4, 2, "李二"), declared(1, 2, "李二"), declared(2, 2, "李二")]
    desk.deliver("beneficial_ownership", rows, "2026-11-21")
    later = View(desk.store, Moment.on(DAY), Use.VETTING, Disclosure.GOVERNMENT)
    holder = nid(coded_id("CN-ID", _digest(2)))
    assert not [t for t in ties_among(later, map(key, (1, 2, 4))) if t.node == holder]
    desk.deliver("beneficial_ownership", [declared(5, 2, "李二")], "2026-11-22")
    later = View(desk.store, Moment.on(DAY), Use.VETTING, Disclosure.GOVERNMENT)
    found = [(t.kind, t.firm) for t in ties_among(later, map(key, (1, 2, 4, 5))) if t.node == holder]
    assert sorted(found) == sorted([("shareholder", key(1)), ("shareholder", key(5))])


def _digest(person: int) -> str:
    from graph.keys import KeyRing

    return KeyRing.derived("tests").digest(number(person))
