"""The paths that make up a share: chains of holdings from an owner to a company, greatest first."""

from __future__ import annotations

import heapq

import numpy as np

from analytics.algorithm import Part
from analytics.ownership.condensed import Solved, owners
from analytics.ownership.spreading import WHOLE
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection

MOST_PATHS = 20
MOST_STEPS = 5_000


def holding_paths(projection: GraphProjection, solved: Solved, owner: int, company: int) -> list[Part]:
    """Parts of an owner's share in a company (positions in the projection), which add up to it.

    Simple paths best first, each with its nodes and holdings; what further paths and loops bring is the last part.
    A path's part is the product of its shares. Bounded by 20 paths and 5,000 steps.
    """
    own = solved.own
    start, target = (int(np.searchsorted(own.nodes, n)) for n in (owner, company))
    above = owners(own, np.array([target]), 0, MOST_STEPS * 10)
    weight = dict(zip(above.node.tolist(), (above.weight / WHOLE).tolist(), strict=True))
    total = weight.get(start, 0.0)
    parts: list[Part] = []
    queue: list[tuple[float, int, tuple[int, ...], tuple[int, ...], float]] = [(-total, 0, (start,), (), 1.0)]
    steps = 0
    while queue and len(parts) < MOST_PATHS and steps < MOST_STEPS:
        _, _, nodes, rows, product = heapq.heappop(queue)
        steps += 1
        if nodes[-1] == target and rows:
            parts.append(_part(projection, solved, nodes, rows, product))
            continue
        for e in range(own.forth_first[nodes[-1]], own.forth_first[nodes[-1] + 1]):
            after, row = int(own.forth[e]), int(own.forth_row[e])
            share = product * float(own.forth_share[e])
            if share > 0 and (after == target or (after in weight and after not in nodes)):
                most = share if after == target else share * weight[after]
                heapq.heappush(queue, (-most, steps, (*nodes, after), (*rows, row), share))
    rest = total - sum(p.amount for p in parts)
    return [*parts, Part(rest, note="further paths and loops")] if abs(rest) > 1e-12 else parts


def _part(
    projection: GraphProjection, solved: Solved, nodes: tuple[int, ...], rows: tuple[int, ...], product: float
) -> Part:
    held, keys = solved.held, projection.types["HOLDS_SHARES_IN"].key
    lots = [keys[held.rows[held.first[r] : held.first[r + 1]]].tolist() for r in rows]
    return Part(
        product,
        tuple(projection.nodes[solved.own.nodes[list(nodes)]].tolist()),
        tuple(("HOLDS_SHARES_IN", key) for of in lots for key in sorted(of)),
        note=" × ".join(f"{held.low[r] / SHARE_ONE:.4%}" for r in rows),
    )
