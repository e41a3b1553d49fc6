"""Dated rule packs as data: those of grading, loaded and linted here, and what every chain of packs keeps to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

from analytics.rules.lines import Lines
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
    """One dated pack: the points, cut-offs and limits of a model.

    kind: class, or warning, which makes a list and no class. sectors: beginnings of industry codes that it is for, none
    for all. visits: inspections a year that a class asks for. dimensions: what the points of each dimension sum to.
    """

    name: str
    title: Mapping[str, str]
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
    dimensions: Mapping[str, int]
    indicators: Mapping[str, Mapping[str, Any]]
    kind: str = "class"
    sectors: tuple[str, ...] = ()
    visits: Mapping[str, int] = field(default_factory=dict)

    @property
    def max_points(self) -> int:
        """The sum of all adverse indicators' points."""
        return sum(int(i["points"]) for i in self.indicators.values() if not i.get("positive"))


def models() -> tuple[str, ...]:
    """Names of the models that are shipped."""
    found = resources.files("analytics").joinpath("rules/models").iterdir()
    return tuple(sorted(Path(f.name).stem for f in found if f.name.endswith(".yaml")))


@cache
def grade_packs(model: str = "general") -> tuple[GradePack, ...]:
    """The packs of a model in order of time, linted: one that is shipped by its name, one's own by its file."""
    if model.endswith((".yaml", ".yml")):
        try:
            return read_packs(Path(model).name, Path(model).read_text("utf-8"))
        except OSError as error:
            raise PackError(f"{model}: {error.strerror}", "Name the file of a model.") from None
    if model not in models():
        raise PackError(f"there is no model {model!r}", f"There are: {', '.join(models())}; or name a file .yaml.")
    text = resources.files("analytics").joinpath(f"rules/models/{model}.yaml").read_text("utf-8")
    return read_packs(f"{model}.yaml", text)


def read_packs(where: str, text: str) -> tuple[GradePack, ...]:
    """Packs from YAML; PackError with file and line for a gap, an overlap, no source, an unknown key or indicator, or
    points that do not sum to what their dimension says."""
    try:
        entries, lines = yaml.safe_load(text)["packs"], Lines(text)
    except (yaml.YAMLError, TypeError, KeyError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise PackError(f"{where}, line {line}: not a list of packs", "See the packs that are there.") from None
    packs = [_pack(f"{where}, line ", lines, i, entry) for i, entry in enumerate(entries)]
    _chained(where, lines, packs)
    return tuple(packs)


def _pack(where: str, lines: Lines, i: int, entry: Mapping[str, Any]) -> GradePack:
    try:
        given: dict[str, Any] = {k: v for k, v in entry.items() if k != "pack"}
        given |= {k: tuple(given.get(k, ())) for k in ("living", "population", "sectors")}
        pack = GradePack(name=entry["pack"], **given)
    except (KeyError, TypeError) as error:
        unknown = next((k for k in entry if str(k) in str(error)), None)
        line = lines.of("packs", i, *([unknown] if unknown else []))
        name = entry.get("pack", "a pack")
        raise PackError(f"{where}{line}: {name}: {error}", "See the packs that are there.") from None
    fault = _fault(pack)
    if fault:
        path, what, remedy = fault
        raise PackError(f"{where}{lines.of('packs', i, *path)}: {pack.name}: {what}", remedy)
    return pack


Fault = tuple[tuple[str, ...], str, str]


def _fault(pack: GradePack) -> Fault | None:
    """The first fault of a pack: where in it, what, and what to do."""
    cuts = [pack.cut_offs.get(c) for c in "ABC"]
    ends = (pack.valid_from, dt.date.max if pack.valid_to is None else pack.valid_to)
    if not all(isinstance(day, dt.date) for day in ends):
        return ("valid_from",), "valid_from and valid_to are days", "As 2026-01-01, or null for no end."
    if None in cuts or sorted(cuts, key=float) != cuts:  # type: ignore[arg-type]
        return ("cut_offs",), "cut_offs must rise from A to C", "A, B and C are upper bounds."
    if not pack.source:
        return ("source",), "it names no source", "Every rule names the text it comes from."
    if pack.objected not in ("counted", "left_out"):
        return ("objected",), "objected is counted or left_out", "Say what records objected to do."
    if pack.kind not in ("class", "warning"):
        return ("kind",), "kind is class or warning", "A warning makes a list, no class."
    if not 0 < pack.coverage_needed <= 1:
        return ("coverage_needed",), "coverage_needed is a share", "Between 0 and 1."
    return _indicator_fault(pack)


def _indicator_fault(pack: GradePack) -> Fault | None:
    from analytics.indicators.table import indicator_named  # the indicators read packs themselves

    sums = dict.fromkeys(pack.dimensions, 0)
    for name, settings in pack.indicators.items():
        path = ("indicators", name)
        entry = indicator_named(name)
        if entry is None:
            return path, f"there is no indicator {name}", "docs/grading.md lists them."
        if int(settings.get("points", -1)) < 0:
            return path, f"{name} has no points", "Say how many, 0 for a red line."
        if not settings.get("positive"):
            sums[entry.dimension] = sums.get(entry.dimension, 0) + int(settings["points"])
    odd = next((d for d in sums if sums[d] != pack.dimensions.get(d, 0)), None)
    if odd is None:
        return None
    what = f"the points of {odd} sum to {sums[odd]}, not to {pack.dimensions.get(odd, 0)}"
    return ("dimensions", odd), what, "Change points, or what dimensions says they sum to."


def _chained(where: str, lines: Lines, packs: Sequence[GradePack]) -> None:
    try:
        chained(where, packs)
    except PackError as error:
        what = error.message.removeprefix(f"{where}: ")
        at = next((i for i, pack in enumerate(packs) if what.endswith(f" and {pack.name}")), len(packs) - 1)
        raise PackError(f"{where}, line {lines.of('packs', at, 'valid_from')}: {what}", error.remedy) from None


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


def pack_on(day: dt.date, model: str = "general") -> GradePack:
    """The pack in force on a day; PackError before the first."""
    return in_force(model, grade_packs(model), day)


def in_force(model: str, packs: Sequence[Pack], day: dt.date) -> Pack:
    """Of a model's packs the one in force on a day; PackError before the first."""
    for pack in packs:
        if pack.valid_from <= day and (pack.valid_to is None or day < pack.valid_to):
            return pack
    raise PackError(f"no {model} pack is in force on {day}", "The first begins later.")
