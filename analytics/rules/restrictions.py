"""Terms in which a person may not take a post or register a firm: dated clauses, loaded and linted."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from analytics.rules.entries import Dated, Entry, Periods, Place, Text, known, on, once, read_pack, shipped
from analytics.rules.record_types import RECORD_TYPES
from graph.fault import Fault

InCharge = Literal["legal_representative", "executive_partner", "principal"]
Barred = Literal[InCharge, "seat", "manages", "supervises"]


class Befell(Entry):
    """What has to have befallen: a status, a list, a penalty by kind or by a word of it, a cancelled registration."""

    statuses: tuple[Literal["revoked"], ...] = ()
    lists: tuple[Text, ...] = ()
    kinds: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    cancelled: bool = False

    @model_validator(mode="after")
    def _something_did(self) -> Befell:
        if not any((self.statuses, self.lists, self.kinds, self.words, self.cancelled)):
            raise Fault(
                "nothing befell",
                "Name a status, a list, a penalty or a cancelled registration.",
                "没有写明事由。请填登记状态、名单、处罚或吊销登记。",
            )
        lists = (t.list_type for t in RECORD_TYPES.values() if t.list_type)
        known("list", ((name, ("lists", at)) for at, name in enumerate(self.lists)), lists)
        return self


class Period(Dated):
    """From when to when a clause is in force, and by which text."""

    article: Text


class Clause(Entry):
    """One clause: whom it bars, because of what, from what, for how long, and what no register says."""

    id: Text
    zh: Text
    en: Text
    befell: Befell
    of: Annotated[tuple[Literal[InCharge, "own"], ...], Field(min_length=1)]
    months: Annotated[int, Field(ge=1)] | None
    barred: tuple[Barred, ...]
    registers: bool
    unknown_zh: Text
    unknown_en: Text
    periods: Periods[Period]


class NotCovered(Entry):
    """Something that bars from posts and that no data here tell."""

    zh: Text
    en: Text


class Restrictions(Entry):
    """All clauses, whatever their dates."""

    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]
    not_covered: tuple[NotCovered, ...]

    @model_validator(mode="after")
    def _each_stands_once(self) -> Restrictions:
        places: list[tuple[str, Place]] = [(c.id, ("clauses", at, "id")) for at, c in enumerate(self.clauses)]
        once(places)
        return self

    def on(self, day: dt.date) -> tuple[tuple[Clause, Period], ...]:
        """The clauses in force on a day, each with its period."""
        return tuple((clause, period) for clause in self.clauses if (period := on(clause.periods, day)))


def read(where: str, text: str) -> Restrictions:
    """Clauses from their YAML; PackError with the line."""
    return read_pack(where, text, Restrictions)


@cache
def restrictions() -> Restrictions:
    """The clauses that are shipped."""
    return read("restrictions.yaml", shipped("restrictions.yaml"))
