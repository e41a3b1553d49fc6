"""What an indicator is: a documented function from a projection to parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from analytics.indicators.inputs import GradeInputs
from analytics.inputs import Bools, Floats, Int64, Settings, Ties
from graph.runs import begins
from graph.time import FOREVER, NO_DATE


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


Indicator = Callable[[GradeInputs, Settings], Parts]


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


def parts_of(ties: Ties, intensity: Floats, since: str | None = None, **more: Any) -> Parts:
    """One part a tie, its record as evidence, decaying from `since` and ending with the record."""
    end = np.minimum(ties.until, more.pop("next_change", FOREVER))
    return parts(
        ties.node,
        intensity,
        evidence=ties.record,
        kind="record",
        since=None if since is None else ties[since],
        next_change=end,
        **more,
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
