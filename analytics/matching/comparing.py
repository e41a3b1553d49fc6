"""Pairs of one name and what they agree in: all pairs of a name that few bear, of others those that share more.

A pair's agreements are one number, its pattern; pairs that are open are kept, of the others only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def compare(people: Parties, pack: MatchingPack) -> Compared:
    """Compare all pairs that can be one party. O(bearers * whole_names + ties shared within a name)."""
    whole = pack.whole_names
    columns = (people.spelling, people.identity, people.birth_year, people.sex, people.last_four)
    lists = (people.first, people.token)
    group = _groups(people.spelling[:, 2])
    size = np.diff(group)
    few = (people.bearers[group[:-1]] <= whole) & (size > 1) if len(size) else np.zeros(0, dtype=bool)
    room = int((size[few] * (size[few] - 1) // 2).sum())
    one, other = np.empty(room, np.int32), np.empty(room, np.int32)
    pattern, bearers = np.empty(room, np.int16), np.empty(room, np.int32)
    histogram = np.zeros((3, PATTERNS, whole + 1), dtype=np.int64)
    found = _within(
        group[:-1][few], group[1:][few], people.bearer, people.bearers, *columns, *lists, one, other, pattern, bearers,
        histogram,
    )  # fmt: skip
    x, y, crowded = _sharing(people, whole)
    more = np.empty(len(x), np.int16)
    kind = _each(x, y, people.bearer, *columns, *lists, more)
    open_ones = kind == OPEN
    borne = people.bearers[group[:-1]][~few & (size > 1)] if len(size) else size
    between = int((borne * (borne - 1) // 2).sum()) - len(np.unique(_pair(people, x, y)))
    return Compared(
        np.concatenate([one[:found], people.bearer[x[open_ones]]]).astype(np.int64),
        np.concatenate([other[:found], people.bearer[y[open_ones]]]).astype(np.int64),
        np.concatenate([pattern[:found], more[open_ones]]),
        np.concatenate([bearers[:found], people.bearers[x[open_ones]]]).astype(np.int64),
        histogram,
        between,
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
        return 2
    return 1 if conflicts(i, j, identity) else 0


@kernel
def _pattern(
    x: int, y: int, bearer: Int64, spelling: Int64, born: Int64, sex: Int64, four: Int64, first: Int64, token: Int64
) -> int:
    i, j = bearer[x], bearer[y]
    name = 2 if spelling[x, 0] == spelling[y, 0] else 1 if spelling[x, 1] == spelling[y, 1] else 0
    levels = (_tie(i, j, first, token) * 3 + _same(born[i], born[j])) * 3 + _same(sex[i], sex[j])
    return (levels * 3 + _same(four[i], four[j])) * 3 + name


@kernel
def _within(
    low: Int64, high: Int64, bearer: Int64, bearers: Int64, spelling: Int64, identity: Int64, born: Int64, sex: Int64,
    four: Int64, first: Int64, token: Int64, one: Any, other: Any, pattern: Any, borne: Any, histogram: Int64,
) -> int:  # fmt: skip
    """All pairs of the rows [low, high): open ones into the arrays, all into the histogram; returns how many open."""
    found = 0
    for g in range(len(low)):
        for x in range(low[g], high[g]):
            for y in range(x + 1, high[g]):
                i, j = bearer[x], bearer[y]
                if i == j:
                    continue
                kind = _kind(i, j, identity)
                code = _pattern(x, y, bearer, spelling, born, sex, four, first, token)
                histogram[kind, code, bearers[x]] += 1
                if kind == 0:
                    one[found], other[found] = i, j
                    pattern[found], borne[found] = code, bearers[x]
                    found += 1
    return found


@kernel
def _each(
    x: Int64, y: Int64, bearer: Int64, spelling: Int64, identity: Int64, born: Int64, sex: Int64, four: Int64,
    first: Int64, token: Int64, pattern: Any,
) -> Int64:  # fmt: skip
    """Kind of each pair of rows; its pattern into the array."""
    kind = np.empty(len(x), np.int64)
    for k in range(len(x)):
        kind[k] = _kind(bearer[x[k]], bearer[y[k]], identity)
        pattern[k] = _pattern(x[k], y[k], bearer, spelling, born, sex, four, first, token)
    return kind
