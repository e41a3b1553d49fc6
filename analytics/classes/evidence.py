"""What a part of a class or a way to it rests on, as plain values: records, relationships, the registration."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.classes.evidence_path import Way, row_of
from analytics.indicators.inputs import GradeInputs
from analytics.step import Step
from graph.current import Node
from graph.identity import nid
from graph.personal import people_behind
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


def evidence(view: View, inputs: GradeInputs, kind: str, of: int) -> dict[str, Any]:
    """What a part names: a record (position in the projection), a relationship (key), or the registration."""
    if kind == "record":
        return _record(view, inputs.projection, of)
    return {"kind": kind} | (_relationship(view, inputs, of) if kind == "relationship" else {})


def _relationship(view: View, inputs: GradeInputs, key: int) -> dict[str, Any]:
    found = row_of(inputs.projection, key)
    if found is not None:
        return step(view, Step.at(inputs.projection, *found))
    for name, ended in inputs.beside.get("former", {}).items():
        for row in np.flatnonzero(ended["key"] == key)[:1]:
            days = {n: iso(int(ended[n][row])) for n in ("valid_from", "valid_to")}
            return {"type": name, "key": str(key), "zh": SCHEMA.types[name].zh, **days}
    return {"type": "former", "key": str(key)}


def decided_about(view: View, inputs: GradeInputs, named: str) -> dict[str, Any] | None:
    """What an officer decided about, by the name that a decision has for it; None for a record that is out of use."""
    if named.startswith("#"):
        return evidence(view, inputs, "relationship", int(named[1:]))
    return next((_of_node(view, node, None) for node in view.nodes([nid(named)])), None)


def way(view: View, inputs: GradeInputs, points: int, told: Way) -> dict[str, Any]:
    """A way to what a part rests on: its points, its relationships in order, and what is at the end."""
    steps = [step(view, one) for one in told.steps]
    return {"points": points / 1000, "steps": steps, "end": _end(view, inputs, told)}


def _end(view: View, inputs: GradeInputs, told: Way) -> dict[str, Any] | None:
    if told.record is not None:
        around = inputs.around or inputs.projection
        projection = inputs.projection if told.record in inputs.projection.nodes else around
        return _record(view, projection, projection.position(told.record))
    if told.status is not None:
        return {"kind": "status", "status": told.status[0], "date": iso(told.status[1])}
    if told.unknown is not None:
        return {"kind": "unknown_owners", "share": told.unknown}
    if told.burst is not None:
        on, enough, days = told.burst
        return {"kind": "firms", "firms": told.firms, "burst": {"on": iso(on), "firms": enough, "days": days}}
    return None if told.firms is None else {"kind": "firms", "firms": told.firms}


def step(view: View, one: Step) -> dict[str, Any]:
    """A relationship of a way, from the firm's side on."""
    first, last = ({"id": n.id, "label": n.label, "name": title_of(n)} for n in map(view.node, (one.first, one.last)))
    return one.told() | {"from": first, "to": last}


def record(view: View, node: Node) -> dict[str, Any]:
    """A record as evidence: its number, authority, dates and what it says; `people`: whose it is, if people's alone."""
    p = node.properties
    day = p.get(SCHEMA.labels[node.label].dated or "")
    said = next((n for n in _SAYS if p.get(n)), None)
    return {
        "id": node.id,
        "label": node.label,
        "zh": SCHEMA.labels[node.label].zh,
        "list_type": p.get("list_type"),
        "document_number": p.get("document_number"),
        "authority": p.get("authority"),
        "date": iso(day),
        "what": p[said] if said else None,
        "what_property": said,
        "severity": p.get("severity"),
        "severity_derived": bool(p.get("severity_derived")),
        "people": list(people_behind(view, [node.key]).get(node.key, ())),
    }


def _record(view: View, projection: GraphProjection, at: int) -> dict[str, Any]:
    node = view.node(int(projection.nodes[at]))
    return _of_node(view, node, _until(projection, node.label, at))


def _of_node(view: View, node: Node, until: str | None) -> dict[str, Any]:
    since = view.unconfirmed.get(next(iter(node.sources.values()), ""))
    return {
        "kind": "record",
        **record(view, node),
        "usable_until": until,
        "not_confirmed_since": iso(since),
        "objected_since": iso(view.objected(np.array([node.key])).get(node.key)),
    }


def _until(projection: GraphProjection, label: str, node: int) -> str | None:
    """The last day on which the record may be used, None where no end is known."""
    records = projection.records[label]
    until = int(records.until[int(np.searchsorted(records.node, node))])
    return None if until in (FOREVER, NO_DATE) else iso(until - 1)
