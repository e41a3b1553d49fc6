"""The class of a company and its reasons, on one page."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Any

from rich.console import Console

from api.deliveries import TOTALS
from api.render import plain, table, word
from api.render_evidence import evidence

SHOWN_PARTS = 4  # of one indicator


def explanation(found: dict[str, Any], lang: str) -> None:
    """One page: class, parts with their documents, what changes when."""
    zh = lang == "zh"
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(plain(found["notice"][lang if zh else "en"]), style="dim")
    if "what_if" in found:
        _what_if(found["what_if"], console, lang)
    company, model = found["company"], found["model"]
    console.print(plain(f"{model[lang if zh else 'en']}  {model['name']}"), style="dim")
    console.print(plain(f"{company['name']}  {company['id']}"), style="bold")
    if "run_told_again" in found:
        console.print(plain(_told_again(found["run_told_again"], zh)), style="bold")
    told = [(name, word(found[name], lang)) for name in ("class", "colour") if found[name]]
    told += [("score", found["score"])] if found["score"] is not None else []
    flags = [word(f, lang) for f in ("red_line", "floor_c") if found[f] and found["class"]]
    line = "  ".join(f"{word(name, lang)} {value}" for name, value in told)
    console.print(f"{line}  {word('coverage', lang)} {found['coverage']:.0%}  {' '.join(flags)}")
    rows: list[tuple[Any, ...]] = []
    for _, group in groupby(found["parts"], key=lambda p: p["indicator"]):
        rows += _part_rows(list(group), lang)
    rows.append(
        (word("total", lang), f"{sum(round(p['points'] * 1000) for p in found['parts']) / 1000:.3f}", "", "", "")
    )
    table(("indicator", "points", "most", "evidence", "next_change_on"), rows, "table", lang)
    run = found["run"]
    console.print(
        "  ".join(f"{name} {run[name]}" for name in ("as_of", "known_at", "used_on"))
        + f"  {', '.join(run['packs'])}  run {run['run_id']}",
        style="dim",
    )


def _part_rows(parts: list[dict[str, Any]], lang: str) -> list[tuple[Any, ...]]:
    """The heaviest parts of one indicator, the rest in one row: an explanation is a page."""
    ordered = sorted(parts, key=lambda p: (not (p["red_line"] or p["floor_c"]), -abs(p["points"])))
    shown, rest = (ordered, []) if len(ordered) <= SHOWN_PARTS + 1 else (ordered[:SHOWN_PARTS], ordered[SHOWN_PARTS:])
    name, most = f"{parts[0]['indicator']} {parts[0]['zh' if lang == 'zh' else 'en']}", parts[0]["most"]
    rows = [(name, f"{p['points']:.3f}", most, evidence(p, lang), p["next_change_on"]) for p in shown]
    if rest:
        points = sum(round(p["points"] * 1000) for p in rest) / 1000
        soonest = min((p["next_change_on"] for p in rest if p["next_change_on"]), default=None)
        said = f"另有 {len(rest)} 条（--format json）" if lang == "zh" else f"{len(rest)} more (--format json)"
        rows.append((name, f"{points:.3f}", most, said, soonest))
    return rows


def _told_again(run: dict[str, Any], zh: bool) -> str:
    """Which stored run this is, and whether it is all that the run saw."""
    told = f"重述运行 {run['run_id']}" if zh else f"the run {run['run_id']} told again"
    if run["closed"]:
        told += (
            "（未经档案授权：此后修复、到期的记录已略去，分类和分值可能与当时不同）"
            if zh
            else " (no archive approval: what ended or was repaired since is left out; class and points may differ)"
        )
    if run["erased"]:
        told += f"；此后删除 {run['erased']} 项" if zh else f"; erased since: {run['erased']}"
    return told


def _what_if(told: dict[str, Any], console: Console, lang: str) -> None:
    """That this is a what-if, and of what: records left out, files laid over the graph, their refused rows."""
    console.print(plain(told["notice"]["zh" if lang == "zh" else "en"]), style="bold")
    if told["without"]:
        console.print(plain(f"{'无' if lang == 'zh' else 'without'} {'、'.join(told['without'])}"))
    files = told["with"]
    if files:
        table(
            ("source", "file", *TOTALS),
            [(f["source"], f["file"], *(f[t] for t in TOTALS)) for f in files],
            "table",
            lang,
        )
    refused = [(f["file"], r["sheet"], r["row"], r["field"], r["reason"][lang]) for f in files for r in f["refused"]]
    if refused:
        table(("file", "sheet", "row", "field", "reason"), refused, "table", lang)
