"""The store's feed tells at least what a comparison of two projections finds, and no more than it must."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph.changes import ChangeSet, between, since
from graph.projection import GraphProjection
from graph.time import Moment
from tests.conftest import Office, penalty
from tests.graph.test_projection import city

DAYS = ["2026-01-31", "2026-02-28", "2026-03-19", "2026-03-21", "2026-03-31", "2026-11-23", "2029-01-01"]


def at(day: str) -> Moment:
    date = dt.date.fromisoformat(day)
    return Moment(date, date, max(date, dt.date(2026, 3, 1)))


def pairs(changes: ChangeSet) -> set[tuple[str, int, int]]:
    return {(name, a, b) for name, ends in changes.relationships.items() for a, b in ends.tolist()}


@pytest.mark.parametrize("before", DAYS)
def test_the_feed_tells_all_that_differs(office: Office, before: str) -> None:
    """Forward and backward in time: registrations that end, records that begin, expire and are repaired."""
    city(office)
    first = GraphProjection.from_store(office.store, at(before))
    seen = 0
    for after in DAYS:
        second = GraphProjection.from_store(office.store, at(after))
        told, compared = since(office.store, first, second), between(first, second)
        assert pairs(compared) <= pairs(told)
        assert set(compared.nodes.tolist()) <= set(told.nodes.tolist())
        seen += len(compared.touched)
        if before == after:
            assert not len(told.touched), "nothing happens in no time"
    assert seen, "the city changes"


def test_a_small_change_is_told_alone(desk: Office) -> None:
    """One more penalty: its record, its subject, and nothing else."""
    city(desk)
    day = at("2026-11-23")
    first = GraphProjection.from_store(desk.store, day)
    known = set(first.nodes.tolist())
    desk.deliver("penalties", [penalty(4, "罚9", "2026-11-02")], "2026-11-20")
    second = GraphProjection.from_store(desk.store, day)
    told = since(desk.store, first, second)
    new = set(second.nodes.tolist()) - known
    assert new and set(told.nodes.tolist()) >= new
    subjects = told.relationships["SUBJECT_OF"]
    assert len(subjects) == 1 and subjects[0, 1] in new
    assert np.array_equal(told.touched, between(first, second).touched)
