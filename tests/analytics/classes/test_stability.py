"""Migration, population stability and what moved with nothing new: counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.classes.stability import psi, stability
from tests.analytics.graded import graded


def test_who_moved_and_who_moved_by_time_alone() -> None:
    """Firm 1 stays, 2 rises by a new record, 3 falls by decay of the same one, 4 leaves, 5 comes."""
    before = graded([(9, "A", 1, "R5"), (9, "A", 2, "R5"), (300_000, "C", 3, "R5"), (9, "B", 4, "R5")])
    rows = [(9, "A", 1, "R5"), (500_000, "D", 7, "R5"), (200_000, "B", 3, "R5"), (9, "A", 5, "R5")]
    found = stability(before, graded(rows, keys=[1, 2, 3, 5]))
    moves = {
        (found.names[i], found.names[j]): int(found.matrix[i, j]) for i, j in np.argwhere(found.matrix > 0).tolist()
    }
    assert moves == {("A", "A"): 1, ("A", "D"): 1, ("C", "B"): 1, ("B", "-"): 1, ("-", "A"): 1}
    assert (found.changed, found.without_event, found.share_without_event) == (2, 1, 1 / 3)


def test_another_indicator_on_the_same_record_is_something_new() -> None:
    one, other = graded([(9, "A", 1, "R5")]), graded([(9, "C", 1, "R7")])
    assert stability(one, other).without_event == 0


# Siddiqi 2006, the index of shares .5/.5 before and .6/.4 after: .1 ln 1.2 - .1 ln .8
def test_the_index_of_two_bins() -> None:
    before, after = np.repeat([0.0, 1.0], 5), np.repeat([0.0, 1.0], [6, 4])
    assert psi(before, after) == pytest.approx(0.1 * math.log(1.2) - 0.1 * math.log(0.8), abs=1e-12)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50), st.lists(st.floats(0, 1000), min_size=1, max_size=50))
def test_the_index_is_never_negative_and_none_where_nothing_moved(one: list[float], other: list[float]) -> None:
    assert psi(np.array(one), np.array(other)) >= 0 and psi(np.array(one), np.array(one)) == 0


def test_no_companies_at_all() -> None:
    found = stability(graded([]), graded([]))
    assert (found.changed, found.without_event, found.share_without_event, found.matrix.sum()) == (0, 0, 0.0, 0)
