"""Lists that an office wants checked, of people or of firms: read whole, sheet by sheet; nothing of them is loaded."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from graph.errors import FileRefused, UnknownHeader, UsageError
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.header_range import HeaderRange
from loaders.headers import SEARCHED_ROWS, find_header, is_note, one_line, widest
from loaders.readers import read_lines
from loaders.rows import Rows
from loaders.source import Field, Source, header_key
from loaders.unsaved_formulas import unsaved_formulas
from loaders.workbook_parts import has_pictures

_NAMING = frozenset({"name", "number", "code"})  # fields that say of whom a row is


class Checklist(Source):
    """A layout of such a list: known headers as of any source, facts none; `command` is what reads it."""

    command: ClassVar[str]

    def facts(self, rows: Rows, out: Emitter) -> None:
        """Nothing: who is asked about does not enter the graph."""


class PeopleList(Checklist):
    """People with their numbers (人选名单)."""

    name = "people_list"
    zh = "人选名单"
    command = "creditgraph screen"
    table = "Person"
    fields = (
        Field(
            "name",
            "姓名",
            n.human_name,
            ("人员姓名", "候选人姓名", "拟任人选姓名", "人选姓名", "拟任人选", "候选人"),
            required=True,
            personal=True,
        ),
        Field(
            "number",
            "身份证号",
            n.identity_number,
            ("身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号码", "身份证", "证件号码", "证件号"),
            personal=True,
        ),
        Field("sex", "性别", n.text, personal=True),
        Field("born", "出生年月", n.date(), ("出生日期", "出生时间", "生日", "出生年月日"), personal=True),
        Field("serial", "序号", n.text, ("编号", "排序")),
        Field("authorisation", "授权书编号", n.text, ("授权书", "授权编号", "本人授权", "授权情况", "授权书文号")),
    )


class FirmList(Checklist):
    """Firms by code or name (供应商、投标人名单)."""

    name = "firm_list"
    zh = "企业名单"
    command = "creditgraph screen-companies"
    table = "Company"
    fields = (
        Field(
            "name",
            "企业名称",
            n.firm_name,
            ("单位名称", "供应商名称", "供应商", "投标人名称", "投标人", "投标单位", "公司名称", "名称", "主体名称"),
        ),
        Field("code", "统一社会信用代码", n.firm_code, ("社会信用代码", "信用代码", "组织机构代码", "注册号", "代码")),
    )
    one_of = (("name", "code"),)


@dataclass(frozen=True)
class Sheet:
    """A sheet with its header's (last) row, and which column of the layout each of its headers is taken for.

    Where a list begins at once there is no such row. The keys of JSON lines stand in row 0.
    """

    name: str
    header_row: int | None
    columns: tuple[tuple[str, str], ...]  # (the sheet's, the layout's)


@dataclass(frozen=True)
class ListRow:
    """A row of data: its cells by field as typed; a column that the sheet lacks is empty.

    `unsaved` are the fields whose cell is a formula without a result.
    """

    sheet: str
    row: int
    cells: Mapping[str, str]
    unsaved: frozenset[str] = frozenset()

    def lost(self, *fields: str) -> str | None:
        """What is wrong where one of these fields is a formula without a result."""
        return "formula_unsaved" if self.unsaved.intersection(fields) else None


@dataclass(frozen=True)
class ListRead:
    """A list as read: rows of data, what is no data, and sheets without any."""

    sheets: tuple[Sheet, ...]
    rows: tuple[ListRow, ...]
    left_out: int  # titles, section headings, totals, notes
    empty_sheets: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """Somebody of a list: `problem` says why nothing can be said of it, `same_as` the row that it stood in before.

    `see` are other rows with the same number under another name, or the same name under another number.
    """

    sheet: str
    row: int
    name: str
    problem: str | None = None
    notes: tuple[str, ...] = ()
    same_as: tuple[str, int] | None = None
    see: tuple[tuple[str, int], ...] = ()


def read_checklist(
    path: Path,
    layout: Checklist,
    columns: Mapping[str, str] | None = None,
    headers: Sequence[HeaderRange] = (),
) -> ListRead:
    """A list in any workbook or text file that readers.py opens, each sheet under its own header.

    `columns`: header in the file to header of the layout, where it is none that is known. `headers`: where headers
    stand that are not found. Raises FileRefused for a file that cannot be read whole, and for a sheet with a table but
    no known header; UsageError for a header in a sheet that the file has not, and for a column that is in no sheet or
    that the layout has not.
    """
    _refuse_unknown_columns(layout, columns or {})
    sheets: list[Sheet] = []
    rows: list[ListRow] = []
    left_out, empty, titles = 0, [], dict[str, None]()
    mapping = {one_line(theirs): ours for theirs, ours in (columns or {}).items()}
    places = {place.sheet: place for place in headers}
    for name, lines in groupby(read_lines(path), key=lambda line: line[0]):
        table = [(number, cells) for _, number, cells in lines]
        place = places.get(name) or places.get("")
        header = (
            place.read(table, layout, mapping)
            if place
            else find_header(path.name, table[:SEARCHED_ROWS], layout, mapping)
        )
        if header is None:
            if name in places or any(_tabular(cells) for _, cells in table):
                raise _unknown(path.name, name, table, layout, place)
            empty.append(name)
            left_out += len(table)
            continue
        titles |= dict.fromkeys(one_line(t) for t in header.titles if t.strip() and not re.search(r"\d{6}", t))
        ours = {f.name: f.zh for f in layout.fields}
        taken = tuple((header.titles[at].strip(), ours[f]) for f, at in header.positions.items())
        begins_at_once = header.row == 0 and table[0][0] > 0
        sheets.append(Sheet(name, None if begins_at_once else header.row, taken))
        unsaved = unsaved_formulas(path, name)
        for number, cells in table:
            found = {f: cells[at].strip() if at < len(cells) else "" for f, at in header.positions.items()}
            lost = frozenset(f for f, at in header.positions.items() if (number, at + 1) in unsaved)
            if number <= header.row or is_note(cells) or not (lost & _NAMING or _names_somebody(found, cells)):
                left_out += 1
            else:
                rows.append(ListRow(name, number, found, lost))
    seen = [*(sheet.name for sheet in sheets), *empty]
    if strange := [name for name in places if name and name not in seen]:
        raise _no_sheet(path, strange[0], seen)
    if not rows:
        raise _nobody(path, layout)
    if lacking := [theirs for theirs in mapping if theirs not in titles]:
        raise UsageError(
            f"{path.name} has no column {lacking[0]!r}",
            f"Its headers are: {', '.join(titles)}. Write one of them on the left of --column THEIRS=OURS.",
            f"{path.name} 中没有“{lacking[0]}”列。表头有：{'、'.join(titles)}。请在 --column 等号左边写其中之一。",
        )
    return ListRead(tuple(sheets), tuple(rows), left_out, tuple(empty))


def _no_sheet(path: Path, name: str, seen: Sequence[str]) -> UsageError:
    if not any(seen):
        return UsageError(
            f"{path.name} is a text file and has no sheets",
            "Leave the sheet's name out, as in --header A3:H4.",
            f"{path.name} 是文本文件，没有工作表。请去掉工作表名，例如 --header A3:H4。",
        )
    return UsageError(
        f"{path.name} has no sheet {name!r}",
        f"It has: {', '.join(seen)}.",
        f"{path.name} 没有工作表“{name}”。现有：{'、'.join(seen)}。",
    )


def _refuse_unknown_columns(layout: Checklist, columns: Mapping[str, str]) -> None:
    known = [f.zh for f in layout.fields]
    if strange := [ours for ours in columns.values() if header_key(ours) not in layout.spelled]:
        raise UsageError(
            f"there is no column {strange[0]!r} in the layout of such a list",
            f"On the right of --column THEIRS=OURS stands one of: {', '.join(known)}.",
            f"标准表头中没有“{strange[0]}”。--column 等号右边只能是：{'、'.join(known)}。",
        )


def _names_somebody(found: Mapping[str, str], cells: list[str]) -> bool:
    """Whether a row says of whom it is; one with several cells but no name is a row all the same, to be rejected."""
    return any(found.get(field) for field in _NAMING) or _tabular(cells)


def _tabular(cells: list[str]) -> bool:
    return sum(1 for c in cells if c.strip()) > 2 and not is_note(cells)


def _unknown(
    file: str, sheet: str, table: list[tuple[int, list[str]]], layout: Checklist, place: HeaderRange | None
) -> UnknownHeader:
    wanted, (number, cells) = "、".join(f.zh for f in layout.fields), widest(table[:SEARCHED_ROWS])
    titles = "、".join(one_line(c) for c in cells if c.strip())
    named = not re.search(r"\d", titles)  # else it may be somebody's row
    looked = f" at {place}" if place else f"; row {number} looks most like one{f': {titles}' if named else ''}"
    looked_zh = f"（{place}）" if place else f"（疑似第 {number} 行{f'：{titles}' if named else ''}）"
    others = (one for one in (PeopleList(), FirmList()) if one.name != layout.name)
    if other := next((one for one in others if find_header(file, table[:SEARCHED_ROWS], one)), None):
        return UnknownHeader(
            f"{file}, sheet {sheet!r}: this is a list of another kind ({other.name})",
            f"Check it with {other.command}.",
            f"{file}，工作表“{sheet}”：这是{other.zh}。请用 {other.command} 核查。",
        )
    at, none = _quoted(sheet, "A3:H4"), _without_header(layout, sheet)
    return UnknownHeader(
        f"{file}, sheet {sheet!r}: no known header{looked}",
        f"Say where it stands with --header {at}, name the columns with --column THEIRS=OURS "
        f"({wanted}), or take the sheet out. If it has no header at all: {none}.",
        f"{file}，工作表“{sheet}”：没有可识别的表头{looked_zh}。请用 --header {at} 指明表头位置，"
        f"用 --column 本表表头=标准表头 指明列（{wanted}），或删除该表。如果完全没有表头：{none}（左边写列的字母）。",
    )


def _without_header(layout: Checklist, sheet: str) -> str:
    """The options that read a list which has no header, its columns by their letters."""
    first, second = (f.zh for f in layout.fields[:2])
    return f"--header {_quoted(sheet, 'none')} --column A={first} --column B={second}"


def _quoted(sheet: str, place: str) -> str:
    """A place in a sheet as a shell takes it; a text file has no sheets."""
    return shlex.quote(f"{sheet}!{place}") if sheet else place


def _nobody(path: Path, layout: Checklist) -> FileRefused:
    wanted = "、".join(f.zh for f in layout.fields)
    pictures = has_pictures(path)
    picture = " What stands in a picture of a table is not read: send the table." if pictures else ""
    picture_zh = "图片中的表格不能读取，请报送表格本身。" if pictures else ""
    none = _without_header(layout, "")
    return FileRefused(
        f"{path.name}: nobody is listed under a known header",
        f"Wanted are the headers {wanted}; say where they stand with --header SHEET!A3:H4. "
        f"If there is no header at all: {none}.{picture}",
        f"{path.name}：没有读到名单。表头应为：{wanted}；可用 --header 工作表!A3:H4 指明表头位置。"
        f"如果完全没有表头：{none}（左边写列的字母）。{picture_zh}",
    )
