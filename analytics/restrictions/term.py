"""Whether a person is within a clause's term: one decision, for everybody in the graph and for one candidate."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.rules.record_types import LICENCE_REVOKED
from analytics.rules.related_parties import related_party_rules
from analytics.rules.restrictions import Befell, Clause
from graph.time import FOREVER, NO_DATE, months_after

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]

OWN, PENALTY = "own", "penalty"
PRINCIPALS = ("principal", "operator", "investor")  # posts of whoever is in charge of an enterprise without a board


@dataclass(frozen=True)
class Cases:
    """People before records, aligned: what a record says, and what the person was to the firm that it befell.

    type: a code of RECORD_TYPES. what, text: of a penalty its kinds and the words of the decision. day: the record's,
    NO_DATE where it has none; usable: the first day on which it may not be used. tie: OWN for an entry of his own, else
    a tie as screening names it, with its post, that may have held in [since, until).
    """

    type: Column
    what: Column
    text: Column
    day: Int64
    usable: Int64
    tie: Column
    post: Column
    since: Int64
    until: Int64

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> Cases:
        """Cases of rows, at least one, with their values in this order."""
        days = ("day", "usable", "since", "until")
        columns = zip((f.name for f in fields(cls)), zip(*rows, strict=True), strict=True)
        return cls(**{name: np.array(column, np.int64 if name in days else object) for name, column in columns})


def term_ends(clause: Clause, cases: Cases) -> Int64:
    """The first day after the term that a clause sets in each case, NO_DATE where it sets none. O(cases).

    A record without a day may still stand: its term has no end, and the person may have been what the clause says.
    """
    then = (cases.day == NO_DATE) | ((cases.since <= cases.day) & (cases.day < cases.until))
    barred = _befell(clause.befell, cases) & then & in_charge(clause.of, cases.tie, cases.post)
    if clause.months is None:
        end = cases.usable
    else:
        end = np.where(cases.day == NO_DATE, FOREVER, months_after(cases.day, clause.months))
    return np.where(barred, end, NO_DATE)


def in_charge(kinds: Collection[str], tie: Column, post: Column) -> Bools:
    """Which ties are of one of these kinds, as clauses name them."""
    posts = related_party_rules().posts
    codes = {"principal": PRINCIPALS, "seat": posts.seat, "manages": posts.manages, "supervises": posts.supervises}
    held = [code for kind in kinds for code in codes.get(kind, ())]
    return among(tie, kinds) | (among(tie, ("post",)) & among(post, held))


def types_of(befell: Befell) -> set[str]:
    """Types of records, as RECORD_TYPES has them, that a clause may be about."""
    others = (
        (befell.statuses, LICENCE_REVOKED.code),
        (befell.kinds or befell.words, PENALTY),
        (befell.cancelled, "revoked_registration"),
    )
    return {*befell.lists, *(code for named, code in others if named)}


def among(column: Column, codes: Collection[str]) -> Bools:
    """Which values of a column of objects are one of a few codes. O(rows x codes), with no copy of the texts."""
    out = np.zeros(len(column), dtype=bool)
    for code in codes:
        out |= column == code
    return out


def _befell(befell: Befell, cases: Cases) -> Bools:
    """Which cases are about what a clause is about."""
    out, kinds = among(cases.type, types_of(befell)), set(befell.kinds)
    for at in np.flatnonzero(out & among(cases.type, (PENALTY,))).tolist():
        done = kinds & set((cases.what[at] or "").split(","))
        out[at] = bool(done) or any(word in (cases.text[at] or "") for word in befell.words)
    return out
