"""What a check finds of one subject: one of four outcomes, and the facts behind it in sections of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analytics.rules.restrictions import Clause, Period
from analytics.screening.fact import Fact
from analytics.screening.role import Role


class Outcome(StrEnum):
    """The four answers; never a verdict on the subject."""

    NOTHING = "nothing_found"
    FOUND = "found"
    TO_VERIFY = "to_verify"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Entry:
    """A fact with what ties the subject to it: of a related company the roles in it, and whether any held on its date.

    `doubts` say why it is not certain that it is about the subject; without any it is a hit.
    """

    fact: Fact
    roles: tuple[Role, ...] = ()
    in_office: bool | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hint:
    """A clause that, because of a fact, may bar from a company post until a day."""

    clause: Clause
    period: Period
    entry: Entry
    until: int


@dataclass(frozen=True)
class Finding:
    """Everything found of one subject. `own` is about itself, `related` about companies of its."""

    own: tuple[Entry, ...] = ()
    related: tuple[Entry, ...] = ()
    hints: tuple[Hint, ...] = ()
    reason: str | None = None  # why it could not be checked
    notes: tuple[str, ...] = ()  # what is to be known of the subject itself

    @property
    def outcome(self) -> Outcome:
        """One of the four: what is certain goes before what is to be verified."""
        if self.reason:
            return Outcome.NOT_CHECKED
        if self.hits:
            return Outcome.FOUND
        return Outcome.TO_VERIFY if self.to_verify else Outcome.NOTHING

    @property
    def hits(self) -> tuple[Entry, ...]:
        """Facts that are certainly about the subject or its companies."""
        return tuple(e for e in (*self.own, *self.related) if not e.doubts)

    @property
    def to_verify(self) -> tuple[Entry, ...]:
        """Facts that may be about it: to be confirmed by whoever issued them."""
        return tuple(e for e in (*self.own, *self.related) if e.doubts)

    @property
    def sections(self) -> dict[str, tuple[Entry, ...]]:
        """The entries as they are told, each in one section."""
        related = [e for e in self.related if not e.doubts]
        return {
            "own": tuple(e for e in self.own if not e.doubts),
            "related_in_office": tuple(e for e in related if e.in_office),
            "related_not_in_office": tuple(e for e in related if not e.in_office),
            "to_verify": self.to_verify,
        }
