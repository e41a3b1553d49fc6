"""A patched array is the array that the same changes would have made."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.arrays.patched import Patched

STEPS = st.lists(
    st.tuples(st.booleans(), st.dictionaries(st.integers(0, 60), st.integers(-9, 9), min_size=1, max_size=4)),
    max_size=8,
)


@given(st.lists(st.integers(0, 9), max_size=12), STEPS)
def test_changes_and_newcomers_are_there(first: list[int], steps: list[tuple[bool, dict[int, int]]]) -> None:
    plain, patched = np.array(first, dtype=np.int64), Patched.of(np.array(first, dtype=np.int64))
    for grows, given_ in steps:
        at = np.array(sorted({k % (len(plain) + 1) if grows else k % max(len(plain), 1) for k in given_}))
        value = np.array(list(given_.values())[: len(at)], dtype=np.int64)
        if grows:
            plain, patched = np.insert(plain, at, value[0]), patched.grown(at, value[0])
        elif len(plain):
            plain[at] = value
            patched = patched.replaced(at, value)
    assert len(patched) == len(plain)
    assert patched.whole().tolist() == plain.tolist()
    assert patched[np.arange(len(plain))].tolist() == plain.tolist()
