"""What an indicator is: a documented function from a projection to parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analytics.arrays.coded import coded
from analytics.decisions import Verdicts
from graph.ascending import places
from graph.part import without
from graph.projection import GraphProjection, Records, Relationships
from graph.time import FOREVER, NO_DATE, to_date, to_day

if TYPE_CHECKING:
    from analytics.ownership.heads import Heads
    from analytics.risk.passed_on import PassedOn

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Settings = Mapping[str, Any]

_NONE = np.zeros(0, dtype=np.int64)
NO_RELATIONSHIPS = Relationships(_NONE, _NONE, _NONE, {})
NO_RECORDS = Records(_NONE, {}, _NONE, _NONE)


@dataclass(frozen=True)
class Parts:
    """Parts of one indicator, aligned: node position, intensity, evidence, age in months, next change."""

    node: Int64
    intensity: Floats
    evidence: Int64  # node position of a record, relationship key, or 0 for the company's own registration
    evidence_kind: str  # record, relationship or registration
    since: Int64  # day from which decay counts; NO_DATE for none
    next_change: Int64  # first day on which the part changes with no new data; FOREVER for none
    floor_c: Bools
    red_line: Bools

    def where(self, keep: Bools) -> Parts:
        """The parts at a mask."""
        return Parts(
            self.node[keep],
            self.intensity[keep],
            self.evidence[keep],
            self.evidence_kind,
            self.since[keep],
            self.next_change[keep],
            self.floor_c[keep],
            self.red_line[keep],
        )


@dataclass(frozen=True)
class Inputs:
    """What indicators read: the projection at a day, what lies beside it, and the population's statistics."""

    projection: GraphProjection
    day: int
    beside: Mapping[str, Any]
    baseline: Mapping[str, Any] = field(default_factory=dict)
    verdicts: Mapping[str, Verdicts] = field(default_factory=dict)  # by indicator what officers decided about its parts
    fresh_on: int | None = None  # the day on which deliveries are to be fresh, where it is not the day itself
    around: GraphProjection | None = None  # what risk can come from, where the projection is a part without it
    passed_on: PassedOn | None = None  # the risk of all parties, where it is known already
    heads: Heads | None = None  # who heads the group of each party, where it is known already
    left_out: Int64 = field(default_factory=lambda: _NONE)  # records (keys) that were taken from it

    @classmethod
    def of(cls, projection: GraphProjection, baseline: Mapping[str, Any] | None = None) -> Inputs:
        """A projection alone, with nothing beside it; one without a day has none (NO_DATE)."""
        stated = projection.manifest.get("as_of")
        day = to_day(dt.date.fromisoformat(stated)) if stated else NO_DATE
        return cls(projection, day, {}, baseline or {})

    def without(self, records: Int64) -> Inputs:
        """What is read without some records (keys)."""
        around, left_out = self.around and without(self.around, records), np.union1d(self.left_out, records)
        projection = without(self.projection, records)
        return replace(self, projection=projection, around=around, passed_on=None, left_out=left_out)

    @cached_property
    def risk(self) -> PassedOn:
        """What relationships pass on to parties."""
        # The compiler that it stands on takes a second to import, which only grading has to wait for.
        from analytics.algorithms.risk_propagation import RiskParameters, RiskPropagation
        from analytics.risk.passed_on import PassedOn

        if self.passed_on is not None:
            return self.passed_on
        return PassedOn.of(RiskPropagation().compute(self.around or self.projection, RiskParameters()).state)

    @cached_property
    def today(self) -> dt.date:
        """The day as a date."""
        return to_date(self.day)

    @cached_property
    def companies(self) -> Mapping[str, npt.NDArray[Any]]:
        """Current values of companies."""
        return self.projection.states.get("Company", {"node": np.zeros(0, np.int64)})

    def relationships(self, name: str) -> tuple[Relationships, Int64, Int64]:
        """Relationships of a type with the canonical nodes of their ends."""
        rel = self.projection.types.get(name, NO_RELATIONSHIPS)
        return rel, self.projection.canonical[rel.start], self.projection.canonical[rel.end]

    def by_node(self, column: str, missing: Any) -> npt.NDArray[Any]:
        """A column of the companies, spread over all nodes; what the graph does not know of is missing."""
        values = self.companies.get(column, np.full(len(self.companies["node"]), missing))
        out = np.full(len(self.projection.nodes), missing, dtype=values.dtype)
        out[self.companies["node"]] = values
        return out

    @cached_property
    def areas(self) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
        """(by node the place of its area among the different ones, these); empty where unknown, and the last."""
        codes, names = coded(self.companies.get("area", np.full(len(self.companies["node"]), None, dtype=object)))
        out = np.full(len(self.projection.nodes), len(names), dtype=np.int32)
        out[self.companies["node"]] = codes
        return out, (*(v or "" for v in names), "")

    @cached_property
    def sector(self) -> npt.NDArray[Any]:
        """By node the sector of a company: letter and two digits of GB/T 4754; empty where unknown."""
        return np.array([(v or "")[:3] for v in self.by_node("industry", None)], dtype=object)

    @cached_property
    def living(self) -> Bools:
        """By node whether it is a company that exists: no end is known of it, or of nobody any status."""
        if "status" not in self.companies:
            return self.projection.label_is("Company")
        status = self.companies["status"]
        out = np.zeros(len(self.projection.nodes), dtype=bool)
        out[self.companies["node"]] = (status == "active") | (status == "suspended")
        return out

    def ties(self, label: str) -> Ties:
        """Usable records of a label, one row for each company that is a subject of one."""
        rel, rows, first = self._subjects
        records, labels = self.projection.records.get(label, NO_RECORDS), self.projection.labels
        code = labels.index(label) if label in labels and len(records) else len(first) - 1
        mine = rows[first[code] : first[min(code + 1, len(first) - 1)]]
        at = places(records.node, rel.end[mine])
        at = np.minimum(at, max(len(records) - 1, 0))
        usable = records.node[at] == rel.end[mine] if len(mine) else np.zeros(0, dtype=bool)
        return Ties(self.projection.canonical[rel.start[mine[usable]]], records, at[usable])

    @cached_property
    def _subjects(self) -> tuple[Relationships, Int64, Int64]:
        """(SUBJECT_OF, its rows by label of the record, where each label's begin)."""
        rel = self.projection.types.get("SUBJECT_OF", NO_RELATIONSHIPS)
        label = self.projection.label[rel.end]
        rows = np.argsort(label, kind="stable")
        return rel, rows, np.searchsorted(label[rows], np.arange(len(self.projection.labels) + 1))


@dataclass(frozen=True)
class Ties:
    """Subjects of usable records: aligned positions of the subject and of the record in `records`."""

    node: Int64
    records: Records
    at: Int64

    def __len__(self) -> int:
        return len(self.node)

    def __getitem__(self, column: str) -> npt.NDArray[Any]:
        return np.asarray(self.records.columns[column][self.at])

    @property
    def record(self) -> Int64:
        """Node positions of the records."""
        return self.records.node[self.at]

    @property
    def until(self) -> Int64:
        """The first day on which each record may no longer be used."""
        return self.records.until[self.at]

    def where(self, keep: Bools | Int64) -> Ties:
        """The ties at a mask or at positions, in that order."""
        return Ties(self.node[keep], self.records, self.at[keep])

    def by_date(self, column: str) -> Ties:
        """Ordered by subject, date and record."""
        return self.where(np.lexsort((self.record, self[column], self.node)))

    def parts(self, intensity: Floats, since: str | None = None, **more: Any) -> Parts:
        """One part a tie, its record as evidence, decaying from `since` and ending with the record."""
        end = np.minimum(self.until, more.pop("next_change", FOREVER))
        return parts(
            self.node,
            intensity,
            evidence=self.record,
            kind="record",
            since=None if since is None else self[since],
            next_change=end,
            **more,
        )


Indicator = Callable[[Inputs, Settings], Parts]


class RuleClass(StrEnum):
    """What kind of rule an indicator is: only a statutory one may be told as a breach of the law."""

    STATUTORY = "statutory"
    STATISTICAL = "statistical"
    NORMATIVE = "normative"


@dataclass(frozen=True)
class Entry:
    """An indicator as the table lists it."""

    id: str
    zh: str
    en: str
    dimension: str
    sources: tuple[str, ...]  # without a delivery of these inside their period its points are not covered
    compute: Indicator
    rule_class: RuleClass
    anchor: str = ""  # of a statutory rule the text it stands on
    baseline: str | None = None  # the population statistic that it needs


def parts(
    node: Int64,
    intensity: Floats,
    *,
    evidence: Int64 | None = None,
    kind: str = "registration",
    since: Int64 | None = None,
    next_change: Int64 | None = None,
    floor_c: Bools | None = None,
    red_line: Bools | None = None,
) -> Parts:
    """Parts of these companies, those without intensity and without a red line left out."""
    n = len(node)
    keep = (intensity > 0) | (np.zeros(n, bool) if red_line is None else red_line)
    return Parts(
        node[keep],
        np.clip(intensity[keep], 0, 1),
        (np.zeros(n, np.int64) if evidence is None else evidence)[keep],
        kind,
        (np.full(n, NO_DATE) if since is None else since)[keep],
        (np.full(n, FOREVER) if next_change is None else next_change)[keep],
        (np.zeros(n, bool) if floor_c is None else floor_c)[keep],
        (np.zeros(n, bool) if red_line is None else red_line)[keep],
    )


def first_of(
    node: Int64, key: Int64, intensity: Floats, since: Int64 | None = None, next_change: Int64 | None = None
) -> Parts:
    """One part a company, from relationships: the greatest intensity, then the smallest key."""
    order = np.lexsort((key, -intensity, node))
    first = order[begins(node[order])]
    return parts(
        node[first],
        intensity[first],
        evidence=key[first],
        kind="relationship",
        since=None if since is None else since[first],
        next_change=None if next_change is None else next_change[first],
    )


def begins(group: npt.NDArray[Any]) -> Bools:
    """Where each run of equal values begins."""
    return np.r_[True, group[1:] != group[:-1]] if len(group) else np.zeros(0, dtype=bool)


def ordinal(group: Int64) -> Int64:
    """Of each element its place in its run of equal values, from 0."""
    at = np.arange(len(group))
    return at - np.maximum.accumulate(np.where(begins(group), at, 0)) if len(group) else at


def weights(values: npt.NDArray[Any], table: Mapping[str, float], missing: float = 0.0) -> Floats:
    """The weight of each code; `missing` for one that the table has not."""
    return np.array([table.get(v, missing) for v in values.tolist()], dtype=float)
