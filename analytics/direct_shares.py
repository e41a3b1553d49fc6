"""Direct shares by canonical pair: the lots of a holder added, of several sources the first by precedence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.algorithm import Notice
from analytics.party_pairs import Pairs, Table, canonical_ends, in_order
from graph.current import PRECEDENCE, precedence
from graph.declaration import SHARE_ONE
from graph.identity import nids
from graph.projection import GraphProjection, Relationships

Int64 = npt.NDArray[np.int64]

HOLDS = "HOLDS_SHARES_IN"
_OVER = 10_010_000_000  # a column of more than 1.001 is a fault of the data, not of rounding
_NAMED = 100  # parties that a notice names at most


def read_shares(projection: GraphProjection, rows: Int64) -> Table:
    """Pairs of some holdings with their least share (integers of 1e-10); missing and negative ones are left out."""
    if not len(rows):
        return (np.zeros(0, np.int64),) * 3
    rel = projection.types[HOLDS]
    share = _least(rel)[rows]
    rows, share = rows[share > 0], share[share > 0]
    start, end = canonical_ends(projection, HOLDS, rows)
    rank = _ranks(projection, rel, rows)
    if rank.any() or not in_order(start, end):
        order = np.lexsort((rank, end, start))
        start, end, rank, share = start[order], end[order], rank[order], share[order]
    first = np.flatnonzero(np.r_[True, (start[1:] != start[:-1]) | (end[1:] != end[:-1])][: len(start)])
    pair = np.searchsorted(first, np.arange(len(start)), "right") - 1
    counted = np.where(rank == rank[first][pair], share, 0)
    return start[first], end[first], np.add.reduceat(counted, first) if len(first) else counted


def _least(rel: Relationships) -> Int64:
    share = rel.columns.get("share_min")
    return np.full(len(rel), -1, dtype=np.int64) if share is None else np.asarray(share)


def _ranks(projection: GraphProjection, rel: Relationships, rows: Int64) -> Int64:
    """Of some holdings the rank of their source; those that the manifest does not name come last, together."""
    source = rel.columns.get("source")
    if source is None:
        return np.zeros(len(rows), dtype=np.int64)
    names = sorted({*PRECEDENCE, *projection.manifest.get("sources", ())}, key=precedence)
    known = dict(zip(nids(names).tolist(), range(len(names)), strict=True))
    found, at = np.unique(source[rows], return_inverse=True)
    return np.array([known.get(s, SHARE_ONE) for s in found.tolist()], dtype=np.int64)[at]


def faults(projection: GraphProjection, pairs: Pairs) -> tuple[Notice, ...]:
    """What is wrong with shares: missing or negative, over 1, a company that holds itself, a column over 1.001."""
    rel = projection.types.get(HOLDS)
    if rel is None:
        return ()
    lacking = projection.nodes[projection.canonical[rel.end[np.flatnonzero(_least(rel) < 0)]]]
    loops = pairs.start == pairs.end
    begins = np.flatnonzero(np.r_[True, pairs.to[1:] != pairs.to[:-1]][: len(pairs)])
    column = np.add.reduceat(pairs.held, begins) if len(begins) else pairs.held
    found = (
        ("share_missing", lacking, "holdings without a share, or with a negative one, are left out"),
        ("share_over_one", pairs.end[pairs.value > SHARE_ONE], "a share over 1, kept as it is"),
        ("holds_itself", pairs.start[loops], "a holding of its own shares leads nowhere and is left out of paths"),
        ("column_over_one", pairs.to[begins][column > _OVER], "the shares of a company sum to more than 1, kept"),
    )
    return tuple(
        Notice(code, tuple(np.unique(who)[:_NAMED].tolist()), f"{len(who)}: {text}")
        for code, who, text in found
        if len(who)
    )
