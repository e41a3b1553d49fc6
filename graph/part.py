"""The part of a projection among some of its nodes, or without some records, as a projection of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.ascending import matched
from graph.projection import GraphProjection, Records, Relationships
from graph.runs import runs
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]


def part(projection: GraphProjection, keys: Int64, types: Collection[str]) -> GraphProjection:
    """The nodes with these keys (ascending), relationships of some types among them, their values and records.

    Keys that are not in the projection are left out. O(relationships that leave the nodes).
    """
    at = np.searchsorted(projection.nodes, keys)
    at = at[at < len(projection.nodes)]
    at = at[np.isin(projection.nodes[at], keys)]
    return GraphProjection(
        projection.nodes[at],
        projection.label[at],
        projection.labels,
        {n: _among(rel, at) for n, rel in projection.types.items() if n in types},
        {n: _taken(columns["node"], at, columns) for n, columns in projection.states.items()},
        {n: _records(records, at) for n, records in projection.records.items()},
        projection.manifest,
        None if projection.ids is None else projection.ids[at],
    )


def without(projection: GraphProjection, keys: Int64) -> GraphProjection:
    """A projection without some records (keys): neither they nor who is their subject. O(records + relationships)."""
    gone = np.zeros(len(projection.nodes), dtype=bool)
    at = matched(projection.nodes, keys)
    gone[at[at >= 0]] = True
    records = {label: _kept(r, ~gone[r.node]) for label, r in projection.records.items()}
    subjects = projection.types["SUBJECT_OF"]
    keep = ~gone[subjects.end]
    columns = {n: c[keep] for n, c in subjects.columns.items()}
    left = Relationships(subjects.start[keep], subjects.end[keep], subjects.key[keep], columns)
    return replace(projection, types=projection.types | {"SUBJECT_OF": left}, records=records)


def _kept(r: Records, keep: npt.NDArray[np.bool_]) -> Records:
    return Records(r.node[keep], {n: c[keep] for n, c in r.columns.items()}, r.since[keep], r.until[keep])


def _among(rel: Relationships, at: Int64) -> Relationships:
    rows, start = runs(rel.start, at)
    end = np.searchsorted(at, rel.end[rows])
    inside = np.flatnonzero(end < len(at))
    inside = inside[at[end[inside]] == rel.end[rows[inside]]]
    rows = rows[inside]
    return Relationships(
        start[inside], end[inside], rel.key[rows], {n: np.asarray(c[rows]) for n, c in rel.columns.items()}
    )


def _taken(node: Int64, at: Int64, columns: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    rows, of = runs(node, at)
    return {n: of if n == "node" else np.asarray(c[rows]) for n, c in columns.items()}


def _records(records: Records, at: Int64) -> Records:
    rows, of = runs(records.node, at)
    columns = {n: np.asarray(c[rows]) for n, c in records.columns.items()}
    return Records(of, columns, records.since[rows], records.until[rows])


def standing(projection: GraphProjection, day: int, types: Collection[str] | None = None) -> GraphProjection:
    """What of a projection with former and future ties is true on a day: of all types, or of these. O(relationships).

    Nodes, values and records stay as they are.
    """
    kept = projection.types.keys() if types is None else projection.types.keys() & types
    return GraphProjection(
        projection.nodes,
        projection.label,
        projection.labels,
        {n: _standing(projection.types[n], day) for n in projection.types if n in kept},
        projection.states,
        projection.records,
        projection.manifest,
        projection.ids,
    )


def _standing(rel: Relationships, day: int) -> Relationships:
    since, until = (rel.columns.get(n, np.full(len(rel), NO_DATE)) for n in ("valid_from", "valid_to"))
    rows = np.flatnonzero((since <= day) & ((until == NO_DATE) | (until > day)))  # no stated start: long before
    return only(rel, rows)


def only(rel: Relationships, rows: Int64) -> Relationships:
    """A type with these of its relationships only."""
    return Relationships(rel.start[rows], rel.end[rows], rel.key[rows], {n: c[rows] for n, c in rel.columns.items()})
