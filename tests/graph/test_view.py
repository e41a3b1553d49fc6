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
from graph.usable import Use
from graph.view import View
from loaders.synthetic import generate
from tests.api.test_demo_city import load_city
from tests.conftest import Office
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
