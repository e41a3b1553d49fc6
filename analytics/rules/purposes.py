"""The dated table of purposes: for what people and firms may be asked about, and what may be shown then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from analytics.rules.entries import Entry, Pack, Packs, Text, known, on, read_pack, shipped
from analytics.rules.record_types import RECORD_TYPES
from graph.declaration import Disclosure
from graph.errors import UsageError
from graph.fault import Fault

Tie = Literal["legal_representative", "executive_partner", "post", "shareholder", "controller"]
Subject = Literal["person", "company"]


class Purpose(Pack):
    """One dated entry of a purpose."""

    code: Text
    zh: Text
    en: Text
    basis: Text
    about: tuple[Subject, ...]
    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    authorisation: bool
    disclosure: Disclosure
    exploring: bool
    most: Annotated[int, Field(ge=1)]
    own: Annotated[tuple[str, ...], Field(min_length=1)]
    related: tuple[str, ...]
    ties: tuple[Tie, ...]

    @field_validator("disclosure", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return (
            Disclosure[value.upper()] if isinstance(value, str) and value.upper() in Disclosure.__members__ else value
        )

    @model_validator(mode="after")
    def _nobody_unasked(self) -> Purpose:
        if self.exploring and self.authorisation:
            raise Fault(
                "where each person signs, the graph is not looked through: it shows others",
                "Let one of authorisation and exploring be false.",
                "须本人授权的目的不得浏览图谱，因其会显示他人。请将 authorisation 与 exploring 之一改为 false。",
                "exploring",
            )
        return self

    @field_validator("own", "related")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known("kind of record", ((code, (at,)) for at, code in enumerate(value)), RECORD_TYPES)
        return value


class Purposes(Entry):
    """Chains of entries by code."""

    purposes: Mapping[str, Packs[Purpose]]

    @model_validator(mode="before")
    @classmethod
    def _coded(cls, given: Any) -> Any:
        """Each entry with the code that it stands under."""
        try:
            chains = given["purposes"].items()
            return {**given, "purposes": {code: [{**e, "code": code} for e in chain] for code, chain in chains}}
        except (TypeError, KeyError, AttributeError):
            return given  # which is refused with its place


def read(where: str, text: str) -> dict[str, tuple[Purpose, ...]]:
    """Chains of entries by code from their YAML; PackError with the line, also for an unknown kind of record."""
    return dict(read_pack(where, text, Purposes).purposes)


@cache
def purposes() -> dict[str, tuple[Purpose, ...]]:
    """The table as shipped."""
    return read("purposes.yaml", shipped("purposes.yaml"))


def purposes_on(day: dt.date) -> dict[str, Purpose]:
    """The entries in force on a day, by code."""
    return {code: entry for code, chain in purposes().items() if (entry := on(chain, day))}


def purpose_on(code: str, day: dt.date) -> Purpose:
    """What the table says of a purpose on a day; UsageError for one that it has not, or not yet."""
    if found := purposes_on(day).get(code):
        return found
    raise UsageError(
        "that purpose is not in the table of purposes",
        f"In force: {', '.join(purposes_on(day))} (creditgraph tasks purposes).",
        f"该目的不在目的表内。现行目的：{'、'.join(purposes_on(day))}（creditgraph tasks purposes）。",
    )
