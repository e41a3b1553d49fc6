"""The warning models of Xiamen (domain/1-systems 3.11): whom each lists and why, rule by rule on firms made by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.classes.grades import entry_of
from analytics.classes.grading import grade
from analytics.indicators.baseline import Baseline
from analytics.indicators.pack import pack_on
from graph.identity import coded_id, nid
from graph.projection import GraphProjection
from graph.time import Moment
from graph.usable import Use
from loaders.source import sources
from tests.analytics.test_indicators import SUBJECT, TODAY, row
from tests.conftest import SAMPLE, Office, uscc

CROWDED = Baseline("crowded", {}, {n: {"": 5} for n in ("posts", "addresses", "contacts", "agents")})
REPORTED = {"annual_reports": [{"报告年度": "2025", "报送日期": "2026-03-01"}]}
Found = tuple[dict[str, float], str]


def warned(desk: Office, model: str, case: dict[str, Any], day: dt.date = TODAY, also_firms: int = 0) -> Found:
    """(points by indicator, class) of the firm of a case by a model, whose other sources tell of others only."""
    before = case.get("before", {})
    for when, delivered in before.items():
        for source, given in delivered.items():
            desk.deliver(source, [row(source, SUBJECT, g) for g in given], when)
    told = {k: v for k, v in case.items() if k != "before"}
    told.setdefault("registrations", [{}])
    firms = range(SUBJECT, SUBJECT + 1 + also_firms)
    for source, given in told.items():
        desk.deliver(source, [row(source, i, g) for i in firms for g in given], (day - dt.timedelta(3)).isoformat())
    pack = pack_on(day, model)
    for source in sorted({s for name in pack.indicators for s in entry_of(name).sources} - set(told)):
        desk.deliver(source, sources()[source].sample.format(**SAMPLE), (day - dt.timedelta(3)).isoformat())
    projection = GraphProjection.from_store(desk.store, Moment.on(day), Use.GRADE)
    found = grade(desk.store, projection, pack, CROWDED)
    at = found.of(projection.position(nid(coded_id("CN-USCC", uscc(SUBJECT)))))
    assert at is not None
    points: dict[str, float] = {}
    for i in (found.parts.company == at).nonzero()[0].tolist():
        name = found.indicators[int(found.parts.indicator[i])]
        points[name] = points.get(name, 0.0) + int(found.parts.points[i]) / 1000
    return points, str(found.grade[at])


def attempts(*reached: str) -> list[dict[str, str]]:
    return [{"核查方式": "信函", "核查日期": f"2026-0{5 + i}-01", "是否联系上": r} for i, r in enumerate(reached)]


def entry(reason: str) -> dict[str, str]:
    return {"列入经营异常名录原因": reason, "列入日期": "2026-08-20", "作出决定机关": "某局"}


IN_VAIN = [{"检查编号": "查1", "检查日期": "2026-11-02", "检查结果": "通过登记的住所或者经营场所无法联系"}]
UNREACHABLE = [entry("通过登记的住所或者经营场所无法联系")]
LATE = [entry("未依照规定期限公示年度报告")]


# Points of lost_contact.yaml: D8 30 by steps .4, .3, .3; R4 20, unreachable 1; R8 10, not found 1; D1 20. Listed above 20.
@pytest.mark.parametrize(
    ("case", "points", "grade"),
    [
        ({"contact_attempts": attempts("否")}, {}, "A"),  # one letter alone is no loss of contact
        ({"contact_attempts": attempts("否", "否")}, {"D8": 21.0}, "B"),
        ({"contact_attempts": attempts("否", "否", "否")}, {"D8": 30.0}, "B"),
        ({"contact_attempts": attempts("否", "否", "是")}, {}, "A"),  # reached in the end
        ({"abnormal_operations": UNREACHABLE}, {"R4": 20.0}, "A"),  # on the cut-off, not above it
        ({"abnormal_operations": LATE}, {"R4": 6.0}, "A"),
        ({"inspections": IN_VAIN}, {"R8": 10.0}, "A"),
        ({"inspections": [IN_VAIN[0] | {"检查结果": "发现问题"}]}, {}, "A"),  # found, so there is contact
        ({"abnormal_operations": UNREACHABLE, "inspections": IN_VAIN}, {"R4": 20.0, "R8": 10.0}, "B"),
        (
            {
                "contact_attempts": attempts("否", "否", "否"),
                "abnormal_operations": UNREACHABLE,
                "inspections": IN_VAIN,
            },
            {"D8": 30.0, "R4": 20.0, "R8": 10.0},
            "C",
        ),
    ],
)
def test_lost_contact(desk: Office, case: dict[str, Any], points: dict[str, float], grade: str) -> None:
    assert warned(desk, "lost_contact", case | REPORTED) == (points, grade)


def test_lost_contact_counts_reports_and_moves_too(desk: Office) -> None:
    """The report of 2025 missing, which another firm sent, 10 of 20, and one move this month, half of 10: no list of that alone."""
    moved = {"before": {"2026-01-31": {"registrations": [{"核准日期": "2020-01-01"}]}}}
    new = {"registrations": [{"住所": "云津市临江区样例路77号", "核准日期": "2026-11-02"}]}
    assert warned(desk, "lost_contact", moved | new) == ({"D1": 10.0, "D4": 5.0}, "A")


SHELL = {
    "before": {
        "2026-01-31": {"legal_representatives": [{"姓名": "样例甲", "职务": "法定代表人", "任职日期": "2013-01-01"}]}
    }
}
CHANGING = {
    "before": {
        **SHELL["before"],
        "2026-09-30": {
            "legal_representatives": [
                {"姓名": "样例乙", "职务": "法定代表人", "任职日期": "2026-03-01", "免职日期": "2026-06-01"},
                {"姓名": "样例丙", "职务": "法定代表人", "任职日期": "2026-06-01", "免职日期": "2026-11-01"},
            ]
        },
    },
    "legal_representatives": [{"姓名": "样例丁", "职务": "法定代表人", "任职日期": "2026-11-01"}],
}
UNPAID = [
    {
        "股东名称": "样例丁",
        "股东类型": "自然人",
        "持股比例": "100%",
        "认缴出资额（万元）": "1000",
        "实缴出资额（万元）": "0",
    }
]
LARGE = {"registrations": [{"注册资本": "1000(万元人民币)"}], "shareholders": UNPAID}
CROWD = {"registrations": [{"住所": "云津市临江区样例路70号1室", "成立日期": "2026-11-02", "核准日期": "2026-11-02"}]}
REVOKED = [{"撤销决定书文号": "撤1", "撤销原因": "提交虚假材料", "撤销日期": "2024-11-30"}]


# Points of abnormal_registration.yaml: B2 15 from ten million unpaid, D3 15, G5 15, G6 10, R15 a red line. Listed above 20.
@pytest.mark.parametrize(
    ("case", "also_firms", "points", "grade"),
    [
        ({}, 0, {}, "A"),
        (LARGE, 0, {"B2": 15.0}, "A"),
        (CHANGING, 0, {"D3": 15.0}, "A"),
        (LARGE | CHANGING, 0, {"B2": 15.0, "D3": 15.0}, "B"),
        (CROWD, 11, {"G5": 15.0}, "A"),
        (CROWD, 3, {}, "A"),  # four firms at an address are usual
        ({"contacts": [{"联系电话": "0999-8000077"}]}, 9, {"G6": 10.0}, "A"),
        (CROWD | {"contacts": [{"联系电话": "0999-8000077"}]}, 11, {"G5": 15.0, "G6": 10.0}, "B"),
        ({"revoked_registrations": REVOKED}, 0, {"R15": 0.0}, "D"),  # a red line lists without points
    ],
)
def test_abnormal_registration(
    desk: Office, case: dict[str, Any], also_firms: int, points: dict[str, float], grade: str
) -> None:
    assert warned(desk, "abnormal_registration", case, also_firms=also_firms) == (points, grade)


# Points of report_chase.yaml: W1 70 by month .3 .3 .4 .5 .7 1, D1 30 once a year is overdue. Listed above 20.
@pytest.mark.parametrize(
    ("day", "reported", "points", "grade"),
    [
        (dt.date(2026, 1, 15), False, {"W1": 21.0}, "B"),
        (dt.date(2026, 4, 15), False, {"W1": 35.0}, "B"),
        (dt.date(2026, 6, 15), False, {"W1": 70.0}, "C"),
        (dt.date(2026, 6, 15), True, {}, "A"),
        (dt.date(2026, 7, 15), False, {"D1": 15.0}, "A"),  # the season is over: one year overdue is not listed
    ],
)
def test_report_chase(desk: Office, day: dt.date, reported: bool, points: dict[str, float], grade: str) -> None:
    assert warned(desk, "report_chase", REPORTED if reported else {}, day) == (points, grade)
