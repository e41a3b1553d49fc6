"""The clauses on posts: those in force, what they may not lack, and what is refused with its line."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.rules.restrictions import Clause, restrictions
from tests.analytics.rules.refusal import assert_refused


def clauses(day: dt.date) -> dict[str, tuple[Clause, str]]:
    return {clause.id: (clause, period.article) for clause, period in restrictions().on(day)}


def test_clauses_on_posts_are_those_in_force() -> None:
    """公司法 2023 is in force from 2024-07-01, 市场主体登记管理条例 and its rules from 2022-03-01, 公示条例 from 2014-10-01."""
    assert "第一百四十六条" in clauses(dt.date(2024, 6, 30))["REVOKED"][1]
    assert "第一百七十八条" in clauses(dt.date(2024, 7, 1))["REVOKED"][1]
    assert "登记管理条例" not in clauses(dt.date(2022, 2, 28))["DEBTOR"][1]
    assert "登记管理条例" in clauses(dt.date(2022, 3, 1))["DEBTOR"][1]
    assert "FRAUD" not in clauses(dt.date(2022, 2, 28)) and "FRAUD" in clauses(dt.date(2022, 3, 1))
    assert "SERIOUS" not in clauses(dt.date(2014, 9, 30)) and "SERIOUS" in clauses(dt.date(2014, 10, 1))
    assert {c.months for c in restrictions().clauses} == {36, None}


def test_every_clause_says_what_is_unknown_and_bars_from_something() -> None:
    for clause in restrictions().clauses:
        assert clause.unknown_zh and clause.unknown_en and (clause.barred or clause.registers)
    assert [c.id for c in restrictions().clauses if not c.barred] == ["FRAUD"], "no new registration, no word of posts"
    assert all(one.zh and one.en for one in restrictions().not_covered) and len(restrictions().not_covered) == 3


def test_what_is_recalled_is_marked() -> None:
    """Of the company law of 2018 and of article 17 after 2024 the domain has no text (B5, B10)."""
    for clause in restrictions().clauses:
        for period in clause.periods:
            if "（2018）" in period.article or (clause.id == "SERIOUS" and period.valid_to is None):
                assert "recalled, to be checked" in period.source


@pytest.mark.parametrize(
    ("before", "after", "said", "on"),
    [
        (
            "valid_to: 2024-07-01, article: 公司法（2018）",
            "valid_to: 2024-06-01, article: 公司法（2018）",
            "REVOKED.*a gap",
            "valid_from: 2024-07-01",
        ),
        (
            "valid_to: 2024-07-01, article: 公司法（2018）",
            "valid_to: 2025-06-01, article: 公司法（2018）",
            "REVOKED.*an overlap",
            "valid_from: 2024-07-01",
        ),
        ("valid_from: 2014-03-01, ", "", "valid_from: it is missing", "第一百四十六条第一款第四项"),
        ("barred: [legal_representative, executive_partner", "barred: [monarch, executive_partner", "barred", None),
        ("id: BAN", "id: FRAUD", "FRAUD stands there twice", None),
        ("unknown_zh: 禁入范围是否包括该职务或者该行业", "unknown_zh: ''", "unknown_zh", None),
        ("befell: {lists: [sector_ban]}", "befell: {lists: [gossip]}", "BAN.*there is no list gossip", None),
        ("befell: {cancelled: true}", "befell: {}", "FRAUD.*nothing befell", None),
        ("of: [own]", "of: [cousin]", "DEBTOR.of.0", None),
        ("months: 36", "months: 0", "months", None),
        ("{zh: 无民事行为能力, ", "{", "not_covered.0.zh: it is missing", "no legal capacity"),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, said: str, on: str | None) -> None:
    assert_refused("restrictions", before, after, said, on=on)
