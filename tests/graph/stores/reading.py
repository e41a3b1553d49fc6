"""Everything that can be read of a store, in an order of its own, for comparing two stores."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.time import Moment, to_day
from graph.usable import Use

DAYS = ("2025-12-31", "2026-03-15", "2026-11-23")


def facts(store: GraphStore, table: str, at: Slice) -> list[tuple[Any, ...]]:
    """All visible versions of a table as sorted tuples."""
    names = [n for n in SCHEMA.fact_columns(table) if n not in ("superseded_seq",)]
    columns = store.columns(table, names, at)
    return sorted(zip(*(columns[n].tolist() for n in names), strict=True), key=repr)


def everything(store: GraphStore) -> dict[str, Any]:
    """All that readers can see of a store."""
    out: dict[str, Any] = {"batches": [b.to_json() for b in store.batches()], "sealed": store.sealed_seq()}
    last = store.sealed_seq()
    tables = out["tables"] = [t for t in SCHEMA.tables() if next(iter(store.changes(0, t)), None) is not None]
    for seq in range(last + 1):
        for day in (None, *(to_day(dt.date.fromisoformat(d)) for d in DAYS)):
            out |= {f"{t} {seq} {day}": facts(store, t, Slice(seq, day)) for t in tables}
    nodes = store.columns("node", ["nid", "id", "label"], Slice(last))
    keys = sorted(nodes["nid"].tolist())
    out["nodes"] = sorted(store.nodes(keys, last).items())
    by_label = {label: sorted(nodes["nid"][nodes["label"] == label].tolist()) for label in SCHEMA.labels}
    for label, of_label in by_label.items():
        out[f"versions {label}"] = store.versions(label, of_label, last)
        out[f"history {label}"] = [store.history(label, k) for k in of_label[:5]]
    for key in keys[:20]:
        out[f"edges {key}"] = store.edges(key, list(SCHEMA.types), Slice(last), 100)
        out[f"degree {key}"] = store.degree(key, list(SCHEMA.types), Slice(last))
    for text in ("样例", "商贸", "990101", "罚", "云津样例1", "A"):
        out[f"search {text}"] = sorted(store.search(text, list(SCHEMA.labels), last, 1000))
    for table in SCHEMA.tables():
        out[f"changes {table}"] = list(store.changes(0, table))
    for ledger in ("quarantine", "finding"):
        out[ledger] = [{k: v for k, v in row.items() if k != "sealed_row"} for row in store.ledger(ledger)]
    out["weak"] = store.weak_nodes()
    return out


def arrays(projection: GraphProjection) -> dict[str, np.ndarray[Any, Any]]:
    """A projection as named arrays."""
    return {
        f"{group}.{name}": np.asarray(c)
        for group, columns in projection._groups().items()
        for name, c in columns.items()
    }


def assert_same_projection(a: GraphProjection, b: GraphProjection) -> None:
    left, right = arrays(a), arrays(b)
    assert left.keys() == right.keys()
    for name, column in left.items():
        assert column.dtype == right[name].dtype and np.array_equal(column, right[name]), name
    assert a.digest == b.digest


def project(store: GraphStore, day: str = "2026-11-23", known: str | None = None) -> GraphProjection:
    at = dt.date.fromisoformat(day)
    return GraphProjection.from_store(
        store, Moment(at, dt.date.fromisoformat(known) if known else at, max(at, dt.date(2026, 11, 23))), Use.GRADE
    )
