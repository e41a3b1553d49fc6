"""The command line: creditgraph."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import unquote

import typer

from analytics.explanation import explain as explain_class
from analytics.runs import grade_run, store_run
from api import render
from api.audit import log_person_query
from api.deliveries import deliveries, load_all
from api.settings import day, key_ring, moment, now, setting
from graph.copying import copy as copy_store
from graph.current import Node
from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.errors import CreditGraphError, UsageError
from graph.interchange.csv_tables import write_csv
from graph.keys import KeyRing
from graph.progress import Bar
from graph.schema import SCHEMA
from graph.schema_page import json_schema, schema_page
from graph.store import GraphStore, open_store
from graph.time import SHANGHAI, iso
from graph.unload import unload as unload_batch
from graph.usable import Use
from graph.view import View
from graph.visualization import surroundings, title_of, write_html
from loaders.catalogue import COLUMNS, entries, sources_page
from loaders.reasons import explain as reason
from loaders.source import source_named
from loaders.source import sources as all_sources
from loaders.synthetic import generate as generate_city

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="信用图谱 creditgraph: from departments' files to a graph, and from the graph to classes with their reasons.",
)
key_app = typer.Typer(no_args_is_help=True, help="The deployment's keys: identity, encryption, erasure.")
app.add_typer(key_app, name="key")


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
Purpose = Annotated[str | None, typer.Option("--purpose", help="why a person is looked at; logged")]
STORE, KEY = setting("CREDITGRAPH_STORE"), Path(setting("CREDITGRAPH_KEY"))
SHOWN = 20  # refused rows a batch, before the reader is sent to `problems`
TOTALS = ("read", "loaded", "unchanged", "rejected", "duplicate")


def _existing(url: str) -> GraphStore:
    """The store to read from; a mistyped name must not make an empty one."""
    path = url.removeprefix("sqlite:///")
    if url.startswith("sqlite:///") and not Path(unquote(path)).exists():
        raise UsageError(f"there is no store {path}", "Load something into it first, or correct --store.")
    return open_store(url)


@key_app.command("create")
def key_create(
    path: Annotated[Path, typer.Argument(help="where to write it")] = KEY,
) -> None:
    """Make a new key file. Without it nothing loaded with it can be matched or read again: back it up."""
    keys = KeyRing.generate()
    keys.save(path)
    print(f"{path}: key {keys.key_id}, check value {keys.check_value}")


@key_app.command("check")
def key_check(key: Key = None, store: Store = STORE) -> None:
    """Say whether the key file is the one a store was made with."""
    keys = key_ring(key)
    with open_store(store) as opened:
        stored = opened.get_meta("key_check")
    if stored not in (None, keys.check_value):
        raise UsageError(f"key {keys.key_id} is not the key of {store}", "Give the store's own key with --key.")
    print(f"key {keys.key_id} fits {store}" if stored else f"key {keys.key_id}; {store} has no key yet")


@app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", help="a new folder")],
    companies: int = 5_000,
    seed: int = 1,
    months: int = 24,
    start: str = "2024-12-01",
) -> None:
    """Write a synthetic city's monthly deliveries, with manifest.csv, and the truth apart."""
    with Bar("months") as bar:
        print(generate_city(out, companies, seed, months, day(start), progress=bar))


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="files, or a folder with manifest.csv")],
    store: Store = STORE,
    key: Key = None,
    source: Annotated[
        str | None, typer.Option("--source", help="what the file is, where its header does not say")
    ] = None,
    coverage: Annotated[Coverage | None, typer.Option("--coverage", help="full list or delta")] = None,
    dated: Annotated[str | None, typer.Option("--dated", help="the day the data are of")] = None,
    received_at: Annotated[str | None, typer.Option("--received-at", help="the day an old delivery came in")] = None,
    scope: Annotated[str, typer.Option("--scope", help="area code that a full list is limited to")] = "",
    mapping: Annotated[Path | None, typer.Option("--mapping", help="corrected mapping of unknown headers")] = None,
    accept_vanished: Annotated[
        bool, typer.Option("--accept-vanished", help="seal a full list although more than 5 % is missing")
    ] = False,
    corrects: Annotated[
        int | None, typer.Option("--corrects", help="the batch whose receipt, corrected, this file is")
    ] = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Load files; after an interruption the same command goes on where it stopped."""
    received = dt.datetime.combine(day(received_at), dt.time(12), tzinfo=SHANGHAI) if received_at else now()
    requests = deliveries(
        paths, received, source, coverage, day(dated) if dated else None, scope, mapping, accept_vanished
    )
    requests = [replace(r, corrects=corrects) for r in requests]
    with open_store(store) as opened, Bar("rows") as bar:
        batches = load_all(opened, requests, key_ring(key), bar)
        rows = [(b.seq, b.delivery.source, b.delivery.file, *(b.totals[t] for t in TOTALS)) for b in batches]
        render.table(("batch", "source", "file", *TOTALS), rows, form, lang)
        if form == "table":
            for batch in batches:
                _tell_problems(opened, batch.seq, lang, SHOWN)


def _tell_problems(store: GraphStore, seq: int, lang: str, limit: int | None) -> None:
    """Rows of a batch that were refused, and what else was found in it."""
    refused, found = store.ledger("quarantine", seq), store.ledger("finding", seq)
    if refused:
        rows = [
            (q["file"], q["sheet"], q["row"], q["field"], reason(q["code"], lang), q["value"]) for q in refused[:limit]
        ]
        render.table(("file", "sheet", "row", "field", "reason", "value"), rows, "table", lang)
    if limit is not None and len(refused) > limit:
        print(f"+{len(refused) - limit}: creditgraph problems {seq}")
    if found:
        first = {f["code"]: f for f in reversed(found)}
        groups = [
            (reason(code, lang), n, first[code]["row"], first[code]["subject"] or first[code]["detail"])
            for code, n in Counter(f["code"] for f in found).items()
        ]
        render.table(("finding", "count", "row", "first"), groups, "table", lang)


@app.command()
def receipt(
    batch: int,
    xlsx: Annotated[Path, typer.Option("--xlsx", help="where to write it")],
    store: Store = STORE,
    key: Key = None,
) -> None:
    """Write a batch's receipt for its sender: totals, and the refused rows in his own layout, to be corrected."""
    from loaders.receipt import write_receipt  # openpyxl takes a tenth of a second to import

    with _existing(store) as opened:
        print(f"{xlsx}: {write_receipt(opened, batch, key_ring(key), xlsx)} rows")


@app.command()
def problems(batch: int, store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List every refused row of a batch and everything found in it."""
    with _existing(store) as opened:
        if batch not in {b.seq for b in opened.batches()}:
            raise UsageError(f"there is no batch {batch}", "creditgraph batches lists them.")
        if form is Form.TABLE:
            _tell_problems(opened, batch, lang, None)
            return
        names = ("file", "sheet", "row", "field", "code", "subject", "detail")
        rows = [*opened.ledger("quarantine", batch), *opened.ledger("finding", batch)]
        render.table(names, [[row.get(n) for n in names] for row in rows], form, lang)


@app.command()
def unload(batch: int, store: Store = STORE) -> None:
    """Take a batch back: the last one is removed, an earlier one compensated by a new batch."""
    with _existing(store) as opened:
        made = unload_batch(opened, batch, now())
    print(f"batch {batch} removed" if made is None else f"batch {batch} compensated by batch {made.seq}")


@app.command()
def batches(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List what was loaded, when it was received and what became of it."""
    with _existing(store) as opened:
        rows = [
            (
                b.seq,
                b.delivery.source,
                b.delivery.file,
                b.delivery.coverage.value,
                str(b.delivery.dated),
                f"{b.delivery.received_at:%Y-%m-%d}",
                "sealed"
                if b.sealed and b.kind == "load"
                else b.kind
                if b.sealed
                else "held"
                if b.held
                else "unfinished",
                *(b.totals.get(t, 0) for t in TOTALS),
            )
            for b in opened.batches()
        ]
    render.table(("batch", "source", "file", "coverage_kind", "dated", "received", "state", *TOTALS), rows, form, lang)


@app.command()
def sources(form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the sources that can be loaded, with their headers."""
    rows = [
        (s.name, s.zh, s.catalogue.unit, " ".join(f.zh for f in s.fields if f.required)) for s in all_sources().values()
    ]
    render.table(("source", "name", "unit", "required"), rows, form, lang)


@app.command()
def catalogue(
    page: Annotated[bool, typer.Option("--page", help="print docs/sources.md")] = False,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """List the catalogue: unit, national class, disclosure, full or delta, how often, how long it is kept."""
    if page:
        print(sources_page(), end="")
        return
    render.table(COLUMNS, entries(), form, lang)


@app.command()
def template(
    source: Annotated[str, typer.Argument(help="a source's name")],
    xlsx: Annotated[Path, typer.Option("--xlsx", help="where to write it")],
) -> None:
    """Write a workbook that an office fills in: headers, notes, drop-downs, one sample row."""
    from loaders.template import write_template  # openpyxl takes a tenth of a second to import

    write_template(source_named(source), xlsx)
    print(xlsx)


@app.command()
def schema(
    table: Annotated[str | None, typer.Argument(help="a label or relationship type: its JSON Schema")] = None,
) -> None:
    """Print the schema page of the docs, or one table's JSON Schema."""
    if table is not None and table not in SCHEMA.tables():
        raise UsageError(f"there is no {table}", f"There are {', '.join(SCHEMA.tables())}.")
    print(json.dumps(json_schema(table), ensure_ascii=False, indent=1) if table else schema_page(), end="")


@app.command()
def grade(
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[Path | None, typer.Option("--out", help="write the classes as CSV")] = None,
    write: Annotated[bool, typer.Option(help="keep the run and write classes and parts to the store")] = True,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Grade every company; print the distribution of classes."""
    at = moment(as_of, known_at)
    with _existing(store) as opened:
        run, projection, grades = grade_run(opened, at)
        if write:
            store_run(opened, run, projection, grades)
        if out:
            out.write_text(grades_csv(opened, projection, grades), encoding="utf-8-sig")
    found = grades.distribution()
    render.table(("class", "companies"), list(found.items()), form, lang)
    if form == "table":
        print(f"run {run.run_id}" + (f", {out}" if out else ""))


def grades_csv(store: Any, projection: Any, grades: Any) -> str:
    """Classes of all companies in order of id."""
    ids = store.nodes(projection.nodes[grades.node].tolist(), projection.manifest["seq"])
    columns = zip(
        projection.nodes[grades.node].tolist(),
        grades.grade.tolist(),
        grades.colour.tolist(),
        grades.score.tolist(),
        grades.coverage.tolist(),
        grades.next_change.tolist(),
        strict=True,
    )
    rows = sorted(
        (ids[k][0], c, col, f"{s / 1000:.3f}", f"{cov:.4f}", iso(n) or "") for k, c, col, s, cov, n in columns
    )
    return render.to_csv(("id", "class", "colour", "score", "coverage", "next_change_on"), rows)


@app.command()
def explain(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say why a company has its class: parts, documents, periods, and what changes when."""
    at = moment(as_of, known_at)
    with _existing(store) as opened:
        view = View(opened, at, Use.GRADE)
        run, projection, grades = grade_run(opened, at)
        found = explain_class(view, run, projection, grades, view.resolve(company))
    if form == "table":
        render.explanation(found, lang)
    else:
        print(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True))


@app.command()
def search(
    text: str,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: int = 20,
    purpose: Purpose = None,
    people: Annotated[bool, typer.Option("--people", help="search people by exact name; needs --purpose")] = False,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Find firms, addresses and records by a part of a name, code or document number, former names included."""
    at = moment(as_of, known_at)
    with _existing(store) as opened:
        view = View(opened, at)
        if people:
            found = view.people(text, limit)
            log_person_query("search", purpose, [n.id for n in found])
        else:
            found = view.search(text, limit)
    render.table(
        ("id", "label", "name"),
        [(n.id, SCHEMA.labels[n.label].zh if lang == "zh" else n.label, _person_title(n)) for n in found],
        form,
        lang,
    )


@app.command()
def show(
    subject: Annotated[str, typer.Argument(help="code, id or exact name")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = None,
    limit: int = 50,
    history: Annotated[bool, typer.Option("--history", help="every version of its values")] = False,
    picture: Annotated[Path | None, typer.Option("--picture", help="write its surroundings as an HTML picture")] = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Show a node: its values with their sources, its relationships, or its history. People need --purpose."""
    at = moment(as_of, known_at)
    with _existing(store) as opened:
        view = View(opened, at)
        node = view.node(view.resolve(subject))
        edges = view.edges(node.key, limit=limit)
        others = {n.key: n for n in view.nodes(sorted({e.start for e in edges} | {e.end for e in edges}))}
        seen = [n for n in others.values() if n.label == "Person"] + ([node] if node.label == "Person" else [])
        if node.label == "Person" or (seen and purpose) or picture:
            log_person_query("show", purpose, sorted(n.id for n in seen))
        degree, versions = view.degree(node.key), view.history(node.key) if history else []
        if picture:
            write_html(surroundings(view, node.key), picture, title_of(node), lang)
    ties = [
        (
            SCHEMA.types[e.type].zh if lang == "zh" else e.type,
            _title(others.get(e.end if e.start == node.key else e.start), purpose),
            iso(e.valid_from),
            iso(e.valid_to),
            e.source,
        )
        for e in edges
    ]
    if form == "json":
        print(
            json.dumps(
                {
                    "id": node.id,
                    "label": node.label,
                    "properties": {a: b for a, b, _ in render.node_rows(node, "en")},
                    "degree": degree,
                    "relationships": [
                        dict(zip(("type", "other", "valid_from", "valid_to", "source"), t, strict=True)) for t in ties
                    ],
                    "history": versions,
                },
                ensure_ascii=False,
                indent=1,
                sort_keys=True,
            )
        )
        return
    render.table(("property", "value", "source"), [("id", node.id, ""), *render.node_rows(node, lang)], form, lang)
    render.table(("type", "other", "valid_from", "valid_to", "source"), ties, form, lang)
    if versions:
        names = ["recorded_seq", "superseded_seq", "valid_from", "valid_to", "end_basis", "source", "name", "status"]
        render.table(
            names, [[iso(v.get(n)) if n.startswith("valid") else v.get(n) for n in names] for v in versions], form, lang
        )
    if sum(degree.values()) > len(edges):
        print(f"{len(edges)} / {sum(degree.values())}; --limit")


def _title(node: Node | None, purpose: str | None) -> str:
    if node is None:
        return ""
    return _person_title(node) if node.label != "Person" or purpose else "（自然人，需 --purpose）"


def _person_title(node: Node) -> str:
    p = node.properties
    if node.label != "Person":
        return title_of(node)
    return " ".join(
        str(x) for x in (p.get("name"), p.get("birth_year"), f"…{p['last_four']}" if p.get("last_four") else None) if x
    )


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="a new folder")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = None,
) -> None:
    """Write what may be shared as CSV: companies, and relationships among firms; with --purpose those of people too."""
    at = moment(as_of, known_at)
    with _existing(store) as opened:
        view = View(opened, at, Use.SHARE, Disclosure.GOVERNMENT)
        if purpose:
            log_person_query("export", purpose, ["*"])
        for file, rows in write_csv(view, out, people=bool(purpose), cell=render.harmless).items():
            print(f"{file}: {rows:,}")


@app.command()
def copy(target: Annotated[str, typer.Argument(help="URL of an empty store")], store: Store = STORE) -> None:
    """Copy a store into an empty one, history included."""
    with _existing(store) as opened, open_store(target) as other, Bar("rows") as bar:
        print(f"{copy_store(opened, other, bar):,} rows")


def main() -> NoReturn:
    """Run the command line; errors a person can act on go to standard error with their exit code."""
    try:
        app(standalone_mode=False)
    except CreditGraphError as error:
        print(f"{'错误' if setting('CREDITGRAPH_LANG') == 'zh' else 'error'}: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(130)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        sys.exit(UsageError.exit_code)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            print(error.format_message(), file=sys.stderr)
            sys.exit(error.exit_code)
        raise
    sys.exit(0)


if __name__ == "__main__":
    main()
