"""Algorithms through the real command line: read by a person, as JSON, and written back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.stores import open_store
from tests.api.test_cli import run, url
from tests.conftest import firm, number, to_csv, uscc

__all__ = ["url"]


def holding(company: int, share: str, *, person: int | None = None, firm_holder: int | None = None) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(company),
        "企业名称": f"云津样例{company}商贸有限公司",
        "股东名称": f"样例{'甲乙丙丁'[person]}" if person is not None else f"云津样例{firm_holder}商贸有限公司",
        "股东类型": "自然人" if person is not None else "企业法人",
        "股东统一社会信用代码": uscc(firm_holder) if firm_holder is not None else "",
        "股东证件号码": number(person) if person is not None else "",
        "持股比例": share,
        "取得日期": "2020-01-01",
    }


@pytest.fixture
def city(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """甲 60 % of firm 1, which holds 40 % of firm 2; 乙 the rest of both."""
    files = {
        "registrations": [firm(1), firm(2)],
        "shareholders": [
            holding(1, "60%", person=0),
            holding(1, "40%", person=1),
            holding(2, "40%", firm_holder=1),
            holding(2, "60%", person=1),
        ],
    }
    for name, rows in files.items():
        Path(f"{name}.csv").write_bytes(to_csv(rows))
    monkeypatch.setenv("CREDITGRAPH_STORE", url)
    run("key", "create")
    run("load", "registrations.csv", "shareholders.csv")
    return url


def test_owners_and_holdings_read_well(city: str) -> None:
    out = run("owners", uscc(2), "--purpose", "supervision:核查 2026-11")
    assert "样例乙" in out and "0.7600" in out
    first, second = (
        "—出资/持股 60% 2020-01-01起→ 云津样例1商贸有限公司",
        "—出资/持股 40% 2020-01-01起→ 云津样例2商贸有限公司",
    )
    assert f"样例甲 1985 …0002 {first} {second}" in out
    assert "样例甲" not in run("owners", uscc(2)), "people are shown for a purpose only"
    hidden = json.loads(run("owners", uscc(2), "--format", "json"))["rows"]
    assert [r["owner"]["id"] for r in hidden if r["owner"]["label"] == "Person"] == [None, None], "nor their ids"
    assert "least" in run("owners", uscc(2), "--lang", "en")
    assert "0.4000" in run("holdings", uscc(1))
    assert "no node" not in run("holdings", "没有这家企业", code=8)


def test_beneficial_owners_say_the_test_and_that_they_are_computed(city: str) -> None:
    out = run("beneficial-owners", uscc(2), "--purpose", "supervision:核查 2026-11")
    assert "测算，非备案" in out and "股权" in out and "表决权" in out
    rows = json.loads(run("beneficial-owners", uscc(2), "--purpose", "supervision:核查 2026-11", "--format", "json"))[
        "rows"
    ]
    assert {r["person"]["name"]: (r["test"], round(r["share"], 4), r["votes"]) for r in rows} == {
        "样例甲": ("votes", 0.24, 0.4),
        "样例乙": ("equity", 0.76, 0.6),
    }


def test_the_controller_and_the_chain_of_command(city: str) -> None:
    rows = json.loads(run("controller", uscc(1), "--purpose", "supervision:核查 2026-11", "--format", "json"))["rows"]
    assert [(r["company"]["name"], r["controller"]["name"], r["basis"]) for r in rows] == [
        ("云津样例1商贸有限公司", "样例甲", "votes")
    ]
    assert rows[0]["parts"][0]["relationships"][0]["type"] == "HOLDS_SHARES_IN"
    assert "LEGAL" not in run("explain", uscc(1), "--algorithm", "control", "--purpose", "supervision:核查 2026-11")


def test_the_whole_chain_of_control_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """甲 -60 %-> 1 -60 %-> 2 -60 %-> 3 -60 %-> 4: every holding of the chain, from the firm up to the controller."""
    chain = [holding(1, "60%", person=0), *(holding(i, "60%", firm_holder=i - 1) for i in (2, 3, 4))]
    for name, rows in {"registrations": [firm(i) for i in range(1, 5)], "shareholders": chain}.items():
        Path(f"{name}.csv").write_bytes(to_csv(rows))
    monkeypatch.setenv("CREDITGRAPH_STORE", url)
    run("key", "create")
    run("load", "registrations.csv", "shareholders.csv")
    (row,) = json.loads(run("controller", uscc(4), "--purpose", "supervision:核查 2026-11", "--format", "json"))["rows"]
    (part,) = row["parts"]
    firms = [f"云津样例{i}商贸有限公司" for i in range(1, 5)]
    told = [(r["from"]["name"], r["share_min"], r["valid_from"], r["to"]["name"]) for r in part["relationships"]]
    assert told == [(a, 0.6, "2020-01-01", b) for a, b in zip(["样例甲", *firms[:3]], firms, strict=True)]
    shown = "".join(run("controller", uscc(4), "--purpose", "supervision:核查 2026-11").split())
    said = "".join(c for c in shown if c not in "│┃")
    steps = [
        f"{firms[3]}",
        *(f"←出资/持股60%2020-01-01起—{n}" for n in (firms[2], firms[1], firms[0], "样例甲1985…0002")),
    ]
    places = [said.find(step) for step in steps]
    assert -1 not in places and places == sorted(places)
    hidden = run("controller", uscc(4), "--lang", "en")
    assert "样例甲" not in hidden and "(a person: --purpose)" in " ".join(hidden.split())


def test_a_name_picks_nobody_and_its_bearers_are_told_apart(city: str, tmp_path: Path) -> None:
    """Another 样例甲, without a number, holds 10 % of firm 2: by name neither is meant, by id each is."""
    other = holding(2, "10%", person=0) | {"股东证件号码": ""}
    Path("more.csv").write_bytes(to_csv([other]))
    run("load", "more.csv", "--source", "shareholders", "--coverage", "delta")
    closed = run("holdings", "样例甲", code=8)
    assert "--people --purpose" in closed and "样例甲 1985" not in closed
    for command in ("holdings", "controller", "show", "relations", "related"):
        more = (uscc(1),) if command == "relations" else ()
        said = run(command, "样例甲", *more, "--purpose", "supervision:核查 2026-11", "--format", "json", code=8)
        assert "never by a name" in said, command
    bearers = json.loads(
        run("search", "样例甲", "--people", "--purpose", "supervision:核查 2026-11", "--format", "json")
    )
    assert [(b["birth_year"], b["sex"], [t["to"] for t in b["ties"]]) for b in bearers] == [
        (1985, "female", ["云津样例1商贸有限公司"]),
        (None, None, ["云津样例2商贸有限公司"]),
    ]
    listed = run("search", "样例甲", "--people", "--purpose", "supervision:核查 2026-11")
    for bearer in bearers:
        (row,) = [line for line in listed.splitlines() if bearer["id"] in line]
        assert bearer["ties"][0]["to"] in row and "出资/持股" in row
    assert "1985 女" in listed and "creditgraph holdings 标识" in listed
    assert "0.6000" in run("holdings", bearers[0]["id"], "--purpose", "supervision:核查 2026-11")
    nothing = run("search", "样例甲")
    assert "--people --purpose" in nothing and "样例甲 1985" not in nothing


def test_results_are_written_back_on_request_only(city: str) -> None:
    assert "integrated_ownership" in run("run")
    run("run", "integrated_ownership")
    with open_store(city) as store:
        assert not len(store.computed_ties("COMPUTED_SHARE_IN", ["share_min"])["start"])
    assert "written" in run("run", "integrated_ownership", "--write", "--set", "threshold=0.5")
    with open_store(city) as store:
        found = store.computed_ties("COMPUTED_SHARE_IN", ["share_min"])["share_min"]
    assert np.sort(found.astype(float)) == pytest.approx([0.6, 0.76])


def test_what_is_wrong_is_said(city: str) -> None:
    assert "no algorithm" in run("run", "astrology", code=2)
    assert "threshold" in run("run", "integrated_ownership", "--set", "threshold=2", code=2)
    assert "name=value" in run("run", "integrated_ownership", "--set", "threshold", code=2)
    assert "--purpose" in run("run", "control", "--out", "all.csv", code=2)
