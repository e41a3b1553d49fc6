"""Why a company has its class: every part with its record, its document and the day it changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.classes.evidence_path import relationship_step, way_of_command
from analytics.classes.grades import CLASSES, Grades, entry_of
from analytics.classes.runs import Run
from graph.current import Node
from graph.errors import NotFound
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.time import FOREVER, NO_DATE, iso
from graph.view import View
from graph.visualization import title_of

_SAYS = (
    "violation",
    "reasons",
    "kind",
    "result",
    "item",
    "product",
    "defect",
    "category",
    "cause",
    "method",
    "grade",
    "title",
)
NOTICE = {
    "zh": "信用风险分类，仅供配置监管资源内部参考，不是信用评价",
    "en": "Credit-risk class, for allocating supervision only; not a credit rating",
}


def explain(view: View, run: Run, projection: GraphProjection, grades: Grades, key: int) -> dict[str, Any]:
    """The explanation of one company's class as plain values; parts sum to the score exactly."""
    try:
        node = int(projection.canonical[projection.position(key)])
    except KeyError:
        raise NotFound("that company is not in the graph at that moment", "Check --as-of and --known-at.") from None
    at = grades.of(node)
    if at is None:
        raise NotFound("that node is no company, so it has no class", "Only companies are graded.")
    subject = view.node(key)
    parts = _parts(view, projection, grades, at)
    graded = str(grades.grade[at]) in CLASSES
    return {
        "notice": NOTICE,
        "company": {"id": subject.id, "name": subject.properties.get("name")},
        "model": {"name": grades.pack.name, "kind": grades.pack.kind, **grades.pack.title},
        "class": grades.grade[at],
        "colour": grades.colour[at],
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


def people_in(found: dict[str, Any]) -> list[str]:
    """Ids of the people whom an explanation's paths lead through."""
    steps = [step for part in found["parts"] for step in part.get("path", ())]
    return sorted({end["id"] for s in steps for end in (s["from"], s["to"]) if end["label"] == "Person"})


def without_people(found: dict[str, Any]) -> dict[str, Any]:
    """An explanation that names no person and no record of one: for who has stated no purpose."""
    return found | {"parts": [_impersonal(part) for part in found["parts"]]}


def _impersonal(part: dict[str, Any]) -> dict[str, Any]:
    path = [dict(step) for step in part.get("path", ())]
    for step in path:
        for end in ("from", "to"):
            if step[end]["label"] == "Person":
                step[end] = step[end] | {"id": None, "name": None}
    if not path:
        return part
    hidden = part | {"path": path}
    if path[-1]["type"] == "SUBJECT_OF" and path[-1]["from"]["label"] == "Person":
        path[-1]["to"] = path[-1]["to"] | {"id": None, "name": None}
        hidden["evidence"] = part["evidence"] | {"id": None, "document_number": None, "what": None}
    return hidden


def _parts(view: View, projection: GraphProjection, grades: Grades, at: int) -> list[dict[str, Any]]:
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
                "evidence": _evidence(view, projection, str(table.kind[i]), int(table.evidence[i])),
                "next_change_on": iso(int(table.next_change[i])),
            }
        )
        if entry.dimension == "association":
            out[-1]["path"] = _path(view, projection, grades, at, i)
    return out


def _path(view: View, projection: GraphProjection, grades: Grades, at: int, part: int) -> list[dict[str, Any]]:
    """The relationships from the company to what an association part rests on, in order; ends by id, people by key."""
    firm, evidence = int(grades.node[at]), int(grades.parts.evidence[part])
    find = way_of_command if grades.parts.kind[part] == "record" else relationship_step
    told = []
    for step in find(projection, firm, evidence):
        rel = projection.types[step.type]
        ends = [int(projection.nodes[side[step.row]]) for side in (rel.start, rel.end)]
        one, other = (party(n) for n in (view.node(k) for k in (ends[::-1] if step.backward else ends)))
        told.append(
            {
                "type": step.type,
                "zh": SCHEMA.types[step.type].zh,
                "key": str(rel.key[step.row]),
                "from": one,
                "to": other,
                "backward": step.backward,
                "valid_from": iso(int(rel.columns["valid_from"][step.row])),
                "valid_to": iso(int(rel.columns["valid_to"][step.row])),
            }
        )
    return told


def party(node: Node) -> dict[str, Any]:
    """A node of a path: id, label and name."""
    return {"id": node.id, "label": node.label, "name": title_of(node)}


def _evidence(view: View, projection: GraphProjection, kind: str, evidence: int) -> dict[str, Any]:
    if kind == "record":
        node = view.node(int(projection.nodes[evidence]))
        since = view.unconfirmed.get(next(iter(node.sources.values()), ""))
        return {
            "kind": kind,
            **record(node),
            "usable_until": _until(projection, node.label, evidence),
            "not_confirmed_since": iso(since),
            "objected_since": iso(view.objected(np.array([node.key])).get(node.key)),
        }
    if kind == "relationship":
        for name, rel in projection.types.items():
            for position in np.flatnonzero(rel.key == evidence)[:1].tolist():
                return {
                    "kind": kind,
                    "type": name,
                    "key": str(evidence),
                    "zh": SCHEMA.types[name].zh,
                    "valid_from": iso(int(rel.columns["valid_from"][position])),
                    "valid_to": iso(int(rel.columns["valid_to"][position])),
                }
        return {"kind": kind, "type": "former", "key": str(evidence)}
    return {"kind": kind}


def record(node: Node) -> dict[str, Any]:
    """A record as evidence: its number, authority, dates and what it says."""
    p = node.properties
    day = p.get(SCHEMA.labels[node.label].dated or "")
    said = next((n for n in _SAYS if p.get(n)), None)
    return {
        "id": node.id,
        "label": node.label,
        "zh": SCHEMA.labels[node.label].zh,
        "document_number": p.get("document_number"),
        "authority": p.get("authority"),
        "date": iso(day),
        "what": p[said] if said else None,
        "what_property": said,
        "severity": p.get("severity"),
        "severity_derived": bool(p.get("severity_derived")),
    }


def _until(projection: GraphProjection, label: str, node: int) -> str | None:
    """The last day on which the record may be used, None where no end is known."""
    records = projection.records[label]
    until = int(records.until[int(np.searchsorted(records.node, node))])
    return None if until in (FOREVER, NO_DATE) else iso(until - 1)


def _changes(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What changes by itself and when, soonest first."""
    dated = [
        {"on": p["next_change_on"], "indicator": p["indicator"], "points": p["points"]}
        for p in parts
        if p["next_change_on"]
    ]
    return sorted(dated, key=lambda c: (c["on"], c["indicator"]))
