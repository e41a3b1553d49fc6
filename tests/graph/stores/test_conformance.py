"""One suite for every store: what a delivery brings, what history keeps, what a refusal removes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph.copying import copy
from graph.delivery import Batch
from graph.errors import FileRefused, UsageError
from graph.identity import coded_id, nid
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.stores import open_store
from graph.time import Moment, to_day
from graph.unload import unload
from graph.view import View
from tests.conftest import Office, debtor, firm, number, penalty, repair, uscc
from tests.graph.stores.reading import everything, facts, project

KEY1 = nid(coded_id("CN-USCC", uscc(1)))
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def day_of(text: str) -> int:
    return to_day(dt.date.fromisoformat(text))


def holding(holder: int, held: int, share: str, **more: str) -> dict[str, str]:
    return {
        "统一社会信用代码": uscc(held),
        "企业名称": "",
        "股东名称": f"云津样例{holder}商贸有限公司",
        "股东类型": "企业法人",
        "股东统一社会信用代码": uscc(holder),
        "持股比例": share,
    } | more


def test_an_empty_store_answers(store: GraphStore) -> None:
    assert store.sealed_seq() == 0 and store.batches() == []
    assert len(store.columns("node", ["nid"], Slice(0))["nid"]) == 0
    assert store.search("样例", ["Company"], 0, 10) == [] and store.edges(1, list(SCHEMA.types), Slice(0), 10) == []
    assert len(project(store).nodes) == 0


def test_loading_twice_is_loading_once(office: Office) -> None:
    rows = [firm(1), firm(2), firm(3)]
    first = office.deliver("registrations", rows, "2026-01-31", full=True)
    before = facts(office.store, "Company", Slice(1))
    second = office.deliver("registrations", list(reversed(rows)), "2026-02-28", full=True)
    assert (first.totals["loaded"], second.totals["loaded"], second.totals["unchanged"]) == (3, 0, 3)
    assert facts(office.store, "Company", Slice(2)) == before


def test_a_change_ends_the_old_value_and_history_keeps_it(office: Office) -> None:
    office.deliver("registrations", [firm(1)], "2026-01-31")
    office.deliver("registrations", [firm(1, 企业名称="云津新名商贸有限公司", 核准日期="2026-02-10")], "2026-02-28")
    view = View(office.store, Moment.on(dt.date(2026, 11, 23)))
    assert view.node(KEY1).properties["name"] == "云津新名商贸有限公司"
    early = View(office.store, Moment(dt.date(2026, 2, 9), dt.date(2026, 11, 23), dt.date(2026, 11, 23)))
    assert early.node(KEY1).properties["name"] == "云津样例1商贸有限公司", "true before the change"
    unknowing = View(office.store, Moment(dt.date(2026, 11, 23), dt.date(2026, 2, 1), dt.date(2026, 11, 23)))
    assert unknowing.node(KEY1).properties["name"] == "云津样例1商贸有限公司", "the change was not known yet"
    assert [n.id for n in view.search("样例1商")] == [coded_id("CN-USCC", uscc(1))], "former names are found"
    assert {v["end_basis"] for v in view.history(KEY1)} == {None, "replaced"}


def test_a_correction_supersedes_and_what_was_known_then_stays(office: Office) -> None:
    office.deliver("penalties", [penalty(1, "罚1", "2026-01-10", 罚款金额="2")], "2026-01-31")
    office.deliver("penalties", [penalty(1, "罚1", "2026-01-12", 罚款金额="3", 处罚内容="罚款30000元")], "2026-02-28")
    table = "AdministrativePenalty"
    names = ["decided_on", "fine"]
    then, now = office.store.columns(table, names, Slice(1)), office.store.columns(table, names, Slice(2))
    assert (then["decided_on"].tolist(), then["fine"].tolist()) == ([day_of("2026-01-10")], [2_000_000])
    assert (now["decided_on"].tolist(), now["fine"].tolist()) == ([day_of("2026-01-12")], [3_000_000])


def test_lots_of_one_holder_stand_side_by_side_and_a_corrected_date_replaces(office: Office) -> None:
    lots = [
        holding(2, 1, "10%", 取得日期="2015-01-01", 出资记录号="甲"),
        holding(2, 1, "15%", 取得日期="2018-01-01", 出资记录号="乙"),
    ]
    office.deliver("shareholders", lots, "2026-01-31")
    office.deliver("shareholders", [holding(2, 1, "15%", 取得日期="2018-02-01", 出资记录号="乙")], "2026-02-28")
    found = office.store.columns("HOLDS_SHARES_IN", ["share_min", "valid_from"], Slice(2))
    assert sorted(zip(found["share_min"].tolist(), found["valid_from"].tolist(), strict=True)) == [
        (10**9, day_of("2015-01-01")),
        (15 * 10**8, day_of("2018-02-01")),
    ]


def test_a_sold_and_bought_again_holding_keeps_both(office: Office) -> None:
    office.deliver("shareholders", [holding(2, 1, "10%", 取得日期="2015-01-01")], "2026-01-31")
    office.deliver("shareholders", [holding(2, 1, "10%", 取得日期="2015-01-01", 退出日期="2026-02-10")], "2026-02-28")
    office.deliver("shareholders", [holding(2, 1, "20%", 取得日期="2026-03-05")], "2026-03-31")
    found = office.store.columns("HOLDS_SHARES_IN", ["share_min", "valid_to"], Slice(3))
    assert len(found["share_min"]) == 2 and day_of("2026-02-10") in found["valid_to"].tolist()


def test_what_a_full_list_leaves_out_ends_on_its_date(office: Office) -> None:
    office.deliver(
        "dishonest_debtors", [debtor(1, "案1", "2026-01-05"), debtor(2, "案2", "2026-01-06")], "2026-01-31", full=True
    )
    office.deliver("dishonest_debtors", [debtor(2, "案2", "2026-01-06")], "2026-02-28", full=True)
    found = office.store.columns("ListEntry", ["document_number", "valid_to", "end_basis"], Slice(2))
    ended = {
        n: (t, b)
        for n, t, b in zip(*(found[c].tolist() for c in ("document_number", "valid_to", "end_basis")), strict=True)
    }
    assert ended["案1"] == (day_of("2026-02-28"), "absent") and ended["案2"][1] is None
    assert set(office.store.columns("ListEntry", ["valid_to"], Slice(1))["valid_to"].tolist()) == {
        np.iinfo(np.int64).min
    }, "January's view is unchanged"
    again = office.deliver(
        "dishonest_debtors", [debtor(1, "案1", "2026-01-05"), debtor(2, "案2", "2026-01-06")], "2026-03-31", full=True
    )
    assert again.totals["loaded"] == 1, "back on the list"


def test_a_firm_that_was_missing_and_is_back_has_a_gap(office: Office) -> None:
    for day, rows in (("2026-01-31", [firm(1)]), ("2026-02-28", [firm(2)]), ("2026-04-30", [firm(1), firm(2)])):
        office.deliver("registrations", rows, day, full=True, accept_vanished=True)
    versions = sorted((v["valid_from"] or 0, v["valid_to"]) for v in office.store.versions("Company", [KEY1], 3))
    assert versions == [(0, day_of("2026-02-28")), (day_of("2026-02-28"), None)], "two versions that do not overlap"


def test_a_full_list_older_than_the_last_is_refused(office: Office) -> None:
    office.deliver("registrations", [firm(1)], "2026-02-28", full=True)
    with pytest.raises(FileRefused, match="older"):
        office.deliver("registrations", [firm(1)], "2026-01-31", full=True, received="2026-03-01")
    assert [b.seq for b in office.store.batches()] == [1]


def test_deliveries_come_in_order(office: Office) -> None:
    office.deliver("registrations", [firm(1)], "2026-02-28")
    with pytest.raises(UsageError, match="the last batch 2026-02-28"):
        office.deliver("penalties", [penalty(1, "罚1", "2026-01-10")], "2026-01-31")


def test_unloading_the_last_batch_leaves_no_trace(office: Office) -> None:
    office.deliver("registrations", [firm(1), firm(2)], "2026-01-31", full=True)
    before = everything(office.store)
    office.deliver(
        "registrations", [firm(1, 企业名称="云津改名商贸有限公司"), firm(2), firm(3)], "2026-02-28", full=True
    )
    assert unload(office.store, 2, NOW) is None
    assert everything(office.store) == before


def test_unloading_an_earlier_batch_is_compensated(office: Office) -> None:
    office.deliver("registrations", [firm(1), firm(2)], "2026-01-31")
    office.deliver("registrations", [firm(1, 登记状态="注销", 核准日期="2026-02-02"), firm(4)], "2026-02-28")
    office.deliver("penalties", [penalty(2, "罚1", "2026-03-03")], "2026-03-31")
    made = unload(office.store, 2, NOW)
    assert isinstance(made, Batch) and made.seq == 4
    view = View(office.store, Moment.on(dt.date(2026, 11, 23)))
    assert view.node(KEY1).properties["status"] == "active"
    assert "name" not in view.node(nid(coded_id("CN-USCC", uscc(4)))).properties
    with pytest.raises(UsageError, match="no loaded batch 2"):
        unload(office.store, 2, NOW)


def test_a_batch_that_a_later_file_repeats_is_not_unloaded_before_it(office: Office) -> None:
    """What the later file confirmed was counted there as unchanged: it would go with the first."""
    office.deliver("registrations", [firm(1)], "2026-01-31", full=True)
    office.deliver("registrations", [firm(1), firm(2)], "2026-02-28", full=True)
    with pytest.raises(UsageError, match="may stand in 2 too"):
        unload(office.store, 1, NOW)
    unload(office.store, 2, NOW)
    assert unload(office.store, 1, NOW) is None


def test_a_party_known_by_its_organisation_code_is_linked_in_any_order(office: Office) -> None:
    by_code = penalty(1, "罚1", "2026-01-10", 行政相对人代码=uscc(1)[8:17])
    office.deliver("penalties", [by_code], "2026-01-31")
    assert len(facts(office.store, "SAME_AS", Slice(1))) == 0
    office.deliver("registrations", [firm(1)], "2026-01-31")
    projection = project(office.store)
    weak, strong = projection.position(nid(f"CN-ORG:{uscc(1)[8:17]}")), projection.position(KEY1)
    assert projection.canonical[weak] == projection.canonical[strong]


def test_two_people_of_one_name_and_year_stay_two(office: Office) -> None:
    rows = [
        {
            "统一社会信用代码": uscc(i),
            "姓名": "张伟",
            "证件号码": number(i),
            "职务": "法定代表人",
            "任职日期": "2020-01-01",
        }
        for i in (1, 2)
    ]
    office.deliver("legal_representatives", rows)
    assert len(View(office.store, Moment.on(dt.date(2026, 11, 23))).people("张伟")) == 2


def test_a_fifteen_digit_number_is_possibly_the_same_and_never_collapsed(office: Office) -> None:
    full = number(7)
    rows = [
        {"统一社会信用代码": uscc(i), "姓名": "张伟", "证件号码": n, "职务": "监事"}
        for i, n in ((1, full), (2, full[:6] + full[8:17]))
    ]
    office.deliver("legal_representatives", rows)
    projection = project(office.store)
    assert (
        len(projection.types["POSSIBLY_SAME"]) == 1 and (projection.canonical == np.arange(len(projection.nodes))).all()
    )


def test_a_repaired_record_is_shown_nowhere_at_no_time(office: Office) -> None:
    office.deliver("registrations", [firm(1)], "2026-01-31")
    office.deliver(
        "penalties",
        [penalty(1, "云津罚〔2026〕1号", "2026-01-10"), penalty(1, "云津罚〔2026〕2号", "2026-01-11")],
        "2026-02-28",
    )
    office.deliver("repairs", [repair(1, "云津罚(2026)1号", "2026-06-01")], "2026-06-30")
    for as_of, known in (("2026-11-23", "2026-11-23"), ("2026-03-01", "2026-03-01"), ("2026-03-01", "2026-11-23")):
        view = View(
            office.store, Moment(dt.date.fromisoformat(as_of), dt.date.fromisoformat(known), dt.date(2026, 11, 23))
        )
        assert [n.properties["document_number"] for n in view.search("云津罚")] == ["云津罚〔2026〕2号"]
        assert (
            len([e for e in view.edges(KEY1) if e.type == "SUBJECT_OF"]) == 1 and view.degree(KEY1)["SUBJECT_OF"] == 1
        )
    assert len(project(office.store, "2026-03-01", "2026-03-01").records["AdministrativePenalty"]) == 1
    replay = View(office.store, Moment(dt.date(2026, 3, 1), dt.date(2026, 3, 1), dt.date(2026, 5, 31)))
    assert len(replay.search("云津罚")) == 2, "used before the repair took effect"


def test_paging_and_degree_agree(office: Office) -> None:
    office.deliver("shareholders", [holding(i, 1, "1%") for i in range(2, 25)])
    seen, after = [], None
    while page := office.store.edges(KEY1, list(SCHEMA.types), Slice(1), 7, after):
        seen += page
        after = (page[-1].type, page[-1].grp, page[-1].lot, page[-1].recorded_seq)
    assert (
        len(seen)
        == len({(e.type, e.grp, e.lot) for e in seen})
        == office.store.degree(KEY1, list(SCHEMA.types), Slice(1))["HOLDS_SHARES_IN"]
        == 23
    )


def test_results_replace_the_last_ones(office: Office) -> None:
    office.deliver("registrations", [firm(1), firm(2)])
    one, two = sorted(nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2))
    office.store.write_results(
        "Company", np.array([one, two]), {"credit_class": ["A", "B"], "credit_score": [1.5, 2.5]}
    )
    office.store.write_results("Company", np.array([two]), {"credit_class": ["D"], "credit_score": [9.0]})
    found = office.store.results("Company", ["credit_class", "credit_score"])
    assert (found["nid"].tolist(), found["credit_class"].tolist(), found["credit_score"].tolist()) == (
        [two],
        ["D"],
        [9.0],
    )


def test_computed_relationships_replace_the_last_ones_of_their_name(office: Office) -> None:
    office.deliver("registrations", [firm(1), firm(2)])
    ends = np.array(sorted(nid(coded_id("CN-USCC", uscc(i))) for i in (1, 2)))
    office.store.write_ties("COMPUTED_SHARE_IN", ends, ends[::-1], {"share": [0.5, None], "kind": ["a", "b"]})
    office.store.write_ties("COMPUTED_CONTROL_OF", ends[:1], ends[1:], {"joint": [True]})
    office.store.write_ties("COMPUTED_SHARE_IN", ends[1:], ends[:1], {"share": [0.25], "kind": ["c"]})
    found = office.store.computed_ties("COMPUTED_SHARE_IN", ["share", "kind"])
    assert [c.tolist() for c in found.values()] == [[ends[1]], [ends[0]], [0.25], ["c"]]
    assert office.store.computed_ties("COMPUTED_CONTROL_OF", ["joint"])["joint"].tolist() == [True]
    assert office.store.computed_ties("COMPUTED_NOTHING", ["x"])["start"].tolist() == []


def test_an_unsealed_batch_is_invisible_and_removable(office: Office) -> None:
    office.deliver("registrations", [firm(i) for i in range(1, 40)], "2026-01-31", full=True)
    with pytest.raises(Exception, match="missing from this one"):
        office.deliver("registrations", [firm(i) for i in range(1, 25)], "2026-02-28", full=True)
    assert office.store.batches()[-1].held and office.store.sealed_seq() == 1
    assert len(facts(office.store, "Company", Slice(office.store.sealed_seq(), day_of("2026-11-23")))) == 39
    with pytest.raises(UsageError, match="waits for a decision"):
        office.deliver("penalties", [penalty(1, "罚1", "2026-01-10")], "2026-03-31")
    unload(office.store, 2, NOW)
    assert office.deliver("penalties", [penalty(1, "罚1", "2026-01-10")], "2026-03-31").sealed


def test_a_held_list_is_sealed_when_a_person_accepts_it(office: Office) -> None:
    office.deliver("registrations", [firm(i) for i in range(1, 40)], "2026-01-31", full=True)
    rows = [firm(i) for i in range(1, 25)]
    with pytest.raises(Exception, match="missing from this one"):
        office.deliver("registrations", rows, "2026-02-28", full=True, file="short.csv")
    assert office.deliver("registrations", rows, "2026-02-28", full=True, file="short.csv", accept_vanished=True).sealed


def test_a_copy_is_equal_history_included(office: Office, neo4j_url: str) -> None:
    office.deliver("registrations", [firm(1), firm(2)], "2026-01-31")
    office.deliver("registrations", [firm(1, 企业名称="云津改名商贸有限公司", 核准日期="2026-02-10")], "2026-02-28")
    office.deliver("penalties", [penalty(1, "罚1", "2026-01-10"), penalty(2, "坏行", "2026-02-30")], "2026-03-31")
    with open_store("sqlite://") as target:
        copy(office.store, target)
        left, right = everything(office.store), everything(target)
        assert left == right
        with pytest.raises(UsageError, match="not empty"):
            copy(office.store, target)


def test_names_are_just_text(office: Office) -> None:
    """Quotes, formulas, tags, SQL and Cypher in names are stored and found as they are."""
    names = [
        "=HYPERLINK('x')公司",
        'O\'Neil "公司"; DROP TABLE node;--',
        "<script>alert(1)</script>公司",
        "}) DETACH DELETE n //公司",
        "`公司`",
        "公司\\u0000",
    ]
    office.deliver("registrations", [firm(i, 企业名称=name) for i, name in enumerate(names, 1)])
    view = View(office.store, Moment.on(dt.date(2026, 11, 23)))
    assert sorted(str(n.properties["name"]) for n in view.search("公司", 50)) == sorted(names)
