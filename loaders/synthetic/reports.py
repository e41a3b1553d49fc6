"""Annual reports: filed from January to June for the year before; missing, all zero or contradictory ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from graph.time import add_months, to_date, to_day
from loaders.synthetic import rates
from loaders.synthetic.cells import Block, days, integers, same
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.firms import Kind, Status
from loaders.synthetic.span import Span

_CHUNK = 20_000
_JULY = 7
_REMEMBERED = 4  # months after its end for which a season is still delivered: the next is then near


def _obliged(city: City, year: int) -> Int64:
    """Firms that must report on a year: there before its end, and not gone since."""
    firms = city.firms
    there = (firms["established"] < to_day(dt.date(year + 1, 1, 1))) & (firms["status"] != Status.DEREGISTERED)
    return np.flatnonzero(there & (firms["kind"] != Kind.INDIVIDUAL) & (firms["kind"] != Kind.BRANCH))


def _month_filed(city: City, year: int, at: Int64) -> Int64:
    """The month in which firms report, 0 for those that do not: the same whenever it is asked."""
    drawn = city.rng("report", year).random(len(city.firms))[at]
    month = np.searchsorted(np.cumsum(rates.REPORT_MONTHS), city.rng("report month", year).random(len(city.firms))[at])
    return np.where(drawn < rates.UNREPORTED.of(city.firms["risk"][at]), 0, np.minimum(month, 5) + 1)


def unreported(city: City, span: Span) -> Int64:
    """Who has not reported when the term has just ended: in July."""
    end = to_date(span.end)
    if end.month != _JULY:
        return np.zeros(0, dtype=np.int64)
    at = _obliged(city, end.year - 1)
    lacking: Int64 = at[(_month_filed(city, end.year - 1, at) == 0) & city.firms.living()[at]]
    return lacking


def table(city: City, span: Span) -> Iterator[Block]:
    """Reports filed in the span; the first time, of the whole season that is under way or has just ended."""
    begin, end = to_date(span.begin), to_date(span.end)
    if span.first and end.month < _JULY + _REMEMBERED:
        begin = dt.date(end.year, 1, 1)
    day = begin.replace(day=1)
    while day <= end:
        if day.month < _JULY:
            yield from _filed(city, day)
        day = add_months(day, 1)


def _filed(city: City, month: dt.date) -> Iterator[Block]:
    year = month.year - 1
    at = _obliged(city, year)
    at = at[_month_filed(city, year, at) == month.month]
    rng = city.rng("reports", year, month.month)
    last = to_day(add_months(month, 1)) - 1
    for first in range(0, len(at), _CHUNK):
        yield _rows(city, rng, at[first : first + _CHUNK], year, last)


def _rows(city: City, rng: np.random.Generator, at: Int64, year: int, last: int) -> Block:
    firms, count = city.firms, len(at)
    risk = firms["risk"][at]
    staff = np.maximum((firms["staff"][at] * rng.uniform(0.8, 1.2, count)).astype(np.int64), 0)
    insured = (staff * rng.uniform(0.5, 1.0, count)).astype(np.int64)
    assets = (firms["capital"][at] * np.exp(rng.normal(0.2, 0.9, count))).astype(np.int64)
    liabilities = (assets * rng.beta(2, 2.5, count) * (1 + risk)).astype(np.int64)
    revenue = (staff * 28 * np.exp(rng.normal(0, 0.8, count))).astype(np.int64)
    profit = (revenue * rng.normal(0.06, 0.08, count)).astype(np.int64)
    tax = (revenue * 0.03 + np.maximum(profit, 0) * 0.15).astype(np.int64)
    contradictory = rng.random(count) < rates.CONTRADICTORY.of(risk)
    insured[contradictory] = staff[contradictory] * 3 + 5  # more people insured than employed
    zero = rng.random(count) < rates.ALL_ZERO.of(risk)
    for column in (staff, insured, assets, liabilities, revenue, profit, tax):
        column[zero] = 0
    return {
        "企业名称": firms.names(at),
        "统一社会信用代码": firms.codes(at),
        "报告年度": same(str(year), count),
        "报送日期": days(last - rng.integers(0, 6, size=count)),
        "从业人数": integers(staff),
        "参保人数": integers(insured),
        "资产总额（万元）": integers(assets),
        "负债总额（万元）": integers(liabilities),
        "营业总收入（万元）": integers(revenue),
        "利润总额（万元）": integers(profit),
        "纳税总额（万元）": integers(tax),
    }
