"""Successors: firms heavily fined or revoked, founded again by the same people within twelve months."""

from __future__ import annotations

import numpy as np

from loaders.synthetic import rates
from loaders.synthetic.cells import days
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.firms import Kind
from loaders.synthetic.ownership import WHOLE, Holder, hold
from loaders.synthetic.span import Span

_LONGEST = 330  # days until the new firm


def found(city: City, rng: np.random.Generator, span: Span) -> None:
    """Found what is due this month: same people and trade, and the same address, telephone or both."""
    _expect(city, rng)
    due = [(firm, day) for firm, day in city.expected if day <= span.end]
    city.expected = [(firm, day) for firm, day in city.expected if day > span.end]
    if not due:
        return
    old, day = (np.array(c, dtype=np.int64) for c in zip(*due, strict=True))
    firms = city.firms
    at = city.found(rng, np.maximum(day, span.begin), np.full(len(old), Kind.COMPANY))
    for column in ("trade", "rep", "supervisor", "risk", "agent"):
        firms[column][at] = firms[column][old]
    both = rng.random(len(at))
    here, there = at[both < 0.7], at[both > 0.4]
    firms["address"][here], firms["area"][here] = firms["address"][old[both < 0.7]], firms["area"][old[both < 0.7]]
    firms["telephone"][there] = firms["telephone"][old[both > 0.4]]
    hold(city, rng, at, firms["rep"][at], Holder.PERSON, WHOLE, firms["established"][at])
    rows = zip(firms.codes(old), firms.codes(at), days(firms["established"][at]), strict=True)
    city.truth.tell("successors", rows)


def _expect(city: City, rng: np.random.Generator) -> None:
    """Of the firms heavily fined or revoked since the last time, those that come again, each with its day."""
    firms: Int64 = np.array([f for f, _ in city.offenders], dtype=np.int64)
    again = (rng.random(len(firms)) < rates.SUCCESSORS) & (city.firms["kind"][firms] == Kind.COMPANY)
    delay = rng.integers(20, _LONGEST, size=len(firms))
    city.expected += [(f, d + int(w)) for (f, d), y, w in zip(city.offenders, again, delay, strict=True) if y]
    city.offenders.clear()
