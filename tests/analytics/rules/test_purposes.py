"""The table of purposes: what is shipped holds together, what is wrong is refused with its place."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.restrictions.offices import TIES
from analytics.rules.purposes import purpose_on, purposes
from analytics.rules.record_types import RECORD_TYPES
from analytics.screening.searched import sources_of
from graph.errors import UsageError
from graph.schema import SCHEMA
from graph.usable import list_packs, needed
from loaders.source import sources
from tests.analytics.rules.refusal import assert_refused


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


CASE = "    - pack: CASE-2021\n      valid_from: 2021-07-15\n"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            f"{CASE}      valid_to: null",
            f"{CASE}      valid_to: 2025-01-01",
            "case_investigation.CASE-2021.*nothing follows",
        ),
        ('source: "行政处罚法 (2021-07-15) 第五十四条"', 'source: ""', "source"),
        ("basis: 行政处罚法", "basis: # ", "basis"),
        ("own: &case [dishonest_debtor, consumption", "own: &case [gossip, consumption", "no kind of record gossip"),
        ("own: [dishonest_debtor, sector_ban]", "own: []", "own"),
        ("ties: [legal_representative, executive_partner, post]", "ties: [cousin]", "ties.0"),
        ("roles: [subject_service]", "roles: []", "roles"),
        ("most: 200", "most: 0", "most"),
        ("      exploring: true\n      most: 200", "      most: 200", "exploring"),
        (  # and yet the graph would show others
            "authorisation: false\n      disclosure: authorised\n      exploring: true\n      most: 200",
            "authorisation: true\n      disclosure: authorised\n      exploring: true\n      most: 200",
            "each person signs",
        ),
        ("disclosure: government", "disclosure: everybody", "disclosure"),
        ("      zh: 案件调查", "      score: 1\n      zh: 案件调查", "score"),
    ],
)
def test_a_wrong_purpose_is_refused_with_its_line(before: str, after: str, says: str) -> None:
    entry = "- pack: CASE-2021"  # which is wrong as a whole
    on = {"score": "score: 1", "exploring": entry, "each person signs": "exploring: true"}.get(
        says, after.splitlines()[-1]
    )
    assert_refused("purposes", before, after, says, on=on)
