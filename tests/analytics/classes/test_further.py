"""What parts follow from beside what they name: every record, relationship and count behind a number is told."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.aspects.reading import read_inputs
from analytics.classes.explanation import explain
from analytics.classes.runs import Run
from analytics.indicators.baseline import Baseline
from graph.identity import coded_id, nid
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.analytics.test_indicators import CASES, SUBJECT, TODAY, grades
from tests.conftest import Office, firm, uscc


def told_of(desk: Office, case: dict[str, Any], *names: str) -> dict[str, Any]:
    """What is said of the firm of a case of cases.yaml by some indicators."""
    projection, found = grades(desk, names, case)
    inputs = read_inputs(desk.store, projection, Baseline("case", {}, case.get("baseline", {})))
    view, key = View(desk.store, Moment.on(TODAY), Use.GRADE), nid(coded_id("CN-USCC", uscc(SUBJECT)))
    return explain(view, Run("", {}), inputs, found, key)


def parts_of(desk: Office, case: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return list(told_of(desk, case, *names)["parts"])


def case_of(indicator: str, wording: str) -> dict[str, Any]:
    (case,) = [c for c in CASES[indicator] if c["case"] == wording]
    return case


@pytest.mark.parametrize(
    ("indicator", "wording", "named", "others"),
    [
        ("R6", "false advertising twice", "罚2", ["罚1"]),
        ("P3", "two clean inspections, a penalty", "查2", ["查1"]),
    ],
)
def test_the_records_beside_the_one_named(
    desk: Office, indicator: str, wording: str, named: str, others: list[str]
) -> None:
    parts = parts_of(desk, case_of(indicator, wording), *dict.fromkeys([indicator, "R5"]))
    (evidence,) = [p["evidence"] for p in parts if p["indicator"] == indicator]
    assert evidence["document_number"] == named
    assert [e["document_number"] for e in evidence["further"]] == others
    assert all(e["date"] and e["authority"] for e in evidence["further"])


@pytest.mark.parametrize(
    ("indicator", "wording", "named", "others"),
    [
        ("D3", "three new ones in a year", "2026-11-01", ["2026-06-01", "2026-03-01"]),
        ("D4", "moved once this month", "2026-11-02", []),
        ("D5", "all holders replaced this month", "2015-01-01", ["2026-11-05"]),
    ],
)
def test_the_changes_beside_the_one_named(
    desk: Office, indicator: str, wording: str, named: str, others: list[str]
) -> None:
    """The part names the last change (of D5 the holding that ended); all others in its window are told, last first."""
    (part,) = parts_of(desk, case_of(indicator, wording), indicator)
    evidence = part["evidence"]
    assert (evidence["kind"], evidence["valid_from"]) == ("relationship", named)
    assert [e["valid_from"] for e in evidence.get("further", [])] == others


@pytest.mark.parametrize(
    ("indicator", "wording", "numbers"),
    [
        ("S2", "three mediations, two refused", {"mediations": 3, "mediations_failed": 2}),
        ("S3", "five in a month after a quiet year", {"days": 30, "complaints": 5, "complaints_of_year": 5}),
        (
            "G3",
            "the subsidiary is listed: one of one, beside two that count as good",
            {"group": 1, "group_listed": 1},
        ),
        (
            "G10",
            "mutual guarantees of twice the capital",
            {"guaranteed": 200_000_000, "currency": "CNY", "registered_capital": 100_000_000},
        ),
        (
            "B2",
            "the same with people employed",
            {"registered_capital": 10_000_000_000, "currency": "CNY", "paid": 0, "staff": 8},
        ),
    ],
)
def test_the_numbers_that_were_counted(desk: Office, indicator: str, wording: str, numbers: dict[str, Any]) -> None:
    for part in parts_of(desk, case_of(indicator, wording), indicator):
        assert part["evidence"]["told"] == numbers


def test_the_other_bad_firms_of_a_group_are_named(desk: Office) -> None:
    """Firm 50 holds two firms, both listed: 2 of 2 beside two that count as good, 12.5 points, from both entries."""
    entry = {"列入日期": "2026-05-10", "列入机关": "某局", "列入事由": "其他"}
    held = [
        {"统一社会信用代码": uscc(i), "股东名称": f"云津样例{SUBJECT}商贸有限公司", "股东类型": "企业法人"}
        | {"股东统一社会信用代码": uscc(SUBJECT), "持股比例": "100%"}
        for i in (60, 61)
    ]
    listed = [
        {"企业名称": f"云津样例{i}商贸有限公司", "统一社会信用代码": uscc(i), "列入决定书文号": f"严{i}"} | entry
        for i in (60, 61)
    ]
    desk.deliver("registrations", [firm(i) for i in (SUBJECT, 60, 61)], "2026-11-19")
    desk.deliver("shareholders", held, "2026-11-19")
    desk.deliver("serious_violations", listed, "2026-11-19")
    (part,) = parts_of(desk, {}, "G3")
    named = [part["evidence"], *part["evidence"]["further"]]
    assert part["points"] == 12.5 and part["evidence"]["told"] == {"group": 2, "group_listed": 2}
    assert {e["document_number"] for e in named} == {"严60", "严61"}
