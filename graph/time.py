"""Civil days, periods by calendar, known time, and the working-day calendar.

Inside arrays a date is an integer of days since 1970-01-01 (Asia/Shanghai civil days); `NO_DATE` is none.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import yaml

Int64 = npt.NDArray[np.int64]

SHANGHAI = ZoneInfo("Asia/Shanghai")
NO_DATE = int(np.iinfo(np.int64).min)
FOREVER = int(np.iinfo(np.int64).max)
_MANY = 50_000  # days: more of them are mostly the same ones
_EPOCH = dt.date(1970, 1, 1).toordinal()


def to_day(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return date.toordinal() - _EPOCH


def to_date(day: int) -> dt.date:
    """The civil date of a day number."""
    return dt.date.fromordinal(day + _EPOCH)


def iso(day: int | None) -> str | None:
    """A day as ISO text; None for none."""
    return None if day is None or day in (NO_DATE, FOREVER) else to_date(day).isoformat()


def civil_day(moment: dt.datetime) -> int:
    """The Asia/Shanghai civil day of an aware moment."""
    return to_day(moment.astimezone(SHANGHAI).date())


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month some months on, or that month's last day (8-31 plus six months: 2-28)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period_end(start: dt.date, months: int) -> dt.date:
    """First day after a period of months: it is usable up to and including the same day, so one day later."""
    return add_months(start, months) + dt.timedelta(days=1)


def add_months_array(days: Int64, months: Int64 | int) -> Int64:
    """`add_months` on arrays of day numbers; NO_DATE stays. O(n), no Python loop."""
    known = days != NO_DATE
    if isinstance(months, int) and len(days) > _MANY and known.any():
        first, last = int(days[known].min()), int(days[known].max())
        if last - first < len(days) // 2:  # each day once
            table = add_months_array(np.arange(first, last + 1), months)
            return np.where(known, table[np.where(known, days - first, 0)], NO_DATE)
    date = np.where(known, days, 0).astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    day_of_month = (date - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.asarray(months).astype("timedelta64[M]")
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
    return np.where(known, first + np.minimum(day_of_month, length - 1), NO_DATE)


def months_after(day: Int64, months: int) -> Int64:
    """The first day after terms of months that begin on some days.

    By calendar and through the same day: three years from 2023-05-10 still stand on 2026-05-10.
    """
    return add_months_array(day, months) + 1


def completed_months(start: Int64, day: int) -> Int64:
    """Whole calendar months from each start to a day; negative starts in the future count 0; NO_DATE gives 0."""
    known = (start != NO_DATE) & (start <= day)
    date = np.where(known, start, day).astype("datetime64[D]")
    end = np.datetime64(day, "D")
    months = (end.astype("datetime64[M]") - date.astype("datetime64[M]")).astype(np.int64)
    return np.asarray(months - (add_months_array(date.astype(np.int64), months) > day))


@dataclass(frozen=True)
class Calendar:
    """Working days of the People's Republic of China, from the State Council's yearly notices."""

    closed: frozenset[dt.date]
    open: frozenset[dt.date]
    sources: dict[int, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Calendar:
        """The calendar that is shipped, 2017 to 2026."""
        text = resources.files("graph").joinpath("calendar/working_days.yaml").read_text("utf-8")
        closed, opened, sources = set(), set(), {}
        for year, entry in yaml.safe_load(text)["years"].items():
            closed |= {dt.date.fromisoformat(f"{year}-{day}") for day in entry["closed"]}
            opened |= {dt.date.fromisoformat(f"{year}-{day}") for day in entry["open"]}
            sources[year] = entry["source"]
        return cls(frozenset(closed), frozenset(opened), sources)

    def is_working(self, day: dt.date) -> bool:
        """Whether a day is worked; in a year without a notice Monday to Friday are (see `estimated`)."""
        return day in self.open or (day.weekday() < 5 and day not in self.closed)

    def estimated(self, day: dt.date) -> bool:
        """Whether the year's notice is not known, so that the answer is an estimate to be marked."""
        return day.year not in self.sources

    def add(self, day: dt.date, working_days: int) -> dt.date:
        """The day that lies a number of working days after `day` (not counted itself)."""
        while working_days > 0:
            day += dt.timedelta(days=1)
            working_days -= self.is_working(day)
        return day

    def lag(self, start: Int64, end: Int64) -> Int64:
        """By day numbers the fewest working days n with end <= add(start, n); 0 where end is not later. O(n + span)."""
        if not len(start):
            return np.zeros(0, dtype=np.int64)
        first, last = int(min(start.min(), end.min())), int(end.max())
        worked = np.cumsum([self.is_working(to_date(d)) for d in range(first, last + 1)])
        between = worked[np.maximum(end - 1 - first, 0)] - worked[np.minimum(start, end) - first]
        return np.where(end > start, between + 1, 0).astype(np.int64)


@dataclass(frozen=True)
class Moment:
    """Where a reader stands: what was true on `as_of`, as known on `known_at`, used on the real day `used_on`."""

    as_of: dt.date
    known_at: dt.date
    used_on: dt.date

    @cached_property
    def as_of_day(self) -> int:
        """`as_of` as a day number."""
        return to_day(self.as_of)

    @cached_property
    def used_day(self) -> int:
        """`used_on` as a day number."""
        return to_day(self.used_on)

    @classmethod
    def on(cls, day: dt.date) -> Moment:
        """True, known and used on one day."""
        return cls(day, day, day)
