"""A city's own catalogue: which sources and columns it has retired, prolonged or taken up, each from a day on.

Sources bring a catalogue entry of their own; a local file changes entries and, if it says `complete`, is the
whole catalogue: what it does not list may not be collected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import FileRefused, UsageError
from graph.fault import Fault
from graph.system_error import system_error
from loaders.source import CatalogueEntry, Source, header_key, sources


class _Change(BaseModel):
    """What the local catalogue says of one source; what it leaves out is as shipped."""

    model_config = ConfigDict(extra="forbid")

    unit: str = ""
    legal_basis: str = ""
    item: str = ""
    period_days: int = Field(1, gt=0)
    timeliness_days: int = Field(7, gt=0)
    retention_years: int = Field(1, gt=0)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    retired_columns: dict[str, dt.date] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    complete: bool = False
    sources: dict[str, _Change] = {}


@dataclass(frozen=True)
class LocalCatalogue:
    """The entries in force: as shipped, with a city's changes. `retired` is by source and column."""

    name: str = "creditgraph"
    entries: Mapping[str, CatalogueEntry | None] = field(default_factory=dict)  # None: not in the catalogue
    retired: Mapping[str, Mapping[str, dt.date]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> LocalCatalogue:
        """A catalogue file (YAML). UsageError for one that cannot be read or names what there is not."""
        try:
            data = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
        except OSError as error:
            raise UsageError(
                f"{path}: {error.strerror}",
                "Correct CREDITGRAPH_CATALOGUE.",
                f"{path}：{system_error(error)}。请更正 CREDITGRAPH_CATALOGUE。",
            ) from None
        except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
            en, zh = _first(error)
            raise UsageError(
                f"{path} is no catalogue: {en}", "docs/quality.md shows one.", f"{path} 不是有效的目录文件：{zh}"
            ) from None
        if unknown := sorted(data.sources.keys() - sources().keys()):
            raise UsageError(
                f"{path}: there is no source {', '.join(unknown)}",
                "creditgraph sources lists them.",
                f"{path}：没有来源 {'、'.join(unknown)}。来源见 creditgraph sources。",
            )
        entries: dict[str, CatalogueEntry | None] = dict.fromkeys(sources()) if data.complete else {}
        for name, change in data.sources.items():
            given = change.model_dump(exclude_unset=True, exclude={"retired_columns"})
            entries[name] = replace(sources()[name].catalogue, **given)
        retired = {
            name: {_column(path, sources()[name], title): day for title, day in change.retired_columns.items()}
            for name, change in data.sources.items()
        }
        return cls(data.name, entries, retired)

    def entry(self, source: Source) -> CatalogueEntry | None:
        """The entry of a source, in force or not; None where the catalogue has none."""
        return self.entries.get(source.name, source.catalogue)

    def in_force(self, source: Source, day: dt.date, file: str) -> CatalogueEntry:
        """The entry under which a file of this day is taken; FileRefused where there is none."""
        entry = self.entry(source)
        what = f"{file}: {source.name} ({source.zh})"
        remedy = "What the catalogue does not hold may not be collected; a change belongs into CREDITGRAPH_CATALOGUE."
        advice = "目录之外的信息不得归集；如需调整，请修改 CREDITGRAPH_CATALOGUE 所指目录。"
        if entry is None:
            raise FileRefused(
                f"{what} is not in the catalogue {self.name}",
                remedy,
                f"{file}：“{source.zh}”不在目录“{self.name}”中。{advice}",
            )
        if not entry.in_force(day):
            ended = entry.valid_to is not None and entry.valid_to <= day
            when = f"expired on {entry.valid_to}" if ended else f"begins on {entry.valid_from}"
            since = f"已于{entry.valid_to}停用" if ended else f"自{entry.valid_from}起生效"
            raise FileRefused(
                f"{what}: its entry in the catalogue {self.name} {when}, the data are of {day}",
                remedy,
                f"{file}：目录“{self.name}”中的“{source.zh}”{since}，数据日期为{day}。{advice}",
            )
        return entry

    def retired_columns(self, source: Source, day: dt.date) -> frozenset[str]:
        """Columns of a source that are not collected any more on a day."""
        return frozenset(name for name, since in self.retired.get(source.name, {}).items() if since <= day)


def _column(path: Path, source: Source, title: str) -> str:
    """The name of an optional column, given by any of its headers."""
    column = next((c for c in source.fields if header_key(title) in c.headers(source.table)), None)
    if column is None:
        raise UsageError(
            f"{path}: {source.name} has no column {title!r}",
            "docs/sources.md lists them.",
            f"{path}：“{source.zh}”（{source.name}）没有列 {title!r}。各来源的列见 docs/sources.md。",
        )
    if column.required or column.filled:
        raise UsageError(
            f"{path}: without its column {column.zh} nothing of {source.name} can be read",
            "Retire the source itself, with valid_to.",
            f"{path}：缺少列“{column.zh}”则无法读取“{source.zh}”。如需停用该来源，请填 valid_to。",
        )
    return column.name


def _first(error: Exception) -> tuple[str, str]:
    """What is wrong first, in both languages."""
    shown = "格式见 docs/quality.md。"
    if isinstance(error, ValidationError):
        fault = Fault.of(error.errors()[0], "", shown)
        place = ".".join(map(str, fault.place))
        return f"{place}: {fault}", f"{place}：{fault.zh}"
    return type(error).__name__, f"不是 UTF-8 编码的 YAML。{shown}"
