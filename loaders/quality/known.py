"""What a store held on a day: the deliveries that were sealed by then, and which source a batch is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.delivery import Batch
from graph.store import GraphStore
from graph.time import Moment, civil_day, to_day
from loaders.source import sources

Int64 = npt.NDArray[np.int64]


class Table(NamedTuple):
    """Rows under columns; the first `keys` columns say what a row is about."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    keys: int = 1


@dataclass(frozen=True)
class Known:
    """A store as known at a moment."""

    store: GraphStore
    moment: Moment

    @cached_property
    def sealed(self) -> list[Batch]:
        """Every batch that was sealed and received by `known_at`, by number."""
        last = to_day(self.moment.known_at)
        return [b for b in self.store.batches() if b.sealed and civil_day(b.delivery.received_at) <= last]

    @cached_property
    def seq(self) -> int:
        """The last of them; 0 for none."""
        return self.sealed[-1].seq if self.sealed else 0

    @cached_property
    def deliveries(self) -> list[Batch]:
        """Those that are deliveries and were not taken back."""
        return [b for b in self.sealed if b.kind == "load"]

    @cached_property
    def sources(self) -> list[str]:
        """Names of all sources, by name; arrays hold positions in it."""
        return sorted(sources())

    @cached_property
    def source_of(self) -> Int64:
        """By batch number the position of its source; -1 for a source that there is no more."""
        out = np.full(self.seq + 1, -1, dtype=np.int64)
        for batch in self.sealed:
            if batch.delivery.source in sources():
                out[batch.seq] = self.sources.index(batch.delivery.source)
        return out

    @cached_property
    def received(self) -> Int64:
        """By batch number the civil day of its receipt."""
        out = np.zeros(self.seq + 1, dtype=np.int64)
        out[[b.seq for b in self.sealed]] = [civil_day(b.delivery.received_at) for b in self.sealed]
        return out

    @cached_property
    def stock(self) -> npt.NDArray[np.bool_]:
        """By batch number whether it is of the first day of a source and scope, or corrects such a one: never late."""
        out = np.zeros(self.seq + 1, dtype=bool)
        first: dict[tuple[str, str], int] = {}
        for batch in self.sealed:
            delivery, day = batch.delivery, int(self.received[batch.seq])
            corrects = delivery.corrects is not None and bool(out[delivery.corrects])
            out[batch.seq] = first.setdefault((delivery.source, delivery.scope), day) == day or corrects
        return out

    @cached_property
    def refused(self) -> list[dict[str, Any]]:
        """Rows in quarantine."""
        return list(self.ledger("quarantine"))

    def ledger(self, name: str) -> Iterator[dict[str, Any]]:
        """Rows of a ledger that deliveries known at the moment wrote, in order of writing."""
        wanted = {b.seq for b in self.deliveries}
        return (row for row in self.store.ledger(name) if row["seq"] in wanted)
