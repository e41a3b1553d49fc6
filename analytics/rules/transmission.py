"""Dated packs of own risk and transmission, loaded and linted: what risk propagation knows beside the graph."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from analytics.rules.entries import Entry, Pack, Packs, Place, in_force, known, once, read_pack, shipped
from graph.fault import Fault
from graph.schema import SCHEMA

Probability = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, lt=1)]  # no single record makes certain


class RecordRisk(Entry):
    """Own risk of one record of a label, and the months in which it halves."""

    weight: Weight = 0.0  # of a code that is not in `weights`
    by: str | None = None
    weights: Mapping[str, Weight] = {}
    where: Mapping[str, tuple[str | int, ...]] = {}
    half_life: Annotated[float, Field(gt=0)] | None


class Transmission(Entry):
    """The chance that risk passes along a relationship of a type, from start to end and back."""

    group: str
    forward: Probability
    backward: Probability
    weigh: Literal["share", "amount", "crowd"] | None = None


class Insulators(Entry):
    """What no risk passes into or out of."""

    state_bodies: bool
    industries: tuple[str, ...]
    address_kinds: tuple[str, ...]
    agents_from: Annotated[int, Field(ge=1)]  # who has filed for so many firms is an agent by trade


class TransmissionPack(Pack):
    """One dated pack; `guess` says that its numbers are experts' guesses, not estimates."""

    guess: bool
    rounds: Annotated[int, Field(ge=1)]
    own_cap: Annotated[float, Field(gt=0, lt=1)]
    own_risk: Mapping[str, RecordRisk]
    not_adverse: tuple[str, ...]
    control_over: Probability
    transmission: Mapping[str, Transmission]
    group_caps: Mapping[str, Annotated[float, Field(gt=0)]]
    conductors: tuple[str, ...]
    does_not_conduct: Insulators

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of relationships in the order of their caps."""
        return tuple(self.group_caps)

    @model_validator(mode="after")
    def _every_label_is_judged_once(self) -> TransmissionPack:
        judged: list[tuple[str, Place]] = [(label, ("own_risk", label)) for label in self.own_risk]
        judged += [(label, ("not_adverse", at)) for at, label in enumerate(self.not_adverse)]
        known("label of records", judged, SCHEMA.record_labels())
        once(judged)
        if lacking := [label for label in SCHEMA.record_labels() if label not in dict(judged)]:
            remedy = "Each label of records stands once, in own_risk or not_adverse."
            raise Fault(
                f"{', '.join(lacking)} is missing",
                remedy,
                f"缺少 {'、'.join(lacking)}。每类记录须在 own_risk 或 not_adverse 中出现一次。",
                "own_risk",
            )
        return self

    @model_validator(mode="after")
    def _names_are_known(self) -> TransmissionPack:
        for label, rule in self.own_risk.items():
            named = [(name, ("own_risk", label)) for name in (rule.by, *rule.where) if name]
            known(f"property of {label}", named, (p.name for p in SCHEMA.properties(label)))
        known("relationship type", ((name, ("transmission", name)) for name in self.transmission), SCHEMA.types)
        groups = ((rule.group, ("transmission", name)) for name, rule in self.transmission.items())
        known("cap for group", groups, self.group_caps)
        return self


class TransmissionPacks(Entry):
    """All packs in order of time."""

    packs: Packs[TransmissionPack]


def read(where: str, text: str) -> tuple[TransmissionPack, ...]:
    """Packs from their YAML; PackError with the line, also for a label that is not judged, or twice."""
    return read_pack(where, text, TransmissionPacks).packs


@cache
def transmission_packs() -> tuple[TransmissionPack, ...]:
    """The packs in order of time."""
    return read("transmission.yaml", shipped("transmission.yaml"))


def transmission_on(day: dt.date) -> TransmissionPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("transmission", transmission_packs(), day)
