"""A store in memory over another one: what if this were loaded? Nothing is written to the one below, or to a disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from graph.delivery import Batch, Version, Work
from graph.errors import UsageError
from graph.keyset import KeySet
from graph.schema import SCHEMA
from graph.store import Edge, EdgeKey, GraphStore, Slice
from graph.stores.sqlite import SqliteStore
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]

_PORTION = 20_000  # nodes whose facts are read through at once
_NONE = np.zeros(0, dtype=np.int64)


class OverlayStore(SqliteStore):
    """What the store below knows now, and what is loaded over it, as if it had been loaded there.

    Facts are copied into memory node by node when they are asked for, and change there only: whatever a load or an
    algorithm walks to is there, and costs what it walks to. It sees the store as it was when it was opened, knows
    nothing of what was superseded before, and lasts as long as one question. After a refused file it is of no more use.
    """

    def __init__(self, below: GraphStore) -> None:
        self._below, self._top = below, below.sealed_seq()
        self._known = [b for b in below.batches() if b.sealed and b.seq <= self._top]
        self._read: defaultdict[tuple[str, str], KeySet] = defaultdict(KeySet)  # by table and side: nodes copied
        super().__init__("sqlite://")
        self._db.execute("PRAGMA temp_store=MEMORY")
        self.url = below.url

    # --- reading through ------------------------------------------------------------------------------

    def _copy(self, table: str, owners: Int64 = _NONE, ends: Int64 = _NONE) -> None:
        """Have in memory what these nodes have, or what ends at these, and each fact once."""
        for side, keys in (("owner", owners), ("end", ends)):
            fresh = np.unique(keys)
            fresh = fresh[~self._read[table, side].contains(fresh)]
            for at in range(0, len(fresh), _PORTION):
                self._copy_portion(table, side, fresh[at : at + _PORTION])

    def _copy_portion(self, table: str, side: str, keys: Int64) -> None:
        names = SCHEMA.fact_columns(table)
        columns = self._not_read(table, self._below.columns(table, names, Slice(self._top), **{f"{side}s": keys}))
        self._read[table, side].add(keys)
        columns["superseded_seq"] = np.full(len(columns["owner"]), NO_DATE)  # by what is not sealed
        values = ([None if v == NO_DATE else v for v in columns[n].tolist()] for n in names)
        self.put_raw(table, [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)])

    def _not_read(self, table: str, columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """Those of the facts below that are not in memory."""
        read = [self._read[table, side].contains(columns[side]) for side in ("owner", "end") if side in columns]
        there = np.logical_or.reduce(read)
        return {n: c[~there] for n, c in columns.items()}

    def columns(
        self, table: str, names: Sequence[str], at: Slice, owners: Int64 | None = None, ends: Int64 | None = None
    ) -> dict[str, npt.NDArray[Any]]:
        if at.seq < self._top:
            self._not_imagined()
        if owners is None and ends is None:
            return self._whole(table, names, at)
        self._copy(table, _NONE if owners is None else owners, _NONE if ends is None else ends)
        return super().columns(table, names, at, owners, ends)

    def _whole(self, table: str, names: Sequence[str], at: Slice) -> dict[str, npt.NDArray[Any]]:
        """A whole table, without copying it: what is below, but for what is in memory, and that."""
        sides = [] if table == "node" else ["owner", "end"] if table in SCHEMA.types else ["owner"]
        below = self._below.columns(table, list(dict.fromkeys([*names, *sides])), Slice(self._top, at.as_of))
        below = self._not_read(table, below) if sides else below
        here = super().columns(table, names, at)
        return {n: np.concatenate([below[n], here[n]]) for n in names}

    def changed_columns(
        self, table: str, names: Sequence[str], after: Slice, until: Slice
    ) -> dict[str, npt.NDArray[Any]]:
        if min(after.seq, until.seq) < self._top or after.as_of != until.as_of:
            self._not_imagined()
        return super().changed_columns(table, names, after, until)

    def _first_since(self, seq: int, table: str) -> int:  # noqa: ARG002 - rows come in the order of asking
        return 0

    def lookup(self, table: str, owner: Int64) -> Int64:
        self._copy(table, owner)
        return super().lookup(table, owner)

    def stored(self, table: str, owner: Int64, grp: Int64 | None = None) -> list[Version]:
        self._copy(table, owner)
        return super().stored(table, owner, grp)

    def open_facts(self, table: str, source: str) -> dict[str, Int64]:
        self._copy(table, self._below.open_facts(table, source)["owner"])
        return super().open_facts(table, source)

    def versions(self, label: str, keys: Sequence[int], seq: int) -> list[dict[str, Any]]:
        self._copy(label, np.array(keys, dtype=np.int64))
        return super().versions(label, keys, seq)

    def edges(self, key: int, types: Sequence[str], at: Slice, limit: int, after: EdgeKey | None = None) -> list[Edge]:
        self._copy_around(key, types)
        return super().edges(key, types, at, limit, after)

    def degree(self, key: int, types: Sequence[str], at: Slice) -> dict[str, int]:
        self._copy_around(key, types)
        return super().degree(key, types, at)

    def _copy_around(self, key: int, types: Sequence[str]) -> None:
        one = np.array([key], dtype=np.int64)
        for table in types:
            self._copy(table, one, one)

    # --- what is below, and what is in memory ---------------------------------------------------------

    def batches(self) -> list[Batch]:
        return [*self._known, *super().batches()]

    def write(self, batch: Batch, work: Work) -> None:
        keys = [key for nodes in work.nodes.values() for key in nodes]
        known = self._below.nodes(keys, self._top)
        new = {label: {k: i for k, i in nodes.items() if k not in known} for label, nodes in work.nodes.items()}
        super().write(batch, replace(work, nodes=new))

    def nodes(self, keys: Sequence[int], seq: int) -> dict[int, tuple[str, str]]:
        return self._below.nodes(keys, self._top) | super().nodes(keys, seq)

    def weak_nodes(self, seq: int | None = None) -> dict[int, str]:
        if seq is not None:
            return super().weak_nodes(seq)
        weak = self._below.weak_nodes()
        sealed = self._below.nodes(list(weak), self._top)
        return dict(sorted(({k: i for k, i in weak.items() if k in sealed} | super().weak_nodes()).items()))

    def find(self, label: str, name: str, values: Sequence[str], seq: int) -> list[tuple[str, int]]:
        below = self._below.find(label, name, values, self._top)
        return sorted({*below, *super().find(label, name, values, seq)})

    def search(self, text: str, labels: Sequence[str], seq: int, limit: int) -> list[int]:
        below = self._below.search(text, labels, self._top, limit)
        return list(dict.fromkeys([*below, *super().search(text, labels, seq, limit)]))[:limit]

    def ledger(self, name: str, seq: int | None = None) -> list[dict[str, Any]]:
        below = [] if seq is not None and seq > self._top else self._below.ledger(name, seq)
        return [*(row for row in below if row["seq"] <= self._top), *super().ledger(name, seq)]

    def get_meta(self, name: str) -> str | None:
        own = super().get_meta(name)
        return self._below.get_meta(name) if own is None else own

    # --- what is not imagined -------------------------------------------------------------------------

    def _not_imagined(self, *_: object, **__: object) -> NoReturn:
        raise UsageError(
            "a what-if knows only what counts now",
            "Ask the store itself, after loading the file.",
            "假设推演只适用于当前有效的数据。请先加载文件，再直接查询图库。",
        )

    history = changes = raw = results = computed_ties = _not_imagined
    ties = mentions = past = entries = erase = _not_imagined
