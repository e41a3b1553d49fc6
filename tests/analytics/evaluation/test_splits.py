"""Splits: every case on one side, classes dealt out evenly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.splits import by_group, folds, out_of_time
from graph.errors import UsageError


@given(st.integers(5, 40), st.integers(5, 40), st.integers(2, 5), st.integers(0, 9))
def test_folds_deal_out_both_classes(good: int, bad: int, count: int, seed: int) -> None:
    label = np.repeat([0, 1], [good, bad])
    fold = folds(label, count, seed)
    for value in (0, 1):
        sizes = np.bincount(fold[label == value], minlength=count)
        assert sizes.max() - sizes.min() <= 1
    assert (fold == folds(label, count, seed)).all()


def test_a_class_smaller_than_the_folds_is_refused() -> None:
    with pytest.raises(UsageError, match="2 cases with label 1 are too few for 3 folds"):
        folds([0, 0, 0, 1, 1], 3, 0)


def test_out_of_time_never_looks_ahead() -> None:
    assert out_of_time([3, 1, 2, 5], 3).tolist() == [True, False, False, True]
    with pytest.raises(UsageError, match="one side"):
        out_of_time([1, 2], 9)


def test_groups_come_largest_first() -> None:
    assert [(n, m.tolist()) for n, m in by_group(["b", "a", "b", "c"], least=1)] == [
        ("b", [True, False, True, False]),
        ("a", [False, True, False, False]),
        ("c", [False, False, False, True]),
    ]
    assert [n for n, _ in by_group(["b", "a", "b"], least=2)] == ["b"]
