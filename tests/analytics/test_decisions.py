"""Decisions of officers: the last counts, and none without a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analytics.decisions import Decision, Kind, decide, decisions
from graph.errors import UsageError

if TYPE_CHECKING:
    from tests.conftest import Office

FIRST = Decision(Kind.MATCH, "CN-ID:1", "MENTION:2", "unsure", "姓名相同", "张三丰", dt.date(2026, 5, 1))


def test_the_last_decision_counts_and_a_former_day_knows_only_former_ones(desk: Office) -> None:
    later = replace(FIRST, verdict="same", reason="见当事人书面确认", on=dt.date(2026, 6, 1))
    for decision in (FIRST, later):
        decide(desk.store, decision)
    assert decisions(desk.store, Kind.MATCH) == {("CN-ID:1", "MENTION:2"): later}
    assert decisions(desk.store, Kind.MATCH, dt.date(2026, 5, 31)) == {("CN-ID:1", "MENTION:2"): FIRST}
    assert decisions(desk.store, Kind.SHELL) == {}


@pytest.mark.parametrize("change", [{"verdict": "guilty"}, {"reason": " "}, {"by": ""}])
def test_what_is_no_decision_is_refused(desk: Office, change: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        decide(desk.store, replace(FIRST, **change))  # type: ignore[arg-type]
    assert decisions(desk.store, Kind.MATCH) == {}


def test_a_number_in_a_reason_is_blotted_out(desk: Office) -> None:
    decide(desk.store, replace(FIRST, reason="号码 11010519491231002X 一致"))
    assert "11010519491231002X" not in next(iter(decisions(desk.store, Kind.MATCH).values())).reason
