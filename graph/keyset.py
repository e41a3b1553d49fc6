"""A growing set of 64-bit keys in sorted runs: eight bytes a key, and adding n keys costs n log n in all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]


class KeySet:
    """Keys seen so far. Runs are merged when a new one is as long as the one before it, so there are few."""

    def __init__(self) -> None:
        self._runs: list[Int64] = []

    def add(self, keys: Int64) -> None:
        """Add keys that are not in it yet."""
        run = np.sort(keys)
        while self._runs and len(self._runs[-1]) <= len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")  # two sorted halves: one merge
        self._runs.append(run)

    def contains(self, keys: Int64) -> npt.NDArray[np.bool_]:
        """Which of the keys are in it."""
        found = np.zeros(len(keys), dtype=bool)
        for run in self._runs:
            at = np.searchsorted(run, keys)
            at[at == len(run)] = 0
            found |= run[at] == keys
        return found
