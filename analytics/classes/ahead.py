"""What follows of a company on later days by time alone: deliveries go on coming in time and bring nothing new."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.classes.grades import Grades, PartTable
from analytics.classes.grading import few_inputs, grade_inputs
from analytics.classes.keyed import keyed
from analytics.indicators.parts import Inputs
from analytics.rules.grading import GradePack
from graph.projection import GraphProjection
from graph.time import FOREVER, to_date
from graph.view import View

MOST_DAYS = 12  # soonest days on which parts change that are looked at: each is a grading of its own


def graded_on(
    view: View, inputs: Inputs, company: int, day: int, pack: GradePack | None = None
) -> tuple[GraphProjection, Grades]:
    """The grade of a company (key) on a later day, by a pack or the one in force then, and the part that it stands on.

    inputs: what it follows from now.
    """
    firms = np.array([company])
    fresh_on = inputs.day if inputs.fresh_on is None else inputs.fresh_on
    then = replace(few_inputs(view.on(to_date(day)), firms), baseline=inputs.baseline, fresh_on=fresh_on)
    then = then.without(inputs.left_out) if len(inputs.left_out) else then
    return then.projection, grade_inputs(view.store, then, pack, firms)


def turned(view: View, inputs: Inputs, grades: Grades, at: int) -> list[int | None]:
    """Of each part of a company the thousandths that it has once it changes: 0 where it is gone then.

    None where it never changes, or not on one of the soonest days.
    """
    first, last = np.searchsorted(grades.parts.company, [at, at + 1])
    table, company = grades.parts.at(np.arange(first, last)), int(inputs.projection.nodes[grades.node[at]])
    days = np.unique(table.next_change[table.next_change != FOREVER])[:MOST_DAYS].tolist()
    out: list[int | None] = [None] * len(table)
    for day in days:
        projection, then = graded_on(view, inputs, company, day, grades.pack)
        points = _points_then(keyed(table, inputs.projection.nodes), keyed(then.parts, projection.nodes))
        for row in np.flatnonzero(table.next_change == day).tolist():
            out[row] = points[row]
    return out


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
