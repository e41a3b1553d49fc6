"""Who may carry on the business of a listed, revoked or fined firm: what G7 and `successors` rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.inputs import Inputs, Settings
from analytics.structures.crowding import hosted
from graph.ascending import distinct
from graph.runs import expanded, runs
from graph.schema import SCHEMA
from graph.time import FOREVER, NO_DATE, add_months_array

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]

PEOPLE = ("LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "HOLDS_SHARES_IN", "EXECUTIVE_PARTNER_OF")
PLACES = {"address": "REGISTERED_AT", "contact": "USES_CONTACT"}
TYPES = (*PEOPLE, *PLACES.values())
# Records of what may befall a firm, and the columns that tell whether it is such a thing.
EVENTS = {
    "ListEntry": ("list_type",),
    "AdministrativePenalty": ("kinds", "severity", "fine"),
    "RevokedRegistration": (),
}
_REASON = {"AdministrativePenalty": "penalty", "RevokedRegistration": "revoked_registration"}


@dataclass(frozen=True)
class Seeds:
    """What befell firms, aligned: firm, day, first day without use, reason, and the record's node (-1: the status)."""

    firm: Int64
    day: Int64
    until: Int64
    reason: Column
    record: Int64

    def where(self, keep: Bools | Int64) -> Seeds:
        """The events at a mask or at positions."""
        return Seeds(*(c[keep] for c in vars(self).values()))


@dataclass(frozen=True)
class Ties:
    """Ties of firms to people, addresses or contacts, aligned: kind is an index in TYPES; true in [since, until)."""

    firm: Int64
    other: Int64
    key: Int64
    kind: Int64
    since: Int64
    until: Int64

    def where(self, keep: Bools | Int64) -> Ties:
        """The ties at a mask or at positions."""
        return Ties(*(c[keep] for c in vars(self).values()))

    def joined(self, *others: Ties) -> Ties:
        """These and others, one after another."""
        return Ties(*(np.concatenate(c) for c in zip(*(vars(t).values() for t in (self, *others)), strict=True)))


@dataclass(frozen=True)
class Successions:
    """A firm founded, or newly registered at the address, after what befell a seed: aligned, by (firm, seed).

    people: how many both have; person: the first of them. Nodes are positions.
    """

    firm: Int64
    seed: Int64
    reason: Column
    record: Int64
    event_on: Int64
    began_on: Int64
    people: Int64
    person: Int64
    address: Bools
    contact: Bools
    industry: Bools
    until: Int64

    def where(self, keep: Bools | Int64) -> Successions:
        """The rows at a mask or at positions."""
        return Successions(*(c[keep] for c in vars(self).values()))


def successions(inputs: Inputs, settings: Settings, only: Bools | None = None) -> Successions:
    """All successions, or those into these firms. O(n log n) in ties, and the pairs that fall within the months.

    Ties that the seed had are those of the projection that began before the event, and, where `inputs.beside` has
    `former`, those that ended no more than `left_months` before it. Of several events of one seed the one counts whose
    use ends last. People with more than `largest_hub` firms lead to nobody, and addresses with more to no newcomers.
    """
    return _latest(_found(_Join.of(inputs, settings, only)))


@dataclass(frozen=True)
class _Join:
    """What successions are joined from: what the seeds had, as (index of the seed, other), and what firms have."""

    inputs: Inputs
    nodes: int
    months: int
    seeds: Seeds
    people: Ties  # of the firms asked about, hubs left out
    places: Mapping[str, Ties]
    moved: Ties  # addresses of the firms asked about, hubs left out
    had_people: tuple[Int64, Int64]
    had_places: Mapping[str, tuple[Int64, Int64]]

    @classmethod
    def of(cls, inputs: Inputs, settings: Settings, only: Bools | None) -> _Join:
        n = max(len(inputs.projection.nodes), 1)
        seeds, most, left = seeds_of(inputs, settings), int(settings["largest_hub"]), int(settings["left_months"])
        people, former = people_ties(inputs), former_ties(inputs, PEOPLE)
        busy = _busy(n, people, most)
        people, former = (t.where(~busy[t.other]) for t in (people, former))
        places = {k: place_ties(inputs, k) for k in PLACES}
        moved = places["address"].where(~_busy(n, places["address"], most)[places["address"].other])
        return cls(
            inputs,
            n,
            int(settings["months"]),
            seeds,
            people if only is None else people.where(only[people.firm]),
            places,
            moved if only is None else moved.where(only[moved.firm]),
            had_then(seeds, people.joined(former), left),
            {k: had_then(seeds, places[k].joined(former_ties(inputs, (PLACES[k],))), left) for k in PLACES},
        )

    def candidates(self) -> tuple[Int64, Int64]:
        """(index of the seed, firm): founded, or newly at an address of the seed's, in time and with common people."""
        founded = self.inputs.by_node("established_on", NO_DATE)[self.people.firm]
        one = _within(self.seeds, self.had_people, self.people, founded, self.months)
        two = _within(self.seeds, self.had_places["address"], self.moved, self.moved.since, self.months)
        both = np.concatenate([one, two[_meets(self.nodes, self.had_people, self.people, two[:, 0], two[:, 1])]])
        pairs = distinct(both[:, 0] * self.nodes + both[:, 1])
        event, firm = pairs // self.nodes, pairs % self.nodes
        other = self.seeds.firm[event] != firm
        return event[other], firm[other]

    def began(self, event: Int64, firm: Int64) -> Int64:
        """The day of foundation where that is within the months, else of the first registration at the address."""
        founded, day = self.inputs.by_node("established_on", NO_DATE)[firm], self.seeds.day[event]
        in_time = (founded > day) & (founded <= add_months_array(day, self.months))
        arrived = _arrival(self.nodes, self.had_places["address"], self.moved, event, firm, self.seeds.day)
        return np.where(in_time, founded, arrived)


def _found(join: _Join) -> Successions:
    """Candidates that have an address, a contact or the trade in common too."""
    event, firm = join.candidates()
    seeds, industry = join.seeds, join.inputs.by_node("industry", None)
    trades = zip(industry[seeds.firm[event]], industry[firm], strict=True)
    same = np.array([a is not None and a == b for a, b in trades], dtype=bool)
    met = {k: _meets(join.nodes, join.had_places[k], join.places[k], event, firm) for k in PLACES}
    people, person = _common(join.nodes, join.had_people, join.people, event, firm)
    found = Successions(
        firm,
        seeds.firm[event],
        seeds.reason[event],
        seeds.record[event],
        seeds.day[event],
        join.began(event, firm),
        people,
        person,
        met["address"],
        met["contact"],
        same,
        seeds.until[event],
    )
    return found.where(met["address"] | met["contact"] | same)


def _latest(found: Successions) -> Successions:
    """Of each firm and seed the event whose use ends last, then the first one."""
    found = found.where(np.lexsort((found.record, found.event_on, -found.until, found.seed, found.firm)))
    new = (found.firm[1:] != found.firm[:-1]) | (found.seed[1:] != found.seed[:-1])
    return found.where(np.r_[True, new][: len(found.firm)])


def seeds_of(inputs: Inputs, settings: Settings) -> Seeds:
    """Firms on a list, heavily punished, whose registration was cancelled, or that are revoked by their status."""
    tables: list[tuple[Int64, Int64, Int64, Column, Int64]] = []
    for label in EVENTS:
        found = inputs.ties(label)
        if not len(found):
            continue
        found = found.where(are_events(label, {n: found[n] for n in EVENTS[label]}, settings, len(found)))
        reason = found["list_type"] if label == "ListEntry" else np.full(len(found), _REASON[label], dtype=object)
        day = found[SCHEMA.labels[label].dated or ""]
        tables.append((found.node, day, found.until, reason, found.record))
    status = inputs.companies.get("status", np.zeros(0, dtype=object))
    ended = np.flatnonzero(np.logical_or.reduce([status == s for s in settings["statuses"]]))
    node, approved = inputs.companies["node"][ended], inputs.by_node("approved_on", NO_DATE)
    until = add_months_array(approved[node], 12 * int(settings["status_years"]))
    tables.append((node, approved[node], until, status[ended], np.full(len(ended), -1)))
    firm, day, until, reason, record = (np.concatenate(c) for c in zip(*tables, strict=True))
    keep = (day != NO_DATE) & inputs.projection.label_is("Company")[firm]
    return Seeds(firm[keep], day[keep], until[keep], reason[keep], record[keep])


def are_events(label: str, columns: Mapping[str, Column], settings: Settings, count: int) -> Bools:
    """Which of `count` records of a label, by its columns in EVENTS, are what befalls a firm."""
    if label == "ListEntry":
        return np.isin(columns["list_type"].astype(str), list(settings["lists"]))
    if label == "RevokedRegistration":
        return np.ones(count, dtype=bool)
    kinds = [bool(set((k or "").split(",")) & set(settings["kinds"])) for k in columns["kinds"].tolist()]
    heavy = np.array(kinds, dtype=bool) | np.isin(columns["severity"].astype(str), list(settings["severities"]))
    return heavy if settings["fine_from"] is None else heavy | (columns["fine"] >= int(settings["fine_from"]))


def people_ties(inputs: Inputs, types: tuple[str, ...] = PEOPLE) -> Ties:
    """Ties of firms to natural persons by post or holding, or by some of these; liaisons are no officers."""
    first, *others = (_of_type(inputs, name) for name in types)
    return first.joined(*others)


def place_ties(inputs: Inputs, kind: str) -> Ties:
    """Ties of firms to addresses (hosted and cluster ones left out) or contacts."""
    ties = _of_type(inputs, PLACES[kind])
    return ties.where(~hosted(inputs)[ties.other])


def _of_type(inputs: Inputs, name: str) -> Ties:
    rel, start, end = inputs.relationships(name)
    since = np.asarray(rel.columns.get("valid_from", np.full(len(rel), NO_DATE)))
    keep = np.ones(len(rel), dtype=bool)
    if name == "HOLDS_POST_IN" and "post" in rel.columns:
        keep = np.asarray(rel.columns["post"] != "liaison", dtype=bool)
    until = np.full(int(keep.sum()), FOREVER)
    return _turned(inputs, name, start[keep], end[keep], rel.key[keep], since[keep], until)


def _turned(inputs: Inputs, name: str, start: Int64, end: Int64, key: Int64, since: Int64, until: Int64) -> Ties:
    """The firm first; of people only natural persons."""
    firm, other = (start, end) if name in PLACES.values() else (end, start)
    ties = Ties(firm, other, key, np.full(len(firm), TYPES.index(name)), since, until)
    is_firm = inputs.projection.label_is("Company")[firm]
    return ties.where(is_firm & (inputs.projection.label_is("Person")[other] if name in PEOPLE else True))


def former_ties(inputs: Inputs, types: tuple[str, ...]) -> Ties:
    """Ties that ended, as far as they are known beside the projection."""
    beside: Mapping[str, Mapping[str, Int64]] = inputs.beside.get("former", {})
    none = np.zeros(0, dtype=np.int64)
    tables = [Ties(none, none, none, none, none, none)]
    for name in types:
        if name in beside:
            t = beside[name]
            tables.append(_turned(inputs, name, t["owner"], t["end"], t["key"], t["valid_from"], t["valid_to"]))
    return tables[0].joined(*tables[1:])


def tie_then(inputs: Inputs, types: tuple[str, ...], firm: int, person: int, day: int, left_months: int) -> Ties:
    """The tie by which a firm had a person on a day or shortly before: of several the last to end, then by key."""
    ties = people_ties(inputs, types).joined(former_ties(inputs, types))
    ties = ties.where((ties.firm == firm) & (ties.other == person))
    ties = ties.where((ties.since <= day) & (ties.until > add_months_array(np.array([day]), -left_months)))
    return ties.where(np.lexsort((ties.key, -ties.until))[:1])


def _busy(n: int, ties: Ties, most: int) -> Bools:
    """By node whether it has more firms than `most`."""
    return np.asarray(np.bincount(distinct(ties.other * n + ties.firm) // n, minlength=n) > most)


# --- joins --------------------------------------------------------------------------------------------


def had_then(seeds: Seeds, ties: Ties, left_months: int) -> tuple[Int64, Int64]:
    """What the firms of seeds had when it happened or shortly before: (index of the seed, other), each once."""
    ties = ties.where(np.isin(ties.firm, seeds.firm))
    order = np.argsort(ties.firm, kind="stable")
    at, event = runs(ties.firm[order], seeds.firm)
    at = order[at]
    day = seeds.day[event]
    there = (ties.since[at] <= day) & (ties.until[at] > add_months_array(day, -left_months))
    size = int(ties.other.max()) + 1 if len(ties.other) else 1
    pairs = distinct(event[there] * size + ties.other[at][there])
    return pairs // size, pairs % size


def _within(seeds: Seeds, had: tuple[Int64, Int64], later: Ties, day: Int64, months: int) -> Int64:
    """Rows (seed, firm) of ties to something that a seed had, whose day lies in the months after the event."""
    event, other = had
    known = np.flatnonzero(day != NO_DATE)
    order = known[np.lexsort((day[known], later.other[known]))]
    if not len(order) or not len(event):
        return np.zeros((0, 2), dtype=np.int64)
    base, last = day[order].min(), day[order].max()
    span = last - base + 2
    axis = later.other[order] * span + (day[order] - base)
    start, end = seeds.day[event], add_months_array(seeds.day[event], months)
    low = np.searchsorted(axis, other * span + np.clip(start - base + 1, 0, span - 1), "left")
    high = np.searchsorted(axis, other * span + np.clip(end - base, -1, span - 2), "right")
    count = np.maximum(high - low, 0)
    return np.stack([np.repeat(event, count), later.firm[order[expanded(low, count)]]], axis=1)


def _pairs(n: int, left: tuple[Int64, Int64], right: Ties, event: Int64, firm: Int64) -> tuple[Int64, Int64]:
    """What a seed had and the firm has: (row, other), each once."""
    at, row = runs(left[0], event)
    other = left[1][at]
    right = right.where(np.isin(right.firm, firm))
    there = np.isin(firm[row] * n + other, right.firm * n + right.other)
    return row[there], other[there]


def _meets(n: int, had: tuple[Int64, Int64], ties: Ties, event: Int64, firm: Int64) -> Bools:
    """Which rows (seed, firm) have something in common."""
    out = np.zeros(len(event), dtype=bool)
    out[_pairs(n, had, ties, event, firm)[0]] = True
    return out


def _common(n: int, had: tuple[Int64, Int64], ties: Ties, event: Int64, firm: Int64) -> tuple[Int64, Int64]:
    """How many people both have, and the first of them."""
    row, other = _pairs(n, had, ties, event, firm)
    first = np.full(len(event), n)
    np.minimum.at(first, row, other)
    return np.bincount(row, minlength=len(event)), first


def _arrival(n: int, had: tuple[Int64, Int64], moved: Ties, event: Int64, firm: Int64, day: Int64) -> Int64:
    """The first day after the event on which the firm was registered at an address that the seed had."""
    row, other = _pairs(n, had, moved, event, firm)
    order = np.argsort(moved.firm * n + moved.other, kind="stable")
    axis = (moved.firm * n + moved.other)[order]
    at, which = runs(axis, firm[row] * n + other)
    at, of = order[at], row[which]
    after = moved.since[at] > day[event[of]]
    out = np.full(len(event), FOREVER)
    np.minimum.at(out, of[after], moved.since[at][after])
    return np.where(out == FOREVER, NO_DATE, out)
