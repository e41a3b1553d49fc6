"""`creditgraph related` and `restricted` through the real command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from api import render_steps
from tests.api.test_cli import run
from tests.conftest import firm, number, to_csv, uscc


def holder(company: int, person: int, share: str, **more: Any) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(company),
        "股东名称": f"样例{'甲乙丙'[person - 1]}",
        "股东类型": "自然人",
        "股东证件号码": number(person),
        "持股比例": share,
        "取得日期": "2021-06-01",
    } | more


def post(company: int, person: int, what: str, since: str, until: str = "") -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(company),
        "姓名": f"样例{'甲乙丙'[person - 1]}",
        "证件号码": number(person),
        "职务": what,
        "任职日期": since,
        "免职日期": until,
    }


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Person 1 has 60 % of firm 1 and 55 % of firm 2, person 2 60 % of firm 3; firms 3 and 4 share an address.

    Person 2 was a director of firm 1 until 2026-03-01, and represented firm 5, revoked on 2025-05-10; he took over firm
    4 in 2026.
    """
    files = {
        "registrations": [
            firm(1),
            firm(2),
            firm(3),
            firm(4, 住所="云津市临江区样例路3号"),
            firm(5, 登记状态="吊销", 核准日期="2025-05-10"),
        ],
        "shareholders": [holder(1, 1, "60%"), holder(2, 1, "55%"), holder(3, 2, "60%")],
        "legal_representatives": [
            post(1, 2, "董事", "2022-01-01", "2026-03-01"),
            post(5, 2, "法定代表人", "2020-01-01"),
            post(4, 2, "法定代表人", "2026-01-15"),
        ],
    }
    folder = tmp_path_factory.mktemp("related")
    there = {"CREDITGRAPH_STORE": f"sqlite:///{folder}/city.db", "CREDITGRAPH_KEY": f"{folder}/key"}
    run("key", "create", f"{folder}/key")
    for source, table in files.items():
        (folder / f"{source}.csv").write_bytes(to_csv(table))
        run("load", f"{folder}/{source}.csv", "--source", source, **there)
    return there


def rules(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(r["level"], r["rule"]) for r in found["relations"]}


def test_two_firms_of_one_person(at: dict[str, str], tmp_path: Path) -> None:
    hidden = run("related", uscc(1), uscc(2), "--lang", "en", **at)
    assert "CAS36-4-10" in hidden and "样例甲" not in hidden and "2021-06-01" in hidden
    assert "1 of 1 pairs" in hidden and "Families were not looked at" in hidden
    assert not (tmp_path / "creditgraph-audit.jsonl").exists()
    found = json.loads(
        run("related", uscc(1), uscc(2), "--purpose", "case_investigation:案件1", "--format", "json", **at)
    )
    assert {("statutory", "CAS36-4-10"), ("statutory", "CL-COMMON")} <= rules(found)
    (relation,) = [r for r in found["relations"] if r["rule"] == "CAS36-4-10"]
    steps = [relation["relationships"], render_steps.back(relation["relationships"])]
    way = min([(x["from"]["name"], x["backward"], x["share_min"], x["to"]["name"]) for x in s] for s in steps)
    one, person, other = "云津样例1商贸有限公司", "样例甲 1985 …0010", "云津样例2商贸有限公司"
    assert way == [(one, True, 0.6, person), (person, False, 0.55, other)], "from one party to the other"
    assert {x["valid_from"] for x in relation["relationships"]} == {"2021-06-01"}
    assert all(x["key"].lstrip("-").isdigit() for x in relation["relationships"])
    (line,) = (tmp_path / "creditgraph-audit.jsonl").read_text().splitlines()
    assert json.loads(line)["command"] == "related"


def test_many_parties_from_a_file_and_pairs_that_are_not(at: dict[str, str], tmp_path: Path) -> None:
    listing = tmp_path / "suppliers.txt"
    listing.write_text("\n".join(uscc(i) for i in (1, 2, 3, 4)), encoding="utf-8")
    shown = run("related", "--list", str(listing), **at)
    assert "6 对中" in shown and "SOFT-ADDRESS" in shown and "亲属关系未查" in shown
    rows = list(csv.reader(io.StringIO(run("related", "--list", str(listing), "--format", "csv", **at))))
    assert rows[0] == ["parties", "level", "rule", "via", "evidence"] and len(rows) > 3


def test_what_an_exchange_rule_looks_back_at_is_marked(at: dict[str, str]) -> None:
    silent = json.loads(run("related", uscc(1), uscc(3), "--format", "json", **at))
    assert silent["relations"] == [], "nobody said that one of them is listed"
    found = json.loads(run("related", uscc(1), uscc(3), "--listed", uscc(1), "--format", "json", **at))
    assert rules(found) == {("statutory", "EX-PERSON")}, "a former director's firm"
    (relation,) = found["relations"]
    assert relation["listed_company_only"] and relation["held_on"] < "2026-03-01"
    earlier = json.loads(run("related", uscc(1), uscc(3), "--as-of", "2026-02-01", "--format", "json", **at))
    assert ("statutory", "CAS36-4-10") in rules(earlier)


def test_all_related_parties_of_one(at: dict[str, str]) -> None:
    found = json.loads(run("related", uscc(1), "--purpose", "case_investigation:案件1", "--format", "json", **at))
    others = {r[side]["name"] for r in found["relations"] for side in ("one", "other")}
    assert "云津样例2商贸有限公司" in others and any(n.startswith("样例甲") for n in others)
    assert "不能" not in run("related", uscc(1), **at) and "线索" in run("related", uscc(1), **at)


def test_families_only_with_an_approval(at: dict[str, str], tmp_path: Path) -> None:
    people = [
        json.loads(
            run("search", f"样例{x}", "--people", "--purpose", "case_investigation:案件1", "--format", "json", **at)
        )[0]["id"]
        for x in "甲乙"
    ]
    pairs = tmp_path / "kin.csv"
    pairs.write_text(",".join(people), encoding="utf-8")
    assert "--kin APPROVAL" in run("related", uscc(2), uscc(3), "--relatives", str(pairs), code=2, **at)
    assert "--kin APPROVAL" in run("related", uscc(2), uscc(3), "--kin", "批1", code=2, **at)
    with_kin = ("related", uscc(2), uscc(3), "--kin", "批准〔2026〕1号", "--relatives", str(pairs), "--format", "json")
    assert "--purpose" in run(*with_kin, code=2, **at)
    found = json.loads(run(*with_kin, "--purpose", "case_investigation:案件1", **at))
    assert ("statutory", "CAS36-4-10") in rules(found)
    assert {r["kin_approved_by"] for r in found["relations"] if r["rule"] == "CAS36-4-10"} == {"批准〔2026〕1号"}
    assert "批准" in (tmp_path / "creditgraph-audit.jsonl").read_text()
    pairs.write_text("only-one", encoding="utf-8")
    assert "line 1" in run(*with_kin, "--purpose", "case_investigation:案件1", code=2, **at)


def test_questions_that_name_nobody_are_refused(at: dict[str, str]) -> None:
    assert "nobody is asked about" in run("related", code=2, **at)
    assert "nothing visible" in run("related", uscc(1), "某公司", code=8, **at)


def test_restricted_lists_who_took_a_post(at: dict[str, str], tmp_path: Path) -> None:
    assert "--purpose" in run("restricted", code=2, **at)
    rows = list(
        csv.DictReader(io.StringIO(run("restricted", "--purpose", "supervision:核查 2026-11", "--format", "csv", **at)))
    )
    assert [(r["firm"], r["taken"], r["term"]) for r in rows] == [
        ("云津样例4商贸有限公司", "期间内", "2025-05-10 – 2028-05-11")
    ]
    assert rows[0]["record"] == "登记状态 吊销 (企业登记注册信息)", (
        "what the register states, and which source stated it"
    )
    assert rows[0]["unknown_element"] == "是否负有个人责任" and "第一百七十八条" in rows[0]["clause"]
    inside = run(
        "restricted",
        "--inside",
        "--purpose",
        "supervision:核查 2026-11",
        "--format",
        "csv",
        "--as-of",
        "2026-01-01",
        **at,
    )
    assert inside.count("\n") == 1, "on that day he had not taken it yet"
    assert "待核实" in run(
        "restricted", "--purpose", "supervision:核查 2026-11", "--out", str(tmp_path / "r.csv"), **at
    )
    assert "样例乙" in (tmp_path / "r.csv").read_text("utf-8-sig")
