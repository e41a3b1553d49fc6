"""Who there is to compare in a store at a moment: read once, persons or firms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.matching.names import is_branch, spelt, spelt_firm, spelt_person
from analytics.matching.parties import Parties, Ties, joined, parties, tied
from analytics.rules.matching import MatchingPack
from graph.ascending import distinct, matched, places
from graph.identity import is_weak, nids
from graph.interchange.bods import NAMELESS
from graph.projection import SURE, GraphProjection
from graph.schema import FIRM, SCHEMA
from graph.store import Slice
from graph.time import NO_DATE
from graph.view import View

Int64 = npt.NDArray[np.int64]

MATCHING = "matching"  # the source of links that follow from comparing
BETWEEN = (
    "LEGAL_REPRESENTATIVE_OF",
    "HOLDS_SHARES_IN",
    "EXECUTIVE_PARTNER_OF",
    "CONTROLS",
    "APPOINTS_BOARD_OF",
    "HOLDS_INTEREST_IN",
    "ACTS_IN_CONCERT_WITH",
    "HOLDS_POST_IN",
    "GUARANTEES",
)
RESIDENT = ("resident", "resident_15")
PRINTED = (*RESIDENT, "masked")  # what is known of these is a part of an identity number
_MALE_FEMALE = {"male": 1, "female": 2}


@dataclass(frozen=True)
class Population:
    """Parties of one kind, and how many were set aside for bearing too many names."""

    parties: Parties
    set_aside: int


class Reading:
    """What a store says at a moment, for comparing: ties that have ended count too, records only while usable.

    projection: of that moment, with `former`. Parties that identifiers alone make one (graph.linking) are one here;
    links that matching made before are not looked at, so that a run does not feed on the last.
    """

    def __init__(self, view: View, projection: GraphProjection, pack: MatchingPack) -> None:
        self.view, self.projection, self.pack = view, projection, pack

    @cached_property
    def party(self) -> Int64:
        """For each node of the projection the position of the node that stands for it."""
        return representatives(self.view, self.projection)

    @cached_property
    def _firm(self) -> npt.NDArray[np.bool_]:
        return np.asarray(np.logical_or.reduce([self.projection.label_is(label) for label in FIRM]))

    @cached_property
    def _visible(self) -> npt.NDArray[np.bool_]:
        """Which nodes stand in a relationship that may be used."""
        seen = np.zeros(len(self.projection.nodes), dtype=bool)
        for name, rel in self.projection.types.items():
            if name not in ("SAME_AS", "POSSIBLY_SAME"):
                seen[self.party[rel.start]] = True
                seen[self.party[rel.end]] = True
        return seen

    @cached_property
    def _beside(self) -> tuple[Int64, Int64]:
        """(party, firm) of every tie between a party and a firm, in both directions where both are firms."""
        rels = [self.projection.types[name] for name in BETWEEN if name in self.projection.types]
        start = self.party[np.concatenate([r.start for r in rels])]
        end = self.party[np.concatenate([r.end for r in rels])]
        one, other = np.concatenate([start, end]), np.concatenate([end, start])
        keep = self._firm[other] & (one != other)
        pair = distinct(one[keep] * len(self.projection.nodes) + other[keep])
        return np.divmod(pair, max(len(self.projection.nodes), 1))

    def _edges(self, name: str) -> tuple[Int64, Int64]:
        rel = self.projection.types[name]
        return self.party[rel.start], rel.end

    @cached_property
    def _areas(self) -> tuple[Int64, Int64]:
        at, area = [], []
        for label in FIRM:
            state = self.projection.states[label]
            known = np.array([a is not None for a in state["area"]], dtype=bool)
            at.append(self.party[state["node"][known]])
            area.append(nids(state["area"][known].tolist()))
        return np.concatenate(at), np.concatenate(area)

    @cached_property
    def _documents(self) -> tuple[Int64, Int64]:
        """(record, hash of its document number) of usable records that have one."""
        node, number = [], []
        for label, records in self.projection.records.items():
            if "document_number" in {p.name for p in SCHEMA.properties(label)}:
                columns = self.view.store.columns(label, ["owner", "document_number"], Slice(self.view.seq))
                at = matched(self.projection.nodes, columns["owner"])
                known = np.array([n is not None for n in columns["document_number"]], dtype=bool)
                known &= matched(records.node, at) >= 0
                node.append(at[known])
                number.append(nids(columns["document_number"][known].tolist()))
        return np.concatenate(node), np.concatenate(number)

    def _ties(self, member: npt.NDArray[np.bool_]) -> Ties:
        """Ties of the members (a mask of nodes), by position of the node."""
        key = self.projection.nodes
        party, firm = self._beside
        mine = member[party]
        of, at = party[mine], firm[mine]
        few = np.bincount(firm, minlength=len(key)) <= self.pack.common
        met = few[firm]
        with_whom = joined(of, at, firm[met], party[met])
        own = member[firm] & ~self._firm[party]  # the people of a firm that is compared itself
        people = np.concatenate([with_whom[0], firm[own]]), np.concatenate([with_whom[1], party[own]])
        others = people[0] != people[1]
        out = [tied(of, "firm", key[at]), tied(people[0][others], "people", key[people[1][others]])]
        for level, (holder, thing) in {
            "area": self._areas,
            "address": self._edges("REGISTERED_AT"),
            "contact": self._edges("USES_CONTACT"),
        }.items():
            through = joined(of, at, holder, thing)
            direct = member[holder]
            pairs = np.concatenate([through[0], holder[direct]]), np.concatenate([through[1], thing[direct]])
            out.append(tied(pairs[0], level, pairs[1] if level == "area" else key[pairs[1]]))
        subject, record = self._edges("SUBJECT_OF")
        mine = member[subject]
        party, number = joined(subject[mine], record[mine], *self._documents)
        out.append(tied(party, "record", number))
        return Ties(*(np.concatenate([getattr(t, n) for t in out]) for n in ("party", "level", "thing")))

    def _stated(self, labels: tuple[str, ...], names: list[str]) -> dict[str, npt.NDArray[Any]]:
        """All that was ever stated of nodes, up to the moment's day, with `at`: the position of the party."""
        found = [self.view.store.columns(label, names, Slice(self.view.seq)) for label in labels]
        columns = {n: np.concatenate([f[n] for f in found]) for n in names}
        columns["at"] = self.party[places(self.projection.nodes, columns["owner"])]
        keep = (columns["valid_from"] <= self.view.moment.as_of_day) & self._visible[columns["at"]]
        keep &= np.array([bool(n) and n != NAMELESS for n in columns["name"]], dtype=bool)
        return {n: c[keep] for n, c in columns.items()}

    def persons(self) -> Population:
        """Natural persons. Those that bear more names than the pack allows are set aside."""
        names = ["owner", "name", "valid_from", "document_type", "number_hash", "last_four", "birth_year", "sex"]
        c = self._stated(("Person",), names)
        aside = self._of_many_names(c)
        keep = matched(aside, c["at"]) < 0
        c = {n: column[keep] for n, column in c.items()}
        c["sex"] = np.array([_MALE_FEMALE.get(s, NO_DATE) for s in c["sex"]], dtype=np.int64)
        node = distinct(c["at"])
        at = places(node, c["at"])
        proofs = _proofs(c, self.projection.nodes[c["at"]])
        identity = {n: _by_party(at, len(node), column) for n, column in proofs.items()}
        made = parties(
            self.projection.nodes[node],
            at,
            c["name"].tolist(),
            spelt_person,
            np.stack(list(identity.values()), axis=1),
            _by_party(at, len(node), c["birth_year"]),
            _by_party(at, len(node), c["sex"]),
            identity["last_four"],
            self._ties_of(node),
            self.pack.common,
        )
        return Population(made, len(aside))

    def _of_many_names(self, c: dict[str, npt.NDArray[Any]]) -> Int64:
        """Positions of those who bear more names than the pack allows, ascending."""
        spelling = spelt(c["name"].tolist(), spelt_person)[:, 2]
        count = int(spelling.max(initial=0)) + 1
        bearer = distinct(c["at"] * count + spelling) // count
        first = np.searchsorted(bearer, bearer)
        return distinct(bearer[np.arange(len(bearer)) - first >= self.pack.names_at_most])

    def firms(self) -> Population:
        """Enterprises and organisations, by all names that they ever bore."""
        c = self._stated(FIRM, ["owner", "name", "valid_from"])
        node = distinct(c["at"])
        at, key = places(node, c["at"]), self.projection.nodes[node]
        ids = self.view.store.nodes(key.tolist(), self.view.seq)
        coded = np.array([not ids[k][0].startswith("M:") for k in key.tolist()], dtype=bool)
        branch = np.zeros(len(node), dtype=np.int64)
        branch[at[[is_branch(n) for n in c["name"].tolist()]]] = 1
        branch[matched(distinct(self._edges("BRANCH_OF")[0]), node) >= 0] = 1
        none = np.full(len(node), NO_DATE)
        made = parties(
            key,
            at,
            c["name"].tolist(),
            spelt_firm,
            np.stack([np.where(coded, key, none), branch], axis=1),
            none,
            none,
            none,
            self._ties_of(node),
            self.pack.common,
        )
        return Population(made, 0)

    def _ties_of(self, node: Int64) -> Ties:
        member = np.zeros(len(self.projection.nodes), dtype=bool)
        member[node] = True
        ties = self._ties(member)
        return Ties(np.searchsorted(node, ties.party), ties.level, ties.thing)


def representatives(view: View, projection: GraphProjection) -> Int64:
    """For each node the position of the one that stands for all that identifiers alone make one party with it."""
    n = len(projection.nodes)
    links = view.store.columns("SAME_AS", ["owner", "end", "probability", "source"], view.slice)
    given = (links["probability"] >= SURE) & (links["source"].astype(str) != MATCHING)
    out = np.arange(n)
    if not given.any():
        return out
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    node = distinct(np.concatenate([links["owner"][given], links["end"][given]]))
    start, end = (np.searchsorted(node, links[side][given]) for side in ("owner", "end"))
    graph = sparse.coo_array((np.ones(len(start), np.int8), (start, end)), shape=(len(node), len(node)))
    cluster = connected_components(graph, directed=False)[1]
    ids = view.store.nodes(node.tolist(), view.seq)
    weak = np.array([is_weak(ids[k][0]) + 2 * ids[k][0].startswith("M:") for k in node.tolist()], dtype=np.int64)
    order = np.lexsort((node, weak, cluster))
    first = order[np.searchsorted(cluster[order], np.arange(cluster.max() + 1))]
    at = places(projection.nodes, node)
    out[at] = at[first[cluster]]
    return out


def _proofs(c: dict[str, npt.NDArray[Any]], key: Int64) -> dict[str, Int64]:
    """What proves who a person is, a column each: two values that differ are two people.

    The number (a 15-digit one counts as another), that of another kind of document, and what is known of a number: of
    the last four only where they are those of 18 digits.
    """
    kind = np.array([t or "" for t in c["document_type"]], dtype=object)
    numbered = np.array([h is not None for h in c["number_hash"]], dtype=bool)
    resident, printed = np.isin(kind, RESIDENT), np.isin(kind, PRINTED)
    four = np.array([int(t, 36) if t else NO_DATE for t in c["last_four"]], dtype=np.int64)
    whole = (kind == "resident") | ((kind == "masked") & (c["birth_year"] != NO_DATE))
    return {
        "number": np.where(numbered & resident, key, NO_DATE),
        "document": np.where(numbered & ~resident, key, NO_DATE),
        "birth_year": np.where(printed, c["birth_year"], NO_DATE),
        "sex": np.where(printed, c["sex"], NO_DATE),
        "last_four": np.where(whole, four, NO_DATE),
    }


def _by_party(at: Int64, count: int, column: Int64) -> Int64:
    """One value a party: the greatest that is stated."""
    out = np.full(count, NO_DATE)
    np.maximum.at(out, at, column)
    return out
