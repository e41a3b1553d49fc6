"""Identities that contradict themselves: one code with two names, one number with two or more."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.delivery import Batch
from graph.store import GraphStore

Int64 = npt.NDArray[np.int64]
_PORTION = 50_000


def name_conflicts(store: GraphStore, batch: Batch) -> list[dict[str, Any]]:
    """Findings about the parties that a batch touches: code_two_names, number_two_names, number_set_aside."""
    out: list[dict[str, Any]] = []
    for label in ("Company", "Organisation", "Person"):
        owners = np.unique(store.recorded_owners(batch, label))
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
        {
            "source": batch.delivery.source,
            "file": batch.delivery.file,
            "row": None,
            "code": _code(label, len(names[key])),
            "subject": ids[key][0],
            "detail": f"{len(names[key])} names",
        }
        for key in sorted(names)
        if len(names[key]) > 1
    ]


def _code(label: str, names: int) -> str:
    if label != "Person":
        return "code_two_names"
    return "number_two_names" if names == 2 else "number_set_aside"
