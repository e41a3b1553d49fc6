"""The reader of statements by itself, and the writer over what other sources say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from graph.errors import FileRefused, UsageError
from graph.interchange.bods_reader import Book, interval_text, is_statement, refuse_version
from graph.interchange.bods_writer import write_statements
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from tests.conftest import SAMPLE, Office, uscc
from tests.graph.interchange.statements import (
    declared,
    entity,
    interest,
    person,
    read,
    relationship,
    schema_errors,
)

Rows = list[tuple[int, dict[str, str]]]


def rows(*statements: dict[str, Any]) -> Rows:
    numbered = list(enumerate(statements, 1))
    return list(Book(numbered).rows(numbered))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, ""),
        ({}, ""),
        ({"minimum": "", "maximum": ""}, ""),  # as in uk_04152338
        ({"exact": 0}, "=0"),
        ({"exact": 33.3, "minimum": 25}, "=33.3"),
        ({"minimum": 25, "maximum": 50}, "[25,50]"),
        ({"exclusiveMinimum": 25, "maximum": 50.0}, "(25,50.0]"),
        ({"minimum": 75, "exclusiveMaximum": 100}, "[75,100)"),
        ({"minimum": 75}, "[75,]"),
        ({"exclusiveMaximum": 5}, "[,5)"),
    ],
)
def test_a_share_as_an_interval(share: Any, text: str) -> None:
    assert interval_text(share) == text


def test_interests_held_alike_are_one_row_of_each_type_one() -> None:
    """Two dates: two rows. The same type twice at one time: two rows, whatever the order in the statement."""
    found = [
        interest("shareholding", {"exact": 10}, startDate="2020-01-01"),
        interest("votingRights", {"exact": 20}, startDate="2020-01-01"),
        interest("shareholding", {"exact": 5}, startDate="2020-01-01"),
        interest("shareholding", {"exact": 30}, startDate="2021-01-01"),
    ]
    firms = (entity("e", ("GB-COH", "1")), entity("h", ("GB-COH", "2")))
    expected = [
        ("Register of Nowhere:r", "2020-01-01", "shareholding =10; votingRights =20"),
        ("Register of Nowhere:r#2", "2020-01-01", "shareholding =5"),
        ("Register of Nowhere:r#3", "2021-01-01", "shareholding =30"),
    ]
    for order in (found, found[::-1]):
        mine = [r for n, r in rows(*firms, relationship("r", "e", "h", *order)) if n == 3]
        assert [(r["record"], r["valid_from"], r["interests"]) for r in mine] == expected
        assert {r["party_code"] for r in mine} == {"GB-COH:2"}


def test_a_relationship_may_come_before_its_parties_and_refer_to_statements() -> None:
    """As in uk_04152338: by statement, not by record."""
    e, p = entity("e", ("GB-COH", "1")), person("p")
    ends = ({"describedByEntityStatement": e["statementId"]}, {"describedByPersonStatement": p["statementId"]})
    (_, first), *_ = rows(relationship("r", *ends, interest()), e, p)
    assert (first["subject_code"], first["party_record"]) == ("GB-COH:1", "Register of Nowhere:p")
    assert "party_name" not in first and "fault" not in first


def test_a_replaced_statement_is_an_empty_row() -> None:
    new = entity("e", details={"name": "New"}, statementDate="2026-10-02")
    assert [r.get("subject_name") for _, r in rows(new, entity("e"))] == ["New", None]
    assert next(r for _, r in rows(entity("e"), entity("e"))) == {}, "of one day the later in the file counts"


def test_what_is_no_statement_and_what_is_of_another_version() -> None:
    assert is_statement(entity("e")) and not is_statement({"statementId": "1"}) and not is_statement({})
    refuse_version("a.json", entity("e"))
    with pytest.raises(FileRefused, match=r"a.json: statements of BODS 0.3"):
        refuse_version("a.json", {"statementID": "1", "publicationDetails": {"bodsVersion": "0.3"}})


def office(desk: Office) -> View:
    """Shares of the register, and declared control, as departments send them."""
    shares = (
        "统一社会信用代码,企业名称,股东名称,股东类型,股东统一社会信用代码,股东证件号码,持股比例,取得日期\n"
        "{uscc0},云津样例商贸有限公司,样例甲,自然人,,{id0},60%,2015-03-02\n"
        "{uscc0},云津样例商贸有限公司,云津样例控股有限公司,企业法人,{uscc2},,40%,2015-03-02\n"
    )
    control = (
        "统一社会信用代码,企业名称,控制人名称,控制人类型,控制人统一社会信用代码,控制人证件号码,关系类型,控制依据,一致行动人名称,一致行动人统一社会信用代码,起始日期,终止日期\n"
        "{uscc0},云津样例商贸有限公司,样例甲,自然人,,{id0},共同控制,协议,,,2020-03-01,\n"
        "{uscc0},云津样例商贸有限公司,样例甲,自然人,,{id0},一致行动,,云津样例控股有限公司,{uscc2},2020-03-01,\n"
        "{uscc0},云津样例商贸有限公司,云津样例控股有限公司,企业,{uscc2},,董事任免权,,,,2020-03-01,2024-03-01\n"
    )
    desk.deliver("shareholders", shares.format(**SAMPLE))
    desk.deliver("control_declarations", control.format(**SAMPLE))
    firm = "统一社会信用代码,企业名称,成立日期,企业类型,登记状态\n" + "".join(
        f"{uscc(i)},云津样例{i}有限公司,2012-03-02,有限责任公司,存续\n" for i in (1, 3)
    )
    desk.deliver("registrations", firm)
    return view(desk)


def view(desk: Office) -> View:
    return View(desk.store, Moment.on(dt.date(2026, 11, 23)), Use.SHARE)


def test_what_the_register_and_declarations_say_is_written(desk: Office, tmp_path: Path) -> None:
    counts = write_statements(office(desk), tmp_path / "all", people=True, publisher="Office", history=True)
    out = read(tmp_path / "all" / "statements.jsonl")
    assert schema_errors(out, tmp_path) == []
    assert counts == {"entity": 2, "person": 1, "relationship": 4}
    assert [s["recordType"] for s in out] == ["entity"] * 2 + ["person"] + ["relationship"] * 4
    found = sorted(
        (party[0], kind, bounds[4], dates) for (_, party, kind, bounds, dates, _), _ in declared(out).items()
    )
    assert found == [
        ("entity", "appointmentOfBoard", None, ("2020-03-01", "2024-03-01")),
        ("entity", "shareholding", 40, ("2015-03-02", None)),
        ("person", "otherInfluenceOrControl", None, ("2020-03-01", None)),
        ("person", "shareholding", 60, ("2015-03-02", None)),
    ]
    details = [
        i.get("details") for s in out if s["recordType"] == "relationship" for i in s["recordDetails"]["interests"]
    ]
    assert "joint control, agreement" in details
    first = out[0]["recordDetails"]
    assert first["identifiers"][0]["scheme"] == "CN-USCC" and first["jurisdiction"]["code"] == "CN"
    assert first["foundingDate"] == "2012-03-02"


def test_people_and_what_has_ended_are_left_out_unless_asked_for(desk: Office, tmp_path: Path) -> None:
    counts = write_statements(office(desk), tmp_path / "firms", people=False, publisher="Office")
    text = (tmp_path / "firms" / "statements.jsonl").read_text("utf-8")
    assert counts == {"entity": 2, "person": 0, "relationship": 1}
    assert "样例甲" not in text and SAMPLE["id0"] not in text
    with pytest.raises(UsageError, match="not empty"):
        write_statements(view(desk), tmp_path / "firms", people=False, publisher="Office")


def test_a_person_is_written_without_number_hash_or_digits_of_it(desk: Office, tmp_path: Path) -> None:
    write_statements(office(desk), tmp_path / "all", people=True, publisher="Office")
    text = (tmp_path / "all" / "statements.jsonl").read_text("utf-8")
    digest = desk.keys.digest(SAMPLE["id0"])
    assert "样例甲" in text and '"birthDate": "1985"' in text
    assert not any(secret in text for secret in (digest, SAMPLE["id0"], SAMPLE["id0"][-4:] + '"', "0312"))


def test_an_empty_store_gives_an_empty_file(desk: Office, tmp_path: Path) -> None:
    counts = write_statements(view(desk), tmp_path / "none", people=True, publisher="Office")
    assert sum(counts.values()) == 0 and (tmp_path / "none" / "statements.jsonl").read_text() == ""
