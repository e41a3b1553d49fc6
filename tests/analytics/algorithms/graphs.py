"""Small graphs for tests of algorithms: holdings as tuples, results by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analytics.algorithm import Result
from graph.projection import GraphProjection

Edge = tuple[Any, ...]  # (from, to, share or (least, greatest)) or (from, to, type)


def graph(
    edges: Iterable[Edge], persons: Sequence[str] = "PQRO", states: Sequence[str] = (), nodes: Sequence[str] = ()
) -> GraphProjection:
    """A projection: nodes named in `persons` are persons, in `states` State bodies, all others companies."""
    edges = list(edges)
    names = sorted({n for e in edges for n in e[:2]} | set(nodes))
    labels = ["Person" if n in persons else "Organisation" if n in states else "Company" for n in names]
    frame = pd.DataFrame({"id": names, "label": labels, "state_body": [1 if n in states else 0 for n in names]})
    rows = [_row(*e) for e in edges]
    columns = ["source", "target", "type", "share_min", "share_max", "post", "joint", "concerning"]
    ties = pd.DataFrame(rows, columns=columns)
    return GraphProjection.from_pandas(
        frame, ties.drop(columns=["concerning"] if ties["concerning"].isna().all() else [])
    )


def _row(source: str, target: str, third: Any, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"source": source, "target": target, "type": "HOLDS_SHARES_IN", "post": None, "joint": 0}
    if isinstance(third, str):
        kind, _, post = third.partition(":")
        row |= {"type": kind, "post": post or None, "joint": int(post == "joint")}
        row["concerning"] = post or None if kind == "ACTS_IN_CONCERT_WITH" else None
    elif isinstance(third, tuple):
        row |= {"share_min": third[0], "share_max": third[1]}
    else:
        row |= {"share_min": third, "share_max": third}
    return row | more


def names(projection: GraphProjection) -> dict[int, str]:
    """Names by key."""
    assert projection.ids is not None
    return dict(zip(projection.nodes.tolist(), projection.ids.tolist(), strict=True)) | {0: ""}


def key(projection: GraphProjection, name: str) -> int:
    """The key of a name."""
    return next(k for k, n in names(projection).items() if n == name)


def told(projection: GraphProjection, result: Result, *columns: str) -> dict[tuple[str, ...], Any]:
    """By the names in the node columns the values of the columns (one: plain, several: a tuple)."""
    name = names(projection)
    keys = zip(*([name[k] for k in result.columns[c].tolist()] for c in result.node_columns), strict=True)
    values: Any = zip(*(result.columns[c].tolist() for c in columns), strict=True)
    return {k: v[0] if len(columns) == 1 else v for k, v in zip(keys, values, strict=True)}
