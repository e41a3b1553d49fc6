"""A list older than its period no longer confirms what it says."""

from __future__ import annotations

import datetime as dt

from graph.time import Moment, to_day
from graph.view import View
from tests.conftest import Office, debtor, firm, penalty


def test_a_list_older_than_its_period_marks_its_records(desk: Office) -> None:
    """The court's list is due monthly (31 days) and came on 31 January; penalties are increments."""
    desk.deliver("dishonest_debtors", [debtor(1, "案1", "2026-01-05")], "2026-01-31", full=True)
    desk.deliver("penalties", [penalty(1, "罚1", "2026-01-05")], "2026-01-31")
    desk.deliver("registrations", [firm(1)], "2026-02-28", full=True)

    def at(day: str) -> dict[str, int]:
        date = dt.date.fromisoformat(day)
        return View(desk.store, Moment(date, dt.date(2026, 11, 23), dt.date(2026, 11, 23))).unconfirmed

    last = to_day(dt.date(2026, 1, 31))
    assert at("2026-03-03") == {} and at("2026-03-04") == {"dishonest_debtors": last}
    desk.deliver("dishonest_debtors", [debtor(1, "案1", "2026-01-05")], "2026-11-20", full=True)
    assert set(at("2026-11-23")) == {"registrations"}


def test_increments_in_time_say_that_the_rest_has_not_changed(desk: Office) -> None:
    """The court sends its whole list once and every month what has changed: the list of January stands in April."""
    desk.deliver("dishonest_debtors", [debtor(1, "案1", "2026-01-05")], "2026-01-31", full=True)
    for day in ("2026-02-28", "2026-03-31"):
        desk.deliver("dishonest_debtors", [debtor(2, f"案 {day}", day)], day)

    def at(day: str) -> dict[str, int]:
        date = dt.date.fromisoformat(day)
        return View(desk.store, Moment(date, dt.date(2026, 11, 23), dt.date(2026, 11, 23))).unconfirmed

    assert at("2026-04-30") == {}
    assert at("2026-05-02") == {"dishonest_debtors": to_day(dt.date(2026, 3, 31))}
