"""Cells with one safe reading are read, with a note; cells with none are refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.declaration import SHARE_ONE
from graph.keys import KeyRing
from graph.time import iso
from loaders import normalize as n
from tests.conftest import number, uscc

CONTEXT = n.Context(KeyRing.derived("tests"), dt.date(2026, 11, 23))


def read(parser: n.Parser, cell: str) -> n.Column:
    return parser([cell], CONTEXT)


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        ("2024-02-01", "2024-02-01", None),
        ("2024/2/1", "2024-02-01", None),
        ("20240201", "2024-02-01", None),
        ("2024年2月1日", "2024-02-01", None),
        ("2024.2.1", "2024-02-01", None),
        ("2024-02-01 00:00:00", "2024-02-01", None),
        ("２０２４－０２－０１", "2024-02-01", None),
        # a spreadsheet's 1900 system: 45231 is 2023-11-01 (5-users E2)
        ("45231", "2023-11-01", "date_serial"),
        ("1985.3", "1985-03-01", "month_precision"),
        ("1985年3月", "1985-03-01", "month_precision"),
        ("1985年", "1985-01-01", "year_precision"),
        ("", None, None),
        ("长期", None, None),
        ("9999-12-31", None, None),
    ],
)
def test_dates_with_one_safe_reading(cell: str, value: str | None, note: str | None) -> None:
    column = read(n.date(), cell)
    assert (iso(column.values[0]), column.notes.get(0), column.problems) == (value, note, {})


def test_a_month_keeps_its_bounds() -> None:
    column = read(n.date(), "2024.2")
    assert [iso(b) for b in column.bounds[0]] == ["2024-02-01", "2024-02-29"]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("2024-02-30", "date_invalid"),
        ("20241301", "date_invalid"),
        ("上周", "date_form"),
        ("123", "date_form"),
        ("99999", "date_form"),
    ],
)
def test_dates_without_a_safe_reading(cell: str, problem: str) -> None:
    assert read(n.date(), cell).problems == {0: problem}


def test_an_inclusive_end_is_stored_as_the_day_after() -> None:
    assert iso(read(n.date(end=True), "2026-05-10").values[0]) == "2026-05-11"
    assert iso(read(n.date(end=True, inclusive=False), "2026-05-10").values[0]) == "2026-05-10"
    assert iso(read(n.date(end=True), "2026.2").values[0]) == "2026-03-01", "a month ends with its last day"


def test_a_date_of_the_past_may_not_lie_after_the_delivery() -> None:
    assert read(n.date(future=False), "2026-11-24").problems == {0: "date_future"}


# spellings of ../shared/data/registry_sample
@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("1,000(万元人民币)", 1_000_000_000, "CNY"),
        ("10(万美元)", 10_000_000, "USD"),
        ("800(万港币)", 800_000_000, "HKD"),
        ("100万人民币", 100_000_000, "CNY"),
        ("50万元人民币", 50_000_000, "CNY"),
        ("3,264.9840(万元人民币)", 3_264_984_000, "CNY"),
        ("20(万日元)", 200_000, "JPY"),
        ("5(万德国马克)", 5_000_000, "DEM"),
        ("2", 2_000_000, "CNY"),
        ("300元", 30_000, "CNY"),
        ("1.5亿元", 15_000_000_000, "CNY"),
    ],
)
def test_capital_spellings(cell: str, amount: int, currency: str) -> None:
    assert read(n.money(), cell).values[0] == (amount, currency)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("MARIE", "amount_form"),
        ("-5", "amount_form"),
        ("5(万银元)", "currency_unknown"),
        ("1.2.3", "amount_form"),
        ("9" * 25, "amount_form"),
    ],
)
def test_amounts_without_a_safe_reading(cell: str, problem: str) -> None:
    assert read(n.money(), cell).problems == {0: problem}


@pytest.mark.parametrize(
    ("cell", "amount"), [("-12.5", -12_500_000), ("－3", -3_000_000), ("4", 4_000_000), ("-", None), ("", None)]
)
def test_a_loss_is_an_amount_where_one_can_be(cell: str, amount: int | None) -> None:
    found = read(n.money(signed=True), cell)
    assert not found.problems and (found.values[0] and found.values[0][0]) == amount
    assert read(n.money(), "-12.5").problems == {0: "amount_form"}


def test_a_currency_without_an_amount_is_noted() -> None:
    column = read(n.money(), "万人民币")
    assert (column.values, column.notes) == ([None], {0: "amount_absent"})


@pytest.mark.parametrize(
    ("cell", "value"), [("60%", 0.6), ("60", 0.6), ("33.3333", 0.333333), ("100%", 1.0), ("0", 0.0)]
)
def test_shares_are_per_cent(cell: str, value: float) -> None:
    assert read(n.share, cell).values[0] == round(value * SHARE_ONE)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("100.01%", "share_over_100"),
        ("-1", "share_form"),
        ("一半", "share_form"),
        ("NaN", "share_form"),
        ("1_0", "share_form"),
    ],
)
def test_shares_without_a_safe_reading(cell: str, problem: str) -> None:
    assert read(n.share, cell).problems == {0: problem}


@pytest.mark.parametrize(
    ("cell", "value", "problem"),
    [
        (uscc(1), ("CN-USCC", uscc(1)), None),
        (uscc(1).lower(), ("CN-USCC", uscc(1)), None),
        (uscc(1)[8:17], ("CN-ORG", uscc(1)[8:17]), None),
        (uscc(1)[8:16] + "-" + uscc(1)[16], ("CN-ORG", uscc(1)[8:17]), None),
        ("350200100012345", ("CN-REGNO", "350200100012345"), None),
        ("9.19901E+17", None, "code_truncated"),
        ("919901010000000000", None, "code_truncated"),
        ("350200850312345", None, "code_is_number"),
        (number(1), None, "code_is_number"),
        ("990101197001153432", None, "code_is_number"),  # passes both check characters of a code, too
        (uscc(1)[:-1] + "O", None, "code_check"),
        ("甲公司", None, "code_form"),
        ("", None, None),
    ],
)
def test_codes_of_firms(cell: str, value: object, problem: str | None) -> None:
    column = read(n.firm_code, cell)
    assert (column.values[0], column.problems.get(0)) == (value, problem)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        (
            "厦门市思明区湖滨北路59号种子大厦945室之三",
            (None, "厦门市", "思明区", "湖滨北路", "59号", "种子大厦945室之三"),
        ),
        ("福建省厦门市湖里区仙岳路97号第五层88室", ("福建省", "厦门市", "湖里区", "仙岳路", "97号", "第五层88室")),
        ("云津市南屏县归云大道5-1号", (None, "云津市", "南屏县", "归云大道", "5-1号", None)),
        ("天津市南开区津淄公路8号光明公寓7号楼", (None, "天津市", "南开区", "津淄公路", "8号", "光明公寓7号楼")),
    ],
)
def test_addresses_are_taken_apart(cell: str, parts: tuple[str | None, ...]) -> None:
    assert n.read_address(cell)[1] == parts


@given(st.text(max_size=60))
def test_no_text_breaks_a_parser(cell: str) -> None:
    for parser in (
        n.text,
        n.date(),
        n.money(),
        n.share,
        n.firm_code,
        n.identity_number,
        n.human_name,
        n.firm_name,
        n.document,
        n.integer,
        n.yes_no,
        n.place,
    ):
        column = read(parser, cell)
        assert len(column.values) == 1
    n.read_address(cell)


@pytest.mark.parametrize(
    ("parser", "cell", "value", "said"),
    [
        (n.text, f"当事人{number(3)}的行为", "当事人[number removed]的行为", "number_removed"),
        (n.text, "编号 20240101 00012345 6789", "编号 20240101 00012345 6789", None),
        (n.text, f"{number(3)[:6]} {number(3)[6:14]} {number(3)[14:]}", "[number removed]", "number_removed"),
        (n.text, "甲\x1e乙", "甲 乙", None),
        (n.firm_name, f"样例丙({number(3)})", None, "number_in_name"),
        (n.human_name, "\u200b", None, None),
        (n.document, number(3), None, "number_in_name"),
        (n.document, "JY13501000000012", "JY13501000000012", None),
        (n.choice({"货币": "cash"}, open_ended=True), f"货物{number(3)}", "货物[number removed]", "unknown_code"),
    ],
)
def test_texts_keep_no_identity_number(parser: n.Parser, cell: str, value: str | None, said: str | None) -> None:
    column = read(parser, cell)
    assert column.values == [value] and (column.problems | column.notes).get(0) == said


def test_a_month_that_may_be_october_keeps_both() -> None:
    """A spreadsheet's number 1985.10 is shown, and saved as CSV, as 1985.1."""
    column = read(n.date(), "1985.1")
    assert column.bounds == {0: (5479, 5782)} and column.notes == {0: "month_ambiguous"}


@pytest.mark.parametrize("cell", ["9999年", "9999-12", "9999-12-31"])
def test_the_year_9999_is_no_end(cell: str) -> None:
    assert read(n.date(end=True), cell) == n.Column([None])


def test_a_document_of_another_country_is_kept_as_a_hash_of_scheme_and_number() -> None:
    cells = ["GBR-PASSPORT:925 665 416", "GBR-PASSPORT:925665416", "FRA-PASSPORT:925665416", f"CHN-IDCARD:{number(1)}"]
    column = n.identity_number([*cells, number(1)], CONTEXT)
    assert column.problems == {}
    first, again, french, resident, plain = column.values
    assert first == again and first.number_hash != french.number_hash and resident == plain
    assert (first.document_type, first.last_four, first.birth_year) == ("GBR-PASSPORT", "5416", None)
    assert "925665" not in repr(column.values)


@pytest.mark.parametrize(
    "cell", ["GBR-LIBRARYCARD:925665416", "PASSPORT:925665416", "GBR-PASSPORT:", "GBR-PASSPORT:- -"]
)
def test_what_proves_nobody_is_no_document(cell: str) -> None:
    assert read(n.identity_number, cell).problems == {0: "number_form"}
