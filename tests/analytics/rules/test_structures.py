"""The pack of structures: what its parameters are for is there, and they are in their limits."""

from __future__ import annotations

import pytest

from tests.analytics.rules.refusal import assert_refused


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("stars: {", "moons: {", "there is no algorithm 'moons'"),
        ("largest: 2000", "largest: 1", "cross_holdings.largest: it is "),
        ("most_staff: 3", "most_stuff: 3", "stars.most_stuff"),
        ("iterations: 2", "iterations: often", "communities.iterations"),
        ("valid_to: null", "valid_to: 2030-01-01", "nothing follows"),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, said: str) -> None:
    assert_refused("structures", before, after, said)


def test_a_source_is_named() -> None:
    assert_refused("structures", "source: ", "source: '' # ", "source")
