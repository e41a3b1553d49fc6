"""Which cases a model is made on and which it is measured on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from graph.errors import UsageError

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def folds(label: npt.ArrayLike, count: int, seed: int) -> Int64:
    """By case its fold, 0 to count - 1, with the classes dealt out evenly. UsageError where a class is too small."""
    labels = np.asarray(label)
    rng = np.random.default_rng(seed)
    out = np.empty(len(labels), dtype=np.int64)
    for value in (0, 1):
        at = rng.permutation(np.flatnonzero(labels == value))
        if len(at) < count:
            raise UsageError(
                f"{len(at)} cases with label {value} are too few for {count} folds",
                "Give more, or fewer folds.",
                f"标签为 {value} 的样本只有 {len(at)} 个，不足以分为 {count} 折。请增加样本或减少折数。",
            )
        out[at] = (np.arange(len(at)) + value) % count
    return out


def out_of_time(day: npt.ArrayLike, cut: int) -> Bools:
    """The cases from a day on; UsageError where that is none, or where none was before."""
    days = np.asarray(day)
    after = days >= cut
    if after.all() or not after.any():
        raise UsageError(
            "all cases lie on one side of the day",
            "Choose a day between the first case and the last.",
            "全部样本都在该日的同一侧。请选择最早与最晚样本之间的日期。",
        )
    return after


def by_group(group: npt.ArrayLike, least: int = 1) -> Iterator[tuple[str, Bools]]:
    """Each group with at least `least` cases, the largest first: its name and which cases are its own."""
    names, of, size = np.unique(np.asarray(group).astype(str), return_inverse=True, return_counts=True)
    for place in np.lexsort((names, -size)):
        if size[place] >= least:
            yield str(names[place]), of == place
