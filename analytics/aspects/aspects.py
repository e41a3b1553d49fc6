"""Aspects of a firm: indicators that follow from the same part of the graph, and whom a change there can reach.

Own indicators follow from a firm's records, holders, representatives and addresses, those that have ended included;
crowding from all firms of its people and places; succession from what befell other firms of its people; ownership and
control from all above; the bad firms of a group from all under its controller; guarantee circles from all that
guarantees tie together; propagated risk from what lies within its reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.aspects.changed import Changed
from analytics.aspects.vicinity import Vicinity, union
from analytics.indicators.control import IN_CHARGE
from analytics.indicators.pack import pack_on
from analytics.indicators.table import INDICATORS, WARNING_SIGNS
from analytics.rules.structures import settings_of
from analytics.structures import crowding
from analytics.structures.succession import EVENTS, PEOPLE, PLACES, are_events
from analytics.updates.upstream import DOWN, FROZEN, MUTUAL, TYPES, from_store, walked
from graph.ascending import matched
from graph.schema import SCHEMA
from graph.time import FOREVER
from graph.view import View

Int64 = npt.NDArray[np.int64]

AT = (*PLACES.values(), "FILED_BY_AGENT")  # a firm and where it is, how it is reached, who files for it
REPRESENTS = "LEGAL_REPRESENTATIVE_OF"
COMMAND = (*TYPES, FROZEN, "Organisation", "Company")  # what ownership and control read


@dataclass(frozen=True)
class Aspect:
    """Indicators that follow from the same part of the graph.

    tables: what they read of it. around: the nodes (keys) of that part, for some firms. reached: nodes among which are
    the firms whose parts may follow from a change; more than these are graded again for nothing, fewer never.
    """

    indicators: tuple[str, ...]
    tables: tuple[str, ...]
    around: Callable[[Vicinity, Int64], Int64]
    reached: Callable[[Changed], Int64]


# --- own ----------------------------------------------------------------------------------------------


def _own(near: Vicinity, firms: Int64) -> Int64:
    people = near.now.same(near.ever.starts((REPRESENTS, "HOLDS_SHARES_IN"), firms))
    return union(firms, people, near.ever.ends(("REGISTERED_AT",), firms), near.records(firms))


def _own_of(changed: Changed) -> Int64:
    moved = changed.near.ever.starts(("REGISTERED_AT",), changed.of("Address"))
    held = changed.ends(REPRESENTS, "HOLDS_SHARES_IN")
    return union(
        changed.told(*SCHEMA.record_labels()), changed.of("Company"), held, changed.starts("REGISTERED_AT"), moved
    )


# --- who is in charge, who owns -----------------------------------------------------------------------


def _above(near: Vicinity, firms: Int64) -> Int64:
    found = walked(near.view, firms, up=True)
    return union(found, near.records(found))


def commanded(changed: Changed) -> Int64:
    """Where a change of command or ownership has its effect: on these, and on all below them."""
    ties = union(changed.ends(*DOWN), changed.starts(*DOWN), changed.starts("BRANCH_OF"), changed.ends("BRANCH_OF"))
    mutual = union(changed.starts(*MUTUAL), changed.ends(*MUTUAL), changed.concerned)
    return union(ties, mutual, changed.told(FROZEN), changed.of("Organisation"))


def _owned(changed: Changed) -> Int64:
    return union(walked(changed.near.view, commanded(changed), up=False), changed.valued("status"))


def _indebted(changed: Changed) -> Int64:
    debtors = changed.near.labelled("Person", changed.told("ListEntry"))
    below = walked(changed.near.view, union(debtors, commanded(changed)), up=False)
    return union(below, changed.valued("status"))


def _group(near: Vicinity, firms: Int64) -> Int64:
    found = _group_of(near.view, firms)
    return union(found, near.records(found))


def _group_of(view: View, firms: Int64) -> Int64:
    """All under the controllers of some firms, and all above these; what the State controls makes no group."""
    from analytics.algorithms.control import controllers  # with numba, which takes a second to import

    if not len(firms):
        return firms
    above = from_store(view, firms)
    at = matched(above.nodes, firms)
    top = controllers(above, by_the_state=False).top[at[at >= 0]]
    return walked(view, walked(view, np.union1d(above.nodes[top], firms), up=False), up=True)


def _of_group(changed: Changed) -> Int64:
    bad = {"kinds": (), "severities": (), "fine_from": None, **_settings(changed, "G3")}
    listed, _ = _befallen(changed, bad, "ListEntry")
    below = walked(changed.near.view, commanded(changed), up=False)
    return union(changed.near.labelled("Company", listed), below, changed.valued("status"))


# --- people and places --------------------------------------------------------------------------------


def _crowd(near: Vicinity, firms: Int64) -> Int64:
    people = near.now.same(near.now.starts(crowding.PEOPLE, firms))
    places = near.now.same(near.now.ends(AT, firms))
    others = union(near.now.ends(crowding.PEOPLE, people), near.now.starts(AT, places))
    return union(firms, people, places, near.now.same(others))


def _crowded(changed: Changed) -> Int64:
    now, firms = changed.near.now, changed.valued("status", "established_on", "area")
    people = union(changed.starts(*crowding.PEOPLE), now.same(now.starts(crowding.PEOPLE, firms)))
    places = union(changed.ends(*AT), changed.of("Address"), now.same(now.ends(AT, firms)))
    own = union(firms, changed.ends(*crowding.PEOPLE), changed.starts(*AT))
    return union(own, now.ends(crowding.PEOPLE, people), now.starts(AT, places))


def _succession(near: Vicinity, firms: Int64) -> Int64:
    people, places = near.now.same(near.ever.starts(PEOPLE, firms)), near.ever.ends(PLACES.values(), firms)
    others = near.now.same(near.ever.ends(PEOPLE, people))
    crowd = near.now.same(near.now.starts(("REGISTERED_AT",), places))  # a hub's newcomers follow nobody
    theirs = near.ever.ends(PLACES.values(), others)
    return union(firms, people, places, others, crowd, theirs, near.records(union(firms, others)))


def _succeeded(changed: Changed) -> Int64:
    near, ever = changed.near, changed.near.ever
    moved = changed.starts(*PLACES.values())
    valued = changed.valued("status", "approved_on", "established_on", "industry")
    firms = union(valued, changed.ends(*PEOPLE), moved)
    people = near.now.same(union(changed.starts(*PEOPLE), ever.starts(PEOPLE, firms)))
    places = union(changed.ends("REGISTERED_AT"), changed.of("Address"))
    by_ties = union(firms, ever.ends(PEOPLE, people), near.now.starts(PLACES.values(), places))
    return union(by_ties, _newcomers(changed))


def _newcomers(changed: Changed) -> Int64:
    """Firms of the people of whom a record tells, founded or newly registered somewhere after what it tells of."""
    near = changed.near
    seeds, first = _befallen(changed, settings_of(near.view.moment.as_of, "successors"), *EVENTS)
    firms = near.now.same(near.ever.ends(PEOPLE, near.now.same(near.ever.starts(PEOPLE, seeds))))
    store, at = near.view.store, near.view.slice
    since = [(store.columns("Company", ("owner", "established_on"), at, owners=firms), "established_on")]
    since.append((store.columns("REGISTERED_AT", ("owner", "valid_from"), at, owners=firms), "valid_from"))
    return near.now.same(union(*(c["owner"][c[day] > first] for c, day in since)))


def _settings(changed: Changed, indicator: str) -> Mapping[str, Any]:
    return pack_on(changed.near.view.moment.as_of).indicators[indicator]


def _befallen(changed: Changed, settings: Mapping[str, Any], *labels: str) -> tuple[Int64, int]:
    """(parties of whom a changed record tells, or told, what counts as an event; the earliest day of one)."""
    records, first = [], FOREVER
    for label in labels:
        own = SCHEMA.labels[label].dated or ""
        told = changed.versions(label, "owner", own, *EVENTS[label])
        hit = are_events(label, told, settings, len(told["owner"]))
        records.append(told["owner"][hit])
        first = min(first, *told[own][hit].tolist(), FOREVER)
    return changed.subjects(union(*records)), first


def _represented(near: Vicinity, firms: Int64) -> Int64:
    people = near.now.same(near.now.starts((REPRESENTS,), firms))
    others = near.now.same(near.ever.ends((REPRESENTS,), people))
    return union(firms, people, others, near.records(union(firms, others)))


def _barred(changed: Changed) -> Int64:
    near = changed.near
    befallen, _ = _befallen(changed, _settings(changed, "G2"), *EVENTS)
    firms = union(befallen, changed.valued("status", "approved_on"), changed.ends(REPRESENTS))
    people = near.now.same(union(changed.starts(REPRESENTS), near.ever.starts((REPRESENTS,), firms)))
    return union(firms, near.now.ends((REPRESENTS,), people))


# --- guarantees, risk ---------------------------------------------------------------------------------


def _guaranteed(near: Vicinity, firms: Int64) -> Int64:
    return near.tied("GUARANTEES", firms)


def _guarantors(changed: Changed) -> Int64:
    ends = union(changed.starts("GUARANTEES"), changed.ends("GUARANTEES"))
    return union(changed.near.tied("GUARANTEES", ends), changed.valued("registered_capital", "currency"))


# Whom a change in a group reaches is known by its head, not by walking: all who have the head in common.
GROUP = Aspect(("G3",), ("Company", "ListEntry", "SUBJECT_OF"), _group, _of_group)
ASPECTS = (
    Aspect(
        tuple(n for n, e in (INDICATORS | WARNING_SIGNS).items() if e.dimension != "association"),
        ("Company", "Address", "HOLDS_SHARES_IN", REPRESENTS, "REGISTERED_AT", "SUBJECT_OF", *SCHEMA.record_labels()),
        _own,
        _own_of,
    ),
    Aspect(("G1",), (*COMMAND, *IN_CHARGE, "ListEntry"), _above, _indebted),
    Aspect(("G2",), ("Company", REPRESENTS, "SUBJECT_OF", *EVENTS), _represented, _barred),
    Aspect(("G4", "G5", "G6"), ("Company", "Address", *crowding.PEOPLE, *AT), _crowd, _crowded),
    Aspect(("G7",), ("Company", "Address", *PEOPLE, *PLACES.values(), "SUBJECT_OF", *EVENTS), _succession, _succeeded),
    Aspect(("G8", "G9"), COMMAND, _above, _owned),
    Aspect(("G10",), ("Company", "GUARANTEES"), _guaranteed, _guarantors),
)
