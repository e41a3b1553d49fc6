"""Files in, receipts out."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import render
from api.commands.options import (
    STORE,
    AcceptVanished,
    Dated,
    FileCoverage,
    Form,
    Format,
    Key,
    Lang,
    Language,
    Mapping,
    Scope,
    Source,
    Store,
    Xlsx,
    existing,
)
from api.deliveries import TOTALS, deliveries, load_all
from api.guided_mapping import guided
from api.outputs import note_output
from api.settings import day, key_ring, now, setting
from graph.errors import UsageError
from graph.progress import Bar
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import SHANGHAI
from graph.unload import unload as unload_batch
from loaders.pipeline import Request
from loaders.reasons import explain as reason

if TYPE_CHECKING:
    from loaders.database import Extract

SHOWN = 20  # refused rows a batch, before the reader is sent to `problems`


def load(
    paths: Annotated[
        list[str] | None, typer.Argument(help="files, a folder with manifest.csv, or the URL of a database")
    ] = None,
    store: Store = STORE,
    key: Key = None,
    source: Source = None,
    coverage: FileCoverage = None,
    dated: Dated = None,
    received_at: Annotated[str | None, typer.Option("--received-at", help="the day an old delivery came in")] = None,
    scope: Scope = "",
    mapping: Mapping = None,
    accept_vanished: AcceptVanished = False,
    corrects: Annotated[
        int | None, typer.Option("--corrects", help="the batch whose receipt, corrected, this file is")
    ] = None,
    view: Annotated[str | None, typer.Option("--view", help="view of the database to load")] = None,
    query: Annotated[str | None, typer.Option("--query", help="SELECT of the database to load")] = None,
    watch: Annotated[Path | None, typer.Option("--watch", help="a folder: load whatever is put into it")] = None,
    every: Annotated[float, typer.Option("--every", help="seconds between looks", min=0.1)] = 5,
    once: Annotated[bool, typer.Option("--once", help="with --watch: load what is there, then end")] = False,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Load files; after an interruption the same command goes on where it stopped."""
    if watch:
        if paths or source or coverage or dated or received_at or scope or mapping or corrects or view or query:
            raise UsageError(
                "--watch takes --store, --key, --every, --once and --lang only",
                "Put the files into the folder, those of one source into a subfolder of its name.",
                "--watch 只能与 --store、--key、--every、--once、--lang 并用。"
                "请把文件放入该文件夹，同一来源的放入以来源命名的子文件夹。",
            )
        _watch(watch, store, key, every, once, lang)
        return
    received = dt.datetime.combine(day(received_at), dt.time(12), tzinfo=SHANGHAI) if received_at else now()
    given = (received, source, coverage, day(dated) if dated else None, scope, mapping, accept_vanished)
    asked, spool = _asked(paths or [], view, query), Path(setting("CREDITGRAPH_SPOOL"))
    requests = (
        [Request(asked.file(spool), *given, name=asked.name)] if asked else deliveries(map(Path, paths or []), *given)
    )
    requests = [replace(r, corrects=corrects) for r in requests]
    with open_store(store) as opened, _answered(opened, asked, spool):
        if sys.stdin.isatty() and sys.stdout.isatty():
            requests = [guided(r, key_ring(key), lang) for r in requests]
        with Bar("rows") as bar:
            batches = load_all(opened, requests, key_ring(key), bar)
        rows = [(b.seq, b.delivery.source, b.delivery.file, *(b.totals[t] for t in TOTALS)) for b in batches]
        render.table(("batch", "source", "file", *TOTALS), rows, form, lang)
        if form == "table":
            for batch in batches:
                _tell_problems(opened, batch.seq, lang, SHOWN)


def _asked(paths: list[str], view: str | None, query: str | None) -> Extract | None:
    """The view or query of a database that is meant; None for files."""
    urls = [p for p in paths if "://" in p]
    if not urls and view is None and query is None:
        if not paths:
            raise UsageError(
                "nothing to load",
                "Name files, a folder with manifest.csv, a database, or --watch DIR.",
                "没有指定要加载的内容。请指定文件、含 manifest.csv 的文件夹、数据库，或 --watch 文件夹。",
            )
        return None
    if len(paths) != 1 or not urls:
        raise UsageError(
            "--view and --query need the URL of one database, and nothing else beside it",
            'creditgraph load postgresql+psycopg://USER@HOST/DATABASE --view NAME (or --query "SELECT ...")',
            "--view 和 --query 须且仅须给一个数据库地址。"
            '如：creditgraph load postgresql+psycopg://用户@主机/数据库 --view 视图名（或 --query "SELECT ..."）',
        )
    from loaders.database import extract  # sqlalchemy takes a fifth of a second to import

    return extract(urls[0], view, query)


def _answered(store: GraphStore, asked: Extract | None, spool: Path) -> AbstractContextManager[object]:
    """While it lasts, the database's answer lies where its request says."""
    if asked is None:
        return nullcontext()
    from api.extracts import answered

    return answered(store, asked, spool)


def _watch(folder: Path, store: str, key: Path | None, every: float, once: bool, lang: str) -> None:
    from api.watching import watch  # openpyxl takes a tenth of a second to import

    keys = key_ring(key)
    with open_store(store) as opened, Bar("rows") as bar:
        watch(folder, opened, keys, every, once, lang, bar)


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


def receipt(
    batch: int,
    xlsx: Xlsx,
    store: Store = STORE,
    key: Key = None,
) -> None:
    """Write a batch's receipt for its sender: totals, and the refused rows in his own layout, to be corrected."""
    from loaders.receipt import write_receipt  # openpyxl takes a tenth of a second to import

    with existing(store) as opened:
        print(f"{xlsx}: {write_receipt(opened, batch, key_ring(key), xlsx)} rows")
        note_output(opened, xlsx, "receipt")


def problems(batch: int, store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List every refused row of a batch and everything found in it."""
    with existing(store) as opened:
        if batch not in {b.seq for b in opened.batches()}:
            raise UsageError(
                f"there is no batch {batch}",
                "creditgraph batches lists them.",
                f"没有批次 {batch}。批次见 creditgraph batches。",
            )
        if form is Form.TABLE:
            _tell_problems(opened, batch, lang, None)
            return
        names = ("file", "sheet", "row", "field", "code", "subject", "detail")
        rows = [*opened.ledger("quarantine", batch), *opened.ledger("finding", batch)]
        render.table(names, [[row.get(n) for n in names] for row in rows], form, lang)


def unload(batch: int, store: Store = STORE) -> None:
    """Take a batch back: the last one is removed, an earlier one compensated by a new batch."""
    with existing(store) as opened:
        made = unload_batch(opened, batch, now())
    print(f"batch {batch} removed" if made is None else f"batch {batch} compensated by batch {made.seq}")


def batches(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List what was loaded, when it was received and what became of it."""
    with existing(store) as opened:
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


COMMANDS = (
    load,
    receipt,
    problems,
    unload,
    batches,
)
