"""The rules of related parties as data: what is wrong is refused with its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from analytics.rules.related_parties import Level, read_related_party_rules, related_party_rules
from graph.errors import PackError

PACK = Path(__file__).parents[3] / "analytics/rules/related_parties.yaml"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("valid_to: 2025-04-25", "valid_to: 2025-01-01", "EX-PERSON: a gap"),
        ("valid_to: 2025-04-25", "valid_to: 2026-01-01", "EX-PERSON: an overlap"),
        ("valid_to: 2020-01-01\n    influence", "valid_to: 2019-01-01\n    influence", "measures: a gap"),
        ("valid_from: 2006-01-01, ", "", "valid_from: Field required"),
        ("direct: [controls]}", "direct: [owns]}", "direct"),
        ("direct: [controls]}", "direct: []}", "one of direct, common and shared"),
        ("source: 财会〔2006〕3号, direct", "source: '', direct", "source"),
        ("influence: 0.2", "influence: 20", "influence"),
        ("type: USES_CONTACT", "type: KNOWS", "no relationship type KNOWS"),
        ("level: statutory", "level: soft", "level"),
        ("valid_to: 2020-01-01\n        article", "valid_to: 2006-01-01\n        article", "ends before it begins"),
        ("rules:\n", "rules: [\n", "no YAML"),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, message: str) -> None:
    text = PACK.read_text("utf-8")
    assert before in text
    with pytest.raises(PackError, match=message) as refused:
        read_related_party_rules("p.yaml", text.replace(before, after, 1))
    line = int(str(refused.value).split("line ")[1].split(":")[0])
    changed = text.replace(before, after, 1).splitlines()
    assert 0 < line <= len(changed) + 1


def test_the_line_is_the_one_that_is_wrong() -> None:
    text = PACK.read_text("utf-8")
    wrong = text.replace("valid_from: 2006-01-01, ", "", 1)
    with pytest.raises(PackError) as refused:
        read_related_party_rules("p.yaml", wrong)
    line = int(str(refused.value).split("line ")[1].split(":")[0])
    assert "第二百一十六条" in wrong.splitlines()[line - 1]


def test_an_id_stands_once() -> None:
    text = PACK.read_text("utf-8").replace("id: CAS36-4-4", "id: CAS36-4-1")
    with pytest.raises(PackError, match="CAS36-4-1 stands there twice"):
        read_related_party_rules("p.yaml", text)


def test_the_text_of_the_day_applies() -> None:
    def article(day: dt.date) -> str:
        return next(p.article for r, p in related_party_rules().on(day) if r.id == "CL-CONTROL")

    assert "2018" in article(dt.date(2024, 6, 30)) and "第二百六十五条" in article(dt.date(2024, 7, 1))
    ids = {r.id for r, _ in related_party_rules().on(dt.date(2026, 1, 1))}
    assert "CAS36-3-INFLUENCE" not in ids and "CAS36-INT13-1" in ids


def test_no_rule_of_the_pack_gives_a_soft_or_presumed_answer() -> None:
    assert {r.level for r in related_party_rules().rules} == {Level.STATUTORY, Level.EXCLUDED}
