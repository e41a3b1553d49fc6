"""Dated packs of clauses that may keep a person from a company post: hints with the element that no record settles."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analytics.rules import chained, in_force
from analytics.screening.record_types import RECORD_TYPES
from graph.errors import PackError

Text = Annotated[str, Field(min_length=1)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clause(_Rule):
    """One clause: which facts may bring it about, who has to have been what on their date, and for how long."""

    id: Text
    basis: Text
    triggers: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    of: tuple[Literal["own", "legal_representative", "executive_partner", "principal"], ...]
    months: Annotated[int, Field(ge=1)] | None
    unknown_zh: Text
    unknown_en: Text


class RestrictionPack(_Rule):
    """The clauses in force over a time, and what no data here can tell."""

    name: str = Field(alias="pack")
    valid_from: dt.date
    valid_to: dt.date | None
    source: Text
    clauses: tuple[Clause, ...]
    not_covered_zh: tuple[str, ...]
    not_covered_en: tuple[str, ...]


def read_restrictions(where: str, entries: list[dict[str, Any]]) -> tuple[RestrictionPack, ...]:
    """Packs from their YAML; PackError for a gap, an overlap, no source, an unknown kind of record."""
    packs = []
    for entry in entries:
        try:
            packs.append(RestrictionPack.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise PackError(
                f"{where}: {entry.get('pack', 'a pack')}: {place}: {first['msg']}", "See the packs that are there."
            ) from None
    for pack in packs:
        if unknown := {t for c in pack.clauses for t in c.triggers} - set(RECORD_TYPES):
            raise PackError(f"{where}: {pack.name}: no kind of record {', '.join(sorted(unknown))}", "Correct it.")
    chained(where, packs)
    return tuple(packs)


@cache
def restriction_packs() -> tuple[RestrictionPack, ...]:
    """The packs in order of time."""
    text = resources.files("analytics").joinpath("rules/post_restrictions.yaml").read_text("utf-8")
    return read_restrictions("post_restrictions.yaml", yaml.safe_load(text)["packs"])


def restrictions_on(day: dt.date) -> RestrictionPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("post_restrictions", restriction_packs(), day)
