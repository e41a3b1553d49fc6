"""Packs of a model of one's own: what is refused, with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.rules.grading import grade_packs
from graph.errors import PackError

PACK = """
packs:
  - pack: one
    title: {zh: 一, en: one}
    valid_from: 2020-01-01
    valid_to: 2021-01-01
    source: text
    cut_offs: {A: 1, B: 2, C: 3}
    coverage_needed: 0.5
    coverage_tolerance_days: 1
    positive_cap: 80
    objected: counted
    living: [active]
    population: [enterprise]
    dimensions: {basic: 20}
    indicators:
      B1: {points: 20}
  - pack: two
    title: {zh: 二, en: two}
    valid_from: 2021-01-01
    valid_to: null
    source: text
    cut_offs: {A: 1, B: 2, C: 3}
    coverage_needed: 0.5
    coverage_tolerance_days: 1
    positive_cap: 80
    objected: counted
    living: [active]
    population: [enterprise]
    dimensions: {basic: 20}
    indicators:
      B1: {points: 20}
"""


@pytest.mark.parametrize(
    ("was", "change", "message"),
    [
        ("valid_to: 2021-01-01", "valid_to: 2020-06-01", "own.yaml, line 19: packs.two.valid_from: a gap"),
        ("valid_to: 2021-01-01", "valid_to: 2021-06-01", "own.yaml, line 19: packs.two.valid_from: an overlap"),
        (
            "valid_to: null",
            "valid_to: 2022-01-01",
            "own.yaml, line 20: packs.two.valid_to: it ends and nothing follows",
        ),
        ("    valid_from: 2020-01-01\n", "", "own.yaml, line 2: packs.one.valid_from: Field required"),
        ("valid_from: 2020-01-01", "valid_from: soon", "own.yaml, line 4: packs.one.valid_from: .* valid date"),
        ("source: text", "source:", "own.yaml, line 6: packs.one.source: "),
        ("source: text", "source: text\n    season: [1, 13]", "packs.one.season.1: Input should be less than or equal"),
        ("{A: 1, B: 2, C: 3}", "{A: 3, B: 2, C: 1}", "own.yaml, line 7: packs.one.cut_offs: cut_offs must rise"),
        ("coverage_needed: 0.5", "coverage_needed: 2", "own.yaml, line 8: packs.one.coverage_needed: "),
        ("objected: counted", "objected: maybe", "own.yaml, line 11: packs.one.objected: "),
        ("B1: {points: 20}", "B1: {}", "own.yaml, line 16: packs.one.indicators.B1: it has no points"),
        ("B1: {points: 20}", "Q9: {points: 20}", "own.yaml, line 16: .*there is no indicator Q9"),
        ("B1: {points: 20}", "B1: {points: 19}", "own.yaml, line 14: .*the points of basic sum to 19, not to 20"),
        (
            "B1: {points: 20}",
            "B1: {points: 20}\n      D2: {points: 5}",
            "own.yaml, line 14: .*dynamics sum to 5, not to 0",
        ),
        ("{A: 1, B: 2, C: 3}", "{A: 1, B: 2, C: 3, E: 4}", "own.yaml, line 7: packs.one.cut_offs.E"),
        ("valid_to: 2021-01-01", "valid_to: 2019-01-01", "own.yaml, line 5: packs.one.valid_to: ends before it begins"),
        ("positive_cap: 80", "positive_cap: 80\n    surprise: 1", "own.yaml, line 11: packs.one.surprise"),
        ("packs:", "packs: [", "own.yaml, line 2: no YAML"),
        ("packs:", "models:", "own.yaml, line 1: packs: Field required"),
    ],
)
def test_packs_are_refused_with_the_line(was: str, change: str, message: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(PACK.lstrip(), "utf-8")
    assert [p.name for p in grade_packs(str(own))] == ["one", "two"]
    own = tmp_path / "changed" / "own.yaml"
    own.parent.mkdir()
    own.write_text(PACK.lstrip().replace(was, change, 1), "utf-8")
    with pytest.raises(PackError, match=message):
        grade_packs(str(own))


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(PackError, match="there is no model 'hotels'"):
        grade_packs("hotels")
    with pytest.raises(PackError, match="No such file"):
        grade_packs("nowhere.yaml")
