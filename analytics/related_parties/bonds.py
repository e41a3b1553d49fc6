"""What ties parties to firms, in the words of the rules: control, joint control, influence, holdings, posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from analytics.ownership.command import Basis, command
from analytics.ownership.holdings import column_of, holdings
from analytics.related_parties.controlled import Pairs, control_pairs, joint_pairs
from analytics.rules.related_parties import Kind, Measures, Posts
from graph.ascending import distinct
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection
from graph.runs import runs

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

KINDS: tuple[str, ...] = get_args(Kind)
OFFICES = {"seat", "manages", "represents"}  # of key managers; supervisors are none (CAS 36 art. 4)
OF_KIN = {"controls", "jointly_controls", "influences", "holds", *OFFICES, "runs_parent"}
BY_FORM = (Basis.EXECUTIVE_PARTNER, Basis.SOLE_PROPRIETOR, Basis.HEAD_OFFICE)  # no votes influence such a firm
NOBODY = -1


@dataclass(frozen=True)
class Bonds:
    """Ties of parties to firms, by (firm, party, kind), each once; positions of the projection's canonical nodes.

    kind: index in KINDS. relative: the member of the family whose tie it is, NOBODY where it is the party's own.
    """

    party: Int64
    firm: Int64
    kind: Int64
    relative: Int64

    def __len__(self) -> int:
        return len(self.party)

    def where(self, keep: Bools | Int64) -> Bonds:
        """The bonds at a mask or at positions."""
        return Bonds(*(c[keep] for c in vars(self).values()))

    def of_kinds(self, kinds: Sequence[str]) -> Bools:
        """Which are of these kinds."""
        return np.isin(self.kind, [KINDS.index(k) for k in kinds])


def bonds(
    projection: GraphProjection, measures: Measures, posts: Posts, relatives: Sequence[tuple[int, int]] = ()
) -> Bonds:
    """All ties of all parties of a projection. O(n log n) in relationships and in what parties control.

    relatives: pairs of persons (positions) that are close family, for questions that were approved.
    """
    n = len(projection.nodes)
    control, joint = control_pairs(projection), joint_pairs(projection)
    tables: dict[str, Pairs] = {"controls": control, "jointly_controls": joint}
    tables["influences"] = _influence(projection, measures, control, joint)
    if measures.through_subsidiaries:
        for kind in ("jointly_controls", "influences"):
            tables[kind] = _with_subsidiaries(tables[kind], control)
    tables["holds"] = _holders(projection, control, "low", measures.holding)
    tables |= _officers(projection, posts)
    runs_parent = [tables[k] for k in sorted(OFFICES)]
    tables["runs_parent"] = _of_parent(Pairs.of(*_joined(runs_parent), n), control)
    tables["supervises_parent"] = _of_parent(tables["supervises"], control)
    party, firm = _joined([tables[k] for k in KINDS])
    number = np.repeat(np.arange(len(KINDS)), [len(tables[k].party) for k in KINDS])
    own = Bonds(party, firm, number, np.full(len(party), NOBODY))
    both = _joined_bonds(own, _of_relatives(own, projection.canonical, relatives))
    return both.where(np.lexsort((both.relative, both.kind, both.party, both.firm)))


def _joined(tables: Sequence[Pairs]) -> tuple[Int64, Int64]:
    return np.concatenate([t.party for t in tables]), np.concatenate([t.firm for t in tables])


def _joined_bonds(one: Bonds, other: Bonds) -> Bonds:
    return Bonds(*(np.concatenate(c) for c in zip(vars(one).values(), vars(other).values(), strict=True)))


def _holders(projection: GraphProjection, control: Pairs, column: str, least: float) -> Pairs:
    """Who has at least a share of a firm, what he controls counted with him; exactly the share is enough."""
    held, n = holdings(projection), len(projection.nodes)
    above, row = control.to_parties(held.holder)
    party = np.concatenate([held.holder, above])
    rows = np.concatenate([np.arange(len(held)), row])
    pair = party * n + held.company[rows]
    each = distinct(pair)
    total = np.zeros(len(each), dtype=np.int64)
    np.add.at(total, np.searchsorted(each, pair), getattr(held, column)[rows])
    enough = each[total >= round(least * SHARE_ONE)]
    return Pairs.of(enough // max(n, 1), enough % max(n, 1), n)


def _influence(projection: GraphProjection, measures: Measures, control: Pairs, joint: Pairs) -> Pairs:
    """Who has the votes, or a say in who sits on the board, without controlling alone or with others."""
    n, edges = len(projection.nodes), command(projection)
    found = _holders(projection, control, "votes", measures.influence)
    by_form = np.zeros(n, dtype=bool)
    by_form[edges.company[np.isin(edges.basis, [int(b) for b in BY_FORM])]] = True
    by_votes = ~by_form[found.firm]
    party, firm = found.party[by_votes], found.firm[by_votes]
    rel = projection.types.get("APPOINTS_BOARD_OF")
    if rel is not None and len(rel):
        some = column_of(rel, "share_max") != 0  # not stated: some
        party = np.concatenate([party, projection.canonical[rel.start[some]]])
        firm = np.concatenate([firm, projection.canonical[rel.end[some]]])
    more = control.holds(party, firm) | joint.holds(party, firm)
    return Pairs.of(party[~more], firm[~more], n)


def _with_subsidiaries(pairs: Pairs, control: Pairs) -> Pairs:
    """These pairs, and each party with what its firm controls and the party does not (解释第13号)."""
    below, row = control.to_firms(pairs.firm)
    party = pairs.party[row]
    new = ~control.holds(party, below)
    return Pairs.of(np.concatenate([pairs.party, party[new]]), np.concatenate([pairs.firm, below[new]]), control.nodes)


def _officers(projection: GraphProjection, posts: Posts) -> dict[str, Pairs]:
    """Natural persons by their posts."""
    n = len(projection.nodes)
    out = {}
    rel = projection.types.get("HOLDS_POST_IN")
    for kind in ("seat", "manages", "supervises"):
        none = np.zeros(0, dtype=np.int64)
        if rel is None or "post" not in rel.columns:
            out[kind] = Pairs.of(none, none, n)
            continue
        at = np.flatnonzero(np.isin(rel.columns["post"].astype(str), getattr(posts, kind)))
        out[kind] = Pairs.of(projection.canonical[rel.start[at]], projection.canonical[rel.end[at]], n)
    rel = projection.types.get("LEGAL_REPRESENTATIVE_OF")
    start, end = (np.zeros(0, np.int64),) * 2 if rel is None else (rel.start, rel.end)
    out["represents"] = Pairs.of(projection.canonical[start], projection.canonical[end], n)
    return out


def _of_parent(officers: Pairs, control: Pairs) -> Pairs:
    """Officers of whoever controls a firm, with that firm."""
    below, row = control.to_firms(officers.firm)
    return Pairs.of(officers.party[row], below, control.nodes)


def _of_relatives(own: Bonds, canonical: Int64, relatives: Sequence[tuple[int, int]]) -> Bonds:
    """The ties of persons, given to their close family as well."""
    pairs = np.array([p for one, other in relatives for p in ((one, other), (other, one))], dtype=np.int64)
    pairs = canonical[pairs.reshape(-1, 2)]
    own = own.where(own.of_kinds(sorted(OF_KIN)))
    order = np.argsort(own.party, kind="stable")
    rows, of = runs(own.party[order], pairs[:, 0])
    at = order[rows]
    return Bonds(pairs[of, 1], own.firm[at], own.kind[at], own.party[at])
