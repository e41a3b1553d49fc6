"""Packs of a model of one's own: what is refused, with the file and the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analytics.indicators.pack import grade_packs
from analytics.indicators.settings import _BESIDE
from analytics.indicators.table import INDICATORS, WARNING_SIGNS
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
        ("    valid_from: 2020-01-01\n", "", "own.yaml, line 2: packs.one.valid_from: it is missing"),
        ("valid_from: 2020-01-01", "valid_from: soon", "own.yaml, line 4: packs.one.valid_from: it is no day"),
        ("source: text", "source:", "own.yaml, line 6: packs.one.source: "),
        ("source: text", "source: text\n    season: [1, 13]", "own.yaml, line 7: packs.one.season.1: it is greater than 12"),
        ("{A: 1, B: 2, C: 3}", "{A: 3, B: 2, C: 1}", "own.yaml, line 7: packs.one.cut_offs: cut_offs must rise"),
        ("coverage_needed: 0.5", "coverage_needed: 2", "own.yaml, line 8: packs.one.coverage_needed: "),
        ("objected: counted", "objected: maybe", "own.yaml, line 11: packs.one.objected: "),
        ("B1: {points: 20}", "B1: {}", "own.yaml, line 16: packs.one.indicators.B1.points: it is missing"),
        (
            "B1: {points: 20}",
            "B1: {points: ten}",
            "own.yaml, line 16: packs.one.indicators.B1.points: it is no whole number",
        ),
        (
            "B1: {points: 20}",
            "B1: {points: true}",
            "own.yaml, line 16: packs.one.indicators.B1.points: it is no whole number",
        ),
        (
            "B1: {points: 20}",
            "B1: {points: -1}",
            "own.yaml, line 16: packs.one.indicators.B1.points: it is less than 0",
        ),
        (
            "B1: {points: 20}",
            "B1:\n        points: 20\n        half_lief: 6",
            "own.yaml, line 18: packs.one.indicators.B1.half_lief: there is no such entry",
        ),
        ("B1: {points: 20}", "B4: {points: 20}", "own.yaml, line 16: packs.one.indicators.B4.years: it is missing"),
        (
            "B1: {points: 20}",
            "B5: {points: 20, kinds: {hosted: much}}",
            "own.yaml, line 16: packs.one.indicators.B5.kinds.hosted: it is no number",
        ),
        (
            "B1: {points: 20}",
            "R9: {points: 20, roles: {producer: 1.0}}",
            "own.yaml, line 16: packs.one.indicators.R9.roles: other is missing",
        ),
        ("{basic: 20}", "{bassic: 20}", "own.yaml, line 14: packs.one.dimensions.bassic: there is no dimension bassic"),
        ("B1: {points: 20}", "Q9: {points: 20}", "own.yaml, line 16: .*there is no indicator Q9"),
        ("B1: {points: 20}", "B1: {points: 19}", "own.yaml, line 14: .*the points of basic sum to 19, not to 20"),
        (
            "B1: {points: 20}",
            "B1: {points: 20}\n      D2: {points: 5, each: 1.0}",
            "own.yaml, line 14: .*dynamics sum to 5, not to 0",
        ),
        ("{A: 1, B: 2, C: 3}", "{A: 1, B: 2, C: 3, E: 4}", "own.yaml, line 7: packs.one.cut_offs.E"),
        ("valid_to: 2021-01-01", "valid_to: 2019-01-01", "own.yaml, line 5: packs.one.valid_to: ends before it begins"),
        ("positive_cap: 80", "positive_cap: 80\n    surprise: 1", "own.yaml, line 11: packs.one.surprise"),
        ("packs:", "packs: [", "own.yaml, line 2: no YAML"),
        ("packs:", "models:", "own.yaml, line 1: packs: it is missing"),
    ],
)
def test_packs_are_refused_with_the_line(was: str, change: str, message: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(PACK.lstrip(), "utf-8")
    assert [p.name for p in grade_packs(str(own))] == ["one", "two"]
    own = tmp_path / "changed" / "own.yaml"
    own.parent.mkdir()
    own.write_text(PACK.lstrip().replace(was, change, 1), "utf-8")
    with pytest.raises(PackError, match=message) as refused:
        grade_packs(str(own))
    line = re.findall(r"line (\d+)", message)[0]
    assert refused.value.zh.startswith(f"own.yaml 第 {line} 行：") and refused.value.zh.endswith("。")


def test_what_every_indicator_takes_is_known_for_indicators_only() -> None:
    assert _BESIDE.keys() <= INDICATORS.keys() | WARNING_SIGNS.keys()


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(PackError, match="there is no model 'hotels'"):
        grade_packs("hotels")
    with pytest.raises(PackError, match="No such file") as refused:
        grade_packs("nowhere.yaml")
    assert refused.value.zh == "nowhere.yaml：文件或文件夹不存在。请指定模型文件。"


def test_a_model_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes("名称: 一".encode("gb18030"))
    with pytest.raises(PackError, match="is no text in UTF-8"):
        grade_packs(str(tmp_path / "own.yaml"))
