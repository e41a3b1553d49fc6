"""Sweeps: what is proposed, that somebody else approves, and that only what was approved goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from graph.errors import UsageError
from graph.store import Slice
from loaders.local_catalogue import LocalCatalogue
from loaders.source import sources
from loaders.sweep import apply, approve, report
from tests.conftest import Office, firm, uscc

TODAY = dt.date(2026, 11, 23)
SUBJECT = {"企业名称": "云津样例1商贸有限公司", "统一社会信用代码": uscc(1)}


def deliver(desk: Office) -> None:
    """Two offices report one breach; one breach ends before it began; one complaint is past its three years."""
    breach = SUBJECT | {"文号": "采2", "失信类别": "政府采购", "认定日期": "2026-02-10", "处理期限至": "2027-02-09"}
    other = breach | {"文号": "采3", "处理期限至": "2026-01-09"}
    desk.deliver("registrations", [firm(1)], "2026-01-31")
    desk.deliver("contract_breaches", [breach | {"认定单位": "云津市财政局"}], "2026-03-31")
    rows = [breach | {"认定单位": "云津市公共资源交易中心"}, other | {"认定单位": "云津市财政局"}]
    desk.deliver("contract_breaches", rows, "2026-04-30")
    desk.deliver("complaints", [SUBJECT | {"投诉编号": "旧", "登记日期": "2023-01-05"}], "2026-04-30")


def test_propose_approve_apply(office: Office) -> None:
    store, keys = office.store, office.keys
    deliver(office)
    number, items = report(store, TODAY, "甲")
    assert [(i.kind, i.label) for i in items] == [
        ("duplicate", "ContractBreach"),
        ("invalid", "ContractBreach"),
        ("past_retention", "Complaint"),
    ]
    assert items[0].other and items[1].other is None
    with pytest.raises(UsageError, match="is proposed"):
        apply(store, number, "甲", TODAY, keys)
    with pytest.raises(UsageError, match="甲 proposed"):
        approve(store, number, [], "甲", TODAY)
    with pytest.raises(UsageError, match="no kind"):
        approve(store, number, ["everything"], "乙", TODAY)
    assert approve(store, number, ["duplicate", "invalid"], "乙", TODAY) == 2
    assert apply(store, number, "丙", TODAY, keys) == 2
    left = store.columns("ContractBreach", ["authority", "document_number"], Slice(9))
    assert (left["authority"].tolist(), left["document_number"].tolist()) == (["云津市财政局"], ["采2"])
    assert len(store.columns("Complaint", ["owner"], Slice(9))["owner"]) == 1, "not approved"
    with pytest.raises(UsageError, match="is applied"):
        apply(store, number, "丙", TODAY, keys)
    assert [i.kind for i in report(store, TODAY, "甲")[1]] == ["past_retention"]
    ended = replace(sources()["contract_breaches"].catalogue, valid_to=dt.date(2026, 10, 1))
    city = LocalCatalogue("样例市", {"contract_breaches": ended})
    assert [i.kind for i in report(store, TODAY, "甲", city)[1]] == ["past_retention", "retired"]
    with pytest.raises(UsageError, match="no sweep 7"):
        approve(store, 7, [], "乙", TODAY)
