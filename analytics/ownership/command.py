"""Who commands whom: votes and the ties that give control whatever the share, as edges of one graph.

By precedence a company is commanded by its form (executive partner, sole proprietor or operator, head office), else as
declared, else by who may appoint more than half of the board, else by votes. State bodies are commanded by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from analytics.algorithm import Notice
from analytics.arrays.grouping import by_pair
from analytics.ownership.holdings import Holdings, column_of, holdings, state_bodies
from graph.declaration import SHARE_ONE
from graph.identity import nid
from graph.projection import GraphProjection, Relationships
from graph.runs import begins

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SOLE_POSTS = ("investor", "operator")  # 个人独资企业投资人, 个体工商户经营者


class Basis(IntEnum):
    """What gives control; the first that a company has counts alone."""

    EXECUTIVE_PARTNER = 0
    SOLE_PROPRIETOR = 1
    HEAD_OFFICE = 2
    DECLARED = 3
    BOARD = 4
    VOTES = 5
    CONCERT = 6
    LOOP = 7


@dataclass(frozen=True)
class Command:
    """Edges ordered by (company, holder); positions of the projection's nodes; votes in 1e-10.

    joint: the tie gives control only together with the company's other ties of its basis. type, row: the relationship
    (of holdings, the row of the holdings) behind an edge. group: by node the first of those acting in concert with it.
    """

    holder: Int64
    company: Int64
    votes: Int64
    basis: Int64
    joint: Bools
    row: Int64
    group: Int64
    pacts: dict[int, set[int]]
    held: Holdings
    warnings: tuple[Notice, ...]


def command(projection: GraphProjection) -> Command:
    """The edges of command of a projection. O(nodes + relationships)."""
    return projection.kept("command", lambda: _read(projection))


def _read(projection: GraphProjection) -> Command:
    held = holdings(projection)
    ties = [_tie(projection, basis) for basis in TIES]
    parts = [t for t in ties if len(t[0])]
    nobody = np.zeros(len(held), dtype=bool)
    parts.append((held.holder, held.company, held.votes, np.arange(len(held)), nobody, Basis.VOTES))
    holder, company, votes, row, joint = (np.concatenate([p[k] for p in parts]) for k in range(5))
    basis = np.concatenate([np.full(len(p[0]), int(p[5]), dtype=np.int64) for p in parts])
    keep = ~state_bodies(projection)[company] & (holder != company)
    first = np.full(len(projection.nodes), len(Basis), dtype=np.int64)
    np.minimum.at(first, company[keep], basis[keep])
    keep &= basis == first[company]
    order = by_pair(company, holder, len(projection.nodes), np.flatnonzero(keep))
    holder, company, basis, joint = holder[order], company[order], basis[order], joint[order]
    alone = _alone(holder, company)
    joint = joint | (~alone & (basis != Basis.VOTES))
    return Command(holder, company, votes[order], basis, joint, row[order], *_concert(projection), held, held.warnings)


TIES = {
    Basis.EXECUTIVE_PARTNER: "EXECUTIVE_PARTNER_OF",
    Basis.SOLE_PROPRIETOR: "HOLDS_POST_IN",
    Basis.HEAD_OFFICE: "BRANCH_OF",
    Basis.DECLARED: "CONTROLS",
    Basis.BOARD: "APPOINTS_BOARD_OF",
}


def _tie(projection: GraphProjection, basis: Basis) -> tuple[Int64, Int64, Int64, Int64, Bools, Basis]:
    """(holder, company, votes, position in its type, joint, basis) of the ties of one basis."""
    rel = projection.types.get(TIES[basis])
    none = np.zeros(0, np.int64)
    if rel is None or not len(rel):
        return none, none, none, none, none > 0, basis
    at = np.flatnonzero(_counts(rel, basis))
    holder, company = projection.canonical[rel.start[at]], projection.canonical[rel.end[at]]
    if basis is Basis.HEAD_OFFICE:
        holder, company = company, holder
    joint = (column_of(rel, "joint", 0)[at] == 1) if basis is Basis.DECLARED else np.zeros(len(at), dtype=bool)
    return holder, company, np.full(len(at), SHARE_ONE), at, joint, basis


def _counts(rel: Relationships, basis: Basis) -> Bools:
    if basis is Basis.SOLE_PROPRIETOR:
        return (
            np.isin(rel.columns["post"].astype(str), SOLE_POSTS) if "post" in rel.columns else np.zeros(len(rel), bool)
        )
    if basis is Basis.BOARD:
        return np.asarray(column_of(rel, "share_min") > SHARE_ONE // 2, dtype=bool)
    return np.ones(len(rel), dtype=bool)


def _alone(holder: Int64, company: Int64) -> Bools:
    """Which edges are of a company that a single holder has edges to; edges are ordered by company and holder."""
    if not len(company):
        return np.zeros(0, dtype=bool)
    begin = np.flatnonzero(begins(company))
    end = np.append(begin[1:], len(company))
    return np.repeat(holder[begin] == holder[end - 1], end - begin)


def _concert(projection: GraphProjection) -> tuple[Int64, dict[int, set[int]]]:
    """(group, pacts): who acts in concert everywhere, and who does in one company."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    n = len(projection.nodes)
    rel = projection.types.get("ACTS_IN_CONCERT_WITH")
    if rel is None or not len(rel):
        return np.arange(n), {}
    one, other = projection.canonical[rel.start], projection.canonical[rel.end]
    concerning = rel.columns.get("concerning", np.full(len(rel), None, dtype=object))
    everywhere = np.array([not isinstance(c, str) for c in concerning], dtype=bool)
    ends = one[everywhere], other[everywhere]
    links = sparse.coo_array((np.ones(int(everywhere.sum()), np.int8), ends), shape=(n, n))
    cluster = connected_components(links, directed=False)[1]
    first = np.full(n, n, dtype=np.int64)
    np.minimum.at(first, cluster, np.arange(n))
    pacts: dict[int, set[int]] = {}
    for at in np.flatnonzero(~everywhere).tolist():
        key = nid(concerning[at])
        place = int(np.searchsorted(projection.nodes, key))
        if place < n and projection.nodes[place] == key:
            pacts.setdefault(int(projection.canonical[place]), set()).update((int(one[at]), int(other[at])))
    return np.asarray(first[cluster]), pacts
