"""Who holds how much of what directly: one row a holder and company, from all that the sources state.

Several lots of one source are added; what two sources state is never added: of each company the first source by
precedence counts.
Shares are integers of 1e-10, so that sums and thresholds are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.algorithm import Notice
from analytics.arrays.grouping import by_pair
from graph.current import goes_first, precedence
from graph.declaration import SHARE_ONE
from graph.identity import nids
from graph.projection import GraphProjection, Relationships
from graph.runs import begins
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

OVER = SHARE_ONE + SHARE_ONE // 1000  # a column over 1.001 is a data fault


class Capital(StrEnum):
    """Which capital a share that is not stated follows from."""

    SUBSCRIBED = "subscribed"
    PAID = "paid"


@dataclass(frozen=True)
class Holdings:
    """Direct holdings, ordered by (company, holder). Positions are those of the projection's nodes.

    low and high: share, shares of unknown size are 0 to what the other holders leave. votes: likewise, where votes
    are stated apart. first, rows: the relationships of row i are `rows[first[i]:first[i + 1]]`, positions in the type.
    """

    holder: Int64
    company: Int64
    low: Int64
    high: Int64
    votes: Int64
    frozen: Bools
    first: Int64
    rows: Int64
    warnings: tuple[Notice, ...]

    def __len__(self) -> int:
        return len(self.holder)


def holdings(projection: GraphProjection, capital: Capital = Capital.SUBSCRIBED) -> Holdings:
    """The direct holdings of a projection. O(n log n).

    The stated share counts; where none is stated, or with `paid`, capital of the holder by that of all holders of
    the company, if all is known in one currency. A State body is nobody's: holdings in it are left out.
    """
    return projection.kept(("holdings", capital), lambda: _read(projection, capital))


def _read(projection: GraphProjection, capital: Capital) -> Holdings:
    rel = projection.types.get("HOLDS_SHARES_IN")
    if rel is None or not len(rel):
        none = np.zeros(0, np.int64)
        return Holdings(none, none, none, none, none, none > 0, np.zeros(1, np.int64), none, ())
    counted, warnings = first_source(projection, rel)
    holder, company = projection.canonical[rel.start], projection.canonical[rel.end]
    low, high, votes = _shares(rel, company, capital, counted)
    warnings += _faults(projection, holder, company, np.where(counted, low, 0), np.where(counted, high, 0))
    rows = np.flatnonzero(counted & (low >= 0) & ~state_bodies(projection)[company])
    rows = by_pair(company, holder, len(projection.nodes), rows)
    pair = np.flatnonzero(begins(company[rows], holder[rows]))
    first = np.append(pair, len(rows))
    sums = [np.add.reduceat(c[rows], pair) if len(rows) else c[rows] for c in (low, high, votes)]
    holder, company = holder[rows[pair]], company[rows[pair]]
    high = _capped(company, sums[0], np.minimum(sums[1], SHARE_ONE))
    frozen = _frozen(projection, holder, company)
    warnings += _over(projection, company, sums[0])
    return Holdings(holder, company, sums[0], high, sums[2], frozen, first, rows, warnings)


def state_bodies(projection: GraphProjection) -> Bools:
    """By node whether it holds shares for the State: the look-through ends at it."""
    out = np.zeros(len(projection.nodes), dtype=bool)
    states = projection.states.get("Organisation")
    if states is not None and "state_body" in states:
        out[projection.canonical[states["node"]]] = np.asarray(states["state_body"] == 1, dtype=bool)
    return out


def column_of(rel: Relationships, name: str, missing: int = NO_DATE) -> Int64:
    """A column of numbers of a type, `missing` throughout where the graph does not have it."""
    if name not in rel.columns:
        return np.full(len(rel), missing, dtype=np.int64)
    return np.asarray(rel.columns[name]).astype(np.int64)


def _shares(rel: Relationships, company: Int64, capital: Capital, counted: Bools) -> tuple[Int64, Int64, Int64]:
    """(least share, greatest share, least votes) of each relationship; -1 where there is a fault."""
    low, high = column_of(rel, "share_min"), column_of(rel, "share_max")
    derived = _by_capital(rel, company, capital, counted)
    replaced = (derived != NO_DATE) & ((low == NO_DATE) & (high == NO_DATE) | (capital is Capital.PAID))
    low, high = np.where(replaced, derived, low), np.where(replaced, derived, high)
    negative = ((low < 0) & (low != NO_DATE)) | ((high < 0) & (high != NO_DATE))
    votes = column_of(rel, "votes_min")
    only_votes = (low == NO_DATE) & (high == NO_DATE) & (votes != NO_DATE)  # votes alone are no unknown share
    high = np.where(high == NO_DATE, np.where(only_votes, 0, np.maximum(SHARE_ONE, low)), high)
    low = np.where(low == NO_DATE, 0, low)
    low = np.where(negative | (low > high), -1, low)
    return low, high, np.where(votes == NO_DATE, np.maximum(low, 0), votes)


def _by_capital(rel: Relationships, company: Int64, capital: Capital, counted: Bools) -> Int64:
    """Share by capital where every holder's is known in one currency, else NO_DATE; rounded down to 1e-10."""
    amount = np.where(counted, column_of(rel, capital.value), 0)
    out = np.full(len(rel), NO_DATE, dtype=np.int64)
    if (amount[counted] == NO_DATE).all():
        return out
    n = int(company.max()) + 1
    currency = rel.columns.get("currency")
    unknown = amount == NO_DATE
    mixed = np.zeros(n, dtype=bool)
    mixed[company[unknown]] = True
    if currency is not None:
        code = np.unique(currency.astype(str), return_inverse=True)[1]
        least, most = np.full(n, len(code)), np.full(n, -1)
        np.minimum.at(least, company[counted], code[counted])
        np.maximum.at(most, company[counted], code[counted])
        mixed |= least != most
    total = np.bincount(company, np.where(unknown, 0, amount).astype(float), minlength=n)
    usable = ~mixed[company] & (total[company] > 0)
    part = np.floor(amount[usable] / total[company[usable]] * SHARE_ONE + 1e-6)
    out[usable] = np.minimum(part, SHARE_ONE).astype(np.int64)
    return out


def first_source(projection: GraphProjection, rel: Relationships) -> tuple[Bools, tuple[Notice, ...]]:
    """(which relationships count, what others state): of each company those of the first source, by precedence.

    Holder by holder will not do: one source names a holder by number, the other by name only, and both would count.
    """
    if "source" not in rel.columns or len(np.unique(rel.columns["source"])) < 2:
        return np.ones(len(rel), dtype=bool), ()
    names = sorted(projection.manifest.get("sources", ()), key=precedence)
    rank_of = dict(zip(nids(names).tolist(), range(len(names)), strict=True))
    distinct, at = np.unique(rel.columns["source"], return_inverse=True)
    rank = np.array([rank_of.get(k, len(names)) for k in distinct.tolist()], dtype=np.int64)[at]
    company = projection.canonical[rel.end]
    counted = goes_first(company, rank)
    others = np.unique(projection.nodes[company[~counted]])
    told = "another source states holders too: theirs do not count beside the first source's"
    return counted, (Notice("several_sources", tuple(others.tolist()), told),) if len(others) else ()


def _capped(company: Int64, low: Int64, high: Int64) -> Int64:
    """The most that each holder can hold beside the least of the others, never under its own least."""
    total = np.zeros(int(company.max()) + 1 if len(company) else 0, dtype=np.int64)
    np.add.at(total, company, low)
    return np.asarray(np.maximum(low, np.minimum(high, SHARE_ONE - total[company] + low)))


def _frozen(projection: GraphProjection, holder: Int64, company: Int64) -> Bools:
    """Which holdings a court has frozen: a usable freeze names both ends."""
    freezes = projection.records.get("EquityFreeze")
    if freezes is None or not len(freezes):
        return np.zeros(len(holder), dtype=bool)
    named = [str(h).partition("|") for h in freezes.columns["holding"] if h]
    ends = [nids(p[k] for p in named) for k in (0, 2)]
    at = [np.minimum(np.searchsorted(projection.nodes, e), len(projection.nodes) - 1) for e in ends]
    there = (projection.nodes[at[0]] == ends[0]) & (projection.nodes[at[1]] == ends[1])
    n = len(projection.nodes)
    pairs = projection.canonical[at[1][there]] * n + projection.canonical[at[0][there]]
    return np.isin(company * n + holder, pairs)


def _faults(projection: GraphProjection, holder: Int64, company: Int64, low: Int64, high: Int64) -> tuple[Notice, ...]:
    found = [
        ("share_faulty", np.flatnonzero(low < 0), "a share is negative or its least is over its greatest: left out"),
        ("share_unknown", np.flatnonzero((low == 0) & (high == SHARE_ONE)), "a share is not stated: 0 to what is left"),
        ("holding_over_one", np.flatnonzero(low > SHARE_ONE), "a share is over 1: kept as it is"),
        ("self_holding", np.flatnonzero((holder == company) & (low > 0)), "a company is stated to hold its own shares"),
    ]
    return tuple(
        Notice(code, tuple(sorted(set(projection.nodes[company[at]].tolist()))), detail)
        for code, at, detail in found
        if len(at)
    )


def _over(projection: GraphProjection, company: Int64, low: Int64) -> tuple[Notice, ...]:
    total = np.zeros(len(projection.nodes), dtype=np.int64)
    np.add.at(total, company, low)
    over = np.flatnonzero(total > OVER)
    if not len(over):
        return ()
    return (Notice("shares_over_one", tuple(projection.nodes[over].tolist()), "the holders' shares exceed the whole"),)
