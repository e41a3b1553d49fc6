"""The schema for readers and for machines: the docs page and JSON Schema, derived from the declaration."""

from __future__ import annotations

from typing import Any

from graph.declaration import Disclosure, Kind, Property
from graph.schema import CLOCKS, SCHEMA

_JSON: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MONEY: {"type": "integer"},
    Kind.SHARE: {"type": "integer", "minimum": 0, "maximum": 10_000_000_000},
}


def json_schema(table: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a label's or relationship type's properties."""
    properties = SCHEMA.properties(table)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table,
        "type": "object",
        "properties": {p.name: {**_JSON[p.kind], "title": p.zh, "description": p.en} for p in properties},
        "required": [p.name for p in properties if p.required],
        "additionalProperties": False,
    }


def schema_page() -> str:
    """docs/schema.md."""
    out = ["# Schema", "", "Generated from graph/schema.py by `creditgraph schema`; do not edit.", ""]
    out += ["Every asserted version of a fact carries:", "", *_table(CLOCKS), "", "## Labels", ""]
    for label in SCHEMA.labels.values():
        who = f"firms {_level(label.disclosure)}, people {_level(label.disclosure_person)}"
        kinds = [k for k, yes in (("record", label.record), ("evolves", label.evolves)) if yes]
        out += [
            f"### {label.name} {label.zh}",
            "",
            f"{label.en}. Disclosure: {who}." + (f" {', '.join(kinds)}." if kinds else ""),
            "",
        ]
        out += [*_table(label.properties), ""]
    out += ["## Relationships", ""]
    for kind in SCHEMA.types.values():
        ends = f"({' | '.join(kind.start)})-[:{kind.name}]->({' | '.join(kind.end)})"
        out += [f"### {kind.name} {kind.zh}", "", f"`{ends}` {kind.en}. Disclosure: {_level(kind.disclosure)}.", ""]
        out += [*_table(kind.properties), ""] if kind.properties else []
    out += ["## Ledgers", ""]
    for ledger in SCHEMA.ledgers.values():
        out += [f"### {ledger.name}", "", f"{ledger.en}.", "", *_table(ledger.columns), ""]
    return "\n".join(out).rstrip() + "\n"


def _level(level: Disclosure) -> str:
    return level.name.lower()


def _table(properties: tuple[Property, ...]) -> list[str]:
    rows = ["| name | 名称 | kind | what it is | national names | |", "|---|---|---|---|---|---|"]
    for p in properties:
        marks = [
            m
            for m, yes in (
                ("required", p.required),
                ("personal", p.personal),
                ("indexed", p.indexed),
                ("searched", p.searched),
                ("stated inclusively", p.inclusive_end),
            )
            if yes
        ]
        kind = p.kind.value + (f" ({p.unit})" if p.unit else "")
        rows.append(f"| `{p.name}` | {p.zh} | {kind} | {p.en} | {', '.join(p.aliases)} | {', '.join(marks)} |")
    return rows
