"""`make demo`: a small synthetic city from files to classes, on the store asked for, in the folder demo/."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import numpy as np

import graph
import loaders
from analytics.aspects.reading import read_inputs
from analytics.classes.explanation import explain
from analytics.classes.impersonal import without_people
from analytics.classes.runs import grade_few_run, grade_run, store_run
from analytics.indicators.baseline import baseline_for, store_baseline
from api import render
from api.commands.classes import grades_csv
from api.deliveries import TOTALS, deliveries, load_all
from api.neo4j_server import Unavailable, start
from api.render_explanation import explanation
from api.settings import now
from graph.errors import CreditGraphError
from graph.keys import KeyRing
from graph.progress import Bar
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment, add_months
from graph.usable import Use
from graph.view import View
from graph.visualization import surroundings, title_of, write_html
from loaders.synthetic import generate

FOLDER = Path("demo")
MONTHS, COMPANIES, SEED = 24, 5_000, 1


def main(store: str) -> None:
    """Generate, load, grade, explain one company, and say where everything lies.

    What an earlier run of the same code has made is kept: its files are not loaded again, as with any folder.
    """
    # The last delivery's days: the same bytes whenever it runs.
    os.environ.setdefault("CREDITGRAPH_CLOCK", "2026-12-05")
    mark = _mark()
    made = FOLDER / "made-by"
    if not made.exists() or made.read_text() != mark:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        KeyRing.generate().save(FOLDER / "creditgraph.key")
        start = add_months(now().date().replace(day=1), -MONTHS)
        with Bar("months") as bar:
            generate(FOLDER / "city", COMPANIES, SEED, MONTHS, start, progress=bar)
        made.write_text(mark)
    keys = KeyRing.load(FOLDER / "creditgraph.key")
    with _open(store, keys) as opened:
        _run(opened, keys)


def _mark() -> str:
    """A digest of everything that makes the city and the graph: another version starts anew."""
    whole = hashlib.blake2b(repr((COMPANIES, SEED, MONTHS)).encode(), digest_size=16)
    for package in (graph, loaders):
        for path in sorted(Path(package.__path__[0]).rglob("*.*")):
            if path.suffix in (".py", ".yaml"):
                whole.update(path.read_bytes())
    return whole.hexdigest()


def _open(store: str, keys: KeyRing) -> GraphStore:
    if store != "neo4j":
        return open_store(f"sqlite:///{FOLDER}/city.db")
    from graph.stores.neo4j import Neo4jStore

    opened = Neo4jStore(start())
    if opened.get_meta("key_check") != keys.check_value:
        opened.scratch()
    return opened


def _run(store: GraphStore, keys: KeyRing) -> None:
    requests = deliveries([FOLDER / "city"], now(), None, None, None, "", None, False)
    with Bar("rows") as bar:
        load_all(store, requests, keys, bar)
    totals: dict[str, Counter[str]] = {}
    for batch in store.batches():
        totals.setdefault(batch.delivery.source, Counter()).update({"files": 1, **{t: batch.totals[t] for t in TOTALS}})
    render.table(
        ("source", "files", *TOTALS),
        [(s, *(totals[s][t] for t in ("files", *TOTALS))) for s in sorted(totals)],
        "table",
        "zh",
    )
    moment = Moment.on(now().date())
    if baseline_for(store, moment) is None:
        store_baseline(store, f"demo-{moment.as_of}", read_inputs(store, GraphProjection.from_store(store, moment)))
    run, projection, grades = grade_run(store, moment)
    store_run(store, run, projection, grades)
    render.table(("class", "companies"), list(grades.distribution().items()), "table", "zh")
    (FOLDER / "grades.csv").write_text(grades_csv(store, projection, grades), encoding="utf-8-sig")
    view = View(store, moment, Use.GRADE)
    worst = np.flatnonzero(grades.grade == "D")
    chosen = int(worst[np.lexsort((grades.node[worst], -grades.score[worst]))[0]])
    key = int(projection.nodes[grades.node[chosen]])
    explanation(without_people(explain(view, *grade_few_run(view, np.array([key])), key)), "zh")
    shown = View(store, moment)
    write_html(surroundings(shown, key), FOLDER / "company.html", "样例 " + title_of(shown.node(key)))
    print("继续试用，先粘贴以下各行 (to go on, paste first):")
    settings = {"STORE": store.url, "KEY": f"{FOLDER}/creditgraph.key", "CLOCK": moment.as_of}
    print("\n".join(f"  export CREDITGRAPH_{name}={value}" for name, value in settings.items()))
    print(f"classes {FOLDER}/grades.csv   store {store.url}   picture {FOLDER}/company.html")
    print("样例数据，城市、企业与人员均为虚构 (sample data: city, firms and people are fictional)")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "sqlite")
    except (CreditGraphError, Unavailable) as error:
        sys.exit(str(error))
