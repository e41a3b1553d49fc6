"""Facts on record about people and firms, in force on the view's day: read by index for all subjects together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.rules.record_types import LICENCE_REVOKED, RECORD_TYPES
from graph.current import precedence
from graph.schema import SCHEMA
from graph.store import Slice
from graph.time import NO_DATE, add_months_array
from graph.usable import needed
from graph.view import View

Int64 = npt.NDArray[np.int64]

REVOKED_MONTHS = 36  # how long a revocation that only the register states is told: as long as it bars from a post
# What a fact tells beside its authority, number and date: the codes of what was done, and the text of the decision.
_WHAT = {
    "AdministrativePenalty": "kinds",
    "ListEntry": "reasons",
    "RevokedRegistration": "reason",
    "TaxRecord": "kind",
    "SocialInsuranceArrears": "kind",
    "ContractBreach": "kind",
}
_TEXT = {"AdministrativePenalty": "content"}
_ABOUT = {"AdministrativePenalty": "violation", "ListEntry": "scope"}
_PERFORMANCE = {"ListEntry": "performance"}


@dataclass(frozen=True)
class Fact:
    """One record, of one subject. `until` is the first day on which it may not be used any more."""

    type: str  # a code of RECORD_TYPES
    record: int  # node; of a revocation that only the register states the firm itself
    subject: int
    stated_name: str | None  # of the subject, as this record has it
    authority: str | None
    document_number: str | None
    date: int
    until: int
    source: str
    what: str | None
    text: str | None
    performance: str | None
    objected_since: int | None = None  # an objection waits for its decision; the mark travels with the record
    about: str | None = None  # what a penalty is for; what an entry forbids
    out_of_use: bool = False  # only the archive shows it


def facts_of(view: View, subjects: Int64, types: Collection[str]) -> dict[int, list[Fact]]:
    """By subject the usable records of some kinds that it is a subject of, in order of date and number. By index.

    O(records of the subjects). Everything is asked of the one rule on the use of records (graph/usable.py).
    """
    wanted = [RECORD_TYPES[code] for code in types if RECORD_TYPES[code] is not LICENCE_REVOKED]
    ties = view.store.columns("SUBJECT_OF", ["owner", "end", "stated_name"], view.slice, owners=subjects)
    tied: dict[int, dict[int, str | None]] = defaultdict(dict)
    for subject, record, name in zip(*(ties[n].tolist() for n in ("owner", "end", "stated_name")), strict=True):
        tied[record].setdefault(subject, name)
    records = np.array(sorted(tied), dtype=np.int64)
    out: dict[int, list[Fact]] = defaultdict(list)
    for label in dict.fromkeys(t.label for t in wanted):
        codes = {t.list_type: t.code for t in wanted if t.label == label}
        for row in _usable_rows(view, label, records):
            code = codes.get(row.get("list_type"))
            if code:
                for subject, name in tied[row["owner"]].items():
                    out[subject].append(_fact(code, label, subject, name, row))
    if LICENCE_REVOKED.code in types:
        for fact in _revoked(view, subjects):
            if not any("licence_revocation" in (f.what or "").split(",") for f in out.get(fact.subject, ())):
                out[fact.subject].append(fact)
    for facts in out.values():
        facts.sort(key=lambda f: (f.date, f.type, f.document_number or "", f.record))
    return out


def _usable_rows(view: View, label: str, records: Int64) -> list[dict[str, Any]]:
    """One row a usable record: of several sources' statements the one of the source that goes first."""
    dated = SCHEMA.labels[label].dated or ""
    more = [m[label] for m in (_WHAT, _TEXT, _PERFORMANCE, _ABOUT) if label in m]
    has = {p.name for p in SCHEMA.properties(label)}
    names = list(dict.fromkeys(["owner", "source", "authority", dated, *needed(label), *more]))
    names += [n for n in ("document_number",) if n in has and n not in names]
    columns = view.store.columns(label, names, Slice(view.seq), owners=records)
    if not len(columns["owner"]):
        return []
    found = view.usability(label, columns)
    at = np.flatnonzero(found.usable)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*(columns[n][at].tolist() for n in names), strict=True)]
    marks = view.objected(np.unique(columns["owner"][at]))
    for row, until in zip(rows, found.until[at].tolist(), strict=True):
        gone = until <= max(view.moment.as_of_day, view.moment.used_day)
        row |= {"date": row[dated], "until": until, "objected": marks.get(row["owner"]), "gone": gone}
    first: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: (r["owner"], precedence(r["source"]), r["date"])):
        first.setdefault(row["owner"], row)
    return list(first.values())


def _fact(code: str, label: str, subject: int, name: str | None, row: dict[str, Any]) -> Fact:
    def told(table: dict[str, str]) -> Any:
        return row[table[label]] if label in table else None

    number, authority = row.get("document_number"), row["authority"]
    ends = (row["date"], row["until"], row["source"])
    return Fact(
        code,
        row["owner"],
        subject,
        name,
        authority,
        number,
        *ends,
        told(_WHAT),
        told(_TEXT),
        told(_PERFORMANCE),
        row["objected"],
        told(_ABOUT),
        row["gone"],
    )


def _revoked(view: View, firms: Int64) -> list[Fact]:
    """Firms whose licence the register states as revoked, for three years from the day on which it was."""
    names = ["owner", "status", "approved_on", "valid_from", "source", "registration_authority", "name"]
    columns = view.store.columns("Company", names, Slice(view.seq), owners=firms)
    stated = np.where(columns["valid_from"] == NO_DATE, columns["approved_on"], columns["valid_from"])
    at = np.flatnonzero((columns["status"] == "revoked") & (stated <= view.moment.as_of_day))
    order = at[np.lexsort((stated[at], columns["owner"][at]))]
    _, first = np.unique(columns["owner"][order], return_index=True)
    rows = order[first]  # of each firm the earliest day; unknown ones come first
    until = np.where(stated[rows] == NO_DATE, NO_DATE, add_months_array(stated[rows], REVOKED_MONTHS) + 1)
    out = []
    for row, end in zip(rows.tolist(), until.tolist(), strict=True):
        if end == NO_DATE or max(view.moment.as_of_day, view.moment.used_day) < end:
            firm, day = int(columns["owner"][row]), int(stated[row])
            authority, source, name = (columns[n][row] for n in ("registration_authority", "source", "name"))
            code = LICENCE_REVOKED.code
            out.append(Fact(code, firm, firm, name, authority, None, day, end, source, None, None, None))
    return out
