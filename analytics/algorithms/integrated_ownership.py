"""Who owns how much of what, all paths summed and loops resolved."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.arrays.grouping import grouped
from analytics.ownership.condensed import Ownership, Solved, Weights, direct_rows, owners, reachable, solve
from analytics.ownership.exact_shares import exact_owners
from analytics.ownership.holding_paths import holding_paths
from analytics.ownership.holdings import Capital, Holdings
from analytics.ownership.share_bounds import above, greatest_shares
from analytics.ownership.spreading import WHOLE
from analytics.updates.recomputing import recomputed
from analytics.updates.upstream import State
from graph.changes import ChangeSet
from graph.declaration import SHARE_ONE
from graph.errors import UsageError
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class OwnershipParameters(Parameters):
    """What to compute: all pairs from a threshold on, the owners of one company, or the holdings of one party."""

    threshold: float = Field(default=0.25, ge=0, le=1, description="least share told, inclusive; 0 tells every one")
    of: int | None = Field(default=None, description="key of a company: only its owners")
    by: int | None = Field(default=None, description="key of a party: only what it holds")
    capital: Capital = Field(
        default=Capital.SUBSCRIBED, description="capital that counts where no share is stated; paid: always"
    )
    budget: int = Field(default=5_000_000, ge=0, description="most nodes followed from one company or party")
    bounded: int = Field(
        200, ge=0, description="most parties above a company for which shares as intervals are resolved"
    )


class IntegratedOwnership(Algorithm[OwnershipParameters]):
    """Integrated ownership: the share of a company that a party owns directly and through others, all paths summed.

    Definition: Y = A + Y A = A (I - A)^-1 with A[i, j] the share of company j that i holds directly (Brioschi,
    Buzzacchi and Colombo 1989). For ultimate owners, who have no owner of their own, the shares in a company add up to
    1 where no share is missing and no loop is closed. Inside a loop Y counts a company's own value again; `baldone` is
    D^-1 Y with D the diagonal of (I - A)^-1 (Baldone, Brioschi and Paleari 1998). It is neither control, nor
    beneficial ownership, nor a close link.

    Columns: owner, company (node keys); direct, share_min, share_max, share_possible, baldone (fractions of 1);
    ultimate (the owner has no known owner); frozen (a court froze the direct holding; it still counts).
    share_min: with the least that is stated. share_max: with the most that is stated, the holders of each company
    adding up to at most 1; some completion reaches it. share_possible: also everything that nobody is stated to hold
    goes to this owner. Nothing is ever scaled up to fill a column.

    A share that is not stated follows from capital: subscribed (or, by parameter, paid in) of the holder by that of
    all holders, if all are known in one currency; else it is unknown, 0 to what the others leave. State bodies have no
    owner. Shares are integers of 1e-10, thresholds inclusive; within 1e-9 of the threshold fractions decide.

    Complexity: O(nodes + holdings) to condense, O(k^3) for a loop of k companies, O(ancestors log ancestors) a
    company. There is no cap on depth. Limits: a loop that owns itself whole has no ultimate owner and is named; a loop
    of more than 8,192 companies is refused. Source: shared/algorithms.md section 1. Update: exact, on the companies
    below a changed holding.
    """

    name: ClassVar[str] = "integrated_ownership"
    zh: ClassVar[str] = "穿透持股"
    parameters: ClassVar[type[Parameters]] = OwnershipParameters
    follows: ClassVar[Update] = Update.EXACT
    upstream: ClassVar[bool] = True
    tie: ClassVar[tuple[str, str, str] | None] = ("COMPUTED_SHARE_IN", "owner", "company")

    def compute(
        self,
        projection: GraphProjection,
        params: OwnershipParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """Pairs of owner and company from the threshold on, ordered by company and owner."""
        timings: dict[str, float] = {}
        with timed(timings, "solve"):
            solved = solve(projection, params.capital)
        with timed(timings, "owners"):
            if params.of is None and params.by is None:
                pairs = all_owner_pairs(projection, solved, params)
            else:
                pairs = owner_pairs(projection, solved, params, _targets(projection, solved.own, params))
            columns, limits = _columns(projection, solved, pairs), pairs.limits
        if params.by is not None:
            mine = columns["owner"] == projection.nodes[projection.canonical[projection.position(params.by)]]
            columns = {n: c[mine] for n, c in columns.items()}
        progress.advance(1, 1)
        return _result(projection, solved, params, columns, limits, timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: OwnershipParameters
    ) -> Result:
        """The companies below the change computed again, from all that lies above them."""
        if params.of is not None or params.by is not None:
            return self.compute(projection, params)
        return recomputed(self, before, projection, changes, params)


LIMITS = {
    "search_cut": "the budget ended before every owner was found: shares may be more",
    "near_threshold": "too near to the threshold to decide: told as if it were reached",
    "bounds_cut": "too many parties above to resolve shares as intervals: share_max is what is possible",
}
Limits = dict[str, set[int]]
Columns = dict[str, npt.NDArray[Any]]


def _targets(projection: GraphProjection, own: Ownership, params: OwnershipParameters) -> Int64:
    """Companies to look at: the one asked for, or all that the one party holds of."""
    if params.of is not None:
        at = place_of(projection, own, params.of)
        return np.array(
            [t for t in (at,) if t is not None and own.back_first[t + 1] > own.back_first[t]], dtype=np.int64
        )
    if params.by is not None:
        at = place_of(projection, own, params.by)
        below = reachable(np.array([] if at is None else [at], dtype=np.int64), own.forth_first, own.forth)
        return below[np.diff(own.back_first)[below] > 0]
    return own.owned


def place_of(projection: GraphProjection, own: Ownership, key: int) -> int | None:
    """Compact node of a key, None where it neither holds nor is held; UsageError where the graph has no such node."""
    try:
        node = int(projection.canonical[projection.position(key)])
    except KeyError:
        raise UsageError(
            f"there is no node {key}",
            "Give the key of a node of this graph.",
            f"图中没有节点 {key}。请填本图中的节点。",
        ) from None
    at = int(np.searchsorted(own.nodes, node))
    return at if at < len(own.nodes) and own.nodes[at] == node else None


@dataclass(frozen=True)
class OwnerPairs:
    """Pairs of compact nodes by company, then owner: weight at least, share at most; and what was met on the way.

    missing: by compact node what of it nobody is stated to hold; unresolved: of the companies looked at, what of them
    leads to nobody known. limits: keys of companies by what limited their search.
    """

    company: Int64
    owner: Int64
    weight: Int64
    most: Floats
    missing: Floats
    unresolved: Floats
    limits: Limits


def all_owner_pairs(projection: GraphProjection, solved: Solved, params: OwnershipParameters) -> OwnerPairs:
    """Owners of all companies from the threshold on, found once a projection: several algorithms go on from them."""
    name = ("owner pairs", params.threshold, params.capital, params.budget, params.bounded)
    return projection.kept(name, lambda: owner_pairs(projection, solved, params, solved.own.owned))


def owner_pairs(projection: GraphProjection, solved: Solved, params: OwnershipParameters, targets: Int64) -> OwnerPairs:
    """Owners of the targets (compact nodes) from the threshold on."""
    own, held, threshold = solved.own, solved.held, round(params.threshold * SHARE_ONE)
    vague = _vague(own, held)
    sharp = targets[~vague[targets]]
    found = owners(own, sharp, threshold, params.budget)
    limits: Limits = {name: set() for name in LIMITS}
    keep = _decided(own, held, found, sharp, threshold, limits)
    company, owner, weight = sharp[found.target[keep]], found.node[keep], found.weight[keep]
    rows, most = [(company, owner, weight)], [weight / WHOLE]
    for target in targets[vague[targets]].tolist():
        row, greatest = _vague_owners(own, held, target, params, limits)
        rows.append(row)
        most.append(greatest)
    company, owner, weight = (np.concatenate(c) for c in zip(*rows, strict=True))
    limits["search_cut"] |= set(sharp[found.cut].tolist())
    order = grouped(owner, len(own.nodes))[1]
    order = order[grouped(company[order], len(own.nodes))[1]]
    unresolved = np.zeros(len(own.nodes))
    unresolved[sharp] = (found.missing + found.opaque) / WHOLE
    return OwnerPairs(
        company[order],
        owner[order],
        weight[order],
        np.concatenate(most)[order],
        _missing(own, sharp, found, np.concatenate([company, owner]), params),
        unresolved,
        {n: set(projection.nodes[own.nodes[list(at)]].tolist()) for n, at in limits.items()},
    )


def _missing(own: Ownership, known: Int64, found: Weights, nodes: Int64, params: OwnershipParameters) -> Floats:
    """By compact node the share of it that nobody is stated to hold, of those asked for and those known already."""
    out = np.zeros(len(own.nodes))
    out[known] = found.missing / WHOLE
    asked = np.zeros(len(own.nodes), dtype=bool)
    asked[nodes] = True
    asked[known] = False
    more = np.flatnonzero(asked & (np.diff(own.back_first) > 0))
    out[more] = owners(own, more, 1_000 * SHARE_ONE, params.budget).missing / WHOLE
    return out


def _vague(own: Ownership, held: Holdings) -> Bools:
    """Which compact nodes have a share stated as an interval above them."""
    out = np.zeros(len(own.nodes), dtype=bool)
    open_rows = np.flatnonzero(held.high > held.low)
    if len(open_rows):
        seeds = np.unique(np.searchsorted(own.nodes, held.company[open_rows]))
        out[reachable(seeds, own.forth_first, own.forth)] = True
    return out


def _decided(own: Ownership, held: Holdings, found: Weights, targets: Int64, threshold: int, limits: Limits) -> Bools:
    """Which of the found pairs reach the threshold: those next to it decided in fractions."""
    keep = np.ones(len(found.target), dtype=bool)
    exact: dict[int, dict[int, Fraction] | None] = {}
    for row in np.flatnonzero(found.near).tolist():
        target = int(targets[found.target[row]])
        if target not in exact:
            exact[target] = exact_owners(own, held, target)
        shares = exact[target]
        if shares is None:
            limits["near_threshold"].add(target)
        else:
            keep[row] = shares[int(found.node[row])] >= Fraction(threshold, SHARE_ONE)
    return keep


def _vague_owners(
    own: Ownership, held: Holdings, target: int, params: OwnershipParameters, limits: Limits
) -> tuple[tuple[Int64, Int64, Int64], Floats]:
    """Rows of one company whose owners' shares are intervals: those that can reach the threshold as stated."""
    found = owners(own, np.array([target]), 0, params.budget)
    nodes = above(own, target, params.bounded)
    if nodes is None:
        limits["bounds_cut"].add(target)
        owner, least, greatest = found.node, found.weight, (found.weight + found.missing[0]) / WHOLE
    else:
        owner, least, greatest = nodes, np.zeros(len(nodes), dtype=np.int64), greatest_shares(own, held, target, nodes)
        least[np.searchsorted(nodes, found.node)] = found.weight
    greatest = np.maximum(greatest, least / WHOLE)
    keep = (greatest >= params.threshold - 1e-9) & (greatest > 0)
    return (np.full(int(keep.sum()), target), owner[keep], least[keep]), greatest[keep]


def _columns(projection: GraphProjection, solved: Solved, pairs: OwnerPairs) -> Columns:
    own, held, company, owner = solved.own, solved.held, pairs.company, pairs.owner
    direct = direct_rows(company, owner, own.back_first, own.holder)
    there, least = direct >= 0, pairs.weight / WHOLE
    possible = least + pairs.missing[company] - _own_missing(own, owner, least, pairs.missing)
    return {
        "owner": projection.nodes[own.nodes[owner]],
        "company": projection.nodes[own.nodes[company]],
        "direct": np.where(there, held.low[direct], 0) / SHARE_ONE if len(held) else np.zeros(0),
        "share_min": least,
        "share_max": np.maximum(pairs.most, least),
        "share_possible": np.maximum(possible, pairs.most),
        "baldone": least / own.own_again()[owner],
        "ultimate": np.diff(own.back_first)[owner] == 0,
        "frozen": there & held.frozen[direct] if len(held) else np.zeros(0, dtype=bool),
    }


def _own_missing(own: Ownership, owner: Int64, least: Floats, missing: Floats) -> Floats:
    """What of a company's missing shares is missing in its owner, who cannot be the one to hold it; 0 in loops."""
    return np.where(own.loop[owner] < 0, least * missing[owner], 0.0)


def _result(
    projection: GraphProjection,
    solved: Solved,
    params: OwnershipParameters,
    columns: Columns,
    limits: Limits,
    timings: dict[str, float],
) -> Result:
    warnings = solved.own.warnings + tuple(
        Notice(code, tuple(sorted(nodes)), LIMITS[code]) for code, nodes in sorted(limits.items()) if nodes
    )

    def parts(row: int) -> list[Part]:
        owner, company = (int(projection.position(int(columns[n][row]))) for n in ("owner", "company"))
        return holding_paths(projection, solved, owner, company)

    return Result(
        IntegratedOwnership.name,
        params,
        columns,
        ("owner", "company"),
        parts,
        warnings,
        timings=timings,
        state=State(projection),
    )
