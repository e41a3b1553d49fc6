"""What a data source is: its columns, its catalogue entry, and the facts that its rows assert."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.discovery import discover
from graph.errors import UsageError
from graph.schema import SCHEMA
from loaders.emitter import Emitter
from loaders.normalize import Parser
from loaders.rows import Rows

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Field:
    """One column of a source: its name, Chinese header, national and other spellings, and how to read it."""

    name: str
    zh: str
    parse: Parser
    aliases: tuple[str, ...] = ()
    required: bool = False  # the column must be there
    filled: bool = False  # and every row must have a value in it
    personal: bool = False

    def spellings(self, table: str) -> set[str]:
        """Every spelling of the header; national names of a like property come from the schema."""
        national = next((p.aliases for p in SCHEMA.properties(table) if p.name == self.name), ())
        return {self.zh, *self.aliases, *national}

    def headers(self, table: str) -> set[str]:
        """Every spelling of the header, and the field's own name, normalised."""
        return {header_key(h) for h in (self.name, *self.spellings(table))}


@dataclass(frozen=True)
class CatalogueEntry:
    """What the public-credit catalogue says of a source (2-rules B3)."""

    unit: str  # 数据来源单位
    legal_basis: str
    national_class: str  # one of the 13 classes of the national catalogue, 2024
    period_days: int  # a delivery is due at least this often
    disclosure: Disclosure
    coverage: Coverage
    retention_years: int
    item: str  # catalogue item code: number of the national class, then a serial of this project's
    timeliness_days: int = 7  # working days from a record's own date to its delivery (2-rules B13)
    valid_from: dt.date | None = None  # None: as far back as data go
    valid_to: dt.date | None = None  # first day on which nothing of it may be delivered any more

    def in_force(self, day: dt.date) -> bool:
        """Whether a file of this day may be taken."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


class Source(ABC):
    """A data source: one file under loaders/sources, found by itself."""

    name: ClassVar[str]
    zh: ClassVar[str]
    table: ClassVar[str]  # the label or relationship type that its rows are mainly about
    fields: ClassVar[tuple[Field, ...]]
    catalogue: ClassVar[CatalogueEntry]
    sample: ClassVar[str]  # a CSV with headers, all of it accepted; sample people and firms are synthetic
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()  # of each group a row needs at least one value

    @cached_property
    def spelled(self) -> dict[str, list[str]]:
        """Normalised header to the names of the fields that are spelled so."""
        out: dict[str, list[str]] = {}
        for column in self.fields:
            for key in column.headers(self.table):
                out.setdefault(key, []).append(column.name)
        return out

    @abstractmethod
    def facts(self, rows: Rows, out: Emitter) -> None:
        """Assert the facts of the rows. A pure function of the rows: no order, no look-up."""

    def check(self, rows: Rows) -> dict[int, tuple[str, str]]:  # noqa: ARG002 - for sources that need it
        """Problems that only several columns together show: position to (field, reason code)."""
        return {}


@lru_cache(maxsize=65_536)  # the first rows of every file are compared with every source
def header_key(text: str) -> str:
    """A header for comparing: no marks, units in brackets, spaces or case."""
    text = re.sub(r"[（(\[【].*?[)）\]】]", "", text)
    return re.sub(r"[\s*＊#:：_\-、.·﻿]", "", text).lower()


@cache
def sources() -> dict[str, Source]:
    """Every source by name."""
    import loaders.sources

    return {name: source() for name, source in discover(loaders.sources, Source).items()}  # type: ignore[type-abstract]


def source_named(name: str) -> Source:
    """A source by name; UsageError where there is none."""
    if name not in sources():
        raise UsageError(
            f"there is no source {name!r}",
            f"There are {', '.join(sources())}.",
            f"没有来源 {name!r}。可用：{'、'.join(sources())}。",
        )
    return sources()[name]


def match(source: Source, header: Sequence[str]) -> dict[str, int]:
    """Field name to position in the header, by any known spelling; the first of several counts."""
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        for name in source.spelled.get(header_key(cell), ()):
            found.setdefault(name, at)
    return found


def missing(source: Source, found: dict[str, int]) -> list[str]:
    """Headers of required fields that a match lacks."""
    lacking = [c.zh for c in source.fields if c.required and c.name not in found]
    groups = [
        " / ".join(c.zh for c in source.fields if c.name in g) for g in source.one_of if not set(g) & found.keys()
    ]
    return lacking + groups
