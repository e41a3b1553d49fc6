"""What would be without a record, and when a class comes by time alone: known answers from the periods of the packs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from analytics.classes.runs import grade_few_run
from analytics.classes.what_if import Outlook, outlook
from graph.identity import coded_id, nid
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.analytics.conftest import TODAY, deliver_all, deliver_others
from tests.conftest import Office, debtor, penalty, repair, uscc

FIRM = nid(coded_id("CN-USCC", uscc(1)))


def looked(desk: Office, to: str = "B", day: dt.date = TODAY) -> tuple[Outlook, list[Any]]:
    """The outlook of the first firm, and the numbers of the records that it names."""
    view = View(desk.store, Moment.on(day), Use.GRADE)
    found = outlook(view, FIRM, to)
    return found, [n.properties.get("document_number") for n in view.nodes(sorted(found.records or ()))]


# 2-rules B6: reasons (2) to (6) two years from the listing; of 2026-10-01 the last day of use is 2028-10-01.
def test_a_debtor_leaves_class_d_when_the_term_ends(covered: Office) -> None:
    deliver_all(covered, debtors=[debtor(1, "案1", "2026-10-01", "违反财产报告制度")])
    found, numbers = looked(covered)
    assert (found.now, found.on, numbers) == ("D", "2028-10-02", ["案1"])
    assert [(t.on, t.grade) for t in found.turns] == [("2028-10-02", "A")]


# 2-rules B6: reason (1) has no fixed term.
def test_without_a_term_time_alone_brings_nothing(covered: Office) -> None:
    deliver_all(covered, debtors=[debtor(1, "案1", "2026-10-01", "有履行能力而拒不履行生效法律文书确定义务")])
    found, numbers = looked(covered)
    assert (found.now, found.on, found.turns, numbers) == ("D", None, (), ["案1"])


def test_of_several_records_no_more_are_named_than_it_takes(covered: Office) -> None:
    """A closure is the floor of class C; two fines beside it do not make it."""
    closed = penalty(1, "罚1", "2026-10-01", 处罚类别="责令停产停业", 失信严重程度="一般")
    deliver_all(covered, [closed, penalty(1, "罚2", "2026-09-01"), penalty(1, "罚3", "2026-08-01")])
    found, numbers = looked(covered)
    assert (found.now, numbers) == ("C", ["罚1"])


def test_who_has_the_class_needs_nothing(covered: Office) -> None:
    deliver_all(covered)
    assert looked(covered)[0] == Outlook("A", (), TODAY.isoformat(), ())


def test_what_is_no_class_comes_to_none(desk: Office) -> None:
    deliver_others(desk, "2026-11-20")
    view = View(desk.store, Moment.on(TODAY), Use.GRADE)
    found = outlook(view, nid(coded_id("CN-USCC", uscc(901))), "B")
    assert found.now not in "ABCD" and found.records is None and found.on is None


def test_without_a_record_the_class_is_that_after_its_repair(covered: Office) -> None:
    """A what-if and a repair that really comes give the same parts, and the what-if writes nothing."""
    deliver_all(covered, [penalty(1, "罚1", "2026-10-01", 失信严重程度="严重"), penalty(1, "罚2", "2026-09-01")])
    view = View(covered.store, Moment.on(TODAY), Use.GRADE)
    (record,) = [n.key for n in view.search("罚1", 5, ["AdministrativePenalty"])]
    run, _, imagined = grade_few_run(view, np.array([FIRM]), without=np.array([record]))
    assert run.manifest["parameters"]["without"] == [record]
    before = grade_few_run(view, np.array([FIRM]))
    covered.deliver("repairs", [repair(1, "罚1", "2026-11-21")], "2026-11-22")
    after = grade_few_run(View(covered.store, Moment.on(TODAY), Use.GRADE), np.array([FIRM]))[2]
    assert before[0].run_id != run.run_id
    assert (imagined.score[0], imagined.grade[0]) == (after.score[0], after.grade[0])
    assert imagined.parts.points.tolist() == after.parts.points.tolist() != before[2].parts.points.tolist()


@pytest.mark.parametrize("to", ["A", "B"])
def test_the_day_told_is_the_first_with_the_class(covered: Office, to: str) -> None:
    """Serious fines of several days: on the day told the class is there, on the day before it is not."""
    fines = [penalty(1, f"罚{i}", f"2026-0{i}-15", 失信严重程度="严重", 处罚类别="吊销许可证") for i in range(3, 8)]
    deliver_all(covered, fines)
    found, _ = looked(covered, to)
    assert found.now in "CD" and found.on
    turns = {t.on: t.grade for t in found.turns}
    assert turns[found.on] <= to and all(grade > to for day, grade in turns.items() if day < found.on)
