"""Who controls what: the least fixpoint of more than half of the votes, and the ties that need none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.arrays.components import levels, strong_components
from analytics.arrays.grouping import grouped
from analytics.arrays.kernel import kernel
from analytics.ownership.command import TIES, Basis, Command, command
from analytics.ownership.holdings import state_bodies
from analytics.updates.recomputing import recomputed
from analytics.updates.upstream import State
from graph.changes import ChangeSet
from graph.declaration import SHARE_ONE
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.runs import begins

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = dict[str, npt.NDArray[Any]]


class ControlParameters(Parameters):
    """Control has no threshold to choose: it is strictly more than half."""


class Control(Algorithm[ControlParameters]):
    """Control: who decides in a company, and who in the end.

    Definition: x controls y when it holds strictly more than 50 % of the votes of y, or controls a set of companies
    that jointly, possibly with x, hold more (Ceri, Gottlob and Tanca 1990; the least fixpoint). Votes are those stated
    apart, else the share held; frozen shares count. A partnership is controlled by its executive partner, a sole
    proprietorship by its investor, a business by its operator, a branch by its head office, whatever the share; then
    control that is declared, and the right to appoint more than half of a board, go before votes.

    Columns: company, controller (node keys): the ultimate controller, whom nobody controls; basis (executive_partner,
    sole_proprietor, head_office, declared, board, votes, concert, loop): what the company itself is controlled by;
    joint; votes: the fraction that the controller and what it controls hold of the company (NaN where nobody votes).
    joint rows name each of those who control only together: two blocs of exactly half each, several executive
    partners, declared joint control, parties acting in concert that together hold more than half. Nobody controls
    alone then.

    State bodies end the look-through: nobody controls them. Companies that control each other in a loop and are
    controlled by nobody outside have basis loop, the first of them standing for all, and are named in a warning.
    Votes are integers of 1e-10, so that half is exactly half. Complexity: O(nodes + edges), one worklist pass an
    uncontrolled owner. Source: shared/algorithms.md section 1. Update: exact, on the
    companies below a change.
    """

    name: ClassVar[str] = "control"
    zh: ClassVar[str] = "实际控制"
    parameters: ClassVar[type[Parameters]] = ControlParameters
    follows: ClassVar[Update] = Update.EXACT
    upstream: ClassVar[bool] = True
    tie: ClassVar[tuple[str, str, str] | None] = ("COMPUTED_CONTROL_OF", "controller", "company")

    def compute(
        self,
        projection: GraphProjection,
        params: ControlParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """One row a controlled company, several where control is joint; ordered by company and controller."""
        timings: dict[str, float] = {}
        with timed(timings, "edges"):
            edges = command(projection)
        with timed(timings, "control"):
            found = controllers(projection)
            columns = _columns(projection, edges, found)
        progress.advance(1, 1)
        return _result(projection, edges, found, params, columns, timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: ControlParameters
    ) -> Result:
        """The companies below the change computed again, from all that lies above them."""
        return recomputed(self, before, projection, changes, params)


@dataclass(frozen=True)
class Controllers:
    """By node of the projection its ultimate controller, or itself; whether they are a loop; who controls jointly.

    first, company, votes: the edges of those who control alone, by holder.
    """

    top: Int64
    looped: Bools
    joint: dict[int, tuple[int, ...]]
    first: Int64
    company: Int64
    votes: Int64


def controllers(projection: GraphProjection, by_the_state: bool = True) -> Controllers:
    """Ultimate controllers of all nodes, those by State bodies left out on request. O(nodes + edges)."""

    def make() -> Controllers:
        edges = command(projection)
        counts = np.ones(len(edges.holder), dtype=bool) if by_the_state else ~state_bodies(projection)[edges.holder]
        return _decide(edges, counts, len(projection.nodes))

    return projection.kept(("controllers", by_the_state), make)


def _decide(edges: Command, counts: Bools, n: int) -> Controllers:
    sole = counts & ~edges.joint
    first, order = grouped(edges.holder[sole], n)
    company, votes = edges.company[sole][order], edges.votes[sole][order]
    component, count = strong_components(first, company)
    level = levels(first, company, component, grouped(component, count)[1])
    top, looped = _passes(first, company, votes, grouped(level, int(level.max(initial=0)) + 1)[1])
    return Controllers(top, looped, _joint(edges, top, first, company, votes), first, company, votes)


@kernel
def _passes(first: Int64, company: Int64, votes: Int64, order: Int64) -> tuple[Int64, Bools]:
    """One pass of the fixpoint from each node that nobody controls yet, by level, then by key."""
    n = len(first) - 1
    top = np.arange(n)
    looped = np.zeros(n, np.bool_)
    total = np.zeros(n, np.int64)
    seen = np.full(n, -1, np.int64)
    queue = np.empty(n + 1, np.int64)
    for root in order:
        if top[root] != root or first[root] == first[root + 1]:
            continue
        queue[0], size, at, loops = root, 1, 0, False
        while at < size:
            node = queue[at]
            at += 1
            for e in range(first[node], first[node + 1]):
                to = company[e]
                if seen[to] != root:
                    seen[to], total[to] = root, 0
                if total[to] <= SHARE_ONE // 2:
                    total[to] += votes[e]
                    if total[to] > SHARE_ONE // 2:
                        if to == root:
                            loops = True
                            continue
                        top[to] = root
                        queue[size] = to
                        size += 1
        for i in range(size):
            looped[queue[i]] = loops
    return top, looped


def _joint(edges: Command, top: Int64, first: Int64, company: Int64, votes: Int64) -> dict[int, tuple[int, ...]]:
    """Companies that several control only together, with these: ties that are joint, two halves, concert."""
    out: dict[int, set[int]] = {}
    for at in np.flatnonzero(edges.joint).tolist():
        out.setdefault(int(edges.company[at]), set()).add(int(top[edges.holder[at]]))
    by_votes = np.flatnonzero((edges.basis == Basis.VOTES) & (top[edges.company] == edges.company))
    if len(by_votes):
        out |= _halves(edges.company[by_votes], top[edges.holder[by_votes]], edges.votes[by_votes])
    out |= _in_concert(edges, top, first, company, votes)
    out |= _by_pact(edges, top)
    return {c: tuple(sorted(who)) for c, who in sorted(out.items()) if len(who) > 1}


def _halves(company: Int64, bloc: Int64, votes: Int64) -> dict[int, set[int]]:
    """Companies of which two blocs hold exactly half of the votes each."""
    order = np.lexsort((bloc, company))
    company, bloc, votes = company[order], bloc[order], votes[order]
    new = np.flatnonzero(begins(company, bloc))
    half = np.add.reduceat(votes, new) * 2 == SHARE_ONE
    out: dict[int, set[int]] = {}
    for at in new[half].tolist():
        out.setdefault(int(company[at]), set()).add(int(bloc[at]))
    return {c: who for c, who in out.items() if len(who) == 2}


def _in_concert(edges: Command, top: Int64, first: Int64, company: Int64, votes: Int64) -> dict[int, set[int]]:
    """Companies that nobody controls alone and of which parties acting in concert hold more than half."""
    out: dict[int, set[int]] = {}
    partners = np.flatnonzero(edges.group != np.arange(len(edges.group)))
    for group in np.unique(edges.group[partners]).tolist():
        members = np.flatnonzero(edges.group == group).tolist()
        total: dict[int, int] = {}
        queue = list(members) + np.flatnonzero(np.isin(top, members) & ~np.isin(np.arange(len(top)), members)).tolist()
        inside = set(queue)
        while queue:
            node = queue.pop()
            for e in range(first[node], first[node + 1]):
                to = int(company[e])
                total[to] = total.get(to, 0) + int(votes[e])
                if total[to] * 2 > SHARE_ONE and to not in inside:
                    inside.add(to)
                    queue.append(to)
                    if top[to] == to:
                        out[to] = set(members)
    return out


def _by_pact(edges: Command, top: Int64) -> dict[int, set[int]]:
    """Companies that nobody controls alone and in which those who declared to act in concert hold more than half."""
    out: dict[int, set[int]] = {}
    for company, members in edges.pacts.items():
        mine = slice(np.searchsorted(edges.company, company), np.searchsorted(edges.company, company, "right"))
        inside = np.isin(edges.holder[mine], list(members)) | np.isin(top[edges.holder[mine]], list(members))
        if top[company] == company and edges.votes[mine][inside].sum() * 2 > SHARE_ONE:
            out[company] = members
    return out


# --- the result ---------------------------------------------------------------------------------------


def _columns(projection: GraphProjection, edges: Command, found: Controllers) -> Columns:
    n = len(projection.nodes)
    sole = np.flatnonzero((found.top != np.arange(n)) | found.looped)
    together = [(c, who) for c, members in found.joint.items() for who in members]
    company = np.concatenate([sole, np.array([c for c, _ in together], dtype=np.int64)])
    controller = np.concatenate([found.top[sole], np.array([w for _, w in together], dtype=np.int64)])
    joint = np.arange(len(company)) >= len(sole)
    basis = np.full(n, int(Basis.CONCERT), dtype=np.int64)
    basis[edges.company[::-1]] = edges.basis[::-1]
    acting = [c for c, who in found.joint.items() if _in_one_concert(edges, c, who)]
    basis[[c for c in acting if basis[c] == Basis.VOTES]] = Basis.CONCERT
    basis[found.looped] = Basis.LOOP
    order = np.argsort(company, kind="stable")  # those who control jointly are in order already
    company, controller, joint = company[order], controller[order], joint[order]
    return {
        "company": projection.nodes[company],
        "controller": projection.nodes[controller],
        "basis": np.array([b.name.lower() for b in Basis], dtype=object)[basis[company]],
        "joint": joint,
        "votes": _votes(edges, found, company, controller, joint),
    }


def _in_one_concert(edges: Command, company: int, who: tuple[int, ...]) -> bool:
    return company in edges.pacts or len({int(edges.group[w]) for w in who}) == 1


def _votes(
    edges: Command, found: Controllers, company: Int64, controller: Int64, joint: Bools
) -> npt.NDArray[np.float64]:
    """The fraction of votes that a controller and what it controls hold; NaN where there are none."""
    by_votes = edges.basis == Basis.VOTES
    holder, of, votes = edges.holder[by_votes], edges.company[by_votes], edges.votes[by_votes]
    total = np.zeros(len(found.top), dtype=np.int64)
    sole = found.top[holder] == found.top[of]
    np.add.at(total, of[sole], votes[sole])
    out = np.where(total[company] > 0, total[company] / SHARE_ONE, np.nan)
    shared = np.flatnonzero(np.isin(of, company[joint]))
    blocs: dict[tuple[int, int], int] = {}
    for c, bloc, v in zip(of[shared].tolist(), found.top[holder[shared]].tolist(), votes[shared].tolist(), strict=True):
        blocs[c, bloc] = blocs.get((c, bloc), 0) + v
    for at in np.flatnonzero(joint).tolist():
        found_votes = blocs.get((int(company[at]), int(controller[at])))
        out[at] = np.nan if found_votes is None else found_votes / SHARE_ONE
    return out


def _result(
    projection: GraphProjection,
    edges: Command,
    found: Controllers,
    params: ControlParameters,
    columns: Columns,
    timings: dict[str, float],
) -> Result:
    looped = np.flatnonzero(found.looped)
    warnings = list(edges.warnings)
    for root in np.unique(found.top[looped]).tolist():
        members = looped[found.top[looped] == root]
        warnings.append(
            Notice("control_loop", tuple(projection.nodes[members].tolist()), "nobody outside controls them", True)
        )

    def parts(row: int) -> list[Part]:
        company, controller = (projection.position(int(columns[n][row])) for n in ("company", "controller"))
        return supporters(projection, edges, found, company, controller)

    return Result(
        Control.name,
        params,
        columns,
        ("company", "controller"),
        parts,
        tuple(warnings),
        timings=timings,
        state=State(projection),
    )


def supporters(
    projection: GraphProjection, edges: Command, found: Controllers, company: int, controller: int
) -> list[Part]:
    """The chain of command: each holder of the company that the controller is or controls, with the way down to it.

    amount: its votes, 1 for a tie that needs none; relationships: all on the way, from the controller down. Positions
    of the projection's nodes.
    """
    via = derivation(found, controller)
    out = []
    for e in range(int(np.searchsorted(edges.company, company)), int(np.searchsorted(edges.company, company, "right"))):
        holder = int(edges.holder[e])
        if holder == controller or holder in via:
            down = [holder]
            while down[0] != controller:
                down.insert(0, via[down[0]])
            ties = [tie for pair in pairwise(down) for tie in _between(projection, edges, *pair)]
            ties += _relationships(projection, edges, e)
            nodes = tuple(projection.nodes[[*down, company]].tolist())
            out.append(Part(int(edges.votes[e]) / SHARE_ONE, nodes, tuple(ties)))
    return sorted(out, key=lambda p: (-p.amount, p.nodes))


def derivation(found: Controllers, controller: int) -> dict[int, int]:
    """What a controller controls, each with the holder that tipped it over."""
    via: dict[int, int] = {}
    total: dict[int, int] = {}
    queue = [controller]
    for node in queue:
        for e in range(found.first[node], found.first[node + 1]):
            to = int(found.company[e])
            total[to] = total.get(to, 0) + int(found.votes[e])
            if total[to] * 2 > SHARE_ONE and to not in via and to != controller:
                via[to] = node
                queue.append(to)
    return via


def _between(projection: GraphProjection, edges: Command, holder: int, company: int) -> list[tuple[str, int]]:
    """The relationships by which a holder commands a company."""
    first, last = (int(np.searchsorted(edges.company, company, side)) for side in ("left", "right"))
    mine = first + np.flatnonzero(edges.holder[first:last] == holder)
    return [r for e in mine.tolist() for r in _relationships(projection, edges, e)]


def _relationships(projection: GraphProjection, edges: Command, e: int) -> tuple[tuple[str, int], ...]:
    basis, row = Basis(int(edges.basis[e])), int(edges.row[e])
    if basis is not Basis.VOTES:
        return ((TIES[basis], int(projection.types[TIES[basis]].key[row])),)
    rows = edges.held.rows[edges.held.first[row] : edges.held.first[row + 1]]
    return tuple(("HOLDS_SHARES_IN", k) for k in sorted(projection.types["HOLDS_SHARES_IN"].key[rows].tolist()))
