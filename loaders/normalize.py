"""Reading one column of cells at a time: dates, money, shares, codes, addresses.

A parser takes the cells as typed and gives values, problems (no safe reading: the row goes to quarantine)
and notes (one safe reading, worth telling). Every parser remembers what it has read: columns repeat.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import numpy as np

from graph.declaration import SHARE_ONE
from graph.identity import (
    DOCUMENT,
    RESIDENT,
    PersonNumber,
    clean_code,
    company_name,
    document_number,
    foreign_number,
    looks_like_number,
    person_name,
    person_numbers,
    scrub,
    valid_numbers,
    valid_organisation_codes,
    valid_uscc,
)
from graph.keys import KeyRing
from graph.time import to_day

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SEVERAL = re.compile("[、，,；;]")
BLANK = {"", "-", "—", "--", "/", "无", "NULL", "null", "None", "\\N", "N/A"}


@dataclass
class Column:
    """One parsed column: values by position, and what was wrong or worth a note, by position."""

    values: list[Any]
    problems: dict[int, str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    bounds: dict[int, tuple[int, int]] = field(default_factory=dict)


Parser = Callable[[Sequence[str], "Context"], Column]


@dataclass(frozen=True)
class Context:
    """What parsing needs from outside: keys, and the latest day a date of the past may have."""

    keys: KeyRing
    latest: dt.date


class Unreadable(ValueError):
    """A cell that has no safe reading; the argument is the reason code."""


def by_cell(read: Callable[[str], tuple[Any, str | None]]) -> Parser:
    """A parser from a function of one cell that gives (value, note) or raises Unreadable."""

    def parse(cells: Sequence[str], _: Context) -> Column:
        known: dict[str, tuple[Any, str | None, str | None]] = {}
        for cell in set(cells):
            try:
                known[cell] = (*read(cell.strip()), None)
            except Unreadable as error:
                known[cell] = (None, None, str(error))
        column = Column([known[c][0] for c in cells])
        if any(v[1] or v[2] for v in known.values()):
            for i, cell in enumerate(cells):
                _, note, problem = known[cell]
                if note:
                    column.notes[i] = note
                if problem:
                    column.problems[i] = problem
        return column

    return parse


def _readable(cell: str) -> tuple[str | None, str | None]:
    """Free text without control characters and identity numbers: those have columns of their own."""
    if cell in BLANK:
        return None, None
    clean = cell if cell.isprintable() else _CONTROL.sub(" ", cell).strip()
    if len(clean) < 13 or (kept := scrub(clean)) == clean:
        return clean or None, None
    return kept, "number_removed"


def _named(cell: str, normal: Callable[[str], str]) -> tuple[str | None, str | None]:
    """A name or document number in its normal form; one with an identity number in it has no safe reading."""
    name, note = _readable(cell)
    if note:
        raise Unreadable("number_in_name")
    return (normal(name) or None) if name else None, None


@by_cell
def text(cell: str) -> tuple[str | None, str | None]:
    """Free text, trimmed."""
    return _readable(cell)


@by_cell
def firm_name(cell: str) -> tuple[str | None, str | None]:
    """A name of a firm."""
    return _named(cell, company_name)


@by_cell
def human_name(cell: str) -> tuple[str | None, str | None]:
    """A name of one person: several in a cell have no safe reading."""
    if _SEVERAL.search(cell.strip("、，,；; ")):
        raise Unreadable("several_names")
    return _named(cell, person_name)


@by_cell
def document(cell: str) -> tuple[str | None, str | None]:
    """A document number."""
    return _named(cell, document_number)


@by_cell
def telephone(cell: str) -> tuple[str | None, str | None]:
    """A telephone number as its digits; several in one cell: the first; anything else is left out with a note."""
    if cell in BLANK:
        return None, None
    first = re.split(r"[,，、;；/]", cell.translate(WIDE))[0]
    digits = re.sub(r"[^\d]", "", first.removeprefix("+86"))
    return (digits, None) if 7 <= len(digits) <= 12 and not looks_like_number(digits) else (None, "telephone_form")


@by_cell
def email(cell: str) -> tuple[str | None, str | None]:
    """An e-mail address in lower case; anything else is left out with a note."""
    if cell in BLANK:
        return None, None
    address = cell.translate(WIDE).lower()
    return (address, None) if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", address) else (None, "email_form")


@by_cell
def place(cell: str) -> tuple[str | None, str | None]:
    """The name of a province or city; digits in it show that the row is shifted."""
    if re.search(r"\d", cell):
        raise Unreadable("row_shifted")
    return (None if cell in BLANK else cell), None


@by_cell
def yes_no(cell: str) -> tuple[bool | None, str | None]:
    """是 or 否."""
    if cell in BLANK and cell != "无":
        return None, None
    if cell in ("是", "1", "Y", "y", "true", "True", "有"):
        return True, None
    if cell in ("否", "0", "N", "n", "false", "False", "无"):
        return False, None
    raise Unreadable("choice")


@by_cell
def integer(cell: str) -> tuple[int | None, str | None]:
    """A whole number from 0."""
    if cell in BLANK:
        return None, None
    if not re.fullmatch(r"\d{1,12}(\.0+)?", cell.translate(WIDE)):
        raise Unreadable("number_form")
    return int(cell.translate(WIDE).partition(".")[0]), None


@dataclass(frozen=True)
class Coded:
    """A parser of a code list; `titles` has for each code the first word for it that a person may type."""

    parse: Parser
    titles: Mapping[str, str]

    def __call__(self, cells: Sequence[str], context: Context) -> Column:
        """Read the cells."""
        return self.parse(cells, context)

    @property
    def words(self) -> tuple[str, ...]:
        """The values that a person may type."""
        return tuple(self.titles.values())


def _titles(codes: dict[str, str]) -> dict[str, str]:
    """Of each code the first word that is no number."""
    first: dict[str, str] = {}
    for word, code in codes.items():
        if not word.isdigit():
            first.setdefault(code, word)
    return first


def choice(codes: dict[str, str], *, open_ended: bool = False) -> Coded:
    """A value of a code list; unknown ones are refused, or kept with a note where the list is open."""

    def read(cell: str) -> tuple[str | None, str | None]:
        if cell in BLANK:
            return None, None
        if cell in codes:
            return codes[cell], None
        for word, code in codes.items():
            if len(word) > 1 and word in cell:
                return code, None
        if open_ended:
            return _readable(cell)[0], "unknown_code"
        raise Unreadable("choice")

    return Coded(by_cell(read), _titles(codes))


def several(codes: dict[str, str]) -> Coded:
    """Several values of a code list in one cell, as sorted comma-separated codes; unknown parts become `other`."""

    def read(cell: str) -> tuple[str | None, str | None]:
        if cell in BLANK:
            return None, None
        found, note = set(), None
        for part in re.split(r"[,，、;；\s]+", cell):
            code = codes.get(part) or next((c for w, c in codes.items() if len(w) > 1 and w in part), None)
            if code is None and part:
                code, note = "other", "unknown_code"
            if code:
                found.add(code)
        return ",".join(sorted(found)), note

    return Coded(by_cell(read), _titles(codes))


# --- dates ------------------------------------------------------------------------------------------

_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH = re.compile(r"^(\d{4})[-/.年](\d{1,2})月?$")
_YEAR = re.compile(r"^(\d{4})年$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
EARLIEST = dt.date(1800, 1, 1)
_OPEN_END = {"长期", "永久", "无固定期限", "至今"}
WIDE = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}


@lru_cache(maxsize=200_000)
def read_date(cell: str) -> tuple[int | None, int | None, str | None]:
    """(first day, last day, note) of a date as typed; raises Unreadable where no such day exists.

    A spreadsheet's serial (1900 system) and a month or year are accepted with a note.
    """
    if cell in BLANK or cell in _OPEN_END:
        return None, None, None
    cell = cell.translate(WIDE)
    try:
        span = _span(cell)
    except ValueError:
        raise Unreadable("date_invalid") from None
    if span is not None:
        first, last, note = span
        if first.year >= 9000:  # 9999-12-31 and its like: no end
            return None, None, None
        if first < EARLIEST:
            raise Unreadable("date_invalid")
        return to_day(first), to_day(last), note
    if _SERIAL.match(cell) and 18_000 <= float(cell) <= 73_000:
        day = to_day(dt.date(1899, 12, 30)) + int(float(cell))
        return day, day, "date_serial"
    raise Unreadable("date_form")


def _span(cell: str) -> tuple[dt.date, dt.date, str | None] | None:
    """First and last day of a day, month or year as typed; ValueError where there is no such day."""
    if match := _DAY.match(cell) or _COMPACT.match(cell):
        day = dt.date(*map(int, match.groups()))
        return day, day, None
    if match := _MONTH.match(cell):
        first = dt.date(int(match[1]), int(match[2]), 1)
        if cell.endswith(".1"):  # as a spreadsheet shows 1985.10, too
            return first, dt.date(first.year, 10, 31), "month_ambiguous"
        return first, dt.date(first.year, first.month, monthrange(first.year, first.month)[1]), "month_precision"
    if match := _YEAR.match(cell):
        return dt.date(int(match[1]), 1, 1), dt.date(int(match[1]), 12, 31), "year_precision"
    return None


def date(*, end: bool = False, inclusive: bool = True, future: bool = True) -> Parser:
    """A date. An `end` is stored as the first day after; `future=False` refuses days after the delivery."""

    def parse(cells: Sequence[str], context: Context) -> Column:
        column = Column([None] * len(cells))
        latest = to_day(context.latest)
        for i, cell in enumerate(cells):
            try:
                first, last, note = read_date(cell.strip())
            except Unreadable as error:
                column.problems[i] = str(error)
                continue
            if first is None or last is None:
                continue
            if not future and first > latest:
                column.problems[i] = "date_future"
                continue
            column.values[i] = (last + 1 if inclusive else first) if end else first
            if note:
                column.notes[i] = note
                if first != last:
                    column.bounds[i] = (first, last)
        return column

    return parse


# --- money and shares -------------------------------------------------------------------------------

CURRENCIES = {
    "人民币": "CNY",
    "美元": "USD",
    "美金": "USD",
    "港币": "HKD",
    "港元": "HKD",
    "日元": "JPY",
    "日圆": "JPY",
    "欧元": "EUR",
    "英镑": "GBP",
    "新加坡元": "SGD",
    "新加坡币": "SGD",
    "加拿大元": "CAD",
    "加元": "CAD",
    "澳大利亚元": "AUD",
    "澳元": "AUD",
    "澳门元": "MOP",
    "新台币": "TWD",
    "台币": "TWD",
    "瑞士法郎": "CHF",
    "韩元": "KRW",
    "韩国元": "KRW",
    "泰铢": "THB",
    "马来西亚林吉特": "MYR",
    "卢布": "RUB",
    "德国马克": "DEM",
    "马克": "DEM",
    "法国法郎": "FRF",
    "意大利里拉": "ITL",
    "荷兰盾": "NLG",
}
_ISO = {*CURRENCIES.values(), "CNY"}
_NO_MINOR = {"JPY", "KRW", "ITL"}
_MOST_MONEY = 2**63 - 1  # minor units
_MONEY = re.compile(r"^([\d,]*\.?\d+)([^\d]*)$")


@lru_cache(maxsize=200_000)
def read_money(cell: str, unit: int, currency: str | None) -> tuple[int | None, str | None]:
    """(minor units, ISO currency) of an amount such as `1,000(万元人民币)`, `10万美元` or `50.5`.

    A bare number is in `unit` yuan (10,000 in most national fields) and in `currency` or CNY.
    """
    cell = cell.translate(WIDE).replace(" ", "")
    if cell in BLANK:
        return None, None
    if re.fullmatch(r"[()（）万亿元人民币美港]+", cell):
        return None, "amount_absent"
    match = _MONEY.match(cell)
    if not match:
        raise Unreadable("amount_form")
    words = re.sub(r"[()（）]", "", match[2])
    factor = 10_000 if "万" in words else 100_000_000 if "亿" in words else 1 if words else unit
    rest = re.sub(r"[万亿]", "", words)
    code = currency or "CNY"
    if rest and rest not in ("元", "整", "元整"):
        code = next((c for w, c in CURRENCIES.items() if w in rest), rest if rest in _ISO else "")
        if not code:
            raise Unreadable("currency_unknown")
    try:
        amount = Decimal(match[1].replace(",", "")) * factor * (1 if code in _NO_MINOR else 100)
    except InvalidOperation:
        raise Unreadable("amount_form") from None
    if amount > _MOST_MONEY:
        raise Unreadable("amount_form")
    return int(amount.to_integral_value()), code


def money(unit: int = 10_000, *, signed: bool = False) -> Parser:
    """An amount as (minor units, currency); `signed` where it may be a loss."""

    def read(cell: str) -> tuple[Any, str | None]:
        loss = signed and cell.lstrip().startswith(("-", "－", "−")) and cell.strip() not in BLANK
        amount, other = read_money(cell.lstrip().lstrip("-－−") if loss else cell, unit, None)
        return (None, other) if amount is None else ((-amount if loss else amount, other), None)

    return by_cell(read)


@by_cell
def share(cell: str) -> tuple[int | None, str | None]:
    """A share in per cent, with or without the sign, as an integer of 1e-10; over 100 % is refused."""
    if cell in BLANK:
        return None, None
    digits = cell.translate(WIDE).rstrip("%").strip()
    if not re.fullmatch(r"\d{0,20}(\.\d{0,40})?", digits) or digits in ("", "."):
        raise Unreadable("share_form")
    value = Decimal(digits)
    if value > 100:
        raise Unreadable("share_over_100")
    return int((value * SHARE_ONE / 100).to_integral_value()), None


# --- codes and numbers ------------------------------------------------------------------------------


def firm_code(cells: Sequence[str], _: Context) -> Column:
    """A code of a firm as (scheme, value): CN-USCC, CN-REGNO (13 or 15 digits) or CN-ORG (9 characters)."""
    codes = [clean_code(c) for c in cells]
    column = Column([None] * len(codes))
    people = valid_numbers(codes)
    for i in np.flatnonzero(people).tolist():
        column.problems[i] = "code_is_number"
    for i, (code, good) in enumerate(zip(codes, (valid_uscc(codes) & ~people).tolist(), strict=True)):
        if i in column.problems:
            continue
        if good:
            column.values[i] = ("CN-USCC", code)
        elif code and cells[i].strip() not in BLANK:
            _odd_code(i, code, column)
    return column


def _odd_code(i: int, code: str, column: Column) -> None:
    if len(code) == 9 and valid_organisation_codes([code])[0]:
        column.values[i] = ("CN-ORG", code)
    elif looks_like_number(code):
        column.problems[i] = "code_is_number" if len(code) == 15 else "code_check"
    elif _is_registration_number(code):
        column.values[i] = ("CN-REGNO", code)
    elif re.fullmatch(r"\d(\.\d+)?E\+?\d+", code) or (len(code) == 18 and code.endswith("000")):
        column.problems[i] = "code_truncated"
    elif len(code) in (9, 18):
        column.problems[i] = "code_check"
    else:
        column.problems[i] = "code_form"


def _is_registration_number(code: str) -> bool:
    """13 or 15 digits; never what can be an old identity number of 15."""
    return len(code) in (13, 15) and code.isdigit() and code.isascii() and not looks_like_number(code)


def registration_number(cells: Sequence[str], _: Context) -> Column:
    """A registration number of 13 or 15 digits; anything else is left out with a note."""
    column = Column([clean_code(c) or None for c in cells])
    for i, code in enumerate(column.values):
        if code and not _is_registration_number(code):
            column.values[i] = None
            if cells[i].strip() not in BLANK:
                column.notes[i] = "registration_number_form"
    return column


def identity_number(cells: Sequence[str], context: Context) -> Column:
    """An identity number as PersonNumber; the number itself goes no further. None where the cell is blank.

    A document of another country is written with its scheme: `GBR-PASSPORT:925665416`.
    """
    column = Column([None] * len(cells))
    distinct = {c: _document(c) for c in cells if c}
    plain = [number for scheme, number in distinct.values() if scheme == RESIDENT]
    known = dict(zip(plain, person_numbers(plain, context.keys, context.latest), strict=True))
    for i, cell in enumerate(cells):
        scheme, value = distinct.get(cell, (RESIDENT, ""))
        foreign = scheme != RESIDENT
        number = foreign_number(scheme, value, context.keys) if foreign else known.get(value, "number_absent")
        if isinstance(number, PersonNumber):
            column.values[i] = number
        elif number != "number_absent":
            column.problems[i] = number
    return column


def _document(cell: str) -> tuple[str, str]:
    """The scheme of a document, and its number; without a scheme it is a resident's."""
    scheme, _, value = cell.partition(":")
    known = DOCUMENT.match(scheme.strip()) and any(map(str.isalnum, value))
    return (scheme.strip(), value) if known else (RESIDENT, cell)


# --- addresses --------------------------------------------------------------------------------------

_ADDRESS = re.compile(
    r"^(?P<province>[^省区市县路街]{2,3}省|[^省市县路街]{2,6}自治区)?"
    r"(?P<city>[^市县区路街]{1,8}?(?:市|自治州|地区|盟))?"
    r"(?P<district>[^市县区路街号]{1,8}?(?:自治县|新区|区|县|市|旗))?"
    r"(?P<road>[^号]*?(?:路|街|大道|道|巷|弄|里|村|社区|镇|乡)(?:[^\d号]*?(?=\d))?)?"
    r"(?P<number>\d[\d\-、]*号(?:之[一二三四五六七八九十\d]+)?)?"
    r"(?P<room>.*)$"
)
_ADDRESS_CLEAN: dict[int, int | str] = WIDE | {ord("—"): "-", ord("–"): "-", ord("#"): "号"}


@lru_cache(maxsize=100_000)
def read_address(cell: str, province: str = "", city: str = "") -> tuple[str, tuple[str | None, ...]]:
    """The normalised text of an address, and its province, city, district, road, number and room."""
    words = re.sub(r"\s+", "", cell.translate(_ADDRESS_CLEAN))
    match = _ADDRESS.match(words)
    parts = dict(match.groupdict()) if match else {}
    if province and not parts.get("province"):
        parts["province"] = province
    if city and not parts.get("city"):
        parts["city"] = city
        words = city + words if parts.get("district") else words
    return words, tuple(parts.get(k) or None for k in ("province", "city", "district", "road", "number", "room"))
