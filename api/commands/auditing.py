"""The log of queries: whether it is whole, and what it says about a person or of a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from api import render
from api.clearance import Question, worded
from api.commands.options import Form, Format, Lang, Language
from api.file_clearance import clearance
from api.settings import day
from graph.errors import UsageError
from graph.identity import may_be_persons_id

# Each column, and under which name the log has it.
COLUMNS = {n: n for n in ("at", "by", "command", "purpose", "reference", "task")} | {
    "asked_about": "count",
    "why_refused": "refused",
}


def audit(
    subject: Annotated[str | None, typer.Option("--about", help="id of a person: the queries about this one")] = None,
    since: Annotated[str | None, typer.Option("--since", help="the queries from this day on")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="CODE:CASE, for --about; logged")] = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Check the chain of the log of queries, or list queries of it.

    Note the digest elsewhere, so that a cut at the end shows as well.
    """
    from api.audit import entries, log_path, verify

    if subject is not None and not may_be_persons_id(subject):
        raise UsageError(
            "--about takes the id of a person: that is none",
            "A name or number is none: creditgraph search NAME --people --purpose CODE:CASE lists ids.",
            "--about 须填自然人的标识；姓名、证件号都不是标识。"
            "请用 creditgraph search 姓名 --people --purpose 目的代码:案号 查得标识。",
        )
    lines, digest = verify(log_path())
    if subject is None and since is None:
        print(f"{log_path()}: {lines} {'行，链条完整' if lang == 'zh' else 'lines, the chain holds'}, {digest}")
        return
    found = list(entries(log_path(), subject, day(since) if since else None))
    if subject is not None:
        question, gate = Question("audit", "person"), clearance()
        gate.purpose(question, purpose, [subject])
        gate.asked(question, [subject], **worded(purpose or ""))
    if form is Form.JSON:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    render.table(tuple(COLUMNS), [[_told(line, name, lang) for name in COLUMNS.values()] for line in found], form, lang)


def _told(line: Mapping[str, Any], name: str, lang: Lang) -> Any:
    chinese = line.get("refused_zh") if name == "refused" and lang == "zh" else None
    return chinese or line.get(name)


COMMANDS = (audit,)
