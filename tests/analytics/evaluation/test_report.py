"""Reports: the same findings give the same bytes, and what is not defined is shown as nothing."""

from __future__ import annotations

import json
from math import nan

import numpy as np
import pytest

from analytics.evaluation.bootstrap import Interval
from analytics.evaluation.comparison import compared
from analytics.evaluation.measures import of_order, of_probability, reliability_table
from analytics.evaluation.report import Report, Table
from graph.errors import UsageError

TABLE = Table(
    "Scores", ("score", "n", "AUC", "gain"), [["a|b", 1200, Interval(0.5, 0.25, 0.75), None], ["c", 1, nan, nan]]
)
REPORT = Report("Title", "creditgraph evaluate", {"made on": "2026-11-23"}, [TABLE], ["a note"])


def test_markdown_reads_well() -> None:
    assert REPORT.to_markdown().splitlines() == [
        "# Title", "", "    creditgraph evaluate", "", "- made on: 2026-11-23", "", "## Scores", "",
        "| score | n | AUC | gain |", "| --- | --- | --- | --- |",
        "| a/b | 1,200 | 0.5000 [0.2500, 0.7500] |  |", "| c | 1 |  |  |", "", "- a note",
    ]  # fmt: skip


def test_json_holds_the_numbers() -> None:
    told = json.loads(REPORT.to_json())
    assert told["tables"][0]["rows"][0] == {
        "score": "a|b",
        "n": 1200,
        "AUC": {"value": 0.5, "low": 0.25, "high": 0.75},
        "gain": None,
    }
    assert told["tables"][0]["rows"][1]["AUC"] is None, "what is not defined is null, not NaN"


def test_two_scores_side_by_side() -> None:
    label, good = np.array([1, 0, 1, 0] * 20), np.array([0.9, 0.1, 0.8, 0.2] * 20)
    table = compared(label, {"bad": 1 - good, "good": good}, of_order(10), title="t", against="bad", draws=20)
    bad, better = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    assert isinstance(better["AUC, gain"], Interval) and better["AUC, gain"].value == 1 and bad["AUC, gain"] is None
    with pytest.raises(UsageError, match="no score 'best'"):
        compared(label, {"bad": good}, of_order(10), title="t", against="best")
    assert set(of_probability(label, good)) == {"Brier", "ECE"}
    assert sum(int(str(row[1])) for row in reliability_table(label, good, "r").rows) == 80
