"""Values of pairs of nodes, looked up in bulk."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]


class Pairs:
    """A table of values by (first, second) position; a repeated pair keeps its first value. O(n log n) to make."""

    def __init__(self, nodes: int, first: Int64, second: Int64, *values: npt.NDArray[Any]) -> None:
        self._nodes = np.int64(nodes)
        keys = first * self._nodes + second
        self._keys, at = np.unique(keys, return_index=True)
        self.values = [v[at] for v in values]

    def find(self, first: Int64, second: Int64, missing: float = 0.0) -> list[npt.NDArray[Any]]:
        """The values of each wanted pair, `missing` where the table has none."""
        if not len(self._keys):
            return [np.full(len(first), missing) for _ in self.values]
        wanted = first * self._nodes + second
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        hit = self._keys[place] == wanted
        return [np.where(hit, v[place], missing) for v in self.values]
