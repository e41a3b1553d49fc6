"""The dated pack of structures: what parameters are where nobody gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError, model_validator

from analytics.algorithm import Parameters
from analytics.rules.entries import Entry, Pack, Packs, in_force, read_pack, shipped
from graph.errors import UsageError
from graph.fault import Fault
from graph.projection import GraphProjection

P = TypeVar("P", bound=Parameters)


class StructurePack(Pack):
    """One dated pack: parameters by algorithm."""

    algorithms: Mapping[str, Mapping[str, Any]]

    @model_validator(mode="after")
    def _algorithms_take_them(self) -> StructurePack:
        from analytics.algorithms import algorithm  # which read packs themselves

        for name, settings in self.algorithms.items():
            try:
                algorithm(name).parameters.model_validate(settings)
            except UsageError as error:
                raise Fault(error.message, error.remedy, error.zh, "algorithms", name) from None
            except ValidationError as error:
                listed = ("docs/algorithms.md lists them.", "可用参数见 docs/algorithms.md。")
                raise Fault.of(error.errors()[0], *listed).below("algorithms", name) from None
        return self


class StructurePacks(Entry):
    """All packs in order of time."""

    packs: Packs[StructurePack]


def read(where: str, text: str) -> tuple[StructurePack, ...]:
    """Packs from their YAML; PackError with the line, also for an algorithm or a parameter that there is not."""
    return read_pack(where, text, StructurePacks).packs


@cache
def structure_packs() -> tuple[StructurePack, ...]:
    """The packs that are shipped."""
    return read("structures.yaml", shipped("structures.yaml"))


def settings_on(projection: GraphProjection, name: str) -> Mapping[str, Any]:
    """What the pack in force on a projection's day says of an algorithm; a graph without a day takes the last."""
    packs, day = structure_packs(), projection.manifest.get("as_of")
    return packs[-1].algorithms[name] if day is None else settings_of(dt.date.fromisoformat(day), name)


def settings_of(day: dt.date, name: str) -> Mapping[str, Any]:
    """What the pack in force on a day says of an algorithm."""
    return in_force("structures", structure_packs(), day).algorithms[name]


def completed(projection: GraphProjection, name: str, params: P) -> P:
    """Parameters in which whatever is not given is as the pack of the projection's day says."""
    settings = settings_on(projection, name)
    lacking = {n: settings[n] for n, given in params if given is None and n in settings}
    return type(params).model_validate({**params.model_dump(), **lacking})
