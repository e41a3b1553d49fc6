"""Retention: what is due is really removed, everything else stays, and it does not come back."""

from __future__ import annotations

import datetime as dt

from graph.schema import SCHEMA
from graph.store import Slice
from loaders.retention import past_retention, retain
from tests.conftest import Office, firm, uscc
from tests.graph.stores.reading import facts

TODAY = dt.date(2026, 11, 23)
SUBJECT = {"企业名称": "云津样例1商贸有限公司", "统一社会信用代码": uscc(1)}


def complaint(number: str, day: str) -> dict[str, str]:
    """A complaint: usable for 24 months (records.yaml), kept for three years (the source's catalogue entry)."""
    return SUBJECT | {"投诉编号": number, "登记日期": day}


def holding(name: str, until: str) -> dict[str, str]:
    """A holding; the shareholders' source keeps for 30 years."""
    row = {"统一社会信用代码": uscc(1), "股东名称": name, "股东类型": "自然人", "持股比例": "50%"}
    return row | {"取得日期": "1990-01-01", "退出日期": until}


def test_what_is_past_its_retention_goes_and_stays_away(office: Office) -> None:
    store, keys = office.store, office.keys
    office.deliver("registrations", [firm(1)], "2026-01-31")
    rows = [complaint("旧", "2023-01-05"), complaint("新", "2024-06-01"), complaint("", "2024-02-30")]
    office.deliver("complaints", rows, "2026-01-31")
    office.deliver("shareholders", [holding("样例甲", "1995-01-01"), holding("样例乙", "2020-01-01")], "2026-01-31")
    due = past_retention(store, TODAY)
    assert due.rows() == [("record", "Complaint", 1), ("shareholders", "HOLDS_SHARES_IN", 1), ("quarantine", "", 1)]
    assert past_retention(store, dt.date(2026, 1, 31)).rows() == [
        ("record", "Complaint", 1),
        ("shareholders", "HOLDS_SHARES_IN", 1),
    ], "a refused row is kept for 30 days"
    before = {t: facts(store, t, Slice(9)) for t in SCHEMA.tables()}
    assert retain(store, due, TODAY, keys) == 3
    after = {t: facts(store, t, Slice(9)) for t in SCHEMA.tables()}
    fewer = {t: len(before[t]) - len(after[t]) for t in after if len(before[t]) != len(after[t])}
    assert fewer == {"Complaint": 1, "HOLDS_SHARES_IN": 1, "SUBJECT_OF": 1}
    assert past_retention(store, TODAY).rows() == []
    assert store.entries("quarantine")[0]["sealed_row"] is None
    again = office.deliver("complaints", rows[:2], "2026-11-23")
    assert (again.totals["rejected"], again.totals["unchanged"], again.totals["loaded"]) == (1, 1, 0)
