"""Draws: shares add up, what is copied is there, sizes stay within bounds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loaders.synthetic.draws import by_weight, origins, shares, sizes

SEEDS = st.integers(0, 2**32)


@given(SEEDS, st.lists(st.integers(1, 60), max_size=20))
def test_the_shares_of_a_firm_are_all_of_it(seed: int, counts: list[int]) -> None:
    parts = shares(np.random.default_rng(seed), np.array(counts, dtype=np.int64))
    assert len(parts) == sum(counts) and (parts > 0).all()
    ends = np.cumsum([0, *counts])
    assert [int(parts[a:b].sum()) for a, b in zip(ends, ends[1:], strict=False)] == [10_000] * len(counts)


@given(SEEDS, st.integers(0, 50), st.integers(0, 200), st.floats(0, 1))
def test_a_copy_is_of_one_known_or_of_a_fresh_one(seed: int, known: int, count: int, fresh: float) -> None:
    origin = origins(np.random.default_rng(seed), known, count, fresh)
    own = known + np.arange(count)
    copied = origin[origin != own]
    assert (origin <= own).all() and (origin >= 0).all()
    assert np.isin(copied[copied >= known], origin[origin == own]).all()


def test_copying_makes_a_heavy_tail() -> None:
    """Of 100,000 who copy three times in ten, the most copied has some N ** .3 (Simon 1955), not Poisson's handful."""
    counts = np.bincount(origins(np.random.default_rng(1), 0, 100_000, 0.7))
    assert 20 < counts.max() < 300 and (counts == 1).sum() > 0.5 * (counts > 0).sum()


@given(SEEDS, st.integers(0, 3_000))
def test_sizes_stay_within_bounds(seed: int, total: int) -> None:
    drawn = sizes(np.random.default_rng(seed), total, 5, 40, 2.2)
    assert drawn.sum() <= total and (drawn >= 5).all() and (drawn <= 40).all()


@given(SEEDS, st.lists(st.floats(0, 5), min_size=1, max_size=30).filter(lambda w: sum(w) > 0.01))
def test_nothing_of_weight_0_is_drawn(seed: int, weights: list[float]) -> None:
    drawn = by_weight(np.random.default_rng(seed), np.array(weights), 50)
    assert (np.array(weights)[drawn] > 0).all()
