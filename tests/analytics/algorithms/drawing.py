"""Small graphs by hand: relationships as tuples, names instead of keys in what is read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.algorithm import Result
from graph.projection import GraphProjection
from graph.schema import SCHEMA


def drawn(
    *edges: tuple[Any, ...],
    labels: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = ("share_min",),
    kind: str = "HOLDS_SHARES_IN",
    **properties: Mapping[str, Any],
) -> GraphProjection:
    """A projection of edges (start, end, *columns); nodes are companies but those that `labels` names.

    An edge whose first element is a relationship type has that type. properties: by column, values by node.
    """
    rows = []
    for edge in edges:
        name, rest = (edge[0], edge[1:]) if edge[0] in SCHEMA.types else (kind, edge)
        rows.append({"type": name, **dict(zip(("source", "target", *columns), rest, strict=False))})
    names = dict.fromkeys(n for row in rows for n in (row["source"], row["target"])) | dict(labels or {})
    for values in properties.values():
        names = dict.fromkeys(values) | names
    nodes = pd.DataFrame(
        [
            {"id": n, "label": (labels or {}).get(n, "Company"), **{c: v.get(n) for c, v in properties.items()}}
            for n in names
        ],
        columns=["id", "label", *properties],
    )
    return GraphProjection.from_pandas(nodes, pd.DataFrame(rows, columns=["source", "target", "type", *columns]))


def names_of(projection: GraphProjection) -> dict[int, str]:
    """Node names by key."""
    return dict(zip(projection.nodes.tolist(), (projection.ids if projection.ids is not None else []), strict=True))


def rows_of(projection: GraphProjection, result: Result, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of some columns with node names, sorted."""
    names = names_of(projection)
    read = [
        [names[k] if c in result.node_columns else k for k in result.columns[c].tolist()]
        for c in (columns or tuple(result.columns))
    ]
    return sorted(zip(*read, strict=True), key=str)
