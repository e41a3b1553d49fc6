"""Points of a scorecard: the known answers of algorithms.md section 5."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.challenger.scorecard import FACTOR, OFFSET, PDO, points
from graph.errors import UsageError


def test_known_answers() -> None:
    """algorithms.md section 5: PD .01/.02/.05/.10/.20."""
    assert points([0.01, 0.02, 0.05, 0.10, 0.20]) == pytest.approx(
        [619.710, 599.417, 572.081, 550.521, 527.123], abs=5e-4
    )
    assert pytest.approx(20 / math.log(2)) == FACTOR and OFFSET + FACTOR * math.log(50) == pytest.approx(600)


@given(st.floats(1e-6, 0.99))
def test_twice_the_odds_are_pdo_more_points(chance: float) -> None:
    odds = (1 - chance) / chance
    assert points(1 / (1 + 2 * odds)) - points(chance) == pytest.approx(PDO, abs=1e-6)


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1, 1.1, float("nan")])
def test_certainty_has_no_points(chance: float) -> None:
    with pytest.raises(UsageError, match="no points"):
        points(np.array([0.5, chance]))
