"""Signs of shells over all firms, restricted people, and related parties in bulk, from standing projections.

The store is that of a synthetic city, made on first use; `python -m benchmarks.suspicions --companies 100000`.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np

from analytics.aspects.reading import read_inputs
from analytics.indicators.baseline import store_baseline
from analytics.related_parties.answers import relations_among, relations_of, window
from analytics.restrictions.befallen import inputs_with_texts
from analytics.restrictions.restricted import restricted
from analytics.shell.review import inputs_for, suspicions
from benchmarks.measure import measured
from graph.delivery import Coverage
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment, to_day
from graph.usable import Use
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate

SOURCES = {
    "registrations",
    "shareholders",
    "legal_representatives",
    "contacts",
    "annual_reports",
    "abnormal_operations",
    "contact_attempts",
    "permits",
    "court_cases",
    "hosted_addresses",
    "revoked_registrations",
    "dishonest_debtors",
    "sector_bans",
    "penalties",
}


def city(folder: Path, companies: int) -> Path:
    """The store of a city with the sources that signs read."""
    path = folder / f"suspicions-{companies}.db"
    if path.exists():
        return path
    files = folder / f"suspicions-{companies}"
    shutil.rmtree(files, ignore_errors=True)
    generate(files, companies, seed=3, months=2, dirt=0)
    with open_store(f"sqlite:///{path}.part") as store:
        for row in csv.DictReader((files / "manifest.csv").read_text("utf-8").splitlines()):
            if row["source"] in SOURCES:
                day = dt.date.fromisoformat(row["dated"])
                received = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
                request = Request(files / row["file"], received, row["source"], Coverage(row["coverage"]), day)
                load_file(store, request, KeyRing.derived("bench"))
    Path(f"{path}.part").rename(path)
    return path


def of_shells(path: str) -> dict[str, float]:
    """Signs, probabilities and restricted people of all firms."""
    store = open_store(f"sqlite:///{path}")
    day = store.batches()[-1].delivery.dated
    graph = GraphProjection.from_store(store, Moment.on(day), Use.ALERT)
    name = f"bench {time.time_ns()}"
    baseline = store_baseline(store, name, read_inputs(store, graph))
    suspicions(inputs_for(store, graph, baseline))  # compiled
    graph = GraphProjection.from_store(store, Moment.on(day), Use.ALERT)
    began = time.perf_counter()
    inputs = inputs_for(store, graph, baseline)
    read = time.perf_counter()
    found = suspicions(inputs)
    done = time.perf_counter()
    inputs = inputs_with_texts(store, graph)
    reread = time.perf_counter()
    people = restricted(inputs)
    barred = time.perf_counter()
    planted = _planted(Path(path), graph)
    listed = found.ranked(200)
    assert np.isin(found.node[listed], planted).mean() > 0.5, "the list holds the planted shells"
    return {
        "firms scored": len(found),
        "beside the projection_s": read - began,
        "signs and probabilities_s": done - read,
        "restricted": len(people),
        "restricted_s": barred - reread,
    }


def _planted(path: Path, graph: GraphProjection) -> np.ndarray[Any, np.dtype[np.int64]]:
    from graph.ascending import matched
    from graph.identity import coded_id, nids

    rows = csv.DictReader((path.with_suffix("") / "truth/shells.csv").read_text("utf-8").splitlines())
    return matched(graph.nodes, nids(coded_id("CN-USCC", row["uscc"]) for row in rows))


def of_related(path: str) -> dict[str, float]:
    """Pairs among many, and all related parties of one; the baseline asks each pair by itself."""
    store = open_store(f"sqlite:///{path}")
    day = store.batches()[-1].delivery.dated
    graph, on = window(store, Moment.on(day)), to_day(day)
    draw = np.random.default_rng(7)
    firms = graph.nodes[graph.label_is("Company")]
    relations_of(graph, on, int(firms[0]))  # compiled, ties read
    out: dict[str, float] = {}
    many = draw.choice(firms, 300, replace=False).tolist()
    began = time.perf_counter()
    among = relations_among(graph, on, many)
    out["among 300_s"] = time.perf_counter() - began
    few = many[:12]
    began = time.perf_counter()
    singly = [r for i, a in enumerate(few) for b in few[:i] for r in relations_among(graph, on, [a, b]).relations]
    out["66 pairs one by one_s"] = time.perf_counter() - began
    began = time.perf_counter()
    together = relations_among(graph, on, few).relations
    out["66 pairs at once_s"] = time.perf_counter() - began
    assert {(r.one, r.other, r.rule) for r in singly} == {(r.one, r.other, r.rule) for r in together}
    taken = []
    for key in draw.choice(firms, 100, replace=False).tolist():
        began = time.perf_counter()
        relations_of(graph, on, key)
        taken.append((time.perf_counter() - began) * 1000)
    out["relations among 300"] = len(among.relations)
    out["of one, p50 ms"], out["of one, p95 ms"] = np.percentile(taken, [50, 95]).tolist()
    return out


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Measure each in a process of its own."""
    path = str(city(folder, companies))
    shells, related = measured(of_shells, path), measured(of_related, path)
    return {**shells.result, "shells_mib": shells.mib, **related.result, "related_mib": related.mib}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path("build/bench"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, value in run(options.folder, options.companies).items():
        print(f"  {name:28}{value:,.3f}" if isinstance(value, float) else f"  {name:28}{value:,}")
