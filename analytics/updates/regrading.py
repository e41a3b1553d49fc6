"""Classes kept current: what a delivery can reach is graded again, the rest stays; equal to grading all of it again.

For one day: the passing of days begins and ends things everywhere, and asks for a full run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.classes.baseline import Baseline
from analytics.classes.grading import Grades, PartTable, grade, grade_few
from analytics.decisions import Kind, decisions
from analytics.rules.grading import pack_on
from analytics.rules.transmission import transmission_on
from analytics.structures.succession import PEOPLE
from analytics.updates.surroundings import AT, group_of, tied
from analytics.updates.upstream import walked
from graph.ascending import distinct, matched
from graph.identity import nid
from graph.neighbours import Neighbours
from graph.projection import GraphProjection
from graph.schema import ON_RECORDS, SCHEMA
from graph.store import GraphStore, Slice
from graph.time import to_day
from graph.view import View

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Common:
    """What counts for every company: sources with a fresh delivery and their areas, years reported, permits needed."""

    fresh: frozenset[tuple[str, str]]
    years: frozenset[int]
    permits: frozenset[tuple[str, str]]


def common_on(view: View, before: Classes | None) -> Common:
    """What counts for every company on a day, as known at a batch; read again only where it can have changed."""
    day, tolerance = view.moment.as_of_day, pack_on(view.moment.as_of).coverage_tolerance_days
    loads = [b.delivery for b in view.store.batches() if b.sealed and b.seq <= view.seq and b.kind == "load"]
    fresh = {(d.source, d.scope) for d in loads if 0 <= day - to_day(d.dated) <= d.period_days + tolerance}
    tables = ("AnnualReport", "PermitRequirement")
    if before and not any(len(_changed(view.store, t, before.seq, view.seq)) for t in tables):
        return replace(before.common, fresh=frozenset(fresh))
    years = view.store.columns("AnnualReport", ("year",), view.slice)["year"]
    permits = view.store.columns("PermitRequirement", ("words", "permit"), view.slice)
    pairs = zip(permits["words"].tolist(), permits["permit"].tolist(), strict=True)
    return Common(frozenset(fresh), frozenset(distinct(years).tolist()), frozenset(pairs))


@dataclass(frozen=True)
class Classes:
    """Grades by key instead of by place in a projection: companies and the records of parts are keys of nodes.

    seq: the batch as of which they are. baseline: what they were measured against. common: what counts for everybody.
    """

    grades: Grades
    seq: int
    baseline: Baseline | None
    common: Common

    @classmethod
    def of_all(cls, view: View, baseline: Baseline | None = None) -> Classes:
        """All companies that a reader sees, graded."""
        projection = GraphProjection.from_store(view.store, view.moment, view.use, view.disclosure)
        grades = _by_key(projection, grade(view.store, projection, None, baseline))
        return cls(grades, view.seq, baseline, common_on(view, None))

    def follow(self, view: View) -> Classes:
        """The classes after the deliveries since, on the same day; bit for bit those of a full run.

        O(what can be reached from what changed). Grades all where something changed that counts for everybody.
        """
        common = common_on(view, self)
        if common != self.common:
            return Classes.of_all(view, self.baseline)
        decided = [nid(one) for one, _ in decisions(view.store, Kind.ASSOCIATION)]
        changed = changed_nodes(view.store, self.seq, view.seq)
        firms = np.union1d(reached(view, changed), np.array(decided, dtype=np.int64))
        part, again = grade_few(view, firms, self.baseline)
        return replace(self, grades=_spliced(self.grades, firms, _by_key(part, again)), seq=view.seq)


def changed_nodes(store: GraphStore, before: int, after: int) -> Int64:
    """Every node (key) of which the batches after one, up to another, recorded or superseded a fact, ascending."""
    return np.unique(np.concatenate([_changed(store, table, before, after) for table in SCHEMA.tables()]))


def _changed(store: GraphStore, table: str, before: int, after: int) -> Int64:
    """The nodes that changed facts of a table touch."""
    names = ("owner", "end") if table in SCHEMA.types else ("owner",)
    columns = store.changed_columns(table, names, Slice(before), Slice(after))
    return np.concatenate([columns[n] for n in names])


def reached(view: View, changed: Int64) -> Int64:
    """The companies (keys) whose class may follow from changed nodes: the ways of `surroundings`, gone backwards."""
    now, ever = Neighbours(view.store, view.slice), Neighbours(view.store, Slice(view.seq))
    records = np.union1d(changed, ever.starts(ON_RECORDS, changed))
    seeds = now.same(np.unique(np.concatenate([records, ever.starts(("SUBJECT_OF",), records)])))
    beside = now.same(ever.around(SCHEMA.types, seeds))
    people = ever.starts(PEOPLE, seeds)
    places = ever.ends(AT, seeds)
    others = np.union1d(ever.ends(PEOPLE, people), now.starts(AT, places))
    below = walked(view, seeds, up=False)
    found = [
        seeds,
        beside,
        others,
        below,
        group_of(view, seeds),
        tied(now, "GUARANTEES", seeds),
        _risk(view, now, seeds),
    ]
    keys = now.same(np.unique(np.concatenate(found)))
    labels = view.store.nodes(keys.tolist(), view.seq)
    return np.array([k for k in keys.tolist() if k in labels and labels[k][1] == "Company"], dtype=np.int64)


def _risk(view: View, now: Neighbours, seeds: Int64) -> Int64:
    """All to whom risk may pass from some nodes, who bars its way included: he may have begun to."""
    pack = transmission_on(view.moment.as_of)
    types = tuple(n for n in pack.transmission if SCHEMA.types[n].disclosure <= view.disclosure)
    # Whoever begins or ceases to be an agent bars or opens the telephones that he is reached at.
    seen = fresh = np.union1d(seeds, now.ends(("USES_CONTACT",), seeds))
    for _ in range(pack.rounds):
        fresh = np.setdiff1d(now.same(now.around(types, fresh)), seen)
        seen = np.union1d(seen, fresh)
    return seen


def _by_key(projection: GraphProjection, grades: Grades) -> Grades:
    table = grades.parts
    record = table.kind.astype(str) == "record"
    evidence = table.evidence.copy()
    evidence[record] = projection.nodes[evidence[record]]
    return replace(grades, node=projection.nodes[grades.node], parts=_ordered(replace(table, evidence=evidence)))


def _ordered(table: PartTable) -> PartTable:
    """In order of company, indicator, evidence and all else: by key the order is another than by place."""
    columns = (table.next_change, table.points, table.evidence, table.indicator, table.company)
    return _rows(table, np.lexsort(columns))


def _spliced(grades: Grades, firms: Int64, again: Grades) -> Grades:
    """Grades with those of some companies replaced, left out or added. O(companies + parts), nothing is sorted anew."""
    keep = matched(firms, grades.node) < 0
    node = grades.node[keep]
    at = np.searchsorted(node, again.node)
    columns: dict[str, Any] = {
        n: np.insert(getattr(grades, n)[keep], at, getattr(again, n))
        for n in ("node", "grade", "colour", "score", "coverage", "next_change")
    }
    place = np.full(len(grades.node), -1)
    place[keep] = np.arange(len(node)) + np.searchsorted(at, np.arange(len(node)), side="right")
    kept = _rows(grades.parts, np.flatnonzero(place[grades.parts.company] >= 0))
    kept = replace(kept, company=place[kept.company])
    new = replace(again.parts, company=(at + np.arange(len(at)))[again.parts.company])
    before = np.searchsorted(kept.company, new.company)
    both = zip(vars(kept).values(), vars(new).values(), strict=True)
    return replace(grades, parts=PartTable(*(np.insert(k, before, n) for k, n in both)), **columns)


def _rows(table: PartTable, at: Int64) -> PartTable:
    return PartTable(*(column[at] for column in vars(table).values()))
