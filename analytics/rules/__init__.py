"""Dated rule packs as data: those of grading, loaded and linted here, and what every chain of packs keeps to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol, TypeVar

import yaml

from graph.errors import PackError


class Dated(Protocol):
    """A pack that is in force from a day to the day before another; with no end, until it is replaced."""

    @property
    def name(self) -> str: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date | None: ...


Pack = TypeVar("Pack", bound=Dated)


@dataclass(frozen=True)
class GradePack:
    """One dated pack: the points, cut-offs and limits of a model."""

    name: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    cut_offs: Mapping[str, float]
    coverage_needed: float
    coverage_tolerance_days: int
    positive_cap: int
    objected: str  # records with an objection that is not decided: counted, marked; or left_out
    living: tuple[str, ...]
    population: tuple[str, ...]
    indicators: Mapping[str, Mapping[str, Any]]

    @property
    def max_points(self) -> int:
        """The sum of all adverse indicators' points."""
        return sum(int(i["points"]) for i in self.indicators.values() if not i.get("positive"))


@cache
def grade_packs(model: str = "general") -> tuple[GradePack, ...]:
    """The packs of a model in order of time, linted."""
    text = resources.files("analytics").joinpath(f"rules/{model}.yaml").read_text("utf-8")
    return read_packs(f"{model}.yaml", yaml.safe_load(text)["packs"])


def read_packs(where: str, entries: list[dict[str, Any]]) -> tuple[GradePack, ...]:
    """Packs from their YAML; PackError with the place for a gap, an overlap, no source or an unknown key."""
    packs = []
    for entry in entries:
        try:
            name = entry.pop("pack")
            packs.append(
                GradePack(name, living=tuple(entry.pop("living")), population=tuple(entry.pop("population")), **entry)
            )
        except (KeyError, TypeError) as error:
            raise PackError(
                f"{where}: {entry.get('pack', 'a pack')}: {error}", "See the packs that are there."
            ) from None
    for pack in packs:
        _lint(where, pack)
    chained(where, packs)
    return tuple(packs)


def chained(where: str, packs: Sequence[Dated]) -> None:
    """Lint packs in order of time: PackError for a gap, an overlap, or an end that nothing follows."""
    for before, after in zip(packs, packs[1:], strict=False):
        if before.valid_to != after.valid_from:
            kind = "a gap" if before.valid_to and before.valid_to < after.valid_from else "an overlap"
            raise PackError(
                f"{where}: {kind} between {before.name} and {after.name}", "Let one end on the day the next begins."
            )
    if packs and packs[-1].valid_to is not None:
        raise PackError(f"{where}: {packs[-1].name} ends and nothing follows", "Set its valid_to to null.")


def _lint(where: str, pack: GradePack) -> None:
    cuts = [pack.cut_offs.get(c) for c in "ABC"]
    if None in cuts or sorted(cuts, key=float) != cuts:  # type: ignore[arg-type]
        raise PackError(f"{where}: {pack.name}: cut_offs must rise from A to C", "A, B and C are upper bounds.")
    if not pack.source:
        raise PackError(f"{where}: {pack.name} names no source", "Every rule names the text it comes from.")
    if pack.objected not in ("counted", "left_out"):
        raise PackError(f"{where}: {pack.name}: objected is counted or left_out", "Say what objected records do.")
    if not 0 < pack.coverage_needed <= 1:
        raise PackError(f"{where}: {pack.name}: coverage_needed is a share", "Between 0 and 1.")
    for name, settings in pack.indicators.items():
        if int(settings.get("points", -1)) < 0:
            raise PackError(f"{where}: {pack.name}: {name} has no points", "Say how many, 0 for a red line.")


def pack_on(day: dt.date, model: str = "general") -> GradePack:
    """The pack in force on a day; PackError before the first."""
    return in_force(model, grade_packs(model), day)


def in_force(model: str, packs: Sequence[Pack], day: dt.date) -> Pack:
    """Of a model's packs the one in force on a day; PackError before the first."""
    for pack in packs:
        if pack.valid_from <= day and (pack.valid_to is None or day < pack.valid_to):
            return pack
    raise PackError(f"no {model} pack is in force on {day}", "The first begins later.")
