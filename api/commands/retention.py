"""Keeping no more than the law allows: retention and erasure."""

from __future__ import annotations

from typing import Annotated

import typer

from api import render
from api.audit import log_person_query
from api.commands.options import STORE, Form, Format, Key, Lang, Language, Purpose, Store, existing
from api.outputs import remove_outputs
from api.settings import key_ring, now
from graph.erasing import erase as erase_subject
from graph.identity import scrub
from graph.schema import SCHEMA
from graph.time import SHANGHAI, Moment, to_day
from graph.view import View
from loaders.retention import past_retention
from loaders.retention import retain as retain_store


def retain(
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="really remove it, or only say what is due")] = False,
    store: Store = STORE,
    key: Key = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Remove for good what is past the catalogue's retention: records, ended facts, quarantined rows."""
    today = now().astimezone(SHANGHAI).date()
    with existing(store) as opened:
        due = past_retention(opened, today)
        render.table(("due", "table", "count"), due.rows(), form, lang)
        if apply and due.rows():
            print(f"{retain_store(opened, due, today, key_ring(key)):,} removed")


def erase(
    subject: Annotated[str, typer.Argument(help="id of a person or record")],
    reason: Annotated[str, typer.Option("--reason", help="the order or request, with its number")],
    store: Store = STORE,
    key: Key = None,
    purpose: Purpose = None,
    lang: Lang = Language.ZH,
) -> None:
    """Erase a person or a record for good, wherever it stands in what we wrote, and keep later deliveries from it."""
    today = now().astimezone(SHANGHAI).date()
    with existing(store) as opened:
        node = View(opened, Moment.on(today)).resolve(subject)
        log_person_query("erase", purpose or reason, [subject])
        found, erasure = erase_subject(opened, node, scrub(reason), to_day(today), key_ring(key))
        files = remove_outputs(opened, (*found.exact, *found.names))
    counts: dict[str, int] = {}
    for _, label in found.nodes.values():
        counts[label] = counts.get(label, 0) + 1
    rows = [(SCHEMA.labels[k].zh if lang == "zh" else k, n) for k, n in sorted(counts.items())]
    rows += [(f"text in {table}", len(refs)) for table, refs in sorted(erasure.values.items())]
    rows += [(ledger, len(entries)) for ledger, entries in sorted(erasure.ledgers.items())]
    render.table(("erased", "count"), rows, "table", lang)
    for file in files:
        print(f"{'已删除文件，可重新生成' if lang == 'zh' else 'file removed, can be written anew'}: {file}")


COMMANDS = (retain, erase)
