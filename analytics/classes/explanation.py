"""Why a company has its class: every part with its record, its document and the day it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.classes.ahead import turned
from analytics.classes.evidence import decided_about, evidence, way
from analytics.classes.further import Asked, counted, further
from analytics.classes.grades import CLASSES, Grades, entry_of, no_company
from analytics.classes.reckoning import reckoning
from analytics.classes.registered import registered
from analytics.classes.runs import Run
from analytics.classes.uncovered import uncovered
from analytics.classes.ways import ways_of
from analytics.decisions import Decision, Kind, decisions, part_named
from analytics.indicators.inputs import GradeInputs
from graph.errors import NotFound
from graph.time import iso
from graph.view import View

NOTICE = {
    "zh": "信用风险分类，仅供配置监管资源内部参考，不是信用评价",
    "en": "Credit-risk class, for allocating supervision only; not a credit rating",
}

WARNING = {"zh": "预警线索，不是结论，也不是分类", "en": "A warning: a lead, neither a finding nor a class"}


def explain(view: View, run: Run, inputs: GradeInputs, grades: Grades, key: int) -> dict[str, Any]:
    """The explanation of one company's class as plain values; parts sum to the score exactly.

    `inputs`: what the grades were made from.
    """
    projection = inputs.projection
    try:
        node = int(projection.canonical[projection.position(key)])
    except KeyError:
        raise NotFound(
            "that company is not in the graph at that moment",
            "Check --as-of and --known-at.",
            "该企业在所述时点不在图谱中。请核对 --as-of 和 --known-at。",
        ) from None
    at = grades.of(node)
    if at is None:
        raise no_company()
    subject = view.node(key)
    decided = _decided(view, subject.id)
    parts = _parts(view, inputs, grades, at, decided)
    graded, warning = str(grades.grade[at]) in CLASSES, grades.pack.kind == "warning"
    return {
        "notice": WARNING if warning else NOTICE,
        "company": {n: subject.properties.get(n) for n in ("name", "industry")} | {"id": subject.id},
        "model": {"name": grades.pack.name, "kind": grades.pack.kind, **grades.pack.title},
        "class": None if warning else grades.grade[at],  # a warning model makes a list and no class
        "listed": str(grades.grade[at]) in CLASSES[1:] if warning else None,
        "colour": None if warning else grades.colour[at],
        "score": int(grades.score[at]) / 1000 if graded else None,
        "cut_offs": dict(grades.pack.cut_offs),
        "coverage": round(float(grades.coverage[at]), 4),
        "uncovered": uncovered(view, inputs, grades, int(grades.node[at])),
        "coverage_needed": grades.pack.coverage_needed,
        "population": {n: list(getattr(grades.pack, n)) for n in ("population", "living", "sectors")},
        "parts": parts,
        "reckoning": reckoning(inputs, grades, at),
        "decisions": _other_decisions(view, inputs, decided, parts),
        "red_line": any(p["red_line"] for p in parts),
        "floor_c": any(p["floor_c"] for p in parts),
        "next_change_on": iso(int(grades.next_change[at])),
        "changes": _changes(parts),
        "run": {"run_id": run.run_id, **run.manifest},
    }


def _decided(view: View, company: str) -> dict[str, Decision]:
    """What officers decided about parts of a company (id), by the name of the part."""
    made = decisions(view.store, Kind.ASSOCIATION, view.moment.known_at, view.decided)
    return {part: decision for (of, part), decision in made.items() if of == company}


def rests_on(part: dict[str, Any]) -> str:
    """What a part of an explanation rests on, as a decision about it names it; nothing for a record not named."""
    found = part["evidence"]
    if found["kind"] == "record":
        return str(found["id"] or "")
    return f"#{found['key']}" if found["kind"] == "relationship" else str(found["kind"])


def _parts(
    view: View, inputs: GradeInputs, grades: Grades, at: int, decided: Mapping[str, Decision]
) -> list[dict[str, Any]]:
    first, last = np.searchsorted(grades.parts.company, [at, at + 1])
    rows = zip(range(int(first), int(last)), turned(view, inputs, grades, at), strict=True)
    out = [_part(view, inputs, grades, at, i) | {"next_points": None if n is None else n / 1000} for i, n in rows]
    for part in out:
        about = decided.get(part_named(part["indicator"], rests_on(part)))
        part["decision"] = None if about is None else _said(about)
    return out


def _part(view: View, inputs: GradeInputs, grades: Grades, at: int, i: int) -> dict[str, Any]:
    """A part (row of the table) of a company."""
    table, firm = grades.parts, int(grades.node[at])
    name = grades.indicators[int(table.indicator[i])]
    entry, settings = entry_of(name), grades.pack.indicators[name]
    kind, of = str(table.kind[i]), int(table.evidence[i])
    values = registered(inputs, name, settings, firm) if kind == "registration" else {}
    asked = Asked(inputs, name, settings, firm, of)
    told = values | counted(asked)
    others = [evidence(view, inputs, *one) for one in further(asked)]
    part: dict[str, Any] = {
        "indicator": name,
        "zh": entry.zh,
        "en": entry.en,
        "rule_class": entry.rule_class.value,
        "anchor": entry.anchor,
        "points": int(table.points[i]) / 1000,
        "most": int(settings["points"]),
        "floor_c": bool(table.floor_c[i]),
        "red_line": bool(table.red_line[i]),
        "evidence": evidence(view, inputs, kind, of)
        | ({"told": told} if told else {})
        | ({"further": others} if others else {}),
        "next_change_on": iso(int(table.next_change[i])),
    }
    if entry.dimension == "association":
        found, points = ways_of(inputs, grades, at, i)
        part |= {"paths": [way(view, inputs, *one) for one in found], "other_paths": points / 1000}
    return part


def _said(decision: Decision) -> dict[str, str]:
    return {n: str(getattr(decision, n)) for n in ("verdict", "by", "on", "reason")}


def _other_decisions(
    view: View, inputs: GradeInputs, decided: Mapping[str, Decision], parts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What officers decided about parts that are not there: those refuted, and those that have come to an end."""
    there = {part_named(p["indicator"], rests_on(p)) for p in parts}
    out = []
    for name, decision in sorted(decided.items()):
        if name not in there:
            indicator, _, about = name.partition(" ")
            entry = entry_of(indicator)
            told: dict[str, Any] = {"indicator": indicator, "zh": entry.zh, "en": entry.en}
            out.append(told | {"evidence": decided_about(view, inputs, about), **_said(decision)})
    return out


def _changes(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What changes by itself, when and to how many points, soonest first."""
    names = {"on": "next_change_on", "indicator": "indicator", "points": "points", "next_points": "next_points"}
    dated = [{n: p[of] for n, of in names.items()} for p in parts if p["next_change_on"]]
    return sorted(dated, key=lambda c: (c["on"], c["indicator"]))
