"""Columns of numbers written as columns of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from loaders.synthetic.columns import Int64

Block = dict[str, list[str]]  # cells by header

_FIRST = int(np.datetime64("1940-01-01").astype(np.int64))
_DAYS = np.arange("1940-01-01", "2080-01-01", dtype="datetime64[D]").astype(str).astype(object)


def days(values: Any) -> list[str]:
    """Civil dates of days since 1970; 0 is no date."""
    values = np.asarray(values, dtype=np.int64)
    return np.where(values == 0, "", _DAYS[values - _FIRST]).tolist()  # type: ignore[no-any-return]


def years(values: Any) -> list[int]:
    """The year of each day since 1970."""
    return (np.asarray(values, dtype="datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970).tolist()  # type: ignore[no-any-return]


def chosen(options: Sequence[str], codes: Any) -> list[str]:
    """The option of each code."""
    return np.array(options, dtype=object)[np.asarray(codes)].tolist()  # type: ignore[no-any-return]


def ten_thousands(yuan: Int64) -> list[str]:
    """Amounts in 10,000 yuan, without needless digits."""
    return [str(y // 10_000) if y % 10_000 == 0 else f"{y / 10_000:.4f}".rstrip("0") for y in yuan.tolist()]


def integers(values: Any) -> list[str]:
    """Whole numbers."""
    return list(map(str, np.asarray(values).tolist()))


def same(text: str, count: int) -> list[str]:
    """One text in every row."""
    return [text] * count
