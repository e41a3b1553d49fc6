"""Models of grading: their dated packs of points, cut-offs and limits, shipped ones and one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from analytics.rules.entries import Entry, Fault, Pack, Packs, Text, in_force, known, read_pack, shipped
from graph.errors import PackError

Count = Annotated[int, Field(ge=0)]
Month = Annotated[int, Field(ge=1, le=12)]
Letter = Annotated[str, Field(pattern="^[A-D]$")]


class GradePack(Pack):
    """One dated pack: the points, cut-offs and limits of a model.

    kind: class, or warning, which makes a list and no class. sectors: beginnings of industry codes that it is for, none
    for all. visits: inspections a year that a class asks for. season: the first and the last month in which the model
    has something to say, None for any. dimensions: what the points of each dimension sum to.
    objected: whether records with an objection that is not decided are counted, and marked, or left out.
    """

    title: Mapping[Annotated[str, Field(pattern="^(zh|en)$")], Text]
    cut_offs: Mapping[Letter, float]
    coverage_needed: Annotated[float, Field(gt=0, le=1)]
    coverage_tolerance_days: Count
    positive_cap: Count
    objected: Literal["counted", "left_out"]
    living: tuple[Text, ...]
    population: tuple[Text, ...]
    dimensions: Mapping[str, Count]
    indicators: Mapping[str, Mapping[str, Any]]
    kind: Literal["class", "warning"] = "class"
    sectors: tuple[Text, ...] = ()
    visits: Mapping[Letter, Count] = {}
    season: tuple[Month, Month] | None = None

    @property
    def max_points(self) -> int:
        """The sum of all adverse indicators' points."""
        return sum(int(i["points"]) for i in self.indicators.values() if not i.get("positive"))

    @model_validator(mode="after")
    def _cut_offs_rise(self) -> GradePack:
        rising = sorted(self.cut_offs, key=lambda letter: (self.cut_offs[letter], letter))
        if rising != ["A", "B", "C"]:
            raise Fault("cut_offs must rise from A to C", "A, B and C are upper bounds.", "cut_offs")
        return self

    @model_validator(mode="after")
    def _points_sum(self) -> GradePack:
        from analytics.indicators.table import INDICATORS, WARNING_SIGNS  # the indicators read packs themselves

        there = {**INDICATORS, **WARNING_SIGNS}
        known("indicator", ((name, ("indicators", name)) for name in self.indicators), there)
        sums = dict.fromkeys(self.dimensions, 0)
        for name, settings in self.indicators.items():
            points, dimension = settings.get("points"), there[name].dimension
            if not isinstance(points, int) or points < 0:
                raise Fault("it has no points", "Say how many, 0 for a red line.", "indicators", name)
            if not settings.get("positive"):
                sums[dimension] = sums.get(dimension, 0) + points
        for dimension, points in sums.items():
            if points != self.dimensions.get(dimension, 0):
                what = f"the points of {dimension} sum to {points}, not to {self.dimensions.get(dimension, 0)}"
                raise Fault(what, "Change points, or what dimensions says they sum to.", "dimensions", dimension)
        return self


class GradePacks(Entry):
    """The packs of a model in order of time."""

    packs: Packs[GradePack]


def models() -> tuple[str, ...]:
    """Names of the models that are shipped."""
    found = resources.files("analytics").joinpath("rules/models").iterdir()
    return tuple(sorted(Path(f.name).stem for f in found if f.name.endswith(".yaml")))


def read(where: str, text: str) -> tuple[GradePack, ...]:
    """The packs of a model from their YAML; PackError with the line, also for points that do not sum to what their
    dimension says."""
    return read_pack(where, text, GradePacks).packs


@cache
def grade_packs(model: str = "general") -> tuple[GradePack, ...]:
    """The packs of a model in order of time, linted: one that is shipped by its name, one's own by its file."""
    if model.endswith((".yaml", ".yml")):
        try:
            return read(Path(model).name, Path(model).read_text("utf-8"))
        except OSError as error:
            raise PackError(f"{model}: {error.strerror}", "Name the file of a model.") from None
    if model not in models():
        raise PackError(f"there is no model {model!r}", f"There are: {', '.join(models())}; or name a file .yaml.")
    return read(f"{model}.yaml", shipped(f"models/{model}.yaml"))


def pack_on(day: dt.date, model: str = "general") -> GradePack:
    """The pack in force on a day; PackError before the first."""
    return in_force(model, grade_packs(model), day)
