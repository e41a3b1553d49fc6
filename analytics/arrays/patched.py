"""An array of which few entries have changed since: an update costs what it changes, not the whole array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.arrays.splice import inserted

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Patched:
    """An array, and the values that took the place of some of its entries (ascending); never changed in place."""

    base: Column
    at: Int64
    value: Column

    @classmethod
    def of(cls, base: Column) -> Patched:
        """An array without a change."""
        return cls(base, np.zeros(0, np.int64), base[:0])

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, wanted: Int64) -> Column:
        out = self.base[wanted]
        if len(self.at):
            place = np.minimum(np.searchsorted(self.at, wanted), len(self.at) - 1)
            out = np.where(self.at[place] == wanted, self.value[place], out)
        return np.asarray(out)

    def replaced(self, at: Int64, value: Column) -> Patched:
        """With other values at ascending positions. O(changes so far); now and then O(n)."""
        rest = ~np.isin(self.at, at)
        every, values = np.concatenate([self.at[rest], at]), np.concatenate([self.value[rest], value])
        order = np.argsort(every)
        changed = Patched(self.base, every[order], values[order])
        return changed if len(every) < 1000 + len(self.base) // 64 else Patched.of(changed.whole())

    def grown(self, at: Int64, value: Any) -> Patched:
        """With an entry more before each of these positions. O(n)."""
        return Patched.of(inserted(self.whole(), at, np.full(len(at), value, self.base.dtype)))

    def whole(self) -> Column:
        """A copy with every change. O(n)."""
        out = self.base.copy()
        out[self.at] = self.value
        return out
