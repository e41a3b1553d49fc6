"""The ways from a firm to what its parts from association rest on: known answers, drawn beside each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.aspects.reading import read_inputs
from analytics.classes.explanation import explain
from analytics.classes.grading import grade
from analytics.classes.impersonal import people_in, without_people
from analytics.classes.runs import Run, grade_few_run
from analytics.classes.ways import apportioned
from analytics.indicators.baseline import Baseline, store_baseline
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.source import sources
from loaders.synthetic import generate
from tests.analytics.conftest import OTHERS, TODAY
from tests.api.test_demo_city import load_city
from tests.conftest import Office, debtor, firm, number, penalty, repair, uscc

CROWDED = {"posts": {"": 1}, "addresses": {"": 1}, "contacts": {"": 1}, "agents": {"": 1}}
DAY = "2026-11-20"


def name(i: int) -> str:
    return f"云津样例{i}商贸有限公司"


def represents(person: int, *firms: int, **more: str) -> list[dict[str, str]]:
    """Rows by which a person represents firms."""
    who = {"姓名": f"张样{person}", "证件号码": number(person), "职务": "法定代表人"} | more
    return [{"统一社会信用代码": uscc(i), **who} for i in firms]


def holds(holder: int, held: int, share: str) -> dict[str, str]:
    row = {"统一社会信用代码": uscc(held), "股东名称": name(holder), "股东类型": "企业法人"}
    return row | {"股东统一社会信用代码": uscc(holder), "持股比例": share}


def told(desk: Office, indicator: str, serial: int = 1) -> list[dict[str, Any]]:
    """The parts of an indicator of a firm, told from its surroundings; from the whole graph they are the same."""
    view, key = View(desk.store, Moment.on(TODAY), Use.GRADE), nid(coded_id("CN-USCC", uscc(serial)))
    projection = GraphProjection.from_store(desk.store, Moment.on(TODAY), Use.GRADE)
    inputs = read_inputs(desk.store, projection, Baseline("crowded", {}, CROWDED))
    grades = grade(desk.store, projection, baseline=Baseline("crowded", {}, CROWDED))
    whole = explain(view, Run("", {}), inputs, grades, key)
    few = explain(view, *grade_few_run(view, np.array([key])), key)
    found = [p for p in whole["parts"] if p["indicator"] == indicator]
    if indicator not in ("G4", "G5", "G6"):  # which need the baseline
        assert found == [p for p in few["parts"] if p["indicator"] == indicator]
    for part in found:
        assert_whole(part)
    return found


def assert_whole(part: dict[str, Any]) -> None:
    """Points of the ways and of the rest sum exactly to the part's; each way goes on where its last step ended."""
    every = [*(way["points"] for way in part["paths"]), part["other_paths"]]
    assert sum(round(x * 1000) for x in every) == round(part["points"] * 1000)
    for way in part["paths"]:
        for before, after in zip(way["steps"], way["steps"][1:], strict=False):
            assert before["to"]["id"] == after["from"]["id"]


def line(way: dict[str, Any]) -> list[tuple[str, str]]:
    """A way as (relationship, whereto), backward ones with an arrow."""
    return [(("<" if s["backward"] else "") + s["type"], s["to"]["name"]) for s in way["steps"]]


# 1 <-represents- 张样1 -represented (to 2026-01-10)-> 2: revoked 2025-11-02
def test_g2_goes_on_to_the_firm_that_was_revoked(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2, 登记状态="吊销", 核准日期="2025-11-02")], DAY)
    rows = represents(1, 1) + represents(1, 2, 任职日期="2015-01-01", 免职日期="2026-01-10")
    desk.deliver("legal_representatives", rows, DAY)
    ((part,)) = told(desk, "G2")
    (way,) = part["paths"]
    assert line(way) == [("<LEGAL_REPRESENTATIVE_OF", "张样1"), ("LEGAL_REPRESENTATIVE_OF", name(2))]
    assert [(s["valid_from"], s["valid_to"]) for s in way["steps"]] == [(None, None), ("2015-01-01", "2026-01-10")]
    assert way["end"] == {"kind": "status", "status": "revoked", "date": "2025-11-02"}


# 1 <-represents- 张样1 -represents-> 2 - list of serious violations (2026-05-10, usable for three years)
def test_g2_goes_on_to_the_entry_and_names_nobody_without_a_purpose(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], DAY)
    desk.deliver("legal_representatives", represents(1, 1, 2), DAY)
    entry = {
        "列入严重违法失信名单原因": "情节严重",
        "列入日期": "2026-05-10",
        "列入决定书文号": "严1",
        "列入机关": "某局",
    }
    desk.deliver("serious_violations", [{"企业名称": name(2), "统一社会信用代码": uscc(2)} | entry], DAY)
    (part,) = told(desk, "G2")
    (way,) = part["paths"]
    assert line(way)[1:] == [("LEGAL_REPRESENTATIVE_OF", name(2)), ("SUBJECT_OF", way["steps"][2]["to"]["name"])]
    end = way["end"]
    assert (end["document_number"], end["authority"], end["date"]) == ("严1", "某局", "2026-05-10")
    found = {"parts": [part], "decisions": []}
    assert len(people_in(found)) == 1
    (hidden,) = without_people(found)["parts"][0]["paths"]
    assert "张样1" not in str(hidden) and people_in(found)[0] not in str(hidden)
    assert hidden["end"]["document_number"] == "严1", "it is a firm's record"


#      1 (founded 2026-10-01) <-represents- 张样1 -represented (to 2026-06-30)-> 2 - 罚1 (2026-07-15)
#      1 - telephone - 2
def test_g7_goes_on_to_the_record_of_the_firm_before(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 成立日期="2026-10-01", 行业代码="F51"), firm(2)], DAY)
    desk.deliver("contacts", [{"统一社会信用代码": uscc(i), "联系电话": "0999-8000077"} for i in (1, 2)], DAY)
    former = represents(1, 2, 任职日期="2015-01-01", 免职日期="2026-06-30")
    desk.deliver("legal_representatives", represents(1, 1) + former, DAY)
    desk.deliver("penalties", [penalty(2, "罚1", "2026-07-15", 失信严重程度="严重")], DAY)
    (part,) = told(desk, "G7")
    (way,) = part["paths"]
    assert line(way)[:2] == [("<LEGAL_REPRESENTATIVE_OF", "张样1"), ("LEGAL_REPRESENTATIVE_OF", name(2))]
    assert way["steps"][1]["valid_to"] == "2026-06-30"
    end = way["end"]
    assert (end["kind"], end["document_number"], end["date"]) == ("record", "罚1", "2026-07-15")
    assert end["authority"] == "云津市市场监督管理局"
    desk.deliver("repairs", [repair(2, "罚1", "2026-11-20")], "2026-11-21")
    assert told(desk, "G7") == [], "what was repaired is shown nowhere"


# As before, from two firms fined alike: 罚2 and 罚3. A model that leaves out records objected to leads over the other.
def test_a_way_leads_over_nothing_that_was_left_out(desk: Office) -> None:
    desk.deliver("registrations", [firm(1, 成立日期="2026-10-01"), firm(2), firm(3)], DAY)
    desk.deliver("legal_representatives", represents(1, 1, 2, 3), DAY)
    fines = [penalty(i, f"罚{i}", "2026-07-15", 失信严重程度="严重") for i in (2, 3)]
    desk.deliver("penalties", fines, DAY)

    def number_of(model: str) -> str:
        view, key = View(desk.store, Moment.on(TODAY), Use.GRADE), nid(coded_id("CN-USCC", uscc(1)))
        found = explain(view, *grade_few_run(view, np.array([key]), model=model), key)
        ((way,),) = [p["paths"] for p in found["parts"] if p["indicator"] == "G7"]
        return str(way["end"]["document_number"])

    first = number_of("general")
    objection = {"记录类型": "行政处罚", "主体代码": uscc(int(first[1])), "原文书号": first, "受理日期": "2026-11-01"}
    objection |= {"原作出机关": "云津市市场监督管理局", "异议受理编号": "信异1", "受理机关": "云津市信用中心"}
    desk.deliver("objections", [objection], DAY)
    assert number_of("general") == first and {first, number_of("abnormal_registration")} == {"罚2", "罚3"}


# algorithms.md section 2 by rules/transmission.yaml. Only 3 and 张样1 have records; 2 holds 80 % of 1, 3 holds 100 % of 2.
#
#     3 (案3) -100 %-> 2 -80 %-> 1 <-represents- 张样1 (案1)
def test_g11_shows_the_ways_to_where_risk_begins(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in (1, 2, 3)], DAY)
    desk.deliver("shareholders", [holds(2, 1, "80%"), holds(3, 2, "100%")], DAY)
    desk.deliver("legal_representatives", represents(1, 1), DAY)
    person = {"被执行人姓名/名称": "张样1", "统一社会信用代码": "", "身份证号码": number(1)}
    desk.deliver("dishonest_debtors", [debtor(3, "案3", "2026-11-01"), debtor(1, "案1", "2026-11-01") | person], DAY)
    (part,) = told(desk, "G11")
    ways = {way["end"]["document_number"]: way for way in part["paths"]}
    assert [s for s, _ in line(ways["案1"])] == ["<LEGAL_REPRESENTATIVE_OF", "SUBJECT_OF"]
    assert line(ways["案3"])[:2] == [("<HOLDS_SHARES_IN", name(2)), ("<HOLDS_SHARES_IN", name(3))]
    # chances .35 x .35 x .60 = .0735 and .35 x .60 = .21; R = 1 - .9265 x .79 = .268: 9 points, by -ln(.9265) : -ln(.79)
    assert [w["points"] for w in part["paths"]] == [6.798, 2.202] and part["other_paths"] == 0
    assert [w["end"]["document_number"] for w in part["paths"]] == ["案1", "案3"]
    hidden = without_people({"parts": [part], "decisions": []})["parts"][0]
    assert "案1" not in str(hidden) and "案3" in str(hidden)


# Seven debtors, each holding 14 % of firm 1: the five that bring the most are shown, the rest is stated.
def test_g11_states_what_comes_over_other_ways(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 9)], DAY)
    desk.deliver("shareholders", [holds(i, 1, "14%") for i in range(2, 9)], DAY)
    desk.deliver("legal_representatives", represents(1, 1), DAY)
    desk.deliver("dishonest_debtors", [debtor(i, f"案{i}", "2026-11-01") for i in range(2, 9)], DAY)
    (part,) = told(desk, "G11")
    seventh = part["points"] / 7
    assert [w["points"] for w in part["paths"]] == pytest.approx([seventh] * 5, abs=0.001)
    assert part["other_paths"] == pytest.approx(2 * seventh, abs=0.002)


#     2 -100 %-> 1      2 -100 %-> 3 (案3)      9 -1 %-> 1 and 9 -1 %-> 3: no way, it controls neither
def test_g3_goes_through_parties_of_the_group(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in (1, 2, 3, 9)], DAY)
    rows = [holds(2, 1, "99%"), holds(2, 3, "99%"), holds(9, 1, "1%"), holds(9, 3, "1%")]
    desk.deliver("shareholders", rows, DAY)
    desk.deliver("dishonest_debtors", [debtor(3, "案3", "2026-11-01")], DAY)
    desk.deliver("serious_lists", sources()["serious_lists"].sample.format(**OTHERS), DAY)
    (part,) = told(desk, "G3")
    (way,) = part["paths"]
    assert line(way)[:2] == [("<HOLDS_SHARES_IN", name(2)), ("HOLDS_SHARES_IN", name(3))]
    assert way["end"]["document_number"] == "案3"


#     1 -> 2 -> 3 -> 1
def test_g9_goes_around_the_ring(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in (1, 2, 3)], DAY)
    desk.deliver("shareholders", [holds(1, 2, "30%"), holds(2, 3, "30%"), holds(3, 1, "30%")], DAY)
    (part,) = told(desk, "G9")
    assert line(part["paths"][0]) == [("HOLDS_SHARES_IN", name(i)) for i in (2, 3, 1)]
    assert part["paths"][0]["end"] is None


#     1 guarantees 2, 2 guarantees 3, 3 guarantees 1
def test_g10_goes_around_the_circle(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in (1, 2, 3)], DAY)
    rows = [
        {"担保人": name(a), "担保人统一社会信用代码": uscc(a), "被担保人": name(b)}
        | {
            "被担保人统一社会信用代码": uscc(b),
            "担保金额": "50",
            "担保起始日期": "2026-01-01",
            "担保截止日期": "2028-01-01",
        }
        for a, b in ((1, 2), (2, 3), (3, 1))
    ]
    desk.deliver("guarantees", rows, DAY)
    (part,) = told(desk, "G10")
    assert line(part["paths"][0]) == [("GUARANTEES", name(i)) for i in (2, 3, 1)]
    assert {s["valid_from"] for s in part["paths"][0]["steps"]} == {"2026-01-01"}


#     1 to 12 - one telephone; 1 to 12 - one room since 2026-11-02
def test_g5_and_g6_say_how_many_firms_are_there(desk: Office) -> None:
    room = {"住所": "云津市临江区样例路70号1室", "成立日期": "2026-11-02", "核准日期": "2026-11-02"}
    desk.deliver("registrations", [firm(i, **room) for i in range(1, 13)], DAY)
    desk.deliver("hosted_addresses", sources()["hosted_addresses"].sample.format(**OTHERS), DAY)
    phones = [{"统一社会信用代码": uscc(i), "联系电话": "0999-8000077"} for i in range(1, 13)]
    desk.deliver("contacts", phones, DAY)
    burst = {"burst": {"on": "2026-11-02", "firms": 10, "days": 30}}  # as many and as close as the pack asks
    for indicator, kind, more in (("G5", "REGISTERED_AT", burst), ("G6", "USES_CONTACT", {})):
        (part,) = told(desk, indicator)
        (way,) = part["paths"]
        assert [s["type"] for s in way["steps"]] == [kind] and way["end"] == {"kind": "firms", "firms": 12} | more


#     样例投资中心 (nothing known of it) -60 %-> 2 -100 %-> 1
def test_g8_goes_up_to_who_is_not_known(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], DAY)
    unknown = {"统一社会信用代码": uscc(2), "股东名称": "云津样例投资中心", "股东类型": "企业法人", "持股比例": "60%"}
    person = {"统一社会信用代码": uscc(2), "股东名称": "张样1", "股东类型": "自然人", "股东证件号码": number(1)}
    desk.deliver("shareholders", [holds(2, 1, "100%"), unknown, person | {"持股比例": "40%"}], DAY)
    (part,) = told(desk, "G8")
    assert line(part["paths"][0]) == [("<HOLDS_SHARES_IN", name(2)), ("<HOLDS_SHARES_IN", "云津样例投资中心")]
    assert part["paths"][0]["end"] == {"kind": "unknown_owners", "share": 1.0}


#     张样1 -40 %-> 1, and of the other 60 % nobody is stated
def test_g8_says_what_nobody_is_stated_to_hold(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)], DAY)
    person = {"统一社会信用代码": uscc(1), "股东名称": "张样1", "股东类型": "自然人", "股东证件号码": number(1)}
    desk.deliver("shareholders", [person | {"持股比例": "40%"}], DAY)
    (part,) = told(desk, "G8")
    (way,) = part["paths"]
    assert (way["steps"], way["end"]) == ([], {"kind": "unknown_owners", "share": 0.6})


#     张样1 represents 1 to 12: P99 of the region is 1, least 5
def test_g4_says_how_many_firms_the_person_has(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 13)], DAY)
    desk.deliver("legal_representatives", represents(1, *range(1, 13)), DAY)
    (part,) = told(desk, "G4")
    assert line(part["paths"][0]) == [("<LEGAL_REPRESENTATIVE_OF", "张样1")]
    assert part["paths"][0]["end"] == {"kind": "firms", "firms": 12}


def test_a_citys_parts_have_ways_and_few_firms_those_of_all(keys: KeyRing, tmp_path: Path) -> None:
    """From its surroundings a firm's ways are those of the whole graph; points sum, each step begins where one ended."""
    generate(tmp_path, 500, seed=8, months=3)
    seen: set[str] = set()
    with open_store("sqlite://") as store:
        load_city(store, tmp_path, keys)
        moment = Moment.on(store.batches()[-1].delivery.received_at.date())
        projection = GraphProjection.from_store(store, moment, Use.GRADE)
        baseline = store_baseline(store, "b", read_inputs(store, projection))
        inputs, view = read_inputs(store, projection, baseline), View(store, moment, Use.GRADE)
        grades = grade(store, projection, baseline=baseline)
        for at in np.unique(grades.parts.company).tolist():
            names = {e.id for e in grades.signs(at) if e.dimension == "association"}
            if not names or (names <= seen and at % 7):
                continue
            seen |= names
            key = int(projection.nodes[grades.node[at]])
            whole = explain(view, Run("", {}), inputs, grades, key)
            few = explain(view, *grade_few_run(view, np.array([key])), key)
            assert whole["parts"] == few["parts"]
            for part in (p for p in whole["parts"] if "paths" in p):
                assert_whole(part)
                assert all(way["steps"] or way["end"]["kind"] == "unknown_owners" for way in part["paths"])
    assert seen >= {"G3", "G4", "G8", "G9", "G10", "G11"}


@given(st.integers(0, 20_000), st.lists(st.integers(0, 1000), min_size=1, max_size=7).filter(sum))
def test_points_are_apportioned_exactly(total: int, weights: list[int]) -> None:
    shares = [w / sum(weights) for w in weights]
    found = apportioned(total, shares)
    assert sum(found) == total and all(abs(x - total * s) < 1 for x, s in zip(found, shares, strict=True))
