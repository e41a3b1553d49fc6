"""`creditgraph match` and `creditgraph review` through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.test_cli import run
from tests.conftest import firm, number, to_csv, uscc


@pytest.fixture
def at(tmp_path: Path) -> dict[str, str]:
    """Twenty people stand at their firm with a number and without: who bears a rare name is one, the data say. And a
    张样例 with a number at firm 21 and one without at firm 22 of the same district: possibly one, no more.
    """

    def post(at: int, name: str, number: str, what: str) -> dict[str, str]:
        row = {"统一社会信用代码": uscc(at), "姓名": name, "证件号码": number}
        return row | {"职务": what, "任职日期": "2020-01-01"}

    posts = [
        post(i, f"李{chr(0x4E00 + i)}例", n, p) for i in range(1, 21) for n, p in ((number(i), "经理"), ("", "监事"))
    ]
    posts += [post(21, "张样例", number(21), "经理"), post(22, "张样例", "", "监事")]
    files = {"registrations": [firm(i) for i in range(1, 23)], "legal_representatives": posts}
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    run("key", "create", f"{tmp_path}/key")
    for source, table in files.items():
        (tmp_path / f"{source}.csv").write_bytes(to_csv(table))
        run("load", f"{tmp_path}/{source}.csv", "--source", source, **there)
    return there


def test_match_review_decide_match(at: dict[str, str], tmp_path: Path) -> None:
    dry = json.loads(run("match", "--no-write", "--format", "json", **at))
    assert dry["batch"] is None and [dry["counts"]["persons"][n] for n in ("joined", "possible")] == [20, 1]
    assert json.loads(run("review", "--format", "json", **at)) == []
    first = json.loads(run("match", "--format", "json", **at))
    assert (first["run"], first["batch"]) == (dry["run"], 3)
    assert set(first["estimated"]["persons"]["m"]["ties"]) >= {"firm", "people", "address", "area", "nothing"}

    hidden = json.loads(run("review", "--format", "json", **at))
    assert hidden and all((c["one_id"], c["one"], c["parties"][0]) == (None, None, None) for c in hidden)
    assert not (tmp_path / "creditgraph-audit.jsonl").exists()
    case = json.loads(run("review", "--format", "json", "--purpose", "case_investigation:案件1", **at))[0]
    assert case["why"] == "possible" and 0.5 <= float(case["probability"]) < 0.95 and "ties:area" in case["evidence"]
    line = json.loads((tmp_path / "creditgraph-audit.jsonl").read_text().splitlines()[-1])
    assert line["command"] == "review" and line["subjects"] and case["one_id"] not in json.dumps(line)

    ids = (case["one_id"], case["other_id"])
    why = ("--reason", "同名不同人", "--by", "核查员", "--purpose", "case_investigation:案件1")
    assert "creditgraph match" in run("review", *ids, "--verdict", "different", *why, **at)
    assert json.loads(run("review", "--format", "json", **at)) == []
    for _ in range(2):  # whatever is run again
        again = json.loads(run("match", "--format", "json", **at))
        assert [again["counts"]["persons"][n] for n in ("joined", "possible")] == [20, 0]
    run("review", *reversed(ids), "--verdict", "unsure", *why, **at)
    assert [c["why"] for c in json.loads(run("review", "--format", "json", **at))] == ["unsure"]
    run("review", *ids, "--verdict", "same", *why, **at)
    assert json.loads(run("match", "--format", "json", **at))["counts"]["persons"]["decided"] == 1


def test_match_and_review_read_well(at: dict[str, str]) -> None:
    assert "没有待复核" in run("review", **at) and "No pair waits" in run("review", "--lang", "en", **at)
    told = run("match", **at)
    assert "自然人" in told and "出生年份" in told and "batch 3" in told
    assert "关联未变" in run("match", **at)
    english = run("match", "--lang", "en", **at)
    assert "persons" in english and "birth year" in english and "The links stood already." in english
    shown = run("review", "--purpose", "case_investigation:案件1", **at)
    assert "张样例" in shown and "先验" in shown and "1 / 1" in shown
    case = json.loads(run("review", "--format", "json", "--purpose", "case_investigation:案件1", **at))[0]
    rows = [line for line in shown.splitlines() if "张样例" in line]
    assert all(any(case[i] in row for row in rows) for i in ("one_id", "other_id")), "each in its row, whole"
    (numbered,) = [row for row in rows if "CN-ID:" in row]
    assert "1985 男 …" in numbered and "云津样例21商贸有限公司 总经理" in numbered
    assert any("云津样例22商贸有限公司 监事" in row for row in rows if row != numbered)
    assert [
        (p["birth_year"], [t["to"] for t in p["ties"]]) for p in sorted(case["parties"], key=lambda p: p["id"])
    ] == [
        (1985, ["云津样例21商贸有限公司"]),
        (None, ["云津样例22商贸有限公司"]),
    ]
    assert "张样例" not in run("review", **at)
    assert run("review", "--format", "csv", **at).startswith("one,other,probability,why,records,ties,evidence")


def test_what_cannot_be_decided_is_told(at: dict[str, str], tmp_path: Path) -> None:
    run("match", **at)
    case = json.loads(run("review", "--format", "json", "--purpose", "supervision:核查 2026-11", **at))[0]
    ids, verdict, purpose = (
        (case["one_id"], case["other_id"]),
        ("--verdict", "same"),
        ("--purpose", "supervision:核查 2026-11"),
    )
    why = ("--reason", "面谈", "--by", "核查员")
    for said, arguments, code in (
        ("--purpose", (*ids, *verdict, *why), 2),
        ("names who decided and why", (*ids, *verdict, *purpose), 2),
        ("no verdict", (*ids, "--verdict", "guilty", *why, *purpose), 2),
        ("about two parties", (ids[0], *verdict, *why, *purpose), 2),
        ("about two parties", (*ids, *why, *purpose), 2),
        ("about two parties", (*verdict, *why, *purpose), 2),
        ("nothing visible", (ids[0], "M:00", *verdict, *why, *purpose), 8),
        ("same node", (ids[0], ids[0], *verdict, *why, *purpose), 2),
        ("not compared", (ids[0], uscc(1), *verdict, *why, *purpose), 2),
        ("of their own", (uscc(1), uscc(2), *verdict, *why), 2),
    ):
        assert said in run("review", *arguments, code=code, **at)
    assert "is no day" in run("match", "--as-of", "someday", code=2, **at)
    assert "no matching pack" in run("match", "--as-of", "1970-01-01", code=7, **at)
    assert "no store" in run("match", "--store", f"sqlite:///{tmp_path}/none.db", code=2, **at)
    assert json.loads(run("match", "--format", "json", **at))["counts"]["persons"]["decided"] == 0
