"""A task: on whose request, for which purpose and on what basis people or firms are asked about."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from analytics.rules.purposes import Purpose
from graph.approval import ArchiveApproval
from graph.errors import UsageError
from graph.fault import Fault
from graph.system_error import system_error

Text = Annotated[str, Field(min_length=1)]
Stated = TypeVar("Stated", bound=BaseModel)


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, coerce_numbers_to_str=True)


class Target(_Stated):
    """The post that candidates are meant for; hints on restrictions are only about posts in companies."""

    post: Text
    company: bool


_ALL_STATED = ("State basis and decided_by.", "须写明 basis（依据）和 decided_by（决定人）。")


class Override(_Stated):
    """Why nobody's own authorisation is needed, with the document that says so and who decided it."""

    basis: Text
    decided_by: Text


class Task(_Stated):
    """A request as its file states it. `ends_on` is its last day."""

    number: Text
    purpose: Text
    basis: Text
    unit: Text
    role: Text
    asked_by: Text
    approved_by: Text | None = None
    opened_on: dt.date
    ends_on: dt.date
    most: Annotated[int, Field(ge=1)] | None = None
    authorisation: Literal["per_person"] | Override = "per_person"
    target: Target | None = None

    def logged(self) -> dict[str, str | None]:
        """What the log keeps of the task."""
        return {
            "task": self.number,
            "purpose": self.purpose,
            "asked_by": self.asked_by,
            "approved_by": self.approved_by,
        }

    def each_signs(self, purpose: Purpose) -> bool:
        """Whether nobody is asked about who has not signed."""
        return purpose.authorisation and self.authorisation == "per_person"

    @field_validator("authorisation", mode="before")
    @classmethod
    def _dispensed(cls, value: Any) -> Any:
        """What dispenses with signatures, judged by itself: else what is told is that it is no `per_person`."""
        if not isinstance(value, dict):
            return value
        try:
            return Override.model_validate(value)
        except ValidationError as error:
            raise Fault.of(error.errors()[0], *_ALL_STATED) from None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.opened_on:
            raise Fault("it is before opened_on", "Correct the days.", "早于 opened_on。请更正起止日期。", "ends_on")
        return self

    @field_validator("number", "basis", "unit", "asked_by", "approved_by")
    @classmethod
    def _no_template(cls, value: str | None) -> str | None:
        if value and "……" in value:
            raise Fault("it is still as in the template", "Fill it in.", "仍为模板原文。请填写。")
        return value


class _Approval(_Stated):
    case: Text
    reason: Text
    asked_by: Text
    approved_by: Text
    expires_on: dt.date


TEMPLATE = """\
# 联查任务：填好后交审批人核对，随函存档。creditgraph screen 名单.xlsx --task 本文件 --out 回复.xlsx
number: ……            # 函号
purpose: candidate_vetting   # 目的代码：creditgraph tasks purposes
basis: ……             # 依据：文件名称、文号、条款
unit: ……              # 来函单位
role: organisation_department   # 来函单位的职能，须在目的表内
asked_by: ……          # 经办人
approved_by: ……       # 审批人：批量查询自然人须为另一人
opened_on: {today}
ends_on: {ends}       # 最后一日
most: 300             # 名单人数上限
authorisation: per_person    # 名单须有“授权书编号”一列；或写明豁免依据：
# authorisation: {{basis: 文号及条款, decided_by: 决定人}}
target: {{post: ……, company: false}}   # 拟任职务；企业职务填 true，才提示任职限制
"""


def read_task(path: Path) -> Task:
    """The task of a YAML or JSON file; UsageError names the field that is missing or wrong."""
    return _validated(Task, path, "task", "任务文件")


def read_approval(path: Path) -> ArchiveApproval:
    """The approval of a YAML or JSON file."""
    return ArchiveApproval(**_validated(_Approval, path, "approval", "档案授权文件").model_dump())


def _validated(model: type[Stated], path: Path, what: str, what_zh: str) -> Stated:
    try:
        stated = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(stated, dict) or not stated.keys() & model.model_fields.keys():
            raise UsageError(
                f"{path} is no {what} file: it states nothing of one",
                f"Every {what} states {', '.join(model.model_fields)}; see creditgraph tasks new.",
                f"{path} 不是{what_zh}：没有任何应写的项目。应写明 {'、'.join(model.model_fields)}；"
                "模板见 creditgraph tasks new。",
            )
        return model.model_validate(stated)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}", f"Name a {what} file.", f"{path}：{system_error(error)}。请指定{what_zh}。"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UsageError(
            f"{path} is no YAML",
            f"Write one with: creditgraph tasks new {path}",
            f"{path} 不是有效的 YAML 文件。可生成模板：creditgraph tasks new {path}",
        ) from None
    except ValidationError as error:
        states = (
            f"Every {what} states it; see creditgraph tasks new.",
            f"{what_zh}须写明；模板见 creditgraph tasks new。",
        )
        fault = Fault.of(error.errors()[0], *states)
        place = ".".join(map(str, fault.place))
        raise UsageError(
            f"{path}: {place or 'the file'}: {fault}", fault.remedy, f"{path}：{place or '文件'}：{fault.zh}"
        ) from None
