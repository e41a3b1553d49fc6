"""What a picture shows: a firm's surroundings without what lies behind a hub.

firm 1 --filed by--> agent 9 <--filed by-- firms 2 to 30        firm 1 <--represents-- 样例甲 --represents--> firm 2
"""

from __future__ import annotations

import datetime as dt

from graph.identity import coded_id, nid
from graph.time import Moment
from graph.view import View
from graph.visualization import surroundings
from tests.conftest import Office, firm, number, uscc


def test_a_hub_is_named_with_its_ties_and_not_followed(desk: Office) -> None:
    agent = {"登记代理机构": "云津样例代理有限公司", "代理机构统一社会信用代码": uscc(90)}
    firms = range(1, 31)
    desk.deliver("registrations", [firm(i) for i in firms], "2026-01-31")
    told = [{"统一社会信用代码": uscc(i), "企业名称": "样例", "联系电话": f"0999-80000{i:02d}", **agent} for i in firms]
    desk.deliver("contacts", told, "2026-01-31")
    post = {"姓名": "样例甲", "证件号码": number(1), "职务": "法定代表人"}
    desk.deliver("legal_representatives", [{"统一社会信用代码": uscc(i), **post} for i in (1, 2)], "2026-01-31")
    found = surroundings(View(desk.store, Moment.on(dt.date(2026, 11, 23))), nid(coded_id("CN-USCC", uscc(1))))
    hub = nid(coded_id("CN-USCC", uscc(90)))
    assert found.hubs == {hub: 30} and hub in {n.key for n in found.nodes} and not found.cut
    shown = {n.id for n in found.nodes if n.label == "Company"}
    assert shown == {coded_id("CN-USCC", uscc(i)) for i in (1, 2, 90)}
