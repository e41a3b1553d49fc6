"""The quality report over the store that the loading benchmark left, against a plain fetch of what it reads."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import measured
from graph.schema import SCHEMA
from graph.stores import open_store
from graph.time import Moment
from loaders.local_catalogue import LocalCatalogue
from loaders.quality.report import quality

MOMENT = Moment.on(dt.date(2025, 3, 1))
COMPANY = "owner, name, status, registration_number, organisation_code, industry, recorded_seq, superseded_seq, valid_from, valid_to"


def plain_fetch(path: str) -> tuple[float, int]:
    """The floor: fetchall of companies, records and relationships, and nothing done with them."""
    db = sqlite3.connect(path)
    began = time.perf_counter()
    rows = len(db.execute(f"SELECT {COMPANY} FROM Company").fetchall())
    for label in SCHEMA.record_labels():
        dated = SCHEMA.labels[label].dated
        rows += len(db.execute(f'SELECT owner, recorded_seq, "{dated}", authority FROM "{label}"').fetchall())
    for kind in SCHEMA.types:
        rows += len(db.execute(f'SELECT "end", recorded_seq FROM "{kind}"').fetchall())
    return time.perf_counter() - began, rows


def report(path: str) -> tuple[float, int]:
    """The report, and how many living companies it is about."""
    with open_store(f"sqlite:///{path}") as store:
        began = time.perf_counter()
        tables = quality(store, MOMENT, LocalCatalogue(), 12)
        taken = time.perf_counter() - began
    return taken, next(row[1] for row in tables["codes"].rows if row[0] == "living")


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Measure on the store that the loading benchmark left."""
    path = str(folder / f"loaded-{companies}.db")
    floor, mine = measured(plain_fetch, path), measured(report, path)
    assert mine.result > companies / 2, "hardly a company lives"
    return {
        "rows": floor.result,
        "fetch_s": floor.seconds,
        "quality_s": mine.seconds,
        "quality_mib": mine.mib,
        "living": mine.result,
    }
