"""The dated pack of same-name matching: limits, and where the estimation of m and u begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analytics.rules import chained, in_force
from graph.errors import PackError
from graph.projection import COLLAPSE_FROM

Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
# Levels of each comparison, from the weakest; level 0, unknown, says nothing.
LEVELS: dict[str, tuple[str, ...]] = {
    "ties": ("nothing", "area", "address", "contact", "people", "record", "firm"),
    "birth_year": ("differs", "same"),
    "sex": ("differs", "same"),
    "last_four": ("differs", "same"),
}


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Start(_Rule):
    """P(level | the same party) and P(level | two of one name) before any data."""

    m: Mapping[str, Share]
    u: Mapping[str, Share]

    @model_validator(mode="after")
    def _sums(self) -> Start:
        for name, shares in (("m", self.m), ("u", self.u)):
            if abs(sum(shares.values()) - 1) > 1e-9:
                raise ValueError(f"{name} sums to {sum(shares.values()):.6g}, not to 1")
        return self


class Population(_Rule):
    """Where the estimation for persons or for firms begins; what is not listed is not compared."""

    matches_per_party: Annotated[float, Field(gt=0)]
    compares: Mapping[str, Start]

    @model_validator(mode="after")
    def _levels(self) -> Population:
        for name, start in self.compares.items():
            levels = LEVELS.get(name)
            if levels is None or tuple(start.m) != levels or tuple(start.u) != levels:
                raise ValueError(f"{name}: comparisons and their levels, in order, are {LEVELS}")
        return self


class MatchingPack(_Rule):
    """One dated pack; `guess` says that its numbers are experts' guesses."""

    name: str = Field(alias="pack")
    valid_from: dt.date
    valid_to: dt.date | None
    guess: bool
    source: Annotated[str, Field(min_length=1)]
    possible_from: Share
    name_alone: Annotated[float, Field(gt=0, lt=COLLAPSE_FROM)]
    strength: Annotated[float, Field(gt=0)]
    whole_names: Annotated[int, Field(ge=2, le=1000)]
    common: Count
    names_at_most: Count
    name_agrees: Mapping[Literal["exact", "writing", "variant"], Share] = Field(alias="name")
    persons: Population
    firms: Population


def read_matching_packs(where: str, entries: list[dict[str, Any]]) -> tuple[MatchingPack, ...]:
    """Packs from their YAML; PackError with the place for a gap, an overlap, no source, or what is out of range."""
    packs = []
    for entry in entries:
        try:
            packs.append(MatchingPack.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(p) for p in first["loc"])
            raise PackError(
                f"{where}: {entry.get('pack', 'a pack')}: {place}: {first['msg']}", "See the packs that are there."
            ) from None
    chained(where, packs)
    return tuple(packs)


@cache
def matching_packs() -> tuple[MatchingPack, ...]:
    """The packs that are shipped, in order of time."""
    text = resources.files("analytics").joinpath("rules/matching.yaml").read_text("utf-8")
    return read_matching_packs("matching.yaml", yaml.safe_load(text)["packs"])


def matching_pack_on(day: dt.date) -> MatchingPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("matching", matching_packs(), day)
