"""Parts that name no record tell the values behind them: the registration's, and what ought to be there and is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from analytics.classes.explanation import explain
from analytics.classes.runs import grade_few_run
from graph.identity import coded_id, nid
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, firm, uscc

REPORT = {
    "报送日期": "2026-03-01",
    "从业人数": "12",
    "参保人数": "10",
    "资产总额": "800",
    "负债总额": "200",
    "营业总收入": "1200",
    "利润总额": "90",
    "纳税总额": "60",
}


def told(desk: Office, serial: int) -> dict[str, Any]:
    """By indicator the values behind the parts of a firm that rest on its registration."""
    view, key = View(desk.store, Moment.on(dt.date(2026, 11, 23)), Use.GRADE), nid(coded_id("CN-USCC", uscc(serial)))
    found = explain(view, *grade_few_run(view, np.array([key])), key)
    parts = [p for p in found["parts"] if p["evidence"]["kind"] == "registration"]
    return {p["indicator"]: p["evidence"].get("told") for p in parts}


def test_the_values_and_the_years_are_told(desk: Office) -> None:
    """Firm 1, founded in 2024, was to report 2025 as firm 2 did, and cut its capital from 500 to 100 (万)."""
    young = {"成立日期": "2024-01-05", "行业代码": "J6610"}
    desk.deliver("registrations", [firm(1, **young, 注册资本="500(万元人民币)"), firm(2)], "2026-01-05")
    desk.deliver("registrations", [firm(1, **young, 注册资本="100(万元人民币)"), firm(2)], "2026-11-05")
    report = {"企业名称": "云津样例2商贸有限公司", "统一社会信用代码": uscc(2), "报告年度": "2025"}
    desk.deliver("annual_reports", [report | REPORT], "2026-11-06")
    found = told(desk, 1)
    assert found["B1"] == {"established_on": "2024-01-05"}
    assert found["B3"] == {"industry": "J6610"}
    assert found["D1"] == {"years_missing": [2025]}
    assert found["D6"]["capital_cuts"] == [{"on": "2026-11-05", "before": 500_000_000.0, "after": 100_000_000.0}]
    assert "D1" not in told(desk, 2), "it reported"
