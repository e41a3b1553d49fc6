"""A firm graded on what its class follows from has the class, the parts and the days of a full run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.aspects.reading import read_inputs
from analytics.classes.grades import Grades
from analytics.classes.grading import grade, grade_few
from analytics.decisions import Decision, Kind, decide, part_named, part_verdicts
from analytics.indicators.baseline import store_baseline
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.synthetic import generate
from tests.api.test_demo_city import load_city
from tests.conftest import Office, firm
from tests.graph.test_projection import city


def told(projection: GraphProjection, grades: Grades, at: int) -> list[Any]:
    """All that a grade says of a company, its evidence by key."""
    table = grades.parts
    rows = slice(*np.searchsorted(table.company, [at, at + 1]))
    evidence = [
        int(projection.nodes[e]) if kind == "record" else e
        for kind, e in zip(table.kind[rows].tolist(), table.evidence[rows].tolist(), strict=True)
    ]
    columns = (table.indicator, table.points, table.kind, table.next_change, table.floor_c, table.red_line)
    one = (grades.grade, grades.colour, grades.score, grades.coverage, grades.next_change)
    parts = zip(evidence, *(c[rows].tolist() for c in columns), strict=True)
    return [*(c[at] for c in one), sorted(parts, key=repr)]


def compared(store: GraphStore, moment: Moment, every: int) -> dict[str, int]:
    """Compare every so many firms of a store; how many parts of each indicator were compared."""
    whole = GraphProjection.from_store(store, moment, Use.GRADE)
    against = store_baseline(store, f"{moment.as_of}", read_inputs(store, whole))
    full, view = grade(store, whole, baseline=against), View(store, moment, Use.GRADE)
    seen: dict[str, int] = {}
    for at in range(0, len(full.node), every):
        part, few = grade_few(view, whole.nodes[full.node[[at]]], against)
        assert len(few.node) == 1
        assert told(part, few, 0) == told(whole, full, at)
        for row in range(*np.searchsorted(full.parts.company, [at, at + 1])):
            name = full.indicators[full.parts.indicator[row]]
            seen[name] = seen.get(name, 0) + 1
    return seen


def test_a_small_graph(office: Office) -> None:
    city(office)
    assert compared(office.store, Moment.on(dt.date(2026, 4, 1)), 1)


@pytest.mark.parametrize("seed", [3, 8])
def test_a_city_of_every_source(keys: KeyRing, tmp_path: Path, seed: int) -> None:
    """Merged parties, groups, hubs, former officers, circles, three months of changes and repairs among them."""
    generate(tmp_path, 500, seed=seed, months=3)
    with open_store("sqlite://") as store:
        load_city(store, tmp_path, keys)
        last = store.batches()[-1].delivery.received_at.date()
        seen = compared(store, Moment.on(last), 4)
    assert {n for n, count in seen.items() if count and n.startswith("G")} >= {"G3", "G4", "G9", "G10", "G11"}


def test_several_at_once_and_one_that_is_not_there(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 4)], "2026-01-31")
    moment = Moment.on(dt.date(2026, 3, 1))
    whole = GraphProjection.from_store(desk.store, moment, Use.GRADE)
    full, keys = grade(desk.store, whole), whole.nodes[whole.label_is("Company")]
    part, few = grade_few(View(desk.store, moment, Use.GRADE), np.r_[keys[:2], 12345])
    assert [told(part, few, i) for i in range(2)] == [told(whole, full, i) for i in range(2)]


def test_what_officers_decided_counts_in_both(keys: KeyRing, tmp_path: Path) -> None:
    """Confirmed, a barred representative (G2) is a floor of class C; refuted, the part is gone, and with it its points."""
    generate(tmp_path, 400, seed=3, months=2)
    with open_store("sqlite://") as store:
        load_city(store, tmp_path, keys)
        moment = Moment.on(store.batches()[-1].delivery.received_at.date())
        whole = GraphProjection.from_store(store, moment, Use.GRADE)
        against = store_baseline(store, "b", read_inputs(store, whole))
        before = grade(store, whole, baseline=against)
        table = before.parts
        rows = np.flatnonzero(table.indicator == before.indicators.index("G2"))
        row = next(r for r in rows.tolist() if before.grade[table.company[r]] in ("A", "B"))
        at, key = int(table.company[row]), whole.nodes[before.node[table.company[[row]]]]
        ((name, _),) = store.nodes(key.tolist(), store.sealed_seq()).values()
        about = part_named("G2", f"#{table.evidence[row]}")
        outcome = {}
        for verdict in ("confirmed", "refuted"):
            decide(store, Decision(Kind.ASSOCIATION, name, about, verdict, "核查卷3", "李样", moment.known_at))
            after = grade(store, whole, baseline=against)
            part, few = grade_few(View(store, moment, Use.GRADE), key, against)
            assert told(part, few, 0) == told(whole, after, at)
            outcome[verdict] = (after.grade[at], int(after.score[at] - before.score[at]))
        assert outcome == {"confirmed": ("C", 0), "refuted": (before.grade[at], -int(table.points[row]))}
        assert part_verdicts(store, moment.known_at - dt.timedelta(days=1)) == {}
