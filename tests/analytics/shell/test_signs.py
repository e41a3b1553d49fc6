"""Each sign where it fires and where it is silent; exemptions; labels."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.decisions import Decision, Kind, decide
from analytics.indicators.baseline import Baseline
from analytics.indicators.texts import items, stems, usual_scope
from analytics.ownership.holdings import state_bodies
from analytics.shell.pack import shell_pack_on
from analytics.shell.proposals import proposals
from analytics.shell.review import Suspicions, inputs_for, labels_of, signs_of, suspicions
from analytics.shell.signs import SIGNS, in_burst
from graph.identity import coded_id, nid, organisation_check_character, uscc_check_character
from graph.projection import GraphProjection
from graph.time import Moment, to_day
from graph.usable import Use
from tests.conftest import Office, firm, number, uscc

TODAY = dt.date(2026, 11, 23)
DAY = "2026-11-20"
BASELINE = Baseline(
    "case", {}, {"addresses": {"": 3.0}, "contacts": {"": 1.0}, "posts": {"": 2.0}, "agents": {"": 20.0}, "scopes": 4.0}
)


def found(desk: Office, baseline: Baseline | None = BASELINE) -> tuple[GraphProjection, Suspicions]:
    graph = GraphProjection.from_store(desk.store, Moment.on(TODAY), Use.ALERT)
    return graph, suspicions(inputs_for(desk.store, graph, baseline), labels_of(desk.store, graph, TODAY))


def signs(desk: Office, serial: int = 1, baseline: Baseline | None = BASELINE) -> set[str]:
    graph, result = found(desk, baseline)
    at = np.flatnonzero(graph.nodes[result.node] == nid(coded_id("CN-USCC", uscc(serial))))
    assert len(at) == 1, "not in the population"
    return {s["sign"] for s in signs_of(result, int(at[0]))}


def post(serial: int, person: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(serial),
        "姓名": f"样例{'甲乙丙丁戊己庚辛壬癸'[person - 1]}",
        "证件号码": number(person),
        "职务": "法定代表人",
    } | more


def holder(serial: int, person: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(serial),
        "股东名称": "样例甲",
        "股东类型": "自然人",
        "股东证件号码": number(person),
        "持股比例": "100%",
        "认缴出资额": "500",
        "实缴出资额": "0",
    } | more


def contact(serial: int, telephone: str, **more: Any) -> dict[str, Any]:
    row = {"统一社会信用代码": uscc(serial), "企业名称": f"云津样例{serial}商贸有限公司", "联系电话": telephone}
    return row | more


def report(serial: int, insured: int) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(serial),
        "企业名称": f"云津样例{serial}商贸有限公司",
        "报告年度": "2025",
        "报送日期": "2026-03-01",
        "从业人数": str(insured),
        "参保人数": str(insured),
    }


def in_one_room(
    count: int, day: str = "2025-05-{:02d}", room: str = "云津市临江区样例路9号301室"
) -> list[dict[str, Any]]:
    return [firm(i, 住所=room, 成立日期=day.format(i), 行业代码="L72") for i in range(1, count + 1)]


def test_a_batch_in_one_room_is_crowded_and_a_burst(desk: Office) -> None:
    desk.deliver("registrations", in_one_room(12), DAY)
    assert {"crowded_room", "address_burst"} <= signs(desk)


def test_a_room_that_filled_over_years_is_no_burst(desk: Office) -> None:
    desk.deliver("registrations", in_one_room(12, "20{:02d}-05-01"), DAY)
    assert not {"crowded_room", "address_burst"} & signs(desk)


@pytest.mark.parametrize("kind", ["托管", "集群", "孵化"])
def test_hosted_cluster_and_incubator_addresses_make_no_sign(desk: Office, kind: str) -> None:
    desk.deliver("registrations", in_one_room(12), DAY)
    row = {"登记地址": "云津市临江区样例路9号301室", "地址类型": kind, "启用日期": "2020-01-01"}
    desk.deliver("hosted_addresses", [row], DAY, full=True)
    assert not {"crowded_room", "address_burst"} & signs(desk)


def test_a_shared_telephone_and_the_agents(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 8)], DAY)
    agent = {"登记代理机构": "云津样例7商贸有限公司", "代理机构统一社会信用代码": uscc(7)}
    rows = [contact(i, "0999-8000001") for i in (1, 2, 3, 4)] + [
        contact(5, "0999-8000002", **agent),
        contact(7, "0999-8000002"),
    ]
    desk.deliver("contacts", [*rows, contact(6, "0999-8000003", **agent)], DAY)
    assert "shared_contact" in signs(desk, 1) and "agents_contact" not in signs(desk, 1)
    assert "agents_contact" in signs(desk, 5) and "shared_contact" not in signs(desk, 5)
    assert not {"agents_contact", "shared_contact"} & signs(desk, 6)


def test_unreachable_and_otherwise_abnormal(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2), firm(3)], DAY)

    def entry(serial: int, reason: str) -> dict[str, Any]:
        return {
            "企业名称": f"云津样例{serial}商贸有限公司",
            "统一社会信用代码": uscc(serial),
            "列入经营异常名录原因": reason,
            "列入日期": "2026-09-01",
            "作出决定机关": "某局",
        }

    desk.deliver("abnormal_operations", [entry(1, "无法联系"), entry(2, "未公示年度报告")], DAY, full=True)
    assert "unreachable" in signs(desk, 1) and "abnormal" not in signs(desk, 1)
    assert "abnormal" in signs(desk, 2) and "unreachable" not in signs(desk, 2)
    assert not {"abnormal", "unreachable"} & signs(desk, 3)


def test_posts_and_stars(desk: Office) -> None:
    # person 1 represents firms 1 to 6, which have nobody else; person 2 firm 7
    desk.deliver("registrations", [firm(i) for i in range(1, 8)], DAY)
    desk.deliver("legal_representatives", [*(post(i) for i in range(1, 7)), post(7, 2)], DAY)
    assert {"posts", "star"} <= signs(desk)
    assert not {"posts", "star"} & signs(desk, 7)
    desk.deliver("annual_reports", [report(i, 3) for i in range(1, 8)], DAY)
    assert "star" not in signs(desk) and "posts" in signs(desk), "they employ people"


def test_passed_on_within_months_to_somebody_new(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 成立日期="2025-05-01"), firm(2, 成立日期="2025-05-01"), firm(3)], DAY)
    rows = [
        post(1, 1, 任职日期="2025-05-01", 免职日期="2025-08-01"),
        post(1, 2, 任职日期="2025-08-01"),
        post(2, 3, 任职日期="2025-05-01", 免职日期="2026-08-01"),
        post(2, 4, 任职日期="2026-08-01"),
        post(3, 5),
    ]
    desk.deliver("legal_representatives", rows, DAY)
    assert "passed_on" in signs(desk, 1)
    assert "passed_on" not in signs(desk, 2), "after fifteen months"
    desk.deliver("legal_representatives", [post(3, 2, 任职日期="2026-01-01", 职务="监事")], DAY)
    assert "passed_on" not in signs(desk, 1), "the new one has another firm"


def test_disputed_identity(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2), firm(3)], DAY)
    desk.deliver("legal_representatives", [post(1), post(2), post(3, 2)], DAY)
    cancelled = {
        "企业名称": "云津样例2商贸有限公司",
        "统一社会信用代码": uscc(2),
        "撤销决定书文号": "撤1",
        "撤销原因": "冒用身份",
        "撤销日期": "2026-05-10",
        "撤销机关": "某局",
    }
    desk.deliver("revoked_registrations", [cancelled], DAY)
    assert "disputed_identity" in signs(desk, 1) and "disputed_identity" not in signs(desk, 3)


def test_staff_reports_and_money(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 注册资本="500(万元人民币)"), firm(2, 注册资本="500(万元人民币)")], DAY)
    desk.deliver("annual_reports", [report(1, 0), report(2, 5)], DAY)
    desk.deliver("shareholders", [holder(1), holder(2, 2, 股东名称="样例乙", 实缴出资额="500")], DAY)
    assert {"no_insured_staff", "nothing_paid"} <= signs(desk, 1)
    assert not {"no_insured_staff", "nothing_paid"} & signs(desk, 2)


def test_capital_jump(desk: Office) -> None:
    for day, capital in (("2025-12-31", "100"), (DAY, "1000")):
        rows = [firm(1, 注册资本=f"{capital}(万元人民币)", 核准日期=day), firm(2, 核准日期=day)]
        desk.deliver("registrations", rows, day)
    assert "capital_jump" in signs(desk, 1) and "capital_jump" not in signs(desk, 2)


def test_rings_and_chains(desk: Office) -> None:
    # 1 holds 2, 2 holds 1; 3 -> 4 -> 5 -> 6 -> 7
    desk.deliver("registrations", [firm(i) for i in range(1, 8)], DAY)

    def held(company: int, by: int) -> dict[str, Any]:
        return {
            "统一社会信用代码": uscc(company),
            "股东名称": f"云津样例{by}商贸有限公司",
            "股东类型": "企业法人",
            "股东统一社会信用代码": uscc(by),
            "持股比例": "60%",
        }

    desk.deliver("shareholders", [held(1, 2), held(2, 1), *(held(i + 1, i) for i in range(3, 7))], DAY)
    assert "ring" in signs(desk, 1) and "ring" not in signs(desk, 4)
    assert "long_chain" in signs(desk, 7) and "long_chain" not in signs(desk, 6)


def test_serial_names_and_wide_scopes(desk: Office) -> None:
    rows = [firm(i, 企业名称=f"云津样例连锁{i}号商贸有限公司", 经营范围="零售") for i in range(1, 6)]
    rows.append(firm(6, 企业名称="云津样例独立商贸有限公司", 经营范围="零售；批发；餐饮；运输；建筑；咨询"))
    desk.deliver("registrations", rows, DAY)
    assert "serial_names" in signs(desk, 1) and "wide_scope" not in signs(desk, 1)
    assert "wide_scope" in signs(desk, 6) and "serial_names" not in signs(desk, 6)


def test_a_trace_of_business(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2), firm(3, 成立日期="2026-06-01")], DAY)
    case = {
        "企业名称": "云津样例2商贸有限公司",
        "统一社会信用代码": uscc(2),
        "案号": "案1",
        "案由": "买卖合同纠纷",
        "诉讼地位": "被告",
        "裁判结果": "胜诉",
        "裁判日期": "2026-05-10",
        "审理法院": "某法院",
    }
    desk.deliver("court_cases", [case], DAY)
    assert "no_trace" in signs(desk, 1)
    assert "no_trace" not in signs(desk, 2) and "no_trace" not in signs(desk, 3)


def test_missing_reports_of_two_years(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], DAY)
    years = [report(2, 3) | {"报告年度": str(y), "报送日期": f"{y + 1}-03-01"} for y in (2023, 2024, 2025)]
    desk.deliver("annual_reports", years, DAY)
    assert "no_reports" in signs(desk, 1) and "no_reports" not in signs(desk, 2)


def test_an_agents_burst(desk: Office) -> None:
    rows = [firm(i, 成立日期="2020-01-01") for i in range(1, 14)]
    desk.deliver("registrations", rows, DAY)
    agent = {"登记代理机构": "云津样例13商贸有限公司", "代理机构统一社会信用代码": uscc(13)}
    filed = [contact(i, f"0999-800000{i}", **agent, 登记日期=f"2026-05-{i:02d}") for i in range(1, 12)]
    desk.deliver("contacts", [*filed, contact(12, "0999-8000099", **agent, 登记日期="2026-09-01")], DAY)
    assert "agent_burst" in signs(desk, 1) and "agent_burst" not in signs(desk, 12)


def test_every_sign_is_documented_and_has_both_languages() -> None:
    for name, sign in SIGNS.items():
        assert sign.zh and sign.en and sign.compute.__doc__ and sign.compute.__name__ == name


# --- whom they concern --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        firm(1, 企业类型="个体工商户"),
        firm(1, 企业名称="云津样例有限公司第一分公司"),
        firm(1, 登记状态="注销"),
        firm(1, 行业代码="J67"),
    ],
)
def test_who_is_not_scored(desk: Office, row: dict[str, Any]) -> None:
    desk.deliver("registrations", [row, firm(2)], DAY)
    graph, result = found(desk)
    assert graph.nodes[result.node].tolist() == [nid(coded_id("CN-USCC", uscc(2)))]


def test_state_platforms_are_exempt(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], DAY)
    body = f"11990101{'00000077'}{organisation_check_character('00000077')}"
    state = {
        "统一社会信用代码": uscc(1),
        "股东名称": "云津市国有资产监督管理委员会",
        "股东类型": "其他",
        "股东统一社会信用代码": body + uscc_check_character(body),
        "持股比例": "100%",
    }
    desk.deliver("shareholders", [state], DAY)
    graph, result = found(desk)
    assert state_bodies(graph).any(), "the sample's holder is a State body"
    assert graph.nodes[result.node].tolist() == [nid(coded_id("CN-USCC", uscc(2)))]


def test_without_a_baseline_the_signs_that_need_one_are_named(desk: Office) -> None:
    desk.deliver("registrations", in_one_room(12), DAY)
    assert set(found(desk, None)[1].silent) == {n for n, s in SIGNS.items() if s.baseline}
    assert "crowded_room" not in signs(desk, baseline=None) and "address_burst" in signs(desk, baseline=None)


def test_the_list_is_ordered_bounded_and_has_signs(desk: Office) -> None:
    desk.deliver(
        "registrations", [*in_one_room(12), firm(20, 企业名称="云津样例独立商贸有限公司", 成立日期="2026-10-01")], DAY
    )
    _, result = found(desk)
    listed = result.ranked(5)
    assert len(listed) == 5 and (np.diff(result.probability[listed]) <= 0).all()
    assert len(result.ranked(100)) == 12, "firm 20 has no sign"


# --- labels -------------------------------------------------------------------------------------------


def test_decisions_teach_the_weights_once_there_are_enough(desk: Office) -> None:
    desk.deliver("registrations", [*in_one_room(12), *(firm(i) for i in range(20, 32))], DAY)
    pack = shell_pack_on(TODAY)
    few = replace_pack(pack, labels_needed=10)

    def decided(serial: int, verdict: str, day: int = 1) -> None:
        on = dt.date(2026, 11, day)
        decide(desk.store, Decision(Kind.SHELL, coded_id("CN-USCC", uscc(serial)), "", verdict, "现场核查", "甲", on))

    for i in range(1, 11):
        decided(i, "shell")
        decided(i + 19, "normal")
    decided(11, "unsure")
    decided(31, "shell")
    decided(31, "unsure", day=2)  # the last one counts, and is no label
    graph = GraphProjection.from_store(desk.store, Moment.on(TODAY), Use.ALERT)
    inputs = inputs_for(desk.store, graph, BASELINE)
    labels = labels_of(desk.store, graph, TODAY)
    assert sorted(labels.values()) == [False] * 10 + [True] * 10
    assert not suspicions(inputs, labels, pack).learnt, "30 of either are needed"
    taught = suspicions(inputs, labels, few)
    burst = taught.learnt["address_burst"]
    assert (burst.shells_with, burst.shells, burst.normals_with, burst.normals) == (10, 10, 0, 10)
    assert burst.weight == pytest.approx(np.log(20)), "ln(10.5/11) - ln(.5/11) is over ln 20"
    assert taught.weights[taught.signs.index("address_burst")] == burst.weight
    assert not labels_of(desk.store, graph, dt.date(2026, 10, 31)), "as decided up to a day"


def replace_pack(pack: Any, **more: Any) -> Any:
    return pack.model_copy(update=more)


def test_proposals_are_apart_and_repeatable(desk: Office) -> None:
    desk.deliver("registrations", [*in_one_room(12), *(firm(i) for i in range(20, 60))], DAY)
    graph = GraphProjection.from_store(desk.store, Moment.on(TODAY), Use.ALERT)
    inputs = inputs_for(desk.store, graph, BASELINE)
    result = suspicions(inputs)
    listed = result.ranked(4)
    odd = proposals(inputs, result, 5, listed, seed=7)
    assert len(odd) == 5 and not set(odd.tolist()) & set(listed.tolist())
    assert odd.tolist() == proposals(inputs, result, 5, listed, seed=7).tolist()
    assert not len(proposals(inputs, result, 0, listed, seed=7))


# --- bursts and texts ---------------------------------------------------------------------------------


def burst(days: list[int], place: list[int] | None = None) -> list[bool]:
    start = np.array(days, dtype=np.int64)
    where = np.array(place or [1] * len(days), dtype=np.int64)
    order = np.lexsort((start, where))
    found: list[bool] = in_burst(where[order], start[order], to_day(TODAY), 30, 10, 1e-6).tolist()
    return found


def test_a_burst_needs_ten_within_thirty_days_at_one_place() -> None:
    base = to_day(dt.date(2025, 1, 1))
    assert burst([base + i for i in range(10)]) == [True] * 10
    assert burst([base + i for i in range(9)]) == [False] * 9
    assert burst([base + 29, *[base] * 9]) == [True] * 10, "thirty days, both ends counted"
    assert burst([base + 30, *[base] * 9]) == [False] * 10
    assert burst([base + i for i in range(10)], [1, 2] * 5) == [False] * 10


def test_an_address_where_firms_always_come_has_no_burst() -> None:
    base = to_day(dt.date(2020, 1, 1))
    steady = [base + 3 * i for i in range(800)]  # ten a month for six years: a rate, no burst
    assert not any(burst(steady))
    assert sum(burst([*steady, *[base + 1500] * 40])) >= 40, "forty in one day beside ten a month"


@given(st.lists(st.integers(0, 400), max_size=60))
def test_whoever_is_in_a_burst_has_nine_others_near(days: list[int]) -> None:
    base = to_day(dt.date(2024, 1, 1))
    ordered = sorted(days)
    for day, hit in zip(ordered, burst([base + d for d in days]), strict=True):
        if hit:
            assert max(sum(a <= o < a + 30 for o in ordered) for a in range(day - 29, day + 1)) >= 10


def test_stems_and_items() -> None:
    assert stems(["云津甲1号商贸", "云津甲2号商贸", "云津乙商贸", None]).tolist() == [0, 0, -1, -1]
    assert items("零售；批发; 餐饮") == 3 and items(None) == 0
    assert usual_scope({"items": np.zeros(3, dtype=np.int64)}) == 0.0


def test_nothing_is_suspected_in_an_empty_store(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 企业类型="个体工商户")], DAY)
    assert not len(found(desk)[1]) and not len(found(desk)[1].ranked(5))
