"""Terms in which a person may not take a post or register a firm: dated rules, loaded and linted."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from analytics.rules.entries import Entry, Text, dated, on, read_entries

Barred = Literal["represents", "seat", "manages", "supervises"]


class Befell(Entry):
    """What has to have befallen: a status, a list, a kind of penalty, a registration cancelled."""

    statuses: tuple[Text, ...]
    lists: tuple[Text, ...]
    kinds: tuple[Text, ...]
    cancelled: bool


class Period(Entry):
    """From when to when a rule is in force, and by which text."""

    valid_from: dt.date
    valid_to: dt.date | None
    article: Text
    source: Text


class Restriction(Entry):
    """One rule: whom it bars, from what, for how long, and what no register says."""

    id: Text
    zh: Text
    en: Text
    of: Literal["represented", "own"]
    befell: Befell
    months: Annotated[int, Field(ge=1)] | None
    barred: tuple[Barred, ...]
    registers: bool
    unknown_zh: Text
    unknown_en: Text
    periods: Annotated[tuple[Period, ...], Field(min_length=1)]


class Restrictions(Entry):
    """All rules, whatever their dates."""

    rules: tuple[Restriction, ...]

    def on(self, day: dt.date) -> tuple[tuple[Restriction, Period], ...]:
        """The rules in force on a day, each with its period."""
        return tuple((rule, period) for rule in self.rules if (period := on(rule.periods, day)))


def read_restrictions(where: str, text: str) -> Restrictions:
    """Rules from their YAML; PackError with the line for a gap, an overlap, a missing date, source or unknown."""
    rules = read_entries(where, text, Restrictions)
    dated(where, [(r.id, r.periods) for r in rules.rules])
    return rules


@cache
def restrictions() -> Restrictions:
    """The rules that are shipped."""
    text = resources.files("analytics").joinpath("rules/restrictions.yaml").read_text("utf-8")
    return read_restrictions("restrictions.yaml", text)
