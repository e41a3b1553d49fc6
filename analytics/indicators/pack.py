"""Models of grading: their dated packs of points, cut-offs and limits, shipped ones and one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from analytics.indicators.settings import Count, settings_model
from analytics.rules.entries import Entry, Pack, Packs, Text, in_force, known, read_pack, shipped
from graph.errors import PackError
from graph.fault import Fault
from graph.system_error import system_error

if TYPE_CHECKING:
    from analytics.indicators.parts import Entry as IndicatorEntry

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
            raise Fault(
                "cut_offs must rise from A to C",
                "A, B and C are upper bounds.",
                "cut_offs 须从 A 到 C 递增。A、B、C 为各类上限。",
                "cut_offs",
            )
        return self

    @model_validator(mode="after")
    def _indicators_are_known(self) -> GradePack:
        known("indicator", ((name, ("indicators", name)) for name in self.indicators), _table())
        for name, settings in self.indicators.items():
            try:
                settings_model(name).model_validate(settings)
            except ValidationError as error:
                taken = settings_model(name).model_fields
                takes = (f"{name} takes {', '.join(taken)}.", f"{name} 的参数为：{'、'.join(taken)}。")
                raise Fault.of(error.errors()[0], *takes).below("indicators", name) from None
        return self

    @model_validator(mode="after")
    def _points_sum(self) -> GradePack:
        there = _table()
        dimensions = dict.fromkeys(entry.dimension for entry in there.values())
        known("dimension", ((name, ("dimensions", name)) for name in self.dimensions), dimensions)
        sums = dict.fromkeys(dimensions, 0)
        for name, settings in self.indicators.items():
            if not settings.get("positive"):
                sums[there[name].dimension] += settings["points"]
        for dimension, points in sums.items():
            stated = self.dimensions.get(dimension, 0)
            if points != stated:
                raise Fault(
                    f"the points of {dimension} sum to {points}, not to {stated}",
                    "Change points, or what dimensions says they sum to.",
                    f"{dimension} 各指标分值合计为 {points}，应为 {stated}。请更正分值，或更正 dimensions 中的合计。",
                    "dimensions",
                    dimension,
                )
        return self


def _table() -> Mapping[str, IndicatorEntry]:
    """Every indicator and warning sign; they read packs themselves, hence the late import."""
    from analytics.indicators.table import INDICATORS, WARNING_SIGNS

    return {**INDICATORS, **WARNING_SIGNS}


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
            raise PackError(
                f"{model}: {error.strerror}",
                "Name the file of a model.",
                f"{model}：{system_error(error)}。请指定模型文件。",
            ) from None
        except UnicodeDecodeError:
            raise PackError(
                f"{model} is no text in UTF-8", "Save it as UTF-8.", f"{model} 不是 UTF-8 文本。请存为 UTF-8 编码。"
            ) from None
    if model not in models():
        raise PackError(
            f"there is no model {model!r}",
            f"There are: {', '.join(models())}; or name a file .yaml.",
            f"没有模型 {model!r}。可用：{'、'.join(models())}；或指定 .yaml 文件。",
        )
    return read(f"{model}.yaml", shipped(f"models/{model}.yaml"))


def pack_on(day: dt.date, model: str = "general") -> GradePack:
    """The pack in force on a day; PackError before the first."""
    return in_force(model, grade_packs(model), day)
