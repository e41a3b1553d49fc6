"""Which nodes lie one relationship away, read by index from a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.projection import SURE
from graph.store import GraphStore, Slice

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Neighbours:
    """The relationships of a slice: with `as_of` those of that day, without it all that were ever known to be true."""

    store: GraphStore
    at: Slice

    def ends(self, names: Iterable[str], starts: Int64) -> Int64:
        """What some nodes point to by relationships of some types, ascending. O(what is found)."""
        return self._found(names, "end", owners=starts)

    def starts(self, names: Iterable[str], ends: Int64) -> Int64:
        """What points to some nodes, ascending."""
        return self._found(names, "owner", ends=ends)

    def around(self, names: Iterable[str], keys: Int64) -> Int64:
        """What points to some nodes or is pointed to, ascending."""
        names = tuple(names)
        return np.union1d(self.ends(names, keys), self.starts(names, keys))

    def same(self, keys: Int64) -> Int64:
        """These nodes and all that are one party with one of them for certain (SAME_AS), ascending."""
        seen = fresh = np.unique(keys)
        while len(fresh):
            found = [
                self.store.columns("SAME_AS", (other, "probability"), self.at, **{side: fresh})
                for side, other in (("owners", "end"), ("ends", "owner"))
            ]
            sure = [c[other][c["probability"] >= SURE] for c, other in zip(found, ("end", "owner"), strict=True)]
            fresh = np.setdiff1d(np.concatenate(sure), seen)
            seen = np.union1d(seen, fresh)
        return seen

    def _found(self, names: Iterable[str], other: str, **side: Int64) -> Int64:
        (keys,) = side.values()
        if not len(keys):
            return keys
        none = [np.zeros(0, dtype=np.int64)]
        return np.unique(
            np.concatenate(none + [self.store.columns(n, (other,), self.at, **side)[other] for n in names])
        )
