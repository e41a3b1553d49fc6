"""The relationships behind a tie: each with its type, key, ends and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from analytics.algorithms.control import controllers, derivation
from analytics.ownership.command import TIES, Basis, command
from analytics.ownership.direct_shares import HOLDS
from analytics.ownership.holdings import holdings
from analytics.related_parties.bonds import KINDS, NOBODY, OFFICES
from analytics.related_parties.controlled import control_pairs
from analytics.rules.related_parties import Posts
from analytics.step import Step
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]


class Evidence:
    """Finds the relationships behind ties of a projection. What is asked again is looked up."""

    def __init__(self, projection: GraphProjection, posts: Posts) -> None:
        self.projection, self.posts = projection, posts
        self._via: dict[int, dict[int, int]] = {}
        self._chains: dict[tuple[int, int], list[Step]] = {}

    def of(self, party: int, firm: int, kind: int, relative: int = NOBODY) -> list[Step]:
        """The links of a tie (positions; kind: index in KINDS), from the party down to the firm."""
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
        return self._down(holder, found)

    def _down(self, party: int, links: Iterable[Step]) -> list[Step]:
        """Links in the order in which they are walked from a party down, one way after another; then what is apart."""
        place, canonical = self.projection.position, self.projection.canonical
        below: dict[int, list[Step]] = {}
        for link in sorted(set(links), reverse=True):
            below.setdefault(int(canonical[place(link.first)]), []).append(link)
        out, waiting = list[Step](), below.pop(party, [])
        while waiting or below:
            waiting = waiting or below.pop(min(below))
            out.append(waiting.pop())
            waiting += below.pop(int(canonical[place(out[-1].last)]), [])
        return out

    def between(self, name: str, one: int, other: int) -> list[Step]:
        """The relationships of a type from one node to another, whatever ids stand for them."""
        first, _, rows = self.projection.adjacency(name)
        at = rows[first[one] : first[one + 1]]
        rel = self.projection.types[name]
        return [
            Step.at(self.projection, name, int(row)) for row in at if self.projection.canonical[rel.end[row]] == other
        ]

    def _command(self, party: int, firm: int) -> list[Step]:
        """The chain of command from a controller down to a firm."""
        if (party, firm) in self._chains:
            return self._chains[party, firm]
        edges, found = command(self.projection), controllers(self.projection)
        if party not in self._via:
            self._via[party] = derivation(found, party)
        via, out, seen, waiting = self._via[party], list[Step](), {firm}, [firm]
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

    def _edge(self, e: int) -> list[Step]:
        """The relationships behind an edge of command."""
        edges = command(self.projection)
        basis, row = Basis(int(edges.basis[e])), int(edges.row[e])
        if basis is not Basis.VOTES:
            return [Step.at(self.projection, TIES[basis], row, basis is Basis.HEAD_OFFICE)]
        rows = edges.held.rows[edges.held.first[row] : edges.held.first[row + 1]]
        return [Step.at(self.projection, HOLDS, int(r)) for r in rows]

    def _stakes(self, party: int, firm: int) -> list[Step]:
        """Holdings in a firm, and rights to appoint its board, of a party and what it controls; else in its parent."""
        held, control, n = holdings(self.projection), control_pairs(self.projection), len(self.projection.nodes)
        out: list[Step] = []
        rel = self.projection.types.get(HOLDS)
        for e in _run(held.company, firm):
            holder = int(held.holder[e])
            own = holder == party
            if rel is not None and (own or bool(control.holds(np.array([party]), np.array([holder]))[0])):
                rows = held.rows[held.first[e] : held.first[e + 1]]
                out += [Step.at(self.projection, HOLDS, int(row)) for row in rows]
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

    def _posts(self, party: int, firm: int, names: Iterable[str]) -> list[Step]:
        out: list[Step] = []
        for name in names:
            if name == "represents":
                if "LEGAL_REPRESENTATIVE_OF" in self.projection.types:
                    out += self.between("LEGAL_REPRESENTATIVE_OF", party, firm)
            elif "HOLDS_POST_IN" in self.projection.types:
                codes: Sequence[str] = getattr(self.posts, name)
                out += [link for link in self.between("HOLDS_POST_IN", party, firm) if link.values.get("post") in codes]
        return out

    def _of_parent(self, party: int, firm: int, names: Sequence[str]) -> list[Step]:
        """Posts with whoever controls a firm, and the way down to it."""
        parents, _ = control_pairs(self.projection).to_parties(np.array([firm]))
        out: list[Step] = []
        for parent in parents.tolist():
            if posts := self._posts(party, parent, names):
                out += [*posts, *self._command(parent, firm)]
        return out


def _run(ordered: Int64, value: int) -> range:
    """The places of a value in an ordered column."""
    return range(int(np.searchsorted(ordered, value)), int(np.searchsorted(ordered, value, "right")))
