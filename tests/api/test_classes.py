"""Classes at the command line: models, what if, outlook, stability, confirming; people only for a purpose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.test_cli import run
from tests.conftest import firm, number, penalty, to_csv, uscc

DAY = "2026-11-20"


@pytest.fixture
def at(tmp_path: Path) -> dict[str, str]:
    """张样 represents firm 2, which was revoked, and firm 1, which was closed down and fined twice."""
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    there |= {"CREDITGRAPH_CLOCK": "2026-11-23", "CREDITGRAPH_AUDIT": f"{tmp_path}/audit.jsonl"}
    run("key", "create", f"{tmp_path}/key")
    posts = [{"统一社会信用代码": uscc(i), "姓名": "张样", "证件号码": number(1), "职务": "法定代表人"} for i in (1, 2)]
    closed = penalty(1, "罚1", "2026-10-01", 处罚类别="责令停产停业", 失信严重程度="一般")
    files = {
        "registrations": [firm(1), firm(2, 登记状态="吊销", 核准日期="2025-06-01")],
        "legal_representatives": posts,
        "penalties": [closed, penalty(1, "罚2", "2026-09-01"), penalty(1, "罚3", "2026-08-01")],
    }
    for name, rows in files.items():
        (tmp_path / f"{name}.csv").write_bytes(to_csv(rows))
        run("load", f"{tmp_path}/{name}.csv", "--source", name, "--dated", DAY, "--received-at", DAY, **there)
    return there


def explained(at: dict[str, str], *options: str) -> dict[str, object]:
    return dict(json.loads(run("explain", uscc(1), "--format", "json", *options, **at)))


def squeezed(text: str) -> str:
    """A table without what breaks its cells."""
    return "".join(c for c in text if c not in " │\n")


def test_models_are_listed_and_grade(at: dict[str, str]) -> None:
    listed = {m["model"]: m["kind"] for m in json.loads(run("models", "--format", "json", **at))}
    assert listed["general"] == "class" and listed["lost_contact"] == "warning"
    for model in listed:
        run("grade", "--model", model, "--no-write", **at)
    assert "线索" in run("grade", "--model", "abnormal_registration", **at)
    warned = explained(at, "--model", "lost_contact")
    assert (warned["class"], warned["colour"]) == (None, None), "a warning model makes a list and no class"
    assert "there is no model" in run("grade", "--model", "hotels", code=7, **at)


def test_what_if_and_when(at: dict[str, str]) -> None:
    parts = {p["indicator"] for p in explained(at)["parts"]}  # type: ignore[attr-defined]
    without = {p["indicator"] for p in explained(at, "--without", "罚1")["parts"]}  # type: ignore[attr-defined]
    assert "R7" in parts and "R7" not in without
    ahead = json.loads(run("outlook", uscc(1), "--to", "B", "--format", "json", **at))
    assert set(ahead) == {"company", "class", "to", "turns", "on", "without"}
    assert "0 usable records" in run("explain", uscc(1), "--without", "罚9", code=8, **at)
    assert "no class to come to" in run("outlook", uscc(1), "--to", "D", code=2, **at)


def test_people_of_paths_only_for_a_purpose(at: dict[str, str], tmp_path: Path) -> None:
    assert "张样" not in run("explain", uscc(1), **at) + json.dumps(explained(at), ensure_ascii=False)
    assert not (tmp_path / "audit.jsonl").exists()
    assert "张样" in run("explain", uscc(1), "--purpose", "case_investigation:案件 2026-17", **at)
    assert "案件 2026-17" in (tmp_path / "audit.jsonl").read_text("utf-8")


def test_the_way_to_what_a_part_rests_on_is_told(at: dict[str, str]) -> None:
    """Firm 1 <- 张样 -> firm 2, revoked 2025-06-01: whole in JSON and in both languages, without his name."""
    (part,) = [p for p in explained(at)["parts"] if p["indicator"] == "G2"]  # type: ignore[attr-defined]
    (way,) = part["paths"]
    assert [s["to"]["name"] for s in way["steps"]] == [None, "云津样例2商贸有限公司"]
    assert (way["points"], way["end"]) == (30.0, {"kind": "status", "status": "revoked", "date": "2025-06-01"})
    zh, en = (run("explain", uscc(1), "--lang", lang, **at) for lang in ("zh", "en"))
    turn = str(part["next_change_on"])  # the cell beside, whose words fall among those of the way
    zh, en = (
        squeezed(zh).replace(turn, "").replace("→不再计入", ""),
        squeezed(en).replace(turn, "").replace("→gone", ""),
    )
    assert "（自然人，需--purpose）—法定代表人→云津样例2商贸有限公司：登记状态吊销2025-06-01" in zh
    assert "#" not in zh, "words, no numbers of relationships"
    assert "—legalrepresentativeof→云津样例2商贸有限公司：statusrevoked2025-06-01" in en
    assert "张样" not in zh + en


def test_a_part_is_confirmed_and_taken_back(at: dict[str, str]) -> None:
    def g2() -> list[bool]:
        return [p["floor_c"] for p in explained(at)["parts"] if p["indicator"] == "G2"]  # type: ignore[attr-defined]

    assert g2() == [False]
    run("confirm", uscc(1), "G2", "--verdict", "confirmed", "--reason", "核查卷 2026-3", "--by", "李样", **at)
    assert g2() == [True]
    run("confirm", uscc(1), "G2", "--verdict", "refuted", "--reason", "核查卷 2026-4", "--by", "李样", **at)
    assert g2() == []
    run("confirm", uscc(1), "G2", "--verdict", "unsure", "--reason", "核查卷 2026-5", "--by", "李样", **at)
    assert g2() == [False]
    assert "nothing now" in run("confirm", uscc(1), "G9", "--verdict", "confirmed", "--reason", "x", code=2, **at)
    assert "no verdict" in run("confirm", uscc(1), "G2", "--verdict", "guilty", "--reason", "x", code=2, **at)


def test_two_days_are_compared(at: dict[str, str]) -> None:
    found = json.loads(run("stability", "--from", "2026-11-21", "--format", "json", **at))
    assert found["names"] == ["A", "B", "C", "D", "-"] and sum(map(sum, found["matrix"])) == 2
    assert found["without_event"] == 0


def test_a_baseline_is_calibrated(at: dict[str, str]) -> None:
    refused = run("baseline", "create", "x", "--calibrate", "80,20", code=2, **at)
    assert "four shares" in refused
    assert "no shares" in run("baseline", "create", "x", "--calibrate", "many", code=2, **at)


def test_a_late_contribution_names_holder_amount_and_day(at: dict[str, str], tmp_path: Path) -> None:
    """B4: 张样 has 1 million of firm 1, nothing paid in, due in 2040: in words; his name for a purpose only."""
    late = {"统一社会信用代码": uscc(1), "股东名称": "张样", "股东类型": "自然人", "股东证件号码": number(1)}
    late |= {"持股比例": "100%", "认缴出资额": "100", "实缴出资额": "0", "认缴出资日期": "2040-01-01"}
    (tmp_path / "shareholders.csv").write_bytes(to_csv([late]))
    run("load", f"{tmp_path}/shareholders.csv", "--source", "shareholders", "--dated", DAY, "--received-at", DAY, **at)
    said = "认缴出资额100.00万，实缴出资额0.00万，出资期限2040-01-01"
    hidden = squeezed(run("explain", uscc(1), **at))
    assert said in hidden and "#" not in hidden and "张样" not in hidden
    assert "张样" not in json.dumps(explained(at), ensure_ascii=False)
    shown = squeezed(run("explain", uscc(1), "--purpose", "supervision:核查 2026-11", **at))
    assert f"张样—出资/持股100%→云津样例1商贸有限公司{said}" in shown
    (part,) = [p for p in explained(at, "--purpose", "supervision:核查 2026-11")["parts"] if p["indicator"] == "B4"]  # type: ignore[attr-defined]
    told = part["evidence"]
    assert (told["from"]["name"], told["share_min"], told["paid"], told["contribution_due_on"]) == (
        "张样",
        1.0,
        0,
        "2040-01-01",
    )


def test_a_decision_says_what_it_does_to_the_class(at: dict[str, str]) -> None:
    """So little has been delivered that there is no class: the points that leave are told."""
    said = run("confirm", uscc(1), "G2", "--verdict", "refuted", "--reason", "核查卷 1", "--by", "李样", **at)
    assert "不实" in said and "数据不足" in said
    again = run("confirm", uscc(1), "G2", "--verdict", "refuted", "--reason", "核查卷 1", "--by", "李样", **at)
    assert "不变" in again
    nothing = run(
        "confirm", uscc(1), "G2", "--verdict", "guilty", "--reason", "卷 13800138000", "--lang", "en", code=2, **at
    )
    assert "no verdict" in nothing
    log = Path(at["CREDITGRAPH_AUDIT"]).read_text("utf-8")
    assert log.count('"confirm"') == 2 and "13800138000" not in log and "核查卷" not in log


def test_a_what_if_is_no_one_table(at: dict[str, str]) -> None:
    assert "what-if" in run("explain", uscc(1), "--without", "罚1", "--format", "csv", code=2, **at)


def test_what_may_be_decided_is_told_in_words_and_people_only_for_a_purpose(at: dict[str, str]) -> None:
    wrong = ("confirm", uscc(1), "G2", "--verdict", "confirmed", "--reason", "卷1", "--evidence", "#1")
    told = run(*wrong, code=2, **at)
    (key,) = [p["evidence"]["key"] for p in explained(at)["parts"] if p["indicator"] == "G2"]  # type: ignore[attr-defined]
    assert f"#{key}" in told and "法定代表人" in told and "吊销" in told and "张样" not in told
    assert "张样" in run(*wrong, "--purpose", "case_investigation:卷1", code=2, **at)
    log = Path(at["CREDITGRAPH_AUDIT"]).read_text("utf-8")
    assert log.count('"confirm"') == 1, "what is refused without naming anybody is no query"
    assert "no purpose is stated" in run(
        "confirm", "CN-ID:" + "0" * 32, "G2", "--verdict", "refuted", "--reason", "x", code=2, **at
    )
