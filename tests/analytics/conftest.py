"""A store to which every source has delivered, and what is said of a firm in it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics.aspects.reading import read_inputs
from analytics.classes.explanation import explain
from analytics.classes.runs import grade_run
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.source import sources
from tests.conftest import Office, debtor, firm, number, penalty, uscc

TODAY = dt.date(2026, 11, 23)
GIVEN = {
    "annual_reports",
    "registrations",
    "legal_representatives",
    "shareholders",
    "penalties",
    "abnormal_operations",
    "dishonest_debtors",
    "repairs",
}
OTHERS = {f"uscc{i}": uscc(901 + i) for i in range(3)} | {f"id{i}": number(901 + i) for i in range(3)}


def deliver_all(
    desk: Office,
    penalties: list[dict[str, Any]] | None = None,
    debtors: list[dict[str, Any]] | None = None,
    abnormal: list[dict[str, Any]] | None = None,
    firms: list[dict[str, Any]] | None = None,
    day: str = "2026-11-20",
) -> None:
    """One delivery of each source that says something about firms 1 and 2."""
    reports = [
        {"统一社会信用代码": uscc(i), "企业名称": "样例", "报告年度": "2025", "报送日期": "2026-03-01"} for i in (1, 2)
    ]
    desk.deliver("annual_reports", reports, day)
    desk.deliver("registrations", firms or [firm(1), firm(2)], day, full=True)
    desk.deliver(
        "legal_representatives",
        [{"统一社会信用代码": uscc(1), "姓名": "张伟", "证件号码": number(1), "职务": "法定代表人"}],
        day,
    )
    desk.deliver(
        "shareholders",
        [
            {
                "统一社会信用代码": uscc(1),
                "股东名称": "张伟",
                "股东类型": "自然人",
                "股东证件号码": number(1),
                "持股比例": "100%",
                "认缴出资额": "100",
                "实缴出资额": "100",
                "认缴出资日期": "2013-01-01",
            }
        ],
        day,
    )
    desk.deliver("penalties", penalties or [penalty(9, "罚九", "2026-10-01")], day)
    desk.deliver(
        "abnormal_operations",
        abnormal
        or [
            {
                "企业名称": "云津样例9商贸有限公司",
                "统一社会信用代码": uscc(9),
                "列入经营异常名录原因": "无法联系",
                "列入日期": "2026-09-01",
                "作出决定机关": "某局",
            }
        ],
        day,
        full=True,
    )
    desk.deliver("dishonest_debtors", debtors or [debtor(9, "案九", "2026-09-01")], day, full=True)


def deliver_others(desk: Office, day: str) -> None:
    """A delivery about others of each further source, so that everything is covered."""
    for name in sorted(set(sources()) - GIVEN):
        desk.deliver(name, sources()[name].sample.format(**OTHERS), day)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that everything further has been delivered to on the day of `deliver_all`."""
    folder = tmp_path_factory.mktemp("stock")
    with open_store(f"sqlite:///{folder}/stock.db") as store:
        deliver_others(Office(store, KeyRing.derived("tests"), folder), "2026-11-20")
    return folder / "stock.db"


@pytest.fixture
def covered(stock: Path, keys: KeyRing, tmp_path: Path) -> Iterator[Office]:
    """An office over a copy of that store."""
    shutil.copy(stock, tmp_path / "city.db")
    with open_store(f"sqlite:///{tmp_path}/city.db") as store:
        yield Office(store, keys, tmp_path)


def explained(
    desk: Office, serial: int = 1, day: dt.date = TODAY, known: dt.date | None = None, used: dt.date | None = None
) -> dict[str, Any]:
    at = Moment(day, known or day, used or max(day, known or day))
    run, projection, grades = grade_run(desk.store, at)
    inputs = read_inputs(desk.store, projection)
    return explain(View(desk.store, at, Use.GRADE), run, inputs, grades, nid(coded_id("CN-USCC", uscc(serial))))


def points(found: dict[str, Any]) -> dict[str, float]:
    out: dict[str, float] = {}
    for part in found["parts"]:
        out[part["indicator"]] = round(out.get(part["indicator"], 0) + part["points"], 3)
    return out
