"""Classes of a whole city, of one firm, and after one new record; `python -m benchmarks.classes --store URL --key FILE`.

The baseline for one firm is what it took before: grading everybody. What is told of few firms and after a record is
compared with a run of all before a time is told. The store is written to: give it a copy.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import re
import time
from pathlib import Path
from typing import Any

import numpy as np

from analytics.aspects.reading import read_inputs
from analytics.classes.grades import CLASSES
from analytics.classes.grading import grade_few
from analytics.classes.runs import grade_all, store_run
from analytics.following.regrading import Classes
from analytics.indicators.baseline import baseline_for, store_baseline
from benchmarks import whole_city
from benchmarks.measure import measured
from graph.delivery import Coverage
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.pipeline import Request, load_file
from loaders.record_source import RecordSource
from loaders.samples import masked, number
from loaders.source import sources
from loaders.synthetic import generate

FIRMS, NEWS = 40, 4  # firms graded one by one; rows of news of each source
NUMBER = re.compile("文书号|文号|案号|编号")
SAMPLE_NAMES = ("云津样例商贸有限公司", "云津样例餐饮店", "云津样例控股有限公司")
NOT_NEWS = ("permit_requirements",)  # counts for everybody: all are graded again


def whole(url: str) -> tuple[float, dict[str, float]]:
    """Projection, then classes of all and their writing; returns (seconds from the standing projection, each)."""
    with open_store(url) as store:
        moment = _moment(store)
        began = time.perf_counter()
        projection = GraphProjection.from_store(store, moment, Use.GRADE)
        taken = {"projection_s": time.perf_counter() - began}
        if baseline_for(store, moment) is None:
            store_baseline(store, "bench", read_inputs(store, projection))
        projection.forget()
        began = time.perf_counter()
        run, grades = grade_all(store, projection, moment)
        taken["grade_s"] = time.perf_counter() - began
        began = time.perf_counter()
        store_run(store, run, projection, grades)
        taken["write_s"] = time.perf_counter() - began
    return taken["grade_s"] + taken["write_s"], taken


def few(url: str, key: str, folder: str) -> dict[str, float]:
    """Milliseconds to grade one firm by index, and to follow one row of news, of every source; all compared with a run
    of all."""
    with open_store(url) as store:
        moment, keys = _moment(store), KeyRing.load(Path(key))
        against = baseline_for(store, moment)
        classes = Classes.of_all(View(store, moment, Use.GRADE), against)
        grades, draw = classes.grades, np.random.default_rng(5)
        classed = np.flatnonzero(np.isin(grades.grade.astype(str), CLASSES))
        out: dict[str, float] = {}
        taken = []
        for at in draw.choice(classed, FIRMS, replace=False).tolist():
            began = time.perf_counter()
            _, one = grade_few(View(store, moment, Use.GRADE), grades.node[[at]], against)
            taken.append(time.perf_counter() - began)
            assert (one.grade[0], one.score[0]) == (grades.grade[at], grades.score[at]), "one firm has another class"
        out |= _spread("one_firm", taken)
        records: list[float] = []
        ties: list[float] = []
        for name, source in sorted(sources().items()):
            if name in NOT_NEWS:
                continue
            told = records if isinstance(source, RecordSource) else ties
            for _ in range(NEWS):
                seen = View(store, moment, Use.GRADE)
                chosen = [seen.node(k) for k in grades.node[draw.choice(classed, 3, replace=False)].tolist()]
                firms = [(node.id.partition(":")[2], str(node.properties["name"])) for node in chosen]
                _deliver(store, Path(folder), name, source.sample, firms, keys, moment)
                view = View(store, moment, Use.GRADE)
                began = time.perf_counter()
                classes = classes.follow(view)
                told.append(time.perf_counter() - began)
        full = Classes.of_all(View(store, moment, Use.GRADE), against).grades
        assert np.array_equal(classes.grades.score, full.score), "followed classes differ from a full run"
        assert np.array_equal(classes.grades.parts.evidence, full.parts.evidence)
        return out | _spread("one_record", records) | _spread("one_tie", ties)


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    return {f"{name}_ms": 1e3 * float(np.median(seconds)), f"{name}_p95_ms": 1e3 * float(np.percentile(seconds, 95))}


def _deliver(
    store: GraphStore,
    folder: Path,
    name: str,
    sample: str,
    firms: list[tuple[str, str]],
    keys: KeyRing,
    moment: Moment,
) -> None:
    """The first row of a source's sample, about firms (code, name) that are there, under numbers that are not."""
    stamp = time.time_ns()
    people = {f"id{i}": number((stamp + i) % 1000) for i in range(3)} | {"mask2": masked(stamp % 1000)}
    text = sample.format(**{f"uscc{i}": code for i, (code, _) in enumerate(firms)}, **people)
    for stated, (_, its_own) in zip(SAMPLE_NAMES, firms, strict=True):
        text = text.replace(stated, its_own)
    header, row, *_ = csv.reader(text.splitlines())
    cells = [f"基准{stamp}" if NUMBER.search(title) and cell else cell for title, cell in zip(header, row, strict=True)]
    file = folder / f"{name}-{stamp}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, cells])
    received = dt.datetime.combine(moment.known_at, dt.time(4), tzinfo=dt.UTC)
    load_file(store, Request(file, received, name, Coverage.DELTA, moment.known_at), keys)


def _moment(store: GraphStore) -> Moment:
    return Moment.on(max(b.delivery.received_at for b in store.batches() if b.sealed).date())


def measure(url: str, key: str, folder: Path) -> dict[str, Any]:
    """Everything, in fresh processes."""
    folder.mkdir(parents=True, exist_ok=True)
    all_ = measured(whole, url)
    found = {**all_.result, "grade_and_write_s": all_.seconds, "mib": all_.mib}
    found |= measured(few, url, key, str(folder)).result
    return found | {"all_of_one_firm": 1e3 * found["grade_s"] / found["one_firm_ms"]}


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Make a city of three months, load it, and measure on it."""
    city, path, key = (folder / f"classes-{companies}{end}" for end in ("", ".db", ".key"))
    if not path.exists():
        generate(city, companies, 7, 3, dt.date(2026, 8, 1))
        KeyRing.derived("benchmark").save(key)
        whole_city.load(str(city), str(path), slice(None))
    return measure(f"sqlite:///{path}", str(key), folder / "classes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", required=True, help="URL of a store; it is written to")
    parser.add_argument("--key", required=True, help="key file of the store")
    parser.add_argument("--folder", type=Path, default=Path("build/bench/classes"))
    options = parser.parse_args()
    for name, value in measure(options.store, options.key, options.folder).items():
        print(f"  {name:32}{value:,.2f}")
