"""A way from a firm to what an association part rests on: one relationship after another, and what is at its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.step import Step
from graph.projection import GraphProjection
from graph.runs import expanded

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# What puts one party in charge of another: the ways that the indicators of command and of groups follow.
COMMAND = (
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_PARTNER_OF",
    "HOLDS_SHARES_IN",
    "CONTROLS",
    "APPOINTS_BOARD_OF",
    "ACTS_IN_CONCERT_WITH",
    "BRANCH_OF",
    "HOLDS_POST_IN",  # of a sole proprietor or operator
)


@dataclass(frozen=True)
class Way:
    """Relationships from a firm on, and what befell the party at the end.

    record: its key; status: a status of the registration and its day; firms: how many the party at the end has;
    unknown: the share of it that nobody known holds. At most one of them is there. burst: of firms, the last day on
    which so many registrations lay within so many days.
    """

    steps: tuple[Step, ...]
    record: int | None = None
    status: tuple[str, int] | None = None
    firms: int | None = None
    unknown: float | None = None
    burst: tuple[int, int, int] | None = None


def row_of(projection: GraphProjection, key: int) -> tuple[str, int] | None:
    """The type and row of the relationship of a key; None where it has ended and is not there."""
    for name, rel in projection.types.items():
        for row in np.flatnonzero(rel.key == key)[:1].tolist():
            return name, row
    return None


def relationship_step(projection: GraphProjection, firm: int, key: int) -> tuple[Step, ...]:
    """The relationship of a key, seen from a firm (position); nothing where it is not there."""
    found = row_of(projection, key)
    if found is None:
        return ()
    name, row = found
    return (Step.at(projection, name, row, bool(projection.canonical[projection.types[name].end[row]] == firm)),)


def subject_step(projection: GraphProjection, subject: int, record: int) -> Step:
    """The relationship by which a party is a subject of a record (positions)."""
    named = projection.types["SUBJECT_OF"]
    rows = np.flatnonzero(named.end == record)
    return Step.at(projection, "SUBJECT_OF", int(rows[projection.canonical[named.start[rows]] == subject][0]), False)


def way_of_command(
    projection: GraphProjection, firm: int, record: int, inside: Bools | None = None
) -> tuple[Step, ...]:
    """A shortest way from a firm to a subject of a record (positions) by who commands whom, then to the record.

    The first by type and key; through nodes at a mask only. O(what lies within that distance). Nothing where there is
    no way.
    """
    named = projection.types["SUBJECT_OF"]
    subjects = projection.canonical[named.start[named.end == record]]
    moves = [_Move(name, backward, _commands(projection, name)) for name in COMMAND for backward in (True, False)]
    steps, end = _shortest(projection, firm, subjects, moves, inside)
    return () if end is None else (*steps, subject_step(projection, end, record))


def way_along(
    projection: GraphProjection, start: int, ends: Int64, name: str, *, backward: bool = False
) -> tuple[tuple[Step, ...], int | None]:
    """A shortest way from a party to one of others (positions) along a type, and which it is; None for none."""
    return _shortest(projection, start, ends, [_Move(name, backward)], None)


@dataclass(frozen=True)
class _Move:
    """A way to go on: along relationships of a type, or against them; only those at a mask of rows."""

    type: str
    backward: bool
    rows: Bools | None = None


def _commands(projection: GraphProjection, name: str) -> Bools | None:
    """Of posts those by which a business is its holder's own; of all other types every one."""
    from analytics.ownership.command import SOLE_POSTS  # with scipy, which takes a while to import

    posts = projection.types.get(name)
    return None if name != "HOLDS_POST_IN" or posts is None else np.isin(posts.columns["post"].astype(str), SOLE_POSTS)


def _shortest(
    projection: GraphProjection, start: int, ends: Int64, moves: list[_Move], inside: Bools | None
) -> tuple[tuple[Step, ...], int | None]:
    """A shortest way to one of several parties, and which it is; None for none."""
    came: dict[int, tuple[int, str, int, bool] | None] = {start: None}
    fresh = np.array([start], dtype=np.int64)
    while len(fresh):
        met = sorted(set(fresh.tolist()) & set(ends.tolist()))
        if met:
            return _walked(projection, came, met[0]), met[0]
        found = []
        for move in moves:
            for source, other, row in _next(projection, move, fresh):
                if other not in came and (inside is None or inside[other]):
                    came[other] = (source, move.type, row, move.backward)
                    found.append(other)
        fresh = np.array(sorted(found), dtype=np.int64)
    return (), None


def _next(projection: GraphProjection, move: _Move, nodes: Int64) -> list[tuple[int, int, int]]:
    """(node, neighbour, row) for each relationship of a move at some nodes."""
    if move.type not in projection.types:
        return []
    first, neighbour, row = projection.adjacency(move.type, reverse=move.backward)
    count = first[nodes + 1] - first[nodes]
    at = expanded(first[nodes], count)
    source = np.repeat(nodes, count)
    if move.rows is not None:
        source, at = source[move.rows[row[at]]], at[move.rows[row[at]]]
    return list(zip(source.tolist(), neighbour[at].tolist(), row[at].tolist(), strict=True))


def _walked(
    projection: GraphProjection, came: dict[int, tuple[int, str, int, bool] | None], node: int
) -> tuple[Step, ...]:
    steps: list[Step] = []
    while (before := came[node]) is not None:
        node, name, row, backward = before
        steps.append(Step.at(projection, name, row, backward))
    return tuple(steps[::-1])
