"""A city of every source, month by month: what the store's feed tells is enough for an exact update of each algorithm."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import groupby

import pytest

from analytics.algorithm import Update
from analytics.algorithms import algorithm, algorithms
from graph.changes import ChangeSet, since
from graph.delivery import Coverage
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate

Step = tuple[GraphProjection, ChangeSet]
MOVING = ("integrated_ownership", "control", "beneficial_owners", "risk_propagation", "close_links")
QUIET = (3, 200)  # days that pass without a delivery: entries expire, records lose their weight


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """Projections of one store after each month's deliveries and after days without any, with what changed."""
    folder = tmp_path_factory.mktemp("months")
    generate(folder, 400, seed=3, months=4)
    rows = list(csv.DictReader((folder / "manifest.csv").read_text("utf-8").splitlines()))
    rows.sort(key=lambda r: (r["received_at"], r["file"]))
    out: list[Step] = []
    with open_store("sqlite://") as store:
        for received, month in groupby(rows, key=lambda r: r["received_at"]):
            at = dt.datetime.fromisoformat(received).replace(tzinfo=dt.UTC)
            for row in month:
                day = dt.date.fromisoformat(row["dated"])
                request = Request(folder / row["file"], at, row["source"], Coverage(row["coverage"]), day)
                load_file(store, request, KeyRing.derived("tests"))
            for quiet in (0, *QUIET):
                then = at.date() + dt.timedelta(quiet)
                moment = Moment(then, at.date(), at.date())
                now = GraphProjection.from_store(store, moment)
                out.append((now, since(store, out[-1][0], now) if out else ChangeSet(now.nodes, {})))
    return out


@pytest.mark.parametrize("name", [n for n, a in algorithms().items() if a.follows is Update.EXACT])
def test_updates_from_the_feed_equal_full_runs(name: str, steps: list[Step]) -> None:
    kind = algorithm(name)
    params = kind.read_parameters({})
    result = kind.compute(steps[0][0], params)
    moved = 0
    for now, changes in steps[1:]:
        before, result = result, kind.update(result, now, changes, params)
        full = kind.compute(now, params)
        assert result.same_as(full)
        moved += not before.same_as(full)
    assert moved or name not in MOVING, "something changes in four months"
