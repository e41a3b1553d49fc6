"""Loading registrations with their people and holdings, against a bare insert of the same rows."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import Taken, measured
from graph.delivery import Coverage
from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.search_text import spaced
from graph.stores import open_store
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate

RECEIVED = dt.datetime(2025, 1, 5, tzinfo=dt.UTC)
SOURCES = ("registrations", "legal_representatives", "shareholders")


def make_city(folder: str, companies: int) -> int:
    """A city's first delivery; returns its rows."""
    manifest = generate(Path(folder), companies, seed=7, months=1)
    return len(manifest.read_text().splitlines())


def load_city(folder: str, url: str, day: int = 0) -> tuple[float, dict[str, int]]:
    """Load the three files as full lists; returns (seconds, totals)."""
    store, keys, totals = (
        open_store(url),
        KeyRing.derived("benchmark"),
        dict.fromkeys(("read", "loaded", "unchanged", "rejected", "duplicate"), 0),
    )
    files = {r["source"]: r["file"] for r in csv.DictReader((Path(folder) / "manifest.csv").read_text().splitlines())}
    received = RECEIVED + dt.timedelta(days=day)
    start = time.perf_counter()
    for source in SOURCES:
        request = Request(Path(folder) / files[source], received, source, Coverage.FULL, received.date())
        batch = load_file(store, request, keys)
        totals = {k: totals[k] + batch.totals[k] for k in totals}
    store.close()
    return time.perf_counter() - start, totals


def baseline(loaded: str, target: str) -> tuple[float, int]:
    """The floor: the very rows of a loaded store, from memory, by executemany; every index and the text index last."""
    source, db, rows, after = sqlite3.connect(loaded), sqlite3.connect(target), {}, []
    db.create_function("spaced", 1, spaced, deterministic=True)
    for name, kind, sql in source.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall():
        if kind == "table" and (name in SCHEMA.tables() or name == "node"):
            db.execute(sql)
            rows[name] = source.execute(f'SELECT * FROM "{name}"').fetchall()
        elif kind == "index" and name.partition("_")[0] in [
            *SCHEMA.tables(),
            *(t.partition("_")[0] for t in SCHEMA.tables()),
            "node",
        ]:
            after.append(sql)
    start = time.perf_counter()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-262144"):
        db.execute(f"PRAGMA {pragma}")
    for name, content in rows.items():
        if content:
            db.executemany(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(content[0]))})', content)
    for sql in after:
        db.execute(sql)
    db.execute("CREATE VIRTUAL TABLE search USING fts5(text, nid UNINDEXED, label UNINDEXED, seq UNINDEXED)")
    for label in SCHEMA.labels.values():
        for prop in label.properties:
            if prop.searched:
                db.execute(
                    f'INSERT INTO search SELECT DISTINCT spaced("{prop.name}"), owner, ?, recorded_seq '
                    f'FROM "{label.name}" WHERE "{prop.name}" IS NOT NULL',
                    (label.name,),
                )
    db.commit()
    return time.perf_counter() - start, sum(map(len, rows.values()))


def same_rows(a: str, b: str) -> bool:
    """Whether two databases hold the same facts, whatever the order."""
    left, right = sqlite3.connect(a), sqlite3.connect(b)
    return all(
        left.execute(q).fetchone() == right.execute(q).fetchone()
        for q in (f'SELECT count(*), sum(lot % 1000003), sum(digest % 1000003) FROM "{t}"' for t in SCHEMA.tables())
    )


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Measure one size on SQLite; checks the results before it tells a time."""
    city, loaded, bare = (
        folder / f"city-{companies}",
        folder / f"loaded-{companies}.db",
        folder / f"bare-{companies}.db",
    )
    if not city.exists():
        measured(make_city, str(city), companies)
    for path in (loaded, bare):
        for suffix in ("", "-wal", "-shm", ".lock"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    first: Taken = measured(load_city, str(city), f"sqlite:///{loaded}")
    floor: Taken = measured(baseline, str(loaded), str(bare))
    assert same_rows(str(loaded), str(bare)), "the baseline holds other rows"
    again: Taken = measured(load_city, str(city), f"sqlite:///{loaded}", 31)
    assert (
        again.result["loaded"] == 0
        and again.result["unchanged"] + again.result["rejected"] + again.result["duplicate"] == again.result["read"]
    )
    return {
        "companies": companies,
        "rows": first.result["read"],
        "facts": floor.result,
        "load_s": first.seconds,
        "load_mib": first.mib,
        "reload_s": again.seconds,
        "reload_mib": again.mib,
        "bare_s": floor.seconds,
    }
