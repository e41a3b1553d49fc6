"""People of a list: numbers read and hashed, duplicates collapsed, who cannot be checked marked with why."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from unicodedata import category

from graph.identity import PersonNumber, born_between, clean_code, mask_hashes, person_name
from graph.keys import KeyRing
from graph.time import to_date
from loaders.checklist import Listed, ListRow
from loaders.normalize import BLANK, WIDE, Context, Unreadable, human_name, identity_number, read_date

_BETWEEN = re.compile(r"[、，,；;/\n]+")
_MARKS = re.compile(r"[\d_]|[^\w\s·.'’\-\ue000-\uf8ff]")  # what is in no name
_NOT_GIVEN = BLANK | {"否", "未授权", "没有", "待补", "未签"}
_MONTH = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])$")  # six digits: in a column of birth dates no other date
_SEX = {"男": "male", "女": "female"}


@dataclass(frozen=True)
class ListedPerson(Listed):
    """One person of a list. Of the number only what may be kept; `masks` are the hashes of its masked forms."""

    number: PersonNumber | None = None
    masks: tuple[str, ...] = ()
    authorised: bool = False
    serial: str = ""  # in the list, as typed

    @property
    def who(self) -> str | None:
        """What two rows about one person have in common: the hash of the whole number."""
        return self.number.number_hash if self.number else None

    def beside(self, other: ListedPerson) -> str:
        """What is to be noted of two of one name with different numbers: the same in the rows of both."""
        mine, theirs = self._whole, other._whole
        return "fifteen_digits" if mine and mine == theirs else "same_name_other_number"

    @property
    def _whole(self) -> str | None:
        """The hash of the number with 18 digits, of one with 15 that of its usual other form."""
        return (self.number.candidate_hash or self.number.number_hash) if self.number else None

    @property
    def key(self) -> str:
        """The name for comparing: lists write middle dots or leave them out."""
        return person_name(self.name).replace("·", "")


def people_of(rows: Sequence[ListRow], keys: KeyRing, latest: dt.date, *, split: bool = False) -> list[ListedPerson]:
    """The people of a list, in its order. `split`: a cell with several names and as many numbers is several people.

    Identical ones are collapsed; two names on one number are a conflict of all its rows, whatever their order.
    """
    alone = [one for row in rows for one in _persons(row, split)]
    context = Context(keys, latest)
    names = human_name([_one_line(r.cells["name"]) for r in alone], context)
    numbers = identity_number([r.cells.get("number", "") for r in alone], context)
    listed = []
    for i, row in enumerate(alone):
        number = numbers.values[i]
        problem = row.lost("name", "number") or names.problems.get(i) or (None if names.values[i] else "name_absent")
        problem = problem or numbers.problems.get(i) or _unusable(number)
        told = () if problem else tuple(_notes(row, number))
        told += tuple(filter(None, [row.lost("sex", "born", "authorisation")]))
        masks = () if problem else mask_hashes(row.cells["number"], keys)
        authorised = row.cells.get("authorisation", "") not in _NOT_GIVEN
        name, usable = names.values[i] or "", None if problem else number
        listed.append(
            ListedPerson(
                row.sheet,
                row.row,
                name,
                problem,
                told,
                number=usable,
                masks=masks,
                authorised=authorised,
                serial=row.cells.get("serial", ""),
            )
        )
    return _settled(listed)


def _persons(row: ListRow, split: bool) -> list[ListRow]:
    names = [p for p in _BETWEEN.split(row.cells["name"]) if p.strip()]
    numbers = [p for p in re.split(r"[、，,；;/\s]+", row.cells.get("number", "")) if p]
    if not split or len(names) < 2 or len(names) != len(numbers):
        return [row]
    return [replace(row, cells={**row.cells, "name": a, "number": b}) for a, b in zip(names, numbers, strict=True)]


def _one_line(name: str) -> str:
    """A name over several lines is several names, unless a line is one character: that is a name spaced out."""
    parts = [p.strip() for p in name.split("\n") if p.strip()]
    return ("、" if parts and min(map(len, parts)) > 1 else "").join(parts)


def _unusable(number: PersonNumber | None) -> str | None:
    if number is None:
        return "number_absent"
    return None if number.identified else "number_masked"


def _notes(row: ListRow, number: PersonNumber) -> list[str]:
    """What was read in one safe way and is worth telling, and what contradicts the number."""
    typed, notes = row.cells["number"], []
    if typed != clean_code(typed):
        notes.append("number_normalised")
    if row.cells["name"] != person_name(row.cells["name"]):
        notes.append("name_normalised")
    if _MARKS.search(person_name(row.cells["name"])):
        notes.append("name_marks")
    if any(category(c) == "Co" for c in row.cells["name"]):
        notes.append("private_characters")
    if number.document_type == "resident_15":
        notes.append("fifteen_digits")
    elif number.document_type != "resident":
        notes.append("other_document")
    sex = _SEX.get(row.cells.get("sex", "").strip("性 "))
    if sex and number.sex and sex != number.sex:
        notes.append("sex_contradicts")
    return notes + _born(row.cells.get("born", ""), typed)


def _born(cell: str, number: str) -> list[str]:
    try:
        first, last, _ = read_date(_MONTH.sub(r"\1-\2", cell.translate(WIDE).strip()))
    except Unreadable:
        return ["born_unreadable"]
    if first is None or last is None:
        return []
    since, until = to_date(first), to_date(last)
    if since == until and since.day == 1:  # a month, as a spreadsheet keeps it
        until = since.replace(day=monthrange(since.year, since.month)[1])
    return ["born_contradicts"] if born_between(number, since, until) is False else []


def _settled(listed: Sequence[ListedPerson]) -> list[ListedPerson]:
    by_number: dict[str, list[int]] = defaultdict(list)
    by_name: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(listed):
        if one.who:
            by_number[one.who].append(i)
            by_name[one.key].append(i)
    out = list(listed)
    for who, at in by_number.items():
        first = listed[at[0]]
        conflict = len({listed[i].key for i in at}) > 1
        authorised = any(listed[i].authorised for i in at)
        for i in at:
            one = listed[i]
            if conflict:
                others = _places(listed[j] for j in at if listed[j].key != one.key)
                out[i] = replace(one, problem="number_two_names", number=None, masks=(), see=others)
            elif i != at[0]:
                out[i] = replace(one, same_as=(first.sheet, first.row), authorised=authorised)
            else:
                namesakes = [listed[j] for j in by_name[one.key] if listed[j].who != who]
                notes = tuple(dict.fromkeys((*one.notes, *map(one.beside, namesakes))))
                out[i] = replace(one, authorised=authorised, notes=notes, see=_places(namesakes))
    return out


def _places(listed: Iterable[ListedPerson]) -> tuple[tuple[str, int], ...]:
    return tuple(dict.fromkeys((one.sheet, one.row) for one in listed))
