"""A firm of the review list as a row: its signs, each with what is behind it, in words."""

from __future__ import annotations

from typing import Any

from api.render_evidence import firms_there, values
from api.render_steps import onward

COLUMNS = ("id", "name", "established_on", "probability", "signs_found", "signs")
LEAD = ("发现 {n} 个特征：线索，不是认定", "{n} signs found: a lead, not a finding")
NOTICE = (
    "特征均可能合法；不得据此作出不利决定，须经核查。",
    "Every sign may be lawful; no adverse decision rests on this list, only a review.",
)


def row(firm: dict[str, Any], lang: str) -> tuple[Any, ...]:
    """A row of the list."""
    told = "zh" if lang == "zh" else "en"
    signs = [f"{s[told]}{_behind(s['evidence'], lang)}" for s in firm["signs"]]
    return (
        firm["id"],
        firm["name"],
        firm["established_on"],
        f"{firm['probability']:.4f}" if "probability" in firm else "",
        firm[told],
        "\n".join(signs),
    )


def _behind(evidence: dict[str, Any], lang: str) -> str:
    said = _said(evidence, lang)
    return "" if not said else f"（{said}）" if lang == "zh" else f" ({said})"


def _said(evidence: dict[str, Any], lang: str) -> str:
    if "record" in evidence:
        return str(evidence["title"] or evidence["record"] or "")
    if "step" in evidence:
        crowd = [firms_there(evidence["firms"], lang)] if evidence["firms"] else []
        return ("：" if lang == "zh" else ": ").join([onward(evidence["step"], lang), *crowd])
    return ("，" if lang == "zh" else ", ").join(values(evidence.get("registration", {}), lang))
