"""What people are or were in firms, and whether they were it on a day."""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.restrictions.offices import NO_OFFICE, TIES
from analytics.screening.first_source import counted
from graph.delivery import Coverage
from graph.schema import SCHEMA
from graph.store import Slice
from graph.time import FOREVER, NO_DATE, to_day
from graph.view import View

Int64 = npt.NDArray[np.int64]
Span = tuple[int, int]  # the earliest and the latest day that one can be


@dataclass(frozen=True)
class Role:
    """One relationship of a person to a firm. `since`, `until` are half-open days, NO_DATE where none is stated."""

    person: int
    firm: int
    tie: str
    post: str | None
    stated_name: str | None
    since: int
    until: int
    source: str
    start: Span
    end: Span

    def held_on(self, day: int) -> bool | None:
        """Whether it held on a day; None where its dates are known too roughly to tell.

        Without a stated beginning it held as far back as it goes, without an end it still does.
        """
        if day < self.start[0] or day >= self.end[1]:
            return False
        return True if self.start[1] <= day < self.end[0] else None


def held(roles: Sequence[Role], day: int) -> bool | None:
    """Whether any of several roles held on a day; None where that is not known."""
    answers = {role.held_on(day) for role in roles}
    return True if True in answers else None if None in answers else False


def roles_of(view: View, people: Int64, ties: Collection[str]) -> list[Role]:
    """The roles that people have or had by the view's day, in order of person, firm, tie and days. By index."""
    out: dict[Role, None] = {}
    lists, today = _full_lists(view), view.moment.as_of_day
    for tie in (t for t in TIES if t in ties):
        table = TIES[tie]
        if SCHEMA.types[table].disclosure > view.disclosure:
            continue
        names = ["owner", "end", "valid_from", "valid_to", "end_basis", "bounds", "source", "stated_name"]
        names += ["post"] if tie == "post" else []
        columns = view.store.columns(table, names, Slice(view.seq), owners=people)
        counts = counted(view, table, columns["end"], columns["source"])
        rows = zip(*(columns[n][counts].tolist() for n in names), strict=True)
        found = (_role(tie, dict(zip(names, row, strict=True)), today, lists) for row in rows)
        out |= dict.fromkeys(role for role in found if role)
    return sorted(out, key=lambda r: (r.person, r.firm, r.tie, r.post or "", r.since, r.until, r.source))


def _role(tie: str, row: dict[str, Any], today: int, lists: Mapping[str, Sequence[int]]) -> Role | None:
    since, until, post = row["valid_from"], row["valid_to"], row.get("post")
    if since > today or post in NO_OFFICE:
        return None
    bounds: dict[str, list[int]] = json.loads(row["bounds"]) if row["bounds"] else {}
    start = _span(since, NO_DATE, bounds.get("valid_from"))
    end = _span(until, FOREVER, bounds.get("valid_to"))
    if row["end_basis"] == "absent":  # it was in the list before, no longer in this one: it ended between the two
        end = (max(start[1], _last_before(lists.get(row["source"], ()), until)), until)
    return Role(row["owner"], row["end"], tie, post, row["stated_name"], since, until, row["source"], start, end)


def _span(day: int, missing: int, bounds: list[int] | None) -> Span:
    if day == NO_DATE:
        return missing, missing
    return (min(day, bounds[0]), max(day, bounds[1])) if bounds else (day, day)


def _full_lists(view: View) -> dict[str, list[int]]:
    """The days of each source's full lists, ascending."""
    days: dict[str, list[int]] = defaultdict(list)
    for batch in view.store.batches():
        if batch.sealed and batch.seq <= view.seq and batch.delivery.coverage is Coverage.FULL:
            insort(days[batch.delivery.source], to_day(batch.delivery.dated))
    return days


def _last_before(days: Sequence[int], day: int) -> int:
    """The last of ascending days before a day: that list still had what the list of the day itself left out."""
    at = bisect_left(days, day)
    return days[at - 1] if at else NO_DATE
