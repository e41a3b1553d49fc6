"""Calibration: counted by hand, Brier equal to scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from analytics.evaluation.calibration import bins, brier, ece, reliability
from analytics.evaluation.tally import Counting
from graph.errors import UsageError


def test_two_bins_by_hand() -> None:
    """Said .8 of four, three came; said .2 of four, one came: off by .05 each."""
    t = Counting([1, 1, 1, 0, 1, 0, 0, 0], [0.8] * 4 + [0.2] * 4).tally()
    assert ece(t, bins(t, 2)) == pytest.approx(0.05)
    assert brier(t) == pytest.approx((3 * 0.04 + 0.64 + 0.64 + 3 * 0.04) / 8)
    high, low = reliability(t, 2)
    assert (high.cases, high.observed, low.cases, low.observed) == (4, 0.75, 4, 0.25)
    assert [high.predicted, low.predicted] == pytest.approx([0.8, 0.2])


def test_a_tie_is_not_cut_by_a_bin() -> None:
    t = Counting([0, 1] * 10, [0.5] * 20).tally()
    assert [b.cases for b in reliability(t)] == [20] and ece(t, bins(t)) == 0


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=80))
def test_brier_is_scikit_learns_and_bins_hold_everybody(rows: list[tuple[int, float]]) -> None:
    label, score = (np.array(c) for c in zip(*rows, strict=True))
    t = Counting(label, score).tally()
    assert brier(t) == pytest.approx(brier_score_loss(label, score, pos_label=1), abs=1e-12)
    table = reliability(t)
    assert sum(b.cases for b in table) == len(label) and len(table) <= 10
    assert 0 <= ece(t, bins(t)) <= 1
    assert all(a.lowest > b.highest for a, b in zip(table, table[1:], strict=False))


def test_points_are_no_probabilities() -> None:
    t = Counting([0, 1], [120.0, 480.0]).tally()
    for measure in (brier, reliability, lambda t: ece(t, bins(t))):
        with pytest.raises(UsageError, match="no probabilities"):
            measure(t)
