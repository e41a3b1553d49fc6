"""Finding the header of a table among title rows, two-row headers and notes, and the source it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.current import precedence
from graph.errors import FileRefused, UnknownHeader
from loaders.forbidden import forbidden
from loaders.mapping import mapping_beside, proposal, save_mapping
from loaders.source import Source, match, missing, sources

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
    FileRefused where two fit equally well.
    """
    found = fitting(rows, [source] if source else list(sources().values()), mapping)
    if len(found) > 1:
        names, titles = zip(*((h.source.name, h.source.zh) for h in found), strict=True)
        raise FileRefused(
            f"{file}: the header fits {' and '.join(names)} equally",
            "Say which with --source, or put it into a watched folder's subfolder of that name.",
            f"{file}：表头同时符合“{'”“'.join(titles)}”。请用 --source 指明来源，或放入以来源命名的子文件夹。",
        )
    return found[0] if found else None


def fitting(
    rows: Sequence[tuple[int, list[str]]], candidates: Sequence[Source], mapping: dict[str, str] | None = None
) -> list[Header]:
    """The headers under which most columns are known, one a source, by the source's name."""
    read = (header_of(one, number, cells, mapping) for number, cells in _headers(rows) for one in candidates)
    found = [header for header in read if header]
    best = max((len(h.positions) for h in found), default=0)
    first = {h.source.name: h for h in reversed(found) if len(h.positions) == best}
    return [first[name] for name in sorted(first)]


def header_of(source: Source, row: int, cells: Sequence[str], mapping: dict[str, str] | None = None) -> Header | None:
    """Cells as the header of a source; None where columns that it needs are not among them."""
    told = [mapping.get(one_line(c)) if mapping and not forbidden(source, c) else None for c in cells]
    found = match(source, [c if ours is None else ours for c, ours in zip(cells, told, strict=True)])
    found |= match(source, [ours or "" for ours in told])  # what a person says goes before a known spelling
    if not found or missing(source, found):
        return None
    ignored = tuple(c.strip() for i, c in enumerate(cells) if c.strip() and i not in found.values())
    return Header(source, row, len(cells), found, ignored, tuple(cells))


def _headers(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Each row as a header, and each pair of rows as a two-row header (an upper cell spans to the right)."""
    out = [(number, cells) for number, cells in rows]
    out += [(number, spanned(upper, lower)) for (_, upper), (number, lower) in zip(rows, rows[1:], strict=False)]
    return out


def spanned(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows of a header as one: what stands below, else what stands above, which spans to the right."""
    out, last = [], ""
    for i in range(max(len(upper), len(lower))):
        last = (upper[i].strip() if i < len(upper) else "") or last
        out.append((lower[i].strip() if i < len(lower) else "") or last)
    return out


def one_line(title: str) -> str:
    """A header as a person types it: nothing around it, no break inside it."""
    return "".join(title.strip().splitlines())


def is_note(cells: Sequence[str]) -> bool:
    """Whether a row is a total, a note or a signature line below the table."""
    first = next((c for c in cells if c and not c.isspace()), "")
    if first and not first.lstrip().startswith(_TAIL_WORDS):
        return False
    filled = [c.strip() for c in cells if c.strip()]
    return not filled or (len(filled) <= max(3, len(cells) // 2) and filled[0].startswith(_TAIL_WORDS))


def refuse_unknown(
    file: str, path: Path, rows: Sequence[tuple[int, list[str]]], source: Source | None
) -> UnknownHeader:
    """The refusal of a file whose header no source knows, with a proposed mapping saved beside it."""
    number, cells = widest(rows)
    close = closest([source] if source else list(sources().values()), cells)
    if close is None:
        return UnknownHeader(
            f"{file}: no known header in the first {SEARCHED_ROWS} rows",
            "The first rows must hold the headers that creditgraph sources lists.",
            f"{file}：前 {SEARCHED_ROWS} 行没有可识别的表头。表头应为 creditgraph sources 所列名称。",
        )
    lacking = missing(close, match(close, cells))
    target = mapping_beside(path)
    if not target.exists():  # a person may have been at work on it
        save_mapping(target, close, proposal(close, cells))
    return UnknownHeader(
        f"{file}, row {number}: not the header of {close.name} ({close.zh}); missing: {', '.join(lacking)}",
        f"A mapping is proposed in {target}: correct it, then load with --mapping {target}",
        f"{file} 第 {number} 行：不是“{close.zh}”的表头，缺少：{'、'.join(lacking)}。"
        f"建议的对应关系已存入 {target.name}，请修改后重新报送，或用 --mapping 加载。",
    )


def widest(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """The row with most cells filled: what is taken for the header where none is known."""
    return max(rows, key=lambda r: len([c for c in r[1] if c.strip()]), default=(0, []))


def closest(candidates: Sequence[Source], cells: Sequence[str]) -> Source | None:
    """The source that lacks least of its headers here, then the one that knows most of them; two at least.

    Of a source that a person named, two similar headers do. A row with neither is no header: nothing of it is written.
    """
    scored = [
        (len(missing(s, found)), -len(found), precedence(s.name))
        for s in candidates
        if len(found := match(s, cells)) >= 2
    ]
    if not scored and len(candidates) == 1 and len([x for x in proposal(candidates[0], cells).values() if x]) >= 2:
        return candidates[0]
    return sources()[min(scored)[2][1]] if scored else None
