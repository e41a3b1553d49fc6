"""What tells parties of one name apart: birth year and sex where they are held, status, firms and posts in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.step import Step
from api import render
from api.render import said, word
from api.render_steps import what, words
from graph.current import Node
from graph.store import Edge
from graph.time import iso
from graph.view import View
from graph.visualization import title_of

TIES = (
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_PARTNER_OF",
    "HOLDS_POST_IN",
    "HOLDS_SHARES_IN",
    "REGISTERED_AT",
    "SUBJECT_OF",
)
NAMESAKES = ("id", "name", "identity", "firms_and_posts")
TOLD = 3  # ties of one party that a table shows
READ = 200

Apart = dict[str, Any]


def apart(view: View, nodes: Sequence[Node]) -> dict[int, Apart]:
    """Of each node as plain values its id, name and what tells it from others of that name: its ties, by type.

    It names people: for whom a purpose is stated, and that is logged.
    """
    edges = {n.key: _begun(view, n.key) for n in nodes}
    ends = {n.key: n for n in view.nodes(sorted({e.end for of in edges.values() for e in of}))}
    return {n.key: _told(n, edges[n.key], ends) for n in nodes}


def _begun(view: View, key: int) -> list[Edge]:
    """What a node is in others, and was: who is in office nowhere is told apart by where he was."""
    found = (e for e in view.edges(key, TIES, READ, former=True) if e.start == key)
    return [e for e in found if (e.valid_from or 0) <= view.moment.as_of_day]


def _told(node: Node, edges: Sequence[Edge], ends: dict[int, Node]) -> Apart:
    stated = ("birth_year", "sex", "last_four") if node.label == "Person" else ("status", "established_on")
    values = {n: node.properties.get(n) for n in stated}
    if "established_on" in values:
        values["established_on"] = iso(values["established_on"])
    ties = [
        Step.of(e).told() | {"to": title_of(ends[e.end])}
        for e in sorted(edges, key=lambda e: (e.valid_to is not None, TIES.index(e.type), e.end, e.source))
        if e.end in ends
    ]
    return {"id": node.id, "label": node.label, "name": node.properties.get("name"), **values, "ties": ties}


def identity(told: Apart, lang: str) -> str:
    """What is held of a party itself, in words."""
    if told["label"] != "Person":
        return " ".join(x for x in (said("Company", "status", told["status"], lang), told["established_on"]) if x)
    last_four = f"…{told['last_four']}" if told["last_four"] else None
    return " ".join(str(x) for x in (told["birth_year"], told["sex"] and word(told["sex"], lang), last_four) if x)


def ties(told: Apart, lang: str) -> str:
    """Its firms, each with what the party is in it, then its address and records; a line each, the first ones."""
    roles: dict[str, dict[str, None]] = {}
    for tie in told["ties"]:
        roles.setdefault(tie["to"], {})[words(tie, lang) if tie["valid_to"] else what(tie, lang)] = None
    lines = [f"{to} {('、' if lang == 'zh' else ', ').join(of)}" for to, of in roles.items()]
    rest = len(lines) - TOLD
    more = [f"另有 {rest} 项" if lang == "zh" else f"{rest} more"] if rest > 0 else []
    return "\n".join([*lines[:TOLD], *more])


def namesakes(told: Sequence[Apart], form: str, lang: str) -> None:
    """Print the bearers of a name, each with its id and what tells it from the others."""
    if form == "json":
        render.dump(told)
        return
    rows = [(a["id"], a["name"], identity(a, lang), ties(a, lang)) for a in told]
    render.table(NAMESAKES, rows, form, lang)
