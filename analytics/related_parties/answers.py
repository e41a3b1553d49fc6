"""Related parties of a firm, or among several parties: each answer with its rule, its relationships and their dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from analytics.ownership.holdings import state_bodies
from analytics.related_parties.bonds import NOBODY, bonds
from analytics.related_parties.evidence import Evidence
from analytics.related_parties.predicates import Asked, Found, Rules, related
from analytics.related_parties.soft_links import SoftLinks, soft_links
from analytics.rules.related_parties import Level, Period, RelatedPartyRules, related_party_rules
from analytics.step import Step
from analytics.updates.upstream import TYPES, Ties
from graph.ascending import distinct, matched
from graph.declaration import SHARE_ONE, Disclosure
from graph.part import only, part, standing
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import Moment, add_months, to_date, to_day
from graph.usable import Use

Int64 = npt.NDArray[np.int64]

FEW = 20  # parties: of more, or of one's all, what many firms share is no link worth telling
ORDER = (Level.STATUTORY, Level.PRESUMED, Level.SOFT, Level.EXCLUDED)


@dataclass(frozen=True)
class Relation:
    """Two parties (node keys) and one reason: the rule with its text, who is in between, the relationships.

    listed: the text binds where one of them is a listed company. held_on: the day on which it held: the day asked
    about, or, of rules that look back and forward, the nearest one. kin: it rests on close family that was handed in.
    """

    one: int
    other: int
    level: Level
    rule: str
    article: str
    zh: str
    en: str
    source: str
    listed: bool
    via: tuple[int, ...]
    links: tuple[Step, ...]
    held_on: int
    kin: bool = False


@dataclass(frozen=True)
class Answer:
    """Relations ordered by pair, level and rule; `same`: asked parties that are one."""

    relations: tuple[Relation, ...]
    same: tuple[tuple[int, int], ...] = ()

    def between(self, one: int, other: int) -> list[Relation]:
        """The relations of two parties."""
        return [r for r in self.relations if {r.one, r.other} == {one, other}]

    def with_listed(self, companies: Set[int]) -> Answer:
        """Without what binds listed companies only, where neither party is one of those that are known to be (keys)."""
        kept = (r for r in self.relations if not r.listed or companies & {r.one, r.other})
        return replace(self, relations=tuple(kept))


def window(store: GraphStore, moment: Moment, disclosure: Disclosure = Disclosure.GOVERNMENT) -> GraphProjection:
    """A projection with all ties that were, are, or are to be within the longest term that a rule looks forward."""
    ahead = max(rule.window_months for rule in related_party_rules().rules)
    later = replace(moment, as_of=add_months(moment.as_of, ahead))
    return GraphProjection.from_store(store, later, Use.DISPLAY, disclosure, former=True)


def relations_among(
    projection: GraphProjection,
    day: int,
    parties: Sequence[int],
    relatives: Sequence[tuple[int, int]] = (),
    rules: RelatedPartyRules | None = None,
) -> Answer:
    """All relations of parties (node keys) among each other on a day, in bulk.

    projection: a window (see there), or any graph, whose ties without dates count always. relatives: pairs of persons
    (keys) who are close family, for questions that were approved. O(what lies above and below the parties), and that
    once for each day within the terms of rules on which something changed there.
    """
    return _Question(projection, day, parties, relatives, rules or related_party_rules(), False).answer()


def relations_of(
    projection: GraphProjection,
    day: int,
    party: int,
    relatives: Sequence[tuple[int, int]] = (),
    rules: RelatedPartyRules | None = None,
) -> Answer:
    """All related parties of one party on a day; as `relations_among`, without what texts exclude."""
    return _Question(projection, day, [party], relatives, rules or related_party_rules(), True).answer()


class _Question:
    """One question: the part of the graph that its answer follows from, and the rules of its day."""

    def __init__(
        self,
        whole: GraphProjection,
        day: int,
        parties: Sequence[int],
        relatives: Sequence[tuple[int, int]],
        rules: RelatedPartyRules,
        of_one: bool,
    ) -> None:
        self.whole, self.day, self.of_one, self.all = whole, day, of_one, rules
        self.parties = distinct(np.array(parties, dtype=np.int64))
        self.relatives = relatives
        self.measures = rules.measures_on(to_date(day))
        found = rules.on(to_date(day))
        self.rules: Rules = [(r, p) for r, p in found if not (of_one and r.level is Level.EXCLUDED)]
        self.graph = whole.kept("ownership and posts", lambda: _without_liaisons(whole))
        self.ties = Ties.read(self.graph)
        self.cut = self._around(np.concatenate([self.parties, np.array(relatives, dtype=np.int64).ravel()]))

    def answer(self) -> Answer:
        """Statutory and presumed relations of the day, those of the term, soft links."""
        now = standing(self.cut, self.day)
        there = self._on(now)
        out = [self._told(there, row, self.day) for row in range(len(there.found))]
        out += self._of_term({(r.one, r.other, r.rule) for r in out})
        out += self._soft()
        out.sort(key=lambda r: (r.one, r.other, ORDER.index(r.level), r.rule, r.via, r.links))
        return Answer(tuple(out), self._same(now))

    def _around(self, keys: Int64) -> GraphProjection:
        """All above these parties and above what lies below them; of one party also what lies below those above it.

        A party's ties to a firm follow from what lies above the firm (analytics/updates/upstream.py).
        """
        keys = distinct(keys)
        return self._above(np.union1d(keys, self._below(self.ties.upstream(keys) if self.of_one else keys)))

    def _above(self, keys: Int64) -> GraphProjection:
        return part(self.graph, self.ties.upstream(keys), TYPES)

    def _below(self, keys: Int64) -> Int64:
        """All below these; what the State owns is no family."""
        state = self.graph.nodes[state_bodies(self.graph)]
        return self.ties.downstream(np.setdiff1d(keys, state))

    def _asked(self, graph: GraphProjection) -> Asked:
        about = np.zeros(len(graph.nodes), dtype=bool)
        about[_places(graph, self.parties)] = True
        return Asked(about, not self.of_one)

    def _on(self, graph: GraphProjection, numbers: Collection[int] | None = None) -> _Day:
        """What the rules find in a graph of one day, and whether it stands without people who are one only probably."""
        rules = [r if numbers is None or i in numbers else (r[0], _silent(r[1])) for i, r in enumerate(self.rules)]
        found, name = self._found(graph, rules), _Named(graph, self.parties)
        ids, evidence = tuple(r.id for r, _ in rules), Evidence(graph, self.all.posts)
        sure = _certain(graph)
        if sure is graph:
            return _Day(graph, found, [True] * len(found), ids, name, evidence)
        certain = self._found(sure, rules)
        one, other = graph.canonical[certain.one], graph.canonical[certain.other]
        stands = set(zip(one.tolist(), other.tolist(), certain.rule.tolist(), strict=True))
        stands |= {(b, a, r) for a, b, r in stands}
        rows = zip(found.one.tolist(), found.other.tolist(), found.rule.tolist(), strict=True)
        return _Day(graph, found, [row in stands for row in rows], ids, name, evidence)

    def _found(self, graph: GraphProjection, rules: Rules) -> Found:
        pairs = [tuple(_places(graph, np.array(pair)).tolist()) for pair in self.relatives]
        there = [(p[0], p[1]) for p in pairs if len(p) == 2]
        return related(graph, bonds(graph, self.measures, self.all.posts, there), rules, self._asked(graph))

    def _of_term(self, known: Collection[tuple[int, int, str]]) -> Iterator[Relation]:
        """What rules that look back and forward find on other days than asked about, each on the nearest day."""
        terms = {i: r.window_months for i, (r, _) in enumerate(self.rules) if r.window_months}
        if not terms:
            return
        months = max(terms.values())
        first, last = (to_day(add_months(to_date(self.day), m)) for m in (-months, months))
        nearest: dict[tuple[int, int, str, int], tuple[int, _Day, int]] = {}
        for day, touched in [(first, None), *_changes(self.cut, first, last)]:
            graph = self.cut if touched is None else self._touched(touched)
            if graph is None:
                continue
            there = self._on(standing(graph, day), terms)
            for row, key in enumerate(there.keys()):
                if key[:3] not in known and (key not in nearest or _nearer(day, nearest[key][0], self.day)):
                    nearest[key] = (day, there, row)
        for day, there, row in nearest.values():
            yield self._told(there, row, day)

    def _touched(self, keys: Int64) -> GraphProjection | None:
        """What decides on the relations that a change at these nodes can reach; None where there are none."""
        reached = np.intersect1d(self.ties.downstream(keys), self.cut.nodes if self.of_one else self.parties)
        if not len(reached):
            return None
        if not self.of_one:
            reached = np.intersect1d(self._below(self.ties.upstream(reached)), self.parties)
        return self._above(np.union1d(reached, self.parties) if self.of_one else reached)

    def _told(self, there: _Day, row: int, day: int) -> Relation:
        graph, found = there.graph, there.found
        one, other, via, number = (int(getattr(found, c)[row]) for c in ("one", "other", "via", "rule"))
        rule, period = self.rules[number]
        links = _links(there.evidence, found, row, bool(period.shared))
        if not there.sure[row]:
            links += _identities(graph, {one, other, via, *found.one_relative[[row]].tolist()})
        certain = there.sure[row] or rule.level is Level.EXCLUDED
        return Relation(
            there.name(one),
            there.name(other),
            Level(rule.level) if certain else Level.PRESUMED,
            rule.id,
            period.article,
            rule.zh,
            rule.en,
            period.source,
            rule.listed,
            () if via == NOBODY else (int(graph.nodes[via]),),
            _each_once(links),
            day,
            bool(max(found.one_relative[row], found.other_relative[row]) != NOBODY),
        )

    def _soft(self) -> Iterator[Relation]:
        """Soft links of the day, and presumptions that several of them make."""
        types = {r.type for r in self.all.soft} | {"SAME_AS"}
        graph = self.whole.kept(("soft", self.day), lambda: standing(self.whole, self.day, types))
        rules, evidence, name = self.all.soft, Evidence(graph, self.all.posts), _Named(graph, self.parties)
        found = soft_links(graph, rules, self._asked(graph))
        if self.of_one or len(self.parties) > FEW:
            found = found.where(~found.crowded)
        for (one, other), rows in groupby(range(len(found)), lambda i: (int(found.one[i]), int(found.other[i]))):
            made = []
            for row in rows:
                rule, via = rules[int(found.rule[row])], int(found.via[row])
                links = [*evidence.between(rule.type, one, via), *_back(evidence.between(rule.type, other, via))]
                made.append(
                    Relation(
                        name(one),
                        name(other),
                        Level.SOFT,
                        rule.id,
                        "",
                        rule.zh,
                        rule.en,
                        "",
                        False,
                        (int(graph.nodes[via]),),
                        tuple(links),
                        self.day,
                    )
                )
                yield made[-1]
            yield from self._presumed(found, made)

    def _presumed(self, found: SoftLinks, made: list[Relation]) -> Iterator[Relation]:
        crowded = set(self.whole.nodes[found.via[found.crowded]].tolist())
        strong = [r for r in made if not crowded & set(r.via)]
        rule = self.all.presumed
        if len({r.rule for r in strong}) >= rule.kinds:
            via = tuple(sorted({v for r in strong for v in r.via}))
            links = _each_once(link for r in strong for link in r.links)
            said = {"level": Level.PRESUMED, "rule": rule.id, "zh": rule.zh, "en": rule.en}
            yield replace(strong[0], via=via, links=links, **said)  # type: ignore[arg-type]

    def _same(self, graph: GraphProjection) -> tuple[tuple[int, int], ...]:
        at = matched(graph.nodes, self.parties)
        known = [(int(graph.canonical[a]), int(k)) for a, k in zip(at, self.parties, strict=True) if a >= 0]
        first = dict(reversed(known))
        return tuple((first[c], k) for c, k in known if first[c] != k)


@dataclass(frozen=True)
class _Day:
    """What holds on one day: the graph, what rules find in it, which of it is sure, and how to tell it."""

    graph: GraphProjection
    found: Found
    sure: list[bool]
    ids: tuple[str, ...]
    name: _Named
    evidence: Evidence

    def keys(self) -> Iterator[tuple[int, int, str, int]]:
        """(one, other, rule, via) of each row, parties as they were asked about."""
        found, nodes = self.found, self.graph.nodes
        rows = zip(found.one.tolist(), found.other.tolist(), found.rule.tolist(), found.via.tolist(), strict=True)
        for one, other, rule, via in rows:
            yield self.name(one), self.name(other), self.ids[rule], NOBODY if via == NOBODY else int(nodes[via])


class _Named:
    """Keys of nodes as they were asked about."""

    def __init__(self, graph: GraphProjection, parties: Int64) -> None:
        at = matched(graph.nodes, parties)
        there = zip(graph.canonical[at[at >= 0]].tolist(), parties[at >= 0].tolist(), strict=True)
        self.graph = graph
        self.asked: dict[int, int] = dict(reversed(list(there)))

    def __call__(self, position: int) -> int:
        return self.asked.get(position, int(self.graph.nodes[position]))


def _without_liaisons(projection: GraphProjection) -> GraphProjection:
    """Ownership and posts; a liaison serves many firms and runs none."""
    types = {n: rel for n, rel in projection.types.items() if n in TYPES}
    if "HOLDS_POST_IN" in types and "post" in types["HOLDS_POST_IN"].columns:
        rel = types["HOLDS_POST_IN"]
        types["HOLDS_POST_IN"] = only(rel, np.flatnonzero(rel.columns["post"] != "liaison"))
    return replace(projection, types=types)


def _places(graph: GraphProjection, keys: Int64) -> Int64:
    """Canonical positions of those keys that are there."""
    at = matched(graph.nodes, keys)
    return graph.canonical[at[at >= 0]]


def _certain(graph: GraphProjection) -> GraphProjection:
    """The graph without links between people who are one only probably; itself where there are none."""
    same = graph.types.get("SAME_AS")
    if same is None or not len(same):
        return graph
    proven = np.flatnonzero(same.columns["probability"] >= SHARE_ONE)
    return graph if len(proven) == len(same) else replace(graph, types={**graph.types, "SAME_AS": only(same, proven)})


def _silent(period: Period) -> Period:
    return period.model_copy(update={"direct": (), "common": (), "shared": ()})


def _changes(graph: GraphProjection, first: int, last: int) -> list[tuple[int, Int64]]:
    """The days after `first` and up to `last` on which ties begin or end, each with the nodes at them."""
    days, ends = [], []
    for rel in graph.types.values():
        for column in ("valid_from", "valid_to"):
            day = rel.columns.get(column)
            if day is not None:
                rows = np.flatnonzero((day > first) & (day <= last))
                days.append(np.repeat(day[rows], 2))
                ends.append(graph.nodes[np.stack([rel.start[rows], rel.end[rows]], axis=1).ravel()])
    if not days:
        return []
    day, end = np.concatenate(days), np.concatenate(ends)
    return [(int(d), distinct(end[day == d])) for d in distinct(day)]


def _nearer(day: int, than: int, asked: int) -> bool:
    """Whether a day tells more than another: the last one before, else the first one after."""
    return (day > asked, abs(day - asked)) < (than > asked, abs(than - asked))


def _links(evidence: Evidence, found: Found, row: int, shared: bool) -> list[Step]:
    one, other, via = (int(getattr(found, c)[row]) for c in ("one", "other", "via"))
    kinds = int(found.one_kind[row]), int(found.other_kind[row])
    relatives = int(found.one_relative[row]), int(found.other_relative[row])
    if via == NOBODY:
        return evidence.of(one, other, kinds[0], relatives[0])
    if shared:
        to = evidence.of(one, via, kinds[0], relatives[0])
        return [*to, *_back(evidence.of(other, via, kinds[1], relatives[1]))]
    to = _back(evidence.of(via, one, kinds[0], relatives[0]))
    return [*to, *evidence.of(via, other, kinds[1], relatives[1])]


def _back(links: Sequence[Step]) -> list[Step]:
    """A way gone from its end."""
    return [link.turned() for link in reversed(links)]


def _each_once(links: Iterable[Step]) -> tuple[Step, ...]:
    """Links in order; what a way goes back over is told once."""
    first: dict[tuple[str, int], Step] = {}
    for link in links:
        first.setdefault((link.type, link.key), link)
    return tuple(first.values())


def _identities(graph: GraphProjection, positions: set[int]) -> list[Step]:
    """The probable links by which these are one party with others."""
    same = graph.types["SAME_AS"]
    rows = np.flatnonzero(
        np.isin(graph.canonical[same.start], list(positions)) & (same.columns["probability"] < SHARE_ONE)
    )
    return [Step.at(graph, "SAME_AS", row) for row in rows.tolist()]
