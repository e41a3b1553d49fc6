"""Headers that a person points at: how their place is worded, and what is read there."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import UnknownHeader, UsageError
from loaders.checklist import PeopleList, read_checklist
from loaders.header_range import HeaderRange


@pytest.mark.parametrize(
    ("text", "sheet", "rows", "columns"),
    [
        ("A3:H4", "", (3, 4), (1, 8)),
        ("东风镇!B3:H4", "东风镇", (3, 4), (2, 8)),
        ("'东风镇'!$B$3:$H$4", "东风镇", (3, 4), (2, 8)),  # as a spreadsheet words it
        ("'王''镇'!3", "王'镇", (3, 3), (1, 16_384)),
        ("a!b!h4:b3", "a!b", (3, 4), (2, 8)),
        ("3:4", "", (3, 4), (1, 16_384)),
        (" C5 ", "", (5, 5), (3, 16_384)),
        ("none", "", (0, 0), (1, 16_384)),
        ("'东风镇'!NONE", "东风镇", (0, 0), (1, 16_384)),
        ("东风镇!无", "东风镇", (0, 0), (1, 16_384)),
    ],
)
def test_how_a_place_is_worded(text: str, sheet: str, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    assert HeaderRange.parse(text) == HeaderRange(sheet, rows, columns)


@pytest.mark.parametrize("text", ["", "东风镇", "A:H", "!A3", "A3:H4:J5", "3-4"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="SHEET!A3:H4"):
        HeaderRange.parse(text)


def listed(folder: Path, *lines: str, at: str, **columns: str) -> list[tuple[int, str]]:
    """(row, name) of a list whose header stands at a place."""
    (folder / "a.csv").write_text("\n".join(lines))
    read = read_checklist(folder / "a.csv", PeopleList(), columns, [HeaderRange.parse(at)])
    return [(r.row, r.cells["name"]) for r in read.rows]


def test_a_header_below_what_is_searched(tmp_path: Path) -> None:
    head = [f"说明{i}," for i in range(20)]
    assert listed(tmp_path, *head, "姓名,身份证号", "张一,1", at="21") == [(22, "张一")]


def test_of_two_tables_side_by_side_the_one_that_is_named(tmp_path: Path) -> None:
    table = ("姓名,身份证号,,姓名,身份证号", "张一,1,,李二,2")
    assert listed(tmp_path, *table, at="A1:B1") == [(2, "张一")]
    assert listed(tmp_path, *table, at="D1:E1") == [(2, "李二")]


def test_a_header_of_three_rows(tmp_path: Path) -> None:
    assert listed(tmp_path, "人选,,", ",基本信息,", "姓名,身份证号,性别", "张一,1,男", at="1:3") == [(4, "张一")]


def test_where_nothing_known_stands_the_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownHeader, match=r"(?s)\*!2:2.*--header"):
        listed(tmp_path, "姓名,身份证号", "张一,1", at="2")
    with pytest.raises(UsageError, match="text file and has no sheets"):
        listed(tmp_path, "姓名,身份证号", "张一,1", at="东风镇!1")


def test_a_list_without_a_header_goes_by_letters(tmp_path: Path) -> None:
    rows = ("1,张一,a", "2,李二,b", "合计,2,")
    assert listed(tmp_path, *rows, at="none", B="姓名", C="身份证号") == [(1, "张一"), (2, "李二")]
    assert listed(tmp_path, "附件1,,", *rows, at="无", B="姓名") == [(2, "张一"), (3, "李二")], "a title is nobody"
    assert listed(tmp_path, "张一,", "李二,b", at="none", A="姓名") == [(1, "张一"), (2, "李二")], (
        "no title: in the list"
    )
    assert listed(tmp_path, "张一", "李二", at="none", A="姓名") == [(1, "张一"), (2, "李二")]
    with pytest.raises(UnknownHeader, match=r"none --column A=姓名"):
        listed(tmp_path, *rows, at="none")
    with pytest.raises(UsageError, match="A, B, C"):
        listed(tmp_path, *rows, at="none", B="姓名", D="身份证号")


def test_what_a_person_says_goes_before_a_known_spelling(tmp_path: Path) -> None:
    table = ("姓名,候选者,身份证号", "户主甲,张一,1")
    assert listed(tmp_path, *table, at="1", 候选者="姓名") == [(2, "张一")]


@pytest.mark.parametrize(("theirs", "ours", "says"), [("候选", "姓名", "姓名, 证号"), ("证号", "号码", "身份证号")])
def test_columns_that_are_nowhere_are_refused_with_those_that_are_there(
    tmp_path: Path, theirs: str, ours: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        listed(tmp_path, "姓名,证号", "张一,1", at="1", **{theirs: ours})
    assert theirs in str(refused.value) or ours in str(refused.value)
    assert "表头" in refused.value.zh


def test_the_headers_of_a_sheet_are_named_but_no_row_of_somebody(tmp_path: Path) -> None:
    for first, named in (("候补,号码,村", True), ("张一,99010119800101001X,东", False)):
        (tmp_path / "a.csv").write_text(f"{first}\n赵四,99010119800101001X,东")
        with pytest.raises(UnknownHeader) as refused:
            read_checklist(tmp_path / "a.csv", PeopleList())
        assert ("候补、号码、村" in refused.value.zh) is named
        assert "张一" not in str(refused.value) and "0101" not in str(refused.value)
        assert "--header none --column A=姓名 --column B=身份证号" in refused.value.zh
