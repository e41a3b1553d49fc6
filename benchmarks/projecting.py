"""From a store to arrays, a saved projection, and grading."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import numpy as np

from analytics.classes.grading import grade
from benchmarks.measure import measured
from graph.projection import GraphProjection
from graph.store import Slice
from graph.stores import open_store
from graph.time import NO_DATE, Moment

MOMENT = Moment.on(dt.date(2025, 1, 10))
NAMES = ("owner", "end", "grp", "lot", "share_min", "valid_from")


def plain_fetch(path: str) -> tuple[float, int]:
    """The floor: fetchall of the same columns, then numpy."""
    db = sqlite3.connect(path)
    began = time.perf_counter()
    rows = db.execute(
        'SELECT owner, "end", grp, lot, share_min, valid_from FROM HOLDS_SHARES_IN WHERE superseded_seq IS NULL'
    ).fetchall()
    columns = [np.array([NO_DATE if v is None else v for v in c], dtype=np.int64) for c in zip(*rows, strict=True)]
    return time.perf_counter() - began, (len(rows), int(columns[2].sum()))  # type: ignore[return-value]


def columns(path: str) -> tuple[float, Any]:
    """Relationships of one type as a projection reads them."""
    store = open_store(f"sqlite:///{path}")
    began = time.perf_counter()
    found = store.columns("HOLDS_SHARES_IN", NAMES, Slice(store.sealed_seq()))
    return time.perf_counter() - began, (len(found["owner"]), int(found["grp"].sum()))


def whole(path: str, folder: str) -> dict[str, float]:
    """Build, save, open and grade."""
    store = open_store(f"sqlite:///{path}")
    began = time.perf_counter()
    projection = GraphProjection.from_store(store, MOMENT)
    built = time.perf_counter()
    projection.save(Path(folder))
    saved = time.perf_counter()
    opened = GraphProjection.open(Path(folder))
    opened_at = time.perf_counter()
    grades = grade(store, projection)
    graded = time.perf_counter()
    assert np.array_equal(opened.nodes, projection.nodes)
    return {
        "companies": len(grades.node),
        "build_s": built - began,
        "save_s": saved - built,
        "open_s": opened_at - saved,
        "grade_s": graded - opened_at,
    }


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Measure on the store that the loading benchmark left."""
    path = str(folder / f"loaded-{companies}.db")
    kept = folder / f"projection-{companies}"
    shutil.rmtree(kept, ignore_errors=True)
    floor, mine = measured(plain_fetch, path), measured(columns, path)
    assert floor.result == mine.result, "the columns differ"
    scale = 1e6 / mine.result[0]
    return {
        "relationships": mine.result[0],
        "fetch_s_per_million": floor.seconds * scale,
        "columns_s_per_million": mine.seconds * scale,
        **measured(whole, path, str(kept)).result,
    }
