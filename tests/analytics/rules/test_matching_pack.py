"""The dated pack of matching: what it must say, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.rules.matching import matching_pack_on, matching_packs
from graph.projection import COLLAPSE_FROM
from tests.analytics.rules.refusal import assert_refused


def test_the_thresholds_are_those_of_the_text() -> None:
    """algorithms.md section 4: possible from .5, merged from .95; a name alone stays below."""
    for pack in matching_packs():
        assert pack.possible_from == 0.5 and pack.name_alone < COLLAPSE_FROM == 0.95
        assert pack.guess and "guess" in pack.source
    assert matching_pack_on(dt.date(2026, 11, 23)).name == "matching-1"


def test_a_variant_counts_for_less_than_another_writing_and_that_for_less_than_the_name() -> None:
    for pack in matching_packs():
        says = pack.name_agrees
        assert says["variant"] < says["writing"] / 5 and says["writing"] < says["exact"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name_alone: 0.9 ", "name_alone: 0.95 ", "name_alone"),
        ("strength: 20", "strength: 0", "strength"),
        ("whole_names: 40", "whole_names: 1", "whole_names"),
        ("valid_to: null", "valid_to: 2030-01-01", "nothing follows"),
        ("{exact: 0.95", "{exact: 1.2", "name.exact"),
        ("        birth_year: {m", "        shoes: {m", "no comparison"),
        ("sex: {m: {differs: 0.01, same: 0.99}", "sex: {m: {differs: 0.01, same: 0.5}", "m sums to 0.51, not to 1"),
        ("u: {differs: 0.45", "u: {differs: 0.46", "persons.compares.sex.u: u sums to 1.01, not to 1"),
    ],
)
def test_what_is_wrong_is_refused(before: str, after: str, said: str) -> None:
    assert_refused("matching", before, after, said)


def test_a_source_is_named() -> None:
    assert_refused("matching", "source: ", "source: '' # ", "source")
