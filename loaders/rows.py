"""The accepted rows of a chunk, as parsed columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]


class Rows:
    """The accepted rows of a chunk as parsed columns; a column that the file lacks is all None."""

    def __init__(
        self, numbers: Int64, columns: dict[str, list[Any]], bounds: dict[str, dict[int, tuple[int, int]]]
    ) -> None:
        self.numbers, self._columns, self.bounds = numbers, columns, bounds

    def __len__(self) -> int:
        return len(self.numbers)

    def with_column(self, name: str, values: list[Any]) -> Rows:
        """The same rows with one more column."""
        return Rows(self.numbers, {**self._columns, name: values}, self.bounds)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns.get(name) or [None] * len(self)
