"""Cross-checks of people: own records, records of their companies by time in office, and hints on company posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from analytics.restrictions.term import OWN, Cases, term_ends
from analytics.rules.purposes import Purpose
from analytics.rules.restrictions import Clause, Period, restrictions
from analytics.screening.candidate import Bearers, Candidate, bearers, name_key
from analytics.screening.fact import Fact, facts_of
from analytics.screening.finding import Entry, Finding, Hint
from analytics.screening.role import Role, held, roles_of
from analytics.screening.same_firms import key_array, same_firms
from graph.time import FOREVER, NO_DATE
from graph.view import View


def screen_people(
    view: View, candidates: Sequence[Candidate], purpose: Purpose, *, company_post: bool = False
) -> list[Finding]:
    """What is on record about each candidate, as far as a purpose allows, in force on the view's day.

    All candidates are looked up together, by index: O(what belongs to them). `company_post`: whether the post that they
    are meant for is one in a company; only then are there hints on restrictions. A fact is a hit where it hangs on the
    very number and is stated under the candidate's name; everything else is to be verified. A name alone finds nothing.
    """
    found = bearers(view, candidates)
    people = key_array(k for one in found if not one.set_aside for k in one.doubts)
    roles = roles_of(view, people, purpose.ties) if purpose.related else []
    same = same_firms(view, key_array(role.firm for role in roles))
    firms = key_array(k for keys in same.values() for k in keys)
    own = facts_of(view, people, purpose.own)
    related = facts_of(view, firms, purpose.related) if len(firms) else {}
    roles_by_person = {person: list(group) for person, group in groupby(roles, key=lambda r: r.person)}
    clauses = restrictions().on(view.moment.as_of) if company_post else ()
    out = []
    for candidate, one in zip(candidates, found, strict=True):
        if one.set_aside:
            out.append(Finding(reason="number_set_aside"))
            continue
        mine = [r for key in one.doubts for r in roles_by_person.get(key, ())]
        own_entries = _ordered(
            Entry(fact, doubts=_doubts(candidate, one, key, fact.stated_name))
            for key in one.doubts
            for fact in own.get(key, ())
        )
        companies = _ordered(_companies(candidate, one, mine, same, related))
        hints = tuple(_hints(view, clauses, own_entries, companies))
        out.append(Finding(own_entries, companies, hints))
    return out


def _doubts(candidate: Candidate, one: Bearers, key: int, stated: str | None) -> tuple[str, ...]:
    """Why a statement about a node may not be about the candidate; nothing where it certainly is."""
    doubt = one.doubts[key]
    named = {name_key(stated)} if stated else one.names[key]
    other = () if name_key(candidate.name) in named else ("other_name",)
    return ((doubt,) if doubt else ()) + other


def _companies(
    candidate: Candidate,
    one: Bearers,
    roles: Sequence[Role],
    same: dict[int, tuple[int, ...]],
    facts: dict[int, list[Fact]],
) -> list[Entry]:
    """One entry a record of a company, with the roles in it that are most certainly the candidate's."""
    by_fact: dict[tuple[int, str], tuple[Fact, list[Role]]] = {}
    for role in roles:
        for firm in same[role.firm]:
            for fact in facts.get(firm, ()):
                by_fact.setdefault((fact.record, fact.type), (fact, []))[1].append(role)
    out = []
    for fact, tied in by_fact.values():
        doubts = {role: _doubts(candidate, one, role.person, role.stated_name) for role in tied}
        certain = [role for role in tied if not doubts[role]] or tied
        in_office = held(certain, fact.date)
        unsure = sorted({d for role in certain for d in doubts[role]})
        unsure += ["office_unknown"] if in_office is None else []
        unsure += ["date_unknown"] if fact.date == NO_DATE else []
        out.append(Entry(fact, tuple(certain), in_office, tuple(unsure)))
    return out


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Certain ones first, then by date: the same whatever order the list came in."""
    return tuple(sorted(entries, key=lambda e: (bool(e.doubts), e.fact.date, e.fact.type, e.fact.record)))


def _hints(
    view: View, clauses: Sequence[tuple[Clause, Period]], own: Sequence[Entry], related: Sequence[Entry]
) -> Iterable[Hint]:
    """A hint for each clause within whose term the candidate may be because of a fact."""
    pairs = [(entry, None) for entry in own] + [(entry, role) for entry in related for role in entry.roles]
    if not pairs:
        return
    cases, last = Cases.of(_case(*one) for one in pairs), max(view.moment.as_of_day, view.moment.used_day)
    for clause, period in clauses:
        ends = term_ends(clause, cases)
        within = {pairs[at][0]: int(ends[at]) for at in np.flatnonzero(ends > last).tolist()}
        yield from (Hint(clause, period, entry, until) for entry, until in within.items())


def _case(entry: Entry, role: Role | None) -> tuple[Any, ...]:
    """A fact with what the candidate was on its day: himself, or somebody in a company as far as its dates allow."""
    fact = entry.fact
    said = (fact.type, fact.what, fact.text, fact.date, FOREVER if fact.until == NO_DATE else fact.until)
    return (*said, role.tie, role.post, role.start[0], role.end[1]) if role else (*said, OWN, None, NO_DATE, FOREVER)
