"""The classes of companies and the parts that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.indicators.pack import GradePack
from analytics.indicators.parts import Entry
from analytics.indicators.table import INDICATORS, indicator_named
from graph.errors import NotFound, PackError

Int64 = npt.NDArray[np.int64]

CLASSES = ("A", "B", "C", "D")
COLOURS = ("green", "yellow", "orange", "red")


class Outcome(StrEnum):
    """What a company gets instead of a class, and why."""

    NOT_ENOUGH_DATA = "not_enough_data"
    NOT_LIVING = "not_living"
    OTHER_SUBJECT = "not_in_population"
    OTHER_SECTOR = "not_in_sector"
    NOT_ESTABLISHED = "not_established_yet"
    NO_REGISTRATION = "no_registration"


@dataclass(frozen=True)
class PartTable:
    """All parts of all companies, sorted by (company, indicator, evidence)."""

    company: Int64  # index into Grades.node
    indicator: npt.NDArray[np.int16]  # index into Grades.indicators
    points: Int64  # thousandths
    gross: Int64  # thousandths before positive ones are turned and capped; they alone differ
    evidence: Int64
    kind: npt.NDArray[Any]
    next_change: Int64
    floor_c: npt.NDArray[np.bool_]
    red_line: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.company)

    def at(self, rows: Int64 | npt.NDArray[np.bool_]) -> PartTable:
        """The parts at positions or at a mask, in that order."""
        return PartTable(*(column[rows] for column in vars(self).values()))


@dataclass(frozen=True)
class Grades:
    """The classes of all companies of a projection. `grade` is A to D, or an Outcome."""

    node: Int64
    grade: npt.NDArray[Any]
    colour: npt.NDArray[Any]
    score: Int64  # thousandths
    coverage: npt.NDArray[np.float64]
    next_change: Int64
    outside: npt.NDArray[Any]  # the Outcome of what is not in the pack's population, empty for what is
    parts: PartTable
    indicators: tuple[str, ...]
    pack: GradePack

    def of(self, node: int) -> int | None:
        """Index of a company by node position, None where it is no company."""
        at = int(np.searchsorted(self.node, node))
        return at if at < len(self.node) and self.node[at] == node else None

    def greatest(self, count: int) -> list[int]:
        """Indices of the companies with another class than A, the worst class first, then by points and node."""
        at = np.flatnonzero(np.isin(self.grade.astype(str), CLASSES[1:]))
        level = np.searchsorted(CLASSES, self.grade[at].astype(str))
        order = np.lexsort((self.node[at], -self.score[at], -level))
        return list(at[order][:count].tolist())

    def signs(self, at: int) -> list[Entry]:
        """The indicators that gave a company points or a red line, the most points first."""
        rows = slice(*np.searchsorted(self.parts.company, [at, at + 1]))
        points = np.zeros(len(self.indicators), dtype=np.int64)
        np.add.at(points, self.parts.indicator[rows], self.parts.points[rows])
        met = np.unique(self.parts.indicator[rows])
        return [entry_of(self.indicators[i]) for i in sorted(met.tolist(), key=lambda i: (-points[i], i))]

    def distribution(self) -> dict[str, int]:
        """How many companies got what, classes first."""
        values, counts = np.unique(self.grade.astype(str), return_counts=True)
        found = dict(zip(values.tolist(), counts.tolist(), strict=True))
        return {k: found[k] for k in [*CLASSES, *sorted(o.value for o in Outcome)] if k in found}


def entry_of(name: str) -> Entry:
    """An indicator of a pack; PackError for none of that name."""
    entry = indicator_named(name)
    if entry is None:
        raise PackError(
            f"there is no indicator {name}",
            f"Known: {', '.join(INDICATORS)}.",
            f"没有指标 {name}。可用：{'、'.join(INDICATORS)}。",
        )
    return entry


def no_company() -> NotFound:
    """What is said of a node that no grading has a class for."""
    return NotFound(
        "that node is no company, so it has no class",
        "Only companies are graded.",
        "该主体不是企业，没有分类。只有企业参与分类。",
    )
