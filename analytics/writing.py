"""Results written to a store on request: as properties of nodes, or as computed relationships between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.algorithm import Algorithm, Result
from graph.projection import GraphProjection
from graph.store import GraphStore


def write_back(store: GraphStore, projection: GraphProjection, algorithm: Algorithm[Any], result: Result) -> int:
    """Write a result, replacing the last one of the algorithm; returns how many nodes or relationships bear it.

    Pairs become relationships of the algorithm's `tie`, in Cypher for example
    (a)-[:COMPUTED_SHARE_IN {share_min: 0.3}]->(b); other results become properties named `<algorithm>_<column>`.
    """
    if algorithm.tie is not None:
        name, start, end = algorithm.tie
        rows = np.flatnonzero((result.columns[start] != 0) & (result.columns[end] != 0))
        values: dict[str, Sequence[Any]] = {
            n: _plain(c[rows]) for n, c in result.columns.items() if n not in result.node_columns
        }
        store.write_ties(name, result.columns[start][rows], result.columns[end][rows], values)
        return len(rows)
    keys = result.columns[result.node_columns[0]]
    labels = projection.label[np.searchsorted(projection.nodes, keys)]
    for code in np.unique(labels).tolist():
        at = np.flatnonzero(labels == code)
        values = {
            f"{result.algorithm}_{n}": _plain(c[at]) for n, c in result.columns.items() if n != result.node_columns[0]
        }
        store.write_results(projection.labels[code], keys[at], values)
    return len(keys)


def _plain(column: np.ndarray[Any, Any]) -> list[Any]:
    """Values as a store takes them; what is no number is none."""
    return [None if isinstance(v, float) and np.isnan(v) else v for v in column.tolist()]
