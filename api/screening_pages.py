"""One page for each person of a list with a hit or something to be verified: to be printed, confirmed and filed."""

from __future__ import annotations

import getpass
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from analytics.rules.purposes import Purpose
from analytics.screening.finding import Entry, Finding
from api.render_screening import Speaker
from api.screening import PeopleReport
from api.screening_words import PAGE_NOTE, SHEET_OF
from api.settings import now
from api.task import Task
from graph.time import Moment, iso
from loaders.people_list import ListedPerson

OWN = ("type", "authority", "document_number", "date", "fact_status")
RELATED = ("company", "role", *OWN)
SECTIONS = {
    "own": ("own", OWN),
    "related_in_office": ("in_office", RELATED),
    "related_not_in_office": ("not_in_office", RELATED),
    "to_verify": ("to_verify", ("doubts", *RELATED)),
}
# How the width of a table is shared among its columns.
_SHARES = {
    "company": 20,
    "role": 24,
    "type": 14,
    "authority": 12,
    "document_number": 12,
    "date": 11,
    "fact_status": 12,
    "doubts": 10,
}
_DENSE = 7  # facts and signatures over which a page is set smaller, and its signatures two abreast
_DATES = re.compile(r"\d{4}-\d\d-\d\d(?: – \w[\w-]*)?")  # a day, or one with the other end of a term


def write_pages(folder: Path, speaker: Speaker, report: PeopleReport, task: Task, purpose: Purpose, at: Moment) -> int:
    """Write `SHEET-ROW.html` of each such person, sheets by their place in the list; returns how many.

    A page names what the reply tells, with the last four of the number only, and no name or number in the file's name.
    Who stands in the list twice has one page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = Environment(loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    pages.filters["days"] = _unbroken
    page = pages.get_template("candidate.html")
    shared = {
        "lang": speaker.lang,
        "word": speaker.word,
        "task": task,
        "purpose": speaker.pick(purpose.zh, purpose.en),
        "day": _day(speaker, at),
        "searched": speaker.searched(report.searched),
        "note": speaker.pick(*PAGE_NOTE),
        "sheet_of": Markup(speaker.pick(*SHEET_OF)),
        "printed": f"{getpass.getuser()} · {now():%Y-%m-%d %H:%M}",
    }
    names = _file_names(report)
    for name, one, finding in zip(names, report.listed, report.findings, strict=True):
        if name:
            told = _told(speaker, one, finding)
            mark = {"mark": _css_text(f"{task.number} · {told['place']}")}
            (folder / name).write_text(page.render(shared | told | mark), encoding="utf-8")
    return len(list(filter(None, names)))


def _file_names(report: PeopleReport) -> list[str | None]:
    """Of each person of the list the file of his page, None where he has none."""
    sheets = {sheet: i for i, sheet in enumerate(dict.fromkeys(one.sheet for one in report.listed), 1)}
    in_cell: Counter[tuple[str, int]] = Counter()
    names: list[str | None] = []
    for one, finding in zip(report.listed, report.findings, strict=True):
        in_cell[one.sheet, one.row] += 1
        count = in_cell[one.sheet, one.row]
        name = f"{sheets[one.sheet]}-{one.row}{f'-{count}' if count > 1 else ''}.html"
        told = one.same_as is None and (finding.hits or finding.to_verify)
        names.append(name if told else None)
    return names


def _told(speaker: Speaker, one: ListedPerson, finding: Finding) -> dict[str, Any]:
    sections = [
        {
            "title": speaker.word(title),
            "columns": columns,
            "widths": _widths(columns),
            "rows": [_row(speaker, e) for e in entries],
        }
        for (title, columns), entries in zip(SECTIONS.values(), finding.sections.values(), strict=True)
    ]
    entries = [e for found in finding.sections.values() for e in found]
    authorities = list(dict.fromkeys(e.fact.authority or speaker.source(e.fact.source) for e in entries))
    dense = len(entries) + len(authorities) > _DENSE
    return {
        "one": one,
        "place": speaker.pick(f"{one.sheet} 第 {one.row} 行", f"{one.sheet} row {one.row}").strip(),
        "outcome": speaker.outcome(finding),
        "notes": speaker.semicolon.join(map(speaker.word, one.notes)),
        "sections": sections,
        "hints": [speaker.hint(h) for h in finding.hints],
        "authorities": authorities,
        "abreast": 2 if dense and len(authorities) > 1 else 1,
        "dense": dense,
    }


def _widths(columns: Sequence[str]) -> list[float]:
    """Per cent of the table's width."""
    whole = sum(_SHARES[column] for column in columns)
    return [round(100 * _SHARES[column] / whole, 1) for column in columns]


def _row(speaker: Speaker, entry: Entry) -> dict[str, list[str]]:
    """The lines of each cell."""
    fact = entry.fact
    return {
        "type": [speaker.kind(fact), speaker.comma.join(filter(None, (speaker.what(fact), speaker.about(fact))))],
        "authority": [fact.authority or ""],
        "document_number": [fact.document_number or ""],
        "date": [iso(fact.date) or speaker.word("date_unknown")],
        "fact_status": [speaker.status(fact)],
        "company": [speaker.firm(fact.subject) if entry.roles else ""],
        "role": [*dict.fromkeys(map(speaker.role, entry.roles)), speaker.office(entry)],
        "doubts": [speaker.word(d) for d in entry.doubts],
    }


def _day(speaker: Speaker, at: Moment) -> str:
    return speaker.pick(f"{at.as_of}（依 {at.known_at} 所知）", f"{at.as_of}, as known on {at.known_at}")


def _unbroken(text: str) -> Markup:
    """Text as HTML in which no line ends inside a date or a term."""
    return Markup(_DATES.sub(r'<span class="day">\g<0></span>', str(escape(text))))


def _css_text(text: str) -> Markup:
    """Text inside quotes of a style sheet: what is neither letter nor digit goes by its number, and ends nothing."""
    return Markup("".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text))
