"""Pairs of one name and what they agree in: all pairs of a name that few bear, of others those that share more.

A pair's agreements are one number, its pattern; pairs that are open are kept, of the others only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.arrays.kernel import kernel
from analytics.matching.names import NameLevel
from analytics.matching.parties import AREA, Parties
from analytics.rules.matching import LEVELS, MatchingPack
from graph.ascending import distinct
from graph.identity import mix
from graph.runs import expanded
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Int16 = npt.NDArray[np.int16]

COMPARED = ("ties", "birth_year", "sex", "last_four")  # in the order of the pattern's digits
SIZES = tuple(len(LEVELS[name]) + 1 for name in COMPARED)
PATTERNS = int(np.prod(SIZES)) * len(NameLevel)
OPEN, CONFLICT, BOTH_IDENTIFIED = 0, 1, 2
_NONE = NO_DATE
_AT, _TOP = 60, len(LEVELS["ties"])


@dataclass(frozen=True)
class Compared:
    """Open pairs (positions of parties), their patterns and how many parties bear the name; and all as counts.

    histogram, shape (kinds, patterns, bearers): the pairs of names that were compared whole, by OPEN, CONFLICT (what
    proves two parties differs), BOTH_IDENTIFIED (each has a number or code). skipped: pairs of more frequent names
    that were not compared: they share at most area and sex, or a year of birth that too many of the name share;
    crowded: the fewest bearers of such a name, 0 for none.
    """

    one: Int64
    other: Int64
    pattern: Int16
    bearers: Int64
    histogram: Int64
    skipped: int
    crowded: int

    @property
    def compared(self) -> int:
        """How many pairs were looked at."""
        return int(self.histogram.sum()) + self.beyond

    @property
    def beyond(self) -> int:
        """Open pairs of names that were not compared whole."""
        return int((self.bearers >= self.histogram.shape[2]).sum())


def digits(pattern: Int64) -> dict[str, Int64]:
    """Levels of each comparison, 0 where unknown, and `name`, of patterns."""
    out = {}
    rest, out["name"] = np.divmod(pattern, len(NameLevel))
    out["name"] = out["name"] + 1
    for name, size in zip(COMPARED[::-1], SIZES[::-1], strict=True):
        rest, out[name] = np.divmod(rest, size)
    return out


class _Arrays(NamedTuple):
    """What kernels read of the parties, by name (bearer, bearers, spelling) and by party."""

    bearer: Int64
    bearers: Int64
    spelling: Int64
    identity: Int64
    birth_year: Int64
    sex: Int64
    last_four: Int64
    first: Int64
    token: Int64


class _Pairs(NamedTuple):
    """Pairs as kernels write them."""

    one: Int32
    other: Int32
    pattern: Int16
    bearers: Int32

    @classmethod
    def room(cls, count: int) -> _Pairs:
        """Room for so many, of which only what is written takes memory."""
        return cls(
            np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.int16), np.empty(count, np.int32)
        )


def compare(people: Parties, pack: MatchingPack) -> Compared:
    """Compare all pairs that can be one party. O(bearers * whole_names + ties shared within a name)."""
    arrays = _Arrays(*(getattr(people, name) for name in _Arrays._fields))
    group = _groups(people.spelling[:, 2])
    low, high = group[:-1], group[1:]
    several = high - low > 1
    low, high = low[several], high[several]
    few = people.bearers[low] <= pack.whole_names
    size = (high - low)[few]
    pairs = _Pairs.room(int((size * (size - 1) // 2).sum()))
    histogram = np.zeros((3, PATTERNS, pack.whole_names + 1), dtype=np.int64)
    found = _within(low[few], high[few], arrays, pairs, histogram)
    x, y, crowded = _sharing(people, pack.whole_names)
    more = _Pairs.room(len(x))
    and_found = _each(x, y, arrays, more)
    borne = people.bearers[low[~few]]
    skipped = int((borne * (borne - 1) // 2).sum()) - len(distinct(_pair(people, x, y)))
    return Compared(
        np.concatenate([pairs.one[:found], more.one[:and_found]]).astype(np.int64),
        np.concatenate([pairs.other[:found], more.other[:and_found]]).astype(np.int64),
        np.concatenate([pairs.pattern[:found], more.pattern[:and_found]]),
        np.concatenate([pairs.bearers[:found], more.bearers[:and_found]]).astype(np.int64),
        histogram,
        skipped,
        crowded,
    )


def _groups(ordered: Int64) -> Int64:
    """Where each run of equal values begins, and the end."""
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1], True]) if len(ordered) else np.zeros(1, np.int64)


def _pair(people: Parties, x: Int64, y: Int64) -> Int64:
    a, b = people.bearer[x], people.bearer[y]
    return np.minimum(a, b) * len(people) + np.maximum(a, b)


def _sharing(people: Parties, whole: int) -> tuple[Int64, Int64, int]:
    """(rows, rows, crowded): of frequent names who share a tie stronger than an area, or a year of birth; each once."""
    rows = np.flatnonzero(people.bearers > whole)
    party = people.bearer[rows]
    count = people.first[party + 1] - people.first[party]
    token = people.token[expanded(people.first[party], count)]
    strong = token >> _AT < _TOP - AREA
    x, y = _together(people, np.repeat(rows, count)[strong], token[strong])
    born = rows[people.birth_year[party] != _NONE]
    year = people.birth_year[people.bearer[born]]
    _, group, size = np.unique(mix(people.spelling[born, 2], year), return_inverse=True, return_counts=True)
    few = size[group] <= whole
    v, w = _together(people, born[few], year[few])
    pair = distinct(np.concatenate([x, v]) * len(people.bearer) + np.concatenate([y, w]))
    crowded = int(people.bearers[born[~few]].min(initial=np.iinfo(np.int64).max)) if (~few).any() else 0
    return *np.divmod(pair, max(len(people.bearer), 1)), crowded


def _together(people: Parties, row: Int64, thing: Int64) -> tuple[Int64, Int64]:
    """Pairs of rows of one name that have one thing in common, the lower row first."""
    key = mix(people.spelling[row, 2], thing)
    order = np.lexsort((row, key))
    row, group = row[order], _groups(key[order])
    x, y = _pairs_in(group[:-1], group[1:], row)
    two = people.bearer[x] != people.bearer[y]
    return x[two], y[two]


@kernel
def _pairs_in(low: Int64, high: Int64, row: Int64) -> tuple[Int64, Int64]:
    total = 0
    for g in range(len(low)):
        total += (high[g] - low[g]) * (high[g] - low[g] - 1) // 2
    x, y = np.empty(total, np.int64), np.empty(total, np.int64)
    k = 0
    for g in range(len(low)):
        for a in range(low[g], high[g]):
            for b in range(a + 1, high[g]):
                x[k], y[k] = row[a], row[b]
                k += 1
    return x, y


@kernel
def _tie(i: int, j: int, first: Int64, token: Int64) -> int:
    """Level of the strongest tie in common; 1 for none, 0 where one of them has no ties."""
    a, b = first[i], first[j]
    if a == first[i + 1] or b == first[j + 1]:
        return 0
    while a < first[i + 1] and b < first[j + 1]:
        if token[a] == token[b]:
            return int(_TOP - (token[a] >> _AT))
        if token[a] < token[b]:
            a += 1
        else:
            b += 1
    return 1


@kernel
def _same(a: int, b: int) -> int:
    return 0 if a == _NONE or b == _NONE else 2 if a == b else 1


@kernel
def conflicts(i: int, j: int, identity: Int64) -> bool:
    """Whether something that proves who somebody is differs."""
    for c in range(identity.shape[1]):
        if identity[i, c] != _NONE and identity[j, c] != _NONE and identity[i, c] != identity[j, c]:
            return True
    return False


@kernel
def _kind(i: int, j: int, identity: Int64) -> int:
    if identity[i, 0] != _NONE and identity[j, 0] != _NONE:
        return BOTH_IDENTIFIED
    return CONFLICT if conflicts(i, j, identity) else OPEN


@kernel
def _pattern(x: int, y: int, of: _Arrays) -> int:
    i, j = of.bearer[x], of.bearer[y]
    name = 2 if of.spelling[x, 0] == of.spelling[y, 0] else 1 if of.spelling[x, 1] == of.spelling[y, 1] else 0
    pattern = _tie(i, j, of.first, of.token)
    pattern = pattern * 3 + _same(of.birth_year[i], of.birth_year[j])
    pattern = pattern * 3 + _same(of.sex[i], of.sex[j])
    pattern = pattern * 3 + _same(of.last_four[i], of.last_four[j])
    return pattern * 3 + name


@kernel
def _keep(x: int, y: int, code: int, of: _Arrays, pairs: _Pairs, at: int) -> int:
    """Write an open pair at a place; the next place."""
    pairs.one[at], pairs.other[at] = of.bearer[x], of.bearer[y]
    pairs.pattern[at], pairs.bearers[at] = code, of.bearers[x]
    return at + 1


@kernel
def _within(low: Int64, high: Int64, of: _Arrays, pairs: _Pairs, histogram: Int64) -> int:
    """All pairs of the rows [low, high): open ones are written, all are counted; returns how many are open."""
    found = 0
    for g in range(len(low)):
        for x in range(low[g], high[g]):
            for y in range(x + 1, high[g]):
                if of.bearer[x] != of.bearer[y]:
                    kind, code = _kind(of.bearer[x], of.bearer[y], of.identity), _pattern(x, y, of)
                    histogram[kind, code, of.bearers[x]] += 1
                    if kind == OPEN:
                        found = _keep(x, y, code, of, pairs, found)
    return found


@kernel
def _each(x: Int64, y: Int64, of: _Arrays, pairs: _Pairs) -> int:
    """The open ones of some pairs of rows are written; returns how many."""
    found = 0
    for k in range(len(x)):
        if _kind(of.bearer[x[k]], of.bearer[y[k]], of.identity) == OPEN:
            found = _keep(x[k], y[k], _pattern(x[k], y[k], of), of, pairs, found)
    return found
