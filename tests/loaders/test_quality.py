"""The quality report on hand-made deliveries, with numbers that can be counted by eye."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from graph.store import GraphStore
from graph.time import Moment
from graph.unload import unload
from loaders.local_catalogue import LocalCatalogue
from loaders.quality.known import Table
from loaders.quality.report import quality, source_quality
from loaders.source import CatalogueEntry, sources
from tests.conftest import SAMPLE, Office, firm, number, penalty, uscc

SHIPPED = LocalCatalogue()


def report(store: GraphStore, day: str, months: int = 3, catalogue: LocalCatalogue = SHIPPED) -> dict[str, Table]:
    return quality(store, Moment.on(dt.date.fromisoformat(day)), catalogue, months)


def lines(table: Table) -> dict[Any, dict[str, Any]]:
    """Rows by what they are about."""
    return {
        row[0] if table.keys == 1 else row[: table.keys]: dict(zip(table.columns, row, strict=True))
        for row in table.rows
    }


def test_totals_add_up_and_every_reason_names_its_first_row(desk: Office) -> None:
    by_name = penalty(3, "罚3号", "2026-09-03", 行政相对人代码="")
    rows = [penalty(1, "罚1号", "2026-09-01"), penalty(1, "罚1号", "2026-09-01"), by_name]
    desk.deliver(
        "penalties", [*rows, penalty(2, "罚2号", "2026-02-30"), penalty(2, "罚4号", "2026-13-01")], "2026-09-30"
    )
    desk.deliver("penalties", [*rows, penalty(2, "罚2号", "2026-09-02")], "2026-10-31")
    said = report(desk.store, "2026-11-01")
    mine, total = lines(said["deliveries"])["penalties"], lines(said["deliveries"])["total"]
    assert [mine[n] for n in ("files", "read", "loaded", "unchanged", "rejected", "duplicate")] == [2, 9, 3, 2, 2, 2]
    assert mine["rejected_share"] == pytest.approx(2 / 9) and mine["unattached"] == 1
    assert total["read"] == mine["read"] and total["unattached"] == 1
    assert said["reasons"].rows == [("penalties", "date_invalid", 2, 1, 5)]
    assert lines(said["findings"])["penalties", "unattached"]["count"] == 2, "once a file"


def test_late_is_after_seven_working_days_and_the_first_delivery_is_a_stock(office: Office) -> None:
    """National holiday 1 to 7 October 2026, Saturday the 10th worked: 28 September plus seven is 13 October."""
    office.deliver("penalties", [penalty(1, "罚0号", "2025-01-10")], "2026-09-01")
    later = [
        penalty(1, "罚1号", "2026-09-28"),
        penalty(2, "罚2号", "2026-09-25"),
        penalty(3, "罚3号", "2026-10-12", 处罚机关="云津市应急管理局"),
    ]
    office.deliver("penalties", later, "2026-10-13")
    office.deliver("penalties", [penalty(1, "罚1号", "2026-09-28", 违法事实="更正")], "2026-10-31")
    said = report(office.store, "2026-11-01")
    assert lines(said["timeliness"])["penalties"] == {
        "source": "penalties",
        "limit": 7,
        "records": 3,
        "late": 1,
        "late_share": pytest.approx(1 / 3),
        "median_lag": 7.0,
        "greatest_lag": 8,
    }, "a correction does not make a record late"
    assert said["authorities"].rows == [
        ("penalties", "云津市市场监督管理局", 2, 1, 0.5, 7.5, 8),
        ("penalties", "云津市应急管理局", 1, 0, 0.0, 1.0, 1),
    ]
    behind = source_quality(office.store, Moment.on(dt.date(2026, 11, 1)), SHIPPED, "penalties")["latest"]
    assert [row[1:] for row in behind.rows] == [("2026-09-25", 2, 8)]
    strict = LocalCatalogue(entries={"penalties": _with(timeliness_days=0)})
    assert lines(report(office.store, "2026-11-01", catalogue=strict)["timeliness"])["penalties"]["late"] == 3


def _with(**changed: Any) -> CatalogueEntry:
    return replace(sources()["penalties"].catalogue, **changed)


def test_who_is_behind_the_period_and_who_never_delivered(desk: Office) -> None:
    """Registrations are due every 31 days."""
    desk.deliver("registrations", [firm(1)], "2026-09-30", full=True)

    def state(day: str, catalogue: LocalCatalogue = SHIPPED) -> tuple[Any, ...]:
        line = lines(report(desk.store, day, catalogue=catalogue)["deliveries"])["registrations"]
        return line["dated"], line["state"], line["overdue_days"]

    assert state("2026-10-31") == ("2026-09-30", "current", 0)
    assert state("2026-11-05") == ("2026-09-30", "overdue", 5)
    assert state("2026-09-01") == (None, "never", None)
    assert state("2026-11-05", LocalCatalogue(entries={"registrations": None}))[1] == "not_in_catalogue"
    expired = LocalCatalogue(entries={"registrations": _with(valid_to=dt.date(2026, 11, 1))})
    assert state("2026-11-05", expired)[1] == "retired"


def bad_codes(desk: Office) -> None:
    """Of eight living firms 1 has two names, 2 and 3 one name, 6 another name in penalties; 5 fails its check."""
    name = firm(2)["企业名称"]
    register = [
        *(firm(i) for i in (1, 2, 4, 6)),
        firm(1, 企业名称="云津另名商贸有限公司"),
        firm(3, 企业名称=name),
        firm(5, 统一社会信用代码=uscc(5)[:-1] + ("1" if uscc(5)[-1] != "1" else "2")),
        firm(7, 登记状态="注销"),
        firm(8, 企业名称=firm(7)["企业名称"]),
        *(firm(i, 统一社会信用代码=uscc(i, "2"), 企业名称="云津样例小吃店", 企业类型="个体工商户") for i in (9, 10)),
    ]
    desk.deliver("registrations", register, "2026-09-30", full=True)
    other = {"行政相对人名称": "云津旁名商贸有限公司"}
    desk.deliver(
        "penalties",
        [penalty(1, "罚1号", "2026-09-01", **other), penalty(6, "罚2号", "2026-09-01", **other)],
        "2026-09-30",
    )


def test_the_code_error_rate_has_four_components_and_counts_a_firm_once(office: Office) -> None:
    bad_codes(office)
    said = report(office.store, "2026-10-01")
    codes = lines(said["codes"])
    assert {name: line["count"] for name, line in codes.items()} == {
        "several_names": 1,
        "several_codes": 2,
        "name_mismatch": 2,
        "check_failed": 1,
        "total": 5,
        "living": 8,
        "per_10_000": 6250.0,
    }
    assert codes["several_names"]["examples"] == f"CN-USCC:{uscc(1)}" and codes["check_failed"]["examples"] == "1:8"
    assert set(codes["several_codes"]["examples"].split(", ")) == {f"CN-USCC:{uscc(i)}" for i in (2, 3)}
    assert codes["per_10_000"]["examples"] == "over_limit"
    assert lines(said["mismatches"])["penalties"]["subjects"] == 2
    assert ("registrations", "code_two_names") in lines(said["findings"])


def test_a_former_name_is_a_name_and_the_trend_shows_what_was_mended(office: Office) -> None:
    bad_codes(office)
    before = report(office.store, "2026-10-20")
    mended = [*(firm(i) for i in (1, 2, 3, 5, 6, 7, 8)), firm(4, 企业名称="云津新名商贸有限公司")]
    office.deliver("registrations", mended, "2026-10-31", full=True)
    former = penalty(4, "罚9号", "2026-10-30", 行政相对人名称=firm(4)["企业名称"])
    office.deliver("penalties", [former, penalty(5, "罚8号", "2026-10-02")], "2026-10-31")
    said = report(office.store, "2026-11-01")
    counts = {name: line["count"] for name, line in lines(said["codes"]).items()}
    assert (counts["several_names"], counts["several_codes"], counts["check_failed"]) == (0, 0, 0)
    assert (counts["name_mismatch"], counts["living"]) == (2, 8), "7 lives again, 9 and 10 are gone"
    months = lines(said["history"])
    assert list(months) == ["2026-09", "2026-10", "2026-11"]
    assert (months["2026-09"]["code_errors"], months["2026-10"]["code_errors"]) == (6250.0, 2500.0)
    assert (months["2026-10"]["trend_codes"], months["2026-10"]["trend"], months["2026-11"]["trend_codes"]) == (
        "↓",
        "↓",
        "→",
    )
    assert months["2026-09"]["rejected_share"] == pytest.approx(1 / 13) and months["2026-10"]["rows"] == 10
    assert (months["2026-09"]["late_share"], months["2026-10"]["late_share"]) == (None, 0.5)
    assert report(office.store, "2026-10-20") == before, "known then is what was known then"


def test_coverage_of_living_companies(office: Office) -> None:
    office.deliver(
        "registrations",
        [firm(1), firm(2, 行业代码=""), firm(3, 住所=""), firm(4), firm(9, 登记状态="吊销")],
        "2026-10-01",
        full=True,
    )
    post = {"姓名": "张伟", "职务": "法定代表人", "任职日期": "2020-01-01"}
    people = [{"统一社会信用代码": uscc(i), "证件号码": number(i), **post} for i in (1, 2, 9)]
    office.deliver("legal_representatives", people, "2026-10-01")
    holder = {"股东名称": "张伟", "股东类型": "自然人", "股东证件号码": number(1), "持股比例": "100%"}
    office.deliver("shareholders", [{"统一社会信用代码": uscc(1), **holder}], "2026-10-01")
    office.deliver("penalties", [penalty(1, "罚1号", "2026-09-01"), penalty(8, "罚2号", "2026-09-01")], "2026-10-01")
    said = report(office.store, "2026-10-02")
    assert {name: (line["companies"], line["share"]) for name, line in lines(said["coverage"]).items()} == {
        "registration": (4, 0.8),
        "legal_representative": (2, 0.5),
        "holders": (1, 0.25),
        "address": (3, 0.75),
        "industry": (3, 0.75),
    }
    covered = {name: line["covered"] for name, line in lines(said["deliveries"]).items() if line["covered"]}
    assert covered == {"legal_representatives": 0.5, "shareholders": 0.25, "penalties": 0.25, "registrations": 1.0}


def test_what_was_taken_back_or_corrected_counts_no_more(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)], "2026-09-30", full=True)
    desk.deliver("penalties", [penalty(1, "罚1号", "2026-09-01"), penalty(1, "罚2号", "2026-02-30")], "2026-09-30")
    desk.deliver("complaints", sources()["complaints"].sample.format(**SAMPLE), "2026-09-30")
    unload(desk.store, 2, dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    said = report(desk.store, "2026-10-02")
    assert lines(said["deliveries"])["penalties"]["files"] == 0 and said["reasons"].rows == []
    assert lines(said["deliveries"])["penalties"]["unattached"] == 0


def test_an_empty_store_has_a_report(desk: Office) -> None:
    said = report(desk.store, "2026-10-02")
    assert lines(said["codes"])["per_10_000"]["count"] is None
    assert {line["state"] for name, line in lines(said["deliveries"]).items() if name != "total"} == {"never"}
    assert source_quality(desk.store, Moment.on(dt.date(2026, 10, 2)), SHIPPED, "penalties")["latest"].rows == []


def test_no_person_is_named(desk: Office) -> None:
    people = [{"统一社会信用代码": uscc(1), "姓名": n, "职务": "监事", "证件号码": number(1)} for n in ("张伟", "王芳")]
    desk.deliver("legal_representatives", people, "2026-10-01")
    desk.deliver(
        "legal_representatives", [{**people[0], "姓名": "赵敏", "证件号码": number(1)[:-1] + "9"}], "2026-10-02"
    )
    told = str(report(desk.store, "2026-10-03")) + str(
        source_quality(desk.store, Moment.on(dt.date(2026, 10, 3)), SHIPPED, "legal_representatives")
    )
    assert "number_two_names" in told and "number_check" in told
    assert not any(word in told for word in ("张伟", "王芳", "赵敏", number(1)))
