"""Reading the Beneficial Ownership Data Standard 0.4: from statements in any order to rows of a declaration's table.

https://standard.openownership.org/en/0.4.0/. A statement says something of a record (an entity, a person, or a
relationship with its interests); of several statements of one record the last one counts. Statement and record ids are
the publisher's own and prove nobody's identity: see graph/identifiers.py. What a person's statement holds beyond
names, nationalities, year of birth and (to be hashed) numbers of documents is read over: addresses, places and full
dates of birth, tax residences, political exposure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from graph.errors import FileRefused
from graph.identifiers import strongest, written
from graph.identity import DOCUMENT, RESIDENT
from graph.interchange.bods import ENTITIES, PEOPLE, VERSION

COLUMNS = (
    "record",
    "subject_record",
    "subject_type",
    "subject_code",
    "subject_name",
    "subject_identifiers",
    "subject_jurisdiction",
    "established_on",
    "dissolved_on",
    "subject_unspecified",
    "party_record",
    "party_type",
    "party_code",
    "party_number",
    "party_name",
    "nationality",
    "birth_year",
    "party_unspecified",
    "interests",
    "directness",
    "beneficial",
    "valid_from",
    "valid_to",
    "details",
    "fault",
    "statement",
)
Read = tuple[int, dict[str, Any] | None]  # number, statement (None: no JSON object)
Row = dict[str, str]


class _Malformed(ValueError):
    """A statement that is not what the standard says; the argument is the reason code."""


def is_statement(record: dict[str, Any]) -> bool:
    """Whether a JSON object is a statement of any version of the standard."""
    return bool(record.keys() & {"statementId", "statementID"}) and bool(
        record.keys() & {"recordType", "recordDetails", "statementType"}
    )


def version_of(statement: dict[str, Any]) -> str:
    """The version that a statement says or shows to be of."""
    details = statement.get("publicationDetails")
    stated = details.get("bodsVersion") if isinstance(details, dict) else None
    return str(stated) if stated else VERSION if "recordType" in statement else "0.3 or earlier"


def refuse_version(file: str, statement: dict[str, Any]) -> None:
    """FileRefused where a file's first statement is of another version."""
    if (version := version_of(statement)) != VERSION:
        raise FileRefused(
            f"{file}: statements of BODS {version}",
            f"Only BODS {VERSION} is read: ask the publisher for it, or convert the file first.",
            f"{file}：为 BODS {version} 版数据，仅支持 {VERSION} 版。请向发布方索取 {VERSION} 版，或先行转换。",
        )


class Book:
    """Which statement of each record counts, and what identifies its party. Memory O(records)."""

    def __init__(self, read: Iterable[Read]) -> None:
        self._last: dict[str, tuple[str, int]] = {}
        self._parties: dict[str, Row] = {}
        self._records: dict[str, str] = {}  # by statement
        for number, statement in read:
            if statement is not None and version_of(statement) == VERSION:
                self._note(number, statement)

    def _note(self, number: int, statement: dict[str, Any]) -> None:
        record = _text(statement.get("recordId"))
        rank = (_text(statement.get("statementDate")), number)
        if rank < self._last.get(record, rank):
            return
        self._last[record] = rank
        self._records[_text(statement.get("statementId"))] = record
        if statement.get("recordType") in ("entity", "person"):
            try:
                self._parties[record] = _identity(statement)
            except _Malformed:
                self._parties.pop(record, None)  # so that whatever refers to it is refused with it

    def rows(self, read: Iterable[Read]) -> Iterator[tuple[int, Row]]:
        """Rows of the statements, each with its number; of a replaced statement one without anything."""
        for number, statement in read:
            try:
                if statement is None:
                    raise _Malformed("bods_json")
                if version_of(statement) != VERSION:
                    raise _Malformed("bods_version")
                rows = self._rows(number, statement)
            except _Malformed as fault:
                told = _text(statement.get("statementId")) if statement else ""
                rows = [{"record": f"#{number}", "fault": str(fault), "statement": told}]
            for row in rows:
                yield number, row

    def _rows(self, number: int, statement: dict[str, Any]) -> list[Row]:
        record = _text(statement.get("recordId"))
        if not record:
            raise _Malformed("bods_form")
        if self._last[record][1] != number:
            return [{}]
        kind = statement.get("recordType")
        if kind == "entity":
            return [_entity(statement)]
        if kind == "person":
            return [_person(statement)]
        if kind == "relationship":
            return self._relationship(statement)
        raise _Malformed("bods_form")

    def _relationship(self, statement: dict[str, Any]) -> list[Row]:
        details = _object(statement.get("recordDetails"))
        record = _scoped(statement)
        subject = self._referred(details.get("subject"), record, "subject")
        if subject["type"] in PEOPLE:
            raise _Malformed("bods_form")
        party = self._referred(details.get("interestedParty"), record, "party")
        ends = _prefixed("subject", subject) | _prefixed("party", party)
        rows = list(_interests(statement, human=party["type"] in PEOPLE))
        if not rows:
            raise _Malformed("interest_absent")
        return [row | ends | {"record": f"{record}#{i}" if i > 1 else record} for i, row in enumerate(rows, 1)]

    def _referred(self, reference: Any, record: str, role: str) -> Row:
        """Who a relationship refers to: by a record's id, by a statement's, or nobody, for a reason."""
        if isinstance(reference, dict):
            reason = reference.get("reason") or reference.get("unspecifiedReason")
            if reason:
                return {"record": f"{record}#{role}", "type": "", "unspecified": _text(reason)}
            reference = next((v for k, v in sorted(reference.items()) if k.startswith("describedBy")), None)
        if not isinstance(reference, str):
            raise _Malformed("bods_form")
        found = self._parties.get(reference) or self._parties.get(self._records.get(reference, ""))
        if found is None:
            raise _Malformed("bods_reference")
        return found


# --- parties ------------------------------------------------------------------------------------------


def _identity(statement: dict[str, Any]) -> Row:
    """What a relationship needs of a party: its record, type, and the identifier that proves who it is."""
    details = _object(statement.get("recordDetails"))
    identifiers = _identifiers(details)
    found = {"record": _scoped(statement)}
    if statement["recordType"] == "person":
        kind = _text(details.get("personType")) or PEOPLE[0]
        documents = [i for i in identifiers if DOCUMENT.match(i[0])]
        number = min(documents, key=lambda i: (i[0] != RESIDENT, i), default=None)
        found |= {"type": kind, "number": ":".join(number) if number else ""}
    else:
        kind = _text(_object(details.get("entityType")).get("type"))
        code = strongest(identifiers)
        found |= {"type": kind, "code": written([code]) if code else ""}
    if kind not in (PEOPLE if statement["recordType"] == "person" else ENTITIES):
        raise _Malformed("bods_form")
    return found


def _prefixed(role: str, row: Row) -> Row:
    return {f"{role}_{name}": value for name, value in row.items()}


def _entity(statement: dict[str, Any]) -> Row:
    details = _object(statement.get("recordDetails"))
    found = _identity(statement)
    subtype = _text(_object(details.get("entityType")).get("subtype"))
    found["type"] += f":{subtype}" if subtype else ""
    found |= {
        "name": _text(details.get("name")),
        "identifiers": written(_identifiers(details)),
        "jurisdiction": _place(details.get("jurisdiction") or details.get("incorporatedInJurisdiction")),
        "unspecified": _reason(details.get("unspecifiedEntityDetails"), found["type"]),
    }
    return _prefixed("subject", found) | {
        "record": found["record"],
        "established_on": _text(details.get("foundingDate")),
        "dissolved_on": _text(details.get("dissolutionDate")),
    }


def _person(statement: dict[str, Any]) -> Row:
    details = _object(statement.get("recordDetails"))
    found = _identity(statement)
    names = [_object(n) for n in _list(details.get("names"))]
    legal = next((n for n in names if n.get("type") == "legal"), names[0] if names else {})
    found |= {
        "name": _text(legal.get("fullName")),
        "unspecified": _reason(details.get("unspecifiedPersonDetails"), found["type"]),
    }
    return _prefixed("party", found) | {
        "record": found["record"],
        "nationality": ",".join(sorted({_place(n) for n in _list(details.get("nationalities"))} - {""})),
        "birth_year": _text(details.get("birthDate"))[:4],
    }


def _scoped(statement: dict[str, Any]) -> str:
    """A record's id is unique only within its publisher's system."""
    publisher = _object(_object(statement.get("publicationDetails") or {}).get("publisher") or {})
    return f"{_text(publisher.get('name')) or _text(publisher.get('url'))}:{_text(statement.get('recordId'))}"


def _identifiers(details: dict[str, Any]) -> list[tuple[str, str]]:
    found = [_object(i) for i in _list(details.get("identifiers"))]
    pairs = [(_text(i.get("scheme")) or _text(i.get("schemeName")), _text(i.get("id"))) for i in found]
    return [(scheme, value) for scheme, value in pairs if scheme and value]


def _place(value: Any) -> str:
    """The code of a country or jurisdiction, else its name."""
    place = _object(value) if value else {}
    return _text(place.get("code")) or _text(place.get("name"))


def _reason(unspecified: Any, kind: str) -> str:
    stated = _text(_object(unspecified).get("reason")) if unspecified else ""
    return stated or ("unknown" if kind.startswith(("anonymous", "unknown")) else "")


# --- interests ----------------------------------------------------------------------------------------


def _interests(statement: dict[str, Any], *, human: bool) -> Iterator[Row]:
    """A row of interests held alike, at the same time; of each type one a row."""
    found = [_interest(_object(i), statement, human) for i in _list(statement["recordDetails"].get("interests"))]
    found.sort(key=lambda i: (i[0], i[1]))
    for alike, group in groupby(found, key=lambda i: i[0]):
        waiting = [(interest, details) for _, interest, details in group]
        while waiting:
            row: dict[str, tuple[str, str]] = {}
            waiting = [i for i in waiting if row.setdefault(i[0].partition(" ")[0], i) is not i]
            yield dict(zip(("valid_from", "valid_to", "directness", "beneficial"), alike, strict=True)) | {
                "interests": "; ".join(text for text, _ in row.values()),
                "details": " | ".join(sorted({details for _, details in row.values()} - {""})),
            }


def _interest(
    interest: dict[str, Any], statement: dict[str, Any], human: bool
) -> tuple[tuple[str, str, str, str], str, str]:
    """(dates, directness and whether it makes a beneficial owner), the interest in words, its details."""
    since, until = _text(interest.get("startDate")), _text(interest.get("endDate"))
    if not until and statement.get("recordStatus") == "closed":  # ended on nobody knows which day until then
        until = f"{since[:10] or '..'}/{_text(statement.get('statementDate'))[:10]}"
    beneficial = interest.get("beneficialOwnershipOrControl")
    alike = (
        since,
        until,
        _text(interest.get("directOrIndirect")),
        str(beneficial).lower() if isinstance(beneficial, bool) else "",
    )
    words = f"{_text(interest.get('type')) or '?'} {interval_text(interest.get('share'))}".strip()
    return alike, words, "" if human else _text(interest.get("details"))


def interval_text(share: Any) -> str:
    """A share as an interval in per cent: `=30`, `[25,50]`, `(50,75]`, `[25,]`; nothing where none is stated."""
    given = {k: _number(v) for k, v in (_object(share) if share else {}).items() if v not in ("", None)}
    if "exact" in given:
        return f"={given['exact']}"
    low, high = ("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")
    if not given.keys() & {*low, *high}:
        return ""
    opened = "(" if low[0] in given else "["
    closed = ")" if high[0] in given else "]"
    return f"{opened}{given.get(low[0], given.get(low[1], ''))},{given.get(high[0], given.get(high[1], ''))}{closed}"


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Malformed("share_form")
    return str(value)


# --- what a statement is made of ----------------------------------------------------------------------


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Malformed("bods_form")
    return value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _Malformed("bods_form")
    return value


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
