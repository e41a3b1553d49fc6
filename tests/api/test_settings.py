"""Days as people type them."""

from __future__ import annotations

import datetime as dt

import pytest

from api.settings import day
from graph.errors import UsageError


@pytest.mark.parametrize("text", ["2026-03-05", "2026/3/5", "2026.03.05", "2026年3月5日", " 2026-3-5 "])
def test_a_day_is_read_as_it_is_written_in_offices(text: str) -> None:
    assert day(text) == dt.date(2026, 3, 5)


@pytest.mark.parametrize("text", ["", "5/3/2026", "2026-02-30", "20260305", "2026-3", "明天"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no day"):
        day(text)
