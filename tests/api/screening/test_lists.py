"""`creditgraph screen`, `screen-companies` and `check` through the real command line, on workbooks made here."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules.purposes import purposes
from graph.keys import KeyRing
from loaders.checklist import ListRow
from loaders.people_list import people_of
from tests.api.screening.lists import (
    COMPANY_POST,
    FIRST,
    HEADER,
    TASK,
    WRONG,
    facts,
    logged,
    opened,
    outcomes,
    row,
    screened,
    task,
    workbook,
)
from tests.api.test_cli import run
from tests.conftest import number, uscc


def test_each_candidate_has_one_of_four_outcomes(at: dict[str, str], tmp_path: Path) -> None:
    people = [
        row(1, "张一", number(1)),
        row(2, "李二", number(2)),
        row(3, "赵四", number(4)),
        row(4, "孙五", number(5)),
        row(5, "周七", ""),
        row(6, "周七", number(7)),
        row(7, "钱八", number(8)),
        row(8, "甲", number(9)),
    ]
    found = screened(tmp_path, at, workbook(tmp_path / "a.xlsx", [HEADER, *people]))
    one, two, _, four, five, six, seven, eight = found["rows"]
    assert outcomes(found) == [
        "found",
        "found",
        "nothing_found",
        "to_verify",
        "not_checked",
        "nothing_found",
        "found",
        "not_checked",
    ]
    assert [f["document_number"] for f in one["own"]] == ["(2026)云0101执1号"]
    assert [(f["document_number"], f["in_office"]) for f in one["related_in_office"]] == [
        ("云津罚〔2026〕1号", True),
        ("云津罚〔2026〕3号", True),
    ], "as representative, and as shareholder; the repaired one is nowhere"
    assert one["related_in_office"][0]["authority"] == "云津市市场监督管理局"
    assert one["related_in_office"][0]["roles"][0] | {"source": ""} == {
        "tie": "legal_representative",
        "post": None,
        "since": "2020-01-01",
        "until": None,
        "source": "",
    }
    assert [f["document_number"] for f in two["related_not_in_office"]] == ["云津罚〔2026〕1号"], (
        "resigned three days before"
    )
    assert not two["related_in_office"] and not two["own"]
    assert [(f["document_number"], f["doubts"]) for f in four["to_verify"]] == [
        ("(2026)云0101执5号", ["masked_number"])
    ]
    assert five["reason"] == "number_absent" and not five["to_verify"], "a name alone finds nothing"
    assert [(f["doubts"], f["roles"][0]["tie"]) for f in seven["related_in_office"]] == [([], "legal_representative")]
    assert eight["reason"] == "number_set_aside"
    assert found["totals"] == {"read": 8, "checked": 6, "rejected": 2, "duplicate": 0}
    sources = {s["source"]: s for s in found["searched"]}
    assert sources["penalties"] == {"source": "penalties", "data_date": "2026-11-20", "freshness": "current"}
    assert sources["serious_lists"]["freshness"] == "missing"
    assert six["outcome"] == "nothing_found", "a public row without any number is nobody's"


def test_a_fact_under_another_name_of_the_number_is_to_be_verified(at: dict[str, str], tmp_path: Path) -> None:
    found = screened(
        tmp_path, at, workbook(tmp_path / "a.xlsx", [HEADER, row(1, "王强", number(1)), row(2, "钱捌", number(8))])
    )
    assert [f["doubts"] for f in found["rows"][0]["to_verify"]] == [["other_name"]] * 3
    assert outcomes(found) == ["to_verify", "found"]
    assert found["rows"][1]["related_in_office"][0]["roles"][0]["post"] == "supervisor"


@pytest.mark.parametrize(("day", "stands"), [("2026-05-10", True), ("2026-05-11", False)])
def test_a_restriction_of_three_years_ends_on_its_day(
    at: dict[str, str], tmp_path: Path, day: str, stands: bool
) -> None:
    """Licence revoked on 2023-05-10: the last day is 2026-05-10 (公司法 178)."""
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "王三", number(3))])
    there = {"CREDITGRAPH_CLOCK": day}
    dates = {"opened_on": "2026-05-01", "ends_on": "2026-05-31"}
    # what is known is as delivered on 2026-11-20: the clock asks about an earlier day
    found = screened(tmp_path, at, list_, "--known-at", "2026-11-23", **dates, **COMPANY_POST, there=there)
    (told,) = found["rows"]
    assert bool(told["hints"]) is stands and bool(told["related_in_office"]) is stands
    if stands:
        assert told["hints"][0]["last_day"] == "2026-05-10" and "一百七十八条" in told["hints"][0]["clause"]
        assert "个人责任" in told["hints"][0]["unknown"]


def test_a_holding_known_from_a_declaration_alone_is_told_as_such(at: dict[str, str], tmp_path: Path) -> None:
    found = screened(tmp_path, at, workbook(tmp_path / "a.xlsx", [HEADER, row(1, "韩样", number(61))]))
    assert [f["document_number"] for f in found["rows"][0]["related_in_office"]] == ["云津罚〔2026〕1号"]
    sheet = opened(found["reply"]).worksheets[0]
    assert "股东 2020-01-01 – 至今（来源：受益所有人申报信息）；当日未任职，持股" in sheet.cell(3, 10).value
    assert "受益所有人申报信息 2026-11-20" in sheet.cell(3, 15).value, "among what was searched"


def test_hints_only_where_the_post_is_one_in_a_company(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1))])
    assert screened(tmp_path, at, list_)["rows"][0]["hints"] == []
    assert screened(tmp_path, at, list_, target={"post": "村委会主任", "company": False})["rows"][0]["hints"] == []
    (hint,) = screened(tmp_path, at, list_, **COMPANY_POST)["rows"][0]["hints"]
    assert "第五项" in hint["clause"] and "数额较大" in hint["unknown"]


def test_the_reply_is_the_offices_own_workbook(at: dict[str, str], tmp_path: Path) -> None:
    people = [row(7, "张一", number(1)), row(3, "赵四", number(4)), row(5, "=1+1", number(2))]
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, *people], [HEADER, row(1, "李二", number(2))])
    out = screened(tmp_path, at, list_, **COMPANY_POST)["reply"]
    before, after = opened(list_), opened(out)
    assert after.sheetnames == before.sheetnames
    for sheet in before.worksheets:
        mine = after[sheet.title]
        assert [str(r) for r in mine.merged_cells.ranges] == [str(r) for r in sheet.merged_cells.ranges]
        for cells in sheet.iter_rows():
            for cell in cells:
                assert mine[cell.coordinate].value == cell.value
    sheet = after["第1镇"]
    assert [sheet.cell(2, 8 + i).value for i in range(len(FIRST))] == FIRST
    assert sheet.cell(3, 8).value == "发现 3 条（本人 1 条；关联企业任职或持股期间 2 条、其他期间 0 条）"
    assert sheet.cell(4, 8).value == "未发现" and "行政处罚信息 2026-11-20" in sheet.cell(4, 15).value
    assert "缺失" in sheet.cell(4, 15).value
    added = [c for s in after.worksheets for r in s.iter_rows(min_col=8) for c in r if c.value is not None]
    assert added and all(c.data_type == "s" and c.value[0] not in "=+-@" for c in added)
    said = "".join(c.value for c in added)
    assert not any(word in said for word in ("合格", "得分", "配偶", "红色", number(1), number(2)))
    assert sheet.cell(6, 1).value == "备注：无" and sheet.cell(6, 8).value is None


def test_order_and_dirt_change_nothing(at: dict[str, str], tmp_path: Path) -> None:
    wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789Xx"}
    clean = [
        ("张一", number(1)),
        ("李二", number(2)),
        ("孙五", number(5)),
        ("阿卜杜拉·买买提", number(10)),
        ("赵四", number(4)),
    ]
    dirty = [
        ("赵　四", f"'{number(4)}"),
        ("阿卜杜拉•买买提", number(10).translate(wide)),
        ("孙 五", f" {number(5)}　"),
        ("张一", number(1).lower()),
        ("李二", f"{number(2)[:6]} {number(2)[6:]}"),
        ("张一", number(1)),
    ]
    lists = []
    for name, people in (("clean", clean), ("dirty", dirty)):
        rows = [row(i, *person) for i, person in enumerate(people, 1)]
        lists.append(screened(tmp_path, at, workbook(tmp_path / f"{name}.xlsx", [HEADER, *rows]), **COMPANY_POST))
    assert facts(lists[0]) == facts(lists[1])
    assert lists[1]["totals"]["duplicate"] == 1


def test_a_name_alone_tells_only_how_many_bear_it(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", ""), row(2, "孙五", "待补")])
    out = screened(tmp_path, at, list_)["reply"]
    sheet = opened(out).worksheets[0]
    assert [sheet.cell(r, 8).value for r in (3, 4)] == ["无法核查（没有证件号码，不作核查：请补填号码）"] * 2
    assert "库中同名：有证件号码的 1 人；" in sheet.cell(3, 14).value
    assert "库中同名：身份不明的记载 1 处；" in sheet.cell(4, 14).value and not any(
        sheet.cell(3, c).value for c in range(9, 14)
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"purpose": None}, "purpose"),
        ({"purpose": "curiosity"}, "table of purposes"),
        ({"purpose": "supplier_review", "role": "procurement"}, "not for questions about a person"),
        ({"number": None}, "number"),
        ({"basis": ""}, "basis"),
        ({"approved_by": None}, "second officer"),
        ({"approved_by": "经办甲"}, "second officer"),
        ({"role": "procurement"}, "not one of procurement's"),
        ({"ends_on": "2026-11-22"}, "runs from"),
        ({"opened_on": "2026-11-24"}, "runs from"),
        ({"most": 1}, "2 are asked about"),
        ({"surprise": 1}, "surprise"),
        ({"unit": "……"}, "template"),
        ({"authorisation": {"basis": "云办〔2026〕3号"}}, "authorisation.decided_by: it is missing"),
        ({"authorisation": "nobody"}, "authorisation"),
        ({"opened_on": "2026-11-30", "ends_on": "2026-11-20"}, "ends_on: it is before opened_on"),
    ],
)
def test_what_a_task_does_not_cover_is_refused_and_logged(
    at: dict[str, str], tmp_path: Path, more: dict[str, Any], says: str
) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1)), row(2, "赵四", number(4))])
    said = run("screen", str(list_), "--task", task(tmp_path / "t.yaml", **more), "--out", "r.xlsx", code=2, **at)
    assert says in said and not Path("r.xlsx").exists()
    (line,) = logged()
    assert says in line["refused"] and line["subjects"] == []
    run("audit", **at)


def test_without_a_task_nothing_is_asked(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1))])
    run("screen", str(list_), "--out", "r.xlsx", code=2, **at)
    run("screen", str(list_), "--task", "none.yaml", "--out", "r.xlsx", code=2, **at)
    (tmp_path / "bad.yaml").write_text("a: [")
    run("screen", str(list_), "--task", "bad.yaml", "--out", "r.xlsx", code=2, **at)
    for other in (":::", "", "3", "- number", "name: x"):
        (tmp_path / "other.yaml").write_text(other)
        said = run("screen", str(list_), "--task", "other.yaml", "--out", "r.xlsx", code=2, **at)
        assert "no task file" in said and "不是任务文件" in said, other
    assert [bool(line["refused"]) for line in logged()] == [True] * 8


def test_everybody_signs_unless_a_document_says_otherwise(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(
        tmp_path / "a.xlsx",
        [HEADER, row(1, "张一", number(1), 授权书编号=""), row(2, "李二", number(2), 授权书编号="否")],
    )
    assert [r["reason"] for r in screened(tmp_path, at, list_)["rows"]] == ["no_authorisation"] * 2
    override = {"authorisation": {"basis": "云办〔2026〕3号 第五条", "decided_by": "主任丙"}}
    assert outcomes(screened(tmp_path, at, list_, **override)) == ["found", "found"]


def test_every_question_is_in_the_log_with_digests_and_a_chain(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(
        tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1)), row(2, "赵四", number(4)), row(3, "周七", "")]
    )
    screened(tmp_path, at, list_)
    (line,) = logged()
    assert (line["command"], line["task"], line["purpose"], line["count"]) == (
        "screen",
        TASK["number"],
        TASK["purpose"],
        3,
    )
    assert len(line["subjects"]) == 2, "nobody without a number"
    text = Path("creditgraph-audit.jsonl").read_text()
    assert "张一" not in text and number(1) not in text
    screened(tmp_path, at, list_)
    assert "2 行" in run("audit", **at)
    first, second = Path("creditgraph-audit.jsonl").read_text().splitlines()
    Path("creditgraph-audit.jsonl").write_text(first.replace('"count": 3', '"count": 2') + "\n" + second + "\n")
    assert "line 2" in run("audit", code=2, **at)


def test_a_reply_is_never_written_over_a_file(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1))])
    told = task(tmp_path / "t.yaml")
    for out in (str(list_), "r.csv", "r.xlsm"):
        run("screen", str(list_), "--task", told, "--out", out, code=2, **at)
    macros = list_.rename(tmp_path / "a.xlsm")  # under the other name Excel would not open it
    assert ".xlsm" in run("screen", str(macros), "--task", told, "--out", "r.xlsx", code=2, **at)
    run("screen", str(macros), "--task", told, "--out", "r.xlsm", **at)


@given(
    st.lists(
        st.tuples(st.sampled_from("张李王"), st.sampled_from([number(1), number(2), "", WRONG, "无"])), max_size=12
    )
)
def test_totals_reconcile_and_do_not_depend_on_order(people: list[tuple[str, str]]) -> None:
    """Who is checked is the same in any order, and every row is counted once."""
    keys = KeyRing.derived("tests")
    rows = [ListRow("s", i, {"name": name, "number": typed}) for i, (name, typed) in enumerate(people)]
    listed = people_of(rows, keys, dt.date(2026, 11, 23))
    counted = [one.problem is not None or one.same_as is not None for one in listed]
    checked = {(one.key, one.who) for one, out in zip(listed, counted, strict=True) if not out}
    assert len(listed) == len(rows) and len(checked) == counted.count(False)
    random.Random(1).shuffle(rows)
    again = people_of(rows, keys, dt.date(2026, 11, 23))
    assert {(o.key, o.who) for o in again if o.problem is None and o.same_as is None} == checked


# --- one by one -------------------------------------------------------------------------------------------------------


def checked(at: dict[str, str], *arguments: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", *arguments, "--format", "json", **at, **more))
    return found


CASE = ("--purpose", "case_investigation:2026-17")


def test_a_firm_is_checked_by_its_code(at: dict[str, str]) -> None:
    found = checked(at, uscc(1), *CASE)
    (entry,) = found["own"]
    assert (entry["document_number"], entry["last_day"], entry["data_date"]) == (
        "云津罚〔2026〕1号",
        "2027-10-10",
        "2026-11-20",
    )
    assert checked(at, uscc(4), *CASE)["outcome"] == "nothing_found"
    unknown = checked(at, uscc(99), *CASE)
    assert (unknown["reason"], unknown["searched"], unknown["registration"]) == ("code_unknown", [], None)
    said = run("check", uscc(99), *CASE, **at)
    assert "未检索任何来源" in said and "未发现记录的来源" not in said
    said = run("check", uscc(4), *CASE, **at)
    assert "未发现" in said and "行政处罚信息 2026-11-20" in said and "缺失：" in said
    assert "nothing found in: " in run("check", uscc(4), *CASE, "--lang", "en", **at)


def test_a_check_tells_the_status_in_the_register(at: dict[str, str]) -> None:
    assert checked(at, uscc(3), *CASE)["registration"] == {
        "status": "revoked",
        "approved_on": "2023-05-10",
        "source": "registrations",
        "data_date": "2026-11-20",
    }
    stated = "登记状态：吊销（核准日期 2023-05-10；来源：企业登记注册信息，2026-11-20）"
    assert stated in run("check", uscc(3), *CASE, **at).splitlines()
    english = "status: revoked (last approval 2023-05-10; source: registrations, 2026-11-20)"
    assert english in run("check", uscc(3), *CASE, "--lang", "en", **at).splitlines()
    assert "登记状态：存续（来源：企业登记注册信息，2026-11-20）" in run("check", uscc(4), *CASE, **at)


def test_a_person_is_checked_by_name_and_number(at: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    found = checked(at, "张一", "--number", number(1), *CASE)
    assert [e["document_number"] for e in found["own"]] == ["(2026)云0101执1号"] and not found["related_in_office"]
    assert [e["doubts"] for e in checked(at, "孙五", "--number", number(5), *CASE)["to_verify"]] == [["masked_number"]]
    assert checked(at, "周七", "--number", number(7), *CASE)["outcome"] == "nothing_found"
    monkeypatch.setattr("sys.stdin", io.StringIO(number(1) + "\n"))
    assert checked(at, "张一", "--number", "-", *CASE)["outcome"] == "found"
    assert [len(line["subjects"]) for line in logged()] == [1] * 4
    assert number(1) not in Path("creditgraph-audit.jsonl").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((uscc(1),), "no purpose"),
        ((uscc(1), "--purpose", " "), "no purpose"),
        ((uscc(1), "--purpose", "看看"), "table of purposes"),
        ((uscc(1), "--purpose", "candidate_vetting"), "not for questions about a company"),
        (("张一", "--number", number(1), "--purpose", "own_report:核查 2026-11"), "authorisation"),
        (("张一", "--number", number(1), *CASE, "--archive", "none.yaml"), "none.yaml"),
    ],
)
def test_a_check_outside_the_table_is_refused_and_logged(
    at: dict[str, str], arguments: tuple[str, ...], says: str
) -> None:
    assert says in run("check", *arguments, code=2, **at)
    (line,) = logged()
    assert says in line["refused"] or says == "none.yaml"


def test_a_number_that_cannot_be_read_is_not_repeated(at: dict[str, str]) -> None:
    said = run("check", "张一", "--number", WRONG, *CASE, code=2, **at)
    assert WRONG not in said and "check character" in said


def test_a_firms_name_in_place_of_its_code_is_told_how_to_find_it(at: dict[str, str]) -> None:
    said = run("check", "云津样例1商贸有限公司", *CASE, code=2, **at)
    assert "no code of a firm" in said and "creditgraph search NAME" in said and "check NAME --number -" in said
    zh = said.partition("error:")[0]
    assert (
        "统一社会信用代码" in zh and "creditgraph search 企业名称" in zh and "creditgraph check 姓名 --number -" in zh
    )
    assert "云津样例1商贸有限公司" not in said, "it may be somebody's name"


def test_an_own_report_needs_the_persons_authorisation(at: dict[str, str]) -> None:
    options = ("--number", number(1), "--purpose", "own_report:核查 2026-11", "--authorisation", "申请〔2026〕8号")
    assert checked(at, "张一", *options)["outcome"] == "found"
    assert logged()[0]["authorisation"] == "申请〔2026〕8号"


def test_the_archive_is_opened_by_an_approval_only(at: dict[str, str], tmp_path: Path) -> None:
    approval = {
        "case": "案件2026-17",
        "reason": "复议",
        "asked_by": "经办甲",
        "approved_by": "审批乙",
        "expires_on": "2026-11-30",
    }
    path = tmp_path / "approval.yaml"
    path.write_text(yaml.safe_dump(approval, allow_unicode=True))
    found = checked(at, uscc(1), *CASE, "--archive", str(path))
    assert [e["document_number"] for e in found["own"]] == ["云津罚〔2026〕1号", "云津罚〔2026〕2号"], (
        "the repaired one too"
    )
    assert logged()[0]["archive"] == "案件2026-17"
    path.write_text(yaml.safe_dump(approval | {"expires_on": "2026-11-22"}, allow_unicode=True))
    assert "ended on" in run("check", uscc(1), *CASE, "--archive", str(path), code=2, **at)
    path.write_text(yaml.safe_dump(approval | {"approved_by": "经办甲"}, allow_unicode=True))
    run("check", uscc(1), *CASE, "--archive", str(path), code=2, **at)
    assert [bool(line.get("refused")) for line in logged()] == [False, False, True, True]


# --- firms ------------------------------------------------------------------------------------------------------------


def test_a_list_of_bidders(at: dict[str, str], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for cells in (
        ["投标人名单"],
        ["序号", "投标人名称", "统一社会信用代码"],
        [1, "云津样例1商贸有限公司", uscc(1)],
        [2, "云津样例2商贸有限公司", uscc(2)],
        [3, "云津样例３商贸有限公司", uscc(3)],
        [4, "云津样例4商贸有限公司", ""],
        [5, "云津样例1商贸有限公司", f" {uscc(1).lower()}"],
        [6, "=cmd", "123"],
    ):
        sheet.append(cells)
    book.save(tmp_path / "bidders.xlsx")
    told = task(tmp_path / "t.yaml", purpose="supplier_review", role="procurement", approved_by=None)
    options = ("--task", told, "--out", "r.xlsx", "--buyer", uscc(4))
    found = json.loads(run("screen-companies", "bidders.xlsx", *options, "--format", "json", **at))
    assert found["totals"] == {"read": 6, "checked": 4, "rejected": 1, "duplicate": 1}
    assert outcomes(found) == ["found", "found", "nothing_found", "nothing_found", "found", "not_checked"]
    after = opened(Path("r.xlsx")).worksheets[0]
    assert [after.cell(2, c).value for c in range(4, 9)] == [
        "核查结果",
        "登记状态",
        "本企业记录",
        "待核实",
        "相互关联（线索）",
    ]
    assert after.cell(3, 5).value == "存续" and after.cell(5, 5).value == "吊销"
    assert "云津样例2商贸有限公司" in after.cell(3, 8).value and "张一" in after.cell(3, 8).value
    assert "重复" in after.cell(7, 9).value and after.cell(8, 2).value == "=cmd"
    assert logged()[-1]["command"] == "screen-companies" and len(logged()[-1]["subjects"]) == 1


def firms_answered(at: dict[str, str], folder: Path, *firms: tuple[str, str], buyer: str = "") -> dict[str, Any]:
    """The JSON answer to a list of firms by name and code; its reply is r.xlsx."""
    book = openpyxl.Workbook()
    for cells in (("投标人名称", "统一社会信用代码"), *firms):
        book.worksheets[0].append(cells)
    book.save(folder / "firms.xlsx")
    told = task(folder / "t.yaml", purpose="supplier_review", role="procurement", approved_by=None)
    (folder / "r.xlsx").unlink(missing_ok=True)
    options = ("--task", told, "--out", "r.xlsx", "--format", "json", *(("--buyer", buyer) if buyer else ()))
    found: dict[str, Any] = json.loads(run("screen-companies", "firms.xlsx", *options, **at))
    return found


RIGHT, OTHER = "云津样例1商贸有限公司", "云津他名商贸有限公司"


@pytest.mark.parametrize("names", list(itertools.permutations((RIGHT, OTHER))))
def test_two_names_on_one_code_are_judged_each_by_itself(
    at: dict[str, str], tmp_path: Path, names: tuple[str, ...]
) -> None:
    found = firms_answered(at, tmp_path, *((name, uscc(1)) for name in names))
    told = {
        name: (r["outcome"], r["about_subject"], r["same_as"]) for name, r in zip(names, found["rows"], strict=True)
    }
    assert told == {RIGHT: ("found", [], None), OTHER: ("to_verify", ["name_differs"], None)}


def test_a_row_without_a_name_repeats_its_code_and_not_the_doubt(at: dict[str, str], tmp_path: Path) -> None:
    alike = "云津样例1商贸有限责任公司"
    firms = [(OTHER, uscc(1)), ("", uscc(1)), (RIGHT, uscc(1)), (alike, uscc(1)), (RIGHT, ""), (alike, "")]
    found = firms_answered(at, tmp_path, *firms)
    assert [r["same_as"] and r["same_as"][1] for r in found["rows"]] == [None, 2, None, 4, None, 6]
    assert outcomes(found) == ["to_verify", "found", "found", "found", "to_verify", "to_verify"]
    assert found["totals"] == {"read": 6, "checked": 3, "rejected": 0, "duplicate": 3}


def test_the_buyer_among_the_bidders_is_told(at: dict[str, str], tmp_path: Path) -> None:
    found = firms_answered(at, tmp_path, (RIGHT, uscc(1)), ("云津样例4商贸有限公司", uscc(4)), buyer=uscc(4))
    assert ["即采购人" in r["ties"] for r in found["rows"]] == [False, True]
    assert "即采购人" in opened(Path("r.xlsx")).worksheets[0].cell(3, 7).value


def test_a_tie_is_told_alike_in_the_rows_of_both(at: dict[str, str], tmp_path: Path) -> None:
    found = firms_answered(at, tmp_path, *((f"云津样例{i}商贸有限公司", uscc(i)) for i in (1, 2)))
    names = [f"云津样例{i}商贸有限公司（{uscc(i)}）" for i in (1, 2)]
    parts = {f"{names[0]}（法定代表人 2020-01-01）", f"{names[1]}（出资/持股 2021-06-01）"}
    (mine,), (theirs,) = (r["ties"] for r in found["rows"])
    assert mine == theirs and mine.startswith("张一：") and set(mine.partition("：")[2].split("、")) == parts


# --- tasks ------------------------------------------------------------------------------------------------------------


def test_a_template_has_to_be_filled_in(at: dict[str, str], tmp_path: Path) -> None:
    run("tasks", "new", "t.yaml")
    run("tasks", "new", "t.yaml", code=2)
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1))])
    assert "template" in run("screen", str(list_), "--task", "t.yaml", "--out", "r.xlsx", code=2, **at)
    text = (tmp_path / "t.yaml").read_text()
    for i in range(6):
        text = text.replace("……", f"填{i}", 1)
    (tmp_path / "t.yaml").write_text(text)
    run("screen", str(list_), "--task", "t.yaml", "--out", "r.xlsx", **at)
    assert "candidate_vetting" in run("tasks", "purposes", "--format", "csv")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", ["20", "40", "200"])
def test_codes_to_be_typed_stand_whole_at_any_width(at: dict[str, str], width: str, lang: str) -> None:
    lines = run("tasks", "purposes", "--lang", lang, COLUMNS=width, **at).splitlines()
    table = purposes()
    assert [line for line in lines if line and not line.startswith(" ")] == [p.code for c in table.values() for p in c]
    roles = [line.split()[0] for line in lines if line.startswith("    ")]
    assert roles == [role for chain in table.values() for entry in chain for role in entry.roles]


def test_a_list_is_checked_before_a_task_is_asked_for(at: dict[str, str], tmp_path: Path) -> None:
    people = [
        ("张一", number(1)),
        ("李二", ""),
        ("张一", number(1)),
        ("王三", WRONG),
        ("赵四", number(4)),
        ("钱五", number(4)),
    ]
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, *(row(i, *person) for i, person in enumerate(people, 1))])
    lines = run("tasks", "precheck", str(list_), "--format", "csv", "--lang", "en", **at).splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["4", "5", "6", "7", "8"]
    assert [
        word in line
        for word, line in zip(
            ("no identity", "row 3", "check character", "two names", "two names"), lines[1:], strict=True
        )
    ] == [True] * 5
    assert [line.split(",")[2] for line in lines[1:]] == ["rejected", "duplicate", *["rejected"] * 3]
    assert "see row 8 of 第1镇" in lines[4] and "see row 7 of 第1镇" in lines[5], "where the other name stands"
    said = run("tasks", "precheck", str(list_), **at)
    assert "读取" in said and not any(name in said for name, _ in people)
    assert not Path("creditgraph-audit.jsonl").exists(), "nobody was looked up"


def test_a_list_without_a_fault_is_said_to_be_one(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1))])
    assert "逐行检查未发现问题" in run("tasks", "precheck", str(list_), "--purpose", "candidate_vetting", **at)
    assert run("tasks", "precheck", str(list_), "--format", "json", **at).strip() == "[]"


@pytest.mark.parametrize(
    ("options", "more", "rows"),
    [
        (("--purpose", "candidate_vetting"), {}, ["4", "5", "6"]),
        (("--purpose", "registration_review"), {}, ["6"]),  # nobody signs for it
        (("--task", "t.yaml"), {}, ["4", "5", "6"]),
        (("--task", "t.yaml"), {"authorisation": {"basis": "云办〔2026〕3号", "decided_by": "主任丙"}}, ["6"]),
    ],
)
def test_a_precheck_names_every_row_without_an_authorisation(
    at: dict[str, str], tmp_path: Path, options: tuple[str, ...], more: dict[str, Any], rows: list[str]
) -> None:
    people = [
        row(1, "张一", number(1)),
        row(2, "李二", number(2), 授权书编号=""),
        row(3, "赵四", number(4), 授权书编号="未签"),
        row(4, "王三", WRONG, 授权书编号=""),  # two things to be mended: both are told at once
    ]
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, *people])
    task(tmp_path / "t.yaml", **more)
    lines = run("tasks", "precheck", str(list_), *options, "--format", "csv", **at).splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == rows
    assert "校验位" in lines[-1] and all(("授权书" in line) is (len(rows) == 3) for line in lines)
    assert "未检查授权书编号" not in run("tasks", "precheck", str(list_), *options, **at)
    assert "未检查授权书编号" in run("tasks", "precheck", str(list_), **at)
    assert "table of purposes" in run("tasks", "precheck", str(list_), "--purpose", "看看", code=2, **at)
    refusal = "目的 supplier_review 不得用于查询自然人"
    task(tmp_path / "firms.yaml", purpose="supplier_review", role="procurement")
    for stated in (("--purpose", "supplier_review"), ("--task", "firms.yaml")):
        assert refusal in run("tasks", "precheck", str(list_), *stated, code=2, **at)
    assert refusal in run("screen", str(list_), "--task", "firms.yaml", "--out", "r.xlsx", code=2, **at)


def test_a_list_without_a_column_of_authorisations_says_so(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [["姓名", "身份证号"], ["赵四", number(4)]])
    assert "没有“授权书编号”列" in run("tasks", "precheck", str(list_), "--purpose", "candidate_vetting", **at)
    found = screened(tmp_path, at, list_)
    assert [n["what"] for n in found["notes"]] == ["no_authorisation_column"]


def test_an_answer_in_english_has_no_chinese_but_what_is_on_record(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一", number(1)), row(2, "李二", "")])
    told = ("--task", task(tmp_path / "t.yaml", **COMPANY_POST), "--out", "r.xlsx", "--lang", "en")
    said = run("screen", str(list_), *told, **at)
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", said), said
    assert "nothing found" in run("screen", str(workbook(tmp_path / "b.xlsx", [HEADER, row(1, "赵四", number(4))])),
                                  *told[:2], "--out", "s.xlsx", "--lang", "en", **at)  # fmt: skip
    cells = [
        c.value for r in opened(Path("r.xlsx")).worksheets[0].iter_rows(min_row=2, min_col=8) for c in r if c.value
    ]
    on_record = "云津市临江区人民法院|云津市市场监督管理局|云津样例[12]商贸有限公司|云津罚〔2026〕[13]号|虚假宣传|云0101执1号|公司法 |市场主体登记管理条例 |；?第[一二三四五六七八九十百]+条(第.款)?(第.项)?；?"
    left = [re.sub(on_record, "", cell) for cell in cells]
    assert not [c for c in left if re.search(r"[\u3000-\u9fff\uff00-\uffef]", c)], left
