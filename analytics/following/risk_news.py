"""Propagated risk kept current: the risks of all parties, and whose part of the class may be another after a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.aspects.changed import Changed
from analytics.aspects.surroundings import conducting
from analytics.aspects.vicinity import Vicinity, union
from analytics.indicators.association import steps
from analytics.risk.following import other_agents
from analytics.risk.passed_on import PassedOn
from analytics.rules.transmission import TransmissionPack, transmission_on
from graph.changes import ChangeSet
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]


def follow(risk: PassedOn, changed: Changed, settings: Mapping[str, Any]) -> tuple[PassedOn, Int64] | None:
    """(the risks after a change, keys of the parties whose part may be another); None where a full run is due."""
    if _other_agents(risk, changed):
        return None
    changes = _changes(changed)
    found = risk.follow(_around(risk.state.pack, changed.near, changes), changes)
    if found is None:
        return None
    now, reached = found
    keys = now.state.parties.keys[reached[~now.state.parties.conductor[reached]]]
    was, still = _signature(risk, keys, settings), _signature(now, keys, settings)
    differs = np.logical_or.reduce([a != b for a, b in zip(was, still, strict=True)])
    # With other means what somebody guarantees weighs otherwise beside what else ties the two.
    means = union(changed.valued("registered_capital", "currency"), changed.told("AnnualReport"))
    beside = changed.near.now.same(changed.near.now.around(("GUARANTEES",), means))
    return now, union(keys[differs], means, beside, *(rows.ravel() for rows in changes.relationships.values()))


def _other_agents(risk: PassedOn, changed: Changed) -> bool:
    """Whether somebody has begun or ceased to be an agent by trade: he, and what he is reached at, pass nothing on."""
    filed = changed.ties.get("FILED_BY_AGENT")
    if filed is None or not len(filed):
        return False
    view, agents = changed.near.view, changed.near.now.same(filed[:, 1])
    all_of = view.store.columns("FILED_BY_AGENT", ("owner", "end"), view.slice, ends=agents)
    return other_agents(risk.state, agents, all_of["owner"], all_of["end"])


def _changes(changed: Changed) -> ChangeSet:
    # Filings pass nothing on.
    ties = {t: np.unique(rows, axis=0) for t, rows in changed.ties.items() if len(rows) and t != "FILED_BY_AGENT"}
    if len(changed.subject_ties):
        ties["SUBJECT_OF"] = changed.subject_ties
    return ChangeSet(union(changed.touched, changed.records), ties)


def _around(pack: TransmissionPack, near: Vicinity, changes: ChangeSet) -> GraphProjection:
    """All that changed, what is tied to it where that decides how ties weigh, and the records about it."""
    types, now = conducting(near.view, pack), near.now
    seeds = now.same(changes.touched)
    crowded = [n for n in types if pack.transmission[n].weigh == "crowd"]
    guarantees = [n for n in types if pack.transmission[n].weigh == "amount"]
    keys = union(
        seeds, now.same(now.ends(guarantees, seeds)), now.same(now.starts(crowded, changes.ends(*crowded))),
        near.records(seeds),
    )  # fmt: skip
    tables = ("Company", "Organisation", "Address", "SUBJECT_OF", "AnnualReport", *pack.own_risk, *types)
    return GraphProjection.among(near.view, keys, tables)


def _signature(risk: PassedOn, keys: Int64, settings: Mapping[str, Any]) -> tuple[npt.NDArray[Any], ...]:
    """What decides the part of each party: its step, when it turns, and by which neighbour most of it comes."""
    party = risk.state.parties.number(keys)
    known = np.flatnonzero(party >= 0)
    step, turn, neighbour = np.zeros(len(keys)), np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
    step[known] = steps(risk.excess(party[known]), settings)
    passing = np.flatnonzero(step > 0)
    turn[passing], source = risk.turn(party[passing]), risk.neighbour(party[passing])
    neighbour[passing] = np.where(source < 0, 0, risk.state.parties.keys[source])
    return step, turn, neighbour


def part_of(risk: PassedOn, near: Vicinity, firms: Int64) -> GraphProjection:
    """The part of the graph that the parts of firms (keys) are told from: themselves, and who brings them the most."""
    party = np.unique(risk.state.parties.number(firms))
    source = risk.neighbour(party[party >= 0])
    others = near.now.same(union(firms, risk.state.parties.keys[source[source >= 0]]))
    tables = ("Company", "SUBJECT_OF", "AnnualReport", *conducting(near.view, risk.state.pack))
    return GraphProjection.among(near.view, union(others, near.records(others)), tables)


def reached(changed: Changed) -> Int64:
    """All to whom risk may pass from what changed, who bars its way included: he may have begun to."""
    view, now = changed.near.view, changed.near.now
    pack = transmission_on(view.moment.as_of)
    seeds = now.same(union(changed.touched, changed.records, changed.subject_ties[:, 0]))
    # Whoever begins or ceases to be an agent bars or opens the telephones that he is reached at.
    seen = fresh = union(seeds, now.ends(("USES_CONTACT",), seeds))
    for _ in range(pack.rounds):
        fresh = np.setdiff1d(now.same(now.around(conducting(view, pack), fresh)), seen)
        seen = np.union1d(seen, fresh)
    return seen
