"""What deliveries changed, by table: where the classes that may follow from it are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.aspects.vicinity import Vicinity, union
from graph.identity import nid
from graph.projection import current_values, state_columns
from graph.schema import ON_RECORDS, SCHEMA
from graph.store import Slice
from graph.time import NO_DATE
from graph.view import View

Int64 = npt.NDArray[np.int64]

CONCERT = "ACTS_IN_CONCERT_WITH"


@dataclass(frozen=True)
class Changed:
    """Facts that batches recorded or superseded, and where one party became two or two one, all facts of these.

    near: what lies around, as it is now. since: the batch after which. owners: by label the nodes (keys) of which a
    value changed. ties: by type the (start, end) keys of those that changed. concerned: the companies that changed
    pacts are about.
    """

    near: Vicinity
    since: int
    owners: Mapping[str, Int64]
    ties: Mapping[str, Int64]
    concerned: Int64

    @classmethod
    def read(cls, view: View, since: int) -> Changed:
        """What changed after a batch. O(what changed)."""
        near, store = Vicinity(view), view.store
        batches = [b for b in store.batches() if b.sealed and since < b.seq <= view.seq]
        every = any(b.kind not in ("load", "derived") for b in batches)
        tables = [t for t in SCHEMA.tables() if every or any(b.touched(t) for b in batches)]
        owners, ties, about = {}, {}, np.zeros(0, dtype=np.int64)
        for table in tables:
            names = ("owner", "end") if table in SCHEMA.types else ("owner",)
            more = ("concerning",) if table == CONCERT else ()
            found = store.changed_columns(table, (*names, *more), Slice(since), Slice(view.seq))
            if table in SCHEMA.types:
                ties[table] = np.stack([found["owner"], found["end"]], axis=1)
            else:
                owners[table] = np.unique(found["owner"])
            if more:
                about = np.array([nid(c) for c in found["concerning"] if isinstance(c, str)], dtype=np.int64)
        changed = cls(near, since, owners, ties, np.unique(about))
        return changed._with_all_of(near.now.same(ties["SAME_AS"].ravel())) if "SAME_AS" in ties else changed

    def _with_all_of(self, nodes: Int64) -> Changed:
        """With all that is, or ever was, stated of some nodes."""
        store, at = self.near.view.store, Slice(self.near.view.seq)
        owners = {label: union(self.owners.get(label, nodes), nodes) for label in SCHEMA.labels}
        ties = {}
        for name in SCHEMA.types:
            found = [self.ties.get(name, np.zeros((0, 2), dtype=np.int64))]
            for side in ("owners", "ends"):
                columns = store.columns(name, ("owner", "end"), at, **{side: nodes})
                found.append(np.stack([columns["owner"], columns["end"]], axis=1))
            ties[name] = np.concatenate(found)
        return Changed(self.near, self.since, owners, ties, self.concerned)

    @cached_property
    def touched(self) -> Int64:
        """Every node of which a fact changed."""
        return union(*self.owners.values(), *(rows.ravel() for rows in self.ties.values()))

    def of(self, *labels: str) -> Int64:
        """Nodes of these labels of which a value changed, with all that are the same."""
        return self.near.now.same(union(*(self.owners[x] for x in labels if x in self.owners)))

    def starts(self, *types: str) -> Int64:
        """The starts of changed ties, with all that are the same."""
        return self._side(0, types)

    def ends(self, *types: str) -> Int64:
        """The ends of changed ties, with all that are the same."""
        return self._side(1, types)

    def _side(self, side: int, types: tuple[str, ...]) -> Int64:
        return self.near.now.same(union(*(self.ties[t][:, side] for t in types if t in self.ties)))

    def told(self, *labels: str) -> Int64:
        """The subjects, now or once, of changed records of these labels, with all that are the same.

        A record changes with its repair, withdrawal or objection too.
        """
        found = [self._subjects[x] for x in labels if x in self._subjects]
        return self.near.now.same(union(*found))

    def valued(self, *names: str) -> Int64:
        """Companies of which one of these current values changed, whoever stated it, with all that are the same."""
        before, after = self._values
        differs = np.zeros(len(self._companies), dtype=bool)
        for name in names:
            differs |= before[name] != after[name]
        return self.near.now.same(self._companies[differs])

    @cached_property
    def _companies(self) -> Int64:
        return self.owners.get("Company", np.zeros(0, dtype=np.int64))

    @cached_property
    def _values(self) -> list[dict[str, npt.NDArray[Any]]]:
        """Current values of the companies that changed, by their place among these: as before the changes, and now."""
        view, keys = self.near.view, self._companies
        return [_values_at(view, Slice(seq, view.slice.as_of), keys) for seq in (self.since, view.seq)]

    def versions(self, label: str, *names: str) -> dict[str, npt.NDArray[Any]]:
        """Columns of the changed records of a label, as they were before the changes and as they are after them."""
        store = self.near.view.store
        both = [
            store.columns(label, names, Slice(seq), owners=self.records) for seq in (self.since, self.near.view.seq)
        ]
        return {n: np.concatenate([columns[n] for columns in both]) for n in names}

    def subjects(self, records: Int64) -> Int64:
        """The subjects, now or once, of some of the changed records (keys), with all that are the same."""
        rows = self.subject_ties
        return self.near.now.same(rows[np.isin(rows[:, 1], records), 0])

    @cached_property
    def records(self) -> Int64:
        """The records that changed, or of which something that bears on their use did."""
        ever = self.near.ever
        decisions = union(*(self.owners[x] for x in ON_RECORDS.values() if x in self.owners))
        own = [self.owners[x] for x in SCHEMA.record_labels() if x in self.owners]
        tied = [
            self.ties[t][:, side] for t, side in (("SUBJECT_OF", 1), *((t, 0) for t in ON_RECORDS)) if t in self.ties
        ]
        return union(*own, *tied, ever.starts(ON_RECORDS, decisions))

    @cached_property
    def subject_ties(self) -> Int64:
        """(subject, record) of every changed record, as rows."""
        columns = self.near.view.store.columns(
            "SUBJECT_OF", ("owner", "end"), Slice(self.near.view.seq), ends=self.records
        )
        now = np.stack([columns["owner"], columns["end"]], axis=1)
        return np.unique(np.concatenate([now, self.ties.get("SUBJECT_OF", now[:0])]), axis=0)

    @cached_property
    def _subjects(self) -> dict[str, Int64]:
        rows = self.subject_ties
        known = self.near.view.store.nodes(np.unique(rows[:, 1]).tolist(), self.near.view.seq)
        label = np.array([known[k][1] if k in known else "" for k in rows[:, 1].tolist()], dtype=object)
        return {str(x): rows[label == x, 0] for x in set(label.tolist())}


def _values_at(view: View, at: Slice, companies: Int64) -> dict[str, npt.NDArray[Any]]:
    columns = view.store.columns("Company", state_columns("Company"), at, owners=companies)
    found = current_values("Company", columns, companies)
    there = found.pop("node")
    out = {}
    for name, column in found.items():
        out[name] = np.full(len(companies), NO_DATE if column.dtype == np.int64 else None, column.dtype)
        out[name][there] = column
    return out
