"""Files in every form an office sends, and files that must be refused."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from graph.errors import FileRefused
from loaders.readers import read_lines

TEXT = '统一社会信用代码,企业名称\n甲,云津，样例\n乙,"多行\n名称"\n'
ROWS = [["统一社会信用代码", "企业名称"], ["甲", "云津，样例"], ["乙", "多行\n名称"]]


def cells(path: Path) -> list[list[str]]:
    return [c for _, _, c in read_lines(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert cells(path) == ROWS


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("代码;名称;地址\n1;2;3\n".replace(";", separator))
    assert cells(path) == [["代码", "名称", "地址"], ["1", "2", "3"]]


def test_packed_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT.encode("gb18030")))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("内.csv", TEXT)
    assert cells(tmp_path / "a.csv.gz") == cells(tmp_path / "a.zip") == ROWS


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"代码": "甲", "数": 3}\n\n{"数": 4.5, "日期": "2026-01-01"}\n')
    assert cells(path) == [["代码", "数", "日期"], ["甲", "3", ""], ["", "4.5", "2026-01-01"]]


def test_workbooks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["代码", "日期", "数"])
    first.append(["甲", dt.date(2024, 2, 1), 371002198503121234])
    book.create_sheet("第二页").append(["代码"])
    book.save(tmp_path / "a.xlsx")
    found = list(read_lines(tmp_path / "a.xlsx"))
    assert found[0][2] == ["代码", "日期", "数"] and found[1][2][:2] == ["甲", "2024-02-01"]
    assert "E+17" in found[1][2][2], "a number that lost digits must look like one"
    assert found[2][0] == "第二页"
    old = xlwt.Workbook()
    sheet = old.add_sheet("页")
    rows: list[list[str | float]] = [["代码", "数"], ["甲", 5.0]]
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    old.save(str(tmp_path / "a.xls"))
    assert cells(tmp_path / "a.xls") == [["代码", "数"], ["甲", "5"]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv.gz", gzip.compress(b"a,b\n" * 5000, mtime=0)[:60], "damaged"),
        ("a.csv.gz", b"not gzip at all", "damaged"),
        ("a.xlsx", b"PK\x03\x04 torn", "incomplete"),
        ("a.xlsx", b"plain", "is no workbook"),
        ("a.xls", b"plain", "is no workbook"),
        ("a.zip", b"PK torn", "damaged"),
        ("a.csv", "甲,乙\n".encode("utf-16-le"), "zero bytes"),
        ("a.csv", b"\x81\xff\xff\xfe,b\n", "neither UTF-8"),
        ("a.csv", b"", "empty"),
        ("a.jsonl", b"{broken", "not JSON"),
        ("a.jsonl", b"[1]", "not a JSON object"),
        ("a.jsonl", b'{"a": "\\ud800"}', "not JSON"),
        ("a.jsonl", b'{"a":' * 100_000, "not JSON"),
        ("a.csv", b" \n", "empty file"),
    ],
)
def test_unreadable_files_are_refused_with_a_remedy(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=message) as caught:
        cells(tmp_path / name)
    assert name in caught.value.message and caught.value.remedy


def test_bombs_are_refused_before_they_unpack(tmp_path: Path) -> None:
    zeros = b"0,\n" * (100 * 2**20)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(zeros))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", zeros)
    for name in ("a.zip", "a.xlsx"):
        (tmp_path / name).write_bytes(buffer.getvalue())
    for name in ("a.csv.gz", "a.zip", "a.xlsx"):
        with pytest.raises(FileRefused, match="bomb"):
            cells(tmp_path / name)


def test_one_endless_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x" * 6_000_000)
    with pytest.raises(FileRefused):
        cells(tmp_path / "a.csv")


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n")
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag bit in the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(bytes(data))
    with pytest.raises(FileRefused, match="encrypted"):
        cells(path)


def test_odd_line_breaks_stay_inside_their_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('名称,数\n垂直\x0b公司,1\n行\u2028分,2\n"两\n行",3\n末,4\n', encoding="utf-8")
    found = list(read_lines(tmp_path / "a.csv"))
    assert [row for _, _, row in found][1:3] == [["垂直\x0b公司", "1"], ["行\u2028分", "2"]]
    assert [number for _, number, _ in found] == [1, 2, 3, 4, 6], "a record is where it begins"


def test_a_stray_cell_far_away_is_refused_before_memory_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "名称"
    sheet["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FileRefused, match="1,048,576 rows and 16,384 columns"):
        cells(tmp_path / "a.xlsx")


def test_a_mac_archive_is_read_without_its_shadow(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "名称\n甲\n")
        archive.writestr("__MACOSX/._a.csv", b"\0\1")
    assert cells(tmp_path / "a.zip") == [["名称"], ["甲"]]
