"""Periods by calendar and the working-day calendar."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.time import (
    NO_DATE,
    Calendar,
    add_months,
    add_months_array,
    civil_day,
    completed_months,
    period_end,
    to_date,
    to_day,
)

DAYS = st.dates(dt.date(1980, 1, 1), dt.date(2060, 12, 31))


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_three_years_end_on_the_day_after_the_same_day() -> None:
    """design.md, periods: 2023-05-10 and three years is usable up to and including 2026-05-10."""
    assert period_end(d("2023-05-10"), 36) == d("2026-05-11")


def test_months_end_on_their_last_day() -> None:
    """design.md, periods: 2025-08-31 plus six months ends with 2026-02-28; the 29th of February likewise."""
    assert add_months(d("2025-08-31"), 6) == d("2026-02-28")
    assert add_months(d("2024-02-29"), 12) == d("2025-02-28")


@given(DAYS, st.integers(-60, 60))
def test_arrays_count_months_as_days_do(day: dt.date, months: int) -> None:
    found = add_months_array(np.array([to_day(day), NO_DATE]), months)
    assert found.tolist() == [to_day(add_months(day, months)), NO_DATE]


@given(DAYS, DAYS)
def test_completed_months_are_the_most_that_fit(start: dt.date, end: dt.date) -> None:
    months = int(completed_months(np.array([to_day(start)]), to_day(end))[0])
    if start > end:
        assert months == 0
    else:
        assert add_months(start, months) <= end < add_months(start, months + 1)


@given(DAYS)
def test_days_go_there_and_back(day: dt.date) -> None:
    assert to_date(to_day(day)) == day


def test_a_civil_day_is_shanghais() -> None:
    assert to_date(civil_day(dt.datetime(2026, 1, 31, 16, 0, tzinfo=dt.UTC))) == d("2026-02-01")


# The State Council's notices: 国办发明电〔2025〕7号 and earlier ones, as listed in the calendar's file.
@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-17", False),
        ("2026-02-14", True),
        ("2026-10-01", False),
        ("2020-01-31", False),
        ("2019-05-03", False),
        ("2019-05-05", True),
        ("2024-02-09", True),
        ("2024-02-12", False),
        ("2026-11-23", True),
        ("2026-11-22", False),
    ],
)
def test_holidays_and_worked_weekends(day: str, worked: bool) -> None:
    assert Calendar.load().is_working(d(day)) is worked


def test_seven_working_days_over_the_national_holiday() -> None:
    """2025-10-01 to 10-08 were off (国办发明电〔2024〕12号), Saturday 10-11 was worked: 9, 10, 11, 13, 14, 15 after 30 September."""
    assert Calendar.load().add(d("2025-09-29"), 7) == d("2025-10-15")


def test_a_year_without_a_notice_is_an_estimate() -> None:
    shipped = Calendar.load()
    assert shipped.estimated(d("2027-01-04")) and not shipped.estimated(d("2026-01-05"))
    assert sorted(shipped.sources) == list(range(2017, 2027))


@given(st.lists(st.tuples(st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31)), st.integers(-5, 60)), min_size=1))
def test_a_lag_is_the_fewest_working_days_that_reach(spans: list[tuple[dt.date, int]]) -> None:
    starts = np.array([to_day(start) for start, _ in spans])
    ends = starts + [days for _, days in spans]
    calendar = Calendar.load()
    for (start, days), lag in zip(spans, calendar.lag(starts, ends).tolist(), strict=True):
        end = start + dt.timedelta(days=days)
        assert end <= calendar.add(start, lag) or days <= 0
        assert lag == 0 if days <= 0 else calendar.add(start, lag - 1) < end


def test_many_days_have_the_answers_of_each() -> None:
    days = np.r_[np.tile(np.arange(to_day(dt.date(1999, 1, 1)), to_day(dt.date(2026, 12, 31))), 6), NO_DATE]
    few = np.concatenate([add_months_array(part, 6) for part in np.array_split(days, 9)])
    assert add_months_array(days, 6).tolist() == few.tolist()
