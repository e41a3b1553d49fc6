"""Why a company has its class: every part with its record, its document and the day it changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.classes.evidence import evidence, way
from analytics.classes.grades import CLASSES, Grades, entry_of
from analytics.classes.registered import registered
from analytics.classes.runs import Run
from analytics.classes.ways import ways_of
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
        raise NotFound(
            "that node is no company, so it has no class",
            "Only companies are graded.",
            "该主体不是企业，没有分类。只有企业参与分类。",
        )
    subject = view.node(key)
    parts = _parts(view, inputs, grades, at)
    graded, warning = str(grades.grade[at]) in CLASSES, grades.pack.kind == "warning"
    return {
        "notice": WARNING if warning else NOTICE,
        "company": {"id": subject.id, "name": subject.properties.get("name")},
        "model": {"name": grades.pack.name, "kind": grades.pack.kind, **grades.pack.title},
        "class": None if warning else grades.grade[at],  # a warning model makes a list and no class
        "colour": None if warning else grades.colour[at],
        "score": int(grades.score[at]) / 1000 if graded else None,
        "cut_offs": dict(grades.pack.cut_offs),
        "coverage": round(float(grades.coverage[at]), 4),
        "coverage_needed": grades.pack.coverage_needed,
        "parts": parts,
        "red_line": any(p["red_line"] for p in parts),
        "floor_c": any(p["floor_c"] for p in parts),
        "next_change_on": iso(int(grades.next_change[at])),
        "changes": _changes(parts),
        "run": {"run_id": run.run_id, **run.manifest},
    }


def _told(inputs: GradeInputs, grades: Grades, at: int, part: int) -> dict[str, Any]:
    """The values behind a part that names no record."""
    if grades.parts.kind[part] != "registration":
        return {}
    name = grades.indicators[int(grades.parts.indicator[part])]
    return registered(inputs, name, grades.pack.indicators[name], int(grades.node[at]))


def _parts(view: View, inputs: GradeInputs, grades: Grades, at: int) -> list[dict[str, Any]]:
    table = grades.parts
    first, last = np.searchsorted(table.company, [at, at + 1])
    out: list[dict[str, Any]] = []
    for i in range(int(first), int(last)):
        name = grades.indicators[int(table.indicator[i])]
        entry = entry_of(name)
        out.append(
            {
                "indicator": name,
                "zh": entry.zh,
                "en": entry.en,
                "rule_class": entry.rule_class.value,
                "anchor": entry.anchor,
                "points": int(table.points[i]) / 1000,
                "most": int(grades.pack.indicators[name]["points"]),
                "floor_c": bool(table.floor_c[i]),
                "red_line": bool(table.red_line[i]),
                "evidence": evidence(view, inputs.projection, str(table.kind[i]), int(table.evidence[i]))
                | ({"told": told} if (told := _told(inputs, grades, at, i)) else {}),
                "next_change_on": iso(int(table.next_change[i])),
            }
        )
        if entry.dimension == "association":
            found, others = ways_of(inputs, grades, at, i)
            out[-1]["paths"] = [way(view, inputs, *one) for one in found]
            out[-1]["other_paths"] = others / 1000
    return out


def _changes(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What changes by itself and when, soonest first."""
    dated = [
        {"on": p["next_change_on"], "indicator": p["indicator"], "points": p["points"]}
        for p in parts
        if p["next_change_on"]
    ]
    return sorted(dated, key=lambda c: (c["on"], c["indicator"]))
