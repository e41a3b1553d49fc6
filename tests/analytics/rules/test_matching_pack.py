"""The dated pack of matching: what it must say, and what is refused."""

from __future__ import annotations

import copy
import datetime as dt
from importlib import resources
from typing import Any

import pytest
import yaml

from analytics.rules.matching import matching_pack_on, matching_packs, read_matching_packs
from graph.errors import PackError
from graph.projection import COLLAPSE_FROM

SHIPPED: list[dict[str, Any]] = yaml.safe_load(
    resources.files("analytics").joinpath("rules/matching.yaml").read_text("utf-8")
)["packs"]


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
    ("change", "said"),
    [
        ({"name_alone": 0.95}, "name_alone"),
        ({"source": ""}, "source"),
        ({"strength": 0}, "strength"),
        ({"whole_names": 1}, "whole_names"),
        ({"extra": 1}, "extra"),
        ({"valid_to": dt.date(2030, 1, 1)}, "nothing follows"),
        ({"name": {"exact": 1.2}}, "name.exact"),
        ({"firms": {"matches_per_party": 1, "compares": {"shoes": {"m": {"a": 1}, "u": {"a": 1}}}}}, "firms"),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(PackError, match=said):
        read_matching_packs("test.yaml", [copy.deepcopy(SHIPPED[0]) | change])


def test_shares_that_do_not_sum_are_refused_with_their_place() -> None:
    pack = copy.deepcopy(SHIPPED[0])
    pack["persons"]["compares"]["sex"]["m"]["same"] = 0.5
    with pytest.raises(PackError, match=r"test.yaml: matching-1: persons.compares.sex: .*m sums to 0.51"):
        read_matching_packs("test.yaml", [pack])


@pytest.mark.parametrize(("begins", "kind"), [("2026-02-01", "a gap"), ("2025-12-01", "an overlap")])
def test_packs_leave_no_gap_and_do_not_overlap(begins: str, kind: str) -> None:
    first, second = copy.deepcopy(SHIPPED[0]), copy.deepcopy(SHIPPED[0])
    first["valid_to"] = dt.date(2026, 1, 1)
    second |= {"pack": "matching-2", "valid_from": dt.date.fromisoformat(begins)}
    with pytest.raises(PackError, match=kind):
        read_matching_packs("test.yaml", [first, second])
