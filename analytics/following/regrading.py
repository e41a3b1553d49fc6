"""Classes kept current: what a delivery can reach is graded again, the rest stays; equal to grading all of it again.

For one day: the passing of days begins and ends things everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.aspects.aspects import ASPECTS, GROUP, Aspect, commanded
from analytics.aspects.changed import Changed
from analytics.aspects.common_ground import Common, common_on
from analytics.aspects.reading import read_inputs
from analytics.aspects.surroundings import within_reach
from analytics.aspects.vicinity import union
from analytics.classes.grades import Grades
from analytics.classes.grading import Subjects, classified, grade_inputs
from analytics.classes.keyed import by_key, indexed, some, spliced, together
from analytics.classes.points import joined
from analytics.decisions import Kind, decisions, part_verdicts
from analytics.following import risk_news
from analytics.following.news import News
from analytics.indicators.baseline import Baseline
from analytics.indicators.beside import read_beside
from analytics.indicators.heads import Heads
from analytics.indicators.inputs import GradeInputs
from analytics.risk.passed_on import PassedOn
from analytics.updates.upstream import from_store, walked
from graph.ascending import matched
from graph.delivery import Delivery
from graph.identity import nid
from graph.projection import GraphProjection
from graph.view import View

Int64 = npt.NDArray[np.int64]

RISK = "G11"
MANY = 1_000  # companies, and one in sixteen of all: once so many have been graded again, the table is made anew


@dataclass(frozen=True)
class Classes:
    """The classes of all companies on a day, and what they are followed by.

    Companies and the records of parts are keys of nodes here, not places in a projection. first: all, as of some
    batch; late: those graded again since. seq, delivered: the batch as of which they are, and what had come by then.
    baseline: what they were measured against. common: what counts for everybody. decided: what officers had decided
    about parts. heads, risk: of all parties; no risk once a change asked for more than could be followed.
    """

    first: Grades
    late: Grades
    again: Int64  # companies that `late` speaks of, ascending; one that it does not have is none any more
    seq: int
    delivered: tuple[Delivery, ...]
    baseline: Baseline | None
    common: Common
    decided: frozenset[tuple[str, str, str]]
    heads: Heads
    risk: PassedOn | None

    @classmethod
    def of_all(cls, view: View, baseline: Baseline | None = None) -> Classes:
        """All companies that a reader sees, graded."""
        projection = GraphProjection.from_store(view.store, view.moment, view.use, view.disclosure)
        inputs = read_inputs(view.store, projection, baseline)
        first = by_key(projection, grade_inputs(view.store, inputs))
        # A pack that leaves out what is objected to weighs less than the risks of all, which know every record.
        risk = inputs.risk if first.pack.objected != "left_out" else None
        none = some(first, np.zeros(0, dtype=np.int64))
        common, heads = common_on(view, None), Heads.of_all(projection)
        batch = view.seq, _delivered(view, view.seq)
        return cls(first, none, none.node, *batch, baseline, common, _decided(view), heads, risk)

    @cached_property
    def grades(self) -> Grades:
        """The classes of all companies, by key. O(companies + parts), when first asked for."""
        return spliced(self.first, self.again, self.late)

    def of(self, companies: Int64) -> Grades:
        """The classes of those of the nodes (keys, ascending) that are companies. O(their parts)."""
        late = matched(self.again, companies) >= 0
        before, since = matched(self.first.node, companies[~late]), matched(self.late.node, companies[late])
        return together(some(self.first, before[before >= 0]), some(self.late, since[since >= 0]))

    def follow(self, view: View) -> Classes:
        """The classes after the deliveries since, on the same day; bit for bit those of a full run.

        O(what can be reached from what changed). Grades all where something changed that counts for everybody, on
        another day, and where a batch that they rest on has been taken back or replaced.
        """
        common, decided = common_on(view, (self.common, self.seq)), _decided(view)
        if common != self.common or view.seq < self.seq or _delivered(view, self.seq) != self.delivered:
            return Classes.of_all(view, self.baseline)
        changed = Changed.read(view, self.seq)
        about = np.array([nid(one) for one, _, _ in sorted(decided ^ self.decided)], dtype=np.int64)
        news = [self._news(changed, aspect, about) for aspect in ASPECTS]
        of_groups, heads = self._group_news(changed, about)
        of_risk, risk = self._risk_news(changed, about)
        now = self._with([*news, of_groups, of_risk])
        now = replace(now, seq=view.seq, delivered=_delivered(view, view.seq))
        return replace(now, common=common, decided=decided, heads=heads, risk=risk)

    def _news(self, changed: Changed, aspect: Aspect, about: Int64) -> News:
        near = changed.near
        firms = near.labelled("Company", union(aspect.reached(changed), near.now.same(about)))
        if not len(firms):
            return News.of_nobody(aspect.indicators)
        part = GraphProjection.among(near.view, aspect.around(near, firms), aspect.tables)
        return News.of(near.view, firms, aspect.indicators, self._inputs(near.view, part))

    def _group_news(self, changed: Changed, about: Int64) -> tuple[News, Heads]:
        near, heads = changed.near, self.heads
        stale = walked(near.view, commanded(changed), up=False)
        if len(stale):
            heads = heads.follow(from_store(near.view, stale), stale)
        touched = union(GROUP.reached(changed), near.now.same(about))
        firms = near.labelled("Company", union(self.heads.groups(touched), heads.groups(touched)))
        if not len(firms):
            return News.of_nobody(GROUP.indicators), heads
        members = near.now.same(heads.groups(firms))
        part = GraphProjection.among(near.view, union(members, near.records(members)), GROUP.tables)
        return News.of(near.view, firms, GROUP.indicators, replace(self._inputs(near.view, part), heads=heads)), heads

    def _risk_news(self, changed: Changed, about: Int64) -> tuple[News, PassedOn | None]:
        near, settings = changed.near, self.first.pack.indicators[RISK]
        found = None if self.risk is None else risk_news.follow(self.risk, changed, settings)
        if found is None:
            firms = near.labelled("Company", union(risk_news.reached(changed), near.now.same(about)))
            part, around = GraphProjection.among(near.view, firms, ("Company",)), within_reach(near.view, firms)
            return News.of(near.view, firms, (RISK,), replace(self._inputs(near.view, part), around=around)), None
        risk, parties = found
        firms = near.labelled("Company", near.now.same(union(parties, about)))
        inputs = replace(self._inputs(near.view, risk_news.part_of(risk, near, firms)), passed_on=risk.about(firms))
        return News.of(near.view, firms, (RISK,), inputs), risk

    def _inputs(self, view: View, part: GraphProjection) -> GradeInputs:
        day, statistics = view.moment.as_of_day, self.baseline.statistics if self.baseline else {}
        beside = read_beside(view.store, part, day, part=True, years=self.common.years)
        return GradeInputs(part, day, beside, statistics, part_verdicts(view.store, view.moment.known_at))

    def _with(self, news: list[News]) -> Classes:
        """With some firms graded again: their parts by these indicators are replaced, those by others stay."""
        own, stale = news[0], union(*(n.firms for n in news))
        old = self.of(stale)
        kept = replace(old.parts, company=old.node[old.parts.company])
        for n in news:
            names = [code for code, name in enumerate(old.indicators) if name in n.names]
            kept = kept.at(~(np.isin(kept.indicator, names) & (matched(n.firms, kept.company) >= 0)))
        still = matched(own.firms, old.node) < 0
        node = np.concatenate([old.node[still], own.subjects.node])
        order = np.argsort(node)
        subjects = Subjects(
            node[order],
            np.concatenate([old.outside[still], own.subjects.outside])[order],
            np.concatenate([old.coverage[still], own.subjects.coverage])[order],
            {},
        )
        tables = [indexed(table, subjects.node) for table in (kept, *(n.parts for n in news))]
        graded = classified(subjects, self.first.pack, joined(*tables))
        rest = some(self.late, np.flatnonzero(matched(stale, self.late.node) < 0))
        now = replace(self, late=together(rest, graded), again=union(self.again, stale))
        return now if len(now.again) < max(MANY, len(self.first.node) // 16) else now._made_anew()

    def _made_anew(self) -> Classes:
        none = some(self.first, np.zeros(0, dtype=np.int64))
        return replace(self, first=self.grades, late=none, again=none.node)


def _delivered(view: View, seq: int) -> tuple[Delivery, ...]:
    """What had been delivered as of a batch; batches that were read before are the same objects, soon compared."""
    return tuple(b.delivery for b in view.store.batches() if b.sealed and b.seq <= seq)


def _decided(view: View) -> frozenset[tuple[str, str, str]]:
    """What officers have decided about parts: (company, part, verdict)."""
    found = decisions(view.store, Kind.ASSOCIATION, view.moment.known_at)
    return frozenset((company, part, d.verdict) for (company, part), d in found.items())
