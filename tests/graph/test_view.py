"""Few records are looked up by index, many together: what a reader may see is the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from graph import view
from graph.declaration import Disclosure
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.store import Slice
from graph.stores import open_store
from graph.time import Moment
from graph.unload import unload
from graph.usable import Use
from graph.view import View
from loaders.synthetic import generate
from tests.api.test_demo_city import load_city
from tests.conftest import Office, penalty
from tests.graph.test_projection import city


def seen(made: View) -> dict[str, set[int]]:
    """Usable records by label, as this reader may see them."""
    keys = {x: made.store.columns(x, ["owner"], Slice(made.seq))["owner"].tolist() for x in SCHEMA.record_labels()}
    return {x: made.usable_records(x, k) for x, k in keys.items()}


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_the_two_ways_agree_on_both_stores(
    office: Office, monkeypatch: pytest.MonkeyPatch, disclosure: Disclosure
) -> None:
    city(office)
    by_index = seen(View(office.store, Moment.on(dt.date(2026, 3, 1)), Use.DISPLAY, disclosure))
    monkeypatch.setattr(view, "FEW", -1)
    assert seen(View(office.store, Moment.on(dt.date(2026, 3, 1)), Use.DISPLAY, disclosure)) == by_index


def test_the_two_ways_agree_on_a_city(keys: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of firms and of people, of both and of nobody."""
    generate(tmp_path, 300, seed=2, months=2)
    with open_store("sqlite://") as store:
        load_city(store, tmp_path, keys)
        moment = Moment.on(store.batches()[-1].delivery.received_at.date())
        for disclosure in Disclosure:
            few = GraphProjection.from_store(store, moment, Use.DISPLAY, disclosure)
            with monkeypatch.context() as patched:
                patched.setattr(view, "FEW", -1)
                assert GraphProjection.from_store(store, moment, Use.DISPLAY, disclosure).digest == few.digest


def test_a_record_that_was_taken_back_is_used_no_more(office: Office) -> None:
    """罚1 came in batch 1, which was taken back after batch 2 brought 罚2: of the two 罚2 is left, on every day."""
    for document, day in (("罚1", "2026-10-02"), ("罚2", "2026-10-03")):
        office.deliver("penalties", [penalty(1, document, "2026-09-01")], day)
    before = View(office.store, Moment(dt.date(2026, 10, 3), dt.date(2026, 10, 3), dt.date(2026, 10, 4)))
    assert len(seen(before)["AdministrativePenalty"]) == 2
    unload(office.store, 1, dt.datetime(2026, 10, 4, tzinfo=dt.UTC))
    after = View(office.store, before.moment)
    assert after.latest > after.seq
    (left,) = after.nodes(sorted(seen(after)["AdministrativePenalty"]))
    assert left.properties["document_number"] == "罚2"


def test_a_later_day_is_seen_through_the_same_window(desk: Office) -> None:
    """A fine of 2026-10-01 is in its year of publicity in August 2027 and not any more in October; nothing else moves."""
    desk.deliver("penalties", [penalty(1, "罚1", "2026-10-01")], "2026-10-02")
    now = View(desk.store, Moment.on(dt.date(2026, 11, 1)), Use.GRADE, Disclosure.GOVERNMENT)
    later = [now.on(dt.date(2027, month, 15)) for month in (8, 10)]
    assert [len(seen(v)["AdministrativePenalty"]) for v in (now, *later)] == [1, 1, 0]
    assert {(v.seq, v.moment.known_at, v.use, v.disclosure) for v in (now, *later)} == {
        (now.seq, now.moment.known_at, Use.GRADE, Disclosure.GOVERNMENT)
    }
    early = now.on(dt.date(2026, 10, 15))
    assert early.moment.used_on == dt.date(2026, 11, 1), "what may not be used today is not used for an earlier day"
