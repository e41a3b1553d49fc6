"""Declared control: which relationship each kind of tie becomes."""

from __future__ import annotations

import pytest

from graph.identity import coded_id, nid
from graph.store import Slice
from tests.conftest import SAMPLE, Office

HEADER = "统一社会信用代码,企业名称,控制人名称,控制人类型,控制人统一社会信用代码,控制人证件号码,关系类型,控制依据,一致行动人名称,一致行动人统一社会信用代码,一致行动人证件号码,起始日期,终止日期\n"
FIRM, HOLDING = nid(coded_id("CN-USCC", SAMPLE["uscc0"])), nid(coded_id("CN-USCC", SAMPLE["uscc2"]))


def row(
    tie: str, *, code: str = "", number: str = "", kind: str = "自然人", basis: str = "", partner: str = ",,"
) -> str:
    return f"{SAMPLE['uscc0']},云津样例商贸有限公司,样例甲,{kind},{code},{number},{tie},{basis},{partner},2020-03-01,2024-03-01\n"


@pytest.mark.parametrize(
    ("tie", "table", "values"),
    [
        ("实际控制", "CONTROLS", {"basis": "agreement", "joint": 0}),
        ("共同控制", "CONTROLS", {"basis": "agreement", "joint": 1}),
        ("执行事务合伙人", "EXECUTIVE_PARTNER_OF", {}),
        ("董事任免权", "APPOINTS_BOARD_OF", {}),
    ],
)
def test_a_tie_becomes_its_relationship(desk: Office, tie: str, table: str, values: dict[str, object]) -> None:
    desk.deliver("control_declarations", HEADER + row(tie, number=SAMPLE["id0"], basis="协议"))
    person = nid(coded_id("CN-ID", desk.keys.digest(SAMPLE["id0"])))
    found = desk.store.columns(table, ["owner", "end", "valid_from", "valid_to", *values], Slice(1))
    assert {n: c.tolist() for n, c in found.items()} == {
        "owner": [person],
        "end": [FIRM],
        "valid_from": [18_322],
        "valid_to": [19_783],
    } | {n: [v] for n, v in values.items()}
    others = {"CONTROLS", "EXECUTIVE_PARTNER_OF", "APPOINTS_BOARD_OF", "ACTS_IN_CONCERT_WITH"} - {table}
    assert not any(len(desk.store.columns(t, ["owner"], Slice(1))["owner"]) for t in others)


def test_acting_in_concert_ties_the_parties_and_says_for_which_firm(desk: Office) -> None:
    partner = f"云津样例控股有限公司,{SAMPLE['uscc2']},"
    desk.deliver("control_declarations", HEADER + row("一致行动", number=SAMPLE["id0"], partner=partner))
    found = desk.store.columns("ACTS_IN_CONCERT_WITH", ["owner", "end", "concerning"], Slice(1))
    person = nid(coded_id("CN-ID", desk.keys.digest(SAMPLE["id0"])))
    assert [c.tolist() for c in found.values()] == [[person], [HOLDING], [coded_id("CN-USCC", SAMPLE["uscc0"])]]
    assert not len(desk.store.columns("CONTROLS", ["owner"], Slice(1))["owner"])


def test_controllers_of_one_name_without_a_number_stay_apart_by_firm(desk: Office) -> None:
    other = row("实际控制").replace(SAMPLE["uscc0"], SAMPLE["uscc1"])
    desk.deliver("control_declarations", HEADER + row("实际控制") + other)
    owners = desk.store.columns("CONTROLS", ["owner"], Slice(1))["owner"].tolist()
    assert len(set(owners)) == 2


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row("一致行动", number=SAMPLE["id0"]), "concert_partner"),
        (row("实际控制", number=SAMPLE["id0"], partner="某人,,"), "concert_partner"),
        (row("实际控制", code=SAMPLE["uscc2"]), "holder_kind_contradicts"),
        (row("实际控制", number=SAMPLE["id0"], kind="企业"), "holder_kind_contradicts"),
        (row("喜欢"), "choice"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(desk: Office, bad: str, code: str) -> None:
    batch = desk.deliver("control_declarations", HEADER + row("实际控制") + bad)
    assert (batch.totals["loaded"], batch.totals["rejected"]) == (1, 1)
    assert [q["code"] for q in desk.store.ledger("quarantine")] == [code]
