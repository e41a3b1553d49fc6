"""Workbooks that cannot be opened: each cause has its own advice."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt

from graph.errors import FileRefused
from loaders.readers import read_lines
from tests.compound_file import compound_file


def _whole() -> bytes:
    openpyxl.Workbook().save("whole.xlsx")
    return Path("whole.xlsx").read_bytes()


def _old() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("名单").write(0, 0, "姓名")
    book.save("old.xls")
    return Path("old.xls").read_bytes()


def _cut_inside() -> bytes:
    """A whole archive in which a sheet ends early."""
    _whole()
    with zipfile.ZipFile("whole.xlsx") as whole, zipfile.ZipFile("cut.xlsx", "w") as cut:
        for part in whole.infolist():
            content = whole.read(part)
            cut.writestr(part, content[: len(content) // 2] if "sheet1" in part.filename else content)
    return Path("cut.xlsx").read_bytes()


ENCRYPTED = compound_file("EncryptionInfo", "EncryptedPackage")  # as Office stores a workbook with a password


@pytest.mark.parametrize(
    ("name", "content", "en", "zh"),
    [
        ("a.xlsx", lambda: b"", "empty file", "空文件"),
        ("a.xls", lambda: b"", "empty file", "空文件"),
        ("a.xlsx", lambda: _whole()[:-400], "incomplete", "请重新报送"),
        ("a.xlsx", lambda: _whole()[:3_000], "incomplete", "请重新报送"),
        ("a.xlsx", lambda: bytes(5_000), "zero bytes", "请重新报送"),
        ("a.xls", lambda: _old()[:3_000], "damaged", "请重新报送"),
        ("a.xlsx", _cut_inside, "damaged", "请重新报送"),
        ("a.xlsx", lambda: ENCRYPTED, "Remove the password", "请取消密码"),
        ("a.xlsm", lambda: ENCRYPTED, "Remove the password", "请取消密码"),
        ("a.xlsx", _old, "another kind than its name", "另存为 .xlsx"),
        ("a.xls", lambda: "<html><table><tr><td>姓名".encode(), "no workbook", "另存为 .xlsx"),
        ("a.xlsx", lambda: "姓名,身份证号\n张一,1".encode("gb18030"), "no workbook", "另存为 .xlsx"),
    ],
)
def test_why_a_workbook_cannot_be_opened(name: str, content: Callable[[], bytes], en: str, zh: str) -> None:
    Path(name).write_bytes(content())
    with pytest.raises(FileRefused) as refused:
        list(read_lines(Path(name)))
    assert name in refused.value.message and en in str(refused.value) and zh in refused.value.zh
    assert ("password" in str(refused.value)) is (content() == ENCRYPTED)
