"""Quality and the catalogue at the real command line."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.api.test_cli import ROOT, office, run
from tests.conftest import penalty, to_csv

AT = {"CREDITGRAPH_STORE": "sqlite:///city.db"}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Five files of November and a late penalty of December."""
    (tmp_path / "in").mkdir()
    office(tmp_path / "in")
    (tmp_path / "p.csv").write_bytes(
        to_csv([penalty(1, "云津罚〔2026〕3号", "2026-11-02"), penalty(2, "罚9号", "2026-02-30")])
    )
    run("key", "create")
    run("load", "in", **AT)
    run("load", "p.csv", CREDITGRAPH_CLOCK="2026-12-01", **AT)
    return tmp_path


def test_quality_from_files_to_the_trend(city: Path) -> None:
    said = json.loads(run("quality", "--format", "json", "--months", "2", CREDITGRAPH_CLOCK="2026-12-02", **AT))
    mine = next(line for line in said["deliveries"] if line["source"] == "penalties")
    assert (mine["files"], mine["read"], mine["loaded"], mine["rejected"]) == (2, 4, 3, 1)
    assert [line["code"] for line in said["reasons"]] == ["date_invalid", "code_form"]
    assert [(line["records"], line["late"]) for line in said["timeliness"]] == [(1, 1), (1, 1)]
    assert next(line["count"] for line in said["codes"] if line["component"] == "check_failed") == 1
    assert [(m["month"], m["rows"], m["trend"]) for m in said["history"]] == [
        ("2026-11", 10, None),
        ("2026-12", 2, "↑"),
    ]
    earlier = json.loads(run("quality", "--format", "json", "--known-at", "2026-11-30", "--as-of", "2026-11-30", **AT))
    assert next(line["rejected"] for line in earlier["deliveries"] if line["source"] == "penalties") == 0
    numbers = csv.DictReader(io.StringIO(run("quality", "--format", "csv", CREDITGRAPH_CLOCK="2026-12-02", **AT)))
    told = {(n["table"], n["about"], n["measure"]): n["value"] for n in numbers}
    assert told["deliveries", "penalties", "read"] == "4"
    assert told["authorities", "penalties / 云津市市场监督管理局", "late"] == "1"
    chinese, english = (run("quality", "--lang", lang, **AT) for lang in ("zh", "en"))
    assert "从未报送" in chinese and "│ never" in english
    assert "代码格式错误" in chinese and "this is no code of a firm" in english
    behind = run("quality", "--source", "penalties", "--lang", "en", CREDITGRAPH_CLOCK="2026-12-02", **AT)
    assert "2026-02-30" in behind and "2026-11-02" in behind and "张伟" not in behind
    assert "no source" in run("quality", "--source", "nix", code=2, **AT)


def test_a_citys_own_catalogue_is_shown_and_kept(city: Path) -> None:
    """The example of docs/quality.md."""
    page = (ROOT / "docs" / "quality.md").read_text("utf-8")
    (city / "own.yaml").write_text(re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)[0], encoding="utf-8")
    own = AT | {"CREDITGRAPH_CATALOGUE": "own.yaml"}
    shown = {line["source"]: line for line in json.loads(run("catalogue", "--format", "json", **own))}
    assert shown["media_reports"]["valid_to"] == "2026-07-01" and shown["penalties"]["timeliness_days"] == 5
    assert shown["penalties.facts"]["valid_to"] == "2026-09-01"
    assert (shown["penalties"]["nanchang"], shown["penalties"]["xiamen"]) == ("监管信息", "[unverified]")
    assert "未核实" in run("catalogue", **own)
    (city / "q.csv").write_bytes(to_csv([penalty(1, "罚7号", "2026-11-03", 违法事实="某事实", 病史="无")]))
    loaded = run("load", "q.csv", "--lang", "en", CREDITGRAPH_CLOCK="2026-12-02", **own)
    assert "outside the catalogue" in loaded and "may never be collected" in loaded
    header = "主体名称,统一社会信用代码,核实编号,媒体名称,发布日期,核实日期\n"
    (city / "m.csv").write_text(header + "某公司,,1,某报,2026-11-01,2026-11-02\n", encoding="utf-8")
    refused = run("load", "m.csv", "--source", "media_reports", code=3, CREDITGRAPH_CLOCK="2026-12-02", **own)
    assert "expired on 2026-07-01" in refused
    assert "no catalogue" in run("catalogue", code=2, CREDITGRAPH_CATALOGUE="in/manifest.csv")
