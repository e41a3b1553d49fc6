"""Packs in YAML that know their lines: whatever is wrong is refused with the line it stands on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import PackError

LINE = "line"
Text = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    """A mapping of a pack, with the line that it begins on."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    line: int


class Dated(Protocol):
    """An entry in force from a day to the day before another; with no end, until it is replaced."""

    @property
    def line(self) -> int: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date | None: ...


E = TypeVar("E", bound=Entry)
D = TypeVar("D", bound=Dated)


class _Numbered(yaml.SafeLoader):
    """A loader that adds to each mapping the line it begins on."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep), LINE: node.start_mark.line + 1}


def read_entries(where: str, text: str, kind: type[E]) -> E:
    """A pack from its YAML; PackError with the line for what the model does not take."""
    try:
        numbered = yaml.load(text, _Numbered)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PackError(f"{where}, line {mark.line + 1 if mark else 1}: no YAML", "Mend the line.") from None
    try:
        return kind.model_validate(numbered)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PackError(
            f"{where}, line {_line(numbered, first['loc'])}: {place}: {first['msg']}", "See the entries that are there."
        ) from None


def _line(numbered: Any, place: tuple[int | str, ...]) -> int:
    """The line of the innermost mapping on the way to a place."""
    line, at = 1, numbered
    for step in place:
        if isinstance(at, dict):
            line = at[LINE]
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            return line
    return at[LINE] if isinstance(at, dict) else line


def dated(where: str, chains: Sequence[tuple[str, Sequence[Dated]]]) -> None:
    """Lint the periods of each rule: PackError with the line for an id twice, a gap, an overlap, or an end too early.

    The last period may end: a rule may be repealed.
    """
    if twice := [name for name, count in Counter(name for name, _ in chains).items() if count > 1]:
        raise PackError(f"{where}: {', '.join(twice)} stands there twice", "Periods of one rule go under one id.")
    for name, periods in chains:
        for period in periods:
            if period.valid_to is not None and period.valid_to <= period.valid_from:
                raise PackError(f"{where}, line {period.line}: {name} ends before it begins", "Mend the dates.")
        for before, after in zip(periods, periods[1:], strict=False):
            if before.valid_to != after.valid_from:
                kind = "a gap" if before.valid_to and before.valid_to < after.valid_from else "an overlap"
                raise PackError(
                    f"{where}, line {after.line}: {name}: {kind} after the period before",
                    "Let one end on the day the next begins.",
                )


def on(periods: Sequence[D], day: dt.date) -> D | None:
    """The period in force on a day; None for a rule that was not, or is no more, in force."""
    return next((p for p in periods if p.valid_from <= day and (p.valid_to is None or day < p.valid_to)), None)
