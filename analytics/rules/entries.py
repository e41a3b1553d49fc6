"""Packs in YAML: dated entries that follow each other, read and linted; whatever is wrong is refused with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from importlib import resources
from itertools import pairwise
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator
from pydantic_core import ErrorDetails

from analytics.rules.lines import Lines
from graph.errors import PackError
from graph.fault import Fault

Text = Annotated[str, Field(min_length=1)]
Day = Annotated[dt.date, Strict()]  # a number is no day
Place = tuple[str | int, ...]


class Entry(BaseModel):
    """A mapping of a pack. Its validators raise Fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Dated(Entry):
    """In force from a day to the day before another; with no end, for good or until it is replaced."""

    valid_from: Day
    valid_to: Day | None
    source: Text

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Dated:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise Fault("ends before it begins", "Mend the dates.", "止日须晚于起日。请更正日期。", "valid_to")
        return self


class Pack(Dated):
    """All that holds at one time."""

    name: Text = Field(alias="pack")


E = TypeVar("E", bound=Entry)
D = TypeVar("D", bound=Dated)


def _unbroken(chain: tuple[D, ...]) -> tuple[D, ...]:
    for at, (before, after) in enumerate(pairwise(chain), 1):
        if before.valid_to != after.valid_from:
            gap = before.valid_to and before.valid_to < after.valid_from
            kind, kind_zh = ("a gap", "有间断") if gap else ("an overlap", "有重叠")
            raise Fault(
                f"{kind} after what is before it",
                "Let one end on the day the next begins.",
                f"与前一段之间{kind_zh}。请使前一段的止日等于后一段的起日。",
                at,
                "valid_from",
            )
    return chain


def _endless(chain: tuple[D, ...]) -> tuple[D, ...]:
    if chain[-1].valid_to is not None:
        raise Fault(
            "it ends and nothing follows",
            "Set its valid_to to null.",
            "到期后没有接续。请将 valid_to 改为 null。",
            len(chain) - 1,
            "valid_to",
        )
    return chain


# In order of time, with no gap and no overlap. The last period may end, since a rule may be repealed; a pack may not.
Periods = Annotated[tuple[D, ...], Field(min_length=1), AfterValidator(_unbroken)]
Packs = Annotated[tuple[D, ...], Field(min_length=1), AfterValidator(_unbroken), AfterValidator(_endless)]


def once(named: Iterable[tuple[Hashable, Place]]) -> None:
    """Fault for a name that stands at two places."""
    seen: set[Hashable] = set()
    for name, place in named:
        if name in seen:
            raise Fault(
                f"{name} stands there twice",
                "Keep one; periods of one rule go under one id.",
                f"{name} 重复出现。请只保留一个；同一规则的各段归在一个标识下。",
                *place,
            )
        seen.add(name)


def known(what: str, named: Iterable[tuple[str, Place]], there: Iterable[str]) -> None:
    """Fault for a name at a place that is not among those that there are."""
    those = tuple(there)
    for name, place in named:
        if name not in those:
            raise Fault(
                f"there is no {what} {name}",
                f"There are {', '.join(those)}.",
                f"没有“{name}”。可用：{'、'.join(those)}。",
                *place,
            )


class _Loader(yaml.SafeLoader):
    """A loader that refuses, with their line, a key that stands twice and a day that is in no calendar."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for at, (key, _) in enumerate(node.value):
            if key.value in keys[:at]:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands there twice", key.start_mark)
        return super().construct_mapping(node, deep)

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> dt.date:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def shipped(name: str) -> str:
    """The text of a file of analytics/rules."""
    return resources.files("analytics").joinpath("rules", name).read_text("utf-8")


def read_pack(where: str, text: str, kind: type[E]) -> E:
    """What a YAML text says; PackError with the line of what is wrong with it."""
    try:
        lines, given = Lines(text), yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(
            f"{where}, line {line}: no YAML: {error.problem}",
            "Mend the line.",
            f"{where} 第 {line} 行：不是有效的 YAML（{error.problem}）。请更正该行。",
        ) from None
    except yaml.YAMLError:
        raise PackError(
            f"{where}, line 1: no YAML",
            "Write it as UTF-8 text.",
            f"{where} 第 1 行：不是有效的 YAML。请存为 UTF-8 编码的文本。",
        ) from None
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        deepest = max(error.errors(), key=lambda e: len(e["loc"]))  # of an entry of several forms the one that is meant
        raise _refused(where, lines, given, deepest) from None


def _refused(where: str, lines: Lines, given: Any, error: ErrorDetails) -> PackError:
    fault = Fault.of(error, "See the entries that are there.", "请参照已有条目。")
    line, named = lines.of(*fault.place), ".".join(_names(given, fault.place))
    return PackError(
        f"{where}, line {line}: {named}{': ' if named else ''}{fault}",
        fault.remedy,
        f"{where} 第 {line} 行：{named}{'：' if named else ''}{fault.zh}",
    )


def _names(given: Any, place: Place) -> Iterable[str]:
    """The steps to a place, items of a list by their name where they have one."""
    for step in place:
        try:
            given = given[step]
        except (KeyError, IndexError, TypeError):
            given = None
        named = given if isinstance(step, int) and isinstance(given, dict) else {}
        yield str(named.get("pack") or named.get("id") or step)


def on(periods: Sequence[D], day: dt.date) -> D | None:
    """What is in force on a day; None where the rule was not, or is no more, in force."""
    return next((p for p in periods if p.valid_from <= day and (p.valid_to is None or day < p.valid_to)), None)


def in_force(what: str, packs: Sequence[D], day: dt.date) -> D:
    """The one in force on a day; PackError before the first."""
    found = on(packs, day)
    if found is None:
        raise PackError(
            f"no {what} pack is in force on {day}",
            "The first begins later.",
            f"{day} 没有生效的 {what} 规则包。最早的规则包在其后才开始。",
        )
    return found
