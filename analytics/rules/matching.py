"""The dated pack of same-name matching: limits, and where the estimation of m and u begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from analytics.rules.entries import Entry, Pack, Packs, in_force, read_pack, shipped
from graph.fault import Fault
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


class Start(Entry):
    """P(level | the same party) and P(level | two of one name) before any data."""

    m: Mapping[str, Share]
    u: Mapping[str, Share]

    @model_validator(mode="after")
    def _sums(self) -> Start:
        for name, shares in (("m", self.m), ("u", self.u)):
            if abs(sum(shares.values()) - 1) > 1e-9:
                raise Fault(
                    f"{name} sums to {sum(shares.values()):.6g}, not to 1",
                    "Mend the shares.",
                    f"{name} 合计为 {sum(shares.values()):.6g}，应为 1。请更正各项比例。",
                    name,
                )
        return self


class Population(Entry):
    """Where the estimation for persons or for firms begins; what is not listed is not compared."""

    matches_per_party: Annotated[float, Field(gt=0)]
    compares: Mapping[str, Start]

    @model_validator(mode="after")
    def _levels(self) -> Population:
        for name, start in self.compares.items():
            if tuple(start.m) != LEVELS.get(name) or tuple(start.u) != LEVELS.get(name):
                remedy = f"Comparisons and their levels, in order, are {LEVELS}."
                raise Fault(
                    "no comparison, or not its levels",
                    remedy,
                    f"没有这一比较项，或其程度不符。比较项及各级程度依次为：{LEVELS}。",
                    "compares",
                    name,
                )
        return self


class MatchingPack(Pack):
    """One dated pack; `guess` says that its numbers are experts' guesses."""

    guess: bool
    possible_from: Share
    name_alone: Annotated[float, Field(gt=0, lt=COLLAPSE_FROM)]
    strength: Annotated[float, Field(gt=0)]
    whole_names: Annotated[int, Field(ge=2, le=1000)]
    common: Count
    names_at_most: Count
    name_agrees: Mapping[Literal["exact", "writing", "variant"], Share] = Field(alias="name")
    persons: Population
    firms: Population


class MatchingPacks(Entry):
    """All packs in order of time."""

    packs: Packs[MatchingPack]


def read(where: str, text: str) -> tuple[MatchingPack, ...]:
    """Packs from their YAML; PackError with the line, also for shares that do not sum to 1."""
    return read_pack(where, text, MatchingPacks).packs


@cache
def matching_packs() -> tuple[MatchingPack, ...]:
    """The packs that are shipped, in order of time."""
    return read("matching.yaml", shipped("matching.yaml"))


def matching_pack_on(day: dt.date) -> MatchingPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("matching", matching_packs(), day)
