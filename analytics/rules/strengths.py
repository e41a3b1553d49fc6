"""The dated pack of strengths: how strong each type of relationship is, holdings and posts by what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated

from pydantic import Field, model_validator

from analytics.rules.entries import Entry, Pack, Packs, in_force, known, read_pack, shipped
from graph.schema import SCHEMA

HUBS = ("hosted", "cluster", "agent", "state_body")  # what is a hub by nature
Strength = Annotated[float, Field(gt=0, le=1)]


class OfShare(Entry):
    """Strengths of a holding of no share, of the whole, and of a share that is not known."""

    none: Strength
    whole: Strength
    unknown: Strength


class ByShare(Entry):
    """A strength between those of no share and of the whole."""

    share: OfShare


class ByPost(Entry):
    """Strengths by the code of a post."""

    post: Mapping[str, Strength]
    other: Strength


class StrengthPack(Pack):
    """One dated pack. hub_degree: distinct neighbours above which a node costs; counted_as: of so many at least."""

    hub_degree: Annotated[int, Field(ge=1)]
    counted_as: Mapping[str, Annotated[int, Field(ge=1)]]
    former: Strength
    types: Mapping[str, Strength | ByShare | ByPost]

    @model_validator(mode="after")
    def _names_are_known(self) -> StrengthPack:
        known("kind of hub", ((name, ("counted_as", name)) for name in self.counted_as), HUBS)
        known("relationship type", ((name, ("types", name)) for name in self.types), SCHEMA.types)
        return self


class StrengthPacks(Entry):
    """All packs in order of time."""

    packs: Packs[StrengthPack]


def read(where: str, text: str) -> tuple[StrengthPack, ...]:
    """Packs from their YAML; PackError with the line, also for a strength outside (0, 1]."""
    return read_pack(where, text, StrengthPacks).packs


@cache
def strength_packs() -> tuple[StrengthPack, ...]:
    """The packs that are shipped."""
    return read("strengths.yaml", shipped("strengths.yaml"))


def strengths_on(day: dt.date) -> StrengthPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("strengths", strength_packs(), day)
