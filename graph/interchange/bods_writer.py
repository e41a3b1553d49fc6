"""A view as statements of the Beneficial Ownership Data Standard 0.4: who owns or controls whom, as declared."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.current import Node
from graph.declaration import SHARE_ONE
from graph.errors import UsageError
from graph.interchange.bods import NAMELESS, VERSION
from graph.schema import SCHEMA
from graph.store import Slice
from graph.time import NO_DATE, iso
from graph.view import View

Int64 = npt.NDArray[np.int64]
Statement = dict[str, Any]

FILE = "statements.jsonl"
_PORTION = 10_000
_COMMON = ["owner", "end", "grp", "lot", "source", "valid_from", "valid_to", "bounds"]
_CODE = re.compile(r"^[A-Z]{2,3}-[A-Z0-9_]+$")
# A registered holding is direct; what other relationships say of it, they say themselves.
_DIRECT = {"HOLDS_SHARES_IN": "direct"}
_OTHER = "otherInfluenceOrControl"


def write_statements(
    view: View, folder: Path, *, people: bool, publisher: str, history: bool = False
) -> dict[str, int]:
    """Write statements.jsonl to a new folder: entities, people, then relationships; returns statements by record type.

    Firms come with their identifiers, people only if asked for and only those that hold an interest: name, nationality
    and year of birth. `history` adds interests that have ended. Acting in concert is no interest of the standard.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            f"{folder} is not empty", "Name a new folder.", f"文件夹 {folder} 不是空的。请另指定一个新文件夹。"
        )
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"entity": 0, "person": 0, "relationship": 0}
    with (folder / FILE).open("w", encoding="utf-8", newline="\n") as file:
        for statement in _Writer(view, publisher, history).statements(people=people):
            counts[statement["recordType"]] += 1
            file.write(json.dumps(statement, ensure_ascii=False) + "\n")
    return counts


class _Writer:
    def __init__(self, view: View, publisher: str, history: bool) -> None:
        self.view = view
        self.slice = Slice(view.seq) if history else view.slice
        self.day = view.moment.as_of.isoformat()
        self.publication = {
            "publicationDate": view.moment.used_on.isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": publisher},
        }
        self.references: dict[int, str | dict[str, str]] = {}  # how relationships refer to each node that is written

    def statements(self, *, people: bool) -> Iterator[Statement]:
        nodes = self.view.store.columns("node", ["nid", "label"], Slice(self.view.seq))
        labels, keys = nodes["label"], nodes["nid"]
        tables = {table: self._columns(table) for table in _INTERESTS}
        yield from self._parties(keys[np.isin(labels, ["Company", "Organisation"])], self._entity)
        if people:
            holders = np.concatenate([c["owner"] for c in tables.values()])
            yield from self._parties(np.intersect1d(keys[labels == "Person"], holders), self._person)
        for table, columns in tables.items():
            yield from self._relationships(table, columns)

    def _columns(self, table: str) -> dict[str, npt.NDArray[Any]]:
        names = [*_COMMON, *(p.name for p in SCHEMA.types[table].properties if not p.personal)]
        return self.view.store.columns(table, names, self.slice)

    def _parties(self, keys: Int64, describe: Callable[[Node], Statement | None]) -> Iterator[Statement]:
        ordered = np.sort(keys).tolist()
        for at in range(0, len(ordered), _PORTION):
            for node in self.view.nodes(ordered[at : at + _PORTION]):
                if statement := describe(node):
                    yield statement

    @cached_property
    def _identifiers(self) -> dict[int, list[dict[str, str]]]:
        """By organisation the identifiers that registers of any country gave it, in order."""
        codes = self.view.store.columns("Identifier", ["owner", "scheme", "value"], self.slice)
        known: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        for key, scheme, value in zip(*(c.tolist() for c in codes.values()), strict=True):
            known[key].add((scheme, value))
        ties = self.view.store.columns("IDENTIFIED_BY", ["owner", "end"], self.slice)
        found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        for owner, end in zip(ties["owner"].tolist(), ties["end"].tolist(), strict=True):
            found[owner] |= known[end]
        return {owner: [_identifier(*code) for code in sorted(codes)] for owner, codes in found.items()}

    def _statement(self, kind: str, record: str, details: dict[str, Any], **more: Any) -> Statement:
        out = {
            "statementDate": self.day,
            "declarationSubject": record,
            "recordId": record,
            "recordType": kind,
            "recordStatus": "new",
            "recordDetails": {"isComponent": False} | details,
            "publicationDetails": self.publication,
        } | more
        content = json.dumps(out, sort_keys=True).encode()
        return {"statementId": hashlib.blake2b(content, digest_size=16).hexdigest()} | out

    # --- parties --------------------------------------------------------------------------------------

    def _entity(self, node: Node) -> Statement | None:
        p = node.properties
        if "name" not in p:
            return None
        kind, _, subtype = (p.get("entity_type") or _kind(node)).partition(":")
        reason = p.get("unspecified")
        if reason and "entity_type" not in p:  # nothing is known but why
            self.references[node.key] = {"reason": reason}
            return None
        self.references[node.key] = node.id
        details: dict[str, Any] = {"entityType": {"type": kind} | ({"subtype": subtype} if subtype else {})}
        if p["name"] != NAMELESS:
            details["name"] = p["name"]
        if place := p.get("jurisdiction") or ("CN" if p.get("uscc") else None):
            details["jurisdiction"] = _place(place)
        identifiers = [_identifier("CN-USCC", p["uscc"])] if p.get("uscc") else []
        if identifiers := identifiers + self._identifiers.get(node.key, []):
            details["identifiers"] = identifiers
        for name, column in (("foundingDate", "established_on"), ("dissolutionDate", "dissolved_on")):
            if p.get(column) is not None:
                details[name] = iso(p[column])
        if reason:
            details["unspecifiedEntityDetails"] = {"reason": reason}
        return self._statement("entity", node.id, details)

    def _person(self, node: Node) -> Statement:
        """A person by name, nationality and year of birth; the record's id tells nothing of the identity number."""
        p = node.properties
        record = f"person-{hashlib.blake2b(node.id.encode(), digest_size=16).hexdigest()}"
        self.references[node.key] = record
        reason = p.get("unspecified")
        kind = "knownPerson" if not reason else "unknownPerson"
        details: dict[str, Any] = {"personType": kind}
        if p.get("name", NAMELESS) != NAMELESS:
            details["names"] = [{"type": "legal", "fullName": p["name"]}]
        if p.get("nationality"):
            details["nationalities"] = [_place(c) for c in p["nationality"].split(",")]
        if p.get("birth_year"):
            details["birthDate"] = str(p["birth_year"])
        if reason:
            details["unspecifiedPersonDetails"] = {"reason": reason}
        return self._statement("person", record, details)

    # --- relationships --------------------------------------------------------------------------------

    def _relationships(self, table: str, columns: dict[str, npt.NDArray[Any]]) -> Iterator[Statement]:
        order = np.lexsort((columns["lot"], columns["grp"], columns["end"], columns["owner"]))
        plain = {n: [None if v == NO_DATE else v for v in c[order].tolist()] for n, c in columns.items()}
        for values in zip(*plain.values(), strict=True):
            row = dict(zip(plain, values, strict=True))
            party, subject = self.references.get(row["owner"]), self.references.get(row["end"])
            if party is not None and subject is not None:
                yield self._relationship(table, row, party, subject)

    def _relationship(
        self, table: str, row: dict[str, Any], party: str | dict[str, str], subject: str | dict[str, str]
    ) -> Statement:
        record = f"relationship-{row['grp'] & (2**64 - 1):016x}{row['lot'] & (2**64 - 1):016x}"
        held: dict[str, Any] = {"directOrIndirect": row.get("directness") or _DIRECT.get(table, "unknown")}
        if row.get("beneficial") is not None:
            held["beneficialOwnershipOrControl"] = bool(row["beneficial"])
        if row["valid_from"] is not None:
            held["startDate"] = iso(row["valid_from"])
        more: dict[str, Any] = {"declarationSubject": subject if isinstance(subject, str) else record}
        if row["bounds"] and "valid_to" in json.loads(row["bounds"]):  # ended, nobody knows on which day until then
            more |= {"recordStatus": "closed", "statementDate": iso(row["valid_to"])}
        elif row["valid_to"] is not None:
            held["endDate"] = iso(row["valid_to"])
        interests = [{"type": kind} | held | share for kind, share in _INTERESTS[table](row)]
        details = {"subject": subject, "interestedParty": party, "interests": interests}
        return self._statement("relationship", record, details, **more, source={"description": row["source"]})


def _kind(node: Node) -> str:
    if node.label == "Company":
        return "registeredEntity"
    return "stateBody" if node.properties.get("state_body") else "legalEntity"


def _place(text: str) -> dict[str, str]:
    """A country (ISO 3166-1) or a part of one (3166-2), else a name."""
    return {"name": text} | ({"code": text} if re.match(r"[A-Z]{2}(-[0-9A-Z]{1,3})?$", text) else {})


def _identifier(scheme: str, value: str) -> dict[str, str]:
    return {"scheme" if _CODE.match(scheme) else "schemeName": scheme, "id": value}


def _share(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The declared share of an interest, in per cent."""
    least, greatest, interval = (row.get(f"{prefix}_{x}") for x in ("min", "max", "interval"))
    if least is not None and (interval == "exact" or (interval is None and least == greatest)):
        return {"share": {"exact": _percent(least)}}
    opened, closed = interval if interval in ("[]", "[)", "(]", "()") else "[]"
    share = {}
    if least is not None:
        share["exclusiveMinimum" if opened == "(" else "minimum"] = _percent(least)
    if greatest is not None:
        share["exclusiveMaximum" if closed == ")" else "maximum"] = _percent(greatest)
    return {"share": share} if share else {}


def _percent(value: int) -> int | float:
    share = value * 100 / SHARE_ONE
    return int(share) if share.is_integer() else share


def _holding(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    votes = row["votes_interval"] is not None or row["votes_min"] is not None
    shares = row["share_interval"] is not None or row["share_min"] is not None or not votes
    found = [("shareholding", _share(row, "share"))] if shares else []
    return found + ([("votingRights", _share(row, "votes"))] if votes else [])


def _interest(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(row["interest"], _share(row, "share") | ({"details": row["details"]} if row["details"] else {}))]


def _control(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    words = ["joint control" if row["joint"] else "control", *([row["basis"]] if row["basis"] else [])]
    return [(_OTHER, {"details": ", ".join(words)})]


def _appointment(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("appointmentOfBoard", _share(row, "share"))]


def _executive_partner(_: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(_OTHER, {"details": "executive partner"})]


_INTERESTS = {
    "HOLDS_SHARES_IN": _holding,
    "APPOINTS_BOARD_OF": _appointment,
    "HOLDS_INTEREST_IN": _interest,
    "CONTROLS": _control,
    "EXECUTIVE_PARTNER_OF": _executive_partner,
}
