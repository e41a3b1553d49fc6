"""What a change can reach by a few relationships, as a mask over canonical nodes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.changes import ChangeSet
from graph.projection import GraphProjection

Bools = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]


def touched(projection: GraphProjection, changes: ChangeSet) -> Bools:
    """By node whether a change touches it or one that it stands for."""
    at = np.searchsorted(projection.nodes, changes.touched)
    there = at < len(projection.nodes)
    there[there] = projection.nodes[at[there]] == changes.touched[there]
    out = np.zeros(len(projection.nodes), dtype=bool)
    out[projection.canonical[at[there]]] = True
    out[at[there]] = True
    return out


def spread(projection: GraphProjection, flag: Bools, *types: str) -> Bools:
    """These nodes and their neighbours by relationships of these types, in both directions. O(relationships)."""
    out = flag.copy()
    for name in types:
        if name in projection.types:
            rel = projection.types[name]
            start, end = projection.canonical[rel.start], projection.canonical[rel.end]
            out[end[flag[start]]] = True
            out[start[flag[end]]] = True
    return out


def stale_keys(projection: GraphProjection, flag: Bools, changes: ChangeSet) -> Int64:
    """Keys of flagged nodes, and of those that a change touched and that are gone."""
    return np.union1d(projection.nodes[flag], changes.touched)
