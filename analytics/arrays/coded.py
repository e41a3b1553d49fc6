"""Texts as numbers: what is asked of many values is asked of each different one once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


def coded(values: npt.NDArray[Any]) -> tuple[Int32, tuple[Any, ...]]:
    """(the place of each value among the different ones, these in the order of their first coming). O(n)."""
    place: dict[Any, int] = {}
    codes = np.fromiter((place.setdefault(v, len(place)) for v in values.tolist()), np.int32, len(values))
    return codes, tuple(place)


def weights(values: npt.NDArray[Any], table: Mapping[str, float], missing: float = 0.0) -> Floats:
    """The weight of each code; `missing` for one that the table has not."""
    return np.array([table.get(v, missing) for v in values.tolist()], dtype=float)
