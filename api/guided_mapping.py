"""Walking a person through the mapping of a file's headers, where no source knows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from api import render
from graph.current import precedence
from graph.declaration import SHARE_ONE
from graph.errors import FileRefused, UnknownHeader, UsageError
from graph.identity import PersonNumber, scrub
from graph.keys import KeyRing
from graph.time import SHANGHAI, iso, to_day
from loaders.chunks import first_rows, recognise
from loaders.headers import closest, widest
from loaders.mapping import mapping_beside, proposal, save_mapping
from loaders.normalize import Column, Context
from loaders.pipeline import Request
from loaders.reasons import explain
from loaders.source import Field, Source, match, missing, source_named, sources

SAMPLES = 3
PREVIEW = 5
_DAY = dt.date(2000, 2, 3)

_WORDS = {
    "unknown": ("{file}：没有来源认识这些表头。", "{file}: no source knows these headers."),
    "row": ("表头在第几行", "Which row is the header"),
    "source": ("属于哪个来源（名称，? 列出全部）", "Which source is it (a name, ? lists all)"),
    "pick": (
        "每个字段对应第几列？回车采用建议，0 为没有。",
        "Which column is each field? Enter: the guess. 0: none.",
    ),
    "lacking": ("还缺少：{fields}", "still missing: {fields}"),
    "right": ("按此加载", "Load it like this"),
    "saved": ("对应关系已存入 {path}", "mapping saved as {path}"),
}


@dataclass(frozen=True)
class _Table:
    """A file's header and the first rows under it."""

    titles: list[str]
    rows: list[list[str]]

    def samples(self, at: int) -> list[str]:
        """The first filled cells of a column."""
        return [row[at] for row in self.rows if at < len(row) and row[at].strip()][:SAMPLES]


def guided(request: Request, keys: KeyRing, lang: str) -> Request:
    """The request, with a mapping that the person at the terminal made, where its headers are unknown.

    The mapping is saved beside the file. UsageError where the file has no rows to look at.
    """
    if request.mapping or request.corrects is not None:
        return request
    wanted = source_named(request.source) if request.source else None
    try:
        recognise(request.path, wanted, None)
    except UnknownHeader:
        return replace(request, mapping=_Guide(request, keys, lang).walk(wanted))
    except FileRefused:
        pass  # its load will say so, after the files before it
    return request


class _Guide:
    def __init__(self, request: Request, keys: KeyRing, lang: str) -> None:
        self.path, self.lang = request.path, lang
        self.context = Context(keys, request.received_at.astimezone(SHANGHAI).date())

    def walk(self, wanted: Source | None) -> Path:
        """Ask until the person agrees; where the mapping was saved."""
        self._say("unknown", file=scrub(self.path.name))
        table = self._table()
        source = self._source(wanted, table)
        while True:
            columns = self._columns(source, table)
            self._preview(source, table, columns)
            if typer.confirm(self._word("right"), default=True):
                break
        target = mapping_beside(self.path)
        left_out = dict.fromkeys(proposal(source, table.titles), "")
        save_mapping(target, source, left_out | {table.titles[at].strip(): zh for zh, at in columns.items()})
        self._say("saved", path=target)
        return target

    def _word(self, key: str, **values: object) -> str:
        return _WORDS[key][self.lang != "zh"].format(**values)

    def _say(self, key: str, **values: object) -> None:
        typer.echo(self._word(key, **values))

    def _table(self) -> _Table:
        rows = first_rows(self.path)
        if not rows:
            raise UsageError(
                f"{self.path.name} has no rows",
                "Ask the sender for the file again.",
                f"{self.path.name} 没有数据行。请重新报送。",
            )
        shown = [(str(number), _row(cells)) for number, cells in rows]
        render.table(("row", "value"), shown, "table", self.lang)
        numbers = [number for number, _ in rows]
        number = _ask_number(self._word("row"), widest(rows)[0], set(numbers))
        at = numbers.index(number)
        return _Table(rows[at][1], [cells for _, cells in rows[at + 1 :]])

    def _source(self, wanted: Source | None, table: _Table) -> Source:
        if wanted:
            return wanted
        close = closest(list(sources().values()), table.titles) or self._likeliest(table)
        by_name = sources() | {s.zh: s for s in sources().values()}
        while True:
            answer = typer.prompt(self._word("source"), default=close.name).strip()
            if answer in by_name:
                return by_name[answer]
            render.table(("source", "name"), [(s.name, s.zh) for s in sources().values()], "table", self.lang)

    def _likeliest(self, table: _Table) -> Source:
        """The source with most guesses, then the one that lacks least if all of them are right."""

        def lack(source: Source) -> tuple[int, int, tuple[int, str]]:
            guesses = self._guesses(source, table)
            found = {f.name: guesses[f.zh] for f in source.fields if f.zh in guesses}
            return -len(found), len(missing(source, found)), precedence(source.name)

        return min(sources().values(), key=lack)

    def _columns(self, source: Source, table: _Table) -> dict[str, int]:
        """Header of the source to position in the file, until nothing that must be there is missing."""
        guesses = self._guesses(source, table)
        personal = {guesses[f.zh] for f in source.fields if f.personal and f.zh in guesses}
        plain = set(guesses.values()) - personal
        listed = [
            (str(at + 1), title.strip(), " / ".join(_sample(v, at in plain) for v in table.samples(at)))
            for at, title in enumerate(table.titles)
            if title.strip()
        ]
        render.table(("column", "header", "value"), listed, "table", self.lang)
        self._say("pick")
        while True:
            chosen = self._ask_each(source.fields, guesses, {int(number) for number, _, _ in listed})
            found = {f.name: chosen[f.zh] for f in source.fields if f.zh in chosen}
            lacking = missing(source, found)
            if not lacking:
                return chosen
            self._say("lacking", fields="、".join(lacking))
            guesses = chosen

    def _guesses(self, source: Source, table: _Table) -> dict[str, int]:
        """The best guess of each field: a spelling that is known, else the most similar header; none twice."""
        by_name = {f.name: f.zh for f in source.fields}
        out = {by_name[name]: at for name, at in match(source, table.titles).items()}
        for title, zh in proposal(source, table.titles).items():
            at = next(i for i, t in enumerate(table.titles) if t.strip() == title)
            if zh and at not in out.values():
                out.setdefault(zh, at)
        return out

    def _ask_each(self, fields: Sequence[Field], guesses: dict[str, int], known: set[int]) -> dict[str, int]:
        chosen: dict[str, int] = {}
        for field in fields:
            guess = guesses.get(field.zh, -1)
            guess = -1 if guess in chosen.values() else guess
            free = known - {at + 1 for at in chosen.values()}
            mark = "*" if field.required else ""
            at = _ask_number(f"{mark}{field.zh}", guess + 1, free | {0}) - 1
            if at >= 0:
                chosen[field.zh] = at
        return chosen

    def _preview(self, source: Source, table: _Table, columns: dict[str, int]) -> None:
        """The first rows as they will be read, a reason where one cannot be."""
        rows = [r for r in table.rows if any(c.strip() for c in r)][:PREVIEW]
        read = []
        for field in (f for f in source.fields if f.zh in columns):
            cells = [row[columns[field.zh]] if columns[field.zh] < len(row) else "" for row in rows]
            column = field.parse(cells, self.context)
            read.append([self._read(field, column, i) for i in range(len(rows))])
        titles = [f.zh for f in source.fields if f.zh in columns]
        render.table(titles, list(zip(*read, strict=True)), "table", self.lang)

    def _read(self, field: Field, column: Column, at: int) -> str:
        if at in column.problems:
            return f"! {explain(column.problems[at], self.lang)}"
        return _shown(field, column.values[at], self.context)


def _ask_number(text: str, default: int, allowed: set[int]) -> int:
    while True:
        answer: int = typer.prompt(text, default=default, type=int)
        if answer in allowed:
            return answer
        typer.echo(", ".join(map(str, sorted(allowed))))


def _row(cells: Sequence[str]) -> str:
    """A row to choose the header from: headers hold no digits, and what does may be somebody's."""
    digits = any(c.isdigit() for cell in cells for c in cell)
    return "  ".join(masked(c) if digits else c.strip() for c in cells if c.strip())


def _sample(value: str, plain: bool) -> str:
    """A sample value; of a column that is not known to be nobody's, only its shape."""
    return scrub(value.strip())[:30] if plain else masked(value)


def masked(text: str) -> str:
    """A value without its middle, so that it can be told apart and tells nothing of anybody."""
    text = text.strip()
    return text[:1] + "*" * (len(text) - 1) if len(text) <= 4 else f"{text[:2]}***{text[-2:]}"


def _shown(field: Field, value: Any, context: Context) -> str:
    """A parsed value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, PersonNumber):
        return f"****{value.last_four or ''}"
    if isinstance(value, tuple):
        return f"{value[0] / 100:,.2f} {value[1]}" if isinstance(value[0], int) else str(value[-1])
    if field.parse([_DAY.isoformat()], context).values == [to_day(_DAY)]:  # whatever reads that so reads days
        return iso(value) or ""
    if field.parse(["100%"], context).values == [SHARE_ONE]:
        return f"{100 * value / SHARE_ONE:g}%"
    return masked(str(value)) if field.personal else str(value)
