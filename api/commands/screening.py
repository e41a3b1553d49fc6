"""Cross-checks: lists of candidates and of firms, single subjects, and the log of all queries."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import render
from api.clearance import Question, worded
from api.commands.options import KEY, STORE, AsOf, Form, Format, Key, KnownAt, Lang, Language, Store, existing
from api.commands.tasks import Columns, Headers, Split, print_reasons, read_columns, read_headers
from api.file_clearance import clearance
from api.settings import key_ring, moment
from graph.errors import UsageError
from graph.identity import numbered_id
from graph.store import GraphStore
from graph.time import iso
from graph.usable import Use
from graph.view import View

if TYPE_CHECKING:
    from analytics.rules.purposes import Purpose
    from api.render_screening import Speaker
    from api.screening import Report
    from loaders.oddities import Oddity

TaskFile = Annotated[str | None, typer.Option("--task", help="task file: creditgraph tasks new")]
Out = Annotated[Path, typer.Option("--out", help="the reply: the list as it is, with columns added")]


def screen(
    workbook: Annotated[Path, typer.Argument(help="list of people: .xlsx, .xls or .csv")],
    out: Out,
    task: TaskFile = None,
    pages: Annotated[
        Path | None, typer.Option("--pages", help="a new folder: one page for each hit, to be confirmed and filed")
    ] = None,
    split: Split = False,
    column: Columns = None,
    header: Headers = None,
    store: Store = STORE,
    key: Key = KEY,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Check the candidates of a list inside a task; the reply is the list itself with columns added."""
    from analytics.rules.restrictions import restrictions
    from api.render_screening import Speaker, not_covered
    from api.screening import report_on_people, with_authorisation
    from api.screening_cells import people_cells
    from api.screening_values import Values
    from api.screening_words import PEOPLE_COLUMNS
    from loaders.checklist import PeopleList, read_checklist
    from loaders.oddities import oddities, unsigned
    from loaders.people_list import people_of
    from loaders.pipeline import bind_key
    from loaders.reply import write_reply

    _free(workbook, out, pages)
    gate = clearance()
    given = gate.task("screen", task)
    at = moment(as_of, known_at)
    read = read_checklist(workbook, PeopleList(), read_columns(column), read_headers(header))
    gate.admit(Question("screen", "person", len(read.rows), batch=True), given)  # before any number is read
    listed = people_of(read.rows, key_ring(key), at.used_on, split=split)
    question = Question("screen", "person", len(listed), batch=True)
    purpose = gate.admit(question, given)
    listed = with_authorisation(listed) if given.each_signs(purpose) else listed
    subjects = {numbered_id(p.number) for p in listed if p.number and not p.problem} - {None}
    gate.asked(question, sorted(map(str, subjects)), **given.logged())
    with existing(store) as opened:
        bind_key(opened, key_ring(key))  # under another key nobody would be found
        view = View(opened, at, Use.VETTING, purpose.disclosure)
        report = report_on_people(view, listed, purpose, given)
        speaker = Speaker(report, lang.value)
        titles = [speaker.word(c) for c in PEOPLE_COLUMNS]
        write_reply(workbook, out, read.sheets, titles, people_cells(speaker, report))
        _note(opened, out)
        if pages:
            from api.screening_pages import write_pages  # with jinja2

            count = write_pages(pages, speaker, report, given, purpose, at)
            _note(opened, pages)
    told = [*oddities(workbook, read), *(unsigned(read) if given.each_signs(purpose) else [])]
    if form is Form.JSON:
        told_of = Values(report, lang.value).finding
        rows = [_row(one, told_of(f)) for one, f in zip(report.listed, report.findings, strict=True)]
        _print_json(speaker, given.number, purpose, told, rows)
        return
    _summary(speaker, told, form)
    if form is Form.TABLE:
        print(speaker.word("reply") + speaker.colon + str(out))
    if pages and form is Form.TABLE:
        print(f"{pages}{speaker.colon}{speaker.pick(f'{count} 页', f'{count} pages')}")
    if given.target and given.target.company and form is Form.TABLE:
        print(not_covered(restrictions(), lang.value))


def screen_companies(
    workbook: Annotated[Path, typer.Argument(help="list of firms: .xlsx, .xls or .csv")],
    out: Out,
    task: TaskFile = None,
    buyer: Annotated[str | None, typer.Option("--buyer", help="code of the buyer, to be compared with them")] = None,
    column: Columns = None,
    header: Headers = None,
    store: Store = STORE,
    key: Key = KEY,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Check a list of suppliers or bidders: status, lists, and ties among them and with the buyer and its officers."""
    from api.render_screening import Speaker
    from api.screening import report_on_firms
    from api.screening_cells import firm_cells, tie_lines
    from api.screening_values import Values
    from api.screening_words import FIRM_COLUMNS
    from loaders.checklist import FirmList, read_checklist
    from loaders.firm_list import firms_of
    from loaders.oddities import oddities
    from loaders.reply import write_reply

    _free(workbook, out)
    gate = clearance()
    given = gate.task("screen-companies", task)
    at = moment(as_of, known_at)
    read = read_checklist(workbook, FirmList(), read_columns(column), read_headers(header))
    listed = firms_of(read.rows, key_ring(key), at.used_on)
    question = Question("screen-companies", "company", len(listed), batch=True)
    purpose = gate.admit(question, given)
    with existing(store) as opened:
        view = View(opened, at, Use.VETTING, purpose.disclosure)
        report = report_on_firms(view, listed, purpose, view.resolve(buyer) if buyer else None)
        people = [n.id for n in report.nodes.values() if n.label == "Person"]
        gate.asked(question, people, **given.logged())
        speaker = Speaker(report, lang.value)
        titles = [speaker.word(c) for c in FIRM_COLUMNS]
        write_reply(workbook, out, read.sheets, titles, firm_cells(speaker, report))
        _note(opened, out)
    if form is Form.JSON:
        lines, told_of = tie_lines(speaker, report), Values(report, lang.value).finding
        rows = [
            _row(one, told_of(f) | {"ties": lines.get(k, []) if k is not None else []})
            for one, f, k in zip(report.listed, report.findings, report.keys, strict=True)
        ]
        _print_json(speaker, given.number, purpose, oddities(workbook, read), rows)
        return
    _summary(speaker, oddities(workbook, read), form)
    if form is Form.TABLE:
        print(speaker.word("reply") + speaker.colon + str(out))


def check(
    subject: Annotated[str, typer.Argument(help="code of a firm, or name of a person with --number")],
    number: Annotated[str | None, typer.Option("--number", help="identity number; - reads it from the input")] = None,
    purpose: Annotated[
        str | None, typer.Option("--purpose", help="CODE:CASE, see creditgraph tasks purposes; logged")
    ] = None,
    task: TaskFile = None,
    authorisation: Annotated[str | None, typer.Option("--authorisation", help="the person's own, by number")] = None,
    archive: Annotated[str | None, typer.Option("--archive", help="approval file: records out of use as well")] = None,
    store: Store = STORE,
    key: Key = KEY,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Check one firm or person: entries in force with document numbers, and the sources in which there is none."""
    from api.exact_check import check_firm, check_person, read_firm, read_person
    from api.render_screening import Speaker
    from api.screening_values import Values
    from loaders.pipeline import bind_key

    gate = clearance()
    question = Question("check", "person" if number is not None else "company")
    given = gate.task("check", task) if task else None
    allowed = gate.admit(question, given) if given else gate.purpose(question, purpose)
    if not authorisation and (given.each_signs(allowed) if given else allowed.authorisation):
        gate.refuse(
            "check",
            f"the purpose {allowed.code} needs the subject's own authorisation",
            "Give its number with --authorisation.",
            f"目的 {allowed.code} 须有本人授权。请用 --authorisation 填写授权书编号。",
            purpose=allowed.code,
        )
    approval = gate.approval("check", archive) if archive else None
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at, Use.ARCHIVE if approval else Use.VETTING, allowed.disclosure, approval)
        told = given.logged() if given else worded(purpose or "")
        told |= {"authorisation": authorisation} if authorisation else {}
        if number is None:
            firm = read_firm(subject, key_ring(key), at.used_on)
            gate.asked(question, [], **told)
            report = check_firm(view, firm, allowed)
        else:
            bind_key(opened, key_ring(key))  # under another key nobody would be found
            typed = sys.stdin.readline().strip() if number == "-" else number
            person = read_person(subject, typed, key_ring(key), at.used_on)
            gate.asked(question, [str(numbered_id(person.number))], **told)
            report = check_person(view, person, allowed)
    speaker = Speaker(report, lang.value)
    if form is Form.JSON:
        values = Values(report, lang.value)
        registration = next(map(values.registration, report.nodes.values()), None)
        found = values.finding(report.findings[0])
        whole = {"purpose": allowed.code, "registration": registration, **found, "searched": values.searched()}
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    _page(speaker, form)


def _free(workbook: Path, out: Path, pages: Path | None = None) -> None:
    kind = ".xlsm" if workbook.suffix.lower() == ".xlsm" else ".xlsx"
    if out.suffix.lower() != kind:
        raise UsageError(
            f"{out} is no {kind}",
            f"The reply is a workbook: name it with --out REPLY{kind}.",
            f"{out} 不是 {kind} 文件。回复为工作簿，请用 --out 指定，如 --out 回复{kind}。",
        )
    if out.exists() or out.absolute() == workbook.absolute():
        raise UsageError(
            f"{out} exists already", "Name a new file with --out.", f"{out} 已存在。请用 --out 指定新文件。"
        )
    if pages and pages.exists():
        raise UsageError(
            f"{pages} exists already", "Name a new folder with --pages.", f"{pages} 已存在。请用 --pages 指定新文件夹。"
        )


def _note(store: GraphStore, out: Path) -> None:
    from api.outputs import note_output

    note_output(store, out, "screening")


def _row(one: Any, told: dict[str, Any]) -> dict[str, Any]:
    place = {"sheet": one.sheet, "row": one.row, "same_as": one.same_as, "see": list(one.see)}
    return place | {"notes": list(one.notes), **told}


def _print_json(
    speaker: Speaker, number: str, purpose: Purpose, told: list[Oddity], rows: list[dict[str, Any]]
) -> None:
    from api.screening_values import Values

    whole = {
        "task": number,
        "purpose": purpose.code,
        "totals": speaker.report.totals,
        "searched": Values(speaker.report, speaker.lang).searched(),
        "notes": [asdict(one) for one in told],
        "rows": rows,
    }
    print(json.dumps(whole, ensure_ascii=False, indent=1))


def _summary(speaker: Speaker, told: list[Oddity], form: Form) -> None:
    """Totals, outcomes and sources; nobody by name."""
    report, lang = speaker.report, speaker.lang
    render.table([speaker.word(t) for t in report.totals], [tuple(report.totals.values())], form, lang)
    outcomes = Counter(speaker.word(f.outcome.value) for f in report.findings)
    render.table((speaker.word("result"), "rows"), list(outcomes.items()), form, lang)
    print_reasons(speaker, form)
    _sources(speaker, report, form)
    for one in told:
        print(speaker.oddity(one))


def _sources(speaker: Speaker, report: Report, form: Form) -> None:
    heads = ("source", speaker.word("data_date"), speaker.word("freshness"))
    rows = [(speaker.source(s.source), s.data_date, speaker.word(s.freshness.value)) for s in report.searched]
    render.table(heads, rows, form, speaker.lang)


def _page(speaker: Speaker, form: Form) -> None:
    report, finding = speaker.report, speaker.report.findings[0]
    if form is Form.TABLE:
        print(speaker.outcome_of_firm(finding))
        for node in report.nodes.values():
            print(speaker.registration(node))
    entries = [*finding.hits, *finding.to_verify]
    names = ("type", "what", "authority", "document_number", "date", "fact_status", "data_date", "doubts")
    rows = [
        (
            speaker.kind(e.fact),
            speaker.comma.join(filter(None, (speaker.what(e.fact), speaker.about(e.fact)))),
            e.fact.authority,
            e.fact.document_number,
            iso(e.fact.date),
            speaker.status(e.fact),
            report.data_date(e.fact.source),
            speaker.semicolon.join(map(speaker.word, e.doubts)),
        )
        for e in entries
    ]
    if rows:
        render.table([speaker.word(n) for n in names], rows, form, speaker.lang)
    if form is Form.TABLE:
        found = {e.fact.source for e in entries}
        left = [s for s in report.searched if s.source not in found]
        nothing = speaker.word("not_found_in") + speaker.colon + speaker.searched(left)
        print(nothing if report.searched else speaker.word("nothing_searched"))
        for note in finding.notes:
            print(speaker.word(note))


COMMANDS = (screen, screen_companies, check)
