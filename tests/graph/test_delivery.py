"""Which deliveries stood as of a batch: one that a later batch took back did before that."""

from __future__ import annotations

import datetime as dt

from graph.delivery import standing
from graph.unload import unload
from tests.conftest import Office, firm, penalty


def test_a_batch_stands_until_it_is_taken_back(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)], "2026-10-01")
    desk.deliver("penalties", [penalty(1, "罚1", "2026-09-01")], "2026-10-02")
    desk.deliver("penalties", [penalty(1, "罚2", "2026-09-01")], "2026-10-03")
    unload(desk.store, 2, dt.datetime(2026, 10, 4, tzinfo=dt.UTC))
    stood = [[b.seq for b in standing(desk.store.batches(), seq)] for seq in (1, 2, 3, 4)]
    assert stood == [[1], [1, 2], [1, 2, 3], [1, 3]]
