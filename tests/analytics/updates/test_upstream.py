"""What a store tells of one party by index gives the numbers of the whole graph, on both stores."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from analytics.algorithm import Result
from analytics.algorithms import algorithm, algorithms
from analytics.updates.upstream import from_store
from graph.keys import KeyRing
from graph.neighbours import Neighbours
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment
from graph.view import View
from loaders.synthetic import generate
from tests.api.test_demo_city import load_city
from tests.conftest import Office
from tests.graph.test_projection import city

UPSTREAM = [n for n, a in algorithms().items() if a.upstream]


def rows(result: Result, column: str, keys: list[int]) -> list[tuple[object, ...]]:
    """The rows with one of these keys in a column, as plain values."""
    at = np.flatnonzero(np.isin(result.columns[column], keys))
    return [tuple(str(c[i]) for c in result.columns.values()) for i in at.tolist()]


def compared(store: GraphStore, moment: Moment, every: int) -> int:
    """Compare every so many parties of a store; returns how many rows were compared."""
    view = View(store, moment)
    whole = GraphProjection.from_store(store, moment, view.use)
    keys = whole.nodes[whole.label_is("Company") | whole.label_is("Person")][::every].tolist()
    count = 0
    for name in UPSTREAM:
        kind = algorithm(name)
        params = kind.read_parameters({})
        full = kind.compute(whole, params)
        above, owner = ("company", next(c for c in full.node_columns if c != "company"))
        for key in keys:
            mine = Neighbours(view.store, view.slice).same(np.array([key])).tolist()
            one = kind.compute(from_store(view, np.array([key])), params)
            assert rows(one, above, mine) == rows(full, above, mine)
            both = kind.compute(from_store(view, np.array([key]), below=True), params)
            assert rows(both, owner, mine) == rows(full, owner, mine)
            count += len(rows(full, above, mine)) + len(rows(full, owner, mine))
    return count


def test_a_part_of_a_small_graph_tells_what_the_whole_does(office: Office) -> None:
    city(office)
    assert compared(office.store, Moment.on(dt.date(2026, 3, 1)), 1) > 3


def test_a_part_of_a_city_tells_what_the_whole_does(keys: KeyRing, tmp_path: Path) -> None:
    """Every source and two months of changes; merged parties, freezes, branches, partnerships among them."""
    generate(tmp_path, 400, seed=3, months=2)
    with open_store("sqlite://") as store:
        load_city(store, tmp_path, keys)
        last = store.batches()[-1].delivery.received_at.date()
        assert compared(store, Moment.on(last), 9) > 100
