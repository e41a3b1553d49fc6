"""People inside a term: who is listed, by which clause, until which day, and what stays unknown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.restrictions.befallen import inputs_with_texts
from analytics.restrictions.restricted import BEFORE, INSIDE, NOT_STATED, Restricted, restricted
from graph.projection import GraphProjection
from graph.time import Moment, iso
from graph.usable import Use
from tests.conftest import Office, declared, firm, number, penalty, uscc

TODAY, LATE = "2026-11-23", "2026-11-20"


def post(serial: int, person: int = 1, what: str = "法定代表人", **more: Any) -> dict[str, Any]:
    return {"统一社会信用代码": uscc(serial), "姓名": "张样例", "证件号码": number(person), "职务": what} | more


def ban(day: str, until: str) -> dict[str, Any]:
    return {
        "被禁入主体": "张样例",
        "统一社会信用代码": "",
        "证件号码": number(1),
        "禁入决定文号": "禁1",
        "禁入范围": "食品生产经营",
        "禁入起始日期": day,
        "禁入截止日期": until,
        "决定机关": "某局",
    }


def serious(serial: int, day: str) -> dict[str, Any]:
    return {
        "企业名称": f"云津样例{serial}商贸有限公司",
        "统一社会信用代码": uscc(serial),
        "列入严重违法失信名单原因": "生产销售不合格食品情节严重",
        "列入日期": day,
        "列入决定书文号": "严1",
        "列入机关": "某局",
    }


def found(desk: Office, day: str = TODAY) -> Restricted:
    at = Moment(dt.date.fromisoformat(day), dt.date(2026, 11, 23), dt.date.fromisoformat(day))
    return restricted(inputs_with_texts(desk.store, GraphProjection.from_store(desk.store, at, Use.ALERT)))


def ids(result: Restricted) -> list[str]:
    return [result.clauses[i][0].id for i in result.clause.tolist()]


def revoked_in_2023(desk: Office, posts: list[dict[str, Any]]) -> None:
    """Firm 1 was revoked on 2023-05-10 while person 1 represented it; firm 2 was founded in 2012."""
    desk.deliver("registrations", [firm(1, 登记状态="吊销", 核准日期="2023-05-10"), firm(2)])
    desk.deliver("legal_representatives", [post(1, 任职日期="2015-01-01"), *posts])


# The issue: a three-year restriction of a revocation on 2023-05-10 still stands on 2026-05-10 and not on 2026-05-11.
def test_three_years_stand_through_the_same_day(desk: Office) -> None:
    revoked_in_2023(desk, [post(2, 任职日期="2024-03-01")])
    on_the_day = found(desk, "2026-05-10")
    assert ids(on_the_day) == ["REVOKED"]
    assert (iso(int(on_the_day.since[0])), iso(int(on_the_day.until[0]))) == ("2023-05-10", "2026-05-11")
    assert on_the_day.taken.tolist() == [INSIDE] and iso(int(on_the_day.began[0])) == "2024-03-01"
    clause, period = on_the_day.clauses[int(on_the_day.clause[0])]
    assert clause.unknown_zh == "是否负有个人责任" and "第一百七十八条第一款第四项" in period.article
    assert not len(found(desk, "2026-05-11"))


def test_the_text_in_force_on_the_day_is_named(desk: Office) -> None:
    revoked_in_2023(desk, [post(2, 任职日期="2024-03-01")])
    before = found(desk, "2024-06-30")
    assert "（2018）第一百四十六条" in before.clauses[int(before.clause[0])][1].article


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        (post(2, 任职日期="2024-03-01"), INSIDE),
        (post(2, 任职日期="2020-03-01"), BEFORE),
        (post(2), NOT_STATED),
        (post(2, what="监事", 任职日期="2024-03-01"), INSIDE),
    ],
)
def test_when_a_post_was_taken(desk: Office, row: dict[str, Any], taken: int) -> None:
    revoked_in_2023(desk, [row])
    assert found(desk, "2025-01-01").taken.tolist() == [taken]


def test_a_post_in_a_firm_founded_inside_the_term_was_taken_inside_it(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 登记状态="吊销", 核准日期="2023-05-10"), firm(2, 成立日期="2025-03-02")])
    desk.deliver("legal_representatives", [post(1, 任职日期="2015-01-01"), post(2)])
    assert found(desk, "2026-01-01").taken.tolist() == [INSIDE]


@pytest.mark.parametrize(
    "row",
    [
        post(1, 任职日期="2024-03-01"),  # the very firm
        post(2, person=2, 任职日期="2024-03-01"),  # somebody else
        post(2, what="联络员"),  # no post of the law's
        post(2, 任职日期="2020-03-01", 免职日期="2023-01-01"),  # left
    ],
)
def test_who_is_not_listed(desk: Office, row: dict[str, Any]) -> None:
    revoked_in_2023(desk, [row])
    assert not len(found(desk, "2025-01-01"))


def test_whoever_left_before_the_revocation_is_not_barred(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 登记状态="吊销", 核准日期="2023-05-10"), firm(2)])
    rows = [post(1, 任职日期="2015-01-01", 免职日期="2023-05-07"), post(2, 任职日期="2024-03-01")]
    desk.deliver("legal_representatives", rows)
    assert not len(found(desk, "2025-01-01"))


def test_a_ban_ends_with_its_term_and_covers_founding(desk: Office) -> None:
    desk.deliver("registrations", [firm(2, 成立日期="2026-03-02")], LATE)
    desk.deliver("legal_representatives", [post(2, what="投资人")], LATE)
    desk.deliver("sector_bans", [ban("2026-02-01", "2026-11-23")], LATE, full=True)
    last = found(desk)
    assert ids(last) == ["BAN"] and last.taken.tolist() == [INSIDE] and last.post.tolist() == ["investor"]
    assert not len(found(desk, "2026-11-24"))


def test_who_is_no_holder_in_the_register_founded_nothing_by_a_declaration(desk: Office) -> None:
    desk.deliver("registrations", [firm(2, 成立日期="2026-03-02"), firm(3, 成立日期="2026-03-02")], LATE)
    desk.deliver("sector_bans", [ban("2026-02-01", "2027-11-23")], LATE, full=True)
    rows = [declared(i, 1, "张样例", 权益取得日期="2026-03-02") for i in (2, 3)]
    desk.deliver("beneficial_ownership", rows, LATE)
    other = {"统一社会信用代码": uscc(2), "股东名称": "李样例", "股东类型": "自然人", "股东证件号码": number(2)}
    desk.deliver("shareholders", [other | {"持股比例": "100%"}], LATE)
    result = found(desk)
    assert result.tie.tolist() == ["shareholder"] and len(result) == 1, "firm 3, of which the register is silent"


def test_a_debtor_himself_not_the_firm_that_owes(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2)])
    desk.deliver("legal_representatives", [post(1), post(2, person=2)])
    entry = {
        "被执行人姓名/名称": "张样例",
        "统一社会信用代码": "",
        "身份证号码": number(1),
        "案号": "案1",
        "执行法院": "某法院",
        "失信被执行人行为具体情形": "有履行能力而拒不履行",
        "立案时间": "2026-01-05",
    }
    of_a_firm = entry | {
        "被执行人姓名/名称": "云津样例2商贸有限公司",
        "统一社会信用代码": uscc(2),
        "身份证号码": "",
        "案号": "案2",
    }
    desk.deliver("dishonest_debtors", [entry, of_a_firm], full=True)
    result = found(desk)
    assert ids(result) == ["DEBTOR"]
    assert "大债务" in result.clauses[int(result.clause[0])][0].unknown_zh


def test_a_false_registration_bars_from_founding_not_from_posts(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2), firm(3, 成立日期="2026-06-01")], LATE)
    rows = [post(1), post(2, 任职日期="2026-06-01"), post(3, 任职日期="2026-06-01")]
    desk.deliver("legal_representatives", rows, LATE)
    desk.deliver(
        "revoked_registrations",
        [
            {
                "企业名称": "云津样例1商贸有限公司",
                "统一社会信用代码": uscc(1),
                "撤销决定书文号": "撤1",
                "撤销原因": "冒用身份",
                "撤销日期": "2026-05-10",
                "撤销机关": "某局",
            }
        ],
        LATE,
    )
    result = found(desk)
    assert ids(result) == ["FRAUD"], "firm 3 only"


def test_an_empty_graph_lists_nobody(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)])
    assert not len(found(desk))


# 2-rules B10: "revoked/ordered closed"; a suspension of business is of the same kind of penalty and is neither
@pytest.mark.parametrize(
    ("content", "expected"),
    [("责令关闭", ["REVOKED"]), ("责令停产停业整顿", []), ("", [])],
    ids=["closed", "suspended", "?"],
)
def test_a_penalty_bars_where_its_words_say_that_the_firm_is_closed(
    desk: Office, content: str, expected: list[str]
) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], LATE)
    desk.deliver("legal_representatives", [post(1, 任职日期="2015-01-01"), post(2, 任职日期="2026-10-01")], LATE)
    closed = penalty(1, "罚1", "2026-09-01", 处罚类别="责令停产停业", 处罚内容=content, 失信严重程度="严重")
    desk.deliver("penalties", [closed], LATE)
    assert ids(found(desk)) == expected


# 2-rules B5: the "legal representative/principal of a listed serious violator may not take such a post elsewhere"
@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (post(1, what="负责人"), post(2), ["SERIOUS"]),
        (post(1, what="负责人", 任职日期="2020-01-01", 免职日期="2026-10-01"), post(2), ["SERIOUS"]),
        (post(1, what="负责人", 任职日期="2020-01-01", 免职日期="2026-08-01"), post(2), []),
        (post(1), post(2, what="执行事务合伙人"), ["SERIOUS"]),
        (post(1, what="执行事务合伙人"), post(2, what="负责人"), ["SERIOUS"]),
        (post(1), post(2, what="董事"), []),
        (post(1, what="董事"), post(2), []),
    ],
)
def test_who_was_in_charge_of_a_serious_violator(
    desk: Office, then: dict[str, Any], now: dict[str, Any], expected: list[str]
) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], LATE)
    desk.deliver("legal_representatives", [then, now], LATE)
    desk.deliver("serious_violations", [serious(1, "2026-09-01")], LATE, full=True)
    assert ids(found(desk)) == expected


def test_before_the_first_clause_nobody_is_listed(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)])
    assert not len(found(desk, "1999-12-31"))
