"""Against the truth of a small synthetic city: who is joined is one person, and those that can be found are."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np

from analytics.matching.run import match, store_match
from graph.delivery import Coverage
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.projection import SURE, GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate
from loaders.synthetic.truth import mention_key

KEYS = KeyRing.derived("tests")
SOURCES = {"registrations", "shareholders", "legal_representatives", "contacts"}


def delivered(folder: Path, store: GraphStore) -> dt.datetime:
    """The city's files of these sources in a store; when the last came."""
    for row in csv.DictReader((folder / "manifest.csv").read_text("utf-8").splitlines()):
        if row["source"] in SOURCES:
            day = dt.date.fromisoformat(row["dated"])
            received = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
            load_file(
                store, Request(folder / row["file"], received, row["source"], Coverage(row["coverage"]), day), KEYS
            )
    return received


def test_who_is_joined_is_one_person(tmp_path: Path) -> None:
    """From .95 on at most one link in twenty may be wrong; of mentions whose number stands in the city three in five
    are found: the others share only a name and a district with it.
    """
    generate(tmp_path / "city", 1_500, seed=5, months=3, dirt=0)
    with open_store("sqlite://") as store:
        received = delivered(tmp_path / "city", store)
        run = match(store, Moment.on(received.date()))
        store_match(store, run, received)
        graph = GraphProjection.from_store(store, Moment.on(received.date()))
    truth = list(csv.DictReader((tmp_path / "city" / "truth" / "mentions.csv").read_text("utf-8").splitlines()))
    mentions = {k: row["number"] for row in truth if row["source"] in SOURCES and (k := mention_key(row)) is not None}
    number = {row["number"]: nid(coded_id("CN-ID", KEYS.digest(row["number"]))) for row in truth}
    who = mentions | {key: n for n, key in number.items()}
    joined = run.found[0].links["SAME_AS"]
    ends = zip(joined.start[joined.share >= SURE].tolist(), joined.end[joined.share >= SURE].tolist(), strict=True)
    right = [who[a] == who[b] for a, b in ends if a in who and b in who]
    assert len(right) > 100 and np.mean(right) > 0.95
    party = dict(zip(graph.nodes.tolist(), graph.canonical.tolist(), strict=True))
    found = [party[key] == party[number[n]] for key, n in mentions.items() if key in party and number[n] in party]
    assert len(found) > 100 and np.mean(found) > 0.6
