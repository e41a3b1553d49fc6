"""Why a workbook cannot be opened, told from how it begins and ends, and what its sender can do about it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from python_calamine import CalamineError, PasswordError

from graph.errors import FileRefused

_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xlsx; .xls, and whatever Office encrypts
_AGAIN = ("Ask the sender for the file again.", "请重新报送。")
_SAVE = ("Open it in a spreadsheet program and save it as .xlsx.", "请用电子表格软件打开，另存为 .xlsx 后报送。")


def empty_file(name: str) -> FileRefused:
    """The refusal of a file without content."""
    return FileRefused(f"{name}: empty file", _AGAIN[0], f"{name}：空文件，没有内容。{_AGAIN[1]}")


def unopened(path: Path, error: CalamineError) -> FileRefused:
    """The refusal of a workbook that its reader did not open."""
    with path.open("rb") as file:
        start = file.read(len(_COMPOUND))
    if not start:
        return empty_file(path.name)
    if isinstance(error, PasswordError):
        return FileRefused(
            f"{path.name}: has a password",
            "Remove the password (File, Info, Protect Workbook) and send it again through a safe channel.",
            f"{path.name}：有打开密码，不能读取。请取消密码（文件—信息—保护工作簿）后，经安全渠道重新报送。",
        )
    if start.startswith(_ZIP) and not zipfile.is_zipfile(path):
        return _refused(path, "is incomplete: its end is missing", "不完整，缺少文件末尾（可能未传完）", _AGAIN)
    if not any(start):
        return _refused(path, "holds zero bytes: it was not copied to its end", "内容为空字节（可能未传完）", _AGAIN)
    if start == _COMPOUND and path.suffix.lower() != ".xls":
        return _refused(path, "is of another kind than its name says", "文件类型与扩展名不符", _SAVE)
    if start.startswith(_ZIP) or start == _COMPOUND:
        return _refused(path, f"damaged, or no workbook ({error})", "文件损坏，或不是工作簿", _AGAIN)
    return _refused(path, "is no workbook, whatever its name says", "不是工作簿（可能是网页或文本改了扩展名）", _SAVE)


def _refused(path: Path, en: str, zh: str, remedy: tuple[str, str]) -> FileRefused:
    return FileRefused(f"{path.name}: {en}", remedy[0], f"{path.name}：{zh}。{remedy[1]}")
