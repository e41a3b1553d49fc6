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
    ],
)
def test_how_a_place_is_worded(text: str, sheet: str, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    assert HeaderRange.parse(text) == HeaderRange(sheet, rows, columns)


@pytest.mark.parametrize("text", ["", "东风镇", "A:H", "!A3", "A3:H4:J5", "3-4"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="SHEET!A3:H4"):
        HeaderRange.parse(text)


def listed(folder: Path, *lines: str, at: str) -> list[tuple[int, str]]:
    """(row, name) of a list whose header stands at a place."""
    (folder / "a.csv").write_text("\n".join(lines))
    return [
        (r.row, r.cells["name"])
        for r in read_checklist(folder / "a.csv", PeopleList(), None, [HeaderRange.parse(at)]).rows
    ]


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
    with pytest.raises(UsageError, match="东风镇"):
        listed(tmp_path, "姓名,身份证号", "张一,1", at="东风镇!1")
