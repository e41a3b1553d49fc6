"""News that earlier states of the code followed wrongly, or might have: each compared with a run of all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from analytics.following.regrading import Classes
from graph.time import Moment
from graph.unload import unload
from graph.usable import Use
from graph.view import View
from tests.analytics.following.test_regrading import KINDS, delivered, measured, told
from tests.conftest import Office, firm, penalty, repair, uscc

MOMENT = Moment.on(dt.date(2026, 11, 23))
Row = dict[str, Any]


def begun(desk: Office) -> Classes:
    """Every source delivered once, so that none counts for everybody, and all firms graded."""
    for n, what in enumerate(("fine", *KINDS)):
        delivered(desk, (what, 1 + n % 2, 1 + n % 3), n)
    return Classes.of_all(View(desk.store, MOMENT, Use.GRADE), measured(desk.store, MOMENT, "b"))


def followed(classes: Classes, desk: Office) -> Classes:
    view = View(desk.store, MOMENT, Use.GRADE)
    now = classes.follow(view)
    assert told(now) == told(Classes.of_all(view, classes.baseline))
    return now


def name(serial: int) -> str:
    return f"云津样例{serial}商贸有限公司"


def guarantee(of: int, to: int) -> Row:
    row = {"担保人": name(of), "担保人统一社会信用代码": uscc(of), "担保合同编号": "Z1", "担保金额": "500"}
    to_ = {"被担保人": name(to), "被担保人统一社会信用代码": uscc(to), "担保方式": "连带责任保证"}
    return row | to_ | {"担保起始日期": "2026-01-01", "担保截止日期": "2028-12-31"}


def holding(of: int, firm_: int, share: str = "60%") -> Row:
    row = {"统一社会信用代码": uscc(firm_), "股东名称": name(of), "股东类型": "企业法人"}
    return row | {"股东统一社会信用代码": uscc(of), "持股比例": share}


def listed(serial: int) -> Row:
    row = {"列入严重违法失信名单原因": "情节严重", "列入日期": "2026-03-10", "列入决定书文号": f"严9{serial}"}
    return {"统一社会信用代码": uscc(serial), "企业名称": name(serial)} | row


def filing(serial: int, by: int) -> Row:
    row = {"统一社会信用代码": uscc(serial), "企业名称": name(serial), "联系电话": f"0999-81000{serial}"}
    return row | {
        "登记日期": "2015-03-02",
        "登记代理机构": "云津样例代理有限公司",
        "代理机构统一社会信用代码": uscc(by),
    }


def test_a_guarantee_is_weighed_against_net_assets(desk: Office) -> None:
    """The strongest tie of 15 is the holding of 14, whose report shows means for many such guarantees."""
    desk.deliver("registrations", [firm(i) for i in range(1, 18)], "2026-11-20")
    report = {"企业名称": name(14), "统一社会信用代码": uscc(14), "报告年度": "2025", "报送日期": "2026-03-01"}
    money = {"资产总额": "10000", "负债总额": "0", "营业总收入": "1200", "利润总额": "90", "纳税总额": "60"}
    desk.deliver("annual_reports", [report | money | {"从业人数": "12", "参保人数": "10"}], "2026-11-20")
    desk.deliver("guarantees", [guarantee(14, 15)], "2026-11-20")
    desk.deliver("shareholders", [holding(14, 15)], "2026-11-20")
    classes = begun(desk)
    desk.deliver("serious_violations", [listed(15)], "2026-11-20")
    assert followed(classes, desk).risk is not None


def test_other_means_may_turn_the_strongest_tie(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 18)], "2026-11-20")
    desk.deliver("registrations", [firm(14, 注册资本="769(万元人民币)")], "2026-11-20")
    desk.deliver("guarantees", [guarantee(14, 15)], "2026-11-20")
    desk.deliver("shareholders", [holding(14, 15)], "2026-11-20")
    desk.deliver("serious_violations", [listed(15)], "2026-11-20")
    classes = begun(desk)
    desk.deliver("registrations", [firm(14, 注册资本="10000(万元人民币)")], "2026-11-21")
    assert followed(classes, desk).risk is not None


def test_whoever_becomes_an_agent_in_one_file_passes_nothing_on(desk: Office) -> None:
    """A newcomer who files for twelve known firms, then one known who files for twelve newcomers."""
    desk.deliver("registrations", [firm(i) for i in range(1, 40)], "2026-11-20")
    desk.deliver("serious_violations", [listed(i) for i in (14, 15)], "2026-11-20")
    desk.deliver("shareholders", [holding(17, 15)], "2026-11-20")
    classes = begun(desk)
    desk.deliver("contacts", [filing(i, 60) for i in range(20, 32)], "2026-11-21")
    classes = followed(classes, desk)
    desk.deliver("shareholders", [holding(60, i, "100%") for i in (14, 15, 16)], "2026-11-21")
    classes = followed(classes, desk)
    desk.deliver("contacts", [filing(i, 17) for i in range(80, 92)], "2026-11-21")
    followed(classes, desk)


def test_an_address_that_is_hosted_and_then_not(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 18)], "2026-11-20")
    where = {"地址类型": "托管地址", "启用日期": "2020-01-01"}
    here, there = ({"登记地址": f"云津市临江区样例路{i}号"} | where for i in (14, 99))
    desk.deliver("hosted_addresses", [there], "2026-11-20", True)
    classes = begun(desk)
    desk.deliver("hosted_addresses", [here], "2026-11-21", True)
    classes = followed(classes, desk)
    desk.deliver("registrations", [firm(i, 住所=here["登记地址"]) for i in range(70, 84)], "2026-11-21")
    classes = followed(classes, desk)
    desk.deliver("hosted_addresses", [there], "2026-11-22", True)
    followed(classes, desk)


def test_objections_corrections_and_withdrawals(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 18)], "2026-11-20")
    desk.deliver("penalties", [penalty(14, "罚900", "2026-05-11", 失信严重程度="严重")], "2026-11-20")
    desk.deliver("shareholders", [holding(14, 15)], "2026-11-20")
    classes = begun(desk)
    about = {"记录类型": "行政处罚", "主体名称": name(14), "主体代码": uscc(14), "原文书号": "罚900"}
    given = {"原作出机关": "云津市市场监督管理局", "异议受理编号": "异1", "受理日期": "2026-11-01"}
    objection = about | given | {"受理机关": "云津市信用中心"}
    decided = {"处理日期": "2026-11-15", "处理结果": "异议成立"}
    for source, row, day in (
        ("objections", objection, "2026-11-21"),
        ("objections", objection | decided, "2026-11-22"),
        ("penalties", penalty(14, "罚901", "2026-05-11", 失信严重程度="严重"), "2026-11-22"),
        ("penalties", penalty(14, "罚901", "2026-08-11", 失信严重程度="严重"), "2026-11-22"),
        ("repairs", repair(14, "罚901", "2026-11-10", 事项类型="撤回"), "2026-11-22"),
    ):
        desk.deliver(source, [row], day)
        classes = followed(classes, desk)


def test_a_holder_that_is_registered_later_and_a_batch_that_is_compensated(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 18)], "2026-11-20")
    desk.deliver("shareholders", [holding(60, 14)], "2026-11-20")
    desk.deliver("penalties", [penalty(60, "罚900", "2026-05-11", 失信严重程度="严重")], "2026-11-20")
    classes = begun(desk)
    batch = desk.deliver("registrations", [firm(60)], "2026-11-21")
    classes = followed(classes, desk)
    desk.deliver("shareholders", [holding(60, 15)], "2026-11-21")
    classes = followed(classes, desk)
    unload(desk.store, batch.seq, dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC))
    followed(classes, desk)


def test_a_batch_replaced_under_the_last_one(desk: Office) -> None:
    """The last two are taken back; another file comes first, then the very last one again."""
    begun(desk)
    desk.deliver("penalties", [penalty(1, "罚91", "2026-10-01")], "2026-11-21")
    last = ("penalties", [penalty(2, "罚92", "2026-10-01")], "2026-11-22")
    seq = desk.deliver(*last).seq
    classes = Classes.of_all(View(desk.store, MOMENT, Use.GRADE), measured(desk.store, MOMENT, "again"))
    for taken in (seq, seq - 1):
        unload(desk.store, taken, dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC))
    desk.deliver("penalties", [penalty(3, "罚93", "2026-10-01")], "2026-11-21")
    assert desk.deliver(*last).seq == seq
    followed(classes, desk)
