"""Objections to records: which are not decided yet, and which were upheld."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.ascending import matched
from graph.store import GraphStore, Slice
from graph.time import FOREVER, NO_DATE

Int64 = npt.NDArray[np.int64]


def pending(store: GraphStore, seq: int, day: int, records: Int64 | None = None) -> dict[int, int]:
    """By record (key) the day since when an objection to it waits for its decision, on a day, as known at a batch.

    Of all records, or of some by index.
    """
    links = store.columns("OBJECTED_BY", ("owner", "end"), Slice(seq), owners=records)
    of = np.unique(links["end"])
    received, decided, _ = _decisions(store, seq, of)
    at = matched(of, links["end"])
    waits = (received[at] <= day) & ((decided[at] == NO_DATE) | (decided[at] > day))
    out: dict[int, int] = {}
    for record, since in zip(links["owner"][waits].tolist(), received[at][waits].tolist(), strict=True):
        out[record] = min(out.get(record, FOREVER), since)
    return out


def upheld(store: GraphStore, seq: int, records: Int64 | None = None) -> dict[int, int]:
    """By record (key) the first day on which an objection to it was upheld, as known at a batch: it may not be used.

    Of all records, or of some by index.
    """
    links = store.columns("OBJECTED_BY", ("owner", "end"), Slice(seq), owners=records)
    of = np.unique(links["end"])
    _, decided, found = _decisions(store, seq, of)
    at = matched(of, links["end"])
    right = found[at] & (decided[at] != NO_DATE)
    out: dict[int, int] = {}
    for record, day in zip(links["owner"][right].tolist(), decided[at][right].tolist(), strict=True):
        out[record] = min(out.get(record, FOREVER), day)
    return out


def _decisions(store: GraphStore, seq: int, keys: Int64) -> tuple[Int64, Int64, npt.NDArray[np.bool_]]:
    """(day of receipt, day of decision, whether upheld) of objections (ascending keys)."""
    states = store.columns("Objection", ("owner", "received_on", "decided_on", "result"), Slice(seq), owners=keys)
    at = matched(keys, states["owner"])
    received, decided = np.full(len(keys), FOREVER), np.full(len(keys), NO_DATE)
    right = np.zeros(len(keys), dtype=bool)
    received[at], decided[at] = states["received_on"], states["decided_on"]
    right[at] = states["result"] == "upheld"
    return received, decided, right
