"""Pledges of shares and mortgages of movables, registered for lenders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic.cells import Block, days, integers, same, ten_thousands
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.courts import holders, holdings_of
from loaders.synthetic.firms import Kind
from loaders.synthetic.span import Span

_HISTORY = 24  # months in the first delivery
_LENDERS = 30


def _lenders(city: City, rng: np.random.Generator, count: int) -> Int64:
    """The few firms that lend to all others."""
    lenders = np.flatnonzero(city.firms["kind"][: city.founders] == Kind.COMPANY)[:_LENDERS]
    return lenders[rng.integers(len(lenders), size=count)]


def equity_pledges(city: City, span: Span) -> Iterator[Block]:
    """A holder pledges what he holds in a company."""
    rng = city.rng("equity_pledges", span.month)
    hit = city.hits(rng, city.rate("equity_pledges"), _HISTORY if span.first else span.months, 8 * span.least)
    held = holdings_of(city, np.unique(hit))
    company, count = city.holdings["firm"][held].astype(np.int64), len(held)
    names, codes, numbers = holders(city, held)
    lenders = _lenders(city, rng, count)
    yield {
        "出质人": names,
        "出质人代码": codes,
        "出质人证件号码": numbers,
        "质权人": city.firms.names(lenders),
        "质权人代码": city.firms.codes(lenders),
        "出质股权所在公司": city.firms.names(company),
        "出质股权所在公司代码": city.firms.codes(company),
        "出质登记编号": [f"A{n:0>8}" for n in integers(city.serials("pledge", count))],
        "出质股权数额（万元）": ten_thousands(city.holdings["subscribed"][held]),
        "出质登记日期": days(city.dates(rng, company, span, "equity_pledges")),
        "注销日期": same("", count),
    }


def chattel_mortgages(city: City, span: Span) -> Iterator[Block]:
    """Machines and stock mortgaged."""
    rng = city.rng("chattel_mortgages", span.month)
    at = city.hits(rng, city.rate("chattel_mortgages"), _HISTORY if span.first else span.months, span.least)
    count, day, lenders = len(at), city.dates(rng, at, span, "chattel_mortgages"), _lenders(city, rng, len(at))
    yield {
        "抵押人": city.firms.names(at),
        "抵押人代码": city.firms.codes(at),
        "抵押权人": city.firms.names(lenders),
        "抵押权人代码": city.firms.codes(lenders),
        "抵押登记编号": [f"D{n:0>8}" for n in integers(city.serials("mortgage", count))],
        "被担保债权数额（万元）": ten_thousands(np.round(np.exp(rng.normal(14.5, 1, count)), -4).astype(np.int64)),
        "登记日期": days(day),
        "债务履行期限至": days(day + rng.choice((365, 730, 1_095), count)),
    }
