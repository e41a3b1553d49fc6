"""Related parties, restricted people and shells from both stores: the same answers, with both clocks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from analytics.aspects.reading import read_inputs
from analytics.indicators.baseline import store_baseline
from analytics.related_parties.answers import relations_among, window
from analytics.restrictions.befallen import inputs_with_texts
from analytics.restrictions.restricted import restricted
from analytics.shell.review import inputs_for, suspicions
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from tests.conftest import Office, firm, number, uscc

TODAY = dt.date(2026, 11, 23)


def deliver(desk: Office) -> None:
    """Person 1 holds 60 % of firm 1 until November, 55 % of firm 2; represented firm 3, revoked, and now firm 4."""
    rows = [firm(1), firm(2), firm(3, 登记状态="吊销", 核准日期="2025-05-10"), firm(4)]
    desk.deliver("registrations", rows, "2026-10-31")
    holdings = [
        {
            "统一社会信用代码": uscc(serial),
            "股东名称": "样例甲",
            "股东类型": "自然人",
            "股东证件号码": number(1),
            "持股比例": share,
            "取得日期": "2021-06-01",
            "退出日期": until,
        }
        for serial, share, until in ((1, "60%", "2026-11-10"), (2, "55%", ""))
    ]
    posts = [
        {
            "统一社会信用代码": uscc(serial),
            "姓名": "样例甲",
            "证件号码": number(1),
            "职务": "法定代表人",
            "任职日期": since,
        }
        for serial, since in ((3, "2020-01-01"), (4, "2026-01-15"))
    ]
    desk.deliver("legal_representatives", posts, "2026-10-31")
    desk.deliver("shareholders", holdings, "2026-11-20")


def answers(desk: Office) -> list[Any]:
    keys = [nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2)]
    then, before = dt.date(2026, 11, 1), Moment(dt.date(2026, 11, 1), dt.date(2026, 11, 1), TODAY)
    moments = (Moment.on(TODAY), Moment(then, TODAY, TODAY), before)
    out: list[Any] = [relations_among(window(desk.store, at), at.as_of_day, keys) for at in moments]
    graph = GraphProjection.from_store(desk.store, Moment.on(TODAY), Use.ALERT)
    barred = restricted(inputs_with_texts(desk.store, graph))
    out.append([c.tolist() for c in (barred.person, barred.firm, barred.key, barred.until)])
    baseline = store_baseline(desk.store, "b", read_inputs(desk.store, graph))
    found = suspicions(inputs_for(desk.store, graph, baseline))
    out.append([graph.nodes[found.node].tolist(), found.seen.tolist(), found.probability.tolist()])
    return out


def test_both_stores_answer_alike(office: Office, keys: KeyRing, tmp_path: Path) -> None:
    deliver(office)
    mine = answers(office)
    with open_store("sqlite://") as other:
        desk = Office(other, keys, tmp_path)
        deliver(desk)
        assert mine == answers(desk)
    now, then, as_known_then = ({(r.rule, r.listed) for r in a.relations} for a in mine[:3])
    assert now == {("EX-PERSON", True)}, "within twelve months he held both"
    assert ("CAS36-4-10", False) in then
    assert as_known_then == set(), "the holdings came on the twentieth"
    assert len(mine[3][0]) == 1
