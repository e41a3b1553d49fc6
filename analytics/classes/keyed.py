"""Grades by the keys of nodes instead of their places in a projection: picked, joined and replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.classes.grades import Grades, PartTable
from graph.ascending import matched
from graph.projection import GraphProjection
from graph.runs import runs

Int64 = npt.NDArray[np.int64]

_BY_COMPANY = ("node", "grade", "colour", "score", "coverage", "next_change", "outside")


def by_key(projection: GraphProjection, grades: Grades) -> Grades:
    """Grades of a projection, by key."""
    parts = keyed(grades.parts, projection.nodes)
    return replace(grades, node=projection.nodes[grades.node], parts=_ordered(parts))


def keyed(table: PartTable, keys: Int64) -> PartTable:
    """With records by key."""
    record = table.kind == "record"
    evidence = table.evidence.copy()
    evidence[record] = keys[evidence[record]]
    return replace(table, evidence=evidence)


def indexed(table: PartTable, node: Int64) -> PartTable:
    """With companies by their place among the keys of nodes, without those of none."""
    company = matched(node, table.company)
    return replace(table, company=company).at(company >= 0)


def _ordered(table: PartTable) -> PartTable:
    """In order of company, indicator, evidence and all else: by key the order is another than by place."""
    columns = (table.next_change, table.points, table.evidence, table.indicator, table.company)
    return table.at(np.lexsort(columns))


def some(grades: Grades, at: Int64) -> Grades:
    """Some companies (ascending positions) with their parts."""
    rows, company = runs(grades.parts.company, at)
    columns = {n: getattr(grades, n)[at] for n in _BY_COMPANY}
    return replace(grades, parts=replace(grades.parts.at(rows), company=company), **columns)


def together(one: Grades, other: Grades) -> Grades:
    """The companies of two, none of which is in both."""
    return spliced(one, np.zeros(0, dtype=np.int64), other)


def spliced(grades: Grades, firms: Int64, again: Grades) -> Grades:
    """Grades with those of some companies replaced, left out or added. O(companies + parts), nothing is sorted anew."""
    keep = matched(firms, grades.node) < 0
    node = grades.node[keep]
    at = np.searchsorted(node, again.node)
    columns: dict[str, Any] = {n: np.insert(getattr(grades, n)[keep], at, getattr(again, n)) for n in _BY_COMPANY}
    place = np.full(len(grades.node), -1)
    place[keep] = np.arange(len(node)) + np.searchsorted(at, np.arange(len(node)), side="right")
    kept = grades.parts.at(place[grades.parts.company] >= 0)
    kept = replace(kept, company=place[kept.company])
    new = replace(again.parts, company=(at + np.arange(len(at)))[again.parts.company])
    before = np.searchsorted(kept.company, new.company)
    both = zip(vars(kept).values(), vars(new).values(), strict=True)
    return replace(grades, parts=PartTable(*(np.insert(k, before, n) for k, n in both)), **columns)
