"""An objection's mark travels with the fact until it is decided."""

from __future__ import annotations

import datetime as dt

import numpy as np

from analytics.screening.fact import facts_of
from graph.identity import coded_id, nid
from graph.time import Moment, iso
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, firm, penalty, uscc
from tests.graph.test_objections import OBJECTION


def marks(desk: Office, day: str) -> dict[str | None, str | None]:
    view = View(desk.store, Moment.on(dt.date.fromisoformat(day)), Use.VETTING)
    subject = nid(coded_id("CN-USCC", uscc(1)))
    found = facts_of(view, np.array([subject]), ["penalty"])
    return {f.document_number: iso(f.objected_since) for f in found[subject]}


def test_the_mark_of_a_fact(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)], "2026-04-30")
    desk.deliver("penalties", [penalty(1, "罚1", "2026-05-01"), penalty(1, "罚2", "2026-05-02")], "2026-05-31")
    desk.deliver("objections", [OBJECTION], "2026-06-03")
    assert marks(desk, "2026-06-03") == {"罚1": "2026-06-01", "罚2": None}
    desk.deliver("objections", [OBJECTION | {"处理日期": "2026-06-08", "处理结果": "异议不成立"}], "2026-06-10")
    assert marks(desk, "2026-06-10") == {"罚1": None, "罚2": None}
