"""An objection marks its record until it is decided; an upheld one ends the record's use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from graph.time import Moment, iso
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, firm, penalty, uscc

OBJECTION = {
    "记录类型": "行政处罚",
    "主体代码": uscc(1),
    "原文书号": "罚1",
    "原作出机关": "云津市市场监督管理局",
    "异议受理编号": "信异1",
    "受理日期": "2026-06-01",
    "受理机关": "云津市信用中心",
}


def seen(office: Office, day: str) -> tuple[list[str], list[str | None]]:
    """(numbers of usable penalties, since when they are objected to) on a day."""
    view = View(office.store, Moment.on(dt.date.fromisoformat(day)), Use.DISPLAY)
    found = view.search("罚", 10, ["AdministrativePenalty"])
    found.sort(key=lambda n: str(n.properties["document_number"]))
    marks = view.objected(np.array([n.key for n in found], dtype=np.int64))
    return [n.properties["document_number"] for n in found], [iso(marks.get(n.key)) for n in found]


@pytest.mark.parametrize(
    ("result", "after"),
    [
        ("异议不成立", (["罚1", "罚2"], [None, None])),
        ("异议成立", (["罚2"], [None])),
        ("撤回异议", (["罚1", "罚2"], [None, None])),
    ],
)
def test_a_mark_stands_until_the_decision(office: Office, result: str, after: Any) -> None:
    office.deliver("registrations", [firm(1)], "2026-04-30")
    office.deliver("penalties", [penalty(1, "罚1", "2026-05-01"), penalty(1, "罚2", "2026-05-02")], "2026-05-31")
    assert seen(office, "2026-06-02") == (["罚1", "罚2"], [None, None])
    office.deliver("objections", [OBJECTION], "2026-06-03")
    assert seen(office, "2026-06-03") == (["罚1", "罚2"], ["2026-06-01", None])
    office.deliver("objections", [OBJECTION | {"处理日期": "2026-06-08", "处理结果": result}], "2026-06-10")
    assert seen(office, "2026-06-10") == after


def test_an_objection_may_come_before_its_record(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)], "2026-04-30")
    desk.deliver("objections", [OBJECTION], "2026-06-03")
    assert seen(desk, "2026-06-03") == ([], [])
    desk.deliver("penalties", [penalty(1, "罚1", "2026-05-01")], "2026-06-04")
    assert seen(desk, "2026-06-04") == (["罚1"], ["2026-06-01"])
