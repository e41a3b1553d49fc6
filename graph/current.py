"""The current value of a node: of several sources' assertions the one of the source that goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.schema import SCHEMA
from graph.time import NO_DATE

PRECEDENCE = ("registrations", "legal_representatives", "shareholders")  # the rest follow by name


@dataclass(frozen=True)
class Node:
    """A node as shown: current values by source precedence, where each came from, and when it held."""

    key: int
    id: str
    label: str
    properties: dict[str, Any]
    sources: dict[str, str]


def precedence(source: str) -> tuple[int, str]:
    """Rank of a source where several state one value."""
    return (PRECEDENCE.index(source) if source in PRECEDENCE else len(PRECEDENCE), source)


def goes_first(subject: npt.NDArray[np.int64], rank: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which statements of several sources count: of each subject (a position) those of the lowest rank. O(n)."""
    best = np.full(int(subject.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(best, subject, rank)
    return np.asarray(rank == best[subject], dtype=bool)


def current(key: int, node_id: str, label: str, versions: Sequence[dict[str, Any]]) -> Node:
    """A node from the versions that hold: of each property the value of the first source that has one."""
    ordered = sorted(
        versions,
        key=lambda r: (
            precedence(r["source"]),
            -(r["valid_from"] if r["valid_from"] is not None else NO_DATE),
            r["lot"],
        ),
    )
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for prop in SCHEMA.properties(label):
        for row in ordered:
            if row[prop.name] is not None:
                values[prop.name], sources[prop.name] = row[prop.name], row["source"]
                break
    return Node(key, node_id, label, values, sources)
