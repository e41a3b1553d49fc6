"""Grouped weights of evidence: known answers (algorithms.md section 3), intervals, properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.shell.evidence import expected_yield, jeffreys, learnt, posterior

WEIGHT = np.log(np.array([8.0, 5.0, 3.0, 2.0]))  # address, telephone, no staff, nothing paid
GROUP = np.array([0, 0, 1, 2])  # address and telephone are of one group
ALL = np.ones((1, 4), dtype=bool)


def test_the_strongest_of_a_group_counts_once() -> None:
    # algorithms.md section 3: prior .02, LR 8 and 5 in one group, 3, 2
    assert posterior(0.02, WEIGHT, GROUP, ALL)[0] == pytest.approx(0.494845, abs=5e-7)
    assert posterior(0.02, WEIGHT, np.arange(4), ALL)[0] == pytest.approx(0.830450, abs=5e-7), "the double count"


def test_without_a_sign_the_prior_stays() -> None:
    assert posterior(0.02, WEIGHT, GROUP, ~ALL)[0] == pytest.approx(0.02)


def test_of_a_group_that_speaks_against_the_greatest_counts() -> None:
    against = posterior(0.5, np.array([-1.0, -2.0]), np.array([0, 0]), np.ones((1, 2), dtype=bool))
    assert against[0] == pytest.approx(1 / (1 + math.e))


def test_a_learnt_weight() -> None:
    # algorithms.md section 3: 45 of 100 shells against 500 of 10,000 normals
    found = learnt(45, 100, 500, 10_000)
    assert found.weight == pytest.approx(2.1974, abs=5e-5)
    assert found.low < found.weight < found.high
    assert learnt(100, 100, 0, 10_000).weight == pytest.approx(math.log(20)), "never more than ln 20"
    assert learnt(0, 100, 10_000, 10_000).weight == pytest.approx(-math.log(20))


def test_jeffreys_intervals() -> None:
    # Brown, Cai and DasGupta 2001, table 5: n = 10: x = 0 upper .217, x = 1 (.011, .381), x = 5 (.224, .776)
    assert jeffreys(0, 10) == pytest.approx((0.0, 0.217), abs=5e-4)
    assert jeffreys(1, 10) == pytest.approx((0.011, 0.381), abs=5e-4)
    assert jeffreys(5, 10) == pytest.approx((0.224, 0.776), abs=5e-4)
    assert jeffreys(10, 10)[1] == 1.0


def test_expected_yield_is_that_of_coin_tosses() -> None:
    # binomial(10, 1/2): P(X <= 1) = .0107, P(X <= 2) = .0547; so 2 to 8
    assert expected_yield(np.full(10, 0.5)) == (5.0, 2, 8)
    assert expected_yield(np.zeros(0)) == (0.0, 0, 0)
    assert expected_yield(np.ones(3)) == (3.0, 3, 3)


@given(
    st.lists(st.floats(-3, 3), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.integers(0, 3),
)
def test_a_sign_more_never_lowers_where_weights_are_positive(weights: list[float], seen: list[bool], more: int) -> None:
    positive, one = np.abs(np.array(weights)), np.array([seen])
    two = one.copy()
    two[0, more] = True
    before, after = posterior(0.02, positive, GROUP, one)[0], posterior(0.02, positive, GROUP, two)[0]
    assert 0 < before <= after < 1
    apart = posterior(0.02, positive, np.arange(4), two)[0]
    assert after <= apart + 1e-12, "grouping never gives more than counting all"


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 500), st.integers(0, 500))
def test_learnt_weights_stay_in_bounds(a: int, more: int, b: int, others: int) -> None:
    found = learnt(a, a + more, b, b + others)
    assert (
        -math.log(20) <= found.low <= found.weight + 1e-9 and found.weight <= found.high + 1e-9 <= math.log(20) + 1e-8
    )
