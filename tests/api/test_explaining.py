"""The page that explains a class: recomputed by hand, decisions, what-ifs, outlook, sectors, seasons, populations."""

from __future__ import annotations

import csv
import io
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from analytics.classes.impersonal import without_people
from api.render_explanation import SHOWN_PARTS
from graph.keys import KeyRing
from graph.stores import open_store
from loaders.samples import uscc as code
from tests.analytics.conftest import deliver_others
from tests.api.test_cli import run
from tests.conftest import Office, debtor, firm, number, penalty, to_csv, uscc

DAY = "2026-11-20"


def plain(text: str) -> str:
    """A page without the lines and breaks of its table."""
    return "".join(c for c in text if c not in " │\n")


@pytest.fixture
def at(tmp_path: Path) -> dict[str, str]:
    """Firm 1 fined thrice and closed down; 张样, who represents it and firm 2, which was revoked, is a debtor."""
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    there |= {"CREDITGRAPH_CLOCK": "2026-11-23", "CREDITGRAPH_AUDIT": f"{tmp_path}/audit.jsonl"}
    run("key", "create", f"{tmp_path}/key")
    posts = [{"统一社会信用代码": uscc(i), "姓名": "张样", "证件号码": number(1), "职务": "法定代表人"} for i in (1, 2)]
    person = {"被执行人姓名/名称": "张样", "统一社会信用代码": "", "身份证号码": number(1)}
    closed = penalty(1, "罚1", "2026-10-01", 处罚类别="责令停产停业", 失信严重程度="严重")
    files = {
        "registrations": [firm(1), firm(2, 登记状态="吊销", 核准日期="2025-06-01")],
        "legal_representatives": posts,
        "penalties": [closed, penalty(1, "罚2", "2026-09-01"), penalty(1, "罚3", "2026-08-01")],
        "dishonest_debtors": [debtor(1, "案1", "2026-09-02") | person],
    }
    for name, rows in files.items():
        load(tmp_path, there, name, rows)
    return there


def load(folder: Path, at: dict[str, str], name: str, rows: list[dict[str, Any]], *options: str) -> None:
    (folder / f"{name}.csv").write_bytes(to_csv(rows))
    run("load", f"{folder}/{name}.csv", "--source", name, "--dated", DAY, "--received-at", DAY, *options, **at)


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The general model that asks for next to no coverage, so that few files make a class."""
    text = resources.files("analytics").joinpath("rules/models/general.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(text.replace("coverage_needed: 0.6", "coverage_needed: 0.01"), "utf-8")
    return str(tmp_path / "own.yaml")


def explained(at: dict[str, str], *options: str) -> dict[str, Any]:
    return dict(json.loads(run("explain", uscc(1), "--format", "json", *options, **at)))


def recomputed(page: str) -> str:
    """The class from a Chinese page alone: points by the bounds, association, floor, red line."""
    rows = re.findall(r"│ ([A-Z]\d+) .*?│ +(-?[\d.]+) +│", page)
    points = [(name, round(float(p) * 1000)) for name, p in rows]
    bounds = [round(float(b) * 1000) for b in re.findall(r"≤ ([\d.]+)", page)[:3]]
    total = sum(p for _, p in points)
    own = sum(p for name, p in points if name[0] != "G")
    alone, level = (sum(score > b for b in bounds) for score in (own, total))
    reached = 3 if alone == 3 else min(level, alone + 1, 2)
    if "红线" in page:
        return "D"
    return "ABCD"[max(reached, 2 if "底线C" in page else 0)]


def test_the_class_is_recomputed_from_the_page(at: dict[str, str], own: str) -> None:
    page = run("explain", uscc(1), "--model", own, **at)
    stated = re.search(r"分类 ([ABCD])", page)
    assert stated and recomputed(page) == stated.group(1) == "C"
    assert "分界：A ≤ 120，B ≤ 280，C ≤ 480，以上为 D" in page
    assert re.search(r"推算：自身 [\d.]+ → B；加关联 [\d.]+ → [BC]；底线：至少 C", page)
    assert (
        "封顶：R5 行政处罚严重度 各项合计" in page and "封顶：R6 同类违法再犯 各项合计 80.000，按满分 40 折算" in page
    )
    english = run("explain", uscc(1), "--model", own, "--lang", "en", **at)
    assert "cut-offs: A ≤ 120, B ≤ 280, C ≤ 480, D above" in english
    assert "the parts of R6 repeated violation of one type come to 80.000, scaled to 40" in english
    assert "floor: at least C" in english
    assert "分类 数据不足" in (thin := run("explain", uscc(1), **at)) and "低于所需的 60%" in thin


def test_both_records_of_a_repeat_and_what_parts_become(at: dict[str, str]) -> None:
    parts = explained(at)["parts"]
    repeats = {p["evidence"]["document_number"]: p["evidence"]["further"] for p in parts if p["indicator"] == "R6"}
    assert {n: [e["document_number"] for e in f] for n, f in repeats.items()} == {"罚1": ["罚2"], "罚2": ["罚3"]}
    page = plain(run("explain", uscc(1), **at))
    assert "另据罚2云津市市场监督管理局2026-09-01" in page
    for part in parts:
        if part["next_points"] is not None:
            becomes = f"→{part['next_points']:.3f}" if part["next_points"] else "→不再计入"
            becomes = "分值不变" if part["next_points"] == part["points"] else becomes
            assert f"{part['next_change_on']}{becomes}" in page, part["indicator"]


def test_a_decision_is_told_with_who_when_and_why(at: dict[str, str]) -> None:
    given = ("--reason", "核查卷 2026-3", "--by", "李样")
    run("confirm", uscc(1), "G2", "--verdict", "confirmed", *given, **at)
    (part,) = [p for p in explained(at)["parts"] if p["indicator"] == "G2"]
    made = {"verdict": "confirmed", "by": "李样", "on": "2026-11-23", "reason": "核查卷 2026-3"}
    assert part["decision"] == made
    assert "人工认定属实李样2026-11-23核查卷2026-3" in plain(run("explain", uscc(1), **at))
    assert "decidedconfirmed李样2026-11-23核查卷2026-3" in plain(run("explain", uscc(1), "--lang", "en", **at))
    run("confirm", uscc(1), "G1", "--verdict", "refuted", *given, **at)
    found = explained(at)
    assert not [p for p in found["parts"] if p["indicator"] == "G1"]
    (away,) = found["decisions"]
    assert {n: away[n] for n in made} == made | {"verdict": "refuted"} and away["indicator"] == "G1"
    assert away["evidence"]["document_number"] is None, "it is a person's: only for a purpose"
    named = explained(at, "--purpose", "case_investigation:案件 1")["decisions"][0]["evidence"]
    assert named["document_number"] == "案1"
    assert "人工认定不实（不再计入）李样2026-11-23核查卷2026-3" in plain(run("explain", uscc(1), **at))


def test_a_verdict_that_there_is_not_is_refused_in_english_that_is_right(at: dict[str, str]) -> None:
    refused = run("confirm", uscc(1), "G2", "--verdict", "guilty", "--reason", "x", code=2, **at)
    assert "'guilty' is no verdict on a part from association" in refused


def test_a_what_if_tells_before_and_after(at: dict[str, str], own: str, tmp_path: Path) -> None:
    told = explained(at, "--without", "罚1", "--model", own)["what_if"]
    whole = explained(at, "--model", own)
    assert told["before"]["score"] == whole["score"] > told["after"]["score"]
    moved = {(m["part"]["indicator"], m["part"]["evidence"].get("document_number")): m for m in told["parts"]}
    assert moved["R7", "罚1"]["before"] == {"points": 50.0, "floor_c": True, "red_line": False}
    assert moved["R7", "罚1"]["after"] is None
    difference = sum(
        (m["after"] or {"points": 0})["points"] - (m["before"] or {"points": 0})["points"] for m in moved.values()
    )
    assert round(difference, 3) == round(told["after"]["score"] - told["before"]["score"], 3)
    page = run("explain", uscc(1), "--without", "罚1", "--model", own, **at)
    assert re.search(r"分类 C → [AB] ", page) and re.search(r"风险分 [\d.]+ → [\d.]+", page)
    assert re.search(r"R7 .*│ 50\.000 底线C │ —", page)
    (tmp_path / "new.csv").write_bytes(to_csv([firm(7)]))
    file = ("--with", f"{tmp_path}/new.csv", "--coverage", "delta", "--dated", DAY)
    new = json.loads(run("explain", uscc(7), *file, "--format", "json", **at))
    assert new["what_if"]["before"] is None, "it was not there"
    assert "no part differs" in run("explain", uscc(1), *file, "--lang", "en", **at)


def test_people_in_what_a_what_if_changes_only_for_a_purpose(at: dict[str, str]) -> None:
    assert "no purpose" in run("explain", uscc(1), "--without", "案1", code=2, **at), "it is a person's"
    named = explained(at, "--without", "案1", "--purpose", "case_investigation:案件 1")
    assert "张样" in str(named["what_if"]["parts"])
    told = without_people(named)["what_if"]["parts"]
    (gone,) = [m for m in told if m["part"]["indicator"] == "G1"]
    assert gone["part"]["evidence"]["document_number"] is None and "张样" not in str(told)


def test_a_firm_outside_the_sector_is_told_so(at: dict[str, str]) -> None:
    page = run("explain", uscc(1), "--model", "catering", **at)
    assert "不属本行业" in page and "本模型只用于行业 H62，该企业行业代码 I65" in page and "None" not in page
    english = run("explain", uscc(1), "--model", "catering", "--lang", "en", **at)
    assert "the model is for the sector H62, this firm's is I65" in english and "None" not in english


def test_a_warning_says_from_where_on_a_firm_is_listed(at: dict[str, str]) -> None:
    assert "超过 20 分或有红线的列入名单；本企业未列入" in run("explain", uscc(1), "--model", "lost_contact", **at)
    assert "not listed" in run("explain", uscc(1), "--model", "lost_contact", "--lang", "en", **at)


def test_csv_holds_the_parts(at: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run("explain", uscc(1), "--format", "csv", **at))))
    parts = explained(at)["parts"]
    assert [(r["indicator"], float(r["points"])) for r in rows] == [(p["indicator"], p["points"]) for p in parts]
    assert {r["document_number"] for r in rows if r["indicator"] == "R5"} == {"罚1", "罚2", "罚3"}
    assert {r["document_number"] for r in rows if r["indicator"] == "G1"} == {""}, "a person's, without a purpose"
    assert "not one table" in run("outlook", uscc(1), "--format", "csv", code=2, **at)


@pytest.fixture
def covered(at: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same with deliveries about others of nearly every source, so that there is a class."""
    with open_store(at["CREDITGRAPH_STORE"]) as store:
        deliver_others(Office(store, KeyRing.load(tmp_path / "key"), tmp_path), DAY)
    return at


def test_an_outlook_names_the_firm_and_its_records(covered: dict[str, str], tmp_path: Path) -> None:
    load(tmp_path, covered, "serious_violations", [listed("严1")])
    page = run("outlook", uscc(1), "--to", "C", **covered)
    assert "云津样例1商贸有限公司" in page and uscc(1) in page
    assert re.search(r"严重违法失信名单 +│ 严1 +│ 某局 +│ 2026-05-10", page)
    assert "list of serious violations" in run("outlook", uscc(1), "--to", "C", "--lang", "en", **covered)
    (record,) = json.loads(run("outlook", uscc(1), "--to", "C", "--format", "json", **covered))["without"]
    assert (record["document_number"], record["label"]) == ("严1", "ListEntry")


def test_an_outlook_names_a_persons_record_only_for_a_purpose(covered: dict[str, str], tmp_path: Path) -> None:
    """The entry of 张样 is a floor once confirmed: without it and the fine that closed the firm it would be in B."""
    run("confirm", uscc(1), "G1", "--verdict", "confirmed", "--reason", "卷 1", "--by", "李样", **covered)
    page = run("outlook", uscc(1), "--to", "B", **covered)
    assert "罚1" in page and "案1" not in page and "（自然人，需 --purpose）" in page
    named = run("outlook", uscc(1), "--to", "B", "--purpose", "case_investigation:案件 7", **covered)
    assert "案1" in named and "案件 7" in (tmp_path / "audit.jsonl").read_text("utf-8")


def listed(document: str) -> dict[str, Any]:
    return {
        "企业名称": "云津样例1商贸有限公司",
        "统一社会信用代码": uscc(1),
        "列入日期": "2026-05-10",
        "列入决定书文号": document,
        "列入机关": "某局",
    }


def test_a_seasonal_model_says_its_season(at: dict[str, str]) -> None:
    out = run("grade", "--model", "report_chase", "--no-write", **at)
    assert "本模型适用于每年 1 月至 6 月；2026-11-23 不在此期间" in out
    english = run("grade", "--model", "report_chase", "--no-write", "--lang", "en", **at)
    assert "This model is for January to June; 2026-11-23 is outside" in english
    inside = run("grade", "--model", "report_chase", "--no-write", "--as-of", "2026-06-30", **at)
    assert "适用于" not in inside
    assert "适用于" not in run("grade", "--model", "lost_contact", "--no-write", **at)


def test_another_population_is_graded(at: dict[str, str], own: str, tmp_path: Path) -> None:
    """A model for individual businesses: they have classes by it, enterprises are out of it; in general the reverse."""
    shop = {"统一社会信用代码": code(8, "2"), "企业名称": "云津样例八小吃店", "企业类型": "个体工商户"}
    load(tmp_path, at, "registrations", [firm(8) | shop], "--coverage", "delta")
    text = Path(own).read_text("utf-8")
    (tmp_path / "shops.yaml").write_text(text.replace("population: [enterprise]", "population: [individual_business]"))
    shops = str(tmp_path / "shops.yaml")
    found = {r["class"]: r["companies"] for r in json.loads(run("grade", "--model", shops, "--format", "json", **at))}
    assert found.pop("A") == 1 and sum(found.values()) == found["not_in_population"] == 2
    general = json.loads(run("grade", "--model", own, "--format", "json", "--no-write", **at))
    assert {"class": "not_in_population", "companies": 1} in general
    assert "分类 A" in run("explain", code(8, "2"), "--model", shops, **at)
    outside = run("explain", uscc(1), "--model", shops, **at)
    assert "不分类（主体类型）" in outside and "不予分类" in outside


def test_each_section_of_a_page_is_bounded(at: dict[str, str], tmp_path: Path) -> None:
    """Sixty fines: of an indicator the heaviest are shown and the rest is one row, the page sums all the same."""
    more = [penalty(1, f"多{i}", f"2026-{1 + i % 9:02d}-{1 + i % 28:02d}", 违法行为类型=f"其他{i}") for i in range(60)]
    load(tmp_path, at, "penalties", more)
    page = run("explain", uscc(1), **at)
    shown = re.findall(r"│ (R5) ", page)
    parts = explained(at)["parts"]
    of_fines = [p for p in parts if p["indicator"] == "R5"]
    assert len(of_fines) == 63 and len(shown) == SHOWN_PARTS + 1
    assert f"另有 {len(of_fines) - SHOWN_PARTS} 条（--format json）" in page
    assert len(page.splitlines()) <= 60, "one page"
    total = sum(round(p["points"] * 1000) for p in parts) / 1000
    assert re.search(rf"合计 +│ {total:.3f} ", page)
    what_if = run("explain", uscc(1), "--without", "多1", **at)
    assert len(what_if.splitlines()) <= 85 and "条（--format json）" in what_if
