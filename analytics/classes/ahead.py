"""What follows of a company on later days by time alone: deliveries go on coming in time and bring nothing new."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.aspects.reading import few_inputs
from analytics.classes.grades import Grades, PartTable
from analytics.classes.grading import Subjects, grade_inputs
from analytics.classes.keyed import keyed
from analytics.classes.points import part_table, positive_turned
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import GradePack
from graph.time import FOREVER, to_date
from graph.view import View

MOST_DAYS = 12  # soonest days on which parts change that are looked at: each is a grading of its own


def graded_on(view: View, inputs: GradeInputs, company: int, day: int) -> Grades:
    """The grade of a company (key) on a later day, by the pack in force then. `inputs`: what it follows from now."""
    return grade_inputs(view.store, _later(view.on(to_date(day)), inputs, company), None, np.array([company]))


def turned(view: View, inputs: GradeInputs, grades: Grades, at: int) -> list[int | None]:
    """Of each part of a company the thousandths that it has once it changes: 0 where it is gone then.

    None where it never changes, or not on one of the soonest days.
    """
    first, last = np.searchsorted(grades.parts.company, [at, at + 1])
    table, company = grades.parts.at(np.arange(first, last)), int(inputs.projection.nodes[grades.node[at]])
    now, out = keyed(table, inputs.projection.nodes), list[int | None]([None] * len(table))
    for day in np.unique(table.next_change[table.next_change != FOREVER])[:MOST_DAYS].tolist():
        rows = np.flatnonzero(table.next_change == day)
        names = {grades.indicators[i] for i in table.indicator[rows].tolist()}
        points = _points_then(now, _parts_on(view.on(to_date(day)), inputs, company, grades.pack, names))
        for row in rows.tolist():
            out[row] = points[row]
    return out


def _parts_on(later: View, inputs: GradeInputs, company: int, pack: GradePack, names: set[str]) -> PartTable:
    """The parts of a company by some indicators as a later view has them; by all where positive ones are among them."""
    whole = any(pack.indicators[n].get("positive") for n in names)
    then = _later(later, inputs, company, None if whole else names)
    subjects = Subjects.of(later.store, then, pack, np.array([company]))
    table = part_table(then, pack, subjects.node, subjects.covered, None if whole else names)
    return keyed(positive_turned(table, pack, len(subjects.node)), then.projection.nodes)


def _later(later: View, inputs: GradeInputs, company: int, names: set[str] | None = None) -> GradeInputs:
    """What a company's indicators, all or some, read by a later view: what was taken from them before is so again."""
    fresh_on = inputs.day if inputs.fresh_on is None else inputs.fresh_on
    found = few_inputs(later, np.array([company]), names=names)
    then = replace(found, baseline=inputs.baseline, fresh_on=fresh_on)
    return then.without(inputs.left_out) if len(inputs.left_out) else then


def _points_then(now: PartTable, then: PartTable) -> list[int]:
    """Of each part its points on another day, by what it rests on; an indicator's only part is the only one then."""
    out = []
    for row, indicator in enumerate(now.indicator.tolist()):
        mine, left = (np.flatnonzero(t.indicator == indicator) for t in (now, then))
        if (len(mine), len(left)) != (1, 1):
            evidence = now.evidence[row]
            mine, left = mine[now.evidence[mine] == evidence], left[then.evidence[left] == evidence]
        # Of parts that rest on the same thing the first are gone first.
        place = len(left) - len(mine) + mine.tolist().index(row)
        out.append(int(then.points[left[place]]) if place >= 0 else 0)
    return out
