"""Two lists that differ only in order and dirt (5-users E2) give the same facts about each person."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.screening.lists import COMPANY_POST, ENDS_IN_X, HEADER, row, screened, workbook
from tests.conftest import number

PEOPLE = [
    ("张一", number(1)),  # own records, a company's as its representative, another's as a holder
    ("李二", number(2)),  # out of office
    ("王三", number(3)),  # of a firm whose licence is revoked
    ("赵四", number(4)),  # nothing
    ("孙五", number(5)),  # a masked number that fits
    ("周七", number(7)),  # a namesake without a number
    ("钱八", number(8)),
    ("甲", number(9)),  # three names on the number
    ("阿卜杜拉·买买提", number(10)),
    ("㛃䶮", number(12)),
    ("𠮷样", number(14)),
    ("陈样", number(ENDS_IN_X)),
    ("冯七十", number(70)),  # fourteen facts
    ("无此人", number(77)),
]
WIDE = {c: c + 0xFEE0 for c in map(ord, "0123456789Xx")}
INVISIBLE = "\u200b\u200c\u200d\ufeff\u2060\u00ad"
SECTIONS = ("own", "related_in_office", "related_not_in_office", "to_verify", "hints", "reason", "outcome")
SPARE = ("现任职务", "备注", "村")  # columns that nobody asks about


@st.composite
def typed_numbers(draw: st.DrawFn, clean: str) -> str:
    """A number as offices type it."""
    text = clean
    if draw(st.booleans()):
        text = text.lower()
    if draw(st.booleans()):
        text = text.translate(WIDE)
    for mark in draw(st.lists(st.sampled_from([" ", "　", "-", "‐", "–", "\t", "\u00a0", *INVISIBLE]), max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + mark + text[at:]
    return draw(st.sampled_from(["", "'", "’", "‘", "`"])) + text


@st.composite
def typed_names(draw: st.DrawFn, clean: str) -> str:
    """A name as offices type it."""
    text = clean.replace("·", draw(st.sampled_from("·•・．‧●.")))
    if draw(st.booleans()):
        text = text.replace("·", "")
    for mark in draw(st.lists(st.sampled_from([" ", "　", "  ", "\u00a0", *INVISIBLE]), max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + mark + text[at:]
    return text


@st.composite
def tables(draw: st.DrawFn, people: Sequence[int]) -> list[list[Any]]:
    """One sheet: the header in any order with columns to spare, people, and empty rows between them."""
    titles = draw(
        st.permutations([*HEADER, *SPARE[: draw(st.integers(0, len(SPARE)))]]).map(lambda t: list(dict.fromkeys(t)))
    )
    rows: list[list[Any]] = [titles]
    for i in people:
        name, clean = PEOPLE[i]
        cells = {
            "序号": draw(st.sampled_from([i, float(i), str(i), ""])),
            "姓名": draw(typed_names(name)),
            "身份证号": draw(typed_numbers(clean)),
            "授权书编号": f"授{i}",
            "备注": draw(st.sampled_from(["", "无", "已核对"])),
        }
        rows += [[""] * len(titles)] * draw(st.integers(0, 2))
        rows.append([cells.get(title, "") for title in titles])
    return rows


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[int], list[list[list[Any]]], str]:
    """Who is listed, in order; the sheets; the kind of file, a text file for one sheet only."""
    people = draw(st.lists(st.integers(0, len(PEOPLE) - 1), min_size=1, max_size=8))
    cut = draw(st.integers(0, len(people)))
    parts = [part for part in (people[:cut], people[cut:]) if part]
    kind = draw(st.sampled_from([".xlsx", ".csv"])) if len(parts) == 1 else ".xlsx"
    return people, [draw(tables(part)) for part in parts], kind


def write(folder: Path, sheets: list[list[list[Any]]], kind: str) -> Path:
    """The list as a file."""
    path = folder / f"a{kind}"
    if kind == ".xlsx":
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for rows in sheets:
            sheet: Any = book.create_sheet()
            for cells in rows:
                sheet.append([cell if cell != "" else None for cell in cells])
        book.save(path)
    else:
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(sheets[0])
    return path


def told(found: dict[str, Any]) -> list[str]:
    """The facts about each row, in the list's order."""
    return [json.dumps({name: r[name] for name in SECTIONS}, ensure_ascii=False) for r in found["rows"]]


@pytest.fixture(scope="module")
def clean(at: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The facts about everybody, from a list without dirt."""
    folder = tmp_path_factory.mktemp("clean")
    rows = [row(i, *person) for i, person in enumerate(PEOPLE)]
    log = {"CREDITGRAPH_AUDIT": str(folder / "audit.jsonl")}
    facts = told(screened(folder, at, workbook(folder / "a.xlsx", [HEADER, *rows]), **COMPANY_POST, there=log))
    outcomes = {json.loads(fact)["outcome"] for fact in facts}
    assert outcomes == {"found", "nothing_found", "to_verify", "not_checked"} and len(set(facts)) >= 8
    return facts


@given(lists())
@settings(max_examples=40)
def test_order_and_dirt_change_no_fact(at: dict[str, str], clean: list[str], listed: Any) -> None:
    people, sheets, kind = listed
    folder = Path(mkdtemp(dir="."))
    found = screened(folder, at, write(folder, sheets, kind), **COMPANY_POST)
    assert told(found) == [clean[i] for i in people]
    assert found["totals"]["duplicate"] == len(people) - len(set(people))
