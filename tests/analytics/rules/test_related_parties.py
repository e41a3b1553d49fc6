"""The rules of related parties as data: what is wrong is refused with its line."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.rules.related_parties import Level, related_party_rules
from tests.analytics.rules.refusal import assert_refused


@pytest.mark.parametrize(
    ("before", "after", "message", "on"),
    [
        ("valid_to: 2025-04-25", "valid_to: 2025-01-01", "EX-PERSON.*: a gap", "valid_from: 2025-04-25"),
        ("valid_to: 2025-04-25", "valid_to: 2026-01-01", "EX-PERSON.*: an overlap", "valid_from: 2025-04-25"),
        (
            "valid_to: 2020-01-01\n    influence",
            "valid_to: 2019-01-01\n    influence",
            "measures.*: a gap",
            "valid_from: 2020-01-01",
        ),
        ("valid_from: 2006-01-01, ", "", "valid_from: it is missing", "第二百一十六条"),
        ("direct: [controls]}", "direct: [owns]}", "direct", None),
        ("direct: [controls]}", "direct: []}", "one of direct, common and shared", None),
        ("source: 财会〔2006〕3号, direct", "source: '', direct", "source", None),
        ("influence: 0.2", "influence: 20", "influence", None),
        ("type: USES_CONTACT", "type: KNOWS", "no relationship type KNOWS", None),
        ("level: statutory", "level: soft", "level", None),
        (
            "valid_to: 2020-01-01\n        article",
            "valid_to: 2006-01-01\n        article",
            "ends before it begins",
            "valid_to: 2006-01-01",
        ),
        ("id: CAS36-4-4", "id: CAS36-4-1", "CAS36-4-1 stands there twice", "id: CAS36-4-1"),
        ("id: SOFT-CONTACT", "id: PRESUMED-SOFT", "PRESUMED-SOFT stands there twice", None),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, message: str, on: str | None) -> None:
    assert_refused("related_parties", before, after, message, on=on)


def test_what_is_no_yaml_is_refused() -> None:
    assert_refused("related_parties", "rules:\n", "rules: [\n", "no YAML", on="id: CAS36-4-1")


def test_the_text_of_the_day_applies() -> None:
    def article(day: dt.date) -> str:
        return next(p.article for r, p in related_party_rules().on(day) if r.id == "CL-CONTROL")

    assert "2018" in article(dt.date(2024, 6, 30)) and "第二百六十五条" in article(dt.date(2024, 7, 1))
    ids = {r.id for r, _ in related_party_rules().on(dt.date(2026, 1, 1))}
    assert "CAS36-3-INFLUENCE" not in ids and "CAS36-INT13-1" in ids


def test_no_rule_of_the_pack_gives_a_soft_or_presumed_answer() -> None:
    assert {r.level for r in related_party_rules().rules} == {Level.STATUTORY, Level.EXCLUDED}
