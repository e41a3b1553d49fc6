"""Tasks in which people and firms are asked about: writing one, the table of purposes, and lists checked beforehand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import render
from api.commands.options import KEY, Form, Format, Key, Lang, Language
from api.settings import key_ring, now
from graph.errors import UsageError

if TYPE_CHECKING:
    from api.render_screening import Speaker
    from loaders.header_range import HeaderRange

Columns = Annotated[
    list[str] | None, typer.Option("--column", help="THEIRS=OURS: a header of the list that is not known; repeat it")
]
Headers = Annotated[
    list[str] | None,
    typer.Option(
        "--header", help="SHEET!A3:H4: where a header stands that is not found; SHEET!none: there is none; repeat it"
    ),
]
_CHECKABLE = {"checked": "checkable"}  # a precheck looks nobody up
Split = Annotated[bool, typer.Option("--split", help="several names in a cell are several people")]


def new(path: Annotated[Path, typer.Argument(help="file to write")]) -> None:
    """Write a task file to fill in."""
    from api.task import TEMPLATE

    if path.exists():
        raise UsageError(f"{path} exists already", "Name a new file.", f"{path} 已存在。请另指定新文件。")
    today = now().date()
    path.write_text(TEMPLATE.format(today=today, ends=today + dt.timedelta(days=7)), encoding="utf-8")


def precheck(
    workbook: Annotated[Path, typer.Argument(help="list of people: .xlsx, .xls or .csv")],
    purpose: Annotated[
        str | None, typer.Option("--purpose", help="code of the purpose meant: is each person's authorisation needed?")
    ] = None,
    task: Annotated[Path | None, typer.Option("--task", help="the task file, in place of --purpose")] = None,
    split: Split = False,
    column: Columns = None,
    header: Headers = None,
    key: Key = KEY,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say what is wrong with a list of people, row by row, before a task is asked for; nobody is looked up."""
    from analytics.screening.finding import Finding
    from api.render_screening import Speaker
    from api.screening import Report, totals, with_authorisation
    from loaders.checklist import PeopleList, read_checklist
    from loaders.oddities import oddities, unsigned
    from loaders.people_list import people_of

    signs = _each_signs(purpose, task)
    read = read_checklist(workbook, PeopleList(), read_columns(column), read_headers(header))
    listed = people_of(read.rows, key_ring(key), now().date(), split=split)
    listed = with_authorisation(listed) if signs else listed
    findings = [Finding(reason=one.problem) for one in listed]
    speaker = Speaker(Report(tuple(findings), (), {}, totals(listed, findings)), lang.value)
    if form is Form.TABLE:
        counts = speaker.report.totals
        render.table([speaker.word(_CHECKABLE.get(t, t)) for t in counts], [tuple(counts.values())], form, lang)
        taken = [speaker.enumeration.join(a if a == b else f"{a} = {b}" for a, b in s.columns) for s in read.sheets]
        print_reasons(speaker, form)
        rows = [(sheet.name, sheet.header_row or "", named) for sheet, named in zip(read.sheets, taken, strict=True)]
        render.table(("sheet", "row", "header"), rows, form, lang)
    told = [
        (
            one.sheet,
            one.row,
            speaker.word("rejected" if one.problem else "duplicate" if one.same_as else "to_note"),
            speaker.semicolon.join([*map(speaker.reason, filter(None, [one.problem])), *speaker.remarks(one, finding)]),
        )
        for one, finding in zip(listed, findings, strict=True)
        if one.problem or one.same_as or one.notes
    ]
    if told or form is not Form.TABLE:
        render.table(("sheet", "row", "state", speaker.word("notes")), told, form, lang)
    else:
        print(speaker.word("nothing_wrong"))
    if form is Form.TABLE:
        for oddity in [*oddities(workbook, read), *(unsigned(read) if signs else [])]:
            print(speaker.oddity(oddity))
        if signs is None:
            print(speaker.word("authorisation_not_checked"))


def print_reasons(speaker: Speaker, form: Form) -> None:
    """Why rows cannot be checked, with how many."""
    reasons = Counter(speaker.reason(f.reason) for f in speaker.report.findings if f.reason)
    if reasons:
        render.table(("reason", "rows"), list(reasons.items()), form, speaker.lang)


def _each_signs(code: str | None, task: Path | None) -> bool | None:
    """Whether each person of a list needs an authorisation; None where neither purpose nor task says.

    A purpose that is not for people is refused as it will be when they are asked about.
    """
    from api.clearance import Question, covering
    from api.task import read_task

    question, today = Question("precheck", "person", batch=True), now().date()
    if task:
        given = read_task(task)
        return given.each_signs(covering(question, given.purpose, today))
    return covering(question, code, today).authorisation if code is not None else None


def purposes(form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List what people and firms may be asked about for, on what basis, and by whom."""
    from analytics.rules.purposes import purposes as table
    from api.render_purposes import paragraph

    entries = [entry for chain in table().values() for entry in chain]
    if form is Form.TABLE:
        print("\n\n".join("\n".join(paragraph(entry, lang)) for entry in entries))
        return
    yes = {True: "是", False: "否"} if lang == "zh" else {True: "yes", False: "no"}
    rows = [
        (
            entry.code,
            entry.zh if lang == "zh" else entry.en,
            ", ".join(render.word(a, lang) for a in entry.about),
            ", ".join(entry.roles),
            yes[entry.authorisation],
            yes[entry.exploring],
            entry.most,
            entry.basis,
            entry.valid_from.isoformat(),
        )
        for entry in entries
    ]
    heads = ("purpose", "name", "about", "roles", "authorisation", "exploring", "most_asked", "basis", "valid_from")
    render.table(heads, rows, form, lang)


def read_columns(given: list[str] | None) -> dict[str, str]:
    """Header of a list to header of its layout."""
    pairs = [text.partition("=") for text in given or ()]
    if any(not (theirs and sign and ours) for theirs, sign, ours in pairs):
        raise UsageError(
            "--column is THEIRS=OURS",
            "For example --column 候选=姓名.",
            "--column 应写成 本表表头=标准表头，例如 --column 候选=姓名。",
        )
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def read_headers(given: list[str] | None) -> list[HeaderRange]:
    """Where headers stand, as typed."""
    from loaders.header_range import HeaderRange

    return [HeaderRange.parse(text) for text in given or ()]


COMMANDS = (new, precheck, purposes)
