"""No code stands in a Chinese table where there is a word for it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import analytics
from analytics.algorithms import algorithms
from api.algorithm_words import NOTICES
from api.commands.relations import NOTICES as OF_RELATIONS
from api.render import WORDS, said, word
from graph.projection import GraphProjection
from tests.api.test_cli import run, url
from tests.conftest import firm, to_csv, uscc

__all__ = ["url"]


def test_every_column_of_an_algorithm_has_a_word() -> None:
    nodes = pd.DataFrame({"id": ["a", "b"]})
    ties = pd.DataFrame({"source": ["a"], "target": ["b"], "type": ["HOLDS_SHARES_IN"], "share_min": [0.6]})
    graph = GraphProjection.from_pandas(nodes, ties)
    needing_parties = ("relations", "common_links")
    for name, kind in algorithms().items():
        if name not in needing_parties:
            columns = kind.compute(graph, kind.read_parameters({})).columns
            assert not [c for c in columns if word(c, "zh") == c], name


def test_every_warning_has_a_chinese_text() -> None:
    sources = [p.read_text("utf-8") for p in Path(analytics.__path__[0]).rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r'Notice\("([a-z_]+)"', text)}
    assert len(codes) > 10 and codes <= NOTICES.keys() | OF_RELATIONS.keys()


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("HOLDS_SHARES_IN", "出资/持股"),
        ("AdministrativePenalty", "行政处罚"),
        ("revoked", "吊销"),
        ("wage_arrears", "拖欠农民工工资"),
        ("chain", "担保链"),
        ("云津某公司", "云津某公司"),
    ],
)
def test_codes_of_the_schema_and_of_lists_are_said(code: str, zh: str) -> None:
    assert word(code, "zh") == zh and said("Company", "status", "active", "zh") == "存续"


def test_both_languages_differ_where_they_are_given() -> None:
    assert not [k for k, (zh, en) in WORDS.items() if not zh.strip() or not en.strip()]


def test_tables_are_chinese_and_what_is_typed_again_is_whole(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("registrations.csv").write_bytes(to_csv([firm(1)]))
    monkeypatch.setenv("CREDITGRAPH_STORE", url)
    run("key", "create")
    run("load", "registrations.csv")
    shown = run("show", uscc(1))
    assert "存续" in shown and "企业登记注册信息" in shown and "active" not in shown and "registrations" not in shown
    models = run("models")
    assert "预警" in models and "适用行业" in models and "warning" not in models and "sectors" not in models
    assert "abnormal_registration" in models and "│ control " in run("run"), "names to be typed stay"
    assert "party_member_development" in run("tasks", "purposes"), "a code to be typed is not cut"
