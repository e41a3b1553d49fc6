"""An array of which few entries have changed or come since: an update costs what it changes, not the whole array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.arrays.splice import inserted

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Patched:
    """An array, and the values that took the place of some of its entries (ascending); never changed in place.

    came: ascending positions of the entries that the first array had not; they are among those with a value here.
    """

    base: Column
    at: Int64
    value: Column
    came: Int64

    @classmethod
    def of(cls, base: Column) -> Patched:
        """An array without a change."""
        return cls(base, _NONE, base[:0], _NONE)

    def __len__(self) -> int:
        return len(self.base) + len(self.came)

    def __getitem__(self, wanted: Int64) -> Column:
        if not len(self.at):
            return self.base[wanted]
        place = np.minimum(np.searchsorted(self.at, wanted), len(self.at) - 1)
        patched = self.at[place] == wanted
        first = np.where(patched, 0, wanted - np.searchsorted(self.came, wanted)) if len(self.came) else wanted
        out = self.base[first] if len(self.base) else np.zeros(len(wanted), self.base.dtype)
        return np.asarray(np.where(patched, self.value[place], out))

    def replaced(self, at: Int64, value: Column) -> Patched:
        """With other values at ascending positions. O(changes so far); now and then O(n)."""
        rest = ~np.isin(self.at, at)
        every, values = np.concatenate([self.at[rest], at]), np.concatenate([self.value[rest], value])
        order = np.argsort(every)
        changed = Patched(self.base, every[order], values[order], self.came)
        return changed if len(every) < 1000 + len(self.base) // 64 else Patched.of(changed.whole())

    def grown(self, at: Int64, value: Any) -> Patched:
        """With an entry more before each of these ascending positions. O(changes so far); now and then O(n)."""
        came = at + np.arange(len(at))
        moved, was = (p + np.searchsorted(at, p, side="right") for p in (self.at, self.came))
        later = Patched(self.base, moved, self.value, np.sort(np.concatenate([was, came])))
        return later.replaced(came, np.full(len(at), value, self.base.dtype))

    def whole(self) -> Column:
        """A copy with every change. O(n)."""
        at = self.came - np.arange(len(self.came))
        out = inserted(self.base, at, np.zeros(len(at), self.base.dtype)) if len(at) else self.base.copy()
        out[self.at] = self.value
        return out
