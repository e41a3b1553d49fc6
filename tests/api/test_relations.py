"""`creditgraph relations` through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.test_cli import run
from tests.conftest import firm, number, to_csv, uscc


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """张样例 represents firm 1 and holds 30 % of firm 2; firm 3 held firm 1 until 2024; 1 and 2 share an address."""
    files = {
        "registrations": [firm(1), firm(2, 住所="云津市临江区样例路1号"), firm(3), firm(4)],
        "legal_representatives": [
            {
                "统一社会信用代码": uscc(1),
                "姓名": "张样例",
                "证件号码": number(1),
                "职务": "法定代表人",
                "任职日期": "2020-01-01",
            }
        ],
        "shareholders": [
            {
                "统一社会信用代码": uscc(2),
                "股东名称": "张样例",
                "股东类型": "自然人",
                "股东证件号码": number(1),
                "持股比例": "30%",
                "取得日期": "2021-06-01",
            },
            {
                "统一社会信用代码": uscc(1),
                "股东名称": "云津样例3商贸有限公司",
                "股东类型": "企业法人",
                "股东统一社会信用代码": uscc(3),
                "持股比例": "100%",
                "取得日期": "2015-01-01",
                "退出日期": "2024-01-01",
            },
        ],
    }
    folder = tmp_path_factory.mktemp("relations")
    there = {"CREDITGRAPH_STORE": f"sqlite:///{folder}/city.db", "CREDITGRAPH_KEY": f"{folder}/key"}
    run("key", "create", f"{folder}/key")
    for source, table in files.items():
        (folder / f"{source}.csv").write_bytes(to_csv(table))
        run("load", f"{folder}/{source}.csv", "--source", source, **there)
    return there


def test_relations_read_well(at: dict[str, str], tmp_path: Path) -> None:
    hidden = run("relations", uscc(1), uscc(2), **at)
    assert "云津样例1商贸有限公司 ←法定代表人— （自然人，需 --purpose） —出资/持股 30%→ 云津样例2商贸有限公司" in hidden
    assert "0.420" in hidden, ".85 x (.3 + .65 x .3), by the pack"
    assert "2020-01-01 –; 2021-06-01 –" in hidden
    assert "共同住所" in hidden and "线索" in hidden
    assert "张样例" not in hidden and not (tmp_path / "creditgraph-audit.jsonl").exists()
    shown = run("relations", uscc(1), uscc(2), "--purpose", "case_investigation:案件1", "--lang", "en", **at)
    assert "←legal representative of— 张样例 1985" in shown and "—holds shares in 30%→" in shown
    assert "common address" in shown and "a lead" in shown
    (line,) = (tmp_path / "creditgraph-audit.jsonl").read_text().splitlines()
    assert json.loads(line)["command"] == "relations" and len(json.loads(line)["subjects"]) == 1
    assert "张样例" not in line


def test_relations_as_json(at: dict[str, str]) -> None:
    found = json.loads(run("relations", uscc(1), uscc(2), "--format", "json", **at))
    assert [len(p["steps"]) for p in found["paths"]] == [2, 2], "the person, and the address"
    step = found["paths"][0]["steps"][1]
    assert (step["type"], step["share"], step["forward"]) == ("HOLDS_SHARES_IN", 0.3, True)
    assert step["from"] == {"id": None, "label": "Person", "name": "（自然人，需 --purpose）"}
    assert step["relationships"][0]["type"] == "HOLDS_SHARES_IN"
    assert [c["kind"] for c in found["common"]] == ["address", "address"]
    assert found["explored_count"] > 0 and found["partial_results"] is False and found["warnings"] == []
    one = json.loads(
        run("relations", uscc(1), uscc(2), "--types", "REGISTERED_AT", "--paths", "1", "--format", "json", **at)
    )
    assert [s["type"] for s in one["paths"][0]["steps"]] == ["REGISTERED_AT"] * 2
    with_purpose = json.loads(
        run("relations", uscc(1), uscc(2), "--purpose", "supervision:核查 2026-11", "--format", "json", **at)
    )
    assert with_purpose["paths"][0]["steps"][1]["from"]["id"]
    assert run("relations", uscc(1), uscc(2), "--format", "csv", **at).count("\n") == 3


def test_former_relations_several_parties_and_none(at: dict[str, str]) -> None:
    apart = run("relations", uscc(1), uscc(3), **at)
    assert "6 步内没有关系：云津样例3商贸有限公司" in apart and "没有共同的直接关联" in apart
    former = run("relations", uscc(1), uscc(3), "--former", **at)
    assert "云津样例1商贸有限公司 ←出资/持股 100%— 云津样例3商贸有限公司" in former
    assert "2015-01-01 – 2024-01-01" in former and "0.4750" in former, ".95 x .5: it is over"
    three = json.loads(run("relations", uscc(1), uscc(2), uscc(3), "--former", "--format", "json", **at))
    assert len(three["paths"]) == 2
    some = json.loads(run("relations", uscc(1), uscc(2), uscc(4), "--format", "json", "--lang", "en", **at))
    assert [(w["code"], [n["name"] for n in w["nodes"]]) for w in some["warnings"]] == [
        ("no_path", ["云津样例4商贸有限公司"])
    ]


def test_bad_questions_are_told(at: dict[str, str]) -> None:
    assert "nothing visible" in run("relations", uscc(1), "某公司", code=8, **at)
    assert "do not run over FRIEND" in run("relations", uscc(1), uscc(2), "--types", "FRIEND", code=2, **at)
    person = json.loads(
        run("search", "张样例", "--people", "--purpose", "supervision:核查 2026-11", "--format", "json", **at)
    )[0]["id"]
    assert "--purpose" in run("relations", person, uscc(2), code=2, **at)
    assert "张样例" in run("relations", person, uscc(2), "--purpose", "supervision:核查 2026-11", **at)
