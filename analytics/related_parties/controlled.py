"""Everything that each party controls, directly or not: the least fixpoint of `control`, from every party."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.algorithms.control import Controllers, controllers
from analytics.arrays.kernel import kernel
from analytics.ownership.command import Command, command
from graph.ascending import distinct, matched
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection
from graph.runs import runs

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Parties and firms, aligned, by (party, firm), each pair once; positions of the projection's nodes."""

    party: Int64
    firm: Int64
    nodes: int

    @classmethod
    def of(cls, party: Int64, firm: Int64, nodes: int) -> Pairs:
        """Pairs in order, those of a node with itself left out."""
        other = party != firm
        pair = distinct(party[other] * nodes + firm[other])
        return cls(pair // max(nodes, 1), pair % max(nodes, 1), nodes)

    def holds(self, party: Int64, firm: Int64) -> npt.NDArray[np.bool_]:
        """Which of these are among the pairs."""
        return matched(self.party * self.nodes + self.firm, party * self.nodes + firm) >= 0

    def to_parties(self, firm: Int64) -> tuple[Int64, Int64]:
        """(party, row) for each of these firms (a row each) and each of its parties."""
        order = np.argsort(self.firm, kind="stable")
        at, row = runs(self.firm[order], firm)
        return self.party[order[at]], row

    def to_firms(self, party: Int64) -> tuple[Int64, Int64]:
        """(firm, row) for each of these parties (a row each) and each of its firms."""
        at, row = runs(self.party, party)
        return self.firm[at], row


def control_pairs(projection: GraphProjection) -> Pairs:
    """Who controls what alone, through others as well (Ceri, Gottlob and Tanca 1990). O(all that is found).

    `control` names only the ultimate controller of each firm; a parent in between controls it too.
    """

    def make() -> Pairs:
        found = controllers(projection)
        root, company = _below(found.first, found.company, found.votes)
        return Pairs.of(root, company, len(projection.nodes))

    return projection.kept("control pairs", make)


@kernel
def _below(first: Int64, company: Int64, votes: Int64) -> tuple[Int64, Int64]:
    """One pass of the fixpoint from every node that holds anything."""
    n = len(first) - 1
    total = np.zeros(n, np.int64)
    seen = np.full(n, -1, np.int64)
    queue = np.empty(n + 1, np.int64)
    out_root, out_company = np.empty(1024, np.int64), np.empty(1024, np.int64)
    count = 0
    for root in range(n):
        if first[root] == first[root + 1]:
            continue
        queue[0], size, at = root, 1, 0
        while at < size:
            node = queue[at]
            at += 1
            for e in range(first[node], first[node + 1]):
                to = company[e]
                if seen[to] != root:
                    seen[to], total[to] = root, 0
                if total[to] <= SHARE_ONE // 2:
                    total[to] += votes[e]
                    if total[to] > SHARE_ONE // 2 and to != root:
                        queue[size] = to
                        size += 1
        while count + size > len(out_root):
            longer_root, longer_company = np.empty(2 * len(out_root), np.int64), np.empty(2 * len(out_root), np.int64)
            longer_root[:count], longer_company[:count] = out_root[:count], out_company[:count]
            out_root, out_company = longer_root, longer_company
        for i in range(1, size):
            out_root[count], out_company[count] = root, queue[i]
            count += 1
    return out_root[:count], out_company[:count]


def joint_pairs(projection: GraphProjection) -> Pairs:
    """Who controls what only together with others: the members of the blocs, and all that control those."""
    edges, found, n = command(projection), controllers(projection), len(projection.nodes)
    party, firm = _members(edges, found, n)
    above, row = control_pairs(projection).to_parties(party)
    both = Pairs.of(np.concatenate([party, above]), np.concatenate([firm, firm[row]]), n)
    alone = control_pairs(projection).holds(both.party, both.firm)
    return Pairs.of(both.party[~alone], both.firm[~alone], n)


def _members(edges: Command, found: Controllers, n: int) -> tuple[Int64, Int64]:
    """Holders of the firms that several control together, of the blocs that do."""
    company = np.array([c for c, who in found.joint.items() for _ in who], dtype=np.int64)
    member = np.array([w for who in found.joint.values() for w in who], dtype=np.int64)
    rows, of = runs(edges.company, np.unique(company))
    of = np.unique(company)[of]
    blocs = distinct(member * n + company)
    holder = edges.holder[rows]
    counts = (matched(blocs, found.top[holder] * n + of) >= 0) | (matched(blocs, holder * n + of) >= 0)
    return np.concatenate([holder[counts], member]), np.concatenate([of[counts], company])
