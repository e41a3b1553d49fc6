"""What lies around nodes of a view: by ties of the day, and by all that were ever true."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.neighbours import Neighbours
from graph.store import Slice
from graph.view import View

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vicinity:
    """The neighbours of nodes (keys) in a view, read by index."""

    view: View

    @cached_property
    def now(self) -> Neighbours:
        """By ties of the day."""
        return Neighbours(self.view.store, self.view.slice)

    @cached_property
    def ever(self) -> Neighbours:
        """By all ties that were ever known to be true."""
        return Neighbours(self.view.store, Slice(self.view.seq))

    def records(self, parties: Int64) -> Int64:
        """The records about parties."""
        return self.now.ends(("SUBJECT_OF",), parties)

    def labelled(self, label: str, keys: Int64) -> Int64:
        """Those of the nodes that have a label, ascending."""
        known = self.view.store.nodes(np.unique(keys).tolist(), self.view.seq)
        return np.array(sorted(k for k, (_, name) in known.items() if name == label), dtype=np.int64)

    def tied(self, name: str, keys: Int64) -> Int64:
        """All that relationships of a type tie together with some nodes, whichever way they go."""
        seen = fresh = keys
        while len(fresh):
            fresh = np.setdiff1d(self.now.same(self.now.around((name,), fresh)), seen)
            seen = np.union1d(seen, fresh)
        return seen


def union(*keys: Int64) -> Int64:
    """Keys of several sets, ascending, each once."""
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *keys]))
