"""Guarantee circles and chains: who stands for whose debts, round or onward."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.arrays.kernel import kernel
from analytics.arrays.splice import with_rows
from analytics.paths.party_pairs import Network, Pairs, Table, canonical_ends, lots
from analytics.paths.rings import Rings, cycle, rings
from analytics.rules.structures import completed
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.runs import begins

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]

GUARANTEES = "GUARANTEES"


class GuaranteeParameters(Parameters):
    """Parameters of guarantee circles; those not given are as the pack of structures says."""

    budget: int | None = Field(
        default=None, ge=0, description="guarantees looked at for the shortest circle of a member"
    )
    least_chain: int | None = Field(default=None, ge=2, description="parties that make a chain, at least")


class GuaranteeCircles(Algorithm[GuaranteeParameters]):
    """Guarantee circles and chains (担保圈、担保链), and what is at stake in each.

    Definition: A circle is a strongly connected component of guarantees with more than one party: each guarantees,
    directly or through others, the debts of every other. A chain is a simple path of guarantees among parties of no
    circle; of each party the longest that runs through it counts, from `least_chain` parties on. `mutual` is the number
    of parties with which a member stands in guarantees both ways.

    Columns: `member`, `kind` (circle, chain), `group` (of a circle its first member, of a chain its first
    guarantor), `members` (parties of the circle or chain), `cycle_length` (of the shortest circle through the member),
    `mutual`, `given` (what the member guarantees inside the circle, or to the next in its chain, and on), `total`
    (all guarantees of that structure), both in minor units of `currency`. Amounts are NaN, and the currency is empty,
    where an amount is not known or where they are of more than one currency: nothing is converted.

    Complexity: O(guarantees), and for each member of a circle its shortest circle within `budget` guarantees.

    Update: Exact: the weakly connected components of guarantees that a change touches are computed again.

    Source: Tarjan 1972; longest paths by topological order (Kahn 1962).

    Limits: The longest simple path through a circle is not sought (it is NP-hard): a chain ends before a circle.
    Guarantees that ended by the projection's day are not there. Several guarantees of a pair are added.
    """

    name = "guarantee_circles"
    zh = "担保圈与担保链"
    parameters = GuaranteeParameters
    follows = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: GuaranteeParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The circles and chains of a projection."""
        params = completed(projection, self.name, params)
        timings: dict[str, float] = {}
        with timed(timings, "pairs"):
            pairs = Pairs.read(projection, GUARANTEES, read_guarantees)
        with timed(timings, "structures"):
            columns = _structures(pairs, pairs.parties, params)
        return _result(projection, params, pairs, columns, timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: GuaranteeParameters
    ) -> Result:
        """The same after a change, from the components that it touches."""
        params = completed(projection, self.name, params)
        pairs, starts, ends = before.state.follow(projection, GUARANTEES, read_guarantees, changes)
        stale = pairs.around(np.union1d(starts, ends))
        columns = with_rows(before.columns, stale, _structures(pairs, stale, params))
        return _result(projection, params, pairs, columns, {})


def read_guarantees(projection: GraphProjection, rows: Int64) -> Table:
    """Pairs of some guarantees; the value holds their amount and currency (see `_packed`)."""
    if not len(rows):
        return (np.zeros(0, np.int64),) * 3
    start, end = canonical_ends(projection, GUARANTEES, rows)
    value = _packed(projection, rows)
    order = np.lexsort((end, start))
    start, end, value = start[order], end[order], value[order]
    first = np.flatnonzero(begins(start, end))
    pair = np.searchsorted(first, np.arange(len(start)), "right") - 1
    amount, code = _sums(pair, value, len(first))
    return start[first], end[first], np.where(code > 0, np.nan_to_num(amount).astype(np.int64) << _BITS | code, 0)


_BITS = 15  # of a currency's code


def _packed(projection: GraphProjection, rows: Int64) -> Int64:
    """Amount in minor units and currency of guarantees as one integer; 0 where either is unknown."""
    rel = projection.types[GUARANTEES]
    if not {"amount", "currency"} <= rel.columns.keys():
        return np.zeros(len(rows), dtype=np.int64)
    names, at = np.unique(np.array([c or "" for c in rel.columns["currency"][rows]], dtype=str), return_inverse=True)
    code = np.array([_code(n) for n in names.tolist()], dtype=np.int64)[at]
    amount = np.asarray(rel.columns["amount"][rows])
    known = (amount > 0) & (amount < 1 << 47) & (code > 0)
    return np.where(known, np.where(known, amount, 0).astype(np.int64) << _BITS | code, 0)


def _code(currency: str) -> int:
    """A number of 15 bits for an ISO 4217 code, 0 for anything else."""
    letters = [ord(c) - 64 for c in currency]
    if len(letters) != 3 or not all(0 < x < 27 for x in letters):
        return 0
    return letters[0] * 729 + letters[1] * 27 + letters[2]


def _currency(code: int) -> str:
    return "".join(chr(64 + code // 27**k % 27) for k in (2, 1, 0)) if code else ""


def _sums(group: Int64, value: Int64, count: int) -> tuple[Floats, Int64]:
    """Amount and currency of each group of packed amounts: NaN and 0 where one is unknown or currencies differ."""
    least, most = np.full(count, 1 << _BITS), np.zeros(count, dtype=np.int64)
    code = value & (1 << _BITS) - 1
    np.minimum.at(least, group, code)
    np.maximum.at(most, group, code)
    amount = np.bincount(group, weights=value >> _BITS, minlength=count)  # below 2**53, so exact
    good = least == most
    return np.where(good & (most > 0), amount, np.nan), np.where(good, most, 0)


def _structures(pairs: Pairs, keys: Int64, params: GuaranteeParameters) -> Columns:
    """Rows of these parties, who must form whole weakly connected components."""
    assert params.budget is not None and params.least_chain is not None
    network = pairs.among(keys)
    found = rings(network, params.budget)
    circular = np.zeros(len(keys), dtype=bool)
    circular[found.member] = True
    chains = _chains(network.indptr, network.target, network.value, circular)
    length = chains[0] + chains[1] + 1
    linked = np.flatnonzero(~circular & (length >= params.least_chain))
    first, onward = chains[2][linked], chains[3][linked]
    given, given_code, total, code = _amounts(network, found, onward, chains[4][linked])
    member = np.concatenate([found.member, linked])
    none = np.zeros(len(linked), dtype=np.int64)
    columns: Columns = {
        "member": keys[member],
        "kind": np.repeat(np.array(["circle", "chain"], dtype=object), [len(found.member), len(linked)]),
        "group": keys[np.concatenate([found.ring, first])],
        "members": np.concatenate([found.members, length[linked]]),
        "cycle_length": np.concatenate([found.length, none]),
        "mutual": np.concatenate([_mutual(network)[found.member], none]),
        "given": given,
        "total": total,
        "currency": np.array([_currency(c) for c in np.where(code > 0, code, given_code).tolist()], dtype=object),
    }
    order = np.argsort(columns["member"], kind="stable")
    return {n: c[order] for n, c in columns.items()}


def _amounts(network: Network, found: Rings, onward: Int64, along: Int64) -> tuple[Floats, Int64, Floats, Int64]:
    """Of the members of circles, then of chains: what each gives, in which currency, and the structure's total."""
    start = np.repeat(np.arange(len(network.key)), np.diff(network.indptr))
    inside = network.component[start] == network.component[network.target]
    own = _sums(start[inside], network.value[inside], len(network.key))
    whole = _sums(network.component[start[inside]], network.value[inside], len(network.key))
    step = np.where(onward >= 0, network.value[np.maximum(onward, 0)], 0) if len(network.value) else onward
    parts = [
        (own[0][found.member], own[1][found.member], whole[0][found.ring], whole[1][found.ring]),
        (np.where(onward >= 0, _unpacked(step)[0], 0.0), _unpacked(step)[1], *_unpacked(along)),
    ]
    given, given_code, total, code = (np.concatenate(c) for c in zip(*parts, strict=True))
    return given, given_code, total, code


def _unpacked(value: Int64) -> tuple[Floats, Int64]:
    return np.where(value > 0, value >> _BITS, np.nan), np.where(value > 0, value & (1 << _BITS) - 1, 0)


def _mutual(network: Network) -> Int64:
    """By party: with how many others it stands in guarantees both ways."""
    n = len(network.key)
    start = np.repeat(np.arange(n), np.diff(network.indptr))
    both = np.isin(start * n + network.target, network.target * n + start)
    return np.bincount(start[both], minlength=n)


@kernel
def _chains(
    indptr: Int64, target: Int64, value: Int64, circular: npt.NDArray[np.bool_]
) -> tuple[Int64, Int64, Int64, Int64, Int64]:
    """Of each party of no circle: pairs above and below it on the longest chain, the chain's first party, the
    position of the pair that leads on (-1 at the end), and the chain's amount, packed (0 where unknown).

    Of equal chains the one over the first party in order is taken.
    """
    n = len(indptr) - 1
    waits = np.zeros(n, np.int64)
    for v in range(n):
        if not circular[v]:
            for e in range(indptr[v], indptr[v + 1]):
                waits[target[e]] += 1
    order = [v for v in range(n) if waits[v] == 0 and not circular[v]]
    above, below = np.zeros(n, np.int64), np.zeros(n, np.int64)
    before, onward = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    first = np.arange(n)
    up, down = np.full(n, -1, np.int64), np.full(n, -1, np.int64)  # packed amounts; -1 of no pair
    i = 0
    while i < len(order):
        v = order[i]
        i += 1
        if before[v] >= 0:
            first[v] = first[before[v]]
        for e in range(indptr[v], indptr[v + 1]):
            w = target[e]
            if circular[w]:
                continue
            if above[v] + 1 > above[w] or (above[v] + 1 == above[w] and v < before[w]):
                above[w], before[w], up[w] = above[v] + 1, v, _added(up[v], value[e])
            waits[w] -= 1
            if waits[w] == 0:
                order.append(w)
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        for e in range(indptr[v], indptr[v + 1]):
            w = target[e]
            if not circular[w] and below[w] + 1 > below[v]:
                below[v], onward[v], down[v] = below[w] + 1, e, _added(down[w], value[e])
    for v in range(n):
        up[v] = max(_added(up[v], down[v]), 0) if down[v] >= 0 else max(up[v], 0)
    return above, below, first, onward, up


@kernel
def _added(one: int, other: int) -> int:
    """The sum of two packed amounts: 0 where one is unknown or the currencies differ."""
    if one < 0:
        return other
    if one == 0 or other == 0 or (one & 32767) != (other & 32767):
        return 0
    return (((one >> 15) + (other >> 15)) << 15) | (one & 32767)


def _result(
    projection: GraphProjection,
    params: GuaranteeParameters,
    pairs: Pairs,
    columns: Columns,
    timings: dict[str, float],
) -> Result:
    own = pairs.start[pairs.start == pairs.end]
    unfound = columns["member"][(columns["cycle_length"] == 0) & (columns["kind"] == "circle")]
    notices = [
        *(Notice("guarantees_itself", (k,), "a guarantee for the party itself is left out") for k in own.tolist()),
        *(Notice("budget", (m,), "no circle through it was found within the budget") for m in unfound.tolist()),
    ]
    return Result(
        GuaranteeCircles.name,
        params,
        columns,
        ("member", "group"),
        lambda row: _parts(projection, pairs, columns, params, row),
        tuple(notices),
        timings=timings,
        state=pairs,
    )


def _parts(
    projection: GraphProjection, pairs: Pairs, columns: Columns, params: GuaranteeParameters, row: int
) -> list[Part]:
    """The guarantees one by one: round the shortest circle through the member, or along its chain."""
    member = int(columns["member"][row])
    network = pairs.among(pairs.around(np.array([member])))
    at = int(np.searchsorted(network.key, member))
    if columns["kind"][row] == "circle":
        way = cycle(network, at, params.budget or 0)
        way += way[:1]
    else:
        way = _chain(network, at)
    keys = network.key[way].tolist()
    amounts = _unpacked(pairs.value[pairs.at(np.array(keys[:-1]), np.array(keys[1:]))])[0].tolist()
    return [
        Part(amount, (a, b), lots(projection, GUARANTEES, a, b), note=str(columns["kind"][row]))
        for a, b, amount in zip(keys, keys[1:], amounts, strict=False)
    ]


def _chain(network: Network, at: int) -> list[int]:
    """The parties of the longest chain through one."""
    circular = np.bincount(network.component, minlength=len(network.key))[network.component] > 1
    above, _, _, onward, _ = _chains(network.indptr, network.target, network.value, circular)
    indptr, source, _ = network.reverse
    way = [at]
    while above[way[0]]:
        leads = source[indptr[way[0]] : indptr[way[0] + 1]]
        leads = leads[~circular[leads]]
        way.insert(0, int(leads[above[leads] == above[way[0]] - 1][0]))
    while onward[way[-1]] >= 0:
        way.append(int(network.target[onward[way[-1]]]))
    return way
