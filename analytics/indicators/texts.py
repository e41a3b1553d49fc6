"""What signs read of texts that no projection holds: the stem of a name with a serial number, the items of a scope."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.ascending import matched
from graph.projection import GraphProjection
from graph.runs import begins
from graph.store import GraphStore, Slice
from graph.time import to_day

Int64 = npt.NDArray[np.int64]

_SERIAL = re.compile(r"[0-9０-９一二三四五六七八九十百零〇壹贰叁]+号?|[A-Z]+")
_ITEMS = re.compile(r"[；;。，,、]")


def read_texts(store: GraphStore, projection: GraphProjection) -> dict[str, Int64]:
    """By company: `node`, `stem` (a number for names alike but for a serial; -1: no serial), `items` of its scope."""
    day = to_day(dt.date.fromisoformat(projection.manifest["as_of"]))
    at = Slice(int(projection.manifest["seq"]), day)
    columns = store.columns("Company", ["owner", "source", "name", "scope"], at)
    order = np.lexsort((columns["source"].astype(str) != "registrations", columns["owner"]))
    owner = columns["owner"][order]
    first = order[begins(owner)]
    node = matched(projection.nodes, columns["owner"][first])
    there = node >= 0
    return {
        "node": projection.canonical[node[there]],
        "stem": stems(columns["name"][first][there].tolist()),
        "items": np.array([items(s) for s in columns["scope"][first][there].tolist()], dtype=np.int64),
    }


def stems(names: list[Any]) -> Int64:
    """The same number for names that differ in a serial number only; -1 for a name without one."""
    cut = [_SERIAL.sub("#", name, count=1) if name else "" for name in names]
    found: dict[str, int] = {}
    return np.array(
        [
            found.setdefault(stem, len(found)) if stem != name and stem else -1
            for stem, name in zip(cut, names, strict=True)
        ],
        dtype=np.int64,
    )


def items(scope: str | None) -> int:
    """How many items a scope lists; 0 for none stated."""
    return sum(bool(part.strip()) for part in _ITEMS.split(scope)) if scope else 0


def usual_scope(texts: dict[str, Int64]) -> float:
    """The 95th percentile of items of a scope, of the firms that state one: the baseline of `wide_scope`."""
    stated = texts["items"][texts["items"] > 0]
    return float(np.percentile(stated, 95, method="lower")) if len(stated) else 0.0
