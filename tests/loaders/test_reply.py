"""The reply keeps what the office's workbook had: pictures, comments, charts, formats, filters, print settings."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from graph.errors import FileRefused
from loaders.checklist import PeopleList, read_checklist
from loaders.header_range import HeaderRange
from loaders.oddities import Oddity, oddities
from loaders.reply import write_reply

TITLES = ("核查结果", "说明")
STAMP = b"\x89PNG\r\n\x1a\n a red stamp"
PICTURE = (
    '<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
    "<xdr:from><xdr:col>0</xdr:col><xdr:row>3</xdr:row></xdr:from><xdr:to><xdr:col>{column}</xdr:col><xdr:row>7</xdr:row>"
    "</xdr:to><xdr:clientData/></xdr:twoCellAnchor>"
)


def rich(path: Path, column: int = 3) -> Path:
    """A list with all that offices put into one; its stamp reaches up to a column, counted from 0."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "第1镇"
    for cells in (
        ["汇总表"],
        ["序号", "姓名", "身份证号"],
        [1, "张一", "a"],
        [2, "赵四", "b"],
        ["合计", "=COUNTA(B3:B4)"],
    ):
        sheet.append(cells)
    sheet.merge_cells("A1:C1")
    sheet.column_dimensions["B"].width = 17.5
    sheet.row_dimensions[4].hidden = True
    sheet.row_dimensions[3].height = 33
    sheet.auto_filter.ref = "A2:C4"
    sheet.freeze_panes = "A3"
    sheet["B3"].comment = Comment("已核对户籍", "经办")
    sheet["B2"].font, sheet["C2"].fill = Font(bold=True, name="宋体"), PatternFill("solid", start_color="FFFF00")
    for row in sheet["A2:H4"]:  # borders far beyond the table
        for cell in row:
            cell.border = Border(left=Side("thin"))
    sheet.conditional_formatting.add("A3:A4", Rule("cellIs", operator="greaterThan", formula=["1"]))
    sheet.add_data_validation(DataValidation(type="list", formula1='"男,女"', sqref="D3:D4"))
    sheet.print_area, sheet.print_title_rows = "A1:C5", "1:2"
    sheet.page_setup.orientation, sheet.oddFooter.center.text = "landscape", "第 &P 页"
    sheet.protection.sheet = True
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=3, max_row=4))
    other = book.create_sheet("说明")
    other.append(["本表请于月底前报送"])
    other.add_chart(chart, "B2")
    sheet.add_chart(BarChart(), "A9")
    book.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    drawing = next(n for n in sorted(parts) if n.startswith("xl/drawings/drawing"))
    parts[drawing] = re.sub(rb"</(\w+:)?wsDr>", lambda m: PICTURE.format(column=column).encode() + m[0], parts[drawing])
    parts["xl/media/image1.png"] = STAMP
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def replied(path: Path, out: Path, *texts: str, headers: Sequence[str] = (), columns: Any = None) -> list[Oddity]:
    """The reply to a list, each text for one of its rows; what is worth telling of the list."""
    read = read_checklist(path, PeopleList(), columns, [HeaderRange.parse(h) for h in headers])
    cells = {(r.sheet, r.row): [text, "说明"] for r, text in zip(read.rows, texts, strict=True)}
    write_reply(path, out, read.sheets, TITLES, cells)
    return oddities(path, read)


def test_every_other_part_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    path, out = rich(tmp_path / "a.xlsx"), tmp_path / "r.xlsx"
    assert replied(path, out, "未发现", "发现 1 条") == [
        Oddity("hidden_rows", "第1镇", ("4",)),
        Oddity("filter", "第1镇"),
        Oddity("sheet_not_read", "说明"),
    ]
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out) as after:
        assert after.namelist() == before.namelist()
        changed = [n for n in before.namelist() if before.read(n) != after.read(n)]
        assert sorted(changed) == ["xl/styles.xml", "xl/worksheets/sheet1.xml"]
        assert after.read("xl/media/image1.png") == STAMP
        assert {"xl/charts/chart1.xml", "xl/charts/chart2.xml"} <= set(after.namelist())
        assert any("comments" in n for n in after.namelist())


def _sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path)["第1镇"]


def test_the_sheet_is_the_same_but_for_the_added_columns(tmp_path: Path) -> None:
    path, out = rich(tmp_path / "a.xlsx"), tmp_path / "r.xlsx"
    replied(path, out, "未发现", "发现 1 条")
    before, after = (_sheet(p) for p in (path, out))
    for row in before.iter_rows(max_col=4):
        for cell in row:
            mine = after[cell.coordinate]
            assert (mine.value, mine.style_id) == (cell.value, cell.style_id)
    assert after["B5"].value == "=COUNTA(B3:B4)", "a formula of theirs stays one"
    assert after.merged_cells.ranges == before.merged_cells.ranges
    assert after.column_dimensions["B"].width == 17.5
    assert (after.column_dimensions["E"].width, after.column_dimensions["E"].max) == (36, 6)
    assert after.row_dimensions[4].hidden and after.row_dimensions[3].height == 33
    assert (after.auto_filter.ref, after.freeze_panes, after.print_area) == ("A2:C4", "A3", before.print_area)
    assert after["B3"].comment.text == "已核对户籍"
    assert (after.print_title_rows, after.page_setup.orientation) == ("$1:$2", "landscape")
    assert str(after.oddFooter.center.text) == "第 &P 页" and after.protection.sheet
    assert [str(r.sqref) for r in after.conditional_formatting] == ["A3:A4"]
    assert [str(v.sqref) for v in after.data_validations.dataValidation] == ["D3:D4"]
    assert [after.cell(r, 5).value for r in range(1, 6)] == [None, "核查结果", "未发现", "发现 1 条", None]
    added = after["E3"]
    assert (added.data_type, added.number_format, added.alignment.wrap_text) == ("s", "@", True)
    assert after["E2"].border.left.style == "thin", "under the format of the header beside it"


@pytest.mark.parametrize(("column", "free"), [(0, 4), (2, 4), (3, 5), (6, 8)])
def test_columns_stand_clear_of_stamps_and_charts(tmp_path: Path, column: int, free: int) -> None:
    """A picture from one cell to another grows with the columns under it, and hides what stands there."""
    path = rich(tmp_path / "a.xlsx", column)
    replied(path, tmp_path / "r.xlsx", "甲", "乙")
    sheet = _sheet(tmp_path / "r.xlsx")
    assert next(c.column for c in sheet[2] if c.value == "核查结果") == free


def test_calamine_reads_what_openpyxl_reads(tmp_path: Path) -> None:
    path, out = rich(tmp_path / "a.xlsx"), tmp_path / "r.xlsx"
    replied(path, out, "第一行\n第二行", " 前后有空格 ")
    rows = python_calamine.load_workbook(out).get_sheet_by_name("第1镇").to_python()
    assert [row[4] for row in rows] == ["", "核查结果", "第一行\n第二行", " 前后有空格 ", ""]
    assert [len(row) for row in rows] == [6] * 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "1", "2026-11-23", "<b>&\"'", "�𠮷\ue863"])
def test_whatever_is_written_stays_text(tmp_path: Path, text: str) -> None:
    replied(rich(tmp_path / "a.xlsx"), tmp_path / "r.xlsx", text, "x" * 40_000)
    sheet = _sheet(tmp_path / "r.xlsx")
    risky = text[0] in "=+-@\t"
    assert (sheet["E3"].data_type, sheet["E3"].value) == ("s", "'" * risky + text.strip("\t"))
    assert len(sheet["E4"].value) < 32_767


def test_json_lines_have_their_header_in_the_first_row(tmp_path: Path) -> None:
    people = [{"姓名": "张一", "身份证号": "a"}, {"姓名": "赵四", "身份证号": "=1"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, people)))
    assert replied(tmp_path / "a.jsonl", tmp_path / "r.xlsx", "甲", "乙") == [Oddity("rewritten")]
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].values)
    assert rows == [("姓名", "身份证号", *TITLES), ("张一", "a", "甲", "说明"), ("赵四", "=1", "乙", "说明")]


LETTERS = {"B": "姓名", "C": "身份证号"}


def test_without_a_header_each_text_says_what_it_is(tmp_path: Path) -> None:
    """Nothing stands above the list: there is no cell for a title."""
    book = openpyxl.Workbook()
    for cells in ([1, "张一", "a"], [2, "赵四", "b"]):
        book.worksheets[0].append(cells)
    book.save(tmp_path / "a.xlsx")
    replied(tmp_path / "a.xlsx", tmp_path / "r.xlsx", "未发现", "", headers=["none"], columns=LETTERS)
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].values)
    assert rows == [(1, "张一", "a", "核查结果: 未发现", "说明: 说明"), (2, "赵四", "b", None, "说明: 说明")]


def test_without_a_header_the_titles_stand_beside_what_is_above_the_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (["汇总表"], [], [1, "张一", "a"], [2, "赵四", "b"]):
        book.worksheets[0].append(cells)
    book.save(tmp_path / "a.xlsx")
    replied(tmp_path / "a.xlsx", tmp_path / "r.xlsx", "甲", "乙", headers=["Sheet!none"], columns=LETTERS)
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].values)
    assert rows[0] == ("汇总表", None, None, *TITLES) and rows[2][3:] == ("甲", "说明")


def test_a_text_without_a_header_comes_back_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,张一,a\n2,赵四,b")
    replied(tmp_path / "a.csv", tmp_path / "r.xlsx", "甲", "乙", headers=["none"], columns=LETTERS)
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].values)
    assert rows[0] == ("1", "张一", "a", "核查结果: 甲", "说明: 说明") and len(rows) == 2


def test_where_no_column_is_free_the_list_is_refused(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(rich(tmp_path / "a.xlsx"))
    book["第1镇"].unmerge_cells("A1:C1")
    book["第1镇"].merge_cells("A1:XFD1")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FileRefused, match="no columns are free"):
        replied(tmp_path / "a.xlsx", tmp_path / "r.xlsx", "甲", "乙")


def test_macros_are_kept_and_never_run(tmp_path: Path) -> None:
    path = rich(tmp_path / "a.xlsm")
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"macros")
    replied(path, tmp_path / "r.xlsm", "甲", "乙")
    with zipfile.ZipFile(tmp_path / "r.xlsm") as after:
        assert after.read("xl/vbaProject.bin") == b"macros"


def test_a_signature_that_no_longer_covers_the_workbook_is_told(tmp_path: Path) -> None:
    path = rich(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    assert Oddity("signature") in replied(path, tmp_path / "r.xlsx", "甲", "乙")


def test_a_sheet_that_is_no_xml_is_refused(tmp_path: Path) -> None:
    path = rich(tmp_path / "a.xlsx")
    read = read_checklist(path, PeopleList())
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", b"")
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(FileRefused, match=r"a\.xlsx: a sheet is no XML"):
        write_reply(path, tmp_path / "r.xlsx", read.sheets, TITLES, {})
    assert not (tmp_path / "r.xlsx").exists()
