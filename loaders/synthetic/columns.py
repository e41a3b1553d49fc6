"""Rows of typed columns that grow at the end: a struct of arrays, not an object a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Columns:
    """Named numpy columns of one length; `add` is amortised O(1) a row, a column is a view, to be written to."""

    def __init__(self, **types: npt.DTypeLike) -> None:
        self._count = 0
        self._columns: dict[str, npt.NDArray[Any]] = {name: np.zeros(16, dtype) for name, dtype in types.items()}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._columns[name][: self._count]

    def add(self, count: int, **values: Any) -> Int64:
        """Append `count` rows, of arrays or of one value for all (0 where none is given); returns their positions."""
        first, self._count = self._count, self._count + count
        for name, column in self._columns.items():
            if len(column) < self._count:
                self._columns[name] = np.concatenate(
                    [column, np.zeros(max(self._count - len(column), len(column) // 4), column.dtype)]
                )
            self._columns[name][first : self._count] = values.get(name, 0)
        assert values.keys() <= self._columns.keys(), values.keys() - self._columns.keys()
        return np.arange(first, self._count)

    def clear(self) -> None:
        """Forget all rows."""
        self._count = 0
