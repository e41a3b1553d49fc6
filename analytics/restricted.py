"""People inside a term of restriction or ban who hold a post or founded a firm: to be verified, never a finding.

Whether somebody was liable himself, or why a debtor was listed, no register says: each rule names what is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.indicators.parts import Inputs
from analytics.rules.related_parties import Posts, related_party_rules
from analytics.rules.restrictions import Period, Restriction, restrictions
from analytics.structures.succession import Seeds, barred_until, former_ties, had_then, people_ties, seeds_of
from graph.runs import runs
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

REPRESENTS, POSTS, HOLDS = "LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "HOLDS_SHARES_IN"
TYPES = (REPRESENTS, POSTS, HOLDS)
INSIDE, BEFORE, NOT_STATED = 0, 1, 2  # when a post was taken, a term taken as given
FOUNDERS = 30  # days after its establishment up to which a holder counts as a founder


@dataclass(frozen=True)
class Term:
    """People barred, aligned: the person, what befell which firm (or himself), and the days [since, until)."""

    person: Int64
    subject: Int64
    record: Int64  # node of the record, -1 where it is the firm's status
    since: Int64
    until: Int64


@dataclass(frozen=True)
class Restricted:
    """Posts held and firms founded inside a term, aligned, by (rule, person, firm); positions of nodes.

    rule: index in `rules`. type: index in TYPES, key: the relationship. post: its code. taken: INSIDE the term, BEFORE
    it (and held on), or NOT_STATED. began: the day of the post, or of the firm that was founded.
    """

    rules: Sequence[tuple[Restriction, Period]]
    rule: Int64
    person: Int64
    firm: Int64
    type: Int64
    key: Int64
    post: npt.NDArray[Any]
    began: Int64
    taken: Int64
    subject: Int64
    record: Int64
    since: Int64
    until: Int64

    def __len__(self) -> int:
        return len(self.person)

    def where(self, keep: Bools | Int64) -> Restricted:
        """The rows at a mask or at positions."""
        first, *columns = vars(self).values()
        return Restricted(first, *(c[keep] for c in columns))


def restricted(inputs: Inputs) -> Restricted:
    """Everybody in the graph who holds a post, or founded a firm, inside a term. O(n log n) in ties and entries.

    Former representatives are those that `inputs.beside` has. Firms that no longer exist are left out.
    """
    rules = restrictions().on(inputs.today)
    offices = _offices(inputs, related_party_rules().posts)
    tables = []
    for number, (rule, _) in enumerate(rules):
        term = _term(inputs, rule)
        there = term.until > inputs.day
        term = Term(*(c[there] for c in vars(term).values()))
        made = (_posts(offices, rule, term), _founded(offices, rule, term))
        tables += [[np.full(len(columns[0]), number), *columns] for columns in made]
    found = Restricted(rules, *(np.concatenate(c) for c in zip(*tables, strict=True)))
    found = found.where(np.lexsort((-found.until, found.key, found.firm, found.person, found.rule)))
    return found.where(_first(found.rule, found.person, found.key))


@dataclass(frozen=True)
class _Offices:
    """Posts and holdings of people in living firms, by person."""

    person: Int64
    firm: Int64
    type: Int64
    key: Int64
    kind: npt.NDArray[Any]  # represents, seat, manages, supervises; empty for a holding or another post
    post: npt.NDArray[Any]
    since: Int64
    founded: Int64

    def where(self, keep: Bools | Int64) -> _Offices:
        return _Offices(*(c[keep] for c in vars(self).values()))


def _offices(inputs: Inputs, posts: Posts) -> _Offices:
    kinds = {code: kind for kind in ("seat", "manages", "supervises") for code in getattr(posts, kind)}
    tables = []
    for number, name in enumerate(TYPES):
        rel, person, firm = inputs.relationships(name)
        post = np.asarray(rel.columns.get("post", np.full(len(rel), None, dtype=object)), dtype=object)
        kind = np.array([kinds.get(p, "") for p in post], dtype=object)
        if name == REPRESENTS:
            kind[:] = "represents"
        since = np.asarray(rel.columns.get("valid_from", np.full(len(rel), NO_DATE)))
        keep = inputs.projection.label_is("Person")[person] & inputs.living[firm] & (post != "liaison")
        columns = (person, firm, np.full(len(rel), number), rel.key, kind, post, since)
        tables.append([c[keep] for c in columns])
    person, firm, *others = (np.concatenate(c) for c in zip(*tables, strict=True))
    founded = inputs.by_node("established_on", NO_DATE)[firm]
    found = _Offices(person, firm, *others, founded)  # type: ignore[call-arg]
    return found.where(np.lexsort((found.key, found.firm, found.person)))


def _term(inputs: Inputs, rule: Restriction) -> Term:
    """Whom a rule bars, from which day to which."""
    if rule.of == "own":
        entries = inputs.ties("ListEntry")
        if not len(entries):
            return Term(*(np.zeros(0, dtype=np.int64),) * 5)
        mine = np.isin(entries["list_type"].astype(str), rule.befell.lists)
        entries = entries.where(mine & inputs.projection.label_is("Person")[entries.node])
        return Term(entries.node, entries.node, entries.record, entries["listed_on"], entries.until)
    seeds = _seeds(inputs, rule)
    had = people_ties(inputs).of_type(REPRESENTS).joined(former_ties(inputs, (REPRESENTS,)))
    event, person = had_then(seeds, had, 0)
    until = barred_until(seeds, rule.months or 0)
    return Term(person, seeds.firm[event], seeds.record[event], seeds.day[event], until[event])


def _seeds(inputs: Inputs, rule: Restriction) -> Seeds:
    """What befell firms by the rule's reasons."""
    befell = rule.befell
    settings: Mapping[str, Any] = {
        "lists": befell.lists,
        "statuses": befell.statuses,
        "kinds": befell.kinds,
        "severities": (),
        "fine_from": None,
        "status_years": (rule.months or 0) // 12,
    }
    seeds = seeds_of(inputs, settings)
    reasons = {*befell.lists, *befell.statuses, *(["penalty"] if befell.kinds else [])}
    reasons |= {"revoked_registration"} if befell.cancelled else set()
    return seeds.where(np.isin(seeds.reason.astype(str), sorted(reasons)))


def _posts(offices: _Offices, rule: Restriction, term: Term) -> list[npt.NDArray[Any]]:
    """Posts that a rule bars, of people inside its term; not with the firm that it befell."""
    able = offices.where(np.isin(offices.kind.astype(str), rule.barred))
    at, of = runs(able.person, term.person)
    other = able.firm[at] != term.subject[of]
    at, of = at[other], of[other]
    began = np.where(able.since[at] == NO_DATE, able.founded[at], able.since[at])
    inside = (began != NO_DATE) & (began >= term.since[of])
    taken = np.where(inside, INSIDE, np.where(able.since[at] == NO_DATE, NOT_STATED, BEFORE))
    return _rows(able, at, term, of, np.where(inside, began, able.since[at]), taken)


def _founded(offices: _Offices, rule: Restriction, term: Term) -> list[npt.NDArray[Any]]:
    """Firms that people inside a term founded: established in it, with them from the first month on."""
    able = offices.where(np.full(len(offices.person), rule.registers))
    at, of = runs(able.person, term.person)
    founded = able.founded[at]
    early = (able.since[at] == NO_DATE) | (able.since[at] <= founded + FOUNDERS)
    inside = (founded != NO_DATE) & (founded >= term.since[of]) & (founded < term.until[of]) & early
    at, of = at[inside], of[inside]
    return _rows(able, at, term, of, able.founded[at], np.full(len(at), INSIDE))


def _rows(able: _Offices, at: Int64, term: Term, of: Int64, began: Int64, taken: Int64) -> list[npt.NDArray[Any]]:
    of_office = (able.person[at], able.firm[at], able.type[at], able.key[at], able.post[at], began, taken)
    return [*of_office, term.subject[of], term.record[of], term.since[of], term.until[of]]


def _first(*columns: Int64) -> Int64:
    """The first row of each run of equal values."""
    if not len(columns[0]):
        return np.zeros(0, dtype=np.int64)
    same = np.logical_and.reduce([c[1:] == c[:-1] for c in columns])
    return np.flatnonzero(np.r_[True, ~same])
