"""Grades made by hand: companies with points and what their parts rest on, without a store."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.classes.grades import Grades, PartTable
from analytics.indicators.pack import grade_packs
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.time import FOREVER


def graded(
    rows: Sequence[tuple[int, str, int, str]], *, red: Sequence[int] = (), keys: Sequence[int] | None = None
) -> tuple[GraphProjection, Grades]:
    """One company a row: (points in thousandths, class, what its one part rests on, by indicator), red lines by row."""
    n = len(rows)
    nodes = np.array(keys or range(1, n + 1), dtype=np.int64)
    names = tuple(dict.fromkeys(name for *_, name in rows)) or ("R5",)
    points = np.array([r[0] for r in rows], dtype=np.int64)
    table = PartTable(
        np.arange(n),
        np.array([names.index(r[3]) for r in rows], dtype=np.int16),
        points,
        points,
        np.array([r[2] for r in rows], dtype=np.int64),
        np.full(n, "relationship", dtype=object),
        np.full(n, FOREVER),
        np.zeros(n, dtype=bool),
        np.isin(np.arange(n), red),
    )
    labels = tuple(SCHEMA.labels)
    projection = GraphProjection(nodes, np.full(n, labels.index("Company"), np.int16), labels, {})
    grade, colour = np.array([r[1] for r in rows], dtype=object), np.full(n, "green", dtype=object)
    ones, days = np.ones(n), np.full(n, FOREVER)
    inside = np.full(n, "", dtype=object)
    return projection, Grades(np.arange(n), grade, colour, points, ones, days, inside, table, names, grade_packs()[0])
