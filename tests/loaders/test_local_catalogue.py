"""A city's own catalogue, and columns that are collected no more or never."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from api.commands.catalogue import template
from graph.errors import FileRefused, UsageError
from graph.store import Slice
from loaders.catalogue import COLUMNS, entries
from loaders.classification import UNVERIFIED, classification
from loaders.forbidden import forbidden
from loaders.local_catalogue import LocalCatalogue
from loaders.pipeline import Request, load_file
from loaders.source import source_named, sources
from tests.conftest import Office, firm, penalty, to_csv, uscc


def catalogue(folder: Path, sources: str, complete: bool = False) -> LocalCatalogue:
    path = folder / "catalogue.yaml"
    path.write_text(f"name: 云津市目录\ncomplete: {str(complete).lower()}\nsources:\n{sources}", encoding="utf-8")
    return LocalCatalogue.read(path)


def load(desk: Office, rows: list[dict[str, str]], day: str, local: LocalCatalogue) -> None:
    (desk.folder / "a.csv").write_bytes(to_csv(rows))
    at = dt.datetime.fromisoformat(f"{day}T12:00:00+08:00")
    load_file(desk.store, Request(desk.folder / "a.csv", at), desk.keys, catalogue=local)


@pytest.mark.parametrize(
    ("entry", "day", "said"),
    [
        ("  penalties: {valid_to: 2026-07-01}", "2026-07-01", "expired on 2026-07-01"),
        ("  penalties: {valid_from: 2026-07-01}", "2026-06-30", "begins on 2026-07-01"),
    ],
)
def test_a_source_without_an_entry_in_force_is_refused(
    desk: Office, tmp_path: Path, entry: str, day: str, said: str
) -> None:
    local = catalogue(tmp_path, entry)
    with pytest.raises(FileRefused, match=rf"a\.csv: penalties.*{said}") as refused:
        load(desk, [penalty(1, "罚1号", "2026-05-01")], day, local)
    assert "云津市目录" in refused.value.message and "CREDITGRAPH_CATALOGUE" in refused.value.remedy
    assert desk.store.batches() == []
    other = "2026-06-30" if "expired" in said else "2026-07-01"
    load(desk, [penalty(1, "罚1号", "2026-05-01")], other, local)
    assert desk.store.batches()[0].sealed


def test_what_a_complete_catalogue_leaves_out_is_refused(desk: Office, tmp_path: Path) -> None:
    local = catalogue(tmp_path, "  registrations: {period_days: 10}", complete=True)
    load(desk, [firm(1)], "2026-07-01", local)
    assert desk.store.batches()[0].delivery.period_days == 10
    with pytest.raises(FileRefused, match="not in the catalogue 云津市目录"):
        load(desk, [penalty(1, "罚1号", "2026-05-01")], "2026-07-01", local)
    assert [line[0] for line in entries(local)] == ["registrations"]


def test_a_retired_column_is_like_one_outside_the_catalogue(desk: Office, tmp_path: Path) -> None:
    local = catalogue(tmp_path, "  penalties: {retired_columns: {违法事实: 2026-07-01}}")
    rows = [penalty(1, "罚1号", "2026-05-01", 违法事实="某事实"), penalty(1, "罚2号", "2026-02-30", 违法事实="某事实")]
    load(desk, rows, "2026-06-30", local)
    load(desk, rows, "2026-07-01", local)
    kept = [desk.store.columns("AdministrativePenalty", ["facts"], Slice(seq))["facts"].tolist() for seq in (1, 2)]
    assert kept == [["某事实"], [None]]
    assert [(f["seq"], f["code"], f["detail"]) for f in desk.store.ledger("finding")] == [
        (2, "columns_ignored", "违法事实")
    ]
    sealed = [desk.keys.unseal(q["sealed_row"]) for q in desk.store.ledger("quarantine")]
    assert ["某事实" in row for row in sealed] == [True, False]
    shown = dict(zip(COLUMNS, next(line for line in entries(local) if line[0] == "penalties.facts"), strict=True))
    assert (shown["name"], shown["valid_to"]) == ("违法事实", "2026-07-01")


def test_a_template_does_not_ask_for_a_column_that_is_retired(
    desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue(tmp_path, "  penalties: {retired_columns: {违法事实: 2026-07-01}}")
    monkeypatch.setenv("CREDITGRAPH_CATALOGUE", str(tmp_path / "catalogue.yaml"))
    headers = {}
    for day in ("2026-06-30", "2026-07-01"):
        monkeypatch.setenv("CREDITGRAPH_CLOCK", day)
        template("penalties", tmp_path / f"{day}.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / f"{day}.xlsx").active
        assert sheet is not None
        headers[day] = [str(cell.value).lstrip("*") for cell in sheet[1]]
    assert [h for h in headers["2026-06-30"] if h != "违法事实"] == headers["2026-07-01"] != headers["2026-06-30"]
    local = LocalCatalogue.read(tmp_path / "catalogue.yaml")
    at = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
    batch = load_file(desk.store, Request(tmp_path / "2026-07-01.xlsx", at), desk.keys, catalogue=local)
    assert (batch.totals["loaded"], desk.store.ledger("finding")) == (1, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  nix: {}", "no source nix"),
        ("  penalties: {retired_columns: {无此列: 2026-07-01}}", "no column '无此列'"),
        ("  penalties: {retired_columns: {处罚机关: 2026-07-01}}", "without its column"),
        ("  penalties: {valid_to: tomorrow}", "sources.penalties.valid_to"),
        ("  penalties: {period_days: 0}", "sources.penalties.period_days"),
        ("  penalties: {colour: red}", "sources.penalties.colour"),
        ("  - [", "no catalogue"),
    ],
)
def test_a_wrong_catalogue_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        catalogue(tmp_path, text)
    with pytest.raises(UsageError, match="CREDITGRAPH_CATALOGUE"):
        LocalCatalogue.read(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("source", "header", "never"),
    [
        ("legal_representatives", "宗教信仰", True),
        ("registrations", "*血 型（ABO）", True),
        ("legal_representatives", "年收入（万元）", True),
        ("legal_representatives", "房产套数", True),
        ("registrations", "家庭存款", True),
        ("registrations", "营业收入", False),
        ("annual_reports", "纳税总额", False),
        ("annual_reports", "参保人数", False),
        ("registrations", "楼层", False),
    ],
)
def test_what_may_never_be_collected_is_told_by_its_header(source: str, header: str, never: bool) -> None:
    """2-rules B3: income, deposits and so on are forbidden of people, not of firms."""
    assert forbidden(source_named(source), header) is never


def test_a_mapping_does_not_let_a_forbidden_column_in(desk: Office, tmp_path: Path) -> None:
    row = {"统一社会信用代码": uscc(1), "企业名称": "云津样例商贸有限公司", "成立日期": "2012-03-02", "宗教": "某某"}
    mapping = tmp_path / "m.json"
    mapping.write_text('{"source": "registrations", "columns": {"宗教": "经营范围"}}', encoding="utf-8")
    desk.deliver("registrations", [row], "2026-10-01", mapping=mapping)
    assert [(f["code"], f["detail"]) for f in desk.store.ledger("finding")] == [("columns_forbidden", "宗教")]
    assert desk.store.columns("Company", ["scope"], Slice(1))["scope"].tolist() == [None]
    mapping.write_text('{"source": "registrations", "columns": {"宗教": "企业名称"}}', encoding="utf-8")
    with pytest.raises(FileRefused, match="missing: 企业名称"):
        desk.deliver(
            "registrations", [{k: v for k, v in row.items() if k != "企业名称"}], "2026-10-02", mapping=mapping
        )


def test_every_source_has_a_kind_in_every_list_whose_wording_is_known() -> None:
    for name, count in (("national", 13), ("xiamen", 18), ("nanchang", 6)):
        found = classification(name)
        assert found.stated == count and found.source
    assert set(classification("nanchang").sources) == set(sources())
    assert {classification("xiamen").of(name) for name in sources()} == {UNVERIFIED}, "nothing is invented"
    items = [source.catalogue.item for source in sources().values()]
    assert len(set(items)) == len(items)
    kinds = classification("national").kinds
    assert all(kinds[int(s.catalogue.item[:2]) - 1] == s.catalogue.national_class for s in sources().values())
