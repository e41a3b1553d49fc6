"""What officers decided about findings: kept for good, the last about one thing counts, whatever is computed again.

About a part from association the other side is the indicator and what the part rests on: a record's id, or # and the
key of a relationship. A part that comes to rest on something else is not decided about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from graph.errors import UsageError
from graph.identity import mix, nid, scrub
from graph.store import GraphStore
from graph.time import to_date, to_day


class Kind(StrEnum):
    """What is decided about."""

    MATCH = "match"  # whether two nodes are the same party
    ASSOCIATION = "association"  # whether a part from association is as it seems
    SHELL = "shell"  # whether a firm is a shell


VERDICTS = {
    Kind.MATCH: ("same", "different", "unsure"),
    Kind.ASSOCIATION: ("confirmed", "refuted", "unsure"),
    Kind.SHELL: ("shell", "normal", "unsure"),
}


_ABOUT = {
    Kind.MATCH: "whether two are the same party",
    Kind.ASSOCIATION: "a part from association",
    Kind.SHELL: "whether a firm is a shell",
}


@dataclass(frozen=True)
class Decision:
    """One officer's decision about a node, or about a node and another node or record (ids)."""

    kind: Kind
    one: str
    other: str
    verdict: str
    reason: str
    by: str
    on: dt.date


def check(decision: Decision) -> None:
    """UsageError for a verdict that its kind has not, no reason, or nobody who decided."""
    if decision.verdict not in VERDICTS[decision.kind]:
        raise UsageError(
            f"{decision.verdict!r} is no verdict on {_ABOUT[decision.kind]}",
            f"One of: {', '.join(VERDICTS[decision.kind])}.",
            f"{decision.verdict!r} 不是可用的认定结论。可用：{'、'.join(VERDICTS[decision.kind])}。",
        )
    if not decision.reason.strip() or not decision.by.strip():
        raise UsageError(
            "a decision names who decided and why",
            "Give a reason, as 当事人书面确认.",
            "认定须写明经办人和理由。理由如：当事人书面确认。",
        )


def decide(store: GraphStore, decision: Decision) -> None:
    """Keep a decision; UsageError for one that is none (`check`)."""
    check(decision)
    row = vars(decision) | {"kind": decision.kind.value, "reason": scrub(decision.reason), "on": to_day(decision.on)}
    store.append("decision", [row])


def decisions(
    store: GraphStore, kind: Kind, up_to: dt.date | None = None, made: int | None = None
) -> dict[tuple[str, str], Decision]:
    """By (one, other) the decision that counts: the last, of those made up to a day, or of the first so many of all
    kinds. Erased ones are gone.
    """
    out = {}
    for row in store.ledger("decision")[:made]:
        if row["kind"] != kind or row["one"] is None or (up_to and row["on"] > to_day(up_to)):
            continue
        key = (row["one"], row["other"] or "")
        out[key] = Decision(kind, *key, row["verdict"], row["reason"], row["by"], to_date(row["on"]))
    return out


def part_named(indicator: str, evidence: str) -> str:
    """The other side of a decision about a part: an indicator and a record's id, or a relationship's key as #123."""
    return f"{indicator} {evidence}"


@dataclass(frozen=True)
class Verdicts:
    """Decisions about the parts of one indicator: key of the company and of the evidence, mixed, ascending."""

    confirmed: npt.NDArray[np.int64]
    refuted: npt.NDArray[np.int64]


def decisions_made(store: GraphStore) -> int:
    """How many decisions of all kinds officers have made."""
    return len(store.ledger("decision"))


def part_verdicts(store: GraphStore, up_to: dt.date, made: int | None = None) -> dict[str, Verdicts]:
    """By indicator the parts that officers confirmed or refuted up to a day: `decisions`."""
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for (company, other), decision in sorted(decisions(store, Kind.ASSOCIATION, up_to, made).items()):
        indicator, _, evidence = other.partition(" ")
        key = int(evidence[1:]) if evidence.startswith("#") else nid(evidence)
        found.setdefault(indicator, {}).setdefault(decision.verdict, []).append((nid(company), key))
    return {n: Verdicts(_mixed(v.get("confirmed")), _mixed(v.get("refuted"))) for n, v in found.items()}


def _mixed(pairs: list[tuple[int, int]] | None) -> npt.NDArray[np.int64]:
    company, evidence = np.array(pairs or [], dtype=np.int64).reshape(-1, 2).T
    return np.sort(mix(company, evidence))
