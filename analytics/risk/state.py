"""What a run of risk propagation stands on: arcs between parties, own risks, and what each round left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from analytics.arrays.patched import Patched
from analytics.arrays.splice import inserted
from analytics.risk.cavity import LEAST, answered, shifted
from analytics.risk.conduction import Pairs, Parties, Wiring, spread, subject_rows
from analytics.risk.own_risk import NO_EVIDENCE, OWN, Evidence, evidence, given
from analytics.rules.transmission import TransmissionPack, transmission_on, transmission_packs
from graph.projection import GraphProjection
from graph.time import FOREVER, to_date, to_day

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Int8 = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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
    """What a result was made of: the arcs (pairs changed since in `patch`), own risks, the chance that others have not
    reached a party after each round (`through`), and the products that a floor held up in all but the last (`held`)."""

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
        return caps(self.pack)

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

    def grown(self, keys: Int64, conductor: Bools, blocked: Bools) -> State:
        """With parties (keys, ascending) that were not there and have no ties yet. O(parties + arcs)."""
        n, more = len(self.own), len(keys)
        at = np.searchsorted(self.parties.keys, keys)
        groups = len(self.floors)

        def number(was: Int64) -> Int64:
            return was + np.searchsorted(at, was, side="right")

        def pairs(key: Int64) -> Int64:
            return np.asarray(number(key // n) * (n + more) + number(key % n))

        parties = Parties(
            inserted(self.parties.keys, at, keys),
            inserted(self.parties.conductor, at, conductor),
            self.parties.member,
            number(self.parties.of),
        )
        return replace(
            self,
            parties=parties,
            blocked=inserted(self.blocked, at, blocked),
            agent=inserted(self.agent, at, np.zeros(more, dtype=bool)),
            conducts=inserted(self.conducts, at, ~blocked),
            indptr=inserted(self.indptr, at, self.indptr[at]),
            other=shifted(self.other, at),
            patch=replace(self.patch, key=pairs(self.patch.key)),
            faults={code: pairs(key) for code, key in self.faults.items()},
            own=self.own.grown(at, 0.0),
            turn=self.turn.grown(at, FOREVER),
            through=tuple(t.grown(at, 1.0) for t in self.through),
            held=tuple((number(key // groups) * groups + key % groups, value) for key, value in self.held),
            shown=np.flatnonzero(~parties.conductor),
        )

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

    def wiring(self, projection: GraphProjection, *, many: bool = False) -> Wiring:
        """How relationships of a projection become pairs, for few of them, or for many."""
        if many:
            number = self.parties.number(projection.nodes)
            return Wiring(projection, self.pack, self.parties, self.conducts, lambda position: number[position])
        return Wiring(
            projection,
            self.pack,
            self.parties,
            self.conducts,
            lambda position: self.parties.number(projection.nodes[position]),
        )


def day_of(projection: GraphProjection) -> int | None:
    """The day of a projection, None for a graph without one."""
    stated = projection.manifest.get("as_of")
    return None if stated is None else to_day(dt.date.fromisoformat(stated))


def pack_of(day: int | None) -> TransmissionPack:
    """The pack in force on a day; the last one for a graph without a day."""
    return transmission_packs()[-1] if day is None else transmission_on(to_date(day))


def caps(pack: TransmissionPack) -> Floats:
    """By group the most that it may give, as lambda; no limit for what is in no group."""
    return np.array([np.inf, *(pack.group_caps[g] for g in pack.groups)])


def own_of(state: State, projection: GraphProjection, parties: Int64) -> tuple[Floats, Int64]:
    """Own risk and its next turn of few parties."""
    stated = given_to(state, projection, parties)
    own, turn = evidence_to(state, projection, parties).own_risk(len(parties), state.pack.own_cap)
    return np.where(np.isnan(stated), own, stated), np.where(np.isnan(stated), turn, FOREVER)


def given_to(state: State, projection: GraphProjection, parties: Int64) -> Floats:
    """The own risk that nodes state themselves, NaN for none, of few parties."""
    node, which = state.parties.nodes(projection, parties)
    stated = np.full(len(parties), np.nan)
    for label, columns in projection.states.items():
        if OWN in columns:
            np.fmax.at(stated, which, given(projection, label, node))
    return stated


def evidence_to(state: State, projection: GraphProjection, parties: Int64) -> Evidence:
    """The adverse records of few parties; their subjects are places in `parties`."""
    if state.day is None or "SUBJECT_OF" not in projection.types:
        return NO_EVIDENCE
    node, which = state.parties.nodes(projection, parties)
    ties, owner = subject_rows(projection, node)
    return evidence(projection, state.pack, state.day, ties, which[owner])
