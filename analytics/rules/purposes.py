"""The dated table of purposes: for what people and firms may be asked about, and what may be shown then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from analytics.rules import chained
from analytics.screening.record_types import RECORD_TYPES
from graph.declaration import Disclosure
from graph.errors import PackError, UsageError

Text = Annotated[str, Field(min_length=1)]
Tie = Literal["legal_representative", "executive_partner", "post", "shareholder", "controller"]
Subject = Literal["person", "company"]


class Purpose(BaseModel):
    """One dated entry of a purpose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Text
    name: str = Field(alias="pack")
    valid_from: dt.date
    valid_to: dt.date | None
    zh: Text
    en: Text
    basis: Text
    source: Text
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
            raise ValueError("where each person signs, the graph is not looked through: it shows others")
        return self

    @field_validator("own", "related")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [v for v in value if v not in RECORD_TYPES]:
            raise ValueError(f"no kind of record {', '.join(unknown)}")
        return value


def read_purposes(where: str, table: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[Purpose, ...]]:
    """Chains of entries by code; PackError for a gap, an overlap, no source, an unknown kind of record."""
    out = {}
    for code, entries in table.items():
        chain = []
        for entry in entries:
            try:
                chain.append(Purpose.model_validate({**entry, "code": code}))
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise PackError(
                    f"{where}: {code}, {entry.get('pack', 'a pack')}: {place}: {first['msg']}",
                    "See the purposes that are there.",
                ) from None
        chained(f"{where}, {code}", chain)
        out[code] = tuple(chain)
    return out


@cache
def purposes() -> dict[str, tuple[Purpose, ...]]:
    """The table as shipped."""
    text = resources.files("analytics").joinpath("rules/purposes.yaml").read_text("utf-8")
    return read_purposes("purposes.yaml", yaml.safe_load(text)["purposes"])


def purposes_on(day: dt.date) -> dict[str, Purpose]:
    """The entries in force on a day, by code."""
    return {
        code: entry
        for code, chain in purposes().items()
        for entry in chain
        if entry.valid_from <= day and (entry.valid_to is None or day < entry.valid_to)
    }


def purpose_on(code: str, day: dt.date) -> Purpose:
    """What the table says of a purpose on a day; UsageError for one that it has not, or not yet."""
    if found := purposes_on(day).get(code):
        return found
    raise UsageError(
        "that purpose is not in the table of purposes",
        f"In force: {', '.join(purposes_on(day))} (creditgraph tasks purposes).",
    )
