"""A city with every source and two years of deliveries: making it, loading it, a month's deltas, quality, classes."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

from analytics.aspects.reading import read_inputs
from analytics.classes.runs import grade_run
from analytics.indicators.baseline import baseline_for, store_baseline
from api.deliveries import deliveries, load_all
from benchmarks.load import baseline
from benchmarks.measure import measured
from benchmarks.quality import report
from graph.keys import KeyRing
from graph.progress import Silent
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.store import Slice
from graph.stores import open_store
from graph.time import Moment
from loaders.synthetic import generate

MONTHS, START, NOW = 24, dt.date(2024, 12, 1), dt.datetime(2026, 12, 5, 4, tzinfo=dt.UTC)
FIRST, BETWEEN, LAST = slice(0, 1), slice(1, -1), slice(-1, None)
MOST_FOR_THE_FLOOR = 200_000  # firms: the floor holds every row in memory


def make(folder: str, companies: int) -> int:
    """The city; returns its files."""
    return len(generate(Path(folder), companies, 7, MONTHS, START).read_text().splitlines()) - 1


def load(folder: str, path: str, months: slice) -> tuple[float, dict[str, int]]:
    """Load the deliveries of some months; returns (seconds, totals)."""
    requests = deliveries([Path(folder)], NOW, None, None, None, "", None, False)
    received = sorted({r.received_at for r in requests})[months]
    chosen = [r for r in requests if r.received_at in received]
    began = time.perf_counter()
    with open_store(f"sqlite:///{path}") as store:
        batches = load_all(store, chosen, KeyRing.derived("benchmark"), Silent())
        taken = time.perf_counter() - began
        names = ("read", "loaded", "unchanged", "rejected", "duplicate")
        totals = {n: sum(b.totals[n] for b in batches) for n in names}
    assert totals["read"] == sum(totals[n] for n in names[1:]), "totals do not reconcile"
    return taken, totals | {"files": len(batches)}


def contents(path: str) -> dict[str, int]:
    """How many nodes, relationships and records a store holds."""
    with open_store(f"sqlite:///{path}") as store:
        at = Slice(store.sealed_seq())
        count = {t: len(store.columns(t, ["owner"], at)["owner"]) for t in SCHEMA.tables()}
        nodes = len(store.columns("node", ["nid"], at)["nid"])
    return {
        "nodes": nodes,
        "relationships": sum(count[t] for t in SCHEMA.types if t != "SUBJECT_OF"),
        "records": sum(count[t] for t in SCHEMA.record_labels()),
    }


def classes(path: str) -> tuple[float, dict[str, int]]:
    """A projection and its classes against a baseline; returns (seconds without the baseline, distribution)."""
    moment = Moment.on(NOW.date())
    with open_store(f"sqlite:///{path}") as store:
        if baseline_for(store, moment) is None:
            store_baseline(store, "benchmark", read_inputs(store, GraphProjection.from_store(store, moment)))
        began = time.perf_counter()
        found = grade_run(store, moment)[2].distribution()
        return time.perf_counter() - began, found


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Measure one size; what was loaded is checked against what the classes and the quality report count."""
    city, path = folder / f"whole-{companies}", folder / f"whole-{companies}.db"
    out: dict[str, Any] = {"companies": companies}
    if not city.exists():
        made = measured(make, str(city), companies)
        out |= {"make_s": made.seconds, "make_mib": made.mib, "files": made.result}
    for old in folder.glob(f"{path.name}*"):
        old.unlink()
    first = measured(load, str(city), str(path), FIRST)
    out |= {f"first_{n}": v for n, v in (first.result | contents(str(path))).items()}
    out |= {"first_s": first.seconds, "first_mib": first.mib}
    loaded = measured(load, str(city), str(path), BETWEEN)
    delta = measured(load, str(city), str(path), LAST)
    told = measured(report, str(path))
    graded = measured(classes, str(path))
    assert sum(graded.result.values()) >= companies, "somebody was not graded"
    out |= loaded.result | contents(str(path))
    out |= {"months_s": loaded.seconds, "months_mib": loaded.mib, "delta_rows": delta.result["read"]}
    out |= {"delta_s": delta.seconds, "quality_s": told.seconds, "quality_mib": told.mib}
    out |= {"project_and_grade_s": graded.seconds, "grade_mib": graded.mib} | graded.result
    if companies <= MOST_FOR_THE_FLOOR:
        floor = measured(baseline, str(path), str(folder / "floor.db"))
        (folder / "floor.db").unlink()
        out |= {"bare_s": floor.seconds, "facts": floor.result}
    return out
