"""The way from a firm to what an association part rests on: one relationship after another, with their dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.projection import GraphProjection
from graph.runs import expanded

Int64 = npt.NDArray[np.int64]

# What puts one party in charge of another: the ways that the indicators of command and of groups follow.
COMMAND = (
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_PARTNER_OF",
    "HOLDS_SHARES_IN",
    "CONTROLS",
    "APPOINTS_BOARD_OF",
    "ACTS_IN_CONCERT_WITH",
    "BRANCH_OF",
)


@dataclass(frozen=True)
class Step:
    """One relationship of a way: its type and row in the projection; `backward` where it is gone from end to start."""

    type: str
    row: int
    backward: bool


def relationship_step(projection: GraphProjection, firm: int, key: int) -> list[Step]:
    """The relationship of a key, seen from a firm (position); nothing where it has ended and is not there."""
    for name, rel in projection.types.items():
        for row in np.flatnonzero(rel.key == key)[:1].tolist():
            return [Step(name, row, bool(projection.canonical[rel.end[row]] == firm))]
    return []


def way_of_command(projection: GraphProjection, firm: int, record: int) -> list[Step]:
    """A shortest way from a firm to a subject of a record (positions) by who commands whom, then to the record.

    The first by type and key. O(what lies within that distance). Nothing where there is no way.
    """
    named = projection.types["SUBJECT_OF"]
    rows = np.flatnonzero(named.end == record)
    subject = projection.canonical[named.start[rows]]
    came: dict[int, tuple[int, Step]] = {firm: (firm, Step("", -1, False))}
    fresh = np.array([firm], dtype=np.int64)
    while len(fresh):
        met = sorted(set(fresh.tolist()) & set(subject.tolist()))
        if met:
            row = int(rows[np.flatnonzero(subject == met[0])[0]])
            return [*_walked(came, met[0]), Step("SUBJECT_OF", row, False)]
        found = []
        for name in COMMAND:
            for backward in (True, False) if name in projection.types else ():
                for source, other, row in _next(projection, name, fresh, backward):
                    if other not in came:
                        came[other] = (source, Step(name, row, backward))
                        found.append(other)
        fresh = np.array(sorted(found), dtype=np.int64)
    return []


def _next(projection: GraphProjection, name: str, nodes: Int64, backward: bool) -> list[tuple[int, int, int]]:
    """(node, neighbour, row) for each relationship of a type at some nodes, gone in one direction."""
    first, neighbour, row = projection.adjacency(name, reverse=backward)
    count = first[nodes + 1] - first[nodes]
    at = expanded(first[nodes], count)
    return list(zip(np.repeat(nodes, count).tolist(), neighbour[at].tolist(), row[at].tolist(), strict=True))


def _walked(came: dict[int, tuple[int, Step]], node: int) -> list[Step]:
    steps: list[Step] = []
    while came[node][1].row >= 0:
        before, step = came[node]
        steps.append(step)
        node = before
    return steps[::-1]
