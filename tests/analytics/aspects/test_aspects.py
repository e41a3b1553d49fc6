"""Every indicator belongs to one aspect, and reads nothing of the graph that its aspect does not name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.aspects.aspects import ASPECTS, GROUP
from analytics.aspects.reading import read_inputs
from analytics.following.regrading import RISK
from analytics.indicators.baseline import measure
from analytics.indicators.heads import Heads
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import grade_packs, models
from analytics.indicators.table import INDICATORS, WARNING_SIGNS
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from loaders.synthetic import generate
from tests.api.test_demo_city import load_city

ENTRIES = INDICATORS | WARNING_SIGNS


def test_every_indicator_has_one_aspect() -> None:
    """An indicator that none names would never be followed."""
    named = [n for aspect in (*ASPECTS, GROUP) for n in aspect.indicators]
    assert sorted([*named, RISK]) == sorted(ENTRIES)


class Watched(dict[str, Any]):
    """A dictionary that tells which of its keys were asked for."""

    def __init__(self, of: dict[str, Any], tell: Callable[[str], None]) -> None:
        super().__init__(of)
        self._tell = tell

    def __getitem__(self, key: str) -> Any:
        self._tell(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._tell(key)
        return super().get(key, default)

    def items(self) -> Any:
        for key in self:
            self._tell(key)
        return super().items()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> GradeInputs:
    """What the indicators read of a small city of every source."""
    folder: Path = tmp_path_factory.mktemp("town")
    generate(folder, 300, seed=4, months=2)
    with open_store("sqlite://") as store:
        load_city(store, folder, KeyRing.derived("tests"))
        moment = Moment.on(store.batches()[-1].delivery.received_at.date())
        inputs = read_inputs(store, GraphProjection.from_store(store, moment, Use.GRADE))
        beside = {n: dict(v) if n == "former" else v for n, v in inputs.beside.items()}
        return replace(inputs, beside=beside, baseline=measure(inputs), heads=Heads.of_all(inputs.projection))


@pytest.mark.parametrize("name", sorted(set(ENTRIES) - {RISK}))
def test_an_indicator_reads_what_its_aspect_names(town: GradeInputs, name: str) -> None:
    (aspect,) = [a for a in (*ASPECTS, GROUP) if name in a.indicators]
    read: set[str] = set()
    graph = replace(
        town.projection,
        types=Watched(town.projection.types, read.add),
        states=Watched(dict(town.projection.states), read.add),
        records=Watched(town.projection.records, read.add),
    )
    settings = next(p.indicators[name] for m in models() for p in grade_packs(m) if name in p.indicators)
    ENTRIES[name].compute(replace(town, projection=graph), settings)
    assert read <= {*aspect.tables, "SAME_AS"}
