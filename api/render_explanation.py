"""The class of a company and its reasons, on one page."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Any

from rich.console import Console

from analytics.classes.explanation import rests_on
from api.render import plain, table, to_csv, word
from api.render_evidence import decision, evidence
from api.render_evidence import rests_on as what
from api.render_reckoning import reckoning
from api.render_what_if import what_if

SHOWN_PARTS = 4  # of one indicator
SHOWN_DECISIONS = 4  # about parts that are not there


def explanation(found: dict[str, Any], lang: str) -> None:
    """One page: class and how it follows from the points, parts with their documents, what changes when."""
    zh = lang == "zh"
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(plain(found["notice"]["zh" if zh else "en"]), style="dim")
    company, model = found["company"], found["model"]
    console.print(plain(f"{model['zh' if zh else 'en']}  {model['name']}"), style="dim")
    console.print(plain(f"{company['name'] or word('unnamed', lang)}  {company['id']}"), style="bold")
    if "run_told_again" in found:
        console.print(plain(told_again(found["run_told_again"], lang)), style="bold")
    if "what_if" in found:
        what_if(found["what_if"], console, lang)
    console.print(plain(_head(found, lang)))
    for line in reckoning(found, lang):
        console.print(plain(line))
    _parts(found["parts"], lang)
    for line in _other_decisions(found["decisions"], lang):
        console.print(plain(line))
    run = found["run"]
    console.print(
        "  ".join(f"{name} {run[name]}" for name in ("as_of", "known_at", "used_on"))
        + f"  {', '.join(run['packs'])}  run {run['run_id']}",
        style="dim",
    )


def parts_csv(found: dict[str, Any]) -> str:
    """The parts of an explanation as CSV, one a row."""
    own = ("indicator", "zh", "en", "points", "most", "red_line", "floor_c", "next_change_on", "next_points")
    of_record = ("document_number", "authority", "date")
    rows = [(*(p[n] for n in own), rests_on(p), *(p["evidence"].get(n) for n in of_record)) for p in found["parts"]]
    return to_csv((*own, "evidence", *of_record), rows)


def _head(found: dict[str, Any], lang: str) -> str:
    """Class, colour, score, coverage and what else there is of a company, in one line."""
    told = [f"{word(name, lang)} {word(found[name], lang)}" for name in ("class", "colour") if found[name]]
    told += [f"{word('score', lang)} {found['score']:.3f}"] if found["score"] is not None else []
    told.append(f"{word('coverage', lang)} {found['coverage']:.0%}")
    return "  ".join([*told, *(word(f, lang) for f in ("red_line", "floor_c") if found[f] and found["class"])])


def _parts(parts: list[dict[str, Any]], lang: str) -> None:
    rows: list[tuple[Any, ...]] = []
    for _, group in groupby(parts, key=lambda p: p["indicator"]):
        rows += _part_rows(list(group), lang)
    total = sum(round(p["points"] * 1000) for p in parts) / 1000
    rows.append((word("total", lang), f"{total:.3f}", "", "", ""))
    table(("indicator", "points", "most", "evidence", "next_change_on"), rows, "table", lang)


def _part_rows(parts: list[dict[str, Any]], lang: str) -> list[tuple[Any, ...]]:
    """The heaviest parts of one indicator, the rest in one row: an explanation is a page."""
    ordered = sorted(parts, key=lambda p: (not (p["red_line"] or p["floor_c"]), -abs(p["points"])))
    shown, rest = (ordered, []) if len(ordered) <= SHOWN_PARTS + 1 else (ordered[:SHOWN_PARTS], ordered[SHOWN_PARTS:])
    name, most = f"{parts[0]['indicator']} {parts[0]['zh' if lang == 'zh' else 'en']}", parts[0]["most"]
    rows: list[tuple[Any, ...]] = [
        (name, f"{p['points']:.3f}", most, evidence(p, lang), _change(p, lang)) for p in shown
    ]
    if rest:
        points = sum(round(p["points"] * 1000) for p in rest) / 1000
        soonest = min((p["next_change_on"] for p in rest if p["next_change_on"]), default=None)
        said = f"另有 {len(rest)} 条（--format json）" if lang == "zh" else f"{len(rest)} more (--format json)"
        rows.append((name, f"{points:.3f}", most, said, soonest))
    return rows


def _change(part: dict[str, Any], lang: str) -> str:
    """When a part changes by itself, and to how many points, where that was computed."""
    day, points = part["next_change_on"], part["next_points"]
    if day is None or points is None:
        return day or ""
    if points == part["points"]:
        return f"{day} {'分值不变' if lang == 'zh' else 'same points'}"
    gone = "不再计入" if lang == "zh" else "gone"
    return f"{day} → {f'{points:.3f}' if points else gone}"


def _other_decisions(decisions: list[dict[str, Any]], lang: str) -> list[str]:
    """What officers decided about parts that are not there, at most some lines of it."""
    zh = lang == "zh"
    lines = []
    for one in decisions[:SHOWN_DECISIONS]:
        about = one["evidence"] and what(one["evidence"], lang)
        lines.append(f"{one['indicator']} {one['zh' if zh else 'en']}  {decision(one, lang)}  {about or ''}".rstrip())
    if more := len(decisions[SHOWN_DECISIONS:]):
        lines.append(f"另有 {more} 项认定（--format json）" if zh else f"{more} more decisions (--format json)")
    return lines


def archived(found: dict[str, Any], case: str, lang: str) -> str:
    """That a page is out of the archive: records on it may have been repaired or have ended since."""
    day = found["run"]["used_on"]
    if lang == "zh":
        return f"档案重述（授权 {case}）：内容为 {day} 当时，其中的记录此后可能已修复、到期，不得作为现状使用"
    return f"out of the archive (approval {case}): as of {day}; records may have been repaired or have ended since"


def told_again(run: dict[str, Any], lang: str) -> str:
    """Which stored run this is, and whether it is all that the run saw."""
    zh = lang == "zh"
    told = f"重述运行 {run['run_id']}" if zh else f"the run {run['run_id']} told again"
    if run["closed"]:
        told += (
            "（未经档案授权：此后修复、到期的记录已略去，分类和分值可能与当时不同）"
            if zh
            else " (no archive approval: what ended or was repaired since is left out; class and points may differ)"
        )
    if run["replaced"]:
        told += (
            "；所用批次此后被撤销、更换，数据已不是当时的数据"
            if zh
            else "; batches that it read were replaced since: these are not its data any more"
        )
    if run["other_code"]:
        told += (
            "；程序版本已更新，口径可能不同" if zh else "; another version of the program, which may reckon otherwise"
        )
    if run["erased"]:
        told += f"；此后删除 {run['erased']} 项" if zh else f"; erased since: {run['erased']}"
    return told
