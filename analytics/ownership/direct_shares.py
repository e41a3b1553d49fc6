"""Direct shares as pairs of parties that a change patches: those of analytics/ownership/holdings.py, by key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.ownership.holdings import holdings
from analytics.paths.party_pairs import Table
from graph.changes import ChangeSet
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]

HOLDS = "HOLDS_SHARES_IN"


def read_shares(projection: GraphProjection, rows: Int64) -> Table:
    """Pairs that some relationships make, with their least share (integers of 1e-10); those of none are left out."""
    held = holdings(projection)
    if not len(held) or not len(rows):
        return (np.zeros(0, np.int64),) * 3
    asked = np.zeros(len(projection.types[HOLDS]), dtype=bool)
    asked[rows] = True
    at = np.flatnonzero(np.logical_or.reduceat(asked[held.rows], held.first[:-1]) & (held.low > 0))
    start, end = projection.nodes[held.holder[at]], projection.nodes[held.company[at]]
    order = np.lexsort((end, start))
    return start[order], end[order], held.low[at][order]


def widened(changes: ChangeSet) -> ChangeSet:
    """A change with the companies whose holders it touches: which source counts there is decided for all of them."""
    ends = changes.relationships.get(HOLDS)
    return changes if ends is None else replace(changes, nodes=np.union1d(changes.nodes, ends[:, 1]))
