"""Keeping no more than the law allows: retention and erasure."""

from __future__ import annotations

import datetime as dt
import getpass
from collections import Counter
from typing import Annotated

import typer

from api import render
from api.clearance import Question
from api.commands.options import STORE, Form, Format, Key, Lang, Language, Store, existing
from api.file_clearance import clearance
from api.outputs import remove_outputs
from api.settings import key_ring, local_catalogue, now
from graph.erasing import erase as erase_subject
from graph.erasing import find
from graph.identity import scrub
from graph.schema import SCHEMA
from graph.time import SHANGHAI, Moment, iso, to_day
from graph.view import View
from loaders import sweep
from loaders.retention import past_retention
from loaders.retention import retain as retain_store


def _today() -> dt.date:
    return now().astimezone(SHANGHAI).date()


def retain(
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="really remove it, or only say what is due")] = False,
    store: Store = STORE,
    key: Key = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Remove for good what is past the catalogue's retention: records, ended facts, quarantined rows."""
    today = _today()
    with existing(store) as opened:
        due = past_retention(opened, today, local_catalogue())
        render.table(("due", "table", "count"), due.rows(), form, lang)
        if apply and due.rows():
            print(f"{retain_store(opened, due, today, key_ring(key)):,} removed")


def erase(
    subject: Annotated[str, typer.Argument(help="id of a person or record")],
    reason: Annotated[str, typer.Option("--reason", help="the order or request, with its number")],
    store: Store = STORE,
    key: Key = None,
    lang: Lang = Language.ZH,
) -> None:
    """Erase a person or a record for good, wherever it stands in what we wrote, and keep later deliveries from it."""
    today = _today()
    with existing(store) as opened:
        node = View(opened, Moment.on(today)).resolve(subject)
        clearance().asked(Question("erase", "person"), [subject], reason=reason)
        keys, found = key_ring(key), find(opened, node)
        files = remove_outputs(opened, (*found.exact, *found.names))  # first: afterwards nobody knows whom they name
        _, erasure = erase_subject(opened, node, scrub(reason), to_day(today), keys)
    counts: dict[str, int] = {}
    for _, label in found.nodes.values():
        counts[label] = counts.get(label, 0) + 1
    rows = [(SCHEMA.labels[k].zh if lang == "zh" else k, n) for k, n in sorted(counts.items())]
    rows += [(f"text in {table}", len(refs)) for table, refs in sorted(erasure.values.items())]
    rows += [(ledger, len(entries)) for ledger, entries in sorted(erasure.ledgers.items())]
    render.table(("erased", "count"), rows, "table", lang)
    for file in files:
        print(f"{'已删除文件，可重新生成' if lang == 'zh' else 'file removed, can be written anew'}: {file}")


def sweep_report(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """Propose what to remove: duplicate, invalid, overdue and retired records. Nothing is removed yet."""
    with existing(store) as opened:
        number, items = sweep.report(opened, _today(), getpass.getuser(), local_catalogue())
    render.table(("kind", "label", "id", "stays"), [(i.kind, i.label, i.node, i.other) for i in items], form, lang)
    if form is Form.TABLE:
        print(f"sweep {number}: {len(items)}")


def sweep_approve(
    number: int,
    by: Annotated[str, typer.Option("--by", help="who approves; not the one who proposed")],
    kind: Annotated[list[str] | None, typer.Option("--kind", help="approve these kinds only")] = None,
    store: Store = STORE,
) -> None:
    """Approve a proposal, or some kinds of it."""
    with existing(store) as opened:
        print(f"sweep {number}: {sweep.approve(opened, number, kind or [], by, _today())}")


def sweep_apply(number: int, store: Store = STORE, key: Key = None) -> None:
    """Really remove what was approved; tombstones keep it from coming back."""
    with existing(store) as opened:
        print(f"sweep {number}: {sweep.apply(opened, number, getpass.getuser(), _today(), key_ring(key))}")


def sweep_list(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List sweeps with their states, who decided and how many records each covers."""
    with existing(store) as opened:
        rows = opened.ledger("sweep")
    heads = [(r["sweep"], r["state"], r["by"], iso(r["on"])) for r in rows if not r["node"]]
    counts = Counter((r["sweep"], r["state"]) for r in rows if r["node"])
    render.table(
        ("sweep", "state", "by", "on", "count"), [(*h, counts.get((h[0], h[1]), 0)) for h in heads], form, lang
    )


COMMANDS = (retain, erase)
