"""Cross and circular holdings: companies that hold, through others, shares of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.arrays.splice import with_rows
from analytics.ownership.direct_shares import HOLDS, read_shares, widened
from analytics.ownership.holdings import holdings
from analytics.paths.party_pairs import Network, Pairs, lots
from analytics.paths.rings import cycle, rings
from analytics.rules.structures import completed
from graph.changes import ChangeSet
from graph.declaration import SHARE_ONE
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]


class CrossHoldingParameters(Parameters):
    """Parameters of cross holdings; those not given are as the pack of structures says."""

    budget: int | None = Field(
        default=None, ge=0, description="holdings looked at for the shortest cycle of a member, at most"
    )
    largest: int | None = Field(
        default=None, ge=2, description="members of a ring whose own shares are solved for, at most"
    )


class CrossHoldings(Algorithm[CrossHoldingParameters]):
    """Cross and circular holdings (交叉持股、循环持股): rings of companies and what each holds of itself.

    Definition: A ring is a strongly connected component of direct holdings with more than one member: each member
    holds, directly or through others, shares of every other and so of itself. `circular_share` is the product of the
    shares along the shortest cycle through a member (of several the strongest). `own_share` is the member's integrated
    ownership of itself, Y_ii of Y = A (I - A)^-1 (Brioschi et al. 1989), A being the holdings inside the ring: the sum
    over all closed walks. A company that holds its own shares directly is named apart, in `self_held`; such holdings
    are in no ring and in no other number.

    Columns: `member`, `ring` (key of its first member), `members`, `cycle_length` (holdings of the shortest cycle,
    0 for none), and the three shares as fractions. Shares are least shares, the lots of one source added.

    Complexity: O(holdings), for each member its shortest cycle within `budget` holdings, and a dense solution of
    each ring of at most `largest` members (cubic); beyond, `own_share` is NaN with the notice `ring_too_large`.

    Update: Exact: rings that a change touches, and what lies both downstream and upstream of changed holdings.

    Source: Tarjan 1972; Brioschi, Buzzacchi, Colombo 1989.

    Limits: A ring whose companies are held only from inside (closed loop) has no finite own share: NaN and the
    notice `closed_loop`. Where shares sum to over 1 the series may not converge: NaN and `no_finite_share`.
    """

    name = "cross_holdings"
    zh = "交叉持股与循环持股"
    parameters = CrossHoldingParameters
    follows = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: CrossHoldingParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The rings of a projection."""
        params = completed(projection, self.name, params)
        timings: dict[str, float] = {}
        with timed(timings, "pairs"):
            pairs = Pairs.read(projection, HOLDS, read_shares)
        with timed(timings, "rings"):
            state = _State(pairs, *_rings(pairs, pairs.inner, params))
        return _result(projection, params, state, timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: CrossHoldingParameters
    ) -> Result:
        """The same after a change. A ring that is new or changed holds a changed pair, or was one of a changed pair."""
        params = completed(projection, self.name, params)
        was: _State = before.state
        pairs, starts, ends = was.pairs.follow(projection, HOLDS, read_shares, widened(changes))
        touched = np.union1d(starts, ends)
        old = was.columns["ring"][np.isin(was.columns["member"], touched)]
        members = was.columns["member"][np.isin(was.columns["ring"], old)]
        stale = np.unique(np.concatenate([touched, members, pairs.through(starts, ends)]))
        columns, faulty = _rings(pairs, stale, params)
        kept = ~np.isin(was.faulty["ring"], stale)
        joined = {n: np.concatenate([c[kept], faulty[n]]) for n, c in was.faulty.items()}
        order = np.argsort(joined["ring"], kind="stable")
        state = _State(pairs, with_rows(was.columns, stale, columns), {n: c[order] for n, c in joined.items()})
        return _result(projection, params, state, {})


@dataclass(frozen=True)
class _State:
    pairs: Pairs
    columns: Columns
    faulty: Columns  # ring, code: rings without a finite own share


def _rings(pairs: Pairs, keys: Int64, params: CrossHoldingParameters) -> tuple[Columns, Columns]:
    """The rings among these parties, which must hold each ring whole, and what the faulty ones suffer from."""
    assert params.budget is not None and params.largest is not None
    network = pairs.among(keys)
    found = rings(network, params.budget)
    own = np.full(len(found.member), np.nan)
    faulty = []
    order = np.argsort(found.ring, kind="stable")
    first, begins = np.unique(found.ring[order], return_index=True)
    for ring, begin in zip(first.tolist(), begins.tolist(), strict=True):
        at = order[begin : begin + found.members[order[begin]]]
        own[at], code = _own_shares(network, found.member[at], params.largest)
        if code:
            faulty.append((int(network.key[ring]), code))
    holds = pairs.leaving(keys)
    loops = holds[pairs.start[holds] == pairs.end[holds]]
    alone = np.setdiff1d(pairs.start[loops], network.key[found.member])
    member = np.concatenate([network.key[found.member], alone])
    none = np.zeros(len(alone))
    order = np.argsort(member)
    columns: Columns = {
        "member": member,
        "ring": np.concatenate([network.key[found.ring], alone]),
        "members": np.concatenate([found.members, np.ones(len(alone), np.int64)]),
        "cycle_length": np.concatenate([found.length, none.astype(np.int64)]),
        "circular_share": np.concatenate([found.product, none]),
        "own_share": np.concatenate([own, none]),
        "self_held": np.zeros(len(member)),
    }
    columns = {n: c[order] for n, c in columns.items()}
    columns["self_held"][np.searchsorted(columns["member"], pairs.start[loops])] = pairs.value[loops] / SHARE_ONE
    return columns, {
        "ring": np.array([r for r, _ in faulty], dtype=np.int64),
        "code": np.array([c for _, c in faulty], dtype=object),
    }


def _own_shares(network: Network, members: Int64, largest: int) -> tuple[Floats, str]:
    """Y_ii of each member of a ring, and the code of what is wrong with it."""
    n = len(members)
    if n > largest:
        return np.full(n, np.nan), "ring_too_large"
    held = np.zeros((n, n), dtype=np.int64)
    for k, v in enumerate(members.tolist()):
        pairs = slice(int(network.indptr[v]), int(network.indptr[v + 1]))
        at = np.searchsorted(members, network.target[pairs])
        inside = at < n
        inside[inside] = members[at[inside]] == network.target[pairs][inside]
        held[k, at[inside]] = network.value[pairs][inside]
    if (held.sum(axis=0) == SHARE_ONE).all():
        return np.full(n, np.nan), "closed_loop"
    try:
        walks = np.linalg.inv(np.eye(n) - held / SHARE_ONE)
    except np.linalg.LinAlgError:
        return np.full(n, np.nan), "no_finite_share"
    if walks.min() < 0:  # of an irreducible matrix exactly when the sum over walks does not converge
        return np.full(n, np.nan), "no_finite_share"
    return np.diag(walks) - 1, ""


_SAYS = {
    "closed_loop": "all shares are held inside the ring: no ultimate owner, no finite own share",
    "no_finite_share": "shares over 1: the sum over closed walks does not converge",
    "ring_too_large": "the ring has too many members to solve for own shares",
}


def _result(
    projection: GraphProjection, params: CrossHoldingParameters, state: _State, timings: dict[str, float]
) -> Result:
    columns = state.columns
    unfound = columns["member"][(columns["cycle_length"] == 0) & (columns["members"] > 1)]
    notices = [
        *holdings(projection).warnings,
        *(
            Notice(code, (ring,), _SAYS[code])
            for ring, code in zip(state.faulty["ring"].tolist(), state.faulty["code"].tolist(), strict=True)
        ),
        *(Notice("budget", (m,), "no cycle through it was found within the budget") for m in unfound.tolist()),
    ]
    return Result(
        CrossHoldings.name,
        params,
        columns,
        ("member", "ring"),
        lambda row: _parts(projection, state, params, row),
        tuple(notices),
        timings=timings,
        state=state,
    )


def _parts(projection: GraphProjection, state: _State, params: CrossHoldingParameters, row: int) -> list[Part]:
    """The shortest cycle with its holdings, and a holding of the company's own shares."""
    columns, pairs = state.columns, state.pairs
    member, ring = int(columns["member"][row]), int(columns["ring"][row])
    out = []
    if columns["cycle_length"][row]:
        network = pairs.among(np.sort(columns["member"][columns["ring"] == ring]))
        at = cycle(network, int(np.searchsorted(network.key, member)), params.budget or 0)
        keys = [*network.key[at].tolist(), member]
        along = [lot for a, b in zip(keys, keys[1:], strict=False) for lot in lots(projection, HOLDS, a, b)]
        out.append(Part(float(columns["circular_share"][row]), tuple(keys), tuple(along), note="cycle"))
    if columns["self_held"][row]:
        own = lots(projection, HOLDS, member, member)
        out.append(Part(float(columns["self_held"][row]), (member,), own, note="self"))
    return out
