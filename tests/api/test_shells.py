"""`creditgraph shells` and `shells decide` through the real command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.api.test_cli import run
from tests.conftest import firm, number, to_csv, uscc

ROOM = "云津市临江区样例路9号301室"


@pytest.fixture
def at(tmp_path: Path) -> dict[str, str]:
    """Twelve firms of one room, registered in twelve days, and three others; a baseline."""
    rows = [firm(i, 住所=ROOM, 成立日期=f"2025-05-{i:02d}", 行业代码="L72") for i in range(1, 13)]
    rows += [firm(i, 企业名称=f"云津{name}商贸有限公司") for i, name in ((20, "甲甲"), (21, "乙乙"), (22, "丙丙"))]
    (tmp_path / "registrations.csv").write_bytes(to_csv(rows))
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    run("key", "create", f"{tmp_path}/key")
    run("load", f"{tmp_path}/registrations.csv", "--source", "registrations", **there)
    run("baseline", "create", "b", **there)
    return there


def test_the_list_says_what_it_is(at: dict[str, str], tmp_path: Path) -> None:
    shown = run("shells", "--budget", "5", **at)
    assert "线索，不是认定" in shown and "预计" in shown and "专家估计" in shown and "不得据此作出不利决定" in shown
    english = run("shells", "--budget", "5", "--lang", "en", **at)
    assert "signs found" in english and "are expected to be shells" in " ".join(english.split())
    rows = list(csv.DictReader(io.StringIO(run("shells", "--budget", "5", "--format", "csv", **at))))
    assert len(rows) == 5 and all(ROOM in r["signs"] and "有 12 户企业" in r["signs"] for r in rows)
    assert not any("#" in r["signs"] for r in rows) and rows[0]["established_on"].startswith("2025-05-")
    run("shells", "--budget", "5", "--out", str(tmp_path / "s.csv"), **at)
    assert (tmp_path / "s.csv").read_text("utf-8-sig").count("CN-USCC") == 5


def test_the_list_as_json(at: dict[str, str]) -> None:
    told = json.loads(run("shells", "--budget", "4", "--propose", "2", "--format", "json", **at))
    assert told["guess"] is True and told["labels"] is None and told["not_looked_for"] == []
    assert len(told["firms"]) == 4 and len(told["proposed"]) == 2
    assert told["expected"]["shells"] == pytest.approx(sum(f["probability"] for f in told["firms"]), abs=1e-5)
    assert told["expected"]["low"] <= told["expected"]["shells"] <= told["expected"]["high"]
    first = told["firms"][0]
    assert first["signs_found"] == len(first["signs"]) and "不是认定" in first["zh"] and "not a finding" in first["en"]
    counted = [s["group"] for s in first["signs"] if s["counts"]]
    assert len(counted) == len(set(counted)), "of a group one sign counts"
    assert {"zh", "en", "weight", "evidence"} <= first["signs"][0].keys()
    assert all("probability" not in p for p in told["proposed"]), "the forest does not score"
    assert not {p["id"] for p in told["proposed"]} & {f["id"] for f in told["firms"]}


def test_people_behind_signs_only_for_a_purpose(at: dict[str, str], tmp_path: Path) -> None:
    """One person represents the twelve firms of the room."""
    posts = [
        {
            "统一社会信用代码": uscc(i),
            "姓名": "张样",
            "证件号码": number(1),
            "职务": "法定代表人",
            "任职日期": "2025-06-01",
        }
        for i in range(1, 13)
    ]
    (tmp_path / "posts.csv").write_bytes(to_csv(posts))
    run("load", f"{tmp_path}/posts.csv", "--source", "legal_representatives", **at)
    hidden = run("shells", "--budget", "1", "--format", "csv", **at)
    assert "←法定代表人 2025-06-01起— （自然人，需 --purpose）：有 12 户企业" in hidden and "张样" not in hidden
    (firm_,) = json.loads(run("shells", "--budget", "1", "--format", "json", **at))["firms"]
    ends = [s["evidence"]["step"]["to"] for s in firm_["signs"] if "step" in s["evidence"]]
    assert {"id": None, "label": "Person", "name": None} in ends
    shown = run("shells", "--budget", "1", "--format", "csv", "--purpose", "supervision:巡查1", **at)
    assert "←法定代表人 2025-06-01起— 张样" in shown
    (line,) = [json.loads(x) for x in (tmp_path / "creditgraph-audit.jsonl").read_text().splitlines()]
    assert (line["command"], line["reference"], len(line["subjects"])) == ("shells", "巡查1", 1)


def test_decisions_are_kept(at: dict[str, str]) -> None:
    said = run("shells", "decide", uscc(1), "--verdict", "shell", "--reason", "现场核查无人", "--by", "甲", **at)
    assert "shell" in said
    assert "no verdict" in run(
        "shells", "decide", uscc(1), "--verdict", "bad", "--reason", "x", "--by", "甲", code=2, **at
    )
    assert "who decided and why" in run(
        "shells", "decide", uscc(1), "--verdict", "shell", "--reason", " ", "--by", "甲", code=2, **at
    )
    assert "nothing visible" in run(
        "shells", "decide", "某公司", "--verdict", "shell", "--reason", "x", "--by", "甲", code=8, **at
    )
    shown = run("shells", **at)
    assert "专家估计" in shown, "one decision is not enough to learn from"
    assert uscc(1) not in shown and "已有核查结论的 1 户" in shown


def test_without_a_baseline_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "registrations.csv").write_bytes(to_csv([firm(1), firm(2)]))
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    run("key", "create", f"{tmp_path}/key")
    run("load", f"{tmp_path}/registrations.csv", "--source", "registrations", **there)
    assert "baseline create" in run("shells", **there)
    assert "there is no baseline" in run("shells", "--baseline", "x", code=2, **there)
