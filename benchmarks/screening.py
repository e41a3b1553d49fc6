"""Lists of candidates and exact checks against a city; `python -m benchmarks.screening --city FOLDER --store URL --key FILE`.

The city is one of `creditgraph generate`, loaded: its files hold the numbers that the store keeps only hashed.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import os
import time
from contextlib import redirect_stdout
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from openpyxl import Workbook, load_workbook

from analytics.restrictions.offices import NO_OFFICE, TIES
from analytics.rules.purposes import Purpose, purpose_on
from analytics.rules.record_types import LICENCE_REVOKED, RECORD_TYPES
from analytics.screening.candidate import Candidate, name_key
from analytics.screening.people import screen_people
from api.exact_check import check_firm, check_person, read_firm, read_person
from benchmarks import whole_city
from benchmarks.measure import measured
from graph.identity import nid, numbered_id
from graph.keys import KeyRing
from graph.store import Slice
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.synthetic import generate

DAY = dt.date(2026, 11, 5)
ASKED = 200  # exact checks of each kind
COMPARED = 200  # candidates put to the plain baseline as well
HEADER = ["序号", "姓名", "性别", "身份证号", "现任职务", "授权书编号"]
Person = tuple[str, str]


def officers(city: Path, count: int) -> list[Person]:
    """(name, number) of people of the city, a stretch of the register apart; every tenth is a debtor where there are any."""
    found: dict[str, str] = {}
    for source, step in (("dishonest_debtors", 1), ("legal_representatives", 7)):
        path = next(iter(sorted(city.glob(f"*/{source}-*.csv"))))
        with path.open(encoding=_encoding(path), newline="") as file:
            lines = list(islice(file, 2_000_000 if step == 1 else step * count * 2))
        table = [row for row in csv.reader(lines) if row]
        at = next(i for i, row in enumerate(table[:15]) if any("证" in c and "号" in c for c in row))
        name = next(i for i, c in enumerate(table[at]) if "姓名" in c)
        number = next(i for i, c in enumerate(table[at]) if "身份证" in c or "证件号" in c)
        most = count // 10 if step == 1 else count
        for row in table[at + 1 :: step]:
            if len(found) < most and len(row) > number and len(row[number]) == 18 and row[number][:17].isdigit():
                found.setdefault(row[number], row[name])
    return [(name, number) for number, name in found.items()]


def _encoding(path: Path) -> str:
    try:
        path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def write_list(path: Path, people: list[Person]) -> None:
    """A list as a town sends it: a title, a header, a note."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["附件1 拟任人选汇总表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADER))
    sheet.append(HEADER)
    for i, (name, number) in enumerate(people, 1):
        sheet.append([i, name, "", number, "村委会委员", f"授{i}"])
    sheet.append(["备注：无"])
    book.save(path)


def screening(store: str, key: str, workbook: str, task: str, out: str) -> tuple[float, dict[str, int]]:
    """The command itself, workbook in and out included; (seconds, rows by outcome as the reply tells them)."""
    from api.commands.screening import screen

    os.environ |= {"CREDITGRAPH_CLOCK": DAY.isoformat(), "CREDITGRAPH_AUDIT": out + ".audit"}
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        screen(Path(workbook), Path(out), task=task, store=store, key=Path(key))
    taken = time.perf_counter() - began
    sheet: Any = load_workbook(out, read_only=True).worksheets[0]
    told = [str(row[6].value) for row in sheet.iter_rows(min_row=3) if len(row) > 6 and row[6].value]
    return taken, {word: sum(t.startswith(word) for t in told) for word in ("未发现", "发现", "待核实", "无法核查")}


def checks(store: str, key: str, people: list[Person], codes: list[str]) -> dict[str, float]:
    """Milliseconds of single checks: with one view for all, and with a view of its own each."""
    keys, purpose = KeyRing.load(Path(key)), purpose_on("case_investigation", DAY)
    taken: dict[str, list[float]] = {}
    with open_store(store) as opened:
        kept = _view(opened, purpose)
        for fresh in (False, True):
            for name, number in people:
                began = time.perf_counter()
                view = _view(opened, purpose) if fresh else kept
                check_person(view, read_person(name, number, keys, DAY), purpose)
                taken.setdefault(f"person{', view its own' * fresh}", []).append(time.perf_counter() - began)
            for code in codes:
                began = time.perf_counter()
                view = _view(opened, purpose) if fresh else kept
                check_firm(view, read_firm(code, keys, DAY), purpose)
                taken.setdefault(f"firm{', view its own' * fresh}", []).append(time.perf_counter() - began)
    return {f"{n}, p{p} ms": float(np.percentile(t, p)) * 1e3 for n, t in taken.items() for p in (50, 95)}


def _view(store: Any, purpose: Purpose) -> View:
    return View(store, Moment.on(DAY), Use.VETTING, purpose.disclosure)


# --- the baseline: one candidate at a time, one node at a time ----------------------------------------


def plain(view: View, person: Candidate, purpose: Purpose) -> set[tuple[str, int]] | None:
    """(section, record) of the candidate's own records and of those of the firms that he has or had a tie to.

    None where the number carries another name as well.
    """
    key = nid(numbered_id(person.number) or "")
    names = {name_key(row["name"]) for row in view.store.versions("Person", [key], view.seq)}
    if len(names) != 1 or name_key(person.name) not in names:
        return None
    found = {("own", r) for r in _records(view, key, purpose.own)}
    for tie in purpose.ties:
        for edge in view.store.edges(key, [TIES[tie]], Slice(view.seq), 10_000):
            if edge.start == key and edge.values.get("post") not in NO_OFFICE:
                begun = edge.valid_from is None or edge.valid_from <= view.moment.as_of_day
                found |= {("related", r) for r in _records(view, edge.end, purpose.related) if begun}
    return found


def _records(view: View, key: int, types: tuple[str, ...]) -> set[int]:
    wanted = [RECORD_TYPES[t] for t in types]
    out = set()
    for edge in view.edges(key, ["SUBJECT_OF"], 10_000):
        record = view.node(edge.end)
        kind = record.properties.get("list_type")
        if any(t.label == record.label and t.list_type in (None, kind) for t in wanted):
            out.add(edge.end)
    return out


def compare(store: str, key: str, people: list[Person]) -> dict[str, float]:
    """The same records as the baseline finds, and what either takes a candidate."""
    keys, purpose = KeyRing.load(Path(key)), purpose_on("candidate_vetting", DAY)
    with open_store(store) as opened:
        candidates = [read_person(name, number, keys, DAY) for name, number in people]
        view = _view(opened, purpose)
        began = time.perf_counter()
        theirs = [plain(view, one, purpose) for one in candidates]
        plain_s = time.perf_counter() - began
        found, facts = screen_people(_view(opened, purpose), candidates, purpose), 0
        for one, mine, expected in zip(candidates, found, theirs, strict=True):
            sections = (("own", mine.own), ("related", mine.related))
            got = {
                (section, e.fact.record)
                for section, entries in sections
                for e in entries
                if e.fact.type != LICENCE_REVOKED.code and not set(e.doubts) - {"office_unknown"}
            }
            if expected is not None:
                assert got == expected, one.number.last_four
                facts += len(expected)
    return {"plain_ms_each": plain_s / len(people) * 1e3, "compared_facts": facts}


def run(folder: Path, companies: int) -> dict[str, Any]:
    """Make a city of three months, load it, and measure on it."""
    city, path, key = (folder / f"vetting-{companies}{end}" for end in ("", ".db", ".key"))
    if not path.exists():
        generate(city, companies, 7, 3, dt.date(2026, 8, 1))
        KeyRing.derived("benchmark").save(key)
        whole_city.load(str(city), str(path), slice(None))
    return measure(folder / "screening", city, f"sqlite:///{path}", str(key))


def measure(folder: Path, city: Path, store: str, key: str) -> dict[str, Any]:
    """Lists of 300 and 5,000, exact checks, and the comparison."""
    folder.mkdir(parents=True, exist_ok=True)
    task = folder / "task.yaml"
    stated = {"number": "函1", "purpose": "candidate_vetting", "basis": "基准测试", "unit": "组织部"}
    stated |= {"role": "organisation_department", "asked_by": "甲", "approved_by": "乙"}
    dates = {"opened_on": DAY, "ends_on": DAY, "target": {"post": "董事", "company": True}}
    task.write_text(yaml.safe_dump(stated | dates, allow_unicode=True))
    people = officers(city, 5_000)
    found: dict[str, Any] = {}
    for count in (300, 5_000):
        path, out = folder / f"list-{count}.xlsx", folder / f"reply-{count}.xlsx"
        out.unlink(missing_ok=True)
        write_list(path, people[:: max(1, len(people) // count)][:count])
        taken = measured(screening, store, key, str(path), str(task), str(out))
        found |= {f"{count}_s": taken.seconds, f"{count}_mib": taken.mib}
        found |= {f"{count} {word}": n for word, n in taken.result.items()}
    sample = people[:: max(1, len(people) // COMPARED)][:COMPARED]
    found |= measured(compare, store, key, sample).result
    with open_store(store) as opened:
        firms = opened.columns("Company", ["owner", "uscc"], Slice(opened.sealed_seq()))
    codes = [c for c in firms["uscc"][:: max(1, len(firms["uscc"]) // (2 * ASKED))].tolist() if c][:ASKED]
    found |= measured(checks, store, key, people[:ASKED], codes).result
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--city", type=Path, required=True, help="folder that creditgraph generate wrote")
    parser.add_argument("--store", required=True, help="URL of the store it was loaded into")
    parser.add_argument("--key", required=True, help="key file of the store")
    parser.add_argument("--folder", type=Path, default=Path("build/bench/screening"))
    options = parser.parse_args()
    for name, value in measure(options.folder, options.city, options.store, options.key).items():
        print(f"  {name:32}{value:,.2f}" if isinstance(value, float) else f"  {name:32}{value:,}")
