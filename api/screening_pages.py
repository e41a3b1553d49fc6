"""One page for each person of a list with a hit or something to be verified: to be printed, confirmed and filed."""

from __future__ import annotations

import getpass
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from analytics.rules.purposes import Purpose
from analytics.screening.finding import Entry, Finding
from api.render_screening import Speaker
from api.screening import PeopleReport
from api.screening_words import PAGE_NOTE
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
_DENSE = 8  # facts from which a page is set smaller


def write_pages(folder: Path, speaker: Speaker, report: PeopleReport, task: Task, purpose: Purpose, at: Moment) -> int:
    """Write `SHEET-ROW.html` of each such person, sheets by their place in the list; returns how many.

    A page names what the reply tells, with the last four of the number only, and no name or number in the file's name.
    Who stands in the list twice has one page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    ).get_template("candidate.html")
    shared = {
        "lang": speaker.lang,
        "word": speaker.word,
        "task": task,
        "purpose": speaker.pick(purpose.zh, purpose.en),
        "day": _day(speaker, at),
        "searched": speaker.searched(report.searched),
        "note": speaker.pick(*PAGE_NOTE),
        "printed": f"{getpass.getuser()} · {now():%Y-%m-%d %H:%M}",
    }
    names = _file_names(report)
    for name, one, finding in zip(names, report.listed, report.findings, strict=True):
        if name:
            (folder / name).write_text(page.render(shared | _told(speaker, one, finding)), encoding="utf-8")
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
        {"title": speaker.word(title), "columns": columns, "rows": [_row(speaker, e) for e in entries]}
        for (title, columns), entries in zip(SECTIONS.values(), finding.sections.values(), strict=True)
    ]
    entries = [e for found in finding.sections.values() for e in found]
    authorities = dict.fromkeys(e.fact.authority or speaker.source(e.fact.source) for e in entries)
    return {
        "one": one,
        "place": speaker.pick(f"{one.sheet} 第 {one.row} 行", f"{one.sheet} row {one.row}").strip(),
        "outcome": speaker.outcome(finding),
        "notes": speaker.semicolon.join(map(speaker.word, one.notes)),
        "sections": sections,
        "hints": [speaker.hint(h) for h in finding.hints],
        "authorities": list(authorities),
        "dense": len(entries) > _DENSE,
    }


def _row(speaker: Speaker, entry: Entry) -> dict[str, list[str]]:
    """The lines of each cell."""
    fact = entry.fact
    return {
        "type": [speaker.kind(fact), *filter(None, (speaker.what(fact), speaker.about(fact)))],
        "authority": [fact.authority or ""],
        "document_number": [fact.document_number or ""],
        "date": [iso(fact.date) or speaker.word("date_unknown")],
        "fact_status": [speaker.status(fact)],
        "company": [speaker.firm(fact.subject) if entry.roles else ""],
        "role": [*map(speaker.role, entry.roles), speaker.office(entry)],
        "doubts": [speaker.word(d) for d in entry.doubts],
    }


def _day(speaker: Speaker, at: Moment) -> str:
    return speaker.pick(f"{at.as_of}（依 {at.known_at} 所知）", f"{at.as_of}, as known on {at.known_at}")
