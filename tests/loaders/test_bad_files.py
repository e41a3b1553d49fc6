"""What offices really send (domain/5-users E2): each error has one known outcome, and totals always add up."""

from __future__ import annotations

import datetime as dt
import gzip
import random
import tracemalloc
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from graph.errors import FileRefused
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.time import to_day
from loaders.pipeline import Request, load_file
from loaders.readers import read_lines
from tests.conftest import Office, firm, number, uscc

AT = dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC)
WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789Xx"}
WITH_X = next(number(i) for i in range(1, 99) if number(i).endswith("X"))
WRONG = number(1)[:-1] + ("0" if number(1)[-1] != "0" else "1")


def post(**more: str) -> dict[str, Any]:
    """A supervisor's row."""
    row = {"统一社会信用代码": uscc(1), "姓名": "张三", "证件号码": number(1), "职务": "监事", "任职日期": "2020-01-01"}
    return row | more


def people(store: GraphStore) -> list[tuple[str, str | None]]:
    """(name, kind of document) of every person known."""
    found = store.columns("Person", ["name", "document_type"], Slice(store.sealed_seq()))
    return sorted(zip(found["name"], found["document_type"], strict=True), key=repr)


RESIDENT = [("张三", "resident")]


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([post(), post(证件号码=number(1).translate(WIDE))], RESIDENT),
        ([post(证件号码=WITH_X), post(证件号码=WITH_X.lower()), post(证件号码=WITH_X.translate(WIDE))], RESIDENT),
        ([post(证件号码="'" + number(1)), post(证件号码=f" {number(1)}　")], RESIDENT),
        ([post(姓名="张　三"), post(姓名="张 三"), post(姓名=" 张三 ")], RESIDENT),
        ([post(姓名=f"阿卜杜拉{dot}买买提") for dot in "·•・．‧●."], [("阿卜杜拉·买买提", "resident")]),
        ([post(姓名="𠮷田㛃")], [("𠮷田㛃", "resident")]),
        ([post(姓名="喆"), post(姓名="哲", 证件号码=number(2))], [("哲", "resident"), ("喆", "resident")]),
        ([post(), post(证件号码=number(2))], RESIDENT * 2),
        ([post(证件号码=blank) for blank in ("", "无", "待补", "-")], [("张三", None)]),
        ([post(证件号码=number(1)[:6] + number(1)[8:17])], [("张三", "resident_15")]),
        ([post(证件号码="E12345678"), post(证件号码="H12345678")], [("张三", "passport_or_permit")] * 2),
    ],
    ids=["wide", "x", "marks", "spaces", "dots", "rare", "variants", "namesakes", "absent", "fifteen", "passports"],
)
def test_people_with_one_safe_reading(desk: Office, rows: list[dict[str, Any]], known: list[Any]) -> None:
    totals = desk.deliver("legal_representatives", rows).totals
    assert totals["rejected"] == 0 and totals["loaded"] + totals["duplicate"] == len(rows)
    assert people(desk.store) == known


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (post(证件号码=WRONG), "number_check"),
        (post(证件号码="3.71002E+17"), "number_truncated"),
        (post(证件号码=number(1)[:15] + "000"), "number_truncated"),
        (post(证件号码=number(1, "19851332")), "number_birth_date"),
        (post(姓名="张三、李四"), "several_names"),
        (post(姓名="张三，李四", 证件号码=""), "several_names"),
        (post(姓名=number(1)), "number_in_name"),
        (post(任职日期="1985-02-30"), "date_invalid"),
        (post(任职日期="去年"), "date_form"),
        (post(统一社会信用代码=number(2)), "code_is_number"),
    ],
)
def test_people_without_a_safe_reading(desk: Office, row: dict[str, Any], reason: str) -> None:
    totals = desk.deliver("legal_representatives", [post(姓名="王芳", 证件号码=number(9)), row]).totals
    assert (totals["read"], totals["loaded"], totals[f"reason:{reason}"]) == (2, 1, 1)
    kept = desk.store.ledger("quarantine")[0]
    assert kept["row"] == 3 and number(1) not in str(kept)


def test_dates_of_the_mac_calendar_and_merged_cells(desk: Office, tmp_path: Path) -> None:
    """1904 dates are the days that they show; of merged cells only the first has a value, and none is guessed."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet: Any = book.active
    sheet.append(["云津市企业登记信息"])
    sheet.merge_cells("A1:I1")
    sheet.append(list(firm(1)))
    for i in (1, 2, 3):
        sheet.append(list((firm(i) | {"成立日期": dt.date(2012, 3, 2)}).values()))
    sheet.merge_cells("B4:B5")
    sheet.append(["备注：无"])
    book.save(tmp_path / "a.xlsx")
    batch = load_file(desk.store, Request(tmp_path / "a.xlsx", AT), desk.keys)
    assert (batch.totals["read"], batch.totals["loaded"], batch.totals["reason:required"]) == (3, 2, 1)
    found = desk.store.columns("Company", ["established_on"], Slice(1))["established_on"].tolist()
    assert found == [to_day(dt.date(2012, 3, 2))] * 2


@pytest.mark.parametrize("separator", ["，", ";", "\t"])
def test_separators_and_breaks_inside_quotes(desk: Office, separator: str) -> None:
    rows = [firm(i, 住所=f"云津市{separator}样例路\n{i}号") for i in range(1, 12)]
    text = "".join(
        separator.join(f'"{v}"' for v in row) + "\r\n" for row in [list(firm(1)), *(r.values() for r in rows)]
    )
    assert desk.deliver("registrations", text).totals["loaded"] == 11


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("名单.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("照片.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("照片.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        ("扫描.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0"),
        ("名单.docx", b"PK\x03\x04\x14\0\6\0"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(desk: Office, tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head)
    with pytest.raises(FileRefused) as caught:
        load_file(desk.store, Request(tmp_path / name, AT), desk.keys)
    error = caught.value
    assert name in error.message and "Save it" in error.remedy and "存为" in error.zh and not desk.store.batches()


@pytest.mark.parametrize("full", [True, False], ids=["full", "delta"])
def test_the_same_rows_again_change_nothing(desk: Office, full: bool) -> None:
    """As they are, under another name, in another order, as another kind of file."""
    rows = [firm(i) for i in range(1, 30)]
    desk.deliver("registrations", rows, "2026-01-01", full)
    names = ["owner", "grp", "digest", "valid_from", "valid_to", "recorded_seq", "superseded_seq"]

    def known() -> dict[str, list[Any]]:
        at = Slice(desk.store.sealed_seq())
        return {t: sorted(zip(*desk.store.columns(t, names, at).values(), strict=True)) for t in SCHEMA.tables()}

    before = known()
    shuffled = random.Random(1).sample(rows, len(rows))
    for day, (table, more) in enumerate(
        [(rows, {"file": "registrations-1.csv"}), (rows, {"file": "别名.txt"}), (shuffled, {})], 2
    ):
        totals = desk.deliver("registrations", table, f"2026-01-{day:02}", full, **more).totals
        assert (totals["loaded"], totals["unchanged"], totals["rejected"]) == (0, 29, 0)
        assert known() == before


# --- ten gigabytes of one line --------------------------------------------------------------------------


def _sparse(path: Path, head: bytes) -> Path:
    with path.open("wb") as file:
        file.write(head)
        file.truncate(10 * 2**30)
    return path


def _packed(path: Path) -> Path:
    """10 GiB of one letter, in members that repeat."""
    path.write_bytes(gzip.compress(b"x" * 2**26) * 160)
    return path


@pytest.mark.parametrize("kind", ["utf-8", "utf-16", "json", "gz", "xlsx"])
def test_ten_gigabytes_of_one_line_are_refused_with_flat_memory(tmp_path: Path, kind: str) -> None:
    """Of the packed one, a bomb, not even as much is read as tells that it is one."""
    path = {
        "utf-8": lambda: _sparse(tmp_path / "a.csv", b"x" * 100),
        "utf-16": lambda: _sparse(tmp_path / "a.csv", b"\xff\xfe,\0"),
        "json": lambda: _sparse(tmp_path / "a.jsonl", b'\xff\xfe{\0"\0'),
        "gz": lambda: _packed(tmp_path / "a.csv.gz"),
        "xlsx": lambda: _sparse(tmp_path / "a.xlsx", b"PK\3\4"),
    }[kind]()
    tracemalloc.start()
    with pytest.raises(FileRefused, match=r"characters|zero bytes|incomplete"):
        list(read_lines(path))
    assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    tracemalloc.stop()
