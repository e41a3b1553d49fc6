"""The statements that carry out an erasure in Neo4j. No driver here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graph.delivery import Erasure
from graph.schema import SCHEMA
from graph.stores.cypher import typed

Statement = tuple[str, dict[str, Any]]


def erasing(erasure: Erasure, ledger_label: Callable[[str], str]) -> Iterator[Statement]:
    """Nodes with their versions, single versions, texts, and rows of ledgers; in this order."""
    yield from _nodes(erasure)
    yield from _values(erasure)
    for ledger, entries in erasure.ledgers.items():
        rows = [{"entry": entry, "values": columns} for entry, columns in entries.items()]
        label = ledger_label(ledger)
        yield f"UNWIND $rows AS row MATCH (n:{label} {{entry: row.entry}}) SET n += row.values", {"rows": rows}


def _nodes(erasure: Erasure) -> Iterator[Statement]:
    keys = {"keys": erasure.nodes}
    for label in SCHEMA.labels:
        yield f"UNWIND $keys AS k MATCH (v:{label}Version {{owner: k}}) DELETE v", keys
    yield "UNWIND $keys AS k MATCH (n:Entity {nid: k}) DETACH DELETE n", keys
    for table, refs in erasure.facts.items():
        yield f"UNWIND $refs AS f MATCH {_version(table)} DELETE v", {"refs": refs}


def _values(erasure: Erasure) -> Iterator[Statement]:
    for table, changed in erasure.values.items():
        rows = [{"ref": ref, "values": typed(table, columns)} for ref, columns in changed.items()]
        query = f"UNWIND $rows AS row WITH row, row.ref AS f MATCH {_version(table)} SET v += row.values"
        yield query, {"rows": rows}


def _version(table: str) -> str:
    return f"(v:{table}Version {{fact: f}})" if table in SCHEMA.labels else f"()-[v:{table} {{fact: f}}]->()"
