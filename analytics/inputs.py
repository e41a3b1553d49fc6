"""What is read of a graph: its parties and ties on a day, and what lies beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.arrays.coded import coded
from graph.ascending import places
from graph.projection import GraphProjection, Records, Relationships
from graph.time import NO_DATE, to_date, to_day

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Settings = Mapping[str, Any]

_NONE = np.zeros(0, dtype=np.int64)
NO_RELATIONSHIPS = Relationships(_NONE, _NONE, _NONE, {})
NO_RECORDS = Records(_NONE, {}, _NONE, _NONE)


@dataclass(frozen=True)
class Inputs:
    """The projection at a day, what lies beside it, and the population's statistics."""

    projection: GraphProjection
    day: int
    beside: Mapping[str, Any]
    baseline: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, projection: GraphProjection, baseline: Mapping[str, Any] | None = None) -> Self:
        """A projection alone, with nothing beside it; one without a day has none (NO_DATE)."""
        stated = projection.manifest.get("as_of")
        day = to_day(dt.date.fromisoformat(stated)) if stated else NO_DATE
        return cls(projection, day, {}, baseline or {})

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
