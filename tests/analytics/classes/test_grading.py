"""Points, decay, caps, red lines, floors, coverage: known answers and properties."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.aspects.reading import few_inputs, read_inputs
from analytics.classes.explanation import explain
from analytics.classes.grades import CLASSES
from analytics.classes.grading import grade, grade_inputs
from analytics.classes.points import capped
from analytics.classes.runs import Run, grade_run, store_run
from analytics.indicators.pack import grade_packs, models, pack_on
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.stores import open_store
from graph.time import Moment, to_day
from graph.usable import Use
from graph.view import View
from tests.analytics.conftest import TODAY, deliver_all, deliver_others, explained, points
from tests.conftest import Office, debtor, firm, penalty, repair, uscc


# 3-indicators.md: rows B1 to R7; a general penalty weighs .35 of 90 points, half-life 12 months; B1 is .0 after ten years
def test_a_general_penalty_weighs_its_share_and_decays(covered: Office) -> None:
    deliver_all(covered, [penalty(1, "罚1", "2026-10-23")])
    found = explained(covered)
    # 90 x .35 x 2^(-1/12), one completed month old
    assert points(found) == {"R5": round(90 * 0.35 * 2 ** (-1 / 12), 3)}
    part = found["parts"][0]
    assert (
        part["evidence"]["document_number"] == "罚1"
        and part["evidence"]["usable_until"] == "2027-10-23"
        and part["next_change_on"] == "2026-12-23"
    )
    assert (found["class"], found["colour"]) == ("A", "yellow")


def test_a_debtor_is_class_d_and_red_whatever_the_points(covered: Office) -> None:
    deliver_all(covered, debtors=[debtor(1, "案1", "2026-10-01")])
    found = explained(covered)
    assert (found["class"], found["colour"], found["red_line"], found["score"]) == ("D", "red", True, 0)


def test_a_year_on_the_abnormal_list_is_floor_c(covered: Office) -> None:
    entry = {
        "企业名称": "云津样例1商贸有限公司",
        "统一社会信用代码": uscc(1),
        "列入经营异常名录原因": "未公示年度报告",
        "列入日期": "2025-11-22",
        "作出决定机关": "某局",
    }
    deliver_all(covered, abnormal=[entry])
    assert (explained(covered)["class"], points(explained(covered))) == ("C", {"R4": 45.0})
    day_before = explained(covered, day=dt.date(2026, 11, 22), known=TODAY)
    assert (day_before["class"], points(day_before), day_before["next_change_on"]) == ("A", {"R4": 30.0}, "2026-11-23")


def test_a_revocation_is_floor_c_and_a_repeat_counts(covered: Office) -> None:
    deliver_all(
        covered,
        [
            penalty(1, "罚1", "2026-06-01", 处罚类别="吊销许可证", 失信严重程度=""),
            penalty(1, "罚2", "2026-11-01", 失信严重程度="轻微"),
        ],
    )
    found = explained(covered)
    assert found["floor_c"] and points(found) == {"R5": round(90 * 2 ** (-5 / 12), 3), "R7": 50.0}, (
        "the slight one is not published, so it is no repeat"
    )
    assert found["parts"][0]["evidence"]["severity_derived"]


def test_no_penalty_counts_for_nothing(covered: Office) -> None:
    deliver_all(covered, [penalty(1, "罚1", "2026-10-01", 处罚类别="不予处罚")])
    assert explained(covered)["parts"] == []


def test_tomorrow_changes_the_class_with_no_new_data(covered: Office) -> None:
    deliver_all(covered, [penalty(1, "罚1", "2025-11-23", 处罚类别="责令停产停业", 失信严重程度="一般")])
    today, tomorrow = explained(covered), explained(covered, day=dt.date(2026, 11, 24))
    assert (today["class"], today["next_change_on"]) == ("C", "2026-11-24") and (
        tomorrow["class"],
        tomorrow["parts"],
    ) == ("A", [])


def test_a_repaired_record_leaves_the_class_of_every_day(desk: Office) -> None:
    deliver_others(desk, "2026-09-30")
    deliver_all(desk, [penalty(1, "罚1", "2026-08-01")], day="2026-09-30")
    desk.deliver("repairs", [repair(1, "罚1", "2026-11-01")], "2026-11-02")
    for day, known in (("2026-11-23", "2026-11-23"), ("2026-10-01", "2026-10-01"), ("2026-10-01", "2026-11-23")):
        found = explained(desk, day=dt.date.fromisoformat(day), known=dt.date.fromisoformat(known), used=TODAY)
        assert "R5" not in points(found)
    assert "R5" in points(explained(desk, day=dt.date(2026, 10, 1), used=dt.date(2026, 10, 31)))


def test_known_at_gives_what_was_known_then(desk: Office) -> None:
    deliver_others(desk, "2026-09-30")
    deliver_all(desk, [penalty(1, "罚1", "2026-08-01")], day="2026-09-30")
    desk.deliver(
        "penalties",
        [penalty(1, "罚1", "2026-08-01", 失信严重程度="严重"), penalty(1, "罚2", "2026-08-05")],
        "2026-10-31",
    )
    then, now = (
        explained(desk, day=dt.date(2026, 10, 15), known=dt.date.fromisoformat(k), used=TODAY)
        for k in ("2026-10-15", "2026-11-23")
    )
    assert points(then)["R5"] == round(90 * 0.35 * 2 ** (-2 / 12), 3) and points(now)["R5"] == 90


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (firm(1, 登记状态="注销"), "not_living"),
        (firm(1, 登记状态=""), "not_enough_data"),
        (firm(1, 企业类型="个体工商户"), "not_in_population"),
        (firm(1, 企业名称="云津样例有限公司第一分公司"), "not_in_population"),
        (firm(1, 登记状态="歇业"), "A"),
    ],
)
def test_who_has_a_class(covered: Office, row: dict[str, Any], outcome: str) -> None:
    deliver_all(covered, firms=[row])
    assert explained(covered)["class"] == outcome


def test_an_individual_businesss_code_is_out_of_the_population(covered: Office) -> None:
    deliver_all(covered, firms=[firm(1), firm(2, 统一社会信用代码=uscc(2, "2"))])
    found = grade_run(covered.store, Moment.on(TODAY))[2]
    assert found.distribution()["not_in_population"] == 1


def test_below_the_coverage_limit_the_answer_is_not_a(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)], "2026-11-20", full=True)
    found = explained(desk)
    assert found["class"] == "not_enough_data" and found["score"] is None and found["coverage"] < 0.6
    late = explained_late(desk)
    assert late["class"] == "not_enough_data"


def explained_late(desk: Office) -> dict[str, Any]:
    """All sources delivered, but long past their period."""
    desk.deliver("penalties", [penalty(9, "罚九", "2026-10-01")], "2026-11-21")
    return explained(desk, day=dt.date(2027, 6, 1))


def test_a_shared_organisation_code_brings_the_record_to_the_firm(covered: Office) -> None:
    deliver_all(covered, [penalty(1, "罚1", "2026-10-23", 行政相对人代码=uscc(1)[8:17])])
    assert "R5" in points(explained(covered))


# --- properties ---------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**6)), max_size=30), st.integers(0, 10**6))
def test_capped_parts_sum_to_the_cap_and_never_grow(parts: list[tuple[int, int]], most: int) -> None:
    company, value = np.array([c for c, _ in parts], dtype=np.int64), np.array([p for _, p in parts], dtype=np.int64)
    out = capped(value, company, most)
    assert (out <= value).all() and (out >= 0).all()
    for c in range(4):
        assert out[company == c].sum() == min(most, value[company == c].sum())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2026-03-05", "2026-06-07", "2025-12-30"]), st.sampled_from(["一般", "严重", "轻微"])
        ),
        min_size=0,
        max_size=4,
    )
)
def test_more_penalties_never_lower_the_score_and_parts_sum(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[tuple[str, str]]
) -> None:
    rows = [penalty(1, f"罚{i}", day, 失信严重程度=s, 违法行为类型=f"类{i}") for i, (day, s) in enumerate(decisions)]
    scores = []
    for some in (rows[:-1], rows):
        with open_store("sqlite://") as store:
            desk = Office(store, KeyRing.derived("tests"), tmp_path_factory.mktemp("g"))
            deliver_all(desk, [*some, penalty(9, "罚九", "2026-10-01")])
            projection, grades = grade_run(store, Moment.on(TODAY))[1:]
            at = grades.of(projection.position(nid(coded_id("CN-USCC", uscc(1)))))
            assert at is not None and grades.parts.points[grades.parts.company == at].sum() == grades.score[at]
            scores.append(int(grades.score[at]))
    assert scores[0] <= scores[1]


def test_the_same_run_gives_the_same_bytes(covered: Office) -> None:
    deliver_all(covered, [penalty(1, "罚1", "2026-10-23")])
    one, two = (json.dumps(explained(covered), sort_keys=True) for _ in range(2))
    assert one == two
    run, projection, grades = grade_run(covered.store, Moment.on(TODAY))
    store_run(covered.store, run, projection, grades)
    kept = covered.store.results("Company", ["credit_class", "credit_parts", "credit_run"])
    store_run(covered.store, run, projection, grades)
    again = covered.store.results("Company", ["credit_class", "credit_parts", "credit_run"])
    assert all(np.array_equal(kept[n], again[n]) for n in kept)
    assert covered.store.ledger("run", 0)[0]["run_id"] == run.run_id


def test_both_stores_grade_alike(office: Office, keys: Any, tmp_path: Any) -> None:
    deliver_all(office, [penalty(1, "罚1", "2026-10-23"), penalty(2, "罚2", "2026-09-23", 失信严重程度="严重")])
    mine = grade_run(office.store, Moment.on(TODAY))
    with open_store("sqlite://") as other:
        deliver_all(
            Office(other, keys, tmp_path),
            [penalty(1, "罚1", "2026-10-23"), penalty(2, "罚2", "2026-09-23", 失信严重程度="严重")],
        )
        theirs = grade_run(other, Moment.on(TODAY))
    assert (
        mine[0] == theirs[0] and (mine[2].grade == theirs[2].grade).all() and (mine[2].score == theirs[2].score).all()
    )


# --- packs and the table ------------------------------------------------------------------------------


def test_there_is_one_pack_and_four_classes() -> None:
    assert set(CLASSES) == {"A", "B", "C", "D"} and len(grade_packs()) == 1


@pytest.mark.parametrize("name", models())
def test_every_model_is_in_force_and_names_itself_in_both_languages(name: str) -> None:
    pack = pack_on(TODAY, name)
    assert pack.title["zh"] and pack.title["en"] and pack.max_points == sum(pack.dimensions.values())


OBJECTION = {
    "记录类型": "行政处罚",
    "主体代码": uscc(1),
    "原文书号": "罚1",
    "原作出机关": "云津市市场监督管理局",
    "异议受理编号": "信异1",
    "受理日期": "2026-11-01",
    "受理机关": "云津市信用中心",
}


# 2-rules B12: the mark travels with the record; marked records may be left out until the objection is decided
@pytest.mark.parametrize("objected", ["counted", "left_out"])
def test_a_record_objected_to_is_marked_or_left_out(covered: Office, objected: str) -> None:
    deliver_all(covered, [penalty(1, "罚1", "2026-10-23"), penalty(1, "罚2", "2026-10-23")])
    covered.deliver("objections", [OBJECTION], "2026-11-21")
    pack = pack_on(TODAY).model_copy(update={"objected": objected})
    moment = Moment.on(TODAY)
    projection = GraphProjection.from_store(covered.store, moment, Use.GRADE)
    grades = grade(covered.store, projection, pack)
    found = explain(
        View(covered.store, moment, Use.GRADE),
        Run("r", {}),
        read_inputs(covered.store, projection),
        grades,
        nid(coded_id("CN-USCC", uscc(1))),
    )
    marks = {p["evidence"]["document_number"]: p["evidence"]["objected_since"] for p in found["parts"]}
    assert marks == ({"罚1": "2026-11-01", "罚2": None} if objected == "counted" else {"罚2": None})


def test_a_sector_model_stands_beside_the_general_class(covered: Office) -> None:
    """A caterer has both classes; another firm only the general one; neither run writes over the other."""
    caterer = firm(1, 行业代码="H6210")
    deliver_all(covered, [penalty(1, "罚1", "2026-10-23", 失信严重程度="严重")], firms=[caterer, firm(2)])
    moment, found = Moment.on(TODAY), {}
    for model, prefix in (("general", "credit"), ("catering", "catering")):
        run, projection, grades = grade_run(covered.store, moment, model=model)
        store_run(covered.store, run, projection, grades, prefix)
        at = {i: grades.of(projection.position(nid(coded_id("CN-USCC", uscc(i))))) for i in (1, 2)}
        found[model] = {i: str(grades.grade[where]) for i, where in at.items()}
    # 90 points and half a month old: A is up to 120; of catering 15 points, A is up to 12
    assert found == {"general": {1: "A", 2: "A"}, "catering": {1: "B", 2: "not_in_sector"}}
    stored = covered.store.results("Company", ["credit_class", "catering_class"])
    keys = [nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2)]
    rows = {
        int(k): (c, s) for k, c, s in zip(*(stored[n] for n in ("nid", "credit_class", "catering_class")), strict=True)
    }
    assert [rows[k] for k in keys] == [("A", "B"), ("A", "not_in_sector")]
    assert pack_on(TODAY, "catering").visits["D"] > pack_on(TODAY, "catering").visits["A"]


@pytest.mark.parametrize(("day", "points_"), [("2026-03-05", 28.0), ("2026-06-30", 70.0), ("2026-07-01", 0.0)])
def test_reports_are_chased_before_they_are_due(desk: Office, day: str, points_: float) -> None:
    """W1: .4 of 70 in March, all of it in June; from July on it is D1 that counts."""
    reports = [{"统一社会信用代码": uscc(2), "企业名称": "样例", "报告年度": "2025", "报送日期": "2026-02-01"}]
    desk.deliver("registrations", [firm(1), firm(2)], "2026-02-28", full=True)
    desk.deliver("annual_reports", reports, "2026-02-28")
    view = View(desk.store, Moment.on(dt.date.fromisoformat(day)), Use.GRADE)
    keys = np.array([nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2)])
    inputs = replace(few_inputs(view, keys), fresh_on=to_day(dt.date(2026, 3, 1)))
    grades = grade_inputs(desk.store, inputs, pack_on(view.moment.as_of, "report_chase"), keys)
    table = grades.parts
    w1 = table.indicator == grades.indicators.index("W1")
    found = dict(
        zip(inputs.projection.nodes[grades.node[table.company[w1]]].tolist(), table.points[w1] / 1000, strict=True)
    )
    assert found == ({int(keys[0]): points_} if points_ else {})
