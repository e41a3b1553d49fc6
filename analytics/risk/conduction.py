"""Which parties risk passes between, and how readily: relationships as pairs of parties with a chance each way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.rules.transmission import TransmissionPack
from graph.ascending import distinct, matched, places
from graph.declaration import SHARE_ONE
from graph.errors import UsageError
from graph.projection import GraphProjection, Relationships
from graph.runs import begins, expanded, runs
from graph.schema import ON_RECORDS, SCHEMA
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Int8 = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]

GIVEN = "transmission"  # column of a relationship that takes the place of the pack's chance, from its start to its end
_NO_PARTIES = ("PermitRequirement", *ON_RECORDS.values())


@dataclass(frozen=True)
class Parties:
    """Parties and what joins them, numbered by ascending key: canonical nodes, records left out.

    member, of: keys of nodes that stand for the same party as another (SAME_AS), ascending, and their party.
    """

    keys: Int64
    conductor: Bools  # joins parties and is none: an address, a telephone
    member: Int64
    of: Int64

    @classmethod
    def all(cls, projection: GraphProjection, pack: TransmissionPack) -> tuple[Parties, Int64]:
        """The parties of a projection and, by position, the party that a node stands for, -1 for none. O(nodes)."""
        canonical = projection.canonical
        first = (canonical == np.arange(len(canonical))) & ~np.isin(projection.label, of_no_party(projection))
        number = np.where(first, np.cumsum(first) - 1, -1)[canonical]
        joins = [projection.labels.index(x) for x in pack.conductors if x in projection.labels]
        other = np.flatnonzero((number >= 0) & ~first)
        parties = cls(
            projection.nodes[first], np.isin(projection.label[first], joins), projection.nodes[other], number[other]
        )
        return parties, number

    def number(self, keys: Int64) -> Int64:
        """The parties that nodes stand for, by key; -1 for none."""
        out = matched(self.keys, keys)
        missing = np.flatnonzero(out < 0)
        if len(missing) and len(self.member):
            at = matched(self.member, keys[missing])
            out[missing] = np.where(at < 0, -1, self.of[at])
        return out

    @cached_property
    def _by_party(self) -> Int64:
        return np.argsort(self.of, kind="stable")

    def nodes(self, projection: GraphProjection, numbers: Int64) -> tuple[Int64, Int64]:
        """Positions of all nodes that stand for parties, and the place in `numbers` of each."""
        which, key = np.arange(len(numbers)), self.keys[numbers]
        if len(self.of):
            order = self._by_party
            at, more = runs(self.of[order], numbers)
            which, key = np.concatenate([which, more]), np.concatenate([key, self.member[order][at]])
        return places(projection.nodes, key), which


@dataclass(frozen=True)
class Pairs:
    """Pairs of parties, ascending and each once: key lo * n + hi, the chances from lo to hi (up) and back, and the
    group that an arc into hi (up) and into lo (down) counts in: 0 none, else 1 + its place in the pack's groups."""

    key: Int64
    up: Floats
    down: Floats
    up_group: Int8
    down_group: Int8

    def __len__(self) -> int:
        return len(self.key)

    def where(self, keep: Bools | Int64) -> Pairs:
        """The pairs at a mask or at positions."""
        return Pairs(self.key[keep], self.up[keep], self.down[keep], self.up_group[keep], self.down_group[keep])

    def replaced(self, by: Pairs) -> Pairs:
        """These and others; of a pair that is in both, the other."""
        rest = self.where(~np.isin(self.key, by.key))
        key = np.concatenate([rest.key, by.key])
        columns = [np.concatenate([getattr(rest, n), getattr(by, n)]) for n in ("up", "down", "up_group", "down_group")]
        return Pairs(key, *columns).where(np.argsort(key))


NO_PAIRS = Pairs(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, np.int8), np.zeros(0, np.int8))


def of_no_party(projection: GraphProjection) -> list[int]:
    """Codes of the labels whose nodes neither are parties nor join them."""
    names = {*SCHEMA.record_labels(), *_NO_PARTIES}
    return [code for code, name in enumerate(projection.labels) if name in names]


def types_that_conduct(projection: GraphProjection, pack: TransmissionPack) -> list[str]:
    """Relationship types that may pass risk on, those of the pack first."""
    given = sorted(n for n, rel in projection.types.items() if GIVEN in rel.columns and n not in pack.transmission)
    return [*(n for n in pack.transmission if n in projection.types), *given]


def insulated(
    projection: GraphProjection, pack: TransmissionPack, parties: Parties, number: Int64
) -> tuple[Bools, Bools, Bools]:
    """By party: whether its own values bar it, whether it is an agent by trade, and whether it conducts after all.

    An agent does not, nor does what an agent can be reached at. O(nodes + relationships).
    """
    blocked = np.zeros(len(parties.keys), dtype=bool)
    for label, states in projection.states.items():
        node = states["node"]
        party = number[node[insulating(projection, pack, label, node)]]
        blocked[party[party >= 0]] = True
    out = blocked.copy()
    agent = np.zeros(len(parties.keys), dtype=bool)
    filings = projection.types.get("FILED_BY_AGENT")
    if filings is not None and len(filings):
        firm, by = number[filings.start], number[filings.end]
        known = (firm >= 0) & (by >= 0)
        pair = np.unique(by[known] * len(out) + firm[known])
        agent = np.bincount(pair // len(out), minlength=len(out)) >= pack.does_not_conduct.agents_from
    out |= agent
    contacts = projection.types.get("USES_CONTACT")
    if agent.any() and contacts is not None:
        user, contact = number[contacts.start], number[contacts.end]
        out[contact[(user >= 0) & (contact >= 0) & agent[user]]] = True
    return blocked, agent, ~out


def insulating(projection: GraphProjection, pack: TransmissionPack, label: str, node: Int64) -> Bools:
    """Whether the current values of nodes of a label make them insulators."""
    rule = pack.does_not_conduct
    if label == "Organisation":
        return np.asarray(value_of(projection, label, "state_body", node, 0) == 1) & rule.state_bodies
    if label == "Company":
        industry = value_of(projection, label, "industry", node, None)
        return np.array([isinstance(v, str) and v.startswith(rule.industries) for v in industry], dtype=bool)
    if label == "Address":
        return np.isin(value_of(projection, label, "kind", node, None).astype(str), rule.address_kinds)
    return np.zeros(len(node), dtype=bool)


def value_of(projection: GraphProjection, label: str, column: str, node: Int64, missing: Any) -> Column:
    """A current value of nodes by position; `missing` where there is none."""
    states: Mapping[str, Column] = projection.states.get(label, {})
    if column not in states:
        return np.full(len(node), missing, dtype=object if missing is None else None)
    at = matched(np.asarray(states["node"]), node)
    values = states[column]
    out = np.full(len(node), missing, dtype=values.dtype if missing is not None else object)
    out[at >= 0] = values[at[at >= 0]]
    return out


@dataclass(frozen=True)
class _Ties:
    """Relationships of one type: rows, parties at their start and end, chances each way, whether stated itself."""

    at: Int64
    a: Int64
    b: Int64
    forward: Floats
    backward: Floats
    given: Bools


@dataclass(frozen=True)
class Along:
    """Relationships along which risk passes from a party to another, ordered by (pair, chance falling, type, key)."""

    pair: Int64
    type: Int64
    key: Int64
    names: tuple[str, ...]


@dataclass(frozen=True)
class Wiring:
    """What turns relationships of a projection into pairs of parties."""

    projection: GraphProjection
    pack: TransmissionPack
    parties: Parties
    conducts: Bools  # by party
    number: Callable[[Int64], Int64]  # party by node position

    def pairs(self, rows: Mapping[str, Int64]) -> tuple[Pairs, dict[str, Int64]]:
        """Pairs that relationships at `rows` by type make, and by code the pairs with a fault in their data.

        Of several relationships between the same two the strongest counts, each way: who owns a firm, represents it
        and holds a post in it is one tie, not three independent ones. O(m log m).
        """
        found: list[list[Column]] = []
        faults: dict[str, list[Int64]] = {"share_out_of_range": [], "share_unknown": []}
        for name, at in rows.items():
            ties, fault = self._ties(name, at)
            a, b, forward, backward, given = ties.a, ties.b, ties.forward, ties.backward, ties.given
            lo, hi, rises = np.minimum(a, b), np.maximum(a, b), a < b
            key = lo * len(self.parties.keys) + hi
            for what, hit in fault.items():
                faults[what].append(key[hit])
            open_ = (forward > 0) | (backward > 0)
            up, down = np.where(rises, forward, backward)[open_], np.where(rises, backward, forward)[open_]
            rule = self.pack.transmission.get(name)
            group = np.where(given, 0, 1 + self.pack.groups.index(rule.group) if rule else 0)[open_].astype(np.int8)
            found.append([key[open_], up, down, group])
        found_faults = {what: np.unique(np.concatenate(k)) for what, k in faults.items() if sum(map(len, k))}
        if not found:
            return NO_PAIRS, found_faults
        return self._combined(*(np.concatenate(c) for c in zip(*found, strict=True))), found_faults

    def _ties(self, name: str, at: Int64) -> tuple[_Ties, dict[str, Bools]]:
        """Those of the relationships of one type that join two parties that conduct, and faults in their data."""
        rel = self.projection.types[name]
        a, b = self.number(rel.start[at]), self.number(rel.end[at])
        kept = (a >= 0) & (b >= 0) & (a != b)
        kept[kept] = self.conducts[a[kept]] & self.conducts[b[kept]]
        a, b, at = a[kept], b[kept], at[kept]
        rule = self.pack.transmission.get(name)
        given = given_transmission(rel, at)
        known = ~np.isnan(given)
        forward, backward = np.zeros(len(at)), np.zeros(len(at))
        fault: dict[str, Bools] = {}
        if rule is not None:
            forward, backward = np.full(len(at), rule.forward), np.full(len(at), rule.backward)
            if rule.weigh == "share":
                share, fault = self._shares(rel, at)
                forward *= np.where(share > self.pack.control_over, 1.0, share)
                backward *= share
            elif rule.weigh == "amount":
                backward *= self._covered(rel, at, a)
                forward *= self._covered(rel, at, a)
            elif rule.weigh == "crowd":
                backward /= np.log2(1.0 + self._crowd(a, b))
        fault = {what: hit & ~known for what, hit in fault.items()}
        return _Ties(at, a, b, np.where(known, given, forward), np.where(known, 0.0, backward), known), fault

    def _shares(self, rel: Relationships, at: Int64) -> tuple[Floats, dict[str, Bools]]:
        """The least share stated, else the greatest, from 0 to 1; 0 where none is."""
        none = np.full(len(at), NO_DATE)
        least, most = (rel.columns[c][at] if c in rel.columns else none for c in ("share_min", "share_max"))
        stated = np.where(least != NO_DATE, least, most)
        unknown = stated == NO_DATE
        share = np.where(unknown, 0, stated) / SHARE_ONE
        odd = (share < 0) | (share > 1)
        return np.clip(share, 0.0, 1.0), {"share_out_of_range": odd, "share_unknown": unknown}

    def _covered(self, rel: Relationships, at: Int64, guarantor: Int64) -> Floats:
        """What a guarantee may take of its giver: min(1, amount / means); 1 where either is unknown or not positive."""
        if "amount" not in rel.columns:
            return np.ones(len(at))
        firms, place = np.unique(guarantor, return_inverse=True)
        means, amount = self.means(firms)[0][place], _money(rel.columns["amount"][at])
        weighed = (means > 0) & (amount >= 0)
        return np.minimum(np.divide(amount, means, out=np.ones(len(at)), where=weighed), 1.0)

    def means(self, firms: Int64) -> tuple[Floats, Bools]:
        """Net assets by the last usable annual report, in fen, else registered capital (CNY); NaN where neither is
        known. Second: which are registered capital."""
        node, which = self.parties.nodes(self.projection, firms)
        capital = value_of(self.projection, "Company", "registered_capital", node, NO_DATE)
        currency = value_of(self.projection, "Company", "currency", node, None).astype(str)
        known = (capital != NO_DATE) & np.isin(currency, ("CNY", "None"))
        out = np.full(len(firms), np.nan)
        out[which[known]] = capital[known]
        reports = self.projection.records.get("AnnualReport")
        if reports is None or not len(reports):
            return out, ~np.isnan(out)
        rows, owner = subject_rows(self.projection, node)
        record = self.projection.types["SUBJECT_OF"].end[rows]
        at = matched(reports.node, record)
        at, firm = at[at >= 0], which[owner[at >= 0]]
        assets, debts = reports.columns["assets"][at], reports.columns["liabilities"][at]
        stated = (assets != NO_DATE) & (debts != NO_DATE)
        at, firm = at[stated], firm[stated]
        order = np.lexsort((at, reports.columns["year"][at], firm))
        reported = np.zeros(len(firms), dtype=bool)
        out[firm[order]] = (assets - debts)[stated][order]  # the last of a firm's is the last written
        reported[firm] = True
        return out, ~np.isnan(out) & ~reported

    def _crowd(self, firm: Int64, place: Int64) -> Int64:
        """How many different firms are at the place of each tie."""
        n = len(self.parties.keys)
        pair = np.sort(place * n + firm)
        of = pair[begins(pair)] // n
        first = np.flatnonzero(begins(of))
        count = np.diff(np.r_[first, len(of)])
        return np.asarray(count[places(of[first], place)])

    def _combined(self, key: Int64, up: Floats, down: Floats, group: Int8) -> Pairs:
        order = np.argsort(key)
        key, up, down, group = key[order], up[order], down[order], group[order]
        first = begins(key)
        several = ~first
        several[:-1] |= several[1:]  # few: relationships beside others of the same two
        at = np.flatnonzero(several)
        up_group, down_group = group.copy(), group.copy()
        for chance, of in ((up, up_group), (down, down_group)):
            best = at[np.lexsort((group[at], -chance[at], key[at]))[begins(key[at])]]
            chance[at[first[at]]], of[at[first[at]]] = chance[best], group[best]
        key, n, conductor = key[first], len(self.parties.keys), self.parties.conductor
        # What joins parties sums them up without a cap.
        into_hi = np.where(conductor[key % n], 0, up_group[first]).astype(np.int8)
        into_lo = np.where(conductor[key // n], 0, down_group[first]).astype(np.int8)
        return Pairs(key, up[first], down[first], into_hi, into_lo)

    def between(self, name: str, a: Int64, b: Int64) -> tuple[Int64, Int64]:
        """Relationships of a type between parties a[i] and b[i], either way: their rows, and i of each."""
        rel = self.projection.types[name]
        found = []
        for one, other in ((a, b), (b, a)):
            start, which = self.parties.nodes(self.projection, one)
            rows, owner = runs(rel.start, start)
            mine = self.number(rel.end[rows]) == other[which[owner]]
            found.append((rows[mine], which[owner[mine]]))
        rows, which = (np.concatenate(c) for c in zip(*found, strict=True))
        return rows, which

    def along(self, source: Int64, target: Int64) -> Along:
        """Relationships along which risk passes from source[i] to target[i]; `pair` is i."""
        names = types_that_conduct(self.projection, self.pack)
        found = [(np.zeros(0, np.int64),) * 3 + (np.zeros(0),)]
        wanted, n = source * len(self.parties.keys) + target, len(self.parties.keys)
        order = np.argsort(wanted)
        for code, name in enumerate(names):
            ties, _ = self._ties(name, distinct(self.between(name, source, target)[0]))
            for start, end, chance in ((ties.a, ties.b, ties.forward), (ties.b, ties.a, ties.backward)):
                at = matched(wanted[order], start * n + end)
                hit = np.flatnonzero((at >= 0) & (chance > 0))
                key = self.projection.types[name].key[ties.at[hit]]
                found.append((order[at[hit]], np.full(len(hit), code), key, chance[hit]))
        pair, code_, key, chance = (np.concatenate(c) for c in zip(*found, strict=True))
        best = np.lexsort((key, code_, -chance, pair))
        return Along(pair[best], code_[best], key[best], tuple(names))


def given_transmission(rel: Relationships, at: Int64) -> Floats:
    """The chances that relationships state themselves, NaN for none; UsageError for one outside 0 to 1."""
    if GIVEN not in rel.columns:
        return np.full(len(at), np.nan)
    return probabilities(rel.columns[GIVEN][at], GIVEN)


def probabilities(column: Column, what: str) -> Floats:
    """A column as numbers from 0 to 1, NaN for none; UsageError for anything else."""
    try:
        out = np.array([np.nan if v is None else v for v in column.tolist()], dtype=float)
    except (TypeError, ValueError):
        raise UsageError(
            f"{what} holds something that is no number",
            "Give a number from 0 to 1, or nothing.",
            f"{what} 中有不是数字的值。请填 0 至 1 的数字，或留空。",
        ) from None
    odd = (out < 0) | (out > 1)
    if odd.any():
        raise UsageError(
            f"{what} of {out[odd][0]} is no probability",
            "Give a number from 0 to 1, or nothing.",
            f"{what} 的值 {out[odd][0]} 不是概率。请填 0 至 1 的数字，或留空。",
        )
    return out


def _money(column: Column) -> Floats:
    """Amounts as numbers, NaN for none."""
    out = np.array([np.nan if v is None else v for v in column.tolist()], dtype=float)
    return np.where(out == float(NO_DATE), np.nan, out)


def subject_rows(projection: GraphProjection, node: Int64) -> tuple[Int64, Int64]:
    """Rows of SUBJECT_OF whose subject is at these positions, and the place in `node` of each."""
    rel = projection.types["SUBJECT_OF"]
    return runs(rel.start, node)


def spread(first: Int64, end: Int64) -> tuple[Int64, Int64]:
    """All integers of half-open ranges in turn, and the range of each."""
    count = end - first
    return expanded(first, count), np.repeat(np.arange(len(first)), count)
