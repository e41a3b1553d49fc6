"""What contradicts itself: one code with two names, one number with two or more, holders of more than a whole firm."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.declaration import SHARE_ONE
from graph.delivery import Batch
from graph.store import GraphStore, Slice
from graph.time import NO_DATE, to_day

Int64 = npt.NDArray[np.int64]
_PORTION = 50_000
_WHOLE = SHARE_ONE + SHARE_ONE // 1000  # design: a column over 1.001 is a data fault


def conflicts(store: GraphStore, batch: Batch) -> list[dict[str, Any]]:
    """Findings about the parties that a batch touches.

    code_two_names, number_two_names, number_set_aside; shares_over_100 where the holders that one source states sum
    to over 100.1 % on the batch's date.
    """
    return _name_conflicts(store, batch) + _share_conflicts(store, batch)


def _share_conflicts(store: GraphStore, batch: Batch) -> list[dict[str, Any]]:
    if not batch.touched("HOLDS_SHARES_IN"):
        return []
    before, now = (Slice(seq, to_day(batch.delivery.dated)) for seq in (batch.seq - 1, batch.seq))
    touched = np.unique(store.changed_columns("HOLDS_SHARES_IN", ["end"], before, now)["end"])
    held = store.columns("HOLDS_SHARES_IN", ["end", "share_min"], now, ends=touched)
    mine = held["share_min"] != NO_DATE
    firms, group = np.unique(held["end"][mine], return_inverse=True)
    total = np.zeros(len(firms), dtype=np.int64)
    np.add.at(total, group, held["share_min"][mine])
    out = []
    for firm in firms[total > _WHOLE].tolist():  # of all sources together: see which of them are over by themselves
        held_in = [e for e in store.edges(firm, ["HOLDS_SHARES_IN"], now, _PORTION) if e.end == firm]
        share = sum(e.values["share_min"] or 0 for e in held_in if e.source == batch.delivery.source)
        if share > _WHOLE:
            found = {"code": "shares_over_100", "subject": store.nodes([firm], batch.seq)[firm][0]}
            out.append(_finding(batch, **found, detail=f"{share * 100 / SHARE_ONE:.2f} %"))
    return out


def _finding(batch: Batch, code: str, subject: str, detail: str) -> dict[str, Any]:
    delivery = batch.delivery
    return {
        "source": delivery.source,
        "file": delivery.file,
        "row": None,
        "code": code,
        "subject": subject,
        "detail": detail,
    }


def _name_conflicts(store: GraphStore, batch: Batch) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for label in filter(batch.touched, ("Company", "Organisation", "Person")):
        owners = np.unique(store.recorded(batch, label, ["owner"])["owner"])
        for at in range(0, len(owners), _PORTION):
            out += _portion(store, batch, label, owners[at : at + _PORTION])
    return out


def _portion(store: GraphStore, batch: Batch, label: str, owners: Int64) -> list[dict[str, Any]]:
    found = store.lookup(label, owners)
    # Within one source for firms; for people two digests of one number are two names, whatever the source.
    distinct = np.unique(found[:, [0, 2] if label == "Person" else [0, 1, 2]], axis=0)
    keys = distinct[:, 0] if label == "Person" else distinct[:, :2]
    values, counts = np.unique(keys, return_counts=True, axis=0)
    suspects = np.unique(values[counts > 1] if label == "Person" else values[counts > 1][:, 0])
    names: dict[int, set[str]] = defaultdict(set)
    for row in store.versions(label, suspects.tolist(), batch.seq):
        names[row["owner"]].add(row["name"])
    ids = store.nodes(suspects.tolist(), batch.seq)
    return [
        _finding(batch, _code(label, len(names[key])), ids[key][0], f"{len(names[key])} names")
        for key in sorted(names)
        if len(names[key]) > 1
    ]


def _code(label: str, names: int) -> str:
    if label != "Person":
        return "code_two_names"
    return "number_two_names" if names == 2 else "number_set_aside"
