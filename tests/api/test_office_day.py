"""An office's day: template out, filled in badly, loaded, receipt back, corrected, loaded, totals right, the trend shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl

from tests.api.test_cli import run
from tests.conftest import firm, to_csv, uscc


def test_an_offices_day(tmp_path: Path) -> None:
    at = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": str(tmp_path / "key")}
    run("key", "create", str(tmp_path / "key"))
    (tmp_path / "firms.csv").write_bytes(to_csv([firm(1), firm(2), firm(3)]))
    run("load", str(tmp_path / "firms.csv"), "--coverage", "full", "--received-at", "2026-09-30", **at)

    template = tmp_path / "penalties.xlsx"
    run("template", "penalties", "--xlsx", str(template), **at)
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    place: dict[str, Any] = {str(c.value).strip("*"): c.column for c in sheet[1]}
    first = 2
    sheet.delete_rows(first, sheet.max_row)
    filled = [
        (uscc(1), "罚1", "2026-10-08", 2, "罚款20000元"),
        (uscc(2)[:-1] + "!", "罚2", "2026-10-09", 2, "罚款20000元"),  # a code mistyped
        (uscc(2), "罚3", "2026-02-30", 2, "罚款20000元"),  # no such day
        (uscc(3), "罚4", "2026-10-10", 2000, "罚款2000元"),  # yuan in the column of ten thousands
    ]
    for line, (code, number, day, fine, content) in enumerate(filled, first):
        values: dict[str, Any] = {
            "行政相对人名称": f"云津样例{line - first}商贸有限公司",
            "行政相对人代码": code,
            "行政处罚决定书文号": number,
            "违法行为类型": "虚假宣传",
            "处罚类别": "罚款",
            "处罚内容": content,
            "罚款金额": fine,
            "处罚决定日期": day,
            "处罚机关": "云津市市场监督管理局",
        }
        for title, value in values.items():
            sheet.cell(line, place[title], value)
    book.save(tmp_path / "october.xlsx")
    loaded = run("load", str(tmp_path / "october.xlsx"), "--received-at", "2026-10-12", "--format", "json", **at)
    (batch,) = json.loads(loaded)
    assert (batch["read"], batch["loaded"], batch["rejected"]) == (4, 2, 2)

    receipt = tmp_path / "receipt.xlsx"
    run("receipt", str(batch["batch"]), "--xlsx", str(receipt), **at)
    book = openpyxl.load_workbook(receipt)
    totals = {r[0]: r[1] for r in book["回执"].iter_rows(values_only=True)}
    assert (totals["读取"], totals["退回"]) == (4, 2)
    assert any("金额" in str(k) for k in totals), "the amount that contradicts its decision stands in the receipt"
    sheet = book["退回行"]
    titles = [c.value for c in sheet[1]]
    code_at = next(i for i, t in enumerate(titles, 1) if "行政相对人代码" in str(t))
    day_at = next(i for i, t in enumerate(titles, 1) if "处罚决定日期" in str(t))
    assert {sheet.cell(2, code_at).value, sheet.cell(3, day_at).value} == {uscc(2)[:-1] + "!", "2026-02-30"}
    sheet.cell(2, code_at, uscc(2))
    sheet.cell(3, day_at, "2026-10-09")
    book.save(receipt)
    again = run(
        "load", str(receipt), "--corrects", str(batch["batch"]), "--received-at", "2026-11-02", "--format", "json", **at
    )
    (corrected,) = json.loads(again)
    assert (corrected["read"], corrected["loaded"], corrected["rejected"]) == (2, 2, 0)
    found = json.loads(run("search", "罚", "--format", "json", **at))
    assert sorted(f["name"] for f in found) == ["罚1", "罚2", "罚3", "罚4"]
    quality = run("quality", "--months", "3", "--as-of", "2026-11-23", **at)
    for month in ("2026-09", "2026-10", "2026-11"):
        assert month in quality
    whole = json.loads(run("quality", "--months", "3", "--as-of", "2026-11-23", "--format", "json", **at))
    assert "penalties" in json.dumps(whole, ensure_ascii=False)
