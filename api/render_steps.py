"""A way through relationships in words: who, by what, how much, since when, and on to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.render import said, word
from graph.declaration import Kind
from graph.schema import SCHEMA

Told = dict[str, Any]  # analytics.step.Step.told() with its ends: `from` and `to`, as they are walked


def line(steps: Sequence[Told], lang: str) -> str:
    """A way in one line."""
    return lines(steps, lang).replace("\n", " ")


def lines(steps: Sequence[Told], lang: str) -> str:
    """A way with one relationship a line; where it does not go on from where it was, who it begins with again."""
    out: list[str] = []
    for before, step in zip([None, *steps], steps, strict=False):
        if before is None or before["to"] != step["from"]:
            out.append(name(step["from"], lang))
        out.append(onward(step, lang))
    return "\n".join(out)


def onward(step: Told, lang: str) -> str:
    """One relationship and where it leads."""
    by = words(step, lang)
    return f"{f'←{by}—' if step['backward'] else f'—{by}→'} {name(step['to'], lang)}"


def back(steps: Sequence[Told]) -> list[Told]:
    """A way gone from its end."""
    return [s | {"from": s["to"], "to": s["from"], "backward": not s["backward"]} for s in reversed(steps)]


def name(node: Told | None, lang: str) -> str:
    """What a node is called; of a person who may not be named, that it is one; what may not be shown is unknown."""
    if node is None:
        return "?"
    return titled(node) if node["name"] else word("personal", lang)


def titled(node: Told) -> str:
    """A name with what tells namesakes apart, where that is told."""
    last_four = f"…{node['last_four']}" if node.get("last_four") else None
    return " ".join(str(x) for x in (node["name"], node.get("birth_year"), last_four) if x)


def words(step: Told, lang: str) -> str:
    """What a relationship is, how much of it, and when."""
    return " ".join(x for x in (what(step, lang), days(step, lang)) if x)


def what(step: Told, lang: str) -> str:
    """What a relationship is, and how much of it."""
    kind = SCHEMA.types[step["type"]]
    post = said(step["type"], "post", step.get("post"), lang)
    return f"{post or (kind.zh if lang == 'zh' else kind.en)} {_share(step, lang)}".strip()


def amounts(step: Told, lang: str) -> str:
    """What was subscribed and paid in, and when it is due."""
    zh = lang == "zh"
    out = []
    for stated in SCHEMA.properties(step["type"]):
        if stated.name in ("subscribed", "paid", "contribution_due_on") and stated.name in step:
            value = step[stated.name]
            out.append(f"{stated.zh if zh else stated.en} {money(value, lang) if stated.kind is Kind.MONEY else value}")
    if step["type"] == "HOLDS_SHARES_IN" and step.get("contribution_due_on") is None:
        out.append("未载明出资期限" if zh else "no date by which it is due")
    return ("，" if zh else ", ").join(out)


def money(minor: float, lang: str) -> str:
    """An amount kept in minor units, in the units in which one reads it."""
    return f"{minor / 1_000_000:,.2f} 万" if lang == "zh" else f"{minor / 100:,.0f}"


def days(step: Told, lang: str) -> str:
    """From when until when it is stated."""
    since, until = step["valid_from"], step["valid_to"]
    if lang == "zh":
        return f"{since or ''}至{until}" if until else f"{since}起" if since else ""
    return f"{since or '?'} to {until}" if until else f"since {since}" if since else ""


def _share(step: Told, lang: str) -> str:
    """The share, and the votes where they are stated apart, in per cent; one known only to lie between two as both."""
    if "probability" in step:
        return f"{step['probability']:.4g}"
    share, votes = (_interval(step.get(f"{n}_min"), step.get(f"{n}_max")) for n in ("share", "votes"))
    return " ".join([share, *([f"{word('votes', lang)} {votes}"] if votes and votes != share else [])]).strip()


def _interval(least: float | None, greatest: float | None) -> str:
    if least is None and greatest is None:
        return ""
    low, high = 100 * (least or 0.0), 100 * (1.0 if greatest is None else greatest)
    return f"{low:.4g}%" if f"{low:.4g}" == f"{high:.4g}" or greatest is None else f"{low:.4g}–{high:.4g}%"
