"""Finding the header of a table among title rows, two-row headers and notes, and the source it belongs to."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from graph.current import precedence
from graph.errors import FileRefused, UsageError
from loaders.forbidden import forbidden
from loaders.source import Source, header_key, match, missing, source_named, sources

SEARCHED_ROWS = 15
_TAIL_WORDS = ("合计", "总计", "小计", "备注", "注：", "注:", "说明", "填表", "制表", "审核", "单位负责人")


@dataclass(frozen=True, eq=False)
class Header:
    """Where the data start, and which column of the source stands where."""

    source: Source
    row: int  # the header's (last) row
    width: int
    positions: dict[str, int]
    ignored: tuple[str, ...]  # headers that no column of the source answers to
    titles: tuple[str, ...]  # the headers as the sender wrote them


def find_header(
    file: str, rows: Sequence[tuple[int, list[str]]], source: Source | None, mapping: dict[str, str] | None = None
) -> Header | None:
    """The header among a sheet's first rows; None where nothing looks like one.

    Without `source`, every source is tried and the one that knows most of the headers counts. Raises
    UsageError where two fit equally well.
    """
    candidates = [source] if source else list(sources().values())
    scored: list[tuple[int, str, Header]] = []
    for number, cells in _headers(rows):
        named = [mapping.get(c.strip(), c) if mapping and not (source and forbidden(source, c)) else c for c in cells]
        for one in candidates:
            found = match(one, named)
            if found and not missing(one, found):
                ignored = tuple(c.strip() for i, c in enumerate(cells) if c.strip() and i not in found.values())
                scored.append((len(found), one.name, Header(one, number, len(cells), found, ignored, tuple(cells))))
    if not scored:
        return None
    best = max(s for s, _, _ in scored)
    names = sorted({name for s, name, _ in scored if s == best})
    if len(names) > 1:
        raise UsageError(f"{file}: the header fits {' and '.join(names)} equally", "Say which with --source.")
    return next(h for s, _, h in scored if s == best)


def _headers(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Each row as a header, and each pair of rows as a two-row header (an upper cell spans to the right)."""
    out = [(number, cells) for number, cells in rows]
    for (_, upper), (number, lower) in zip(rows, rows[1:], strict=False):
        spanned, last = [], ""
        for i in range(max(len(upper), len(lower))):
            last = (upper[i].strip() if i < len(upper) else "") or last
            spanned.append((lower[i].strip() if i < len(lower) else "") or last)
        out.append((number, spanned))
    return out


def is_note(cells: Sequence[str]) -> bool:
    """Whether a row is a total, a note or a signature line below the table."""
    first = next((c for c in cells if c and not c.isspace()), "")
    if first and not first.lstrip().startswith(_TAIL_WORDS):
        return False
    filled = [c.strip() for c in cells if c.strip()]
    return not filled or (len(filled) <= max(3, len(cells) // 2) and filled[0].startswith(_TAIL_WORDS))


def refuse_unknown(file: str, path: Path, rows: Sequence[tuple[int, list[str]]], source: Source | None) -> FileRefused:
    """The refusal of a file whose header no source knows, with a proposed mapping saved beside it."""
    number, cells = max(rows, key=lambda r: len([c for c in r[1] if c.strip()]), default=(0, []))
    close = _closest([source] if source else list(sources().values()), cells)
    if close is None:
        return FileRefused(
            f"{file}: no known header in the first {SEARCHED_ROWS} rows",
            "The first rows must hold the headers that creditgraph sources lists.",
        )
    lacking = missing(close, match(close, cells))
    target = path.with_name(path.name + ".mapping.json")
    target.write_text(
        json.dumps({"source": close.name, "columns": _proposal(close, cells)}, ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )
    return FileRefused(
        f"{file}, row {number}: not the header of {close.name} ({close.zh}); missing: {', '.join(lacking)}",
        f"A mapping is proposed in {target.name}: correct it, then load with --mapping {target.name}",
    )


def _closest(candidates: Sequence[Source], cells: Sequence[str]) -> Source | None:
    """The source that lacks least of its headers here, then the one that knows most of them; two at least.

    Of a source that a person named, two similar headers do. A row with neither is no header: nothing of it is written.
    """
    scored = [
        (len(missing(s, found)), -len(found), precedence(s.name))
        for s in candidates
        if len(found := match(s, cells)) >= 2
    ]
    if not scored and len(candidates) == 1 and len([x for x in _proposal(candidates[0], cells).values() if x]) >= 2:
        return candidates[0]
    return sources()[min(scored)[2][1]] if scored else None


def _proposal(source: Source, cells: Sequence[str]) -> dict[str, str]:
    """Header in the file to header of the source: known spellings, else the most similar one."""
    spellings = {h: c.zh for c in source.fields for h in c.headers(source.table)}
    out = {}
    for cell in (c.strip() for c in cells):
        near = difflib.get_close_matches(header_key(cell), spellings, n=1, cutoff=0.5) if cell else []
        if cell and not re.search(r"\d{6}", cell):  # that is data, and may be anybody's
            out[cell] = spellings[near[0]] if near else ""
    return out


def read_mapping(path: Path) -> tuple[Source, dict[str, str]]:
    """A corrected mapping file: the source, and header in the file to header of the source."""
    try:
        data = _Mapping.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} is no mapping: {type(error).__name__}", "Load the file without it to have one proposed."
        ) from None
    return source_named(data.source), {k: v for k, v in data.columns.items() if v}


class _Mapping(BaseModel):
    source: str
    columns: dict[str, str]
