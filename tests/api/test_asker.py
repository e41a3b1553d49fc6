"""A person, or a person's record, is asked about for a purpose only, whatever the command; who it was is in the log."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from api.audit import digests_of
from tests.api.test_cli import run, url
from tests.conftest import debtor, firm, number, penalty, to_csv, uscc

__all__ = ["url"]

DAY = "2026-11-20"
PURPOSE = ("--purpose", "case_investigation:案件7")
NOBODY = "CN-ID:" + "0" * 32  # an id that nobody has


@pytest.fixture
def at(url: str, tmp_path: Path) -> dict[str, str]:
    """Firm 1, represented by 张样, who is a debtor (案2) and fined (罚2); firm 2 has records of its own."""
    there = {"CREDITGRAPH_STORE": url, "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    run("key", "create", f"{tmp_path}/key")
    his = {"被执行人姓名/名称": "张样", "统一社会信用代码": "", "身份证号码": number(1)}
    fined = {"行政相对人名称": "张样", "行政相对人代码": "", "行政相对人证件号码": number(1)}
    files = {
        "registrations": [firm(1), firm(2)],
        "legal_representatives": [
            {"统一社会信用代码": uscc(1), "姓名": "张样", "证件号码": number(1), "职务": "法定代表人"}
        ],
        "dishonest_debtors": [debtor(2, "案1", "2026-10-05"), debtor(1, "案2", "2026-10-05") | his],
        "penalties": [penalty(2, "罚1", "2026-10-01"), penalty(1, "罚2", "2026-10-02") | fined],
    }
    for name, rows in files.items():
        (tmp_path / f"{name}.csv").write_bytes(to_csv(rows))
        run("load", f"{tmp_path}/{name}.csv", "--source", name, "--dated", DAY, "--received-at", DAY, **there)
    return there


@pytest.fixture
def who(at: dict[str, str]) -> str:
    (found,) = json.loads(run("search", "张样", "--people", *PURPOSE, "--format", "json", **at))
    Path("creditgraph-audit.jsonl").unlink()
    return str(found["id"])


def logged() -> list[dict[str, Any]]:
    path = Path("creditgraph-audit.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def his_record(at: dict[str, str], number: str) -> str:
    (found,) = json.loads(run("search", number, "--people", *PURPOSE, "--format", "json", **at))
    Path("creditgraph-audit.jsonl").unlink()
    return str(found["id"])


def test_a_persons_record_is_shown_for_a_purpose_only(at: dict[str, str], who: str) -> None:
    record = his_record(at, "罚2")
    refused = run("show", record, code=2, **at)
    assert "no purpose" in refused and "罚2" not in refused and "张样" not in refused
    (line,) = logged()
    assert (line["command"], line["subjects"]) == ("show", digests_of([who])) and "no purpose" in line["refused"]
    assert "张样" in run("show", record, *PURPOSE, **at)
    (_, line) = logged()
    assert (line["subjects"], line["count"]) == (digests_of([who]), 1), "once, whatever shows him"


def test_a_firms_record_is_shown_and_not_who_else_it_names(at: dict[str, str]) -> None:
    (found,) = json.loads(run("search", "罚1", "--format", "json", **at))
    page = run("show", found["id"], **at)
    assert "云津市市场监督管理局" in page and "（可能涉及自然人，需 --purpose）" in page, (
        "whose name a record states is free text"
    )
    told = json.loads(run("show", found["id"], "--history", "--format", "json", **at))
    assert told["history"] and "subject_name" not in told["history"][0]
    named = json.loads(run("show", found["id"], "--history", "--format", "json", *PURPOSE, **at))
    assert named["history"][0]["subject_name"] == "云津样例2商贸有限公司"
    Path("creditgraph-audit.jsonl").unlink(missing_ok=True)
    run("show", found["id"], **at)
    assert not logged()


def test_a_search_leaves_the_records_of_people_out(at: dict[str, str], who: str) -> None:
    assert [f["name"] for f in json.loads(run("search", "罚", "--format", "json", **at))] == ["罚1"]
    assert [f["name"] for f in json.loads(run("search", "案", "--format", "json", **at))] == ["案1"]
    assert "no purpose" in run("search", "罚", "--people", code=2, **at)
    told = run("search", "罚", "--people", *PURPOSE, "--format", "json", **at)
    assert [f["name"] for f in json.loads(told)] == ["罚2"] and logged()[-1]["subjects"] == digests_of([who])
    assert "文号" in run("search", "罚2", **at) and "records by number" in run("search", "罚2", "--lang", "en", **at)


def test_an_export_leaves_them_out_and_says_how_many(at: dict[str, str], tmp_path: Path) -> None:
    said = run("export", "--out", "open", **at)
    assert "records of people, left out without a purpose: 2" in said
    written = "".join(p.read_text("utf-8-sig") for p in (tmp_path / "open").iterdir())
    assert "罚1" in written and "案1" in written and "罚2" not in written and "案2" not in written
    record = his_record(at, "罚2")
    assert record not in written
    assert "left out" not in run("export", "--out", "whole", *PURPOSE, **at)
    whole = "".join(p.read_text("utf-8-sig") for p in (tmp_path / "whole").iterdir())
    assert "罚2" in whole and whole.count(record) == 2, "the record, and whose it is"


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("command", [("propagate",), ("explain", "--algorithm", "risk_propagation")])
def test_risk_names_a_persons_record_for_a_purpose_only(
    command: tuple[str, ...], form: str, at: dict[str, str]
) -> None:
    asked = (command[0], uscc(1), *command[1:], "--format", form)
    told, named = run(*asked, **at), run(*asked, *PURPOSE, **at)
    assert "案2" in named and "案2" not in told and his_record(at, "案2") not in told
    if form == "table":
        assert "（自然人，需 --purpose）" in told


def test_what_is_asked_of_propagate_is_logged_as_that(at: dict[str, str]) -> None:
    run("propagate", uscc(1), *PURPOSE, **at)
    assert {line["command"] for line in logged()} == {"propagate"}


@pytest.mark.parametrize("command", [("outlook", "--to", "B"), ("explain",)])
def test_whether_there_is_a_person_is_not_told_without_a_purpose(
    command: tuple[str, ...], at: dict[str, str], who: str
) -> None:
    refused = [run(command[0], one, *command[1:], code=2, **at) for one in (who, NOBODY)]
    assert refused[0] == refused[1] and "no purpose" in refused[0]
    assert [line["subjects"] for line in logged()] == [digests_of([who]), digests_of([NOBODY])]
    said = run(command[0], who, *command[1:], *PURPOSE, code=8, **at)
    assert "is no company" in said and "不是企业" in said and "张样" not in said
    assert logged()[-1]["subjects"] == digests_of([who])


def test_only_records_are_left_out_in_a_what_if(at: dict[str, str], who: str) -> None:
    refused = [run("explain", uscc(1), "--without", one, code=8, **at) for one in (who, NOBODY, uscc(2))]
    assert all("0 usable records" in one for one in refused) and "张样" not in "".join(refused)
    assert number(1) not in run("explain", uscc(1), "--without", number(1), code=8, **at)
    for named in ("案2", his_record(at, "案2")):
        assert "no purpose" in run("explain", uscc(1), "--without", named, code=2, **at)
        assert run("explain", uscc(1), "--without", named, *PURPOSE, **at)
    assert run("explain", uscc(2), "--without", "罚1", **at)


def test_a_purpose_without_a_case_is_found_about_whom_it_was(at: dict[str, str], who: str) -> None:
    run("show", who, "--purpose", "case_investigation", code=2, **at)
    run("show", who, *PURPOSE, **at)
    told = json.loads(run("audit", "--about", who, "--purpose", "own_report:申请1", "--format", "json"))
    assert ["refused" in line for line in told] == [True, False]
    assert told[1]["count"] == 1


def test_the_log_is_asked_about_an_id_only_one_erased_too(at: dict[str, str], who: str) -> None:
    for text in ("张样", number(1), "CN-ID:zzz", uscc(1), ""):
        refused = run("audit", "--about", text, "--purpose", "own_report:申请1", code=2)
        assert (
            "id of a person" in refused and "标识" in refused and (not text or text not in refused.replace("zzz", ""))
        )
    run("show", who, *PURPOSE, **at)
    run("erase", who, "--reason", "令1", **at)
    told = json.loads(run("audit", "--about", who, "--purpose", "own_report:申请1", "--format", "json"))
    assert [line["command"] for line in told] == ["show", "erase"]


def test_the_columns_of_the_log_say_what_they_hold(at: dict[str, str], who: str) -> None:
    run("show", who, code=2, **at)
    page = run("audit", "--since", "2020-01-01")
    assert "拒绝理由" in page and "涉及人（户）数" in page and "最近退回的行" not in page and "次数" not in page
    english = run("audit", "--since", "2020-01-01", "--lang", "en")
    assert "why it was" in english and "Rows refused" not in english
    (row,) = csv.DictReader(io.StringIO(run("audit", "--since", "2020-01-01", "--format", "csv")))
    assert row["why_refused"].startswith("没有写明查询目的")


def test_a_record_is_in_words(at: dict[str, str]) -> None:
    (found,) = json.loads(run("search", "案1", "--format", "json", **at))
    page = run("show", found["id"], **at)
    assert "失信被执行人" in page and "dishonest_debtor " not in page
    assert "dishonest debtor" in run("show", found["id"], "--lang", "en", **at)


def test_a_hidden_record_leaves_its_cells_empty(at: dict[str, str]) -> None:
    told = run("explain", uscc(1), "--format", "csv", **at)
    assert "None" not in told and "案2" not in told
    assert {row["evidence"] for row in csv.DictReader(io.StringIO(told)) if row["indicator"] == "G1"} == {""}
