"""The contract of every data source, found by discovery."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from graph.declaration import Disclosure
from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.store import Slice
from graph.stores import open_store
from graph.time import Moment
from graph.view import View
from loaders.catalogue import NATIONAL_CLASSES
from loaders.normalize import Context
from loaders.pipeline import Request, load_file
from loaders.source import Source, header_key, match, sources
from loaders.template import write_template
from tests.conftest import SAMPLE, Office
from tests.graph.stores.reading import facts

ALL = sorted(sources())
# There are no national field names for these.
OWN_LAYOUT = {
    "beneficial_ownership",
    "chattel_mortgages",
    "equity_pledges",
    "guarantees",
    "hosted_addresses",
    "permit_requirements",
    "objections",
    "repairs",
}


@pytest.mark.parametrize("name", ALL)
def test_its_sample_loads_and_a_second_load_changes_nothing(office: Office, name: str) -> None:
    sample = sources()[name].sample.format(**SAMPLE)
    first = office.deliver(name, sample, "2026-11-01")
    assert first.totals["rejected"] == 0 and first.totals["loaded"] == first.totals["read"] == sample.count("\n") - 1
    second = office.deliver(name, sample, "2026-11-02")
    assert (second.totals["loaded"], second.totals["unchanged"]) == (0, first.totals["read"])


@pytest.mark.parametrize("name", ALL)
def test_it_is_found_by_its_header_alone(desk: Office, name: str) -> None:
    batch = desk.deliver(None, sources()[name].sample.format(**SAMPLE), "2026-11-01")  # type: ignore[arg-type]
    assert batch.delivery.source == name


@pytest.mark.parametrize("name", ALL)
def test_a_bad_row_is_quarantined_with_its_reason(desk: Office, name: str) -> None:
    source = sources()[name]
    sample = source.sample.format(**SAMPLE)
    bad = ",".join("" for _ in sample.splitlines()[0].split(",")[1:]) + "x"
    batch = desk.deliver(name, sample + bad + "\n", "2026-11-01")
    assert batch.totals["rejected"] == 1
    row = desk.store.ledger("quarantine")[0]
    assert row["code"] and row["row"] == sample.count("\n") + 1 and row["source"] == name


@pytest.mark.parametrize("name", ALL)
def test_its_catalogue_entry_is_complete(name: str) -> None:
    source: Source = sources()[name]
    entry = source.catalogue
    assert source.name == name and source.zh and entry.unit and entry.legal_basis
    assert entry.national_class in NATIONAL_CLASSES
    assert entry.period_days > 0 and entry.retention_years > 0 and entry.disclosure in Disclosure
    assert (source.__class__.__doc__ or "").strip() and source.fields
    spellings = [h for f in source.fields for h in {header_key(x) for x in (f.zh, *f.aliases)}]
    assert len(spellings) == len(set(spellings)), "one header, one field"


@pytest.mark.parametrize("name", ALL)
def test_its_template_loads_back(desk: Office, tmp_path: Path, name: str) -> None:
    write_template(sources()[name], tmp_path / "t.xlsx")
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    batch = load_file(desk.store, Request(tmp_path / "t.xlsx", at), desk.keys)
    assert (batch.delivery.source, batch.totals["read"], batch.totals["loaded"]) == (name, 1, 1)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert all(sheet.cell(1, i + 1).comment for i in range(len(sources()[name].fields)))


@pytest.mark.parametrize("name", sorted(set(ALL) - OWN_LAYOUT))
def test_a_file_with_national_field_names_is_read_like_one_with_chinese_headers(
    desk: Office, keys: KeyRing, tmp_path: Path, name: str
) -> None:
    """gsxt and double-publicity spellings, wherever a field has one; both files leave the same facts."""
    source = sources()[name]
    sample = source.sample.format(**SAMPLE)
    header, _, rows = sample.partition("\n")
    positions = match(source, header.split(","))
    national = header.split(",")
    for field in source.fields:
        spellings = [h for h in (*field.aliases, *_national(source, field.name)) if h.isascii() and h.isupper()]
        if spellings and field.name in positions:
            national[positions[field.name]] = spellings[0]
    assert national != header.split(",")
    desk.deliver(name, sample, "2026-11-01")
    with open_store("sqlite://") as other:
        Office(other, keys, tmp_path).deliver(name, f"{','.join(national)}\n{rows}", "2026-11-01", file="national.csv")
        for table in SCHEMA.tables():
            assert facts(other, table, Slice(1)) == facts(desk.store, table, Slice(1))


def _national(source: Source, name: str) -> tuple[str, ...]:
    return next((p.aliases for p in SCHEMA.properties(source.table) if p.name == name), ())


def test_a_penalty_by_name_only_stays_unattached(desk: Office) -> None:
    row = "行政相对人名称,行政相对人代码,行政处罚决定书文号,处罚类别,处罚决定日期,处罚机关\n某公司,,罚1号,罚款,2026-05-01,某局\n"
    batch = desk.deliver("penalties", row, "2026-11-01")
    assert batch.totals["loaded"] == 1
    assert [f["code"] for f in desk.store.ledger("finding")] == ["unattached"]
    view = View(desk.store, Moment.on(dt.date(2026, 11, 23)))
    assert view.edges(view.search("罚1号")[0].key) == []


def test_yuan_typed_into_a_column_of_ten_thousands_is_flagged(desk: Office) -> None:
    """2-rules B14: 2,000 yuan become 20 million; no severity is derived from it."""
    row = (
        "行政相对人名称,行政相对人代码,行政处罚决定书文号,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚机关\n"
        + f"某公司,{SAMPLE['uscc0']},罚1号,罚款,罚款2000元,2000,2026-05-01,某局\n"
    )
    desk.deliver("penalties", row, "2026-11-01")
    assert [f["code"] for f in desk.store.ledger("finding")] == ["amount_contradicts_decision"]
    found = desk.store.columns("AdministrativePenalty", ["severity", "amount_conflict"], Slice(1))
    assert (found["severity"].tolist(), found["amount_conflict"].tolist()) == ([None], [1])


def test_parsers_are_pure(desk: Office) -> None:
    for source in sources().values():
        for field in source.fields:
            context = Context(desk.keys, dt.date(2026, 1, 1))
            assert field.parse(["", "x"], context) == field.parse(["", "x"], context)
