"""What a picture shows: a firm's surroundings without what lies behind a hub.

firm 1 --filed by--> agent 9 <--filed by-- firms 2 to 30        firm 1 <--represents-- 样例甲 --represents--> firm 2
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from graph.identity import coded_id, nid
from graph.time import Moment
from graph.view import View
from graph.visualization import surroundings, write_html
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


def test_a_share_declared_as_an_interval_is_shown_as_one(desk: Office, tmp_path: Path) -> None:
    rows = (
        "申报记录号,企业统一社会信用代码或标识,企业名称,受益人类别,受益人统一社会信用代码或标识,受益人名称,受益权益\n"
        + "".join(
            f"SY{i},{uscc(1)},云津样例1有限公司,企业,{uscc(i)},云津样例{i}有限公司,{interest}\n"
            for i, interest in enumerate(("持股 (25.5,50]", "持股 =10", '"持股 [,5]"', "表决权 =7"), 2)
        ).replace("(25.5,50]", "(25.5，50]")
    )
    desk.deliver("beneficial_ownership", rows, "2026-01-31")
    seen = View(desk.store, Moment.on(dt.date(2026, 11, 23)))
    write_html(surroundings(seen, nid(coded_id("CN-USCC", uscc(1)))), tmp_path / "p.html", "x")
    labels = set(re.findall(r'"label": "(出资/持股[^"]*)"', _plain((tmp_path / "p.html").read_text())))
    assert labels == {"出资/持股 25.5–50%", "出资/持股 10%", "出资/持股 0–5%", "出资/持股"}


def _plain(html: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), html).replace("\\/", "/")
