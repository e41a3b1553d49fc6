"""The exact split of a risk: over the records that made it, each with the way that it came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.algorithm import Part
from analytics.risk.cavity import LEAST
from analytics.risk.state import State, evidence_to, given_to
from graph.projection import GraphProjection
from graph.runs import begins


@dataclass(frozen=True)
class _Branch:
    """A branch of the flow tree: its share of the whole, and the parties from here to the one explained."""

    share: float
    nodes: tuple[int, ...]


def evidence_tree(projection: GraphProjection, state: State, least: float, row: int) -> list[Part]:
    """The evidence of a row, best first: the tree grown level by level, no branch under the least share."""
    rest = 0.0
    level, leaves = [_Branch(1.0, (int(state.shown[row]),))], []
    for rounds in range(state.rounds, -1, -1):
        level, own, under = _grown(state, level, rounds, least)
        leaves += own
        rest += under
    parts, under = _by_record(projection, state, leaves, least)
    parts.sort(key=lambda p: (-p.amount, p.nodes, p.records))
    return [*parts, Part(rest + under, note="other evidence")] if rest + under > 0 else parts


def _grown(state: State, level: list[_Branch], rounds: int, least: float) -> tuple[list[_Branch], list[_Branch], float]:
    """The branches that branches come from, the parties' own risk among them apart, and the sum of those too small."""
    nodes, place = np.unique(np.array([b.nodes[0] for b in level], dtype=np.int64), return_inverse=True)
    arcs = state.arcs(nodes if rounds else nodes[:0])
    terms = np.zeros(0)
    if rounds:
        terms = -np.log(np.maximum(1.0 - arcs.into * state.messages(arcs, rounds - 1), LEAST))
    first, end = np.searchsorted(arcs.row, place), np.searchsorted(arcs.row, place, side="right")
    found: list[_Branch] = []
    own: list[_Branch] = []
    under = 0.0
    for branch, at, risk in zip(level, map(slice, first, end), state.own[nodes][place].tolist(), strict=True):
        other, group, term = arcs.other[at], arcs.group[at], terms[at] * (risk < 1)
        if len(branch.nodes) > 1:
            term[other == branch.nodes[1]] = 0.0
        total = np.bincount(group, weights=term, minlength=len(state.floors))
        term *= np.divide(state.caps, total, out=np.ones(len(total)), where=total > state.caps)[group]
        alone = -float(np.log1p(-risk)) if risk < 1 else 1.0  # who is certain to be at risk needs nobody else
        whole = alone + float(term.sum())
        if whole == 0:
            continue
        share = branch.share / whole * term
        told = share >= least
        found += [
            _Branch(s, (u, *branch.nodes)) for s, u in zip(share[told].tolist(), other[told].tolist(), strict=True)
        ]
        own += [_Branch(branch.share / whole * alone, branch.nodes)] * (alone > 0)
        under += float(share[~told].sum())
    return found, own, under


def _by_record(
    projection: GraphProjection, state: State, leaves: list[_Branch], least: float
) -> tuple[list[Part], float]:
    """Own risks split over their records, each with the way it came, and the sum of those too small."""
    party, place = np.unique(np.array([b.nodes[0] for b in leaves], dtype=np.int64), return_inverse=True)
    given, evidence_ = given_to(state, projection, party), evidence_to(state, projection, party)
    ways = _ways(state, projection, leaves)
    parts, under = [], 0.0
    for leaf, at in zip(leaves, place.tolist(), strict=True):
        nodes = tuple(state.parties.keys[list(leaf.nodes)].tolist())
        steps = [ways[step] for step in zip(leaf.nodes, leaf.nodes[1:], strict=False)]
        relationships, notes = tuple(s[0] for s in steps), [s[1] for s in steps if s[1]]
        mine = np.flatnonzero(evidence_.subject == at)
        risk, record = evidence_.risk[mine], projection.nodes[evidence_.record[mine]]
        if not np.isnan(given[at]):
            risk, record, notes = np.ones(1), np.zeros(1, np.int64), [*notes, "given"]
        elif 1.0 - np.prod(1.0 - risk) > state.pack.own_cap:
            notes = [*notes, "own risk at its cap"]
        term = -np.log1p(-risk) if np.isnan(given[at]) else risk
        for amount, key in zip((leaf.share / term.sum() * term).tolist(), record.tolist(), strict=True):
            if amount >= least:
                records = (key,) if np.isnan(given[at]) else ()
                parts.append(Part(amount, nodes, relationships, records, "; ".join(notes)))
            else:
                under += amount
    return parts, under


def _ways(
    state: State, projection: GraphProjection, leaves: list[_Branch]
) -> dict[tuple[int, int], tuple[tuple[str, int], str]]:
    """By step of a way the relationship along which risk passes, and what to know of it."""
    steps = sorted({step for leaf in leaves for step in zip(leaf.nodes, leaf.nodes[1:], strict=False)})
    source, target = np.array(steps, dtype=np.int64).reshape(-1, 2).T
    wiring = state.wiring(projection)
    along, by_capital = wiring.along(source, target), wiring.means(target)[1].tolist()
    first = np.flatnonzero(begins(along.pair))
    names = [along.names[code] for code in along.type[first].tolist()]
    return {
        step: ((name, key), "guarantee weighed against registered capital" if name == "GUARANTEES" and capital else "")
        for step, name, key, capital in zip(steps, names, along.key[first].tolist(), by_capital, strict=True)
    }
