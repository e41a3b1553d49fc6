"""Texts as numbers: what is asked of many values is asked of each different one once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]


def coded(values: npt.NDArray[Any]) -> tuple[Int32, tuple[Any, ...]]:
    """(the place of each value among the different ones, these in the order of their first coming). O(n)."""
    place: dict[Any, int] = {}
    codes = np.fromiter((place.setdefault(v, len(place)) for v in values.tolist()), np.int32, len(values))
    return codes, tuple(place)
