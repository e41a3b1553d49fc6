"""What a declaration of the graph is made of: kinds of values, properties, labels, relationship types, ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Kind(StrEnum):
    """What a property's value is, and its unit in the store."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"  # civil date, Asia/Shanghai; integer days since 1970-01-01 outside Neo4j
    MONEY = "money"  # integer minor units of the row's currency (fen for CNY)
    SHARE = "share"  # integer multiples of 1e-10; 1 = 10_000_000_000


SHARE_ONE = 10_000_000_000


class Disclosure(IntEnum):
    """Who may see a fact: everybody, government departments, or only whom a task authorises."""

    PUBLIC = 0
    GOVERNMENT = 1
    AUTHORISED = 2


@dataclass(frozen=True)
class Property:
    """One property of a label or relationship type."""

    name: str
    kind: Kind
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    indexed: bool = False  # in a shared store, for those who query it
    looked_up: bool = False  # by GraphStore.find, in every store
    searched: bool = False
    coded: bool = False  # one of few values, which computations read
    identifier: str | None = None  # the identifier scheme whose value this property carries
    inclusive_end: bool = False  # the national field states the last day, we store the day after
    unit: str = ""


@dataclass(frozen=True)
class Label:
    """A node label. `evolves`: a changed value ends the old one in valid time, else it corrects it."""

    name: str
    zh: str
    en: str
    properties: tuple[Property, ...]
    disclosure: Disclosure
    disclosure_person: Disclosure = Disclosure.AUTHORISED
    evolves: bool = False
    dated: str | None = None  # of a record: the property with its own date; a label without one is no record

    @property
    def record(self) -> bool:
        """Whether its nodes are records about a subject, which the rule of use governs."""
        return self.dated is not None

    def __getitem__(self, name: str) -> Property:
        return next(p for p in self.properties if p.name == name)


@dataclass(frozen=True)
class RelationshipType:
    """A relationship type with the labels it may join."""

    name: str
    zh: str
    en: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    disclosure: Disclosure
    properties: tuple[Property, ...] = ()
    colour: str = "#8a8f98"
    evolves: bool = False  # one at a time a start node: another end node ends the old one in valid time
    several_sources: bool = False  # what two sources state is never added: the first by precedence counts


@dataclass(frozen=True)
class Ledger:
    """An append-only list of rows kept beside the graph: what was refused, found out, or computed."""

    name: str
    en: str
    columns: tuple[Property, ...]


def prop(name: str, kind: Kind, zh: str, en: str, *aliases: str, **more: Any) -> Property:
    """A property with its national field names."""
    return Property(name, kind, zh, en, aliases, **more)
