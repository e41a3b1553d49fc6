"""The ways from a firm to what a part from association rests on, each with the points of the part that come over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analytics.classes.evidence_path import (
    Way,
    relationship_step,
    row_of,
    subject_step,
    way_along,
    way_of_command,
)
from analytics.classes.grades import Grades
from analytics.classes.risk_ways import risk_ways
from analytics.indicators.association import successors_of
from analytics.indicators.control import barred
from analytics.indicators.inputs import GradeInputs
from analytics.inputs import Settings
from analytics.rules.structures import settings_on
from analytics.step import Step
from analytics.structures.crowding import burst_ends, firms_at, registered_since, unhosted
from analytics.structures.succession import PEOPLE, TYPES, Seeds, tie_then


def ways_of(inputs: GradeInputs, grades: Grades, at: int, part: int) -> tuple[list[tuple[int, Way]], int]:
    """The ways of a part (row of the table) of a company, each with its points, and the points of all others.

    Points are thousandths and sum to the part's.
    """
    table, name = grades.parts, grades.indicators[int(grades.parts.indicator[part])]
    firm, evidence, points = int(grades.node[at]), int(table.evidence[part]), int(table.points[part])
    if name == "G11":
        found, rest = risk_ways(inputs, int(inputs.projection.nodes[firm]))
        *told, others = apportioned(points, [*(share for share, _ in found), rest])
        return list(zip(told, (way for _, way in found), strict=True)), others
    find = _FINDERS.get(name, _relationship)
    return [(points, find(inputs, grades.pack.indicators[name], firm, evidence))], 0


def apportioned(total: int, shares: Sequence[float]) -> list[int]:
    """A whole number by shares that sum to 1: whole numbers that sum to it, by largest remainder, then the first."""
    exact = [total * share for share in shares]
    out = [int(np.floor(x)) for x in exact]
    order = sorted(range(len(out)), key=lambda i: (out[i] - exact[i], i))
    for i in order[: total - sum(out)]:
        out[i] += 1
    return out


def _relationship(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    return Way(relationship_step(inputs.projection, firm, evidence))


def _in_command(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G1: to whoever is in charge or in control, and the entry."""
    projection = inputs.projection
    return Way(way_of_command(projection, firm, evidence), record=int(projection.nodes[evidence]))


def _in_group(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G3: through parties under the same control to a bad firm, and its record."""
    from analytics.algorithms.control import controllers  # with numba, which takes a second to import

    projection = inputs.projection
    top = controllers(projection, by_the_state=False).top
    steps = way_of_command(projection, firm, evidence, top == top[firm])
    return Way(steps, record=int(projection.nodes[evidence]))


def _barred(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G2: over the representative to the other firm that he represented, and what befell it."""
    found = barred(inputs, settings)
    first = int(np.flatnonzero((found.firm == firm) & (found.key == evidence))[0])  # whose term is the longest
    event = found.event.where(np.array([first]))
    return _over_person(inputs, firm, evidence, int(found.person[first]), event, ("LEGAL_REPRESENTATIVE_OF",), 0)


def _succession(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G7: over the common person to the firm before, and what befell it."""
    found, key, weight = successors_of(inputs, settings)
    rows = np.flatnonzero((found.firm == firm) & (key == evidence))
    one = found.where(rows[np.argsort(-weight[rows], kind="stable")[:1]])
    event = Seeds(one.seed, one.event_on, one.until, one.reason, one.record)
    left = int(settings_on(inputs.projection, "successors")["left_months"])
    return _over_person(inputs, firm, evidence, int(one.person[0]), event, PEOPLE, left)


def _over_person(
    inputs: GradeInputs, firm: int, evidence: int, person: int, event: Seeds, types: tuple[str, ...], left_months: int
) -> Way:
    projection, other, day = inputs.projection, int(event.firm[0]), int(event.day[0])
    tie = tie_then(inputs, types, other, person, day, left_months)
    to_person = relationship_step(projection, firm, evidence)
    there = row_of(projection, int(tie.key[0]))
    if there is None:  # it has ended
        name, since, until = TYPES[int(tie.kind[0])], int(tie.since[0]), int(tie.until[0])
        start, end = (int(projection.nodes[n]) for n in (person, other))
        on = Step(name, int(tie.key[0]), start, end, since, until)
    else:
        on = Step.at(projection, *there, False)
    record = int(event.record[0])
    if record < 0:
        return Way((*to_person, on), status=(str(event.reason[0]), day))
    return Way((*to_person, on, subject_step(projection, other, record)), record=int(projection.nodes[record]))


def _ring(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G9, G10: the holding or guarantee, and on along its type back to the firm; of a chain the first only."""
    projection = inputs.projection
    first = relationship_step(projection, firm, evidence)
    if not first:
        return Way(())
    onward = int(projection.canonical[projection.position(first[0].end)])
    return Way((*first, *way_along(projection, onward, np.array([firm]), first[0].type)[0]))


def _opaque(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G8: up to the nearest party so much of which nobody known holds; of a chain that is too long the holding."""
    from analytics.ownership.condensed import solve  # with numba

    own = solve(inputs.projection).own
    unknown = np.zeros(len(inputs.projection.nodes))
    unknown[own.nodes] = np.where(own.opaque, 1.0, own.missing)
    for least in (float(settings["unresolved"]), 0.0):
        lost = np.flatnonzero(unknown > least)
        steps, end = way_along(inputs.projection, firm, lost, "HOLDS_SHARES_IN", backward=True)
        if end is not None:
            return Way(steps, unknown=round(float(unknown[end]), 6))
    return _relationship(inputs, settings, firm, evidence)


def _crowd(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G4 to G6: the person, address, contact or agent, and how many living firms it has."""
    projection = inputs.projection
    steps = relationship_step(projection, firm, evidence)
    if not steps:
        return Way(())
    party = int(projection.canonical[projection.position(steps[0].last)])
    return Way(steps, firms=int(firms_at(inputs, steps[0].type)[party]))


def _burst(inputs: GradeInputs, settings: Settings, firm: int, evidence: int) -> Way:
    """G5: the address, how many living firms it has, and when the last burst of registrations there was complete."""
    found, (firms, places, keys) = _crowd(inputs, settings, firm, evidence), unhosted(inputs)
    days, enough = int(settings["days"]), int(settings["enough"])
    ends = burst_ends(places, registered_since(inputs, "REGISTERED_AT", firms, keys), days, enough)
    return replace(found, burst=(int(ends[keys == evidence][0]), enough, days))


_FINDERS: Mapping[str, Callable[[GradeInputs, Settings, int, int], Way]] = {
    "G1": _in_command,
    "G2": _barred,
    "G3": _in_group,
    "G4": _crowd,
    "G5": _burst,
    "G6": _crowd,
    "G7": _succession,
    "G8": _opaque,
    "G9": _ring,
    "G10": _ring,
}
