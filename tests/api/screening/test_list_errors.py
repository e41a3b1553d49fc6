"""Typical errors of lists (5-users E2, line by line): each in a workbook or text file made here, through `screen`."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.api.screening.lists import (
    ENDS_IN_X,
    HEADER,
    WRONG,
    facts,
    logged,
    opened,
    outcomes,
    row,
    screened,
    task,
    workbook,
)
from tests.api.test_cli import run
from tests.compound_file import compound_file
from tests.conftest import firm, masked, number, penalty, to_csv, uscc

WIDE = {c: c + 0xFEE0 for c in map(ord, "0123456789Xx")}


def answered(at: dict[str, str], folder: Path, *people: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    """The answer to a workbook of people, each a name, a number and perhaps cells under other headers."""
    rows = [row(i, name, typed, **(cells[0] if cells else {})) for i, (name, typed, *cells) in enumerate(people, 1)]
    return screened(folder, at, workbook(folder / "a.xlsx", [HEADER, *rows]), **more)


@pytest.mark.parametrize(
    ("name", "typed", "notes"),
    [
        ("陈样", number(ENDS_IN_X), []),
        ("陈样", number(ENDS_IN_X).translate(WIDE), ["number_normalised"]),  # full-width digits and letters
        ("陈样", number(ENDS_IN_X).lower(), ["number_normalised"]),  # lower-case x
        ("陈样", number(ENDS_IN_X).lower().translate(WIDE), ["number_normalised"]),
        ("陈样", f"'{number(ENDS_IN_X)}", ["number_normalised"]),  # leading apostrophe
        ("陈　样", number(ENDS_IN_X), ["name_normalised"]),  # spaces in a name
        ("陈 样", number(ENDS_IN_X), ["name_normalised"]),
        *((f"阿卜杜拉{dot}买买提", number(10), ["name_normalised"]) for dot in "•・．‧●."),
        ("阿卜杜拉·买买提", number(10), []),
        ("阿卜杜拉买买提", number(10), []),  # without the dot it is the same name
        ("㛃䶮", number(12), []),  # rare characters, of Extension A
        ("𠮷样", number(14), []),  # and of Extension B
    ],
)
def test_what_has_one_safe_reading_is_read_and_noted(
    at: dict[str, str], tmp_path: Path, name: str, typed: str, notes: list[str]
) -> None:
    found = answered(at, tmp_path, (name, typed))
    (told,) = found["rows"]
    assert (told["outcome"], told["notes"]) == ("found", notes)
    assert [f["document_number"] for f in told["related_in_office"]] == ["云津罚〔2026〕3号"]
    sheet = opened(found["reply"]).worksheets[0]
    assert (sheet.cell(3, 2).value, sheet.cell(3, 4).value) == (name, typed), "shown as it was typed"


@pytest.mark.parametrize("name", ["王哲", "買買提·阿卜杜拉", "王\ue863"])
def test_variants_of_a_name_are_to_be_verified_never_a_hit(at: dict[str, str], tmp_path: Path, name: str) -> None:
    """喆 and 哲, another order, a character of an office's own font: the number is 王喆's, the name is not."""
    (told,) = answered(at, tmp_path, (name, number(13)))["rows"]
    assert told["outcome"] == "to_verify" and [e["doubts"] for e in told["to_verify"]] == [["other_name"]]
    assert ("private_characters" in told["notes"]) is ("\ue863" in name)


def test_a_name_as_typed_comes_back_from_a_text_file_too(at: dict[str, str], tmp_path: Path) -> None:
    names = ["张　一", "王\ue863", "阿卜杜拉•买买提", "𠮷样"]
    lines = [",".join(HEADER), *(",".join(map(str, row(i, n, number(i)))) for i, n in enumerate(names, 1))]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    sheet = opened(screened(tmp_path, at, tmp_path / "a.csv")["reply"]).worksheets[0]
    assert [sheet.cell(r, 2).value for r in range(2, 6)] == names


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        (number(1)[:6] + number(1)[8:17], "fifteen_digits"),
        ("E12345678", "other_document"),  # passport
        ("H12345678", "other_document"),  # permit of Hong Kong and Macao, with and without the number of its renewal
        ("M1234567801", "other_document"),
        ("01234567", "other_document"),  # permit of Taiwan, of today and of before 2015
        ("0123456789(B)", "other_document"),
        ("USA310185031212", "other_document"),  # permanent residence, before 2023
        (number(1, area="810000"), None),  # residence permits: the same check character
    ],
)
def test_other_documents_are_accepted_and_flagged(
    at: dict[str, str], tmp_path: Path, typed: str, note: str | None
) -> None:
    (told,) = answered(at, tmp_path, ("周样", typed))["rows"]
    assert told["reason"] is None and told["notes"] == ([note] if note else [])


@pytest.mark.parametrize("typed", ["19850312", "12345678"])
def test_a_birth_date_is_no_permit(at: dict[str, str], tmp_path: Path, typed: str) -> None:
    assert answered(at, tmp_path, ("周样", typed))["rows"][0]["reason"] == "number_form"


def test_dates_of_the_1904_calendar(at: dict[str, str], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet: Any = book.active
    sheet.append(HEADER)
    sheet.append(row(1, "张一", number(1), 出生年月=dt.date(1985, 3, 12)))
    sheet.append(row(2, "李二", number(2), 出生年月=dt.date(1981, 3, 11)))  # as the other calendar would read it
    book.save(tmp_path / "a.xlsx")
    found = screened(tmp_path, at, tmp_path / "a.xlsx")
    assert [r["notes"] for r in found["rows"]] == [[], ["born_contradicts"]]


@pytest.mark.parametrize("separator", ["，", ",", ";", "\t", "|"])
def test_separators_and_breaks_inside_quotes(at: dict[str, str], tmp_path: Path, separator: str) -> None:
    people = [row(1, "张一", number(1), 现任职务="村委会\n委员"), row(2, "赵四", number(4))]
    text = "\r\n".join(
        separator.join(f'"{c}"' if "\n" in str(c) else str(c) for c in cells) for cells in (HEADER, *people)
    )
    (tmp_path / "a.csv").write_bytes(text.encode("gb18030"))
    found = screened(tmp_path, at, tmp_path / "a.csv")
    assert outcomes(found) == ["found", "nothing_found"]


def test_duplicates_are_checked_once_and_say_where(at: dict[str, str], tmp_path: Path) -> None:
    found = answered(at, tmp_path, ("张一", number(1)), ("赵四", number(4)), ("张 一", f" {number(1)}"))
    assert found["totals"] == {"read": 3, "checked": 2, "rejected": 0, "duplicate": 1}
    assert found["rows"][2]["same_as"] == ["第1镇", 3]
    assert "重复：同 第1镇 第 3 行" in opened(found["reply"]).worksheets[0].cell(5, 14).value


@pytest.mark.parametrize(
    ("people", "reasons"),
    [
        ([("张一", "")], ["number_absent"]),
        ([("张一", "无")], ["number_absent"]),
        ([("张一", "待补")], ["number_absent"]),
        ([("张一", "3.71002E+17")], ["number_truncated"]),
        ([("张一", 371002198503120011.0)], ["number_truncated"]),
        ([("张一", number(1)[:15] + "000")], ["number_truncated"]),
        ([("张一", WRONG)], ["number_check"]),
        ([("张一", number(1, "19851332"))], ["number_birth_date"]),
        ([("张一", masked(1))], ["number_masked"]),
        ([("张三、李四", number(1))], ["several_names"]),
        ([("张三\n李四", number(1))], ["several_names"]),
        ([("", number(1))], ["name_absent"]),
        ([(number(1), "")], ["number_in_name"]),
        ([("张一", number(1)), ("王强", number(1))], ["number_two_names"] * 2),
        ([("张一", number(1)), ("张一", number(1))], [None, None]),
        ([("张一", number(1)), ("张一", number(11))], [None, None]),
        ([("张一", number(1)[:6] + number(1)[8:17])], [None]),
        ([("张一", "E12345678")], [None]),
        ([("張一", number(1))], [None]),
        ([("㛃䶮", number(12))], [None]),
    ],
)
def test_errors_of_lists(at: dict[str, str], tmp_path: Path, people: list[tuple[str, Any]], reasons: list[Any]) -> None:
    rows = [row(i, *person) for i, person in enumerate(people, 1)]
    found = screened(tmp_path, at, workbook(tmp_path / "a.xlsx", [HEADER, *rows]))
    assert [r["reason"] for r in found["rows"]] == reasons
    assert number(1) not in json.dumps(found, default=str)


def test_what_is_noted_of_a_list(at: dict[str, str], tmp_path: Path) -> None:
    rows = [
        row(1, "张一", number(1), 性别="女", 出生年月="1985.3"),
        row(2, "李二", number(2), 出生年月="1986年3月"),
        row(3, "赵四", number(4), 性别="男" if int(number(4)[16]) % 2 else "女", 出生年月=dt.date(1985, 3, 1)),
        row(4, "孙五", number(5), 出生年月="45231"),
        row(5, "钱八", f"'{number(8)}", 出生年月="去年"),
        row(6, "甲壹", number(20)),
        row(7, "甲壹", number(21)),
    ]
    found = screened(tmp_path, at, workbook(tmp_path / "a.xlsx", [HEADER, *rows]))
    notes = [r["notes"] for r in found["rows"]]
    assert notes[0] == (["sex_contradicts"] if int(number(1)[16]) % 2 else [])
    assert notes[1:5] == [["born_contradicts"], [], ["born_contradicts"], ["number_normalised", "born_unreadable"]]
    assert notes[5:] == [["same_name_other_number"]] * 2
    assert [r["see"] for r in found["rows"][5:]] == [[["第1镇", 9]], [["第1镇", 8]]], "where the other one stands"


@pytest.mark.parametrize(
    "cell", ["198503", 198503, "１９８５０３", "1985.3", "1985-03", "1985/3", "1985年3月", "1985年03月"]
)
@pytest.mark.parametrize(("born", "notes"), [("19850312", []), ("19850412", ["born_contradicts"])])
def test_a_month_of_birth_is_compared_as_a_month(
    at: dict[str, str], tmp_path: Path, cell: Any, born: str, notes: list[str]
) -> None:
    assert answered(at, tmp_path, ("周样", number(40, born), {"出生年月": cell}))["rows"][0]["notes"] == notes


@pytest.mark.parametrize("cell", ["198513", "198500", "850312", "210003"])
def test_what_is_no_month_is_not_taken_for_one(at: dict[str, str], tmp_path: Path, cell: str) -> None:
    (told,) = answered(at, tmp_path, ("周样", number(40), {"出生年月": cell}))["rows"]
    assert told["notes"] == ["born_unreadable"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_forms_of_one_number_are_noted_alike(at: dict[str, str], tmp_path: Path, order: tuple[int, int]) -> None:
    forms = (number(40), number(40)[:6] + number(40)[8:17])
    found = answered(at, tmp_path, *(("周样", forms[i]) for i in order))
    assert [r["notes"] for r in found["rows"]] == [["fifteen_digits"]] * 2
    assert [r["see"] for r in found["rows"]] == [[["第1镇", 4]], [["第1镇", 3]]]


def test_formulas_without_a_stored_result_are_named(at: dict[str, str], tmp_path: Path) -> None:
    """As openpyxl writes them: no program has computed them, and the cell reads as empty."""
    rows = [
        row(1, "张一", f'="{number(1)}"'),
        row(2, '=CONCATENATE("张","一")', "=B3"),
        row(3, "赵四", number(4), 性别="=B2"),
        row("=ROW()", "", ""),
    ]
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, *rows])
    found = screened(tmp_path, at, list_)
    assert [(r["reason"], r["notes"]) for r in found["rows"]] == [
        ("formula_unsaved", []),
        ("formula_unsaved", []),
        (None, ["formula_unsaved"]),
    ]
    assert "请粘贴为数值" in run("tasks", "precheck", str(list_), **at)


def test_a_header_spaced_out_is_shown_with_spaces(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [["姓　名", "身份证号"], ["赵四", number(4)]])
    said = run("tasks", "precheck", str(list_), **at)
    assert "姓 名 = 姓名" in said and "\ufffd" not in said


def test_a_formula_with_its_result_is_read(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", "=A1")])
    whole = tmp_path / "computed.xlsx"
    with zipfile.ZipFile(list_) as before, zipfile.ZipFile(whole, "w") as after:
        for part in before.namelist():
            told = re.sub(
                rb"<c r=\"D3\"([^>]*)><f>A1</f><v ?/?>(</v>)?",
                b'<c r="D3" t="str"><f>A1</f><v>' + number(1).encode() + b"</v>",
                before.read(part),
            )
            after.writestr(part, told)
    assert outcomes(screened(tmp_path, at, whole)) == ["found"]


def test_formulas_in_a_list_of_firms(at: dict[str, str], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (["投标人名称", "统一社会信用代码"], ["云津样例1商贸有限公司", f'="{uscc(1)}"']):
        book.worksheets[0].append(cells)
    book.save("a.xlsx")
    told = task(tmp_path / "t.yaml", purpose="supplier_review", role="procurement", approved_by=None)
    said = run("screen-companies", "a.xlsx", "--task", told, "--out", "r.xlsx", "--format", "json", **at)
    assert json.loads(said)["rows"][0]["reason"] == "formula_unsaved"


@pytest.mark.parametrize(("place", "says"), [("0", "行号从 1 开始"), ("A0:H0", "行号从 1 开始"), ("0:2", "行号从 1 开始"),
                                             ("不存在!A1:B1", "没有工作表。请去掉工作表名")])  # fmt: skip
def test_places_of_headers_that_there_are_not(at: dict[str, str], tmp_path: Path, place: str, says: str) -> None:
    (tmp_path / "a.csv").write_text("\n".join(",".join(map(str, c)) for c in (HEADER, row(1, "张一", number(1)))))
    assert says in run("tasks", "precheck", "a.csv", "--header", place, code=2, **at)


@pytest.mark.parametrize(
    ("name", "noted"),
    [("陈样（女）", True), ("陈样*", True), ("陈样1", True), ("陈样/户主", True)]
    + [(name, False) for name in ("陈样", "阿卜杜拉·买买提", "㛃䶮", "𠮷样", "王\ue863", "Jean-Luc O'Brien", "陈 样")],
)
def test_a_cell_with_more_than_a_name_is_noted(at: dict[str, str], tmp_path: Path, name: str, noted: bool) -> None:
    (told,) = answered(at, tmp_path, (name, number(ENDS_IN_X)))["rows"]
    assert ("name_marks" in told["notes"]) is noted


def test_several_people_in_a_cell_are_split_when_confirmed(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一、赵四", f"{number(1)}、{number(4)}")])
    found = screened(tmp_path, at, list_, "--split")
    assert outcomes(found) == ["found", "nothing_found"] and found["totals"]["read"] == 2
    cell = opened(found["reply"]).worksheets[0].cell(3, 8).value
    assert cell.startswith("张一：发现 3 条") and cell.endswith("赵四：未发现")


def test_sheets_of_different_layout_hidden_rows_and_merged_headers(at: dict[str, str], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first: Any = book.active
    first.append(["拟任人选"])
    first.append(["序号", "基本信息", "", "授权"])
    first.append(["", "姓名", "公民身份号码", "授权书编号"])
    first.merge_cells("B2:C2")
    first.append([1, "张一", number(1), "授1"])
    first.append([2, "赵四", number(4), "授2"])
    first.append(["合计", 2])
    first.row_dimensions[5].hidden = True
    first.column_dimensions["D"].hidden = True
    other = book.create_sheet("乙镇")
    other.append(["证件号码", "授权情况", "村", "候选人"])
    other.append([number(2), "授3", "东风村", "李二"])
    other.append(["", "", "西风村", ""])
    other.sheet_state = "hidden"
    other.auto_filter.ref = "A1:D3"
    book.create_sheet("说明").append(["本表请于月底前报送"])
    book.save(tmp_path / "a.xlsx")
    found = screened(tmp_path, at, tmp_path / "a.xlsx")
    assert [(r["sheet"], r["row"], r["outcome"]) for r in found["rows"]] == [
        ("Sheet", 4, "found"),
        ("Sheet", 5, "nothing_found"),
        ("乙镇", 2, "found"),
    ]
    assert [(n["what"], n["sheet"], n["places"]) for n in found["notes"]] == [
        ("hidden_sheet", "乙镇", []),
        ("hidden_rows", "Sheet", ["5"]),
        ("hidden_columns", "Sheet", ["D"]),
        ("filter", "乙镇", []),
        ("sheet_not_read", "说明", []),
    ]
    after = opened(found["reply"])
    assert after["Sheet"].cell(3, 5).value == "核查结果" and after["乙镇"].cell(1, 5).value == "核查结果"
    assert after["乙镇"].sheet_state == "hidden"
    for lang, told in (
        (
            "zh",
            [
                "工作表“乙镇”是隐藏的",
                "工作表“Sheet”有隐藏的行，已一并读取：第 5 行",
                "“Sheet”有隐藏的列，已一并读取：D 列",
            ],
        ),
        (
            "en",
            [
                "sheet '乙镇' is hidden",
                "sheet 'Sheet' has hidden rows, read as well: 5",
                "hidden columns, read as well: D",
            ],
        ),
    ):
        said = run("tasks", "precheck", "a.xlsx", "--lang", lang, **at)
        assert all(words in said for words in told), said


def test_a_sheet_with_a_table_but_no_known_header_is_refused(at: dict[str, str], tmp_path: Path) -> None:
    rows = [["候补", "号码", "村"], ["张一", number(1), "东"], ["赵四", number(4), "西"]]
    list_ = workbook(tmp_path / "a.xlsx", rows)
    told = task(tmp_path / "t.yaml", authorisation={"basis": "云办〔2026〕3号 第五条", "decided_by": "主任丙"})
    said = run("screen", str(list_), "--task", told, "--out", str(tmp_path / "r.xlsx"), code=3, **at)
    assert "--column" in said and number(1) not in said
    named = ("--column", "候补=姓名", "--column", "号码=身份证号")
    run("screen", str(list_), "--task", told, "--out", str(tmp_path / "r.xlsx"), *named, **at)


def test_a_list_of_the_other_kind_names_the_command_for_it(at: dict[str, str], tmp_path: Path) -> None:
    people = workbook(tmp_path / "a.xlsx", [["姓名", "身份证号", "性别"], ["张一", number(1), "男"]])
    firms = workbook(
        tmp_path / "b.xlsx", [["序号", "投标人名称", "统一社会信用代码"], [1, "云津样例1商贸有限公司", uscc(1)]]
    )
    told = ("--task", task(tmp_path / "t.yaml"), "--out", "r.xlsx")
    assert "请用 creditgraph screen-companies 核查" in run("screen", str(firms), *told, code=3, **at)
    said = run("screen-companies", str(people), *told, code=3, **at)
    assert "请用 creditgraph screen 核查" in said and "张一" not in said


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_list_without_any_header_is_read_by_letters(at: dict[str, str], tmp_path: Path, suffix: str) -> None:
    """The refusal says how, and what it says works as it is written."""
    people = [("张一", number(1), "授1"), ("赵四", number(4), "授2")]
    list_ = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        list_.write_text("\n".join(map(",".join, people)), encoding="gb18030")
    else:
        book = openpyxl.Workbook()
        for cells in people:
            book.worksheets[0].append(cells)
        book.save(list_)
    said = run("tasks", "precheck", str(list_), code=3, **at)
    (advised,) = re.findall(r"完全没有表头：(.*)（", said)
    options = shlex.split(advised)
    assert options[0] == "--header" and options[2:] == ["--column", "A=姓名", "--column", "B=身份证号"]
    found = screened(tmp_path, at, list_, *options, "--column", "C=授权书编号")
    assert outcomes(found) == ["found", "nothing_found"]
    sheet = opened(found["reply"]).worksheets[0]
    assert [sheet.cell(r, 4).value.partition(" ")[0] for r in (1, 2)] == ["核查结果:"] * 2
    assert sheet.cell(2, 4).value == "核查结果: 未发现"


def test_a_header_that_is_not_found_is_pointed_at(at: dict[str, str], tmp_path: Path) -> None:
    """Two towns: one with twenty lines of instructions above its header, one as usual."""
    book = openpyxl.Workbook()
    long: Any = book.active
    usual = book.create_sheet("乙镇")
    long.title = "甲镇"
    for cells in [*[["填表说明", i, "略"] for i in range(20)], HEADER, row(1, "张一", number(1))]:
        long.append(cells)
    for cells in (HEADER, row(1, "赵四", number(4))):
        usual.append(cells)
    book.save(tmp_path / "a.xlsx")
    options = ("a.xlsx", "--task", task(tmp_path / "t.yaml"), "--out", "r.xlsx")
    said = run("screen", *options, code=3, **at)
    assert "甲镇" in said and "--header '甲镇!A3:H4'" in said and "疑似第 21 行" not in said
    assert "乙镇" in run("screen", *options, "--header", "丙镇!1", "--header", "甲镇!21", code=2, **at)
    found = screened(tmp_path, at, tmp_path / "a.xlsx", "--header", "甲镇!A21:G21")
    assert [(r["sheet"], r["row"], r["outcome"]) for r in found["rows"]] == [
        ("甲镇", 22, "found"),
        ("乙镇", 2, "nothing_found"),
    ]
    assert "21" in run("tasks", "precheck", "a.xlsx", "--header", "甲镇!21", **at), "what is taken for what is shown"


def test_xls_and_csv_are_answered_as_xlsx(at: dict[str, str], tmp_path: Path) -> None:
    rows = [HEADER, row(1, "张一", number(1)), row(2, '=HYPERLINK("x")', number(4)), row(3, "李二", number(2))]
    old = xlwt.Workbook()
    sheet = old.add_sheet("名单")
    for r, cells in enumerate(rows):
        for c, value in enumerate(cells):
            sheet.write(r, c, value)
    old.save(str(tmp_path / "a.xls"))
    text = "\r\n".join(",".join(f'"{str(c).replace(chr(34), chr(34) * 2)}"' for c in cells) for cells in rows)
    (tmp_path / "b.csv").write_bytes(text.encode("gb18030"))
    (tmp_path / "c.csv").write_bytes(text.encode("utf-8-sig"))
    (tmp_path / "d.csv").write_bytes(text.replace(",", "\t").encode("utf-16"))
    answers = [screened(tmp_path, at, tmp_path / name) for name in ("a.xls", "b.csv", "c.csv", "d.csv")]
    assert len({tuple(facts(a)) for a in answers}) == 1
    for answer in answers:
        sheet_ = opened(answer["reply"]).worksheets[0]
        cells = [c for cells in sheet_.iter_rows() for c in cells if c.value is not None]
        assert all(c.data_type == "s" for c in cells)
        assert sheet_.cell(2, 2).value == "张一" and sheet_.cell(2, 4).value == number(1)


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("damaged", "incomplete"),
        ("nothing", "empty file"),
        ("encrypted", "Remove the password"),
        ("bomb", "zip bomb"),
        ("vast", "delete the empty rows"),
        ("picture", "no text"),  # of a table
        ("picture inside", "a picture of a table"),
        ("et", "as .xlsx"),
        ("empty", "Wanted are the headers"),
    ],
)
def test_files_that_cannot_be_read_are_refused_with_advice(
    at: dict[str, str], tmp_path: Path, kind: str, advice: str
) -> None:
    path = tmp_path / {"et": "a.et", "picture": "a.png"}.get(kind, "a.xlsx")
    whole = workbook(tmp_path / "whole.xlsx", [HEADER, row(1, "张一", number(1))])
    if kind == "damaged":
        path.write_bytes(whole.read_bytes()[:-400])
    elif kind == "nothing":
        path.write_bytes(b"")
    elif kind == "encrypted":
        path.write_bytes(compound_file("EncryptionInfo", "EncryptedPackage"))
    elif kind == "et":
        path.write_bytes(compound_file("Workbook"))
    elif kind == "bomb":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/worksheets/sheet1.xml", b"0" * (200 * 2**20))
    elif kind == "picture":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    else:
        book = openpyxl.Workbook()
        if kind == "vast":
            book.worksheets[0].cell(1_048_576, 16_384, "x")
        book.save(path)
        if kind == "picture inside":
            with zipfile.ZipFile(path, "a") as packed:
                packed.writestr("xl/media/image1.png", b"\x89PNG")
    said = run("screen", str(path), "--task", task(tmp_path / "t.yaml"), "--out", "r.xlsx", code=3, **at)
    assert path.name in said and re.search(advice, said), said
    assert not Path("r.xlsx").exists()


def test_a_workbook_of_100_000_rows_is_refused_by_the_cap(at: dict[str, str], tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    for cells in [["姓名", "身份证号"], *[["张一", number(1)]] * 100_000]:
        sheet.append(cells)
    book.save(tmp_path / "a.xlsx")
    said = run("screen", "a.xlsx", "--task", task(tmp_path / "t.yaml"), "--out", "r.xlsx", code=2, **at)
    assert "100,000" in said and "5,000" in said
    assert "100,000" in logged()[-1]["refused"]


@pytest.mark.parametrize(
    ("name", "code", "outcome"),
    [
        ("云津样例(集团)有限公司", True, "found"),
        ("云津样例（集团）有限公司", True, "found"),  # the brackets of either width
        ("云津样例 (集团)　有限公司", True, "found"),  # spaces
        ("云津样例（集团）有限责任公司", True, "found"),  # the two forms of one kind of company
        ("云津旧名商贸有限公司", True, "found"),  # a former name
        ("云津样例（集团）有限公司临江分公司", True, "to_verify"),  # a branch's name on the firm's code is not the firm
        ("云津样例【集团】有限公司", False, "to_verify"),  # by its full name alone
        ("云津旧名商贸有限公司", False, "to_verify"),
        ("云津样例（集团）有限公司临江分公司", False, "not_checked"),  # and no branch is its company
        ("云津样例集团", False, "not_checked"),
    ],
)
def test_variants_of_a_firms_name(tmp_path: Path, name: str, code: bool, outcome: str) -> None:
    home = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/c.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    run("key", "create", f"{tmp_path}/key")
    now = firm(1, 企业名称="云津样例（集团）有限公司", 核准日期="2026-11-01")
    for day, rows in (("2026-10-01", [firm(1, 企业名称="云津旧名商贸有限公司")]), ("2026-11-20", [now])):
        Path(f"r{day}.csv").write_bytes(to_csv(rows))
        run("load", f"r{day}.csv", "--source", "registrations", "--dated", day, **home)
    Path("p.csv").write_bytes(to_csv([penalty(1, "罚1", "2026-11-02")]))
    run("load", "p.csv", "--source", "penalties", "--dated", "2026-11-20", **home)
    book = openpyxl.Workbook()
    for cells in (["投标人名称", "统一社会信用代码"], [name, uscc(1) if code else ""]):
        book.worksheets[0].append(cells)
    book.save("a.xlsx")
    told = task(tmp_path / "t.yaml", purpose="supplier_review", role="procurement", approved_by=None)
    options = ("--task", told, "--out", "r.xlsx", "--format", "json")
    assert outcomes(json.loads(run("screen-companies", "a.xlsx", *options, **home))) == [outcome]
