"""What a class would be without some records, and when and by what it would come to another one.

A what-if is a run over a changed projection: nothing is written, and nobody is told that a record is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.aspects.reading import few_inputs
from analytics.classes.ahead import graded_on
from analytics.classes.grades import CLASSES, Grades, no_company
from analytics.classes.grading import grade_inputs
from analytics.indicators.baseline import Baseline
from analytics.indicators.inputs import GradeInputs
from graph.projection import GraphProjection
from graph.time import FOREVER, add_months, iso, to_date
from graph.view import View

MOST_RECORDS = 100  # heaviest records of a company that are left out one after another


@dataclass(frozen=True)
class Turn:
    """A day on which a class or score changes with no new data."""

    on: str
    grade: str
    score: float


@dataclass(frozen=True)
class Outlook:
    """How a company may come to a class.

    now: its class; turns: what time alone brings, the days on which the class changes; on: the first day on which it
    has the class or a better one, None within the months looked at. records: keys of records without which it has it,
    as few as were found; None where its records alone do not decide.
    """

    now: str
    turns: tuple[Turn, ...]
    on: str | None
    records: tuple[int, ...] | None


def outlook(view: View, company: int, to: str, baseline: Baseline | None = None, months: int = 36) -> Outlook:
    """When, and without which records, a company (key) would have a class, with nothing else changing.

    By time: the class is computed on every day on which a part changes; by records: the heaviest is left out, until the
    class is reached, then those are put back without which it is reached too. O(days + records) gradings of one firm.
    NotFound for a node that is no company.
    """
    inputs = few_inputs(view, np.array([company]), baseline)
    grades = grade_inputs(view.store, inputs, None, np.array([company]))
    if not len(grades.grade):
        raise no_company()
    now = str(grades.grade[0])
    if now not in CLASSES or CLASSES.index(now) <= CLASSES.index(to):
        return Outlook(now, (), iso(view.moment.as_of_day) if now in CLASSES else None, () if now in CLASSES else None)
    turns = _turns(view, company, inputs, grades, add_months(view.moment.as_of, months))
    reached = [t.on for t in turns if t.grade in CLASSES and CLASSES.index(t.grade) <= CLASSES.index(to)]
    return Outlook(now, turns, reached[0] if reached else None, _fewest(view, inputs, grades, company, to))


def _turns(view: View, company: int, inputs: GradeInputs, grades: Grades, last: dt.date) -> tuple[Turn, ...]:
    """The days up to the last on which the class changes by the mere passing of time."""
    turns, grade, day = [], str(grades.grade[0]), int(grades.next_change[0])
    while day != FOREVER and to_date(day) <= last:
        then = graded_on(view, inputs, company, day)
        if str(then.grade[0]) != grade:
            grade = str(then.grade[0])
            turns.append(Turn(to_date(day).isoformat(), grade, int(then.score[0]) / 1000))
        day = int(then.next_change[0])
    return tuple(turns)


def _fewest(view: View, inputs: GradeInputs, grades: Grades, company: int, to: str) -> tuple[int, ...] | None:
    def reached(keys: Sequence[int]) -> bool:
        changed = inputs.without(np.array(keys, dtype=np.int64))
        grade = str(grade_inputs(view.store, changed, None, np.array([company])).grade[0])
        return grade in CLASSES and CLASSES.index(grade) <= CLASSES.index(to)

    gone: list[int] = []
    for key in _heaviest(inputs.projection, grades):
        gone.append(key)
        if reached(gone):
            break
    else:
        return None
    for key in tuple(gone[:-1]):
        fewer = [k for k in gone if k != key]
        gone = fewer if reached(fewer) else gone
    return tuple(gone)


def _heaviest(projection: GraphProjection, grades: Grades) -> list[int]:
    """Keys of the records that a grade rests on: red lines first, then floors, then by points."""
    table = grades.parts
    rows = np.flatnonzero((table.kind == "record") & (table.points >= 0))
    order = np.lexsort((table.evidence[rows], -table.points[rows], ~table.floor_c[rows], ~table.red_line[rows]))
    keys = projection.nodes[table.evidence[rows[order]].astype(np.int64)]
    return list(dict.fromkeys(keys.tolist()))[:MOST_RECORDS]
