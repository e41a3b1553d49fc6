"""The queue of pairs that a person has to look at, and what no person may decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.decisions import Decision, Kind, decide, decisions
from analytics.matching.population import BETWEEN, MATCHING, RESIDENT
from graph.current import Node
from graph.declaration import Disclosure
from graph.errors import UsageError
from graph.identity import nid
from graph.projection import SURE, GraphProjection
from graph.schema import FIRM
from graph.view import View

Int64 = npt.NDArray[np.int64]


class Why(StrEnum):
    """Why a pair waits."""

    POSSIBLE = "possible"  # from .5 to .95
    FORBIDDEN = "forbidden"  # .95 or more, but something proves two, or a third party is in between
    UNSURE = "unsure"  # an officer could not tell


@dataclass(frozen=True)
class Case:
    """Two nodes that may be one party. share: the probability in 1e-10, None where only a decision names the pair.

    records, ties: usable records and relationships of both, and of all that is one party with them: so many would
    stand together.
    """

    one: int
    other: int
    share: int | None
    evidence: str
    why: Why
    records: int
    ties: int


def queue(view: View) -> list[Case]:
    """All cases of the last run and all pairs left unsure, those first that join most records, then most ties.

    O(graph): the records and ties at stake are those that may be used at the view's moment.
    """
    decided = decisions(view.store, Kind.MATCH, view.moment.known_at)
    verdicts = {_pair(nid(d.one), nid(d.other)): d.verdict for d in decided.values()}
    waiting: dict[tuple[int, int], tuple[int | None, str, Why]] = {}
    for pair, verdict in verdicts.items():
        if verdict == "unsure":
            waiting[pair] = (None, "", Why.UNSURE)
    for table, why in (("SAME_AS", Why.POSSIBLE), ("POSSIBLY_SAME", Why.FORBIDDEN)):
        columns = view.store.columns(table, ["owner", "end", "probability", "evidence", "source"], view.slice)
        mine = columns["source"].astype(str) == MATCHING
        mine &= (columns["probability"] < SURE) | (why is Why.FORBIDDEN)
        rows = (columns[n][mine].tolist() for n in ("owner", "end", "probability", "evidence"))
        for start, end, share, evidence in zip(*rows, strict=True):
            said = verdicts.get(_pair(start, end))
            if said in (None, "unsure"):
                waiting[_pair(start, end)] = (share, evidence, Why.UNSURE if said else why)
    if not waiting:
        return []
    pairs = np.array(sorted(waiting), dtype=np.int64)
    records, ties = _at_stake(view, pairs)
    cases = [
        Case(one, other, *waiting[one, other], records=r, ties=t)
        for (one, other), r, t in zip(pairs.tolist(), records.tolist(), ties.tolist(), strict=True)
    ]
    return sorted(cases, key=lambda c: (-c.records, -c.ties, -(c.share or 0), c.one, c.other))


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _at_stake(view: View, pairs: Int64) -> tuple[Int64, Int64]:
    graph = GraphProjection.from_store(view.store, view.moment, view.use, Disclosure.AUTHORISED)
    party, n = graph.canonical, len(graph.nodes)
    ends = [e for name in BETWEEN for e in (graph.types[name].start, graph.types[name].end)]
    records = np.bincount(party[graph.types["SUBJECT_OF"].start], minlength=n)
    ties = np.bincount(party[np.concatenate(ends)], minlength=n)
    at = party[np.searchsorted(graph.nodes, pairs)]
    return records[at].sum(axis=1), ties[at].sum(axis=1)


def decide_match(view: View, one: Node, other: Node, decision: Decision) -> None:
    """Keep a decision about two nodes; UsageError for what no decision can say of them.

    Persons are never firms, a node is itself, and two numbers or codes are two parties whoever says otherwise.
    """
    if one.key == other.key:
        raise UsageError(
            "both are the same node",
            "Name the two parties that may be one.",
            "两者是同一主体。请指定可能为同一的两个主体。",
        )
    if {_kind(one), _kind(other)} not in ({"person"}, {"firm"}):
        raise UsageError(
            f"a {one.label} and a {other.label} are not compared",
            "Name two persons, or two firms or organisations.",
            "两者类别不同，不能认定为同一。请指定两个自然人，或两个单位。",
        )
    if decision.verdict == "same" and _own_number(one) and _own_number(other):
        raise UsageError(
            "both have a number or code of their own, and they differ",
            "If one of them is wrong, have the office that sent it correct it and load the correction.",
            "两者各有证件号码或代码，且不相同。如其中之一有误，请由报送单位更正后重新加载。",
        )
    decide(view.store, decision)


def _kind(node: Node) -> str:
    return "person" if node.label == "Person" else "firm" if node.label in FIRM else "other"


def _own_number(node: Node) -> bool:
    if node.label == "Person":
        return bool(node.properties.get("number_hash")) and node.properties.get("document_type") in RESIDENT
    return not node.id.startswith("M:")
