"""Recall on a small synthetic city: what was planted and still holds is found, as far as identities allow."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from analytics.algorithms import algorithm
from analytics.inputs import Inputs
from analytics.ownership.direct_shares import HOLDS, read_shares
from analytics.paths.party_pairs import Pairs
from analytics.rules.structures import settings_on
from analytics.structures.succession import people_ties, seeds_of
from graph.delivery import Coverage
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate

SOURCES = {"registrations", "shareholders", "guarantees", "legal_representatives", "penalties", "contacts"}


class Town:
    """A generated city, its truth, and its projections on the first and the last day of delivery."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        generate(folder, 2_500, seed=5, months=9, dirt=0)
        with open_store("sqlite://") as store:
            days = []
            for row in csv.DictReader((folder / "manifest.csv").read_text("utf-8").splitlines()):
                if row["source"] in SOURCES:
                    days.append(dt.date.fromisoformat(row["dated"]))
                    received = dt.datetime.combine(days[-1], dt.time(12), tzinfo=dt.UTC)
                    file = folder / row["file"]
                    request = Request(file, received, row["source"], Coverage(row["coverage"]), days[-1])
                    load_file(store, request, KeyRing.derived("tests"))
            self.first, self.last = (
                GraphProjection.from_store(store, Moment(day, days[-1], days[-1])) for day in (days[0], days[-1])
            )

    def truth(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((self.folder / "truth" / f"{name}.csv").read_text("utf-8").splitlines()))

    def planted(self, name: str, by: str, kind: str | None = None) -> list[list[int]]:
        """Keys of the firms of each structure, in order."""
        out: dict[str, list[int]] = defaultdict(list)
        for row in self.truth(name):
            if kind in (None, row.get("kind")):
                out[row[by]].append(key(row["uscc"]))
        return list(out.values())


def key(code: str) -> int:
    return nid(coded_id("CN-USCC", code))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("town") / "city")


def grouped(projection: GraphProjection, name: str, by: str) -> list[set[int]]:
    algo = algorithm(name)
    columns = algo.compute(projection, algo.read_parameters({})).columns
    out: dict[int, set[int]] = defaultdict(set)
    for group, member in zip(columns[by].tolist(), columns["member"].tolist(), strict=True):
        out[group].add(member)
    return list(out.values())


def in_force(pairs: set[tuple[int, int]], firms: list[int], ring: bool) -> list[bool]:
    following = [*firms[1:], firms[0]] if ring else firms[1:]
    return [(a, b) in pairs for a, b in zip(firms, following, strict=False)]


def test_every_ring_of_holdings_is_found_whole(town: Town) -> None:
    pairs = Pairs.read(town.first, HOLDS, read_shares)
    held = set(zip(pairs.start.tolist(), pairs.end.tolist(), strict=True))
    planted = [r for r in town.planted("circular_holdings", "ring") if all(in_force(held, r, ring=True))]
    found = grouped(town.first, "cross_holdings", "ring")
    assert planted and all(any(set(r) <= f for f in found) for r in planted)
    assert len(found) <= len(planted) + 1  # the city makes no other rings but by chance


def test_every_circle_and_chain_of_guarantees_in_force_is_found(town: Town) -> None:
    rel = town.first.types["GUARANTEES"]
    given = set(zip(town.first.nodes[rel.start].tolist(), town.first.nodes[rel.end].tolist(), strict=True))
    circles = town.planted("guarantee_circles", "circle", "circle")
    whole = [c for c in circles if all(in_force(given, c, ring=True))]
    found = grouped(town.first, "guarantee_circles", "group")
    assert whole and all(any(set(c) <= f for f in found) for c in whole)
    members = set().union(*found)
    chains = town.planted("guarantee_circles", "circle", "chain")
    linked = [
        {chain[i], chain[i + 1], chain[i + 2]}
        for chain in chains
        for i in range(len(chain) - 2)
        if (chain[i], chain[i + 1]) in given and (chain[i + 1], chain[i + 2]) in given
    ]
    assert linked and all(three <= members for three in linked)


def test_every_successor_that_shares_a_known_person_is_found(town: Town) -> None:
    """Who stands somewhere without his number is nobody's proof: such successors stay unfound, as they must."""
    inputs = Inputs.of(town.last)
    people, seeds = people_ties(inputs), seeds_of(inputs, settings_on(town.last, "successors"))
    algo = algorithm("successors")
    columns = algo.compute(town.last, algo.read_parameters({})).columns
    found = set(zip(columns["seed"].tolist(), columns["firm"].tolist(), strict=True))
    expected = set()
    for row in town.truth("successors"):
        before, after = (town.last.position(key(row[n])) for n in ("before", "after"))
        common = np.intersect1d(people.other[people.firm == before], people.other[people.firm == after])
        if len(common) and (seeds.firm == before).any():
            expected.add((key(row["before"]), key(row["after"])))
    assert expected and expected <= found
