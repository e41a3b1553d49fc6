"""Entries of packs: which chains of dates are taken, which one is in force on a day, and where a fault stands."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules.entries import Entry, Pack, Packs, Periods, in_force, on, read_pack
from graph.errors import PackError


class Chain(Entry):
    packs: Packs[Pack]


class Repealed(Entry):
    packs: Periods[Pack]


def text(*spans: tuple[dt.date, dt.date | None]) -> str:
    rows = (
        f"  - {{pack: p{at}, valid_from: {since}, valid_to: {until or 'null'}, source: s}}"
        for at, (since, until) in enumerate(spans)
    )
    return "packs:\n" + "\n".join(rows)


def test_a_rule_may_be_repealed_and_a_pack_may_not() -> None:
    ended = text((dt.date(2020, 1, 1), dt.date(2021, 1, 1)))
    periods = read_pack("p", ended, Repealed).packs
    assert on(periods, dt.date(2020, 12, 31)) is periods[0]
    assert on(periods, dt.date(2021, 1, 1)) is None and on(periods, dt.date(2019, 12, 31)) is None
    with pytest.raises(PackError, match=r"^p, line 2: packs.p0.valid_to: it ends and nothing follows"):
        read_pack("p", ended, Chain)


def test_before_the_first_none_is_in_force() -> None:
    packs = read_pack("p", text((dt.date(2020, 1, 1), None)), Chain).packs
    assert in_force("tea", packs, dt.date(2020, 1, 1)) is packs[0]
    with pytest.raises(PackError, match="no tea pack is in force on 2019-12-31"):
        in_force("tea", packs, dt.date(2019, 12, 31))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "^p, line 1: it is no mapping"),
        ("packs: []", "^p, line 1: packs: "),
        ("packs: 3", "^p, line 1: packs: "),
        ("# nothing\npacks:\n  - 3", "^p, line 3: packs.0: "),
        ("packs:\n  - {pack: a,\n     valid_from: 18262, valid_to: null, source: s}", "^p, line 3: packs.a.valid_from: "),
        ("packs:\n  - {pack: a\n  - b", "^p, line 3: no YAML"),
        ("packs: \u0007", "^p, line 1: no YAML"),
    ],
    ids=["empty", "no packs", "a number", "an item", "a number for a day", "a bracket", "no text"],
)  # fmt: skip
def test_what_is_no_pack_is_refused_with_the_line(given: str, said: str) -> None:
    with pytest.raises(PackError, match=said):
        read_pack("p", given, Chain)


DAYS = st.lists(st.dates(dt.date(1980, 1, 1), dt.date(2090, 1, 1)), min_size=1, max_size=6, unique=True).map(sorted)


@given(DAYS, st.data())
def test_packs_that_follow_each_other_are_taken_and_each_day_has_one(days: list[dt.date], data: st.DataObject) -> None:
    packs = read_pack("p", text(*zip(days, [*days[1:], None], strict=True)), Chain).packs
    day = data.draw(st.dates(days[0], dt.date(2099, 1, 1)))
    assert sum(p.valid_from <= day and (p.valid_to is None or day < p.valid_to) for p in packs) == 1
    found = on(packs, day)
    assert found and found.valid_from == max(d for d in days if d <= day)


@given(DAYS.filter(lambda days: len(days) > 1), st.data(), st.sampled_from([-1, 1]))
def test_a_day_too_many_or_too_few_between_two_is_refused(days: list[dt.date], data: st.DataObject, off: int) -> None:
    at = data.draw(st.integers(1, len(days) - 1))
    ends: list[dt.date | None] = [*days[1:], None]
    ends[at - 1] = days[at] + dt.timedelta(off)
    before = ends[at - 1]
    assert before
    what = "ends before it begins" if before <= days[at - 1] else "an overlap" if off > 0 else "a gap"
    line = at + 1 if before <= days[at - 1] else at + 2
    with pytest.raises(PackError, match=f"^p, line {line}: .*{what}"):
        read_pack("p", text(*zip(days, ends, strict=True)), Chain)
