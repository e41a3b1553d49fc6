"""People inside a term of restriction or ban who hold a post or founded a firm: to be verified, never a finding.

Whether somebody was liable himself, or why a debtor was listed, no register says: each rule names what is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.inputs import Inputs
from analytics.restrictions.befallen import Befallen, befallen
from analytics.restrictions.offices import Offices, former_offices, offices
from analytics.restrictions.term import OWN, Cases, among, in_charge, term_ends, types_of
from analytics.rules.restrictions import Clause, Period, restrictions
from graph.runs import runs
from graph.time import FOREVER, NO_DATE

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

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
    """Posts held and firms founded inside a term, aligned, by (clause, person, firm); positions of nodes.

    clause: index in `clauses`. tie, post: as screening names them; key: the relationship. taken: INSIDE the term,
    BEFORE it (and held on), or NOT_STATED. began: the day of the post, or of the firm that was founded.
    """

    clauses: Sequence[tuple[Clause, Period]]
    clause: Int64
    person: Int64
    firm: Int64
    tie: npt.NDArray[Any]
    post: npt.NDArray[Any]
    key: Int64
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

    Former offices and the words of decisions are those that `inputs.beside` has. Firms that no longer exist are left
    out, and so is what befell a firm on a day that is not known: nobody is listed on a guess who was what then.
    """
    clauses = restrictions().on(inputs.today)
    now = offices(inputs)
    cases, person, of = _cases(inputs, clauses, now.joined(former_offices(inputs)))
    now = now.where(inputs.living[now.firm])
    now = now.where(np.lexsort((now.key, now.firm, now.person)))
    founded = inputs.by_node("established_on", NO_DATE)[now.firm]
    none = np.zeros(0, np.int64)
    tables = [[none, *_rows(now.where(none), Term(*(none,) * 5), none, none, none)]]
    for number, (clause, _) in enumerate(clauses):
        ends = term_ends(clause, cases)
        there = ends > inputs.day
        term = Term(person[there], of.subject[there], of.record[there], of.day[there], ends[there])
        made = (_posts(now, founded, clause, term), _founded(now, founded, clause, term))
        tables += [[np.full(len(columns[0]), number), *columns] for columns in made]
    found = Restricted(clauses, *(np.concatenate(c) for c in zip(*tables, strict=True)))
    found = found.where(np.lexsort((-found.until, found.key, found.firm, found.person, found.clause)))
    return found.where(_first(found.clause, found.person, found.key))


def _cases(inputs: Inputs, clauses: Sequence[tuple[Clause, Period]], had: Offices) -> tuple[Cases, Int64, Befallen]:
    """Everybody before his own entries, and before what befell the firms that he was in charge of; whom, and what."""
    found, label = befallen(inputs), inputs.projection.label_is
    found = found.where(among(found.type, {code for clause, _ in clauses for code in types_of(clause.befell)}))
    own = found.where(label("Person")[found.subject])
    theirs = found.where(label("Company")[found.subject] & (found.day != NO_DATE))
    had = had.where(in_charge({kind for clause, _ in clauses for kind in clause.of}, had.tie, had.post))
    had = had.where(np.argsort(had.firm, kind="stable"))
    at, of = runs(had.firm, theirs.subject)
    had, theirs = had.where(at), theirs.where(of)
    himself = np.full(len(own.subject), OWN, object), np.full(len(own.subject), None)
    always = np.full(len(own.subject), NO_DATE), np.full(len(own.subject), FOREVER)
    pairs = ((own, (*himself, *always)), (theirs, (had.tie, had.post, had.since, had.until)))
    columns = [(e.type, e.what, e.text, e.day, e.usable, *office) for e, office in pairs]
    cases = Cases(*(np.concatenate(c) for c in zip(*columns, strict=True)))
    return cases, np.concatenate([own.subject, had.person]), own.joined(theirs)


def _posts(now: Offices, founded: Int64, clause: Clause, term: Term) -> list[npt.NDArray[Any]]:
    """Posts that a clause bars, of people inside its term; not with the firm that it befell."""
    able = np.flatnonzero(in_charge(clause.barred, now.tie, now.post))
    at, of = runs(now.person[able], term.person)
    at = able[at]
    other = now.firm[at] != term.subject[of]
    at, of = at[other], of[other]
    began = np.where(now.since[at] == NO_DATE, founded[at], now.since[at])
    inside = (began != NO_DATE) & (began >= term.since[of])
    taken = np.where(inside, INSIDE, np.where(now.since[at] == NO_DATE, NOT_STATED, BEFORE))
    return _rows(now.where(at), term, of, np.where(inside, began, now.since[at]), taken)


def _founded(now: Offices, founded: Int64, clause: Clause, term: Term) -> list[npt.NDArray[Any]]:
    """Firms that people inside a term founded: established in it, with them from the first month on."""
    at, of = runs(now.person, term.person if clause.registers else term.person[:0])
    began = founded[at]
    early = (now.since[at] == NO_DATE) | (now.since[at] <= began + FOUNDERS)
    inside = (began != NO_DATE) & (began >= term.since[of]) & (began < term.until[of]) & early
    at, of = at[inside], of[inside]
    return _rows(now.where(at), term, of, began[inside], np.full(len(at), INSIDE))


def _rows(held: Offices, term: Term, of: Int64, began: Int64, taken: Int64) -> list[npt.NDArray[Any]]:
    of_office = (held.person, held.firm, held.tie, held.post, held.key, began, taken)
    return [*of_office, term.subject[of], term.record[of], term.since[of], term.until[of]]


def _first(*columns: Int64) -> Int64:
    """The first row of each run of equal values."""
    if not len(columns[0]):
        return np.zeros(0, dtype=np.int64)
    same = np.logical_and.reduce([c[1:] == c[:-1] for c in columns])
    return np.flatnonzero(np.r_[True, ~same])
