"""The contract of a graph store: sealed batches, facts with two clocks, and reading by columns.

A fact is identified by (owner, grp, lot): owner is the node (or start node) it hangs on, grp the hash of all
that makes up its key, lot the digest of its first content, which tells several holdings of one holder apart
and survives corrections. A version of a fact carries valid time and known time. Stores only look up, insert
and close versions; what a delivery means is decided in graph.merge.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.delivery import Batch, Coverage, Delivery, Erasure, Version, Work
from graph.errors import FileRefused, UsageError
from graph.time import civil_day, to_day

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Slice:
    """Which versions to read: recorded up to batch `seq`, and, if given, true on day `as_of`."""

    seq: int
    as_of: int | None = None


@dataclass(frozen=True)
class Edge:
    """One relationship next to a node, as read from a store."""

    type: str
    start: int
    end: int
    grp: int
    lot: int
    source: str
    valid_from: int | None
    valid_to: int | None
    recorded_seq: int
    superseded_seq: int | None
    values: dict[str, Any]


EdgeKey = tuple[str, int, int, int]  # type, grp, lot, recorded_seq: where a page of relationships ended


class GraphStore(ABC):
    """A store of one deployment's graph. Every method but loading is safe for concurrent readers."""

    url: str

    # --- what a store implements: batches -----------------------------------------------------------

    @abstractmethod
    def batches(self) -> list[Batch]:
        """All batches by number, sealed or not."""

    @abstractmethod
    def save_batch(self, batch: Batch) -> None:
        """Write a batch's state by itself."""

    @abstractmethod
    def acquire(self, holder: str) -> None:
        """Take the write lease; StoreBusy if a living process holds it."""

    @abstractmethod
    def release(self) -> None:
        """Give the write lease back."""

    @abstractmethod
    def write(self, batch: Batch, work: Work) -> None:
        """Carry out inserts and closings together with the batch's cursor, all or nothing."""

    def expect(self, batch: Batch, *, new_source: bool) -> None:  # noqa: B027 - most stores need nothing
        """Hear what is coming before the first `write`: a store may put off its indexes for much that is new."""

    def ready(self, batch: Batch) -> None:  # noqa: B027
        """Make everything written so far quick to look up; called after the last row, before facts are settled."""

    @abstractmethod
    def seal(self, batch: Batch) -> None:
        """Make a complete batch visible, current values and search included, all at once."""

    @abstractmethod
    def remove(self, batch: Batch) -> None:
        """Remove an unsealed or the last sealed batch: its rows go, what it closed is open again."""

    # --- what a store implements: looking up and reading --------------------------------------------

    @abstractmethod
    def lookup(self, table: str, owner: Int64) -> Int64:
        """Open versions of these owners, unsealed ones too: rows of (owner, grp, digest, recorded_seq)."""

    @abstractmethod
    def recorded(self, batch: Batch, table: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        """Owners of the facts that a batch recorded."""

    @abstractmethod
    def stored(self, table: str, owner: Int64, grp: Int64 | None = None) -> list[Version]:
        """Open versions of these owners (of these groups, if given), whole, unsealed ones too."""

    @abstractmethod
    def open_facts(self, table: str, source: str) -> dict[str, Int64]:
        """Every open version a source asserts: owner, grp, lot, digest, valid_to, recorded_seq; of a type also end."""

    @abstractmethod
    def weak_nodes(self, seq: int | None = None) -> dict[int, str]:
        """Parties known by something weaker than their own code (CN-ORG, CN-REGNO, CN-ID15), unsealed ones too.

        `seq`: only those that this batch was the first to name.
        """

    @abstractmethod
    def recall(self, seq: int) -> list[dict[str, Any]]:
        """The working notes of an unfinished batch, in order of writing: what was seen, what is pending."""

    @abstractmethod
    def columns(
        self, table: str, names: Sequence[str], at: Slice, owners: Int64 | None = None, ends: Int64 | None = None
    ) -> dict[str, npt.NDArray[Any]]:
        """Columns of a label's or type's versions, or of `node` (nid, id, label); order is not defined.

        `owners`, `ends`: only what these nodes have, or what ends at these; one of the two. By index: O(what is found).

        Integers, dates, money and shares come as int64 with NO_DATE for none, text as object arrays.
        Raises KeyError for an unknown name.
        """

    @abstractmethod
    def changed_columns(
        self, table: str, names: Sequence[str], after: Slice, until: Slice
    ) -> dict[str, npt.NDArray[Any]]:
        """Like `columns`, for the facts whose visibility may differ between two slices, plus column `live`."""

    @abstractmethod
    def nodes(self, keys: Sequence[int], seq: int) -> dict[int, tuple[str, str]]:
        """Id and label of each node known at a batch."""

    @abstractmethod
    def versions(self, label: str, keys: Sequence[int], seq: int) -> list[dict[str, Any]]:
        """All versions of these nodes' attributes known at a batch, superseded ones left out."""

    @abstractmethod
    def history(self, label: str, key: int) -> list[dict[str, Any]]:
        """Every sealed version of a node's attributes ever recorded, oldest first."""

    @abstractmethod
    def edges(self, key: int, types: Sequence[str], at: Slice, limit: int, after: EdgeKey | None = None) -> list[Edge]:
        """Relationships of a node in both directions, ordered by EdgeKey, a page at a time."""

    @abstractmethod
    def degree(self, key: int, types: Sequence[str], at: Slice) -> dict[str, int]:
        """Exact number of relationships of a node by type, both directions."""

    @abstractmethod
    def find(self, label: str, name: str, values: Sequence[str], seq: int) -> list[tuple[str, int]]:
        """(value, nid) of the nodes of which a `looked_up` property has, or had, one of these values."""

    @abstractmethod
    def search(self, text: str, labels: Sequence[str], seq: int, limit: int) -> list[int]:
        """Nodes with a searched text that contains `text`, letter by letter; at most `limit`, any order."""

    @abstractmethod
    def changes(self, after: int, table: str) -> Iterator[dict[str, Any]]:
        """Facts recorded or superseded by sealed batches after a number, in order of (batch, grp, lot)."""

    # --- what a store implements: erasing -----------------------------------------------------------

    @abstractmethod
    def ties(self, keys: Sequence[int]) -> list[tuple[str, int, int]]:
        """(type, start, end) of every relationship ever recorded at one of these nodes, in order."""

    @abstractmethod
    def mentions(self, texts: Sequence[str]) -> Iterator[tuple[str, Version]]:
        """Every version ever recorded, with its table, that has one of these texts in a text property."""

    @abstractmethod
    def past(self, table: str, source: str, day: int, seq: int) -> list[Any]:
        """Refs of the versions of a source that ended by `day`, or that a batch up to `seq` superseded."""

    @abstractmethod
    def entries(self, ledger: str) -> list[dict[str, Any]]:
        """All rows of a ledger with the number of their `entry`."""

    @abstractmethod
    def erase(self, erasure: Erasure) -> None:
        """Carry an erasure out, all or nothing: no query finds it, and no byte of it stays in files of ours."""

    # --- what a store implements: beside the graph --------------------------------------------------

    @abstractmethod
    def append(self, ledger: str, rows: Sequence[dict[str, Any]], seq: int = 0) -> None:
        """Add rows to a ledger, outside a batch unless `seq` says whose they are."""

    @abstractmethod
    def ledger(self, name: str, seq: int | None = None) -> list[dict[str, Any]]:
        """Rows of a ledger, of sealed batches or of none, in order of writing; `seq` picks one batch's."""

    @abstractmethod
    def write_results(self, label: str, keys: Int64, values: Mapping[str, Iterable[Any]]) -> None:
        """Set computed properties on nodes, replacing the last ones of the same names."""

    @abstractmethod
    def results(self, label: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        """Computed properties as written, with column `nid`, in its order."""

    @abstractmethod
    def write_ties(self, name: str, start: Int64, end: Int64, values: dict[str, Sequence[Any]]) -> None:
        """Set computed relationships of a name (COMPUTED_...) between nodes, replacing the last ones of that name."""

    @abstractmethod
    def computed_ties(self, name: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        """Computed relationships as written: columns `start`, `end` and those named, in order of start and end."""

    @abstractmethod
    def get_meta(self, name: str) -> str | None:
        """A named text kept with the store."""

    @abstractmethod
    def set_meta(self, name: str, value: str) -> None:
        """Set a named text."""

    @abstractmethod
    def raw(self, table: str) -> Iterator[list[dict[str, Any]]]:
        """All sealed versions of a table (or of `node`) for a copy to another store, in portions."""

    @abstractmethod
    def put_raw(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Take portions that `raw` gave; for an empty store only."""

    @abstractmethod
    def finish_copy(self, batches: Sequence[Batch]) -> None:
        """Write the batches and build what a seal builds, after the last `put_raw`."""

    @abstractmethod
    def close(self) -> None:
        """Release everything."""

    # --- shared by every store ----------------------------------------------------------------------

    def sealed_seq(self, known_at: dt.date | None = None) -> int:
        """The last sealed batch, or the last whose day of receipt is not after `known_at`; 0 for none."""
        last = 0
        for batch in self.batches():
            if batch.sealed and (known_at is None or civil_day(batch.delivery.received_at) <= to_day(known_at)):
                last = batch.seq
        return last

    def begin(self, delivery: Delivery) -> Batch:
        """Open a batch for a delivery, or go on with the unfinished one of the same file.

        Raises UsageError while another file's batch is unfinished or held, or when the delivery would
        go back in time; FileRefused for a full list older than the source's last one.
        """
        batches = self.batches()
        if batches and not batches[-1].sealed:
            return self._resume(batches[-1], delivery)
        sealed = [b for b in batches if b.sealed and b.kind == "load"]
        last = batches[-1].delivery.received_at if batches else delivery.received_at
        if civil_day(delivery.received_at) < civil_day(last):
            raise UsageError(
                f"{delivery.file} was received {delivery.received_at:%Y-%m-%d}, the last batch {last:%Y-%m-%d}",
                "Deliveries are loaded in the order they came in; name the file itself to load it as received today.",
                f"{delivery.file} 的收到日期 {delivery.received_at:%Y-%m-%d} 早于上一批次（{last:%Y-%m-%d}）。"
                "文件应按收到的先后加载；如按今日收到处理，请直接指定该文件。",
            )
        delivery = replace(delivery, received_at=max(delivery.received_at, last))  # known time is told in days
        newest = max(
            (
                b.delivery.dated
                for b in sealed
                if b.delivery.source == delivery.source
                and b.delivery.coverage is Coverage.FULL
                and b.delivery.scope == delivery.scope
            ),
            default=None,
        )
        if delivery.coverage is Coverage.FULL and newest and delivery.dated < newest:
            raise FileRefused(
                f"{delivery.file}: a full list of {delivery.dated}, older than the one of {newest} already loaded",
                "Load it with --coverage delta if it only adds, or leave it out.",
                f"{delivery.file}：{delivery.dated} 的全量数据早于已入库的（{newest}）。如只作补充，请按增量加载。",
            )
        batch = Batch((batches[-1].seq if batches else 0) + 1, delivery)
        self.save_batch(batch)
        return batch

    def _resume(self, batch: Batch, delivery: Delivery) -> Batch:
        if batch.delivery.sha256 != delivery.sha256 or batch.delivery.source != delivery.source:
            state = "waits for a decision" if batch.held else "is unfinished"
            state_zh = "待决定" if batch.held else "未完成"
            raise UsageError(
                f"batch {batch.seq} ({batch.delivery.file}) {state}",
                f"Load that file again to go on, or: creditgraph unload {batch.seq}",
                f"批次 {batch.seq}（{batch.delivery.file}）{state_zh}。"
                f"请重新加载该文件以继续，或：creditgraph unload {batch.seq}",
            )
        return batch

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
