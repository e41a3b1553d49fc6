"""What a what-if assumes and what it changes: records left out, files laid over, class and parts before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from api.deliveries import TOTALS
from api.render import plain, table, word
from api.render_evidence import evidence

SHOWN = 10  # parts, those that differ most, and refused rows


def what_if(told: dict[str, Any], console: Console, lang: str) -> None:
    """That this is a what-if, and of what, then the class and the parts that differ, before and after."""
    zh = lang == "zh"
    console.print(plain(told["notice"]["zh" if zh else "en"]), style="bold")
    if told["without"]:
        console.print(plain(f"{'无' if zh else 'without'} {'、'.join(told['without'])}"))
    files = told["with"]
    if files:
        rows = [(f["source"], f["file"], *(f[t] for t in TOTALS)) for f in files]
        table(("source", "file", *TOTALS), rows, "table", lang)
    refused = [(f["file"], r["sheet"], r["row"], r["field"], r["reason"][lang]) for f in files for r in f["refused"]]
    if refused:
        _cut(("file", "sheet", "row", "field", "reason"), refused, console, lang)
    _class(told["before"], told["after"], console, lang)
    moved = [_moved(one, lang) for one in told["parts"]]
    if moved:
        _cut(("indicator", "evidence", "before", "after"), moved, console, lang)
    else:
        console.print("各项均无变化" if zh else "no part differs")


def _cut(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], console: Console, lang: str) -> None:
    """The first rows as a table, and how many more there are."""
    table(columns, rows[:SHOWN], "table", lang)
    if (more := len(rows) - SHOWN) > 0:
        console.print(f"另有 {more} 条（--format json）" if lang == "zh" else f"{more} more (--format json)")


def _class(before: dict[str, Any] | None, after: dict[str, Any], console: Console, lang: str) -> None:
    """Class and score, before and after; a company that a file brings was not there before."""

    def value(of: dict[str, Any] | None, name: str) -> str:
        found = None if of is None else of[name]
        return f"{found:.3f}" if isinstance(found, float) else word(found, lang) or "—"

    names = [n for n in ("class", "colour", "score") if (before or after)[n] is not None or after[n] is not None]
    told = [f"{word(n, lang)} {value(before, n)} → {value(after, n)}" for n in names]
    console.print(plain("  ".join(told)), style="bold")


def _moved(moved: dict[str, Any], lang: str) -> tuple[str, ...]:
    part = moved["part"]

    def value(told: dict[str, Any] | None) -> str:
        marks = [] if told is None else [word(f, lang) for f in ("red_line", "floor_c") if told[f]]
        return "—" if told is None else " ".join([f"{told['points']:.3f}", *marks])

    name = f"{part['indicator']} {part['zh' if lang == 'zh' else 'en']}"
    return name, evidence(part, lang).split("\n")[0], value(moved["before"]), value(moved["after"])
