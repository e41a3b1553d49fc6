"""A small city to be asked about, tasks, and lists of people as offices send them; made here, of nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from tests.api.test_cli import run
from tests.conftest import debtor, declared, firm, masked, number, penalty, repair, uscc

TASK = {
    "number": "云组函〔2026〕12号",
    "purpose": "candidate_vetting",
    "basis": "干部任用条例 第二十条",
    "unit": "云津市委组织部",
    "role": "organisation_department",
    "asked_by": "经办甲",
    "approved_by": "审批乙",
    "opened_on": "2026-11-20",
    "ends_on": "2026-11-30",
}
HEADER = ["序号", "姓名", "性别", "身份证号", "出生年月", "现任职务", "授权书编号"]
COMPANY_POST = {"target": {"post": "国有公司董事", "company": True}}
FIRST = ["核查结果", "本人记录", "关联企业记录（任职或持股期间）", "关联企业记录（其他期间）", "待核实", "任职限制提示"]


ENDS_IN_X = next(i for i in range(30, 60) if number(i).endswith("X"))


def post(
    serial: int, person: int, name: str, kind: str = "法定代表人", since: str = "2020-01-01", until: str = ""
) -> dict[str, Any]:
    """A row of officers."""
    return {
        "统一社会信用代码": uscc(serial),
        "姓名": name,
        "证件号码": number(person),
        "职务": kind,
        "任职日期": since,
        "免职日期": until,
    }


def person_debtor(name: str, shown: str, case: str, day: str, **more: str) -> dict[str, Any]:
    """A row of the debtors' list against a person."""
    return debtor(9, case, day, **{"被执行人姓名/名称": name, "统一社会信用代码": "", "身份证号码": shown}) | more


WRONG = number(1)[:-1] + ("0" if number(1)[-1] != "0" else "1")

FILES: dict[str, list[dict[str, Any]]] = {
    # firm 1: fined on 2026-10-10; firm 3: licence revoked on 2023-05-10; firm 4: nothing
    "registrations": [
        firm(1),
        firm(2),
        firm(3, 登记状态="吊销", 核准日期="2023-05-10"),
        firm(4),
        firm(6, 企业名称="云津样例6商贸有限公司临江分公司"),
        firm(7),  # fined 13 times
        firm(8),  # fined 60 times
    ],
    "legal_representatives": [
        post(1, 1, "张一"),  # in office on the day of the penalty
        post(1, 2, "李二", "法定代表人", "2018-01-01", "2026-10-07"),  # resigned three days before it
        post(3, 3, "王三", since="2019-01-01"),
        post(4, 4, "赵四"),
        post(1, 6, "欧阳娜娜", "联络员"),
        post(2, 8, "钱八"),
        post(2, 8, "钱捌", "监事"),  # two names on one number
        post(4, 9, "甲"),
        post(4, 9, "乙", "监事"),
        post(4, 9, "丙", "董事"),  # three: set aside
        post(2, 10, "阿卜杜拉·买买提", "董事"),
        post(2, 12, "㛃䶮", "董事"),
        post(2, 13, "王喆", "董事"),
        post(2, 14, "𠮷样", "董事"),
        post(2, ENDS_IN_X, "陈样", "董事"),
        post(7, 70, "冯七十"),
        post(8, 80, "卫八十", "董事"),
    ],
    "shareholders": [
        {
            "统一社会信用代码": uscc(2),
            "股东名称": "张一",
            "股东类型": "自然人",
            "股东证件号码": number(1),
            "持股比例": "30%",
            "取得日期": "2021-06-01",
        }
    ],
    # of firm 1 the register states no holder, of firm 2 another
    "beneficial_ownership": [declared(1, 61, "韩样"), declared(2, 61, "韩样")],
    "penalties": [
        penalty(1, "云津罚〔2026〕1号", "2026-10-10"),
        penalty(1, "云津罚〔2026〕2号", "2026-10-11"),  # repaired
        penalty(2, "云津罚〔2026〕3号", "2026-10-12"),
        *(penalty(7, f"云津市监罚〔2026〕7{i:02d}号", f"2026-10-{i:02d}") for i in range(1, 14)),
        *(penalty(8, f"云津市监罚〔2026〕8{i:02d}号", f"2026-{9 + i // 30:02d}-{1 + i % 30:02d}") for i in range(60)),
    ],
    "repairs": [repair(1, "云津罚〔2026〕2号", "2026-11-01")],
    "dishonest_debtors": [
        person_debtor("张一", number(1), "（2026）云0101执1号", "2026-09-01"),
        person_debtor("孙五", masked(5), "（2026）云0101执5号", "2026-09-05"),
        person_debtor("周七", "", "（2026）云0101执7号", "2026-09-07"),  # by name only
        person_debtor("冯七十", number(70), "（2026）云0101执70号", "2026-09-10"),
    ],
}


def row(serial: int | str, name: str, typed: Any, **more: Any) -> list[Any]:
    """A row of a list under HEADER, of somebody who signed."""
    cells = {"序号": serial, "姓名": name, "身份证号": typed, "授权书编号": f"授{serial}"} | more
    return [cells.get(title, "") for title in HEADER]


def workbook(path: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook with a title row above each table and a note below it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for i, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"第{i}镇")
        sheet.append(["附件1 拟任人选汇总表"])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADER))
        for cells in rows:
            sheet.append(list(cells))
        sheet.append(["备注：无"])
    book.save(path)
    return path


def opened(path: Path) -> Any:
    """A workbook as written."""
    return openpyxl.load_workbook(path)


def task(path: Path, **more: Any) -> str:
    """A task file."""
    stated = {k: v for k, v in (TASK | more).items() if v is not None}
    path.write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")
    return str(path)


def screened(folder: Path, at: dict[str, str], path: Path, *options: str, **more: Any) -> dict[str, Any]:
    """The JSON answer to a list."""
    out = folder / f"回复{len(list(folder.iterdir()))}.xlsx"
    there = more.pop("there", {})
    told = task(folder / "task.yaml", **more)
    said = run("screen", str(path), "--task", told, "--out", str(out), "--format", "json", *options, **at, **there)
    found: dict[str, Any] = json.loads(said)
    found["reply"] = out
    t = found["totals"]
    assert t["read"] == t["checked"] + t["rejected"] + t["duplicate"]
    return found


def outcomes(found: dict[str, Any]) -> list[str]:
    return [r["outcome"] for r in found["rows"]]


def facts(found: dict[str, Any]) -> list[str]:
    """What was found, whatever the order of the rows."""
    sections = ("own", "related_in_office", "related_not_in_office", "to_verify", "hints", "reason", "outcome")
    return sorted(
        json.dumps({k: r[k] for k in sections}, ensure_ascii=False) for r in found["rows"] if not r["same_as"]
    )


def logged() -> list[dict[str, Any]]:
    """The lines of the log."""
    return [json.loads(line) for line in Path("creditgraph-audit.jsonl").read_text().splitlines()]
