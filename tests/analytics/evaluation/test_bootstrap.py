"""Resampling: right width, paired, by unit, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.evaluation.bootstrap import gained, interval, measured, weights
from analytics.evaluation.ranking import auc, base_rate


def sample(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, n)
    return label, label + rng.normal(size=n)


def test_the_interval_of_a_share_is_the_binomial_one() -> None:
    """n = 1,000, p = .3: 1.96 sqrt(.3 x .7 / 1000) = .0284 each side."""
    label = np.repeat([1, 0], [300, 700])
    found = measured(label, np.zeros(1000), {"share": base_rate}, draws=4000)["share"]
    assert found.value == 0.3
    assert found.high - found.low == pytest.approx(2 * 0.0284, rel=0.06)


def test_cases_of_one_unit_are_drawn_together() -> None:
    """1,000 cases in 10 units that agree within themselves know no more than 10 cases."""
    label = np.repeat([1, 0], [500, 500])
    unit = np.arange(1000) // 100
    alone = measured(label, np.zeros(1000), {"share": base_rate})["share"]
    together = measured(label, np.zeros(1000), {"share": base_rate}, units=unit)["share"]
    assert together.high - together.low > 5 * (alone.high - alone.low)
    for block in weights(unit, 20, 0):
        assert (block.reshape(len(block), 10, 100) == block[:, ::100, None]).all()


def test_the_same_seed_gives_the_same_numbers_whatever_else_is_measured() -> None:
    label, score = sample(200)
    one = measured(label, score, {"auc": auc}, seed=7)
    assert one == {"auc": measured(label, score, {"share": base_rate, "auc": auc}, seed=7)["auc"]}
    assert one != measured(label, score, {"auc": auc}, seed=8)


def test_a_gain_is_measured_on_the_same_resamples() -> None:
    """A score against itself gains nothing in any resample; a better one gains more surely than unpaired."""
    label, score = sample(300)
    worse = score + np.random.default_rng(3).normal(size=300)
    nothing = gained(label, score, score, {"auc": auc})["auc"]
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)
    gain = gained(label, score, worse, {"auc": auc})["auc"]
    alone = [measured(label, s, {"auc": auc})["auc"] for s in (score, worse)]
    assert gain.value == pytest.approx(alone[0].value - alone[1].value) and gain.low > 0
    assert gain.high - gain.low < sum(a.high - a.low for a in alone)


def test_resamples_of_one_class_are_left_out() -> None:
    """Of three cases with one positive, 8 of 27 resamples have no positive one."""
    found = measured([1, 0, 0], [0.9, 0.1, 0.2], {"auc": auc}, draws=200)["auc"]
    assert (found.value, found.low, found.high) == (1, 1, 1)
    assert np.isnan(interval(1.0, np.array([np.nan])).low)
