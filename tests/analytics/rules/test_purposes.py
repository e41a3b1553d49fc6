"""The table of purposes and the clauses on posts: what is shipped holds together, what is wrong is refused with its place."""

from __future__ import annotations

import copy
import datetime as dt
from importlib import resources
from typing import Any

import pytest
import yaml

from analytics.rules.post_restrictions import read_restrictions, restriction_packs, restrictions_on
from analytics.rules.purposes import purpose_on, purposes, read_purposes
from analytics.screening.record_types import RECORD_TYPES
from analytics.screening.role import TIES
from analytics.screening.searched import sources_of
from graph.errors import PackError, UsageError
from graph.schema import SCHEMA
from graph.usable import list_packs, needed
from loaders.source import sources


def _table(name: str) -> Any:
    return yaml.safe_load(resources.files("analytics").joinpath(f"rules/{name}.yaml").read_text("utf-8"))


def test_what_is_looked_for_exists() -> None:
    for kind in RECORD_TYPES.values():
        assert kind.source in sources()
        assert kind.label == "Company" or needed(kind.label)
        assert kind.list_type is None or kind.list_type in list_packs()
    assert set(TIES.values()) <= set(SCHEMA.types)


@pytest.mark.parametrize("code", purposes())
def test_each_purpose_reads_sources_that_exist(code: str) -> None:
    entry = purpose_on(code, dt.date(2026, 11, 23))
    assert set(sources_of(entry, people="person" in entry.about)) <= set(sources())
    assert entry.zh and entry.basis and entry.source


def test_a_purpose_is_in_the_table_from_its_day_on() -> None:
    assert purpose_on("candidate_vetting", dt.date(2021, 11, 1)).authorisation
    for code, day in (("candidate_vetting", dt.date(2021, 10, 31)), ("curiosity", dt.date(2026, 1, 1))):
        with pytest.raises(UsageError, match="table of purposes"):
            purpose_on(code, day)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"valid_to": dt.date(2025, 1, 1)}, "ends and nothing follows"),
        ({"source": ""}, "source"),
        ({"basis": None}, "basis"),
        ({"own": ["gossip"]}, "gossip"),
        ({"own": []}, "own"),
        ({"ties": ["cousin"]}, "ties"),
        ({"roles": []}, "roles"),
        ({"most": 0}, "most"),
        ({"disclosure": "everybody"}, "disclosure"),
        ({"score": 1}, "score"),
        ({"exploring": None}, "exploring"),
        ({"authorisation": True}, "each person signs"),  # and yet the graph would show others
    ],
)
def test_a_wrong_purpose_is_refused_with_its_place(change: dict[str, Any], says: str) -> None:
    entry = copy.deepcopy(_table("purposes")["purposes"]["case_investigation"][0]) | change
    with pytest.raises(PackError, match=rf"p.yaml.*case.*{says}|p.yaml.*{says}"):
        read_purposes("p.yaml", {"case": [entry]})


@pytest.mark.parametrize(("second", "says"), [("2024-12-31", "an overlap"), ("2025-01-02", "a gap")])
def test_purposes_of_one_code_leave_no_gap_and_do_not_overlap(second: str, says: str) -> None:
    first = _table("purposes")["purposes"]["case_investigation"][0]
    chain = [
        first | {"valid_to": dt.date(2025, 1, 1)},
        first | {"pack": "CASE-2", "valid_from": dt.date.fromisoformat(second)},
    ]
    with pytest.raises(PackError, match=says):
        read_purposes("p.yaml", {"case": chain})


def test_clauses_on_posts_are_those_in_force() -> None:
    assert "第一百四十六条" in restrictions_on(dt.date(2024, 6, 30)).clauses[0].basis
    assert "第一百七十八条" in restrictions_on(dt.date(2024, 7, 1)).clauses[0].basis
    assert {c.months for p in restriction_packs() for c in p.clauses} == {36, None}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"triggers": ["gossip"]}, "gossip"),
        ({"of": ["cousin"]}, "clauses.0.of"),
        ({"months": 0}, "months"),
        ({"unknown_zh": ""}, "unknown_zh"),
    ],
)
def test_a_wrong_clause_is_refused_with_its_place(change: dict[str, Any], says: str) -> None:
    packs = copy.deepcopy(_table("post_restrictions")["packs"])
    packs[1]["clauses"][0] |= change
    with pytest.raises(PackError, match=rf"r.yaml: POSTS-2024.*{says}"):
        read_restrictions("r.yaml", packs)
