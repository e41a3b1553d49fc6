"""Risk propagation: what reaches a party from the records of others, and from exactly which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.cavity import LEAST, answered, earliest, products, propagate, rows
from analytics.conduction import (
    NO_PAIRS,
    Pairs,
    Parties,
    Wiring,
    insulated,
    insulating,
    of_no_party,
    probabilities,
    spread,
    subject_rows,
    types_that_conduct,
    value_of,
)
from analytics.indicators.parts import begins
from analytics.own_risk import NO_EVIDENCE, Evidence, evidence
from analytics.patched import Patched
from analytics.rules.transmission import TransmissionPack, transmission_on, transmission_packs
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.time import FOREVER, to_date, to_day

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Int8 = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

OWN = "own_risk"  # column of nodes that takes the place of what their records say


class RiskParameters(Parameters):
    """What can be chosen; everything else stands in the dated pack rules/transmission.yaml."""

    rounds: int | None = Field(
        default=None,
        ge=1,
        le=8,
        description="relationships that risk may pass, by default as many as the pack says (3)",
    )
    baseline: tuple[float, ...] = Field(
        default=(), description="risks of a stored baseline run, ascending, that percentiles are told against"
    )
    least_share: float = Field(
        default=0.01, gt=0, le=1, description="smallest share of the evidence that is told apart"
    )

    @field_validator("baseline")
    @classmethod
    def _ascending(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(a > b for a, b in zip(value, value[1:], strict=False)):
            raise ValueError("give them in ascending order")
        return value


@dataclass(frozen=True)
class Arcs:
    """Arcs into some parties: the receiver and its place among them, the other end, the chances in and back out, the
    groups of both; in the order of (receiver, other end)."""

    node: Int64
    row: Int64
    other: Int64
    into: Floats
    out: Floats
    group: Int8
    out_group: Int8

    def __len__(self) -> int:
        return len(self.row)

    def where(self, keep: Bools | Int64) -> Arcs:
        """The arcs at a mask or at positions."""
        return Arcs(*(getattr(self, f.name)[keep] for f in fields(Arcs)))

    def and_more(self, *more: Arcs) -> Arcs:
        """These and others, in order; they are sorted by parts, which makes a stable sort quick."""
        every = Arcs(*(np.concatenate([getattr(a, f.name) for a in (self, *more)]) for f in fields(Arcs)))
        return every.where(np.argsort(every.row * (every.other.max(initial=0) + 1) + every.other, kind="stable"))


@dataclass(frozen=True)
class State:
    """What a result was made of: the arcs (pairs changed since in `patch`), own risks, and of every round but the
    last the chance that others have not reached a party (`through`) and the products that a floor held up (`held`)."""

    pack: TransmissionPack
    day: int | None
    rounds: int
    parties: Parties
    blocked: Bools  # by its own values, no risk passes
    agent: Bools
    conducts: Bools
    indptr: Int64
    other: Int32
    into: Floats
    twin: Int32
    group: Int8
    patch: Pairs
    faults: Mapping[str, Int64]
    own: Patched
    turn: Patched
    through: tuple[Patched, ...]
    held: tuple[tuple[Int64, Floats], ...]
    shown: Int64

    @property
    def caps(self) -> Floats:
        """By group the most that it may give, as lambda; no limit for what is in no group."""
        return _caps(self.pack)

    @property
    def floors(self) -> Floats:
        """By group the least that its factors together may be; 0 for what is in no group."""
        return np.exp(-self.caps)

    def arcs(self, nodes: Int64) -> Arcs:
        """Arcs into these parties, ascending. O(their arcs + changed pairs)."""
        at, row = spread(self.indptr[nodes], self.indptr[nodes + 1])
        twin = self.twin[at]
        arcs = Arcs(
            nodes[row],
            row,
            self.other[at].astype(np.int64),
            self.into[at],
            self.into[twin],
            self.group[at],
            self.group[twin],
        )
        if not len(self.patch) or not len(nodes):
            return arcs
        n = len(self.own)
        pair = np.minimum(arcs.node, arcs.other) * n + np.maximum(arcs.node, arcs.other)
        new = self.patch.where((self.patch.up > 0) | (self.patch.down > 0))
        lo, hi = new.key // n, new.key % n
        into_lo = self._of(nodes, lo, hi, new.down, new.up, new.down_group, new.up_group)
        into_hi = self._of(nodes, hi, lo, new.up, new.down, new.up_group, new.down_group)
        old = np.isin(pair, self.patch.key)
        return arcs.where(~old).and_more(into_lo, into_hi) if old.any() or len(into_lo) + len(into_hi) else arcs

    def _of(
        self, nodes: Int64, node: Int64, other: Int64, into: Floats, out: Floats, group: Int8, out_group: Int8
    ) -> Arcs:
        row = np.minimum(np.searchsorted(nodes, node), len(nodes) - 1)
        return Arcs(node, row, other, into, out, group, out_group).where(nodes[row] == node)

    def messages(self, arcs: Arcs, t: int) -> Floats:
        """What the other ends say on arcs in round t, without what the receiver said to them. O(t x arcs)."""
        into, out = self.own[arcs.other], self.own[arcs.node]
        floors = self.floors
        for k in range(t):
            heard = np.maximum(1.0 - arcs.into * into, LEAST)
            said = np.maximum(1.0 - arcs.out * out, LEAST)
            into = self._answered(k, arcs.other, arcs.out_group, floors, said)
            out = self._answered(k, arcs.node, arcs.group, floors, heard)
        return into

    def _answered(self, k: int, node: Int64, group: Int8, floors: Floats, factor: Floats) -> Floats:
        key, value = self.held[k]
        product = np.full(len(node), np.inf)
        if len(key):
            wanted = node * len(floors) + group
            at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
            product = np.where(key[at] == wanted, value[at], np.inf)
        return answered(self.own[node], self.through[k][node], product, floors[group], factor)

    def wiring(self, projection: GraphProjection) -> Wiring:
        """How relationships of a projection become pairs, for few of them."""
        return Wiring(
            projection,
            self.pack,
            self.parties,
            self.conducts,
            lambda position: self.parties.number(projection.nodes[position]),
        )


class RiskPropagation(Algorithm[RiskParameters]):
    """Risk that reaches a party through its relationships, with the exact split of its evidence.

    **Definition.** Own risk s of usable records, capped at .95, and messages between parties u and v that are related:

        s_v = 1 - prod_k (1 - w_k 2^(-age_k / T_k))            age in completed calendar months
        m[u->v](0)   = s_u
        m[u->v](t+1) = 1 - (1 - s_u) prod_{w in N-(u), w != v} (1 - p_wu m[w->u](t))
        R_v          = 1 - (1 - s_v) prod_{u in N-(v)} (1 - p_uv m[u->v](L - 1)),      L = 3

    N-(u) are those whose risk may pass to u, p the chance that it does. What v told u never comes back to v (no echo).
    Of several relationships between the same two the strongest counts, each way. Each group of relationships
    (ownership, people, guarantees, contacts, addresses) gives a party at most the pack's cap of lambda = -ln(1 - p),
    all its terms scaled alike.

    **Columns.** node; risk R; own s; percentile, the percent of the baseline's risks that lie below R (NaN without
    one); lambda = -ln(1 - R). Chances, without a unit. `parts` splits lambda over the records that made it, each with
    the way it came: a neighbour's share is its term -ln(1 - p m) over lambda, split on by the same rule. Shares sum
    to 1; what is under 1 % is one part "other".

    **Persons, addresses, telephones.** Firms of one officer are joined through the person, who has risk of his own
    (a dishonest debtor), and not pair by pair; firms of one address or telephone through that node, which has no risk
    and no row: a hub of a million firms costs a million arcs, and gives each firm at most its p however many of the
    others are bad. Each such node counts as a relationship of the way.

    **Complexity.** O(L (nodes + relationships)) after building the arcs, O(m log m). An update recomputes what lies
    within L relationships of a change; another day weighs all records again. A party that comes or goes, or becomes
    one with another, or begins or ceases to conduct is followed by a full run.

    **Source.** Karrer and Newman 2010, Lokhov et al. 2014: message passing for the independent cascade; exact on
    trees, an upper bound on the cascade's chance elsewhere (without caps). Weights: rules/transmission.yaml.

    **Limits.** Every weight and chance is an expert's guess until a locality estimates its own. A lead, never a
    finding: risk by association is not the party's conduct. State bodies, banks, hosted addresses and agents do not
    conduct. A guarantee is weighed against net assets by the last annual report, else registered capital (the part
    says so), taken as CNY. A node column `own_risk` takes the place of records, a relationship column `transmission`
    (from start to end only, in no group) that of the pack's chance.
    """

    name = "risk_propagation"
    zh = "风险传导"
    parameters = RiskParameters
    follows = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: RiskParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """The risks of every party; UsageError for a given chance outside 0 to 1."""
        taken: dict[str, float] = {}
        day = _day(projection)
        pack = _pack(day)
        rounds = params.rounds or pack.rounds
        progress.advance(0, 3)
        with timed(taken, "arcs"):
            parties, number = Parties.all(projection, pack)
            n = len(parties.keys)
            blocked, agent, conducts = insulated(projection, pack, parties, number)
            wiring = Wiring(projection, pack, parties, conducts, lambda position: number[position])
            pairs, faults = wiring.pairs(
                {name: np.arange(len(projection.types[name])) for name in types_that_conduct(projection, pack)}
            )
            ends = (pairs.key // max(n, 1), pairs.key % max(n, 1))
            indptr, other, into, twin, group = rows(n, *ends, pairs.up, pairs.down, pairs.up_group, pairs.down_group)
        progress.advance(1, 3)
        with timed(taken, "own"):
            own, turn = _own_of_all(projection, pack, day, number, n)
        progress.advance(2, 3)
        through = np.empty((rounds, n))
        floors = np.exp(-_caps(pack))
        with timed(taken, "rounds"):
            of_round, at, value = propagate(indptr, into, twin, group, own, floors, through)
        held = tuple((at[of_round == t], value[of_round == t]) for t in range(rounds - 1))
        state = State(
            pack, day, rounds, parties, blocked, agent, conducts, indptr, other, into, twin, group, NO_PAIRS, faults,
            Patched.of(own), Patched.of(turn), tuple(Patched.of(row) for row in through[:-1]), held,
            np.flatnonzero(~parties.conductor),
        )  # fmt: skip
        progress.advance(3, 3)
        shown = state.shown
        risk, strength = _risks(own[shown], through[-1, shown])
        columns = {
            "node": parties.keys[shown],
            "risk": risk,
            "own": own[shown],
            "percentile": _percentiles(risk, params),
            "lambda": strength,
        }
        return _result(projection, state, params, columns, taken)

    def update(self, before: Result, projection: GraphProjection, changes: ChangeSet, params: RiskParameters) -> Result:
        """The risks after a change, from those before; bit for bit those of a full run."""
        state: State | None = before.state
        if state is None or before.params != params or not _local(state, projection, changes):
            return self.compute(projection, params)
        taken: dict[str, float] = {}
        with timed(taken, "arcs"):
            state, moved = _rewired(state, projection, changes)
        if len(state.patch) > 1000 + len(state.into) // 20:
            return self.compute(projection, params)
        with timed(taken, "own"):
            state, other_risk = _reweighed(state, projection, changes)
        with timed(taken, "rounds"):
            balls = _balls(state, np.union1d(moved, other_risk))
            state, last = _rounds(state, balls)
            ball = balls[-1]
        columns = dict(before.columns)
        row = np.searchsorted(state.shown, ball)
        there = np.flatnonzero(~state.parties.conductor[ball])
        row = row[there]
        if len(row):
            risk, strength = _risks(state.own[ball[there]], last[there])
            new = {"own": state.own[ball[there]], "risk": risk, "lambda": strength}
            new |= {"percentile": _percentiles(risk, params)} if params.baseline else {}
            for name, values in new.items():
                if not np.array_equal(columns[name][row], values):
                    columns[name] = columns[name].copy()
                    columns[name][row] = values
        return _result(projection, state, params, columns, taken)


def strongest_ties(result: Result, projection: GraphProjection, nodes: Int64) -> Int64:
    """Of parties (keys) the key of the relationship that brings each the most; 0 where none brings anything."""
    state: State = result.state
    number = state.parties.number(nodes)
    ascending, place = np.unique(number, return_inverse=True)
    arcs = state.arcs(ascending)
    term = arcs.into * state.messages(arcs, state.rounds - 1)
    best = np.lexsort((arcs.other, -term, arcs.row))
    best = best[begins(arcs.row[best])]
    best = best[term[best] > 0]
    along = state.wiring(projection).along(arcs.other[best], arcs.node[best])
    first = begins(along.pair)
    out = np.zeros(len(ascending), np.int64)
    out[arcs.row[best[along.pair[first]]]] = along.key[first]
    return out[place]


def next_turns(result: Result) -> Int64:
    """By row the first day on which a record that may reach it ends or grows a month older; FOREVER for none."""
    state: State = result.state
    return np.asarray(earliest(state.indptr, state.other, state.into, state.turn.whole(), state.rounds)[state.shown])


# --- one run ------------------------------------------------------------------------------------------


def _day(projection: GraphProjection) -> int | None:
    stated = projection.manifest.get("as_of")
    return None if stated is None else to_day(dt.date.fromisoformat(stated))


def _pack(day: int | None) -> TransmissionPack:
    """The pack in force on a day; the last one for a graph without a day."""
    return transmission_packs()[-1] if day is None else transmission_on(to_date(day))


def _caps(pack: TransmissionPack) -> Floats:
    return np.array([np.inf, *(pack.group_caps[g] for g in pack.groups)])


def _own_of_all(
    projection: GraphProjection, pack: TransmissionPack, day: int | None, number: Int64, n: int
) -> tuple[Floats, Int64]:
    own, turn = NO_EVIDENCE.own_risk(n, pack.own_cap)
    if day is not None and "SUBJECT_OF" in projection.types:
        subject = number[projection.types["SUBJECT_OF"].start]
        ties = np.flatnonzero(subject >= 0)
        own, turn = evidence(projection, pack, day, ties, subject[ties]).own_risk(n, pack.own_cap)
    given = np.full(n, np.nan)
    for label, columns in projection.states.items():
        if OWN in columns:
            node = np.asarray(columns["node"])
            party, node = number[node][number[node] >= 0], node[number[node] >= 0]
            np.fmax.at(given, party, _given(projection, label, node))
    return np.where(np.isnan(given), own, given), np.where(np.isnan(given), turn, FOREVER)


def _given(projection: GraphProjection, label: str, node: Int64) -> Floats:
    return probabilities(value_of(projection, label, OWN, node, None), OWN)


def _own_of(state: State, projection: GraphProjection, parties: Int64) -> tuple[Floats, Int64]:
    """Own risk and its next turn of few parties."""
    given = _given_to(state, projection, parties)
    own, turn = _evidence_to(state, projection, parties).own_risk(len(parties), state.pack.own_cap)
    return np.where(np.isnan(given), own, given), np.where(np.isnan(given), turn, FOREVER)


def _given_to(state: State, projection: GraphProjection, parties: Int64) -> Floats:
    """The own risk that nodes state themselves, NaN for none, of few parties."""
    node, which = state.parties.nodes(projection, parties)
    given = np.full(len(parties), np.nan)
    for label, columns in projection.states.items():
        if OWN in columns:
            np.fmax.at(given, which, _given(projection, label, node))
    return given


def _evidence_to(state: State, projection: GraphProjection, parties: Int64) -> Evidence:
    """The adverse records of few parties; their subjects are places in `parties`."""
    if state.day is None or "SUBJECT_OF" not in projection.types:
        return NO_EVIDENCE
    node, which = state.parties.nodes(projection, parties)
    ties, owner = subject_rows(projection, node)
    return evidence(projection, state.pack, state.day, ties, which[owner])


def _risks(own: Floats, free: Floats) -> tuple[Floats, Floats]:
    """Risk and lambda of parties that others have not reached with chance `free`."""
    with np.errstate(divide="ignore"):  # certain: lambda is infinite
        return own + (1.0 - own) * (1.0 - free), 0.0 - np.log1p(-own) - np.log(free)


def _percentiles(risk: Floats, params: RiskParameters) -> Floats:
    if not params.baseline:
        return np.full(len(risk), np.nan)
    return np.asarray(100.0 * np.searchsorted(np.array(params.baseline), risk, side="left") / len(params.baseline))


def _result(
    projection: GraphProjection,
    state: State,
    params: RiskParameters,
    columns: Mapping[str, npt.NDArray[Any]],
    taken: Mapping[str, float],
) -> Result:
    keys, n = state.parties.keys, len(state.parties.keys)
    notices = tuple(
        Notice(code, tuple(keys[np.unique(np.concatenate([pair // n, pair % n]))].tolist()), _DETAIL[code])
        for code, pair in sorted(state.faults.items())
        if len(pair)
    )
    return Result(
        "risk_propagation",
        params,
        columns,
        ("node",),
        partial(_parts, projection, state, params),
        notices,
        timings=taken,
        state=state,
    )


_DETAIL = {
    "share_out_of_range": "shares under 0 or over 1 were taken as 0 and 1",
    "share_unknown": "holdings without a share: what weighs by the share does not conduct",
}


# --- the evidence -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Branch:
    """A branch of the flow tree: its share of the whole, and the parties from here to the one explained."""

    share: float
    nodes: tuple[int, ...]


def _parts(projection: GraphProjection, state: State, params: RiskParameters, row: int) -> list[Part]:
    """The evidence of a row, best first: the tree grown level by level, no branch under the least share."""
    least, rest = params.least_share, 0.0
    level, leaves = [_Branch(1.0, (int(state.shown[row]),))], []
    for rounds in range(state.rounds, -1, -1):
        level, own, under = _grown(state, level, rounds, least)
        leaves += own
        rest += under
    parts, under = _by_record(projection, state, leaves, least)
    parts.sort(key=lambda p: (-p.amount, p.nodes, p.records))
    return [*parts, Part(rest + under, note="other")] if rest + under > 0 else parts


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
    given, evidence_ = _given_to(state, projection, party), _evidence_to(state, projection, party)
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


# --- updates ------------------------------------------------------------------------------------------


def _local(state: State, projection: GraphProjection, changes: ChangeSet) -> bool:
    """Whether a change leaves the parties, and which of them conduct, as they are."""
    if _pack(_day(projection)) is not state.pack or {"SAME_AS", "FILED_BY_AGENT"} & changes.relationships.keys():
        return False
    was = state.parties.number(changes.nodes)
    at = np.minimum(np.searchsorted(projection.nodes, changes.nodes), max(len(projection.nodes) - 1, 0))
    there = projection.nodes[at] == changes.nodes if len(projection.nodes) else np.zeros(len(at), dtype=bool)
    if (~there & (was >= 0)).any():
        return False
    record = np.isin(projection.label[at], of_no_party(projection))
    if (there & ~record & (was < 0)).any():
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


def _rewired(state: State, projection: GraphProjection, changes: ChangeSet) -> tuple[State, Int64]:
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


def _reweighed(state: State, projection: GraphProjection, changes: ChangeSet) -> tuple[State, Int64]:
    """Own risks after a change or on another day, and the parties whose own risk is another."""
    day = _day(projection)
    if day != state.day:
        number = state.parties.number(projection.nodes)
        own, turn = _own_of_all(projection, state.pack, day, number, len(state.own))
        changed = np.flatnonzero(own != state.own.whole())
        return replace(state, day=day, own=Patched.of(own), turn=Patched.of(turn)), changed
    parties = _touched(state, projection, changes)
    own, turn = _own_of(state, projection, parties)
    differs = own != state.own[parties]
    state = replace(
        state,
        own=state.own.replaced(parties[differs], own[differs]),
        turn=state.turn.replaced(parties, turn),
    )
    return state, parties[differs]


def _balls(state: State, seeds: Int64) -> list[Int64]:
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


def _rounds(state: State, balls: list[Int64]) -> tuple[State, Floats]:
    """All rounds again for the parties of balls: the state after them, and the chance that others reach none of the
    last."""
    if not len(balls[-1]):
        return state, np.zeros(0)
    floors = state.floors
    groups, free = len(floors), np.zeros(0)
    for t, ball in enumerate(balls):
        arcs = state.arcs(ball)
        factor = np.maximum(1.0 - arcs.into * state.messages(arcs, t), LEAST)
        product, free, held_up = np.ones((len(ball), groups)), np.ones(len(ball)), np.ones(len(ball))
        products(arcs.row, arcs.group, factor, product, free)
        for g in range(groups):
            held_up *= np.maximum(product[:, g], floors[g])
        free = np.where((product < floors).any(axis=1), held_up, free)
        if t < state.rounds - 1:
            through = (*state.through[:t], state.through[t].replaced(ball, free), *state.through[t + 1 :])
            state = replace(state, through=through, held=_held(state, t, ball, product, floors))
    return state, free


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
