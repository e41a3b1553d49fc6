"""From a file to rows of cells: CSV in any usual encoding, XLSX, XLS, JSON Lines, alone or in gz or zip.

Everything is a stream of (sheet, row number, cells); nothing is taken from a file that cannot be read whole.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, load_workbook

from graph.errors import FileRefused
from graph.interchange.bods_reader import COLUMNS, Book, is_statement, refuse_version
from loaders.unopened import empty_file, unopened

MAX_BYTES = 8 * 2**30  # unpacked
MAX_RATIO = 200  # unpacked to packed
MAX_LINE = 4 * 2**20
MAX_CELLS = 50_000_000
MAX_ARRAY = 2**28  # characters: an array is read whole
_SNIFFED = 20  # objects among which the kind of a JSON file shows
_BLOCK = 2**20
SPREADSHEETS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}

_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')

Line = tuple[str, int, list[str]]
Object = tuple[int, dict[str, Any] | None, str]  # line or position, JSON object (None: it is none), its text

csv.field_size_limit(MAX_LINE)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in blocks."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _inaccessible(path, error) from None


def _inaccessible(path: Path, error: OSError) -> FileRefused:
    return FileRefused(
        f"{path.name}: {error.strerror}",
        "Check the path and its permissions.",
        f"{path.name}：无法打开。请检查路径和权限。",
    )


def read_lines(path: Path) -> Iterator[Line]:
    """All rows of a file. Raises FileRefused, with the cause, where it cannot be read safely to its end."""
    try:
        yield from _dispatch(path.name, path)
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise FileRefused(
            f"{path.name}: damaged archive ({error})",
            "Ask the sender for the file again.",
            f"{path.name}：压缩文件损坏。请重新报送。",
        ) from None
    except CalamineError as error:
        raise unopened(path, error) from None
    except OSError as error:
        raise _inaccessible(path, error) from None


def _dispatch(name: str, path: Path) -> Iterator[Line]:
    suffix = path.suffix.lower()
    if suffix in SPREADSHEETS:
        if zipfile.is_zipfile(path):
            _refuse_bomb(name, path)
            _refuse_vast(name, path)
        yield from _workbook(path)
    elif suffix == ".zip":
        _refuse_bomb(name, path)
        yield from _archive(name, path)
    elif suffix == ".gz":
        inner = Path(path.stem)
        if inner.suffix.lower() in SPREADSHEETS:
            raise FileRefused(
                f"{name}: a workbook inside gz",
                "Send the workbook itself.",
                f"{name}：gz 中是工作簿。请直接报送工作簿。",
            )
        yield from _text(name, inner.suffix.lower(), lambda: _bounded(name, gzip.GzipFile(path), path.stat().st_size))
    else:
        yield from _text(name, suffix, lambda: _bounded(name, path.open("rb"), None))


def _refuse_bomb(name: str, path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(i.file_size for i in archive.infolist())
        packed = max(1, sum(i.compress_size for i in archive.infolist()))
        if any(i.flag_bits & 1 for i in archive.infolist()):
            raise FileRefused(
                f"{name}: encrypted archive",
                "Send it without a password through a safe channel.",
                f"{name}：压缩文件有密码。请经安全渠道报送不加密的文件。",
            )
    if size > MAX_BYTES or (size > 50 * _BLOCK and size > MAX_RATIO * packed):
        raise FileRefused(
            f"{name}: unpacks to {size:,} bytes from {packed:,}; this looks like a zip bomb",
            "If it is real, unpack it and send the files.",
            f"{name}：解压后过大，疑似压缩炸弹。若内容属实，请解压后报送。",
        )


def _refuse_vast(name: str, path: Path) -> None:
    """A stray cell at the far corner makes a workbook of billions of empty cells, all of them in memory."""
    with zipfile.ZipFile(path) as archive:
        for sheet in (i for i in archive.namelist() if re.match(r"xl/worksheets/[^/]+\.xml$", i)):
            rows = columns = 0
            with archive.open(sheet) as file:
                rest = b""
                while block := file.read(_BLOCK):
                    for letters, digits in _CELL.findall(rest + block):
                        rows, columns = max(rows, int(digits)), max(columns, _column_number(letters))
                    rest = block[-32:]
            if rows * columns > MAX_CELLS:
                raise FileRefused(
                    f"{name}: a sheet of {rows:,} rows and {columns:,} columns",
                    "A stray cell lies far from the table: delete the empty rows and columns, or save it as CSV.",
                    f"{name}：工作表达 {rows:,} 行 {columns:,} 列。请删除表格以外的空行空列，或存为 CSV。",
                )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _archive(name: str, path: Path) -> Iterator[Line]:
    with zipfile.ZipFile(path) as archive:
        members = sorted(
            i.filename for i in archive.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX")
        )
        for member in members:
            suffix = Path(member).suffix.lower()
            if suffix in SPREADSHEETS or suffix in (".zip", ".gz"):
                raise FileRefused(
                    f"{name}: holds {member}",
                    "Send workbooks themselves, archives of text files only.",
                    f"{name}：压缩包内有工作簿或压缩文件。工作簿请直接报送，压缩包只装文本文件。",
                )
            opened = lambda m=member: _bounded(name, archive.open(m), None)  # noqa: E731
            for sheet, number, cells in _text(name, suffix, opened):
                yield (f"{member}{sheet}", number, cells)


class _Bounded(io.RawIOBase):
    """A byte stream that refuses to grow beyond what a packed file can honestly hold."""

    def __init__(self, name: str, inner: IO[bytes], packed: int | None) -> None:
        self._name, self._inner, self._count = name, inner, 0
        self._limit = MAX_BYTES if packed is None else min(MAX_BYTES, max(50 * _BLOCK, MAX_RATIO * packed))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        self._count += len(data)
        if self._count > self._limit:
            raise FileRefused(
                f"{self._name}: unpacks to more than {self._limit:,} bytes; this looks like a zip bomb",
                "If it is real, unpack it and send the files.",
                f"{self._name}：解压后过大，疑似压缩炸弹。若内容属实，请解压后报送。",
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _bounded(name: str, inner: Any, packed: int | None) -> io.BufferedReader:
    return io.BufferedReader(_Bounded(name, inner, packed), _BLOCK)


def _encoding(name: str, stream: io.BufferedReader) -> str:
    """BOM, else UTF-8 if the whole file decodes, else GB18030 if that does."""
    head = stream.peek(4)[:4]
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(bom):
            return encoding
    checks = {e: codecs.getincrementaldecoder(e)() for e in ("utf-8", "gb18030")}
    line = 0  # bytes of the line that the block ends in
    while block := stream.read(_BLOCK):
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        line = line + len(block) if last < 0 else len(block) - last - 1
        if line > 4 * MAX_LINE:
            raise _endless(name)
        if b"\0" in block:
            raise FileRefused(
                f"{name}: holds zero bytes, so it is no text in UTF-8 or GB18030",
                "Save it as CSV in UTF-8, or as .xlsx.",
                f"{name}：不是 UTF-8 或 GB18030 文本。请存为 UTF-8 编码的 CSV，或 .xlsx。",
            )
        for encoding in list(checks):
            try:
                checks[encoding].decode(block)
            except UnicodeDecodeError:
                del checks[encoding]
    for encoding, decoder in checks.items():
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileRefused(
        f"{name}: neither UTF-8, GB18030 nor UTF-16",
        "Save it as CSV in UTF-8.",
        f"{name}：编码无法识别。请存为 UTF-8 编码的 CSV。",
    )


def _text(name: str, suffix: str, opened: Callable[[], io.BufferedReader]) -> Iterator[Line]:
    with opened() as stream:
        encoding = _encoding(name, stream)

    def decoded() -> IO[str]:
        return io.TextIOWrapper(opened(), encoding=encoding, newline="")

    try:
        if suffix in (".jsonl", ".ndjson", ".json"):
            yield from _json_lines(name, decoded)
        else:
            yield from _csv(name, decoded)
    except UnicodeDecodeError:
        raise FileRefused(
            f"{name}: not {encoding} to its end",
            "Save it as CSV in UTF-8.",
            f"{name}：文件内编码不一致。请存为 UTF-8 编码的 CSV。",
        ) from None


def _csv(name: str, opened: Callable[[], IO[str]]) -> Iterator[Line]:
    with opened() as lines:
        start = lines.read(65_536)
    if not start.strip():
        raise empty_file(name)
    delimiter = max(",;\t|", key=lambda d: max(line.count(d) for line in start.split("\n")[:20]))
    commas, others = start.count("，"), start.count(delimiter)
    if commas > others and (commas > 20 or not others):  # a text may hold more of them than of what parts its cells
        delimiter = "，"
    with opened() as lines:
        reader = csv.reader(_bounded_lines(name, lines), delimiter=delimiter, strict=False)
        before = 0
        try:
            for row in reader:
                yield ("", before + 1, row)  # a record over several lines is where it begins
                before = reader.line_num
        except csv.Error as error:
            raise FileRefused(
                f"{name}, line {before + 1}: {error}",
                "Save it again as CSV, or as .xlsx.",
                f"{name}，第 {before + 1} 行：CSV 格式错误。请重新存为 CSV 或 .xlsx。",
            ) from None


def _endless(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: a line of more than {MAX_LINE:,} characters",
        "Check that it is a table with one row a line.",
        f"{name}：有一行超过 {MAX_LINE:,} 个字符。请核对文件是否为每行一条记录的表格。",
    )


def _bounded_lines(name: str, lines: IO[str]) -> Iterator[str]:
    while line := lines.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise _endless(name)
        yield line


def _json_lines(name: str, opened: Callable[[], IO[str]]) -> Iterator[Line]:
    """The header is every key of any line, in order of appearance: exporters leave out what is null."""
    with opened() as lines:
        first = next((r for _, r, _ in islice(_json_values(name, lines), _SNIFFED) if r is not None), {})
    if is_statement(first):
        refuse_version(name, first)
        yield from _statements(name, opened)
        return
    with opened() as lines:
        header = list(dict.fromkeys(key for _, record in _json_objects(name, lines) for key in record))
    if not header:
        raise empty_file(name)
    yield ("", 0, header)
    with opened() as lines:
        for number, record in _json_objects(name, lines):
            yield ("", number, [cell_text(record.get(k)) for k in header])


def _statements(name: str, opened: Callable[[], IO[str]]) -> Iterator[Line]:
    """Beneficial ownership statements as a table; read twice, since a relationship may come before its parties."""
    yield ("", 0, list(COLUMNS))
    with opened() as lines:
        book = Book((number, record) for number, record, _ in _json_values(name, lines))
    with opened() as lines:
        for number, row in book.rows((number, record) for number, record, _ in _json_values(name, lines)):
            yield ("", number, [row.get(column, "") for column in COLUMNS])


def _json_objects(name: str, lines: IO[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, record, text in _json_values(name, lines):
        if record is None:
            other = "not JSON" if text.lstrip().startswith("{") else "not a JSON object"
            raise FileRefused(
                f"{name}, line {number}: {other}",
                "One JSON object a line.",
                f"{name}，第 {number} 行：不是 JSON 对象。每行一个 JSON 对象。",
            )
        yield number, record


def _json_values(name: str, lines: IO[str]) -> Iterator[Object]:
    """Every object of JSON lines, or of one array."""
    number = 0
    while line := lines.readline(MAX_LINE):
        number += 1
        if len(line) >= MAX_LINE:
            raise FileRefused(
                f"{name}, line {number}: more than {MAX_LINE:,} characters",
                "One JSON object a line.",
                f"{name}，第 {number} 行：超过 {MAX_LINE:,} 个字符。每行一个 JSON 对象。",
            )
        if number == 1 and line.lstrip().startswith("["):
            yield from _json_array(name, line + lines.read(MAX_ARRAY))
            return
        if line.strip():
            yield number, _json_object(line), line


def _json_array(name: str, text: str) -> Iterator[Object]:
    if len(text) > MAX_ARRAY:
        raise FileRefused(
            f"{name}: a JSON array of more than {MAX_ARRAY:,} characters",
            "Send it as JSON Lines: one object a line.",
            f"{name}：JSON 数组过大。请改为每行一个 JSON 对象。",
        )
    try:
        records = json.loads(text)
    except (ValueError, RecursionError):
        records = [None]
    for number, record in enumerate(records, 1):
        kept = json.dumps(record, ensure_ascii=False)
        yield number, _json_object(kept), kept


def _json_object(text: str) -> dict[str, Any] | None:
    """The object that a text is; None where it is none, or no text: half a surrogate pair."""
    try:
        record = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _workbook(path: Path) -> Iterator[Line]:
    book = load_workbook(path)
    for sheet in book.sheet_names:
        for number, row in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), 1):
            yield (sheet, number, [cell_text(value) for value in row])


def cell_text(value: Any) -> str:
    """A typed value as the text that a person would have written: dates in ISO form, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        # 15 digits are what a spreadsheet keeps: a longer code has lost its end and must be seen to have.
        return (
            str(int(value))
            if value.is_integer() and abs(value) < 1e15
            else repr(value).upper()
            if abs(value) < 1e15
            else f"{value:.14E}"
        )
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
