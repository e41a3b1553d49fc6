"""Looking after what was loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import render
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Store, existing
from api.settings import local_catalogue, moment
from loaders.reasons import explain as reason
from loaders.source import source_named

if TYPE_CHECKING:
    from loaders.quality.known import Table

SHOWN = 20  # lines of a table on the screen; JSON and CSV have them all


def quality(
    store: Store = STORE,
    source: Annotated[str | None, typer.Option("--source", help="what is behind the numbers of one source")] = None,
    months: Annotated[int, typer.Option("--months", min=1, help="months of history")] = 12,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Report who delivers what, how late and how wrong: totals, reasons, lateness, codes, coverage, trend."""
    from loaders.quality.report import quality as quality_of  # with pandas, for which no other command should wait
    from loaders.quality.report import source_quality

    at, catalogue = moment(as_of, known_at), local_catalogue()
    with existing(store) as opened:
        if source is None:
            tables = quality_of(opened, at, catalogue, months)
        else:
            tables = source_quality(opened, at, catalogue, source_named(source).name)
    if form is Form.JSON:
        said = {name: [dict(zip(t.columns, row, strict=True)) for row in t.rows] for name, t in tables.items()}
        print(json.dumps({"as_of": str(at.as_of), "known_at": str(at.known_at), **said}, ensure_ascii=False, indent=1))
    elif form is Form.CSV:
        render.table(("table", "about", "measure", "value"), _long(tables), form, lang)
    else:
        for name, table in tables.items():
            _show(name, table, lang)


def _long(tables: dict[str, Table]) -> list[tuple[Any, ...]]:
    """Every number on a line of its own: (table, what it is about, measure, value)."""
    return [
        (name, " / ".join(str(k) for k in row[: t.keys] if k not in (None, "")), column, value)
        for name, t in tables.items()
        for row in t.rows
        for column, value in zip(t.columns[t.keys :], row[t.keys :], strict=True)
    ]


def _show(name: str, table: Table, lang: str) -> None:
    if not table.rows:
        return
    limit = len(table.rows) if name == "deliveries" else SHOWN
    rows = [
        [_cell(column, value, lang) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows[:limit]
    ]
    print(f"\n{render.word(name, lang)}")
    render.table(table.columns, rows, Form.TABLE, lang)
    if len(table.rows) > limit:
        print(f"+{len(table.rows) - limit}: --source, --format json")


def _cell(column: str, value: Any, lang: str) -> Any:
    if column == "code":
        return reason(value, lang)
    if not isinstance(value, float):
        return value
    return f"{value:.2%}" if column.endswith("share") or column == "covered" else f"{value:,.2f}"


COMMANDS = (quality,)
