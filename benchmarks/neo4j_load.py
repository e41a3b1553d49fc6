"""Loading into Neo4j against a bare UNWIND of the same nodes and relationships, under the same constraints."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from api import neo4j_server
from benchmarks.load import SOURCES, load_city, make_city
from benchmarks.measure import measured
from graph.stores.neo4j import Neo4jStore

PORTION = 10_000


def _wipe(url: str) -> None:
    store = Neo4jStore(url)
    store.scratch()
    store.close()


def bare(url: str) -> tuple[float, int]:
    """The floor: everything that the load left, read into memory, then created again by UNWIND in an empty database."""
    store = Neo4jStore(url)
    nodes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for labels, properties in store._run(
        "MATCH (n) WHERE n:Entity OR n.fact IS NOT NULL RETURN labels(n), properties(n)"
    ):
        nodes.setdefault(tuple(labels), []).append(properties)
    ties: dict[str, list[list[Any]]] = {}
    for kind, start, end, properties in store._run("MATCH (a)-[r]->(b) RETURN type(r), a.nid, b.nid, properties(r)"):
        ties.setdefault(kind, []).append([start, end, properties])
    store.scratch()
    began = time.perf_counter()
    for labels, rows in nodes.items():
        for at in range(0, len(rows), PORTION):
            store._run(f"UNWIND $rows AS row CREATE (n:{':'.join(labels)}) SET n = row", rows=rows[at : at + PORTION])
    for kind, triples in ties.items():
        query = f"UNWIND $rows AS row MATCH (a:Entity {{nid: row[0]}}) MATCH (b:Entity {{nid: row[1]}}) CREATE (a)-[r:{kind}]->(b) SET r = row[2]"
        for at in range(0, len(triples), PORTION):
            store._run(query, rows=triples[at : at + PORTION])
    return time.perf_counter() - began, sum(map(len, nodes.values())) + sum(map(len, ties.values()))


def counts(url: str) -> list[Any]:
    """Nodes by label and relationships by type."""
    store = Neo4jStore(url)
    return sorted(
        store._run("MATCH (n) WHERE n:Entity OR n.fact IS NOT NULL RETURN labels(n), count(*)"), key=repr
    ) + sorted(store._run("MATCH ()-[r]->() RETURN type(r), count(*)"), key=repr)


def stream(url: str) -> tuple[float, int]:
    """All relationships into the columns of a projection: ends, keys, share, valid time."""
    from graph.schema import SCHEMA
    from graph.store import Slice

    store, total = Neo4jStore(url), 0
    began = time.perf_counter()
    for name in ("LEGAL_REPRESENTATIVE_OF", "HOLDS_SHARES_IN", "REGISTERED_AT"):
        share = ["share_min"] if "share_min" in {p.name for p in SCHEMA.properties(name)} else []
        total += len(
            store.columns(name, ["owner", "end", "grp", "lot", "valid_from", *share], Slice(store.sealed_seq()))[
                "owner"
            ]
        )
    return time.perf_counter() - began, total


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Measure one size on Neo4j; the bare load must leave the same counts."""
    url = neo4j_server.start()
    city = folder / f"city-{companies}"
    if not city.exists():
        measured(make_city, str(city), companies)
    _wipe(url)
    loaded = measured(load_city, str(city), url)
    assert len(SOURCES) == 3
    before = counts(url)
    streamed = measured(stream, url)
    floor = measured(bare, url)
    assert counts(url) == before, "the bare load left something else"
    _wipe(url)
    return {
        "companies": companies,
        "rows": loaded.result["read"],
        "written": floor.result,
        "load_s": loaded.seconds,
        "load_mib": loaded.mib,
        "bare_s": floor.seconds,
        "stream_s_per_million": streamed.seconds / streamed.result * 1e6,
    }
