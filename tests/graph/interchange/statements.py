"""Statements of BODS 0.4 for tests, what they declare, and the official schema that they must fit."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from libcovebods.data_reader import DataReader
from libcovebods.jsonschemavalidate import JSONSchemaValidator
from libcovebods.schema import SchemaBODS

from graph.identity import company_name

Statement = dict[str, Any]

REAL = Path(os.environ.get("CREDITGRAPH_BODS_SAMPLE", Path(__file__).parents[4] / "shared/data/bods_real"))
PUBLICATION = {"publicationDate": "2026-10-01", "bodsVersion": "0.4", "publisher": {"name": "Register of Nowhere"}}


def _statement(kind: str, record: str, details: dict[str, Any], **more: Any) -> Statement:
    return {
        "statementId": f"{record:-<32}",
        "statementDate": "2026-10-01",
        "declarationSubject": record,
        "recordId": record,
        "recordType": kind,
        "recordStatus": "new",
        "recordDetails": {"isComponent": False} | details,
        "publicationDetails": PUBLICATION,
    } | more


def entity(record: str, *identifiers: tuple[str, str], kind: str = "registeredEntity", **more: Any) -> Statement:
    details: dict[str, Any] = {"entityType": {"type": kind}, "name": f"{record} Ltd"}
    if identifiers:
        details["identifiers"] = [{"scheme": s, "id": i} for s, i in identifiers]
    return _statement("entity", record, details | more.pop("details", {}), **more)


def person(record: str, name: str = "Jane Doe", **more: Any) -> Statement:
    details = {"personType": "knownPerson", "names": [{"type": "legal", "fullName": name}]}
    return _statement("person", record, details | more.pop("details", {}), **more)


def interest(kind: str = "shareholding", share: Any = None, **more: Any) -> dict[str, Any]:
    out = {"type": kind, "directOrIndirect": "direct", "beneficialOwnershipOrControl": False}
    return out | ({"share": share} if share is not None else {}) | more


def relationship(record: str, subject: Any, party: Any, *interests: dict[str, Any], **more: Any) -> Statement:
    details = {"subject": subject, "interestedParty": party, "interests": list(interests)}
    return _statement("relationship", record, details | more.pop("details", {}), **more)


def lines(*statements: Any) -> str:
    return "".join(json.dumps(s, ensure_ascii=False) + "\n" for s in statements)


def read(path: Path) -> list[Statement]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def schema_errors(statements: list[Statement], folder: Path) -> list[Any]:
    """What the schema files of libcovebods (Open Ownership) find wrong."""
    path = folder / "validated.json"
    path.write_text(json.dumps(statements), encoding="utf-8")
    reader = DataReader(str(path))
    schema = SchemaBODS(reader)
    assert schema.schema_version == "0.4"
    return [e.json() for e in JSONSchemaValidator(schema).validate(reader)]


# --- what statements declare, read anew and without the code under test -----------------------------------


def declared(statements: list[Statement]) -> Counter[Any]:
    """(subject, party, interest type, bounds, dates, directness, whether it makes an owner), each with its number."""
    parties = _parties(statements)
    found: Counter[Any] = Counter()
    for s in statements:
        if s["recordType"] != "relationship":
            continue
        d = s["recordDetails"]
        for i in d["interests"]:
            share = {k: v for k, v in i.get("share", {}).items() if v != ""}
            bounds = tuple(
                share.get(k) for k in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "exact")
            )
            dates = (i.get("startDate") or None, i.get("endDate") or None)
            held = (i.get("directOrIndirect"), i.get("beneficialOwnershipOrControl"))
            subject, party = _end(d["subject"], parties), _end(d["interestedParty"], parties)
            found[subject, party, i["type"], bounds, dates, held] += 1
    return found


def parties(statements: list[Statement]) -> Counter[Any]:
    """Every entity and person: what they are called, and what identifies them."""
    return Counter(_party(s) for s in statements if s["recordType"] != "relationship")


def _parties(statements: list[Statement]) -> dict[str, Any]:
    out = {}
    for s in statements:
        if s["recordType"] != "relationship":
            out[s["recordId"]] = out[s["statementId"]] = _party(s)
    return out


def _party(s: Statement) -> Any:
    d = s["recordDetails"]
    if s["recordType"] == "person":
        names = [company_name(n["fullName"]) for n in d.get("names", [])[:1]]
        nationalities = sorted(n.get("code", n["name"]) for n in d.get("nationalities", []))
        unspecified = d.get("unspecifiedPersonDetails", {}).get("reason")
        return ("person", *names, (d.get("birthDate") or "")[:4], *nationalities, unspecified)
    place = d.get("jurisdiction") or d.get("incorporatedInJurisdiction") or {}
    identifiers = tuple(sorted((i.get("scheme") or i["schemeName"], i["id"]) for i in d.get("identifiers", [])))
    dates = (d.get("foundingDate"), d.get("dissolutionDate"))
    unspecified = d.get("unspecifiedEntityDetails", {}).get("reason")
    name = company_name(d["name"]) if "name" in d else None
    kind = (d["entityType"]["type"], d["entityType"].get("subtype"))
    return ("entity", name, kind, identifiers, place.get("code") or place.get("name"), dates, unspecified)


def _end(reference: Any, known: dict[str, Any]) -> Any:
    if isinstance(reference, str):
        return known[reference]
    if reason := reference.get("reason") or reference.get("unspecifiedReason"):
        return ("unspecified", reason)
    return known[reference.get("describedByEntityStatement") or reference.get("describedByPersonStatement")]
