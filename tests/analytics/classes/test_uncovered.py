"""The sources that a class was made without are those by which its indicators are not covered."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from analytics.classes.grading import Subjects
from analytics.classes.runs import grade_few_run
from analytics.classes.uncovered import uncovered
from graph.identity import coded_id, nid
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, debtor, firm, penalty, uscc

FIRM = np.array([nid(coded_id("CN-USCC", uscc(1)))])


@pytest.mark.parametrize(
    ("day", "penalties"),
    [
        # increments are due monthly, 31 days, and held 15 more
        ("2026-11-23", None),
        ("2027-01-05", None),
        ("2027-01-06", {"last": "2026-11-20", "held_until": "2027-01-05"}),
    ],
)
def test_what_is_overdue_is_named_with_the_day(desk: Office, day: str, penalties: dict[str, str] | None) -> None:
    desk.deliver("registrations", [firm(1)], "2026-11-20", full=True)
    desk.deliver("penalties", [penalty(1, "罚1", "2026-10-01")], "2026-11-20")
    desk.deliver("dishonest_debtors", [debtor(2, "案1", "2026-10-01")], "2026-11-20", scope="9902")  # another area
    view = View(desk.store, Moment.on(dt.date.fromisoformat(day)), Use.GRADE)
    _, inputs, grades = grade_few_run(view, FIRM)
    node = int(grades.node[0])
    told = uncovered(view, inputs, grades, node)
    by_source = {one["source"]: one for one in told}
    found = by_source.get("penalties")
    assert (found and {n: found[n] for n in ("last", "held_until")}) == penalties
    assert by_source["dishonest_debtors"]["last"] is None and "R2" in by_source["dishonest_debtors"]["indicators"]
    assert "G4" in by_source[None]["indicators"], "there is no baseline"
    covered = Subjects.of(desk.store, inputs, grades.pack, FIRM).covered
    lacking = {n for n, there in covered.items() if not there[0] and not grades.pack.indicators[n].get("positive")}
    assert {name for one in told for name in one["indicators"]} == lacking
