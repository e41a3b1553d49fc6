"""What may be delivered, and in what form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api import render
from api.commands.options import Form, Format, Lang, Language, Xlsx
from api.settings import day, local_catalogue, now
from graph.errors import UsageError
from graph.progress import Bar
from graph.schema import SCHEMA
from graph.schema_page import json_schema, schema_page
from loaders.catalogue import COLUMNS, entries, sources_page
from loaders.source import source_named
from loaders.source import sources as all_sources

CLASSED = ("source", "item", "national_class", "xiamen", "nanchang")  # on paper one table would be too wide
DELIVERED = tuple(c for c in COLUMNS if c not in CLASSED[2:])


def sources(form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the sources that can be loaded, with their headers."""
    rows = [
        (s.name, s.zh, s.catalogue.unit, " ".join(f.zh for f in s.fields if f.required)) for s in all_sources().values()
    ]
    render.table(("source", "name", "unit", "required"), rows, form, lang)


def catalogue(
    page: Annotated[bool, typer.Option("--page", help="print docs/sources.md")] = False,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """List the catalogue in force: units, classes, disclosure, how often, how long it is kept, what is retired."""
    if page:
        print(sources_page(), end="")
        return
    lines = entries(local_catalogue())
    for columns in (DELIVERED, CLASSED) if form is Form.TABLE else (COLUMNS,):
        at = [COLUMNS.index(c) for c in columns]
        render.table(columns, [[line[i] for i in at] for line in lines], form, lang)


def template(
    source: Annotated[str, typer.Argument(help="a source's name")],
    xlsx: Xlsx,
) -> None:
    """Write a workbook that an office fills in: headers still collected, notes, drop-downs, one sample row."""
    from loaders.template import write_template  # openpyxl takes a tenth of a second to import

    chosen = source_named(source)
    write_template(chosen, xlsx, local_catalogue().retired_columns(chosen, now().date()))
    print(xlsx)


def schema(
    table: Annotated[str | None, typer.Argument(help="a label or relationship type: its JSON Schema")] = None,
) -> None:
    """Print the schema page of the docs, or one table's JSON Schema."""
    if table is not None and table not in SCHEMA.tables():
        raise UsageError(
            f"there is no {table}",
            f"There are {', '.join(SCHEMA.tables())}.",
            f"没有 {table}。可用：{'、'.join(SCHEMA.tables())}。",
        )
    print(json.dumps(json_schema(table), ensure_ascii=False, indent=1) if table else schema_page(), end="")


def generate(
    out: Annotated[Path, typer.Option("--out", help="a new folder")],
    companies: int = 5_000,
    seed: int = 1,
    months: int = 24,
    start: str = "2024-12-01",
) -> None:
    """Write a synthetic city's monthly deliveries, with manifest.csv, and the truth apart."""
    from loaders.synthetic import generate as generate_city  # the city takes a while to import

    with Bar("months") as bar:
        print(generate_city(out, companies, seed, months, day(start), progress=bar))


COMMANDS = (
    sources,
    catalogue,
    template,
    schema,
    generate,
)
