"""The rules of related parties: dated predicates over ties, loaded and linted."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from analytics.rules.entries import (
    Dated,
    Entry,
    Pack,
    Packs,
    Periods,
    Place,
    Text,
    in_force,
    known,
    on,
    once,
    read_pack,
    shipped,
)
from graph.fault import Fault
from graph.schema import SCHEMA

Kind = Literal[
    "controls",
    "jointly_controls",
    "influences",
    "holds",
    "seat",
    "manages",
    "supervises",
    "represents",
    "runs_parent",
    "supervises_parent",
]
Share = Annotated[float, Field(gt=0, le=1)]


class Level(StrEnum):
    """What kind of answer a finding is. They are never mixed: no number of soft links makes a statutory relation."""

    STATUTORY = "statutory"  # a text says so
    PRESUMED = "presumed"  # a text would say so if two people are one, or several independent soft links
    SOFT = "soft"  # a telephone, an address, an agent
    EXCLUDED = "excluded"  # a text says that this alone is no relation


class Combination(Entry):
    """Ties of one party to two firms (or of two parties to one): these to one, those to the other."""

    one: Annotated[tuple[Kind, ...], Field(min_length=1)]
    other: Annotated[tuple[Kind, ...], Field(min_length=1)]


class Period(Dated):
    """How a rule reads from a day to another: by which text, and by which ties."""

    article: Text
    direct: tuple[Kind, ...] = ()
    common: tuple[Combination, ...] = ()
    shared: tuple[Combination, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Period:
        if sum(map(bool, (self.direct, self.common, self.shared))) != 1:
            raise Fault(
                "give one of direct, common and shared",
                "A period has one form.",
                "direct、common、shared 须填且只填一项。每段只有一种形式。",
            )
        return self


class Rule(Entry):
    """One predicate with its periods in order of time."""

    id: Text
    zh: Text
    en: Text
    level: Literal[Level.STATUTORY, Level.EXCLUDED]
    party: Literal["person", "firm", "any", "state", "all"]
    listed: bool = False
    window_months: Annotated[int, Field(ge=0)] = 0
    kin: bool = False
    periods: Periods[Period]


class SoftRule(Entry):
    """A relationship type whose common end joins two firms softly; `most` firms at one end may count for more."""

    id: Text
    zh: Text
    en: Text
    type: Text
    most: Annotated[int, Field(ge=2)]


class Presumption(Entry):
    """How many kinds of soft links make a presumption."""

    id: Text
    zh: Text
    en: Text
    kinds: Annotated[int, Field(ge=2)]


class Posts(Entry):
    """Codes of posts by the tie that they make."""

    seat: tuple[Text, ...]
    manages: tuple[Text, ...]
    supervises: tuple[Text, ...]


class Measures(Pack):
    """Shares that make influence and a holding, from a day to another."""

    influence: Share
    holding: Share
    through_subsidiaries: bool


class RelatedPartyRules(Entry):
    """All rules, whatever their dates."""

    measures: Packs[Measures]
    posts: Posts
    soft: tuple[SoftRule, ...]
    presumed: Presumption
    rules: tuple[Rule, ...]

    def on(self, day: dt.date) -> tuple[tuple[Rule, Period], ...]:
        """The rules in force on a day, each with its period."""
        return tuple((rule, period) for rule in self.rules if (period := on(rule.periods, day)))

    def measures_on(self, day: dt.date) -> Measures:
        """The measures in force on a day; PackError before the first."""
        return in_force("measures", self.measures, day)

    @model_validator(mode="after")
    def _names_are_known_and_stand_once(self) -> RelatedPartyRules:
        named: list[tuple[str, Place]] = [(self.presumed.id, ("presumed", "id"))]
        named += [(rule.id, ("soft", at, "id")) for at, rule in enumerate(self.soft)]
        once([*named, *((rule.id, ("rules", at, "id")) for at, rule in enumerate(self.rules))])
        known("relationship type", ((r.type, ("soft", at, "type")) for at, r in enumerate(self.soft)), SCHEMA.types)
        return self


def read(where: str, text: str) -> RelatedPartyRules:
    """Rules from their YAML; PackError with the line, also for an unknown tie or relationship type."""
    return read_pack(where, text, RelatedPartyRules)


@cache
def related_party_rules() -> RelatedPartyRules:
    """The rules that are shipped."""
    return read("related_parties.yaml", shipped("related_parties.yaml"))
