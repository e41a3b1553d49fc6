"""Every query of docs/cypher.md on a small city in Neo4j, with results written back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from analytics.algorithm import run
from analytics.algorithms import algorithm
from analytics.aspects.reading import read_inputs
from analytics.classes.runs import grade_run, store_run
from analytics.indicators.baseline import store_baseline
from analytics.writing import write_back
from api.deliveries import deliveries, load_all
from graph.copying import copy
from graph.keys import KeyRing
from graph.progress import Silent
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from loaders.synthetic import generate
from tests.conftest import fresh_neo4j

PAGE = (Path(__file__).parent.parent / "docs" / "cypher.md").read_text()
QUERIES = re.findall(r"## \d+\. (.*?)\n\n```cypher\n(.*?)\n```", PAGE, re.DOTALL)
RESULTS = ("integrated_ownership", "control", "beneficial_owners", "risk_propagation")
MOMENT = Moment.on(dt.date(2026, 11, 20))


@pytest.fixture(scope="module")
def city(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A city of three months, loaded into SQLite and copied; graded, and four results written back."""
    folder = tmp_path_factory.mktemp("cypher")
    generate(folder / "city", 600, 7, 3, dt.date(2026, 8, 1))
    received = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
    requests = deliveries([folder / "city"], received, None, None, None, "", None, False)
    with open_store(f"sqlite:///{folder}/city.db") as loaded:
        load_all(loaded, requests, KeyRing.derived("tests"), Silent())
        shared = fresh_neo4j(neo4j_url)
        copy(loaded, shared, Silent())
        theirs = GraphProjection.from_store(loaded, MOMENT)
    projection = GraphProjection.from_store(shared, MOMENT)
    assert projection.digest == theirs.digest
    store_baseline(shared, "cypher", read_inputs(shared, projection))
    store_run(shared, *grade_run(shared, MOMENT))
    for name in RESULTS:
        kind = algorithm(name)
        mine, other = (run(kind, p, kind.read_parameters({})) for p in (projection, theirs))
        assert mine.same_as(other), f"{name} differs between the stores"
        write_back(shared, projection, kind, mine)
    yield shared
    shared.close()


def test_there_are_twenty() -> None:
    assert len(QUERIES) >= 20


@pytest.mark.parametrize(("title", "query"), QUERIES, ids=[t[:40] for t, _ in QUERIES])
def test_the_query_answers(city: Any, title: str, query: str) -> None:
    assert city.cypher(query), title


def test_a_change_made_in_cypher_is_seen(city: Any) -> None:
    """A holding that somebody removes from outside is gone from the owners too."""
    before = run(algorithm("integrated_ownership"), GraphProjection.from_store(city, MOMENT), _all())
    city.cypher(
        "MATCH ()-[r:HOLDS_SHARES_IN]->() WHERE r.superseded_seq IS NULL AND r.valid_to IS NULL "
        "WITH r ORDER BY r.grp, r.lot LIMIT 1 SET r.valid_to = date('2026-01-01')"
    )
    after = run(algorithm("integrated_ownership"), GraphProjection.from_store(city, MOMENT), _all())
    assert not after.same_as(before)


def _all() -> Any:
    return algorithm("integrated_ownership").read_parameters({"threshold": 0})
