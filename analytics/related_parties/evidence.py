"""The relationships behind a tie: each with its type, key, ends and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.algorithms.control import controllers, derivation
from analytics.ownership.command import TIES, Basis, command
from analytics.ownership.direct_shares import HOLDS
from analytics.ownership.holdings import column_of, holdings
from analytics.related_parties.bonds import KINDS, NOBODY, OFFICES
from analytics.related_parties.controlled import control_pairs
from analytics.rules.related_parties import Posts
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection, Relationships
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Link:
    """One relationship as evidence: keys of its ends, and the days [valid_from, valid_to) of which it is stated."""

    type: str
    key: int
    start: int
    end: int
    valid_from: int = NO_DATE
    valid_to: int = NO_DATE
    share: float | None = None
    post: str | None = None


class Evidence:
    """Finds the relationships behind ties of a projection. What is asked again is looked up."""

    def __init__(self, projection: GraphProjection, posts: Posts) -> None:
        self.projection, self.posts = projection, posts
        self._via: dict[int, dict[int, int]] = {}
        self._chains: dict[tuple[int, int], list[Link]] = {}

    def of(self, party: int, firm: int, kind: int, relative: int = NOBODY) -> list[Link]:
        """The links of a tie (positions; kind: index in KINDS), in order. KeyError for no kind."""
        if kind == NOBODY:
            return []
        holder, name = party if relative == NOBODY else relative, KINDS[kind]
        if name == "controls":
            found = self._command(holder, firm)
        elif name in ("seat", "manages", "supervises", "represents"):
            found = self._posts(holder, firm, (name,))
        elif name in ("runs_parent", "supervises_parent"):
            found = self._of_parent(holder, firm, sorted(OFFICES) if name == "runs_parent" else ["supervises"])
        else:
            found = self._stakes(holder, firm)
        return sorted(set(found))

    def between(self, name: str, one: int, other: int) -> list[Link]:
        """The relationships of a type from one node to another, whatever ids stand for them."""
        first, _, rows = self.projection.adjacency(name)
        at = rows[first[one] : first[one + 1]]
        rel = self.projection.types[name]
        return [self._link(name, rel, int(row)) for row in at if self.projection.canonical[rel.end[row]] == other]

    def _command(self, party: int, firm: int) -> list[Link]:
        """The chain of command from a controller down to a firm."""
        if (party, firm) in self._chains:
            return self._chains[party, firm]
        edges, found = command(self.projection), controllers(self.projection)
        if party not in self._via:
            self._via[party] = derivation(found, party)
        via, out, seen, waiting = self._via[party], list[Link](), {firm}, [firm]
        while waiting:
            for e in _run(edges.company, waiting.pop()):
                holder = int(edges.holder[e])
                if holder != party and holder not in via:
                    continue
                out += self._edge(e)
                if holder != party and holder not in seen:
                    seen.add(holder)
                    waiting.append(holder)
        self._chains[party, firm] = out
        return out

    def _edge(self, e: int) -> list[Link]:
        """The relationships behind an edge of command."""
        edges = command(self.projection)
        basis, row = Basis(int(edges.basis[e])), int(edges.row[e])
        if basis is not Basis.VOTES:
            return [self._link(TIES[basis], self.projection.types[TIES[basis]], row)]
        rows = edges.held.rows[edges.held.first[row] : edges.held.first[row + 1]]
        return [self._link(HOLDS, self.projection.types[HOLDS], int(r)) for r in rows]

    def _stakes(self, party: int, firm: int) -> list[Link]:
        """Holdings in a firm, and rights to appoint its board, of a party and what it controls; else in its parent."""
        held, control, n = holdings(self.projection), control_pairs(self.projection), len(self.projection.nodes)
        out: list[Link] = []
        rel = self.projection.types.get(HOLDS)
        for e in _run(held.company, firm):
            holder = int(held.holder[e])
            own = holder == party
            if rel is not None and (own or bool(control.holds(np.array([party]), np.array([holder]))[0])):
                rows = held.rows[held.first[e] : held.first[e + 1]]
                out += [self._link(HOLDS, rel, int(row)) for row in rows]
                out += [] if own else self._command(party, holder)
        for name in ("APPOINTS_BOARD_OF", "CONTROLS", "EXECUTIVE_PARTNER_OF"):
            if name in self.projection.types and n:
                out += self.between(name, party, firm)
        if out:
            return out
        parents, _ = control.to_parties(np.array([firm]))
        through = [p for p in parents.tolist() if p != party and self._has_stake(party, p)]
        return [link for p in through for link in (*self._stakes(party, p), *self._command(p, firm))]

    def _has_stake(self, party: int, firm: int) -> bool:
        held, control = holdings(self.projection), control_pairs(self.projection)
        holders = held.holder[_run(held.company, firm)]
        mine = (holders == party) | control.holds(np.full(len(holders), party), holders)
        return bool(mine.any())

    def _posts(self, party: int, firm: int, names: Iterable[str]) -> list[Link]:
        out: list[Link] = []
        for name in names:
            if name == "represents":
                if "LEGAL_REPRESENTATIVE_OF" in self.projection.types:
                    out += self.between("LEGAL_REPRESENTATIVE_OF", party, firm)
            elif "HOLDS_POST_IN" in self.projection.types:
                codes: Sequence[str] = getattr(self.posts, name)
                out += [link for link in self.between("HOLDS_POST_IN", party, firm) if link.post in codes]
        return out

    def _of_parent(self, party: int, firm: int, names: Sequence[str]) -> list[Link]:
        """Posts with whoever controls a firm, and the way down to it."""
        parents, _ = control_pairs(self.projection).to_parties(np.array([firm]))
        out: list[Link] = []
        for parent in parents.tolist():
            if posts := self._posts(party, parent, names):
                out += [*posts, *self._command(parent, firm)]
        return out

    def _link(self, name: str, rel: Relationships, row: int) -> Link:
        nodes = self.projection.nodes
        least = int(column_of(rel, "share_min")[row])
        post = rel.columns["post"][row] if "post" in rel.columns else None
        return Link(
            name,
            int(rel.key[row]),
            int(nodes[rel.start[row]]),
            int(nodes[rel.end[row]]),
            int(column_of(rel, "valid_from")[row]),
            int(column_of(rel, "valid_to")[row]),
            None if least == NO_DATE else least / SHARE_ONE,
            post if isinstance(post, str) else None,
        )


def _run(ordered: Int64, value: int) -> range:
    """The places of a value in an ordered column."""
    return range(int(np.searchsorted(ordered, value)), int(np.searchsorted(ordered, value, "right")))
