"""Guarantees: circles and chains planted, ordinary ones, and people for their own firms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic.cells import Block, chosen, days, same, ten_thousands
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.draws import lengths_to_positions
from loaders.synthetic.span import Span

_FORMS = ("连带责任保证", "一般保证", "抵押", "质押")
_PERSONAL = 0.35  # of ordinary guarantees are the representative's for his own firm
_HISTORY = 24  # months of guarantees in the first delivery


def plant(city: City, rng: np.random.Generator, at: Int64, ring: bool) -> tuple[Int64, Int64]:
    """Circles (the last guarantees the first) or chains of three to eight firms; returns (guarantors, borrowers)."""
    counts = rng.integers(3, 9, size=len(at) // 3)
    counts = counts[np.cumsum(counts) <= len(at)]
    if not len(counts):
        counts = np.array([len(at)])
    circle, place = np.repeat(np.arange(len(counts)), counts), lengths_to_positions(counts)
    firms, first = at[: len(circle)], (np.cumsum(counts) - counts)[circle]
    following = firms[first + (place + 1) % counts[circle]]
    kept = np.ones(len(firms), dtype=bool) if ring else place + 1 < counts[circle]
    kind = "circle" if ring else "chain"
    codes = city.firms.codes(firms)
    names = [f"{kind}-{c + 1}" for c in circle.tolist()]
    city.truth.tell("guarantee_circles", zip(names, same(kind, len(codes)), codes, strict=True))
    return firms[kept], following[kept]


def table(city: City, span: Span) -> Iterator[Block]:
    """New guarantees; the first time, those planted and two years of others."""
    rng = city.rng("guarantees", span.month)
    borrower = city.hits(rng, city.rate("guarantees"), _HISTORY if span.first else span.months, span.least)
    living = np.flatnonzero(city.firms.living())
    guarantor = living[rng.integers(len(living), size=len(borrower))]
    personal = rng.random(len(borrower)) < _PERSONAL
    guarantor = np.where(personal, -1, guarantor)
    planted = city.planted_guarantees if span.first else []
    guarantor = np.concatenate([guarantor, *(g for g, _ in planted)])
    borrower = np.concatenate([borrower, *(b for _, b in planted)])
    kept = guarantor != borrower
    guarantor, borrower = guarantor[kept], borrower[kept]
    yield _rows(city, rng, span, guarantor, borrower)


def _rows(city: City, rng: np.random.Generator, span: Span, guarantor: Int64, borrower: Int64) -> Block:
    firms, count = city.firms, len(borrower)
    personal = guarantor < 0
    rep = firms["rep"][borrower].astype(np.int64)
    since = city.dates(rng, borrower, span, "guarantees")
    if span.first:
        since = np.maximum(since - rng.integers(0, _HISTORY * 30, size=count), firms["established"][borrower])
    firm = np.maximum(guarantor, 0)

    def either(people: list[str], companies: list[str]) -> list[str]:
        return [p if own else c for own, p, c in zip(personal.tolist(), people, companies, strict=True)]

    amount = np.round(np.exp(rng.normal(14.9, 1.2, count)), -4).astype(np.int64) + 10_000
    return {
        "担保人": either(city.people.names(rep), firms.names(firm)),
        "担保人统一社会信用代码": either([""] * count, firms.codes(firm)),
        "担保人证件号码": either(city.people.numbers(rep), [""] * count),
        "被担保人": firms.names(borrower),
        "被担保人统一社会信用代码": firms.codes(borrower),
        "担保合同编号": [f"BZ{n:08d}" for n in city.serials("guarantee", count).tolist()],
        "担保金额（万元）": ten_thousands(amount),
        "担保方式": chosen(_FORMS, rng.choice(4, count, p=(0.75, 0.1, 0.1, 0.05))),
        "担保起始日期": days(since),
        "担保截止日期": days(since + rng.choice((365, 730, 1_095, 1_826), count)),
    }
