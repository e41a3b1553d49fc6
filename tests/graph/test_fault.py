"""What pydantic finds wrong is told in our own words, in both languages; what a validator raises is told as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, field_validator

from graph.fault import Fault


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Part(BaseModel):
    size: int


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    count: int = 1
    share: float = Field(0.5, gt=0, lt=1)
    level: int = Field(5, ge=1, le=9)
    name: Annotated[str, Field(min_length=1)] = "a"
    code: Annotated[str, Field(pattern="^[A-D]$")] = "A"
    day: Annotated[dt.date, Strict()] = dt.date(2026, 1, 1)
    until: dt.date = dt.date(2026, 1, 1)
    kind: Literal["one", "other"] = "one"
    colour: Colour = Colour.RED
    items: tuple[int, ...] = Field((1,), min_length=1)
    table: Mapping[str, int] = {}
    part: Part | None = None
    sure: bool = False
    odd: int = 1
    web: complex = 1j

    @field_validator("odd")
    @classmethod
    def _odd(cls, value: int) -> int:
        if value % 2 == 0:
            raise Fault("it is even", "Add one.", "为偶数。请加一。", "half")
        return value


@pytest.mark.parametrize(
    ("given", "place", "en", "zh"),
    [
        ({"count": "x"}, "count", "it is no whole number", "应为整数"),
        ({"count": 1.5}, "count", "it is no whole number", "应为整数"),
        ({"count": None}, "count", "it is no whole number", "应为整数"),
        ({"share": "x"}, "share", "it is no number", "应为数字"),
        ({"share": float("nan")}, "share", "it is no finite number", "应为有限的数字"),
        ({"share": 0}, "share", "it is not greater than 0", "应大于 0"),
        ({"share": 1}, "share", "it is not less than 1", "应小于 1"),
        ({"level": 0}, "level", "it is less than 1", "不得小于 1"),
        ({"level": 10}, "level", "it is greater than 9", "不得大于 9"),
        ({"name": ""}, "name", "it is shorter than 1", "长度不得小于 1"),
        ({"name": 3}, "name", "it is no text", "应为文字"),
        ({"code": "E"}, "code", "it is not of the form ^[A-D]$", "应符合 ^[A-D]$"),
        ({"day": 20260101}, "day", "it is no day such as 2026-11-24", "应为日期，如 2026-11-24"),
        ({"until": "soon"}, "until", "it is no day such as 2026-11-24", "应为日期，如 2026-11-24"),
        ({"kind": "third"}, "kind", "it is not 'one' or 'other'", "应为 'one' 或 'other'"),
        ({"colour": "blue"}, "colour", "it is not 'red' or 'green'", "应为 'red' 或 'green'"),
        ({"items": []}, "items", "it is shorter than 1", "长度不得小于 1"),
        ({"items": 3}, "items", "it is no list", "应为列表"),
        ({"items": [1, "x"]}, "items.1", "it is no whole number", "应为整数"),
        ({"table": []}, "table", "it is no mapping", "应为“键: 值”形式"),
        ({"part": []}, "part", "it is no mapping", "应为“键: 值”形式"),
        ({"part": {}}, "part.size", "it is missing", "缺少该项"),
        ({"sure": "perhaps"}, "sure", "it is neither true nor false", "应为 true 或 false"),
        ({"surprise": 1}, "surprise", "there is no such entry", "没有这一项"),
        ([], "", "it is no mapping", "应为“键: 值”形式"),
    ],
)
def test_a_kind_of_error_has_its_words(given: Any, place: str, en: str, zh: str) -> None:
    fault = refused(given)
    assert (".".join(map(str, fault.place)), str(fault), fault.remedy) == (place, en, "Mend it.")
    assert fault.zh == f"{zh}。请更正。"


def test_a_fault_of_a_validator_keeps_its_words_and_adds_its_place() -> None:
    fault = refused({"odd": 2})
    assert (str(fault), fault.remedy, fault.zh, fault.place) == (
        "it is even",
        "Add one.",
        "为偶数。请加一。",
        ("odd", "half"),
    )


def test_a_kind_that_is_not_in_the_table_keeps_the_text_of_pydantic() -> None:
    fault = refused({"web": "x"})
    assert "complex" in str(fault) and str(fault) in fault.zh and fault.zh.startswith("不符合要求")


def refused(given: Any) -> Fault:
    with pytest.raises(ValidationError) as error:
        Thing.model_validate(given)
    return Fault.of(error.value.errors()[0], "Mend it.", "请更正。")
