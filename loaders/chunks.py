"""From a file to chunks of facts: a pure function of the file, so that it can run in a process of its own."""

from __future__ import annotations

import gc
import json
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any

import numpy as np

from graph.delivery import Chunk, Delivery
from graph.erasing import Tombstones
from graph.errors import CreditGraphError, FileRefused
from graph.identity import PersonNumber, coded_id, nid, numbered_id, scrub
from graph.keys import KeyRing
from graph.time import SHANGHAI, to_day
from loaders.emitter import Emitter
from loaders.forbidden import forbidden
from loaders.headers import SEARCHED_ROWS, Header, find_header, is_note, refuse_unknown
from loaders.normalize import Column, Context
from loaders.readers import Line, read_lines
from loaders.rows import Rows
from loaders.source import Source, sources

CHUNK_ROWS = 20_000
SHEET_TITLE, ROW_TITLE = "原工作表", "原行号"  # columns of a receipt that say where a row stood
REASON_TITLES = ("字段", "退回原因及处理办法")
RECEIPT_SHEET = "回执"  # the totals of a receipt: not data
RECEIPT_TITLES = {SHEET_TITLE, ROW_TITLE, *REASON_TITLES}
QUARANTINE_DAYS = 30


@dataclass(frozen=True)
class Task:
    """A file to read on from a row."""

    path: Path
    source: str
    mapping: dict[str, str] | None
    delivery: Delivery
    cursor: int
    keys: KeyRing
    erased: Tombstones | None = None  # what may not come back
    refused: frozenset[tuple[str, int]] = frozenset()  # of a correction: sheets and rows that may be brought again
    retired: frozenset[str] = frozenset()  # columns that the catalogue has retired


def recognise(path: Path, source: Source | None, mapping: dict[str, str] | None) -> Source:
    """The source that a file is of, by its header; FileRefused where none fits."""
    with _unforeseen(path.name):
        return _Table(path, source, mapping).source


def first_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a file's first sheet among which a header is looked for."""
    with _unforeseen(path.name):
        return _first_rows(path)


def _first_rows(path: Path) -> list[tuple[int, list[str]]]:
    first = next(groupby(read_lines(path), key=lambda line: line[0]), ("", iter(())))
    return [(number, cells) for _, number, cells in islice(first[1], SEARCHED_ROWS)]


def read_chunks(task: Task) -> Iterator[Chunk]:
    """The chunks of a file from the task's cursor on; the last one may bring nothing but the count of notes."""
    with _unforeseen(task.delivery.file):
        yield from _chunks(task)


@contextmanager
def _unforeseen(file: str) -> Iterator[None]:
    """FileRefused also for what nobody thought of: no file may leave what can be neither ended nor gone on with."""
    try:
        yield
    except (CreditGraphError, GeneratorExit):
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise FileRefused(
            f"{file}: cannot be read ({type(error).__name__} in {place.name}, line {place.lineno})",
            "Report this with the file's kind and size; nothing of it was loaded.",
            f"{file}：程序无法处理该文件，未入库任何数据。请将文件类型和大小报告给维护人员。",
        ) from error


def _chunks(task: Task) -> Iterator[Chunk]:
    table = _Table(task.path, sources()[task.source], task.mapping, task.retired)
    context = Context(task.keys, task.delivery.dated)
    lines, start = islice(table.data(), task.cursor, None), task.cursor
    while portion := list(islice(lines, CHUNK_ROWS)):
        chunk = _chunk(task, start, table.source, portion, context)
        chunk.ledgers["finding"] += table.told(task)
        start, chunk.notes = chunk.cursor, table.notes
        yield chunk
    yield Chunk(start, np.zeros(0, np.int64), {}, {}, {"finding": table.told(task)}, notes=table.notes)


@contextmanager
def no_collection() -> Iterator[None]:
    """Loading and reading make millions of tuples and no cycles: looking for some costs an eighth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Table:
    """A file as rows of data under its header or headers (one a sheet)."""

    def __init__(
        self,
        path: Path,
        source: Source | None,
        mapping: dict[str, str] | None,
        retired: frozenset[str] = frozenset(),
    ) -> None:
        self.path, self._mapping, self._retired, self.notes = path, mapping, retired, 0
        self._wanted = source
        first = self._headers(read_lines(path))
        self.source = first.source
        self._ignored: set[str] = set(first.ignored)
        self._told: set[str] = set()
        self._skipped: set[str] = set()

    def told(self, task: Task) -> list[dict[str, Any]]:
        """Findings about columns and sheets met since the last call that are not read."""
        new = [
            ("columns_forbidden" if forbidden(self.source, h) else "columns_ignored", h)
            for h in sorted(self._ignored - self._told - RECEIPT_TITLES)
        ]
        new += [("sheet_ignored", s) for s in sorted(self._skipped - self._told)]
        self._told |= self._ignored | self._skipped
        return [_finding(task, None, code, scrub(detail)) for code, detail in new]

    def _headers(self, lines: Iterator[Line]) -> Header:
        """The header of the first sheet that has one."""
        seen: list[tuple[int, list[str]]] = []
        for _, sheet in groupby(lines, key=lambda line: line[0]):
            head = [(number, cells) for _, number, cells in islice(sheet, SEARCHED_ROWS)]
            seen = seen or head
            if found := find_header(self.path.name, head, self._wanted, self._mapping):
                return _collected(found, self._retired)
        raise refuse_unknown(self.path.name, self.path, seen, self._wanted)

    def data(self) -> Iterator[tuple[Line, Header]]:
        """Every row of data of every sheet; title rows, totals, notes and blank rows are counted and left out."""
        for name, sheet in groupby(read_lines(self.path), key=lambda line: line[0]):
            head = list(islice(sheet, SEARCHED_ROWS))
            header = find_header(
                self.path.name, [(number, cells) for _, number, cells in head], self.source, self._mapping
            )
            if header is None and name == RECEIPT_SHEET:
                continue
            if header is None:
                rows = [c for _, _, c in head if not is_note(c) and sum(1 for cell in c if cell.strip()) > 1]
                if len(rows) > 1:
                    raise FileRefused(
                        f"{self.path.name}, sheet {name}: no header of {self.source.name}",
                        "Send sheets of another layout as files of their own, and delete sheets that hold no data.",
                        f"{self.path.name}，工作表“{name}”：没有“{self.source.zh}”的表头。其他格式的表请单独报送，无数据的表请删除。",
                    )
                if rows or any(not is_note(c) for _, _, c in head):
                    self._skipped.add(name)
                self.notes += len(head) + sum(1 for _ in sheet)
                continue
            header = _collected(header, self._retired)
            self._ignored |= set(header.ignored)
            for line in chain(head, sheet):
                if line[1] <= header.row:
                    continue
                if is_note(line[2]):
                    self.notes += 1
                    continue
                yield line, header


def _collected(header: Header, retired: frozenset[str]) -> Header:
    """The header without columns that the catalogue has retired: they are ignored like any outside it."""
    kept = {name: at for name, at in header.positions.items() if name not in retired}
    gone = (header.titles[at].strip() for name, at in header.positions.items() if name in retired)
    return replace(header, positions=kept, ignored=(*header.ignored, *gone))


def _chunk(task: Task, start: int, source: Source, lines: list[tuple[Line, Header]], context: Context) -> Chunk:
    numbers = np.arange(start + 1, start + 1 + len(lines))
    columns, problems = _parse(source, lines, context)
    origins = [_origin(*line) for line in lines] if task.delivery.corrects else []
    for i, origin in enumerate(origins):
        if origin not in task.refused or origin in origins[:i]:
            problems[i] = ("", "not_in_receipt")
    good = np.array([i for i in range(len(lines)) if i not in problems], dtype=np.int64)
    rows = _rows(numbers, columns, good)
    checked = source.check(rows)
    if checked:
        problems |= {int(good[i]): reason for i, reason in checked.items()}
        good = np.array([i for i in good.tolist() if i not in problems], dtype=np.int64)
        rows = _rows(numbers, columns, good)
    out = Emitter(source.name, rows, context.keys)
    if len(rows):
        source.facts(rows, out)
    findings = [f | {"file": task.delivery.file, "row": _line(lines, f["row"] - start - 1)} for f in out.findings]
    findings += _notes(task, columns, lines, set(good.tolist()))
    quarantine = [_quarantined(task, *lines[i], field, code, context) for i, (field, code) in sorted(problems.items())]
    reasons = Counter(f"reason:{code}" for _, code in problems.values())
    spared, names = _named_in(columns, sorted(problems))
    if task.erased:
        for row, i in zip(quarantine, sorted(problems), strict=True):
            if any(task.erased.covers(known, context.keys) for known in _parties(columns, i)):
                row |= {"sealed_row": None, "value": None}
    chunk = Chunk(
        start + len(lines),
        rows.numbers,
        out.nodes,
        out.facts(),
        {"finding": findings, "quarantine": quarantine, "correction": _corrections(task, origins, good)},
        {"read": len(lines), "rejected": len(problems), **reasons},
        spared=spared,
        spared_names=names,
    )
    return task.erased.without_erased(chunk, context.keys) if task.erased else chunk


def _origin(line: Line, header: Header) -> tuple[str, int] | None:
    """The sheet and row of the refused file that a line of a corrected receipt is, as its first columns say."""
    cells = dict(zip(header.titles, line[2], strict=False))
    row = cells.get(ROW_TITLE, "")
    return (cells.get(SHEET_TITLE, ""), int(row)) if row.isdigit() else None


def _corrections(task: Task, origins: list[tuple[str, int] | None], good: Any) -> list[dict[str, Any]]:
    found = [origins[i] for i in good.tolist()] if origins else []
    return [{"corrects": task.delivery.corrects, "sheet": o[0], "row": o[1]} for o in found if o]


def _named_in(columns: dict[str, Column], refused: list[int]) -> tuple[list[int], list[str]]:
    """Keys of the parties that refused rows name by a code or number; names of those that they name otherwise."""
    keys: set[int] = set()
    names: set[str] = set()
    named = [c.values for f, c in columns.items() if f.endswith("name")]
    for i in refused:
        ids = _parties(columns, i)
        keys.update(nid(known) for known in ids)
        if not ids:
            names.update(values[i] for values in named if values[i])
    return sorted(keys), sorted(names)


def _parties(columns: dict[str, Column], i: int) -> list[str]:
    """Ids of the parties that a row names by a code or number."""
    return [known for c in columns.values() if (known := _party_id(c.values[i]))]


def _party_id(value: Any) -> str | None:
    """The id behind a parsed cell where it is a firm's code or a person's number."""
    if isinstance(value, PersonNumber):
        return numbered_id(value)
    if isinstance(value, tuple) and isinstance(value[0], str):
        return coded_id(*value)
    return None


def _rows(numbers: Any, columns: dict[str, Column], good: Any) -> Rows:
    at = good.tolist()
    whole = len(at) == len(numbers)
    position = {i: k for k, i in enumerate(at)}
    return Rows(
        numbers[good],
        {n: c.values if whole else [c.values[i] for i in at] for n, c in columns.items()},
        {n: {position[i]: b for i, b in c.bounds.items() if i in position} for n, c in columns.items()},
    )


def _parse(
    source: Source, lines: list[tuple[Line, Header]], context: Context
) -> tuple[dict[str, Column], dict[int, tuple[str, str]]]:
    """Columns of the chunk, and of each bad row its first problem in the order of the fields."""
    problems: dict[int, tuple[str, str]] = {}
    cells_by_field = _by_field(lines, problems)
    columns: dict[str, Column] = {}
    for field in source.fields:
        if field.name not in cells_by_field:
            continue
        column = columns[field.name] = field.parse(cells_by_field[field.name], context)
        for i, code in column.problems.items():
            if code == "row_shifted":
                problems[i] = (field.name, code)
            problems.setdefault(i, (field.name, code))
        if field.filled and None in column.values:
            for i in [i for i, v in enumerate(column.values) if v is None]:
                problems.setdefault(i, (field.name, "required"))
    for group in source.one_of:
        present = [columns[n].values for n in group if n in columns]
        for i, values in enumerate(zip(*present, strict=True)):
            if not any(v is not None for v in values):
                problems.setdefault(i, (group[0], "one_of"))
    return columns, problems


def _by_field(lines: list[tuple[Line, Header]], problems: dict[int, tuple[str, str]]) -> dict[str, list[str]]:
    """Cells by field over all rows, whatever sheet they stand in; rows of a wrong width are problems."""
    out: dict[str, list[str]] = {}
    start = 0
    for header, group in groupby((h for _, h in lines)):
        count = sum(1 for _ in group)
        rows = [line[2] for line, _ in lines[start : start + count]]
        needed = 1 + max(header.positions.values())
        for i, cells in enumerate(rows):
            if len(cells) != header.width:
                if len(cells) < needed or any(c.strip() for c in cells[header.width :]):
                    problems[start + i] = ("", "field_count")
                rows[i] = (cells + [""] * header.width)[: header.width]
        columns = list(zip(*rows, strict=True))
        for name in header.positions.keys() | out.keys():
            before = out.setdefault(name, [""] * start)
            before += columns[header.positions[name]] if name in header.positions else [""] * count
        start += count
    return out


def _at(cells: list[str], position: int | None) -> str:
    return cells[position] if position is not None and position < len(cells) else ""


def _notes(
    task: Task, columns: dict[str, Column], lines: list[tuple[Line, Header]], accepted: set[int]
) -> list[dict[str, Any]]:
    return [
        _finding(task, _line(lines, i), code, name)
        for name, column in columns.items()
        for i, code in sorted(column.notes.items())
        if i in accepted
    ]


def _line(lines: list[tuple[Line, Header]], at: int) -> int:
    """The row number in the sheet, as whoever sent it sees it."""
    return lines[at][0][1]


def _finding(task: Task, row: int | None, code: str, detail: str) -> dict[str, Any]:
    return {
        "source": task.source,
        "file": task.delivery.file,
        "row": row,
        "code": code,
        "subject": None,
        "detail": detail,
    }


def _quarantined(task: Task, line: Line, header: Header, name: str, code: str, context: Context) -> dict[str, Any]:
    """A quarantine row: its cells encrypted, those of columns outside the catalogue left out.

    The offending value is shown only where it is nobody's personal data.
    """
    sheet, number, cells = line
    ours = set(header.positions.values())
    cells = [c if i in ours or i >= header.width else "" for i, c in enumerate(cells)]
    titles = [t if i in ours else "" for i, t in enumerate(header.titles)]
    field = next((f for f in header.source.fields if f.name == name), None)
    shown = field is not None and not field.personal and code != "row_shifted"
    return {
        "source": header.source.name,
        "file": task.delivery.file,
        "sheet": scrub(sheet),
        "row": number,
        "field": field.zh if field else None,
        "code": code,
        "value": scrub(_at(cells, header.positions.get(name)))[:80] if shown else None,
        "sealed_row": context.keys.seal(json.dumps([titles, cells], ensure_ascii=False)),
        "expires_on": to_day(task.delivery.received_at.astimezone(SHANGHAI).date()) + QUARANTINE_DAYS,
    }
