"""Which nodes are one firm: the bearer of a code, and those known by a weaker code of the same firm."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from graph.view import View

Int64 = npt.NDArray[np.int64]


def same_firms(view: View, firms: Int64) -> dict[int, tuple[int, ...]]:
    """Of each firm all nodes that are it for certain, itself included, ascending."""
    out: dict[int, set[int]] = {key: {key} for key in firms.tolist()}
    for side, mine, other in (("owners", "owner", "end"), ("ends", "end", "owner")):
        ties = view.store.columns("SAME_AS", ["owner", "end", "method"], view.slice, **{side: firms})
        for key, linked, method in zip(*(ties[n].tolist() for n in (mine, other, "method")), strict=True):
            if method == "shared_identifier":
                out[key].add(linked)
    return {key: tuple(sorted(linked)) for key, linked in out.items()}


def key_array(keys: Iterable[int]) -> Int64:
    """The different keys of some, ascending."""
    return np.array(sorted(set(keys)), dtype=np.int64)
