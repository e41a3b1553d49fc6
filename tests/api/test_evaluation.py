"""`evaluate` and `challenger` through the real command line, on folders and a city made by the tests."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loaders.synthetic import generate
from tests.analytics.evaluation.sme.folders import RELATION, quick, town, write
from tests.api.test_cli import run

__all__ = ["quick"]

CITY = {"CREDITGRAPH_CLOCK": "2026-12-05"}


def folder(path: Path, n: int, seed: int, first: int = 0) -> Path:
    return town(path, np.random.default_rng(seed).integers(0, 2, n).tolist(), seed, first)


def report(*arguments: str, **environment: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*arguments, "--format", "json", **environment))
    return told


def titled(told: dict[str, Any], words: str) -> list[dict[str, Any]]:
    return next(t["rows"] for t in told["tables"] if words in t["title"])


def test_small_companies_from_two_folders(tmp_path: Path, quick: None) -> None:
    train, test = folder(tmp_path / "train", 160, 1), folder(tmp_path / "test", 70, 2, first=1000)
    told = report("evaluate", "sme", str(train), str(test), "--draws", "50", "--apart", "--out", str(tmp_path / "out"))
    assert told["command"] == f"creditgraph evaluate sme {train} {test} --budget 0.1 --draws 50 --seed 0 --apart"
    assert len(titled(told, "cut out of the graph")) == 3
    cross, look = titled(told, "Cross-validated"), titled(told, "One look")
    assert [r["score"] for r in look] == ["forest on degrees", "forest on degrees and own", "chosen"]
    for row in (*cross, *look):
        assert row["AUC"]["low"] <= row["AUC"]["value"] <= row["AUC"]["high"]
    assert cross[0]["AUC, gain"] is None and cross[2]["AUC, gain"]["value"] == pytest.approx(
        cross[2]["AUC"]["value"] - cross[0]["AUC"]["value"]
    )
    assert titled(told, "What the gain comes from")[0]["features"] == "degrees"
    out = tmp_path / "out"
    assert json.loads((out / "report.json").read_text("utf-8")) == told
    assert "## One look at test" in (out / "report.md").read_text("utf-8")
    rows = list(csv.DictReader((out / "predictions.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 70 and rows[0]["id"] == "C1000" and 0 < float(rows[0]["chosen"]) < 1


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, quick: None) -> None:
    train = str(folder(tmp_path / "train", 150, 1))
    one, two, other = (run("evaluate", "sme", train, "--draws", "30", "--seed", s) for s in ("3", "3", "4"))
    assert one == two != other


def test_a_folder_without_labels_is_predicted_only(tmp_path: Path, quick: None) -> None:
    """And with a relation type that the training has not, and no lawsuits."""
    train = folder(tmp_path / "train", 150, 1)
    test = town(tmp_path / "test", [""] * 40, 2, first=1000)
    write(test, "relations.csv", RELATION, [("C1000", "P9", "GUARANTEES_LOAN"), ("C1000", "C1", "LOAN")])
    (test / "lawsuits.csv").unlink()
    told = report("evaluate", "sme", str(train), str(test), "--draws", "30", "--out", str(tmp_path / "out"))
    assert not any("One look" in t["title"] for t in told["tables"])
    notes = " ".join(told["notes"])
    assert "test has no labels" in notes and "GUARANTEES_LOAN, LOAN" in notes and "test has no lawsuits" in notes
    assert len((tmp_path / "out" / "predictions.csv").read_text("utf-8").splitlines()) == 41


def test_what_cannot_be_evaluated_is_refused(tmp_path: Path) -> None:
    assert "is no folder" in run("evaluate", "sme", str(tmp_path / "nothing"), code=3)
    train = folder(tmp_path / "train", 40, 1)
    assert "A model takes 30 of each" in run("evaluate", "sme", str(train), code=2)
    assert "no share" in run("evaluate", "sme", str(train), "--budget", "3", code=2)


def test_two_runs_are_compared_on_what_they_have_in_common(tmp_path: Path) -> None:
    for name, header, rows in (
        (
            "truth",
            ("id", "bankrupt", "date", "area"),
            [
                ("a", 1, "2025-01-01", "X"),
                ("b", 0, "2026-01-01", "X"),
                ("c", 1, "2026-02-01", "Y"),
                ("d", 0, "2026-03-01", "Z"),
                ("e", "", "", ""),
            ],
        ),
        ("one", ("id", "chosen"), [("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.4)]),
        ("two", ("id", "chosen"), [("d", 0.1), ("c", 0.4), ("b", 0.2), ("a", 0.3), ("z", 0.9)]),
    ):
        write(tmp_path, f"{name}.csv", header, rows)
    told = report("evaluate", "compare", "one.csv", "two.csv", "truth.csv", "--draws", "20", "--budget", "2")
    one, two = told["tables"][0]["rows"]
    assert (one["AUC"]["value"], two["AUC"]["value"], two["AUC, gain"]["value"]) == (0.25, 1.0, 0.75)
    files = ("one.csv", "two.csv", "truth.csv")
    told = report("evaluate", "compare", *files, "--draws", "20", "--since", "2026-01-01")
    assert told["tables"][0]["title"] == "3 companies" and told["tables"][0]["rows"][0]["AUC"]["value"] == 0.5
    told = report("evaluate", "compare", *files, "--draws", "20", "--by", "area")
    assert [t["title"] for t in told["tables"]] == ["4 companies", "X"], "groups with both labels"
    assert "has no column sector" in run("evaluate", "compare", *files, "--by", "sector", code=2)
    assert "one side" in run("evaluate", "compare", *files, "--since", "2030-01-01", code=2)
    assert "several tables" in run("evaluate", "compare", *files, "--format", "csv", code=2)
    write(tmp_path, "three.csv", ("id", "chosen"), [("x", 1)])
    assert "no case in common" in run("evaluate", "compare", "one.csv", "three.csv", "truth.csv", code=2)
    assert "lacks the columns score" in run(
        "evaluate", "compare", "one.csv", "two.csv", "truth.csv", "--score", "score", code=3
    )


def test_a_city_is_evaluated_and_a_challenger_stands_beside(tmp_path: Path) -> None:
    """Made of 2025-06-05 and six months, measured on 2026-06-05: out of its time."""
    generate(tmp_path / "city", 2_500, seed=3, months=20, start=dt.date(2025, 4, 1))
    run("key", "create", **CITY)
    run("load", "city", "--store", "sqlite:///c.db", **CITY)
    at = ("--store", "sqlite:///c.db")
    row = run(
        "challenger", "train", "penalised", *at, "--as-of", "2025-06-05", "--months", "6", "--format", "json", **CITY
    )
    name = json.loads(row)[0]["run"]
    told = report(
        "evaluate", "city", "city", *at, "--as-of", "2026-06-05", "--months", "6", "--outcome", "penalised",
        "--challenger", name, "--draws", "50", **CITY,
    )  # fmt: skip
    circles = titled(told, "Guarantee circles")
    assert all(r["found whole"]["value"] == 1 for r in circles if r["standing"])
    assert titled(told, "Successors")[0]["recall"]["value"] > 0.5
    order = titled(told, "penalised: order")
    assert [r["score"] for r in order] == ["score of the rules", "challenger"]
    assert all(r["AUC"]["low"] > 0.6 for r in order)
    assert "挑战者模型仅供与规则对照" in run("challenger", "score", *at, "--limit", "3", **CITY)
    assert "knows what happened until 2025-12-05" in run(
        "evaluate", "city", "city", *at, "--as-of", "2025-09-05", "--months", "6", "--outcome", "penalised",
        "--challenger", name, code=2, **CITY,
    )  # fmt: skip
    assert "truth" in run("evaluate", "city", "elsewhere", *at, code=3, **CITY)
