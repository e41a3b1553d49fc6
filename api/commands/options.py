"""Options that several commands share, and the store that they name."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import typer

from api.clearance import Question
from api.file_clearance import clearance
from api.settings import setting
from graph.delivery import Coverage
from graph.errors import UsageError
from graph.identity import may_be_persons_id
from graph.store import GraphStore
from graph.stores import open_store


class Form(StrEnum):
    """How a command prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Language(StrEnum):
    """Languages of tables."""

    ZH = "zh"
    EN = "en"


Store = Annotated[str, typer.Option("--store", help="sqlite:///FILE or neo4j://HOST:PORT", envvar="CREDITGRAPH_STORE")]
Key = Annotated[Path | None, typer.Option("--key", help="key file", envvar="CREDITGRAPH_KEY")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="what was true on this day (default: today)")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="as known on this day (default: today)")]
Format = Annotated[Form, typer.Option("--format", help="how to print")]
Lang = Annotated[Language, typer.Option("--lang", help="language of tables", envvar="CREDITGRAPH_LANG")]
Source = Annotated[str | None, typer.Option("--source", help="what the file is, where its header does not say")]
FileCoverage = Annotated[Coverage | None, typer.Option("--coverage", help="full list or delta")]
Dated = Annotated[str | None, typer.Option("--dated", help="the day the data are of")]
Scope = Annotated[str, typer.Option("--scope", help="area code that a full list is limited to")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="corrected mapping of unknown headers")]
AcceptVanished = Annotated[
    bool, typer.Option("--accept-vanished", help="seal a full list although more than 5 % is missing")
]
Model = Annotated[
    str, typer.Option("--model", help="general, a sector's or warning model by name, or one's own file .yaml")
]
Baseline = Annotated[
    str | None,
    typer.Option("--baseline", help="population statistics to measure against, '' for none (default: the last made)"),
]


def _in_force(context: typer.Context, stated: str | None) -> str | None:
    """A purpose outside the table is refused, and that is logged, before anything is looked up.

    Nothing else is read yet, so whom it was about is what the command line names.
    """
    if stated is not None and not context.resilient_parsing:
        question = Question(context.info_name or "", "person", exploring=True)
        clearance().purpose(question, stated, [text for text in sys.argv if may_be_persons_id(text)])
    return stated


Purpose = Annotated[
    str | None,
    typer.Option(
        "--purpose",
        help="why people are looked at: CODE:CASE, see creditgraph tasks purposes; logged",
        callback=_in_force,
    ),
]


def _workbook(path: Path) -> Path:
    """Whatever is written is a workbook, and no program opens one under another ending."""
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            f"{path} is no name of an .xlsx",
            "A workbook is written: name it with --xlsx FILE.xlsx.",
            f"{path} 不是 .xlsx 文件名。写出的是工作簿，请写 --xlsx 文件名.xlsx。",
        )
    return path


Xlsx = Annotated[Path, typer.Option("--xlsx", help="the workbook to write: FILE.xlsx", callback=_workbook)]
STORE, KEY = setting("CREDITGRAPH_STORE"), Path(setting("CREDITGRAPH_KEY"))


def existing(url: str) -> GraphStore:
    """The store to read from; a mistyped name must not make an empty one."""
    path = url.removeprefix("sqlite:///")
    if url.startswith("sqlite:///") and not Path(unquote(path)).exists():
        raise UsageError(
            f"there is no store {path}",
            "Load something into it first, or correct --store.",
            f"没有图库 {path}。请先加载数据，或更正 --store。",
        )
    return open_store(url)
