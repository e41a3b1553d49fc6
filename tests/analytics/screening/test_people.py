"""Whom a candidate may be, what he was when, and what of it is a hit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.decisions import Decision, Kind, decide
from analytics.rules.purposes import purpose_on
from analytics.screening.candidate import Candidate, Namesakes, namesakes
from analytics.screening.finding import Finding, Outcome
from analytics.screening.people import screen_people
from analytics.screening.role import Role, held, roles_of
from graph.declaration import Disclosure
from graph.identity import PersonNumber, coded_id, mask_hashes, nid, person_number
from graph.keys import KeyRing
from graph.time import FOREVER, NO_DATE, Moment, iso, to_day
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, debtor, declared, firm, masked, number, penalty, repair, uscc

DAY = dt.date(2026, 11, 23)
FIFTEEN = number(1)[:6] + number(1)[8:17]


def d(text: str) -> int:
    return to_day(dt.date.fromisoformat(text))


def bring(desk: Office, source: str, rows: list[dict[str, Any]], day: str = "2026-11-20", full: bool = False) -> None:
    desk.deliver(source, rows, day, full)


def asked(keys: KeyRing, name: str, typed: str) -> Candidate:
    read = person_number(typed, keys, DAY)
    assert isinstance(read, PersonNumber)
    return Candidate(name, read, mask_hashes(typed, keys))


def screened(desk: Office, name: str, typed: str, at: Moment | None = None, *, company_post: bool = False) -> Finding:
    view = View(desk.store, at or Moment.on(DAY), Use.VETTING, Disclosure.AUTHORISED)
    purpose = purpose_on("candidate_vetting", DAY)
    return screen_people(view, [asked(desk.keys, name, typed)], purpose, company_post=company_post)[0]


def numbers(finding: Finding) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(e.fact.document_number, e.doubts) for e in (*finding.own, *finding.related)]


def owes(desk: Office, name: str, shown: str, case: str = "案1") -> None:
    """Deliver a debtor row against a person."""
    row = debtor(1, case, "2026-09-01", **{"被执行人姓名/名称": name, "统一社会信用代码": "", "身份证号码": shown})
    bring(desk, "dishonest_debtors", [row])


def represents(serial: int = 1, person: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(serial),
        "姓名": "张一",
        "证件号码": number(person),
        "职务": "法定代表人",
        "任职日期": "2020-01-01",
    } | more


@pytest.mark.parametrize(
    ("stored", "name", "typed", "expected"),
    [
        (number(1), "张一", number(1), [("案1", ())]),
        (number(1), "张 一", number(1), [("案1", ())]),
        (number(1), "李二", number(1), [("案1", ("other_name",))]),
        (FIFTEEN, "张一", number(1), [("案1", ("fifteen_digits",))]),
        (number(1), "张一", FIFTEEN, [("案1", ("fifteen_digits",))]),
        (FIFTEEN, "张一", FIFTEEN, [("案1", ())]),
        (masked(1), "张一", number(1), [("案1", ("masked_number",))]),
        (masked(1), "李二", number(1), []),
        (masked(2), "张一", number(1), []),
        (number(1)[:6] + "********" + number(1)[14:], "张一", number(1), [("案1", ("masked_number",))]),
        (number(1)[:14] + "***" + number(1)[17:], "张一", number(1), [("案1", ("masked_number",))]),
        ("", "张一", number(1), []),
        (number(2), "张一", number(1), []),
    ],
    ids=["same", "spaced", "other name", "15 stored", "15 typed", "15 both", "mask", "mask of another name",
         "another mask", "long mask", "short mask", "name only", "namesake"],
)  # fmt: skip
def test_what_a_number_proves(desk: Office, stored: str, name: str, typed: str, expected: list[Any]) -> None:
    owes(desk, "张一", stored)
    assert numbers(screened(desk, name, typed)) == expected


def test_dots_in_names_do_not_matter_and_variants_do(desk: Office) -> None:
    owes(desk, "阿卜杜拉·买买提", number(1))
    owes(desk, "王喆", number(2), "案2")
    assert numbers(screened(desk, "阿卜杜拉买买提", number(1))) == [("案1", ())]
    assert numbers(screened(desk, "王哲", number(2))) == [("案2", ("other_name",))]


@pytest.mark.parametrize(
    ("verdict", "expected"), [("same", [("案1", ())]), ("different", []), ("unsure", [("案1", ("masked_number",))])]
)
def test_an_officers_decision_settles_a_mask(desk: Office, verdict: str, expected: list[Any]) -> None:
    owes(desk, "张一", masked(1))
    bring(desk, "legal_representatives", [represents()])
    ((_, mention),) = desk.store.find("Person", "mask_hash", mask_hashes(number(1), desk.keys), 2)
    other = desk.store.nodes([mention], 2)[mention][0]
    one = coded_id("CN-ID", desk.keys.digest(number(1)))
    decide(desk.store, Decision(Kind.MATCH, one, other, verdict, "法院来函", "审核丁", DAY))
    assert numbers(screened(desk, "张一", number(1))) == expected


def test_three_names_on_a_number_are_set_aside(desk: Office) -> None:
    bring(desk, "legal_representatives", [represents(i, 姓名=n) for i, n in enumerate(("张一", "李二", "王三"), 1)])
    finding = screened(desk, "张一", number(1))
    assert (finding.outcome, finding.reason) == (Outcome.NOT_CHECKED, "number_set_aside")


def test_a_record_out_of_use_is_not_shown_for_any_day(desk: Office) -> None:
    """Time travel does not bring back what was repaired: 2026-10-05 is before the repair, used after it."""
    bring(desk, "registrations", [firm(1)], day="2026-09-10")
    bring(desk, "legal_representatives", [represents()], day="2026-09-10")
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01")], day="2026-09-10")
    before = Moment(dt.date(2026, 10, 5), DAY, DAY)
    assert numbers(screened(desk, "张一", number(1), before)) == [("罚1", ())]
    bring(desk, "repairs", [repair(1, "罚1", "2026-11-01")], day="2026-11-02")
    early = Moment(dt.date(2026, 10, 5), dt.date(2026, 10, 5), DAY)
    assert numbers(screened(desk, "张一", number(1), before)) == numbers(screened(desk, "张一", number(1), early)) == []


def test_records_under_a_weaker_code_of_the_firm_are_found(desk: Office) -> None:
    """The penalty names the firm by its nine-character organisation code."""
    bring(desk, "registrations", [firm(1)])
    bring(desk, "legal_representatives", [represents()])
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01", 行政相对人代码=uscc(1)[8:17])])
    assert numbers(screened(desk, "张一", number(1))) == [("罚1", ())]


def test_one_record_counts_once_whatever_the_roles(desk: Office) -> None:
    bring(desk, "legal_representatives", [represents(), represents(职务="执行董事", 任职日期="2026-10-01")])
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01")])
    (entry,) = screened(desk, "张一", number(1)).related
    assert [(r.tie, r.held_on(entry.fact.date)) for r in entry.roles] == [
        ("legal_representative", True),
        ("post", False),
    ]
    assert entry.in_office is True


@pytest.mark.parametrize(
    ("resigned", "in_office"),
    [("2026-09-01", False), ("2026-08-29", False), ("2026-09-02", True), ("2026-09", None), ("", True)],
)
def test_in_office_on_the_day(desk: Office, resigned: str, in_office: bool | None) -> None:
    """The day of resignation is the first one out of office; of a month only it is not known."""
    bring(desk, "legal_representatives", [represents(免职日期=resigned)])
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01")])
    (entry,) = screened(desk, "张一", number(1)).related
    assert entry.in_office is in_office and entry.doubts == (("office_unknown",) if in_office is None else ())


def test_who_vanished_from_a_full_list_left_between_the_two(desk: Office) -> None:
    bring(desk, "shareholders", [share(1), share(2)], day="2026-06-30", full=True)
    bring(desk, "shareholders", [share(2)], day="2026-09-30", full=True)
    view = View(desk.store, Moment.on(DAY), Use.VETTING, Disclosure.AUTHORISED)
    (role,) = roles_of(view, np.array([nid(coded_id("CN-ID", desk.keys.digest(number(1))))]), ["shareholder"])
    days = ("2026-06-29", "2026-07-01", "2026-09-29", "2026-09-30")
    assert [role.held_on(d(day)) for day in days] == [True, None, None, False]


def share(person: int, **more: Any) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(1),
        "股东名称": "张一",
        "股东类型": "自然人",
        "股东证件号码": number(person),
        "持股比例": "50%",
        "取得日期": "2020-01-01",
    } | more


HELD = ("shareholders", "2020-01-01")  # the source, and the first day


@pytest.mark.parametrize(
    ("register", "roles", "in_office"),
    [
        ([share(1, 退出日期="2025-02-27")], [(*HELD, "2025-02-27")], False),
        ([share(1)], [(*HELD, None)], True),
        ([share(1, 退出日期="2025-02-27", 统一社会信用代码=uscc(1)[8:17])], [(*HELD, "2025-02-27")], False),
        ([share(2)], None, None),
        ([], [("beneficial_ownership", "2020-01-01", None)], True),
        ([share(2, 取得日期="2026-12-01")], [("beneficial_ownership", "2020-01-01", None)], True),
    ],
    ids=["given up", "still held", "given up, by a weaker code", "never in the register", "no register", "not yet"],
)
def test_of_a_firms_holders_the_register_is_believed_alone(
    desk: Office, register: list[dict[str, Any]], roles: list[Any] | None, in_office: bool | None
) -> None:
    """As ownership counts: beside holders of the first source a declaration without an end holds nothing."""
    bring(desk, "registrations", [firm(1)])
    bring(desk, "beneficial_ownership", [declared(1, 1, "张一")])
    if register:
        bring(desk, "shareholders", register)
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01")])
    related = screened(desk, "张一", number(1)).related
    if roles is None:
        assert related == ()
        return
    (entry,) = related
    assert [(r.source, iso(r.since), iso(r.until)) for r in entry.roles] == roles
    assert entry.in_office is in_office


def test_a_liaison_and_a_later_post_are_no_role(desk: Office) -> None:
    bring(desk, "legal_representatives", [represents(职务="联络员"), represents(职务="监事", 任职日期="2026-12-01")])
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01")])
    assert screened(desk, "张一", number(1)).outcome is Outcome.NOTHING


@pytest.mark.parametrize(
    ("tie", "kinds", "content", "hinted"),
    [
        ("法定代表人", "吊销营业执照", "吊销营业执照", True),
        ("法定代表人", "责令关闭", "责令关闭", True),
        ("法定代表人", "责令停产停业", "责令停产停业整顿", False),
        ("法定代表人", "罚款", "罚款20000元", False),
        ("监事", "吊销营业执照", "吊销营业执照", False),
    ],
)
def test_which_penalties_bar_from_a_post(desk: Office, tie: str, kinds: str, content: str, hinted: bool) -> None:
    bring(desk, "legal_representatives", [represents(职务=tie)])
    bring(desk, "penalties", [penalty(1, "罚1", "2026-09-01", 处罚类别=kinds, 处罚内容=content, 失信严重程度="严重")])
    finding = screened(desk, "张一", number(1), company_post=True)
    assert bool(finding.hints) is hinted and len(finding.related) == 1
    assert not screened(desk, "张一", number(1)).hints


def test_a_ban_and_a_false_registration_give_hints_of_what_they_bar(desk: Office) -> None:
    """2-rules B10: no new registration for three years; of posts no text speaks."""
    bring(desk, "legal_representatives", [represents()])
    bring(desk, "revoked_registrations", [false_registration(1, "2026-05-10")])
    bring(desk, "sector_bans", [banned("2026-02-01", "2027-01-31")])
    hints = screened(desk, "张一", number(1), company_post=True).hints
    assert [(h.clause.id, h.clause.registers, bool(h.clause.barred)) for h in hints] == [
        ("FRAUD", True, False),
        ("BAN", True, True),
    ]
    assert [h.until for h in hints] == [d("2029-05-11"), d("2027-02-01")]


def false_registration(serial: int, day: str) -> dict[str, Any]:
    return {
        "企业名称": f"云津样例{serial}商贸有限公司",
        "统一社会信用代码": uscc(serial),
        "撤销决定书文号": "撤1",
        "撤销原因": "冒用身份",
        "撤销日期": day,
        "撤销机关": "某局",
    }


def banned(day: str, until: str) -> dict[str, Any]:
    return {
        "被禁入主体": "张一",
        "统一社会信用代码": "",
        "证件号码": number(1),
        "禁入决定文号": "禁1",
        "禁入范围": "食品生产经营",
        "禁入起始日期": day,
        "禁入截止日期": until,
        "决定机关": "某局",
    }


def test_whoever_left_before_the_revocation_is_not_barred_by_it(desk: Office) -> None:
    bring(desk, "registrations", [firm(1, 登记状态="吊销", 核准日期="2026-05-10")])
    bring(desk, "legal_representatives", [represents(免职日期="2026-05-07")])
    finding = screened(desk, "张一", number(1), company_post=True)
    assert [(e.fact.type, e.in_office) for e in finding.related] == [("licence_revoked", False)] and not finding.hints


def test_a_revocation_without_a_day_is_to_be_verified(desk: Office) -> None:
    bring(desk, "registrations", [firm(1, 登记状态="吊销")])
    bring(desk, "legal_representatives", [represents()])
    finding = screened(desk, "张一", number(1), company_post=True)
    assert finding.outcome is Outcome.TO_VERIFY and "date_unknown" in finding.related[0].doubts
    assert [h.until for h in finding.hints] == [FOREVER]


def test_every_store_gives_the_same_answer(office: Office) -> None:
    bring(office, "registrations", [firm(1), firm(2)])
    bring(office, "legal_representatives", [represents(免职日期="2026-08-29"), represents(2)])
    bring(
        office,
        "penalties",
        [penalty(1, "罚1", "2026-09-01"), penalty(2, "罚2", "2026-09-02"), penalty(2, "罚3", "2026-09-03")],
    )
    bring(office, "repairs", [repair(2, "罚3", "2026-11-01")])
    owes(office, "张一", masked(1))
    owes(office, "张一", FIFTEEN, "案2")
    finding = screened(office, "张一", number(1), company_post=True)
    assert sorted(numbers(finding)) == [
        ("案1", ("masked_number",)),
        ("案2", ("fifteen_digits",)),
        ("罚1", ()),
        ("罚2", ()),
    ]
    assert [e.in_office for e in finding.related] == [False, True] and len(finding.hints) == 2
    view = View(office.store, Moment.on(DAY), Use.VETTING, Disclosure.AUTHORISED)
    assert namesakes(view, ["张一"]) == {"张一": Namesakes(people=2, mentions=1)}


def test_namesakes_are_counted_by_the_whole_name(desk: Office) -> None:
    owes(desk, "张一", number(1))
    owes(desk, "张一", masked(2), "案2")
    owes(desk, "张一鸣", number(3), "案3")
    owes(desk, "张一", masked(4), "案4")
    view = View(desk.store, Moment.on(DAY), Use.VETTING, Disclosure.AUTHORISED)
    assert namesakes(view, ["张一", "李二"]) == {"张一": Namesakes(people=1, mentions=2), "李二": Namesakes(0, 0)}


spans = st.tuples(st.integers(0, 50), st.integers(0, 10))


@given(spans, spans, st.integers(-5, 120))
def test_no_answer_on_office_contradicts_what_the_dates_allow(
    start: tuple[int, int], end: tuple[int, int], day: int
) -> None:
    """Whatever the true days within the bounds are: True means held in all cases, False in none."""
    first, last = (start[0], sum(start)), (start[0] + end[0], start[0] + end[0] + end[1])
    role = Role(1, 2, "post", None, None, first[0], last[0], "s", first, last)
    truths = {s <= day < e for s in range(first[0], first[1] + 1) for e in range(last[0], last[1] + 1)}
    answer = role.held_on(day)
    if answer is not None and len(truths) == 1:
        assert {answer} == truths
    assert not (answer is True and False in truths) and not (answer is False and True in truths)


def test_several_roles_are_held_if_any_is() -> None:
    open_ = Role(1, 2, "post", None, None, NO_DATE, NO_DATE, "s", (NO_DATE, NO_DATE), (FOREVER, FOREVER))
    past = Role(1, 2, "post", None, None, NO_DATE, 10, "s", (NO_DATE, NO_DATE), (10, 10))
    vague = Role(1, 2, "post", None, None, NO_DATE, 10, "s", (NO_DATE, NO_DATE), (5, 30))
    assert [held(r, 20) for r in ([open_, past], [past, vague], [past], [])] == [True, None, False, False]
