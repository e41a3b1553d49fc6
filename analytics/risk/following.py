"""Risk propagation after a change: arcs, own risks and rounds of what it can reach, bit for bit a full run's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.algorithm import timed
from analytics.arrays.patched import Patched
from analytics.risk.cavity import LEAST, products
from analytics.risk.conduction import Pairs, insulating, of_no_party, spread, types_that_conduct
from analytics.risk.own_risk import own_of_all
from analytics.risk.state import State, day_of, own_of, pack_of
from graph.ascending import matched
from graph.changes import ChangeSet
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def followed(
    state: State, projection: GraphProjection, changes: ChangeSet, taken: dict[str, float]
) -> tuple[State, Int64] | None:
    """(the state after a change, the parties, ascending, whose risk may be another); None where a full run is due.

    projection: the graph after the change, or a part of it with all that changed and what decides how it weighs.
    """
    state = with_newcomers(state, projection, changes)
    if not is_local(state, projection, changes):
        return None
    with timed(taken, "arcs"):
        state, moved = rewired(state, projection, changes)
    if len(state.patch) > 1000 + len(state.into) // 20:
        return None
    with timed(taken, "own"):
        state, other_risk = reweighed(state, projection, changes)
    with timed(taken, "rounds"):
        reached = balls(state, np.union1d(moved, other_risk))
        return rounds_again(state, reached), reached[-1]


def with_newcomers(state: State, projection: GraphProjection, changes: ChangeSet) -> State:
    """With the parties that were not there before; whoever is one with another (SAME_AS) asks for a full run."""
    at = matched(projection.nodes, changes.nodes)
    at = at[at >= 0]
    at = at[~np.isin(projection.label[at], of_no_party(projection))]
    at = at[state.parties.number(projection.nodes[at]) < 0]
    if not len(at) or "SAME_AS" in changes.relationships:
        return state
    blocked = np.zeros(len(at), dtype=bool)
    for label in projection.states:
        blocked |= insulating(projection, state.pack, label, at)
    joins = [projection.labels.index(x) for x in state.pack.conductors if x in projection.labels]
    return state.grown(projection.nodes[at], np.isin(projection.label[at], joins), blocked)


def is_local(state: State, projection: GraphProjection, changes: ChangeSet) -> bool:
    """Whether a change leaves the parties, and which of them conduct, as they are."""
    if pack_of(day_of(projection)) != state.pack or "SAME_AS" in changes.relationships:
        return False
    was = state.parties.number(changes.nodes)
    there = matched(projection.nodes, changes.nodes) >= 0
    if (~there & (was >= 0)).any() or _other_agents(state, projection, changes):
        return False
    if "USES_CONTACT" in changes.relationships:
        user = state.parties.number(changes.relationships["USES_CONTACT"][:, 0])
        if state.agent[user[user >= 0]].any():
            return False
    parties = np.unique(was[was >= 0])
    node, which = state.parties.nodes(projection, parties)
    blocked = np.zeros(len(parties), dtype=bool)
    for label in projection.states:
        blocked[which[insulating(projection, state.pack, label, node)]] = True
    return bool(np.array_equal(blocked, state.blocked[parties]))


def _other_agents(state: State, projection: GraphProjection, changes: ChangeSet) -> bool:
    ends = changes.relationships.get("FILED_BY_AGENT")
    if ends is None:
        return False
    rel = projection.types["FILED_BY_AGENT"]
    return other_agents(state, ends[:, 1], projection.nodes[rel.start], projection.nodes[rel.end])


def other_agents(state: State, changed: Int64, firm: Int64, agent: Int64) -> bool:
    """Whether one of those by whom other filings are made (keys) has begun or ceased to be an agent by trade.

    firm, agent: keys of all filings by these, aligned; newcomers among them, too.
    """
    by = np.unique(_party_keys(state, changed))
    pairs = np.stack([matched(by, _party_keys(state, agent)), _party_keys(state, firm)])
    pairs = np.unique(pairs[:, pairs[0] >= 0], axis=1)
    filed, number = np.bincount(pairs[0], minlength=len(by)), state.parties.number(by)
    was = np.zeros(len(by), dtype=bool)
    was[number >= 0] = state.agent[number[number >= 0]]
    return bool(((filed >= state.pack.does_not_conduct.agents_from) != was).any())


def _party_keys(state: State, keys: Int64) -> Int64:
    """The key of the party that each node stands for, of a newcomer its own."""
    number = state.parties.number(keys)
    return np.where(number < 0, keys, state.parties.keys[np.maximum(number, 0)]) if len(state.parties.keys) else keys


def rewired(state: State, projection: GraphProjection, changes: ChangeSet) -> tuple[State, Int64]:
    """The arcs after a change, and the parties at whose arcs something changed."""
    n, wiring = len(state.own), state.wiring(projection)
    number = state.parties.number
    wanted = [_keys(number(ends[:, 0]), number(ends[:, 1]), n) for ends in changes.relationships.values()]
    touched = _touched(state, projection, changes)
    names = types_that_conduct(projection, state.pack)
    weighed = {name: rule.weigh for name, rule in state.pack.transmission.items() if name in projection.types}
    for name in (x for x, weigh in weighed.items() if weigh == "amount"):  # the means of whoever changed
        rel = projection.types[name]
        node, _ = state.parties.nodes(projection, touched)
        at, _ = spread(np.searchsorted(rel.start, node), np.searchsorted(rel.start, node, side="right"))
        wanted.append(_keys(wiring.number(rel.start[at]), wiring.number(rel.end[at]), n))
    pair = np.unique(np.concatenate([np.zeros(0, np.int64), *wanted]))
    for name in (x for x, weigh in weighed.items() if weigh == "crowd"):  # how many are there
        ends = changes.relationships.get(name, np.zeros((0, 2), np.int64))
        at, _ = wiring.between(name, pair // n, pair % n)
        place = np.unique(np.r_[number(ends[:, 1]), wiring.number(projection.types[name].end[at])])
        arcs = state.arcs(place[place >= 0])
        pair = np.union1d(pair, _keys(arcs.node, arcs.other, n))
    lo, hi = pair // n, pair % n
    found, faults = wiring.pairs({name: np.unique(wiring.between(name, lo, hi)[0]) for name in names})
    none = np.zeros(len(pair))
    new = Pairs(pair, none, none, none.astype(np.int8), none.astype(np.int8)).replaced(found)
    changed = _differ(state, new)
    new = new.where(changed)
    kept = {code: np.setdiff1d(key, pair) for code, key in state.faults.items()}
    merged = {
        code: np.union1d(kept.get(code, np.zeros(0, np.int64)), faults.get(code, np.zeros(0, np.int64)))
        for code in kept.keys() | faults.keys()
    }
    state = replace(state, patch=state.patch.replaced(new), faults=merged)
    return state, np.unique(np.r_[new.key // n, new.key % n])


def _keys(a: Int64, b: Int64, n: int) -> Int64:
    """Pairs of two different parties."""
    two = (a >= 0) & (b >= 0) & (a != b)
    return np.asarray(np.minimum(a, b)[two] * n + np.maximum(a, b)[two])


def _touched(state: State, projection: GraphProjection, changes: ChangeSet) -> Int64:
    """Parties whose values or records may differ."""
    keys = [changes.nodes]
    if "SUBJECT_OF" in changes.relationships:
        keys.append(changes.relationships["SUBJECT_OF"][:, 0])
    if "SUBJECT_OF" in projection.types:
        rel = projection.types["SUBJECT_OF"]
        at = np.searchsorted(projection.nodes, changes.nodes)  # of a node that is gone another's: one more to look at
        keys.append(projection.nodes[rel.start[np.isin(rel.end, at)]])
    number = state.parties.number(np.unique(np.concatenate(keys)))
    return np.unique(number[number >= 0])


def _differ(state: State, new: Pairs) -> Bools:
    """Which pairs are not as they were."""
    n = len(state.own)
    lo = np.unique(new.key // n)
    arcs = state.arcs(lo)
    key, column = arcs.node * n + arcs.other, arcs.other > arcs.node
    at = np.searchsorted(key[column], new.key)
    old = np.flatnonzero(column)
    here = np.append(key[column], -1)[at] == new.key
    differs = np.where(here, False, (new.up > 0) | (new.down > 0))
    at = old[at[here]]
    differs[here] = (
        (arcs.out[at] != new.up[here])
        | (arcs.into[at] != new.down[here])
        | (arcs.out_group[at] != new.up_group[here])
        | (arcs.group[at] != new.down_group[here])
    )
    return differs


def reweighed(state: State, projection: GraphProjection, changes: ChangeSet) -> tuple[State, Int64]:
    """Own risks after a change or on another day, and the parties whose own risk is another."""
    day = day_of(projection)
    if day != state.day:
        number = state.parties.number(projection.nodes)
        own, turn = own_of_all(projection, state.pack, day, number, len(state.own))
        changed = np.flatnonzero(own != state.own.whole())
        return replace(state, day=day, own=Patched.of(own), turn=Patched.of(turn)), changed
    parties = _touched(state, projection, changes)
    own, turn = own_of(state, projection, parties)
    differs = own != state.own[parties]
    state = replace(
        state,
        own=state.own.replaced(parties[differs], own[differs]),
        turn=state.turn.replaced(parties, turn),
    )
    return state, parties[differs]


def balls(state: State, seeds: Int64) -> list[Int64]:
    """Parties within 1, 2, ... `rounds` arcs downstream of the seeds, ascending: whom others may reach otherwise in
    the first round, the second, ..."""
    ball = edge = seeds
    out = []
    for _ in range(state.rounds):
        arcs = state.arcs(edge)
        edge = np.setdiff1d(arcs.other[arcs.out > 0], ball)
        ball = np.union1d(ball, edge)
        out.append(ball)
    return out


def rounds_again(state: State, balls: list[Int64]) -> State:
    """The state after all rounds again for the parties of balls."""
    if not len(balls[-1]):
        return state
    floors = state.floors
    groups = len(floors)
    for t, ball in enumerate(balls):
        arcs = state.arcs(ball)
        factor = np.maximum(1.0 - arcs.into * state.messages(arcs, t), LEAST)
        product, free, held_up = np.ones((len(ball), groups)), np.ones(len(ball)), np.ones(len(ball))
        products(arcs.row, arcs.group, factor, product, free)
        for g in range(groups):
            held_up *= np.maximum(product[:, g], floors[g])
        free = np.where((product < floors).any(axis=1), held_up, free)
        state = replace(
            state, through=(*state.through[:t], state.through[t].replaced(ball, free), *state.through[t + 1 :])
        )
        if t < state.rounds - 1:
            state = replace(state, held=_held(state, t, ball, product, floors))
    return state


def _held(state: State, t: int, ball: Int64, product: Floats, floors: Floats) -> tuple[tuple[Int64, Floats], ...]:
    """Products that a floor holds up in round t, those of a ball taken anew."""
    groups = len(floors)
    key, value = state.held[t]
    others = ~np.isin(key // groups, ball)
    row, group = np.nonzero(product < floors)
    key = np.concatenate([key[others], ball[row] * groups + group])
    value = np.concatenate([value[others], product[row, group]])
    order = np.argsort(key)
    return (*state.held[:t], (key[order], value[order]), *state.held[t + 1 :])
