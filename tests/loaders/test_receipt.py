"""An office's day: a template filled in badly, the receipt, the correction, and the totals right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.errors import UsageError
from graph.store import Slice
from loaders.pipeline import Request, load_file, outstanding
from loaders.reasons import explain
from loaders.receipt import write_receipt
from loaders.source import sources
from loaders.template import write_template
from tests.conftest import Office, number, uscc

AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def fill_badly(path: Path) -> None:
    """The template of posts with a good row, a wrong number, a wrong date, and a formula for a name."""
    write_template(sources()["legal_representatives"], path)
    book = openpyxl.load_workbook(path)
    sheet: Any = book.active
    titles = {str(c.value).lstrip("*"): c.column for c in sheet[1]}
    rows = [
        ("云津甲公司", uscc(21), "样例甲", number(21), "监事", "2020-01-01"),
        (
            "云津乙公司",
            uscc(22),
            "样例乙",
            number(22)[:-1] + ("1" if number(22)[-1] != "1" else "2"),
            "监事",
            "2020-01-01",
        ),
        ("云津丙公司", uscc(23), "=1+1", number(23), "监事", "2020-02-30"),
    ]
    names = ("企业名称", "统一社会信用代码", "姓名", "证件号码", "职务", "任职日期")
    for at, row in enumerate(rows, 2):
        for name, value in zip(names, row, strict=True):
            cell = sheet.cell(at, titles[name], value)
            cell.data_type = "s"
    book.save(path)


def test_an_offices_day(desk: Office, tmp_path: Path) -> None:
    fill_badly(tmp_path / "posts.xlsx")
    first = load_file(desk.store, Request(tmp_path / "posts.xlsx", AT), desk.keys)
    assert (first.totals["read"], first.totals["loaded"], first.totals["rejected"]) == (3, 1, 2)
    assert write_receipt(desk.store, 1, desk.keys, tmp_path / "receipt.xlsx") == 2
    book = openpyxl.load_workbook(tmp_path / "receipt.xlsx")
    totals = {row[0]: row[1] for row in book["回执"].values}
    assert (totals["读取"], totals["入库"], totals["退回"]) == (3, 1, 2)
    sheet = book["退回行"]
    titles: dict[str, Any] = {str(c.value).lstrip("*"): c.column for c in sheet[1]}
    table: list[dict[str, Any]] = [{t: sheet.cell(r, c).value for t, c in titles.items()} for r in (2, 3)]
    assert [row["原行号"] for row in table] == ["3", "4"] and "按证件核对号码" in table[0]["退回原因及处理办法"]
    assert table[0]["证件号码"] == "*" * 14 + table[0]["证件号码"][-4:], "the last four only"
    assert table[1]["姓名"] == "=1+1" and sheet.cell(3, titles["姓名"]).data_type == "s", "a formula is just text"
    cells = [str(c.value) for r in sheet.iter_rows() for c in r]
    assert not any(number(23) in c or number(22)[:14] in c for c in cells)

    sheet.cell(2, titles["证件号码"], number(22))
    sheet.cell(3, titles["证件号码"], number(23))  # and the date stays wrong
    book.save(tmp_path / "corrected.xlsx")
    second = load_file(desk.store, Request(tmp_path / "corrected.xlsx", AT, corrects=1), desk.keys)
    assert (second.totals["read"], second.totals["loaded"], second.totals["rejected"]) == (2, 1, 1)
    assert outstanding(desk.store, 1) == {("法定代表人及主要人员信息", 4)}
    assert len(desk.store.columns("HOLDS_POST_IN", ["owner"], Slice(2))["owner"]) == 2
    assert write_receipt(desk.store, 1, desk.keys, tmp_path / "again.xlsx") == 1


def test_a_receipt_corrected_wrongly(desk: Office, tmp_path: Path) -> None:
    """Another row number, a row twice, a row that was already corrected: refused, and told why."""
    fill_badly(tmp_path / "posts.xlsx")
    load_file(desk.store, Request(tmp_path / "posts.xlsx", AT), desk.keys)
    write_receipt(desk.store, 1, desk.keys, tmp_path / "receipt.xlsx")
    book = openpyxl.load_workbook(tmp_path / "receipt.xlsx")
    sheet: Any = book["退回行"]
    titles = {str(c.value).lstrip("*"): c.column for c in sheet[1]}
    sheet.cell(2, titles["证件号码"], number(22))
    for column in titles.values():
        sheet.cell(3, column, sheet.cell(2, column).value)
        sheet.cell(4, column, sheet.cell(2, column).value)
    sheet.cell(4, titles["原行号"], "2")
    book.save(tmp_path / "wrong.xlsx")
    batch = load_file(desk.store, Request(tmp_path / "wrong.xlsx", AT, corrects=1), desk.keys)
    assert (batch.totals["loaded"], batch.totals["reason:not_in_receipt"]) == (1, 2)
    with pytest.raises(UsageError, match="no loaded batch 9"):
        load_file(desk.store, Request(tmp_path / "wrong.xlsx", AT, corrects=9), desk.keys)
    with pytest.raises(UsageError, match="no sealed batch 9"):
        write_receipt(desk.store, 9, desk.keys, tmp_path / "x.xlsx")


def _renumbered(sheet: Any, at: dict[str, int]) -> None:
    sheet.cell(2, at["原行号"], "99")


def _unnumbered(sheet: Any, at: dict[str, int]) -> None:
    sheet.cell(2, at["原行号"], "")


def _of_another_sheet(sheet: Any, at: dict[str, int]) -> None:
    sheet.cell(2, at["原工作表"], "别的")


def _without_the_column(sheet: Any, at: dict[str, int]) -> None:
    sheet.delete_cols(at["原行号"])


def _a_row_that_was_good(sheet: Any, at: dict[str, int]) -> None:
    sheet.cell(2, at["原行号"], "2")


def _still_masked(sheet: Any, at: dict[str, int]) -> None:
    sheet.cell(2, at["证件号码"], "*" * 14 + number(22)[-4:])


def _still_wrong(sheet: Any, at: dict[str, int]) -> None:
    sheet.cell(2, at["任职日期"], "2020-02-30")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_renumbered, "not_in_receipt"),
        (_unnumbered, "not_in_receipt"),
        (_of_another_sheet, "not_in_receipt"),
        (_without_the_column, "not_in_receipt"),
        (_a_row_that_was_good, "not_in_receipt"),
        (_still_masked, "number_form"),
        (_still_wrong, "date_invalid"),
    ],
    ids=lambda v: v.__name__.strip("_") if callable(v) else v,
)
def test_each_way_to_correct_a_receipt_wrongly_has_its_reason(
    desk: Office, tmp_path: Path, spoil: Any, reason: str
) -> None:
    """The wrong row is refused again and stays open; the right one beside it is taken, and the totals add up."""
    fill_badly(tmp_path / "posts.xlsx")
    load_file(desk.store, Request(tmp_path / "posts.xlsx", AT), desk.keys)
    write_receipt(desk.store, 1, desk.keys, tmp_path / "receipt.xlsx")
    book = openpyxl.load_workbook(tmp_path / "receipt.xlsx")
    sheet: Any = book["退回行"]
    titles = {str(c.value).lstrip("*"): c.column for c in sheet[1]}
    for row, good in ((2, 22), (3, 23)):
        sheet.cell(row, titles["证件号码"], number(good))
        sheet.cell(row, titles["任职日期"], "2020-02-29")
    spoil(sheet, titles)
    book.save(tmp_path / "corrected.xlsx")
    batch = load_file(desk.store, Request(tmp_path / "corrected.xlsx", AT, corrects=1), desk.keys)
    wrong = 2 if spoil is _without_the_column else 1
    assert (batch.totals["read"], batch.totals["loaded"], batch.totals["rejected"]) == (2, 2 - wrong, wrong)
    assert [q["code"] for q in desk.store.ledger("quarantine", 2)] == [reason] * wrong
    assert explain(reason, "zh") != reason != explain(reason, "en")
    assert len(outstanding(desk.store, 1)) == wrong
    held = desk.store.columns("HOLDS_POST_IN", ["owner"], Slice(2))["owner"]
    assert len(held) == 1 + batch.totals["loaded"]
