"""What a delivery is and what it brings: batches, chunks of facts, and the writes they come to."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.identity import digests
from graph.schema import SCHEMA

Int64 = npt.NDArray[np.int64]


class Coverage(StrEnum):
    """What a file is: everything the source holds in its scope, or what changed since."""

    FULL = "full"
    DELTA = "delta"


@dataclass(frozen=True)
class Delivery:
    """What a source says its file is, and what we know of its arrival."""

    source: str
    file: str
    sha256: str
    coverage: Coverage
    dated: dt.date
    received_at: dt.datetime
    scope: str = ""  # area code prefix that a full list covers; empty for everything
    period_days: int = 31  # how often the source's catalogue entry wants a delivery
    size: int = 0  # bytes of the file
    corrects: int | None = None  # the batch whose refused rows it brings again


@dataclass
class Batch:
    """One delivery in the store. `cursor` counts the rows done; readers see it once `sealed`.

    kind: load; derived, what follows from what was loaded; compensation and unloaded, where one was taken back.
    """

    seq: int
    delivery: Delivery
    sealed: bool = False
    held: bool = False
    cursor: int = 0
    kind: str = "load"
    totals: dict[str, int] = field(default_factory=dict)

    def touched(self, table: str) -> bool:
        """Whether the batch brought, settled or ended any fact of a table."""
        return any(self.totals.get(f"{what}:{table}") for what in ("facts", "settled", "vanished"))

    def to_json(self) -> str:
        """The batch as canonical JSON."""
        delivery = vars(self.delivery) | {
            "dated": self.delivery.dated.isoformat(),
            "received_at": self.delivery.received_at.isoformat(),
        }
        return json.dumps(vars(self) | {"delivery": delivery}, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, *, sealed: bool = False) -> Batch:
        """The inverse of `to_json`. A sealed one does not change any more, so it is read once and shared."""
        return _shared(text) if sealed else cls._read(text)

    @classmethod
    def _read(cls, text: str) -> Batch:
        data = json.loads(text)
        delivery = data.pop("delivery")
        delivery["dated"] = dt.date.fromisoformat(delivery["dated"])
        delivery["received_at"] = dt.datetime.fromisoformat(delivery["received_at"])
        delivery["coverage"] = Coverage(delivery["coverage"])
        return cls(delivery=Delivery(**delivery), **data)


def standing(batches: Iterable[Batch], seq: int) -> list[Batch]:
    """The loaded batches that stood as of a batch: sealed by then, and by then not taken back."""
    known = [b for b in batches if b.sealed and b.seq <= seq]
    taken_back = {b.delivery.file for b in known if b.kind == "compensation"}
    loaded = [b for b in known if b.kind in ("load", "unloaded")]
    return [b for b in loaded if undoing(b.seq) not in taken_back] if taken_back else loaded


def delivered(batches: Iterable[Batch], seq: int) -> str:
    """A digest of what had been delivered as of a batch, and as what: another one in a place shows, a later one not."""
    said = ("source", "sha256", "coverage", "dated", "scope", "corrects")
    known = [[b.seq, *(str(getattr(b.delivery, n)) for n in said)] for b in batches if b.sealed and b.seq <= seq]
    return hashlib.blake2b(json.dumps(known).encode(), digest_size=8).hexdigest()


def undoing(seq: int) -> str:
    """What stands for the file in the batch that takes another one back."""
    return f"unload {seq}"


@lru_cache(maxsize=10_000)
def _shared(text: str) -> Batch:
    return Batch._read(text)


@dataclass
class Facts:
    """Columns of new facts of one table. `values` holds the table's properties in declared order.

    For a relationship `owner` is its start and `end` its end node; for a label `owner` is the node and
    `end` is None. `row` is the row that brings the fact, for the row totals.
    """

    owner: Int64
    grp: Int64
    digest: Int64
    valid_from: list[int | None]
    valid_to: list[int | None]
    bounds: list[str | None]
    values: list[list[Any]]
    row: Int64
    end: Int64 | None = None

    def __len__(self) -> int:
        return len(self.owner)

    def take(self, index: Int64) -> Facts:
        """The facts at these positions."""
        at = index.tolist()

        def pick(column: list[Any]) -> list[Any]:
            return [column[i] for i in at]

        return Facts(
            self.owner[index],
            self.grp[index],
            self.digest[index],
            pick(self.valid_from),
            pick(self.valid_to),
            pick(self.bounds),
            [pick(c) for c in self.values],
            self.row[index],
            None if self.end is None else self.end[index],
        )


@dataclass
class Chunk:
    """What one stretch of a file says: nodes by label (nid to id), facts by table, rows for the ledgers."""

    cursor: int
    rows: Int64  # numbers of the accepted rows, ascending
    nodes: dict[str, dict[int, str]]
    facts: dict[str, Facts]
    ledgers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    notes: int = 0  # title rows, totals and notes met so far in the file
    spared: list[int] = field(default_factory=list)  # parties that refused rows name by code or number,
    spared_names: list[str] = field(default_factory=list)  # or, where they give none, by name: none of them ends


@dataclass
class Version:
    """A stored version of a fact, as far as merging needs it."""

    ref: Any
    owner: int
    grp: int
    lot: int
    digest: int
    valid_from: int | None
    valid_to: int | None
    recorded_seq: int
    end: int | None
    bounds: str | None
    values: list[Any]


@dataclass
class Work:
    """What one transaction writes."""

    nodes: dict[str, dict[int, str]] = field(default_factory=dict)
    inserts: dict[str, list[Insert]] = field(default_factory=dict)
    closings: dict[str, list[Any]] = field(default_factory=dict)  # refs of versions to supersede
    ledgers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Erasure:
    """What one transaction really removes, and what it leaves in its place."""

    nodes: list[int] = field(default_factory=list)  # with every version and relationship they ever had
    facts: dict[str, list[Any]] = field(default_factory=dict)  # refs of single versions by table
    values: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=dict)  # table, ref, changed columns
    ledgers: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)  # ledger, entry, changed columns
    ungraded: list[int] = field(default_factory=list)  # nodes whose computed properties and relationships go
    tombstones: list[dict[str, Any]] = field(default_factory=list)


def digest_facts(
    table: str,
    end: Int64 | None,
    valid_from: Sequence[int | None],
    valid_to: Sequence[int | None],
    values: Sequence[Sequence[Any]],
) -> Int64:
    """What tells two contents of one fact apart. `values` are columns in declared order.

    Dates are part of it where a fact of the table may come again with others: not for attributes, nor where one
    relationship at a time holds.
    """
    keyed: list[Sequence[Any]] = []
    if end is not None:
        keyed = [end.tolist()] if SCHEMA.evolves(table) else [valid_from, valid_to]
    return digests(zip(*keyed, *values, strict=True))


@dataclass
class Insert:
    """Facts to insert, with the lots they continue (their own digest where they are new)."""

    facts: Facts
    lot: Int64
    end_basis: list[str | None]
    source: str
