"""The rules of related parties: dated predicates over ties, loaded and linted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analytics.rules import chained, in_force
from analytics.rules.lines import read_numbered
from graph.errors import PackError
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
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(gt=0, le=1)]


class Level(StrEnum):
    """What kind of answer a finding is. They are never mixed: no number of soft links makes a statutory relation."""

    STATUTORY = "statutory"  # a text says so
    PRESUMED = "presumed"  # a text would say so if two people are one, or several independent soft links
    SOFT = "soft"  # a telephone, an address, an agent
    EXCLUDED = "excluded"  # a text says that this alone is no relation


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    line: int


class Combination(_Entry):
    """Ties of one party to two firms (or of two parties to one): these to one, those to the other."""

    one: Annotated[tuple[Kind, ...], Field(min_length=1)]
    other: Annotated[tuple[Kind, ...], Field(min_length=1)]


class Period(_Entry):
    """How a rule reads from a day to another: by which text, and by which ties."""

    valid_from: dt.date
    valid_to: dt.date | None
    article: Text
    source: Text
    direct: tuple[Kind, ...] = ()
    common: tuple[Combination, ...] = ()
    shared: tuple[Combination, ...] = ()

    @property
    def name(self) -> str:
        """How messages call the period."""
        return f"line {self.line}"

    @model_validator(mode="after")
    def _one_form(self) -> Period:
        if sum(map(bool, (self.direct, self.common, self.shared))) != 1:
            raise ValueError("give one of direct, common and shared")
        return self


class Rule(_Entry):
    """One predicate with its periods in order of time."""

    id: Text
    zh: Text
    en: Text
    level: Literal[Level.STATUTORY, Level.EXCLUDED]
    party: Literal["person", "firm", "any", "state", "all"]
    listed: bool = False
    window_months: Annotated[int, Field(ge=0)] = 0
    kin: bool = False
    periods: Annotated[tuple[Period, ...], Field(min_length=1)]


class SoftRule(_Entry):
    """A relationship type whose common end joins two firms softly; `most` firms at one end may count for more."""

    id: Text
    zh: Text
    en: Text
    type: Text
    most: Annotated[int, Field(ge=2)]


class Presumption(_Entry):
    """How many kinds of soft links make a presumption."""

    id: Text
    zh: Text
    en: Text
    kinds: Annotated[int, Field(ge=2)]


class Posts(_Entry):
    """Codes of posts by the tie that they make."""

    seat: tuple[Text, ...]
    manages: tuple[Text, ...]
    supervises: tuple[Text, ...]


class Measures(_Entry):
    """Shares that make influence and a holding, from a day to another."""

    name: str = Field(alias="pack")
    valid_from: dt.date
    valid_to: dt.date | None
    influence: Share
    holding: Share
    through_subsidiaries: bool
    source: Text


class RelatedPartyRules(_Entry):
    """All rules, whatever their dates."""

    measures: Annotated[tuple[Measures, ...], Field(min_length=1)]
    posts: Posts
    soft: tuple[SoftRule, ...]
    presumed: Presumption
    rules: tuple[Rule, ...]

    def on(self, day: dt.date) -> tuple[tuple[Rule, Period], ...]:
        """The rules in force on a day, each with its period."""
        return tuple(
            (rule, period)
            for rule in self.rules
            for period in rule.periods
            if period.valid_from <= day and (period.valid_to is None or day < period.valid_to)
        )

    def measures_on(self, day: dt.date) -> Measures:
        """The measures in force on a day; PackError before the first."""
        return in_force("related parties", self.measures, day)


def read_related_party_rules(where: str, text: str) -> RelatedPartyRules:
    """Rules from their YAML; PackError with the line for a gap, an overlap, a missing date or source, an unknown tie."""
    numbered = read_numbered(text)
    try:
        rules = RelatedPartyRules.model_validate(numbered)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PackError(
            f"{where}, line {_line(numbered, first['loc'])}: {place}: {first['msg']}", "See the rules that are there."
        ) from None
    chained(f"{where}, measures", rules.measures)
    for rule in rules.rules:
        for before, after in zip(rule.periods, rule.periods[1:], strict=False):
            if before.valid_to != after.valid_from:
                kind = "a gap" if before.valid_to and before.valid_to < after.valid_from else "an overlap"
                raise PackError(
                    f"{where}, line {after.line}: {rule.id}: {kind} after the period before",
                    "Let one end on the day the next begins.",
                )
    names = Counter(r.id for r in (*rules.rules, *rules.soft, rules.presumed))
    if twice := [n for n, count in names.items() if count > 1]:
        raise PackError(f"{where}: {', '.join(twice)} stands there twice", "Periods of one rule go under one id.")
    if unknown := [r for r in rules.soft if r.type not in SCHEMA.types]:
        raise PackError(f"{where}, line {unknown[0].line}: no relationship type {unknown[0].type}", "Name a type.")
    return rules


def _line(numbered: Any, place: tuple[int | str, ...]) -> int:
    """The line of the innermost mapping on the way to a place."""
    line, at = 1, numbered
    for step in place:
        if isinstance(at, dict):
            line = at["line"]
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            break
    return at["line"] if isinstance(at, dict) and "line" in at else line


@cache
def related_party_rules() -> RelatedPartyRules:
    """The rules that are shipped."""
    text = resources.files("analytics").joinpath("rules/related_parties.yaml").read_text("utf-8")
    return read_related_party_rules("related_parties.yaml", text)
