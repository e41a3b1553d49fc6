"""Dated packs of own risk and transmission, loaded and linted: what risk propagation knows beside the graph."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analytics.rules import chained, in_force
from graph.errors import PackError
from graph.schema import SCHEMA

Probability = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, lt=1)]  # no single record makes certain


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RecordRisk(_Rule):
    """Own risk of one record of a label, and the months in which it halves."""

    weight: Weight = 0.0  # of a code that is not in `weights`
    by: str | None = None
    weights: Mapping[str, Weight] = {}
    where: Mapping[str, tuple[str | int, ...]] = {}
    half_life: Annotated[float, Field(gt=0)] | None


class Transmission(_Rule):
    """The chance that risk passes along a relationship of a type, from start to end and back."""

    group: str
    forward: Probability
    backward: Probability
    weigh: Literal["share", "amount", "crowd"] | None = None


class Insulators(_Rule):
    """What no risk passes into or out of."""

    state_bodies: bool
    industries: tuple[str, ...]
    address_kinds: tuple[str, ...]
    agents_from: Annotated[int, Field(ge=1)]  # who has filed for so many firms is an agent by trade


class TransmissionPack(_Rule):
    """One dated pack; `guess` says that its numbers are experts' guesses, not estimates."""

    name: str = Field(alias="pack")
    valid_from: dt.date
    valid_to: dt.date | None
    guess: bool
    source: Annotated[str, Field(min_length=1)]
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


def read_transmission_packs(where: str, entries: list[dict[str, Any]]) -> tuple[TransmissionPack, ...]:
    """Packs from their YAML; PackError for a gap, an overlap, no source, an unknown name or a number out of range."""
    packs = []
    for entry in entries:
        try:
            pack = TransmissionPack.model_validate(entry)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise PackError(
                f"{where}: {entry.get('pack', 'a pack')}: {place}: {first['msg']}", "See the packs that are there."
            ) from None
        _lint(f"{where}: {pack.name}", pack)
        packs.append(pack)
    chained(where, packs)
    return tuple(packs)


def _lint(where: str, pack: TransmissionPack) -> None:
    judged = [*pack.own_risk, *pack.not_adverse]
    if sorted(judged) != sorted(SCHEMA.record_labels()):
        odd = sorted(set(judged) ^ set(SCHEMA.record_labels())) or sorted({x for x in judged if judged.count(x) > 1})
        raise PackError(f"{where}: {', '.join(odd)}", "Each label of records stands once, in own_risk or not_adverse.")
    for label, rule in pack.own_risk.items():
        lacking = {rule.by, *rule.where} - {None} - {p.name for p in SCHEMA.properties(label)}
        if lacking:
            raise PackError(f"{where}: {label} has no {', '.join(map(str, lacking))}", "Name properties of the label.")
    if unknown := set(pack.transmission) - set(SCHEMA.types):
        raise PackError(f"{where}: no relationship type {', '.join(sorted(unknown))}", "Name types of the schema.")
    if uncapped := {t.group for t in pack.transmission.values()} - set(pack.group_caps):
        raise PackError(f"{where}: no cap for {', '.join(sorted(uncapped))}", "Give each group its cap.")


@cache
def transmission_packs() -> tuple[TransmissionPack, ...]:
    """The packs in order of time."""
    text = resources.files("analytics").joinpath("rules/transmission.yaml").read_text("utf-8")
    return read_transmission_packs("transmission.yaml", yaml.safe_load(text)["packs"])


def transmission_on(day: dt.date) -> TransmissionPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("transmission", transmission_packs(), day)
