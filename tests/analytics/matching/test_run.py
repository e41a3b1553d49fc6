"""Matching over a store: from rows to links, both stores alike; again, undone, decided, as known then."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analytics.decisions import Decision, Kind, decide
from analytics.matching.review import Why, decide_match, queue
from analytics.matching.run import MatchRun, match, store_match
from graph.declaration import SHARE_ONE, Disclosure
from graph.delivery import Coverage, Delivery
from graph.errors import UsageError
from graph.identity import nid
from graph.projection import GraphProjection
from graph.store import GraphStore, Slice
from graph.time import Moment
from graph.unload import unload
from graph.view import View
from tests.conftest import firm, masked, number, uscc

if TYPE_CHECKING:
    from tests.conftest import Office

DAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
AT = Moment.on(DAY)


def post(
    firm_serial: int, name: str, serial: int | str | None = None, post: str = "监事", **more: Any
) -> dict[str, Any]:
    given = "" if serial is None else number(serial) if isinstance(serial, int) else serial
    row = {
        "统一社会信用代码": uscc(firm_serial),
        "姓名": name,
        "证件号码": given,
        "职务": post,
        "任职日期": "2020-01-01",
    }
    return row | more


def holder(firm_serial: int, name: str, **more: Any) -> dict[str, Any]:
    row = {
        "统一社会信用代码": uscc(firm_serial),
        "股东名称": name,
        "股东类型": "企业法人",
        "持股比例": "10%",
        "取得日期": "2020-01-01",
    }
    return row | more


def debtor_person(name: str, serial: int, case: str, birth: str = "19850312") -> dict[str, Any]:
    return {
        "被执行人姓名/名称": name,
        "统一社会信用代码": "",
        "身份证号码": masked(serial, birth),
        "案号": case,
        "执行法院": "云津市临江区人民法院",
        "失信被执行人行为具体情形": "违反财产报告制度",
        "立案时间": "2026-10-05",
    }


def town(office: Office) -> GraphStore:
    """张样例 represents firm 1 by number and supervises firm 1 without one; a 张样例 supervises firm 2 without one."""
    office.deliver("registrations", [firm(1), firm(2, 行政区划="990102"), firm(3)])
    office.deliver(
        "legal_representatives",
        [post(1, "张样例", 1, "法定代表人"), post(1, "張样例"), post(2, "张样例"), post(3, "李样例", 2, "法定代表人")],
    )
    return office.store


def links(store: GraphStore, table: str = "SAME_AS", seq: int | None = None) -> dict[frozenset[str], tuple[float, str]]:
    """Links by ids: probability and method."""
    seq = store.sealed_seq() if seq is None else seq
    names = ["owner", "end", "probability", "method", "source"]
    c = store.columns(table, names, Slice(seq))
    ids = store.nodes(np.unique(np.concatenate([c["owner"], c["end"]])).tolist(), seq)
    rows = zip(*(c[n].tolist() for n in names), strict=True)
    return {frozenset((ids[a][0], ids[b][0])): (p / SHARE_ONE, m) for a, b, p, m, s in rows if s == "matching"}


def mention(store: GraphStore, firm_serial: int) -> str:
    """Id of the person without a number at a firm."""
    (found,) = [
        e.start
        for e in View(store, AT).edges(nid(f"CN-USCC:{uscc(firm_serial)}"))
        if store.nodes([e.start], store.sealed_seq())[e.start][0].startswith("M:")
    ]
    return store.nodes([found], store.sealed_seq())[found][0]


def person(store: GraphStore, name: str) -> str:
    """Id of the one person of a name who has a number."""
    c = store.columns("Person", ["owner", "name", "number_hash"], Slice(store.sealed_seq()))
    (key,) = {o for o, n, h in zip(c["owner"].tolist(), c["name"], c["number_hash"], strict=True) if n == name and h}
    return store.nodes([key], store.sealed_seq())[key][0]


def ran(store: GraphStore) -> MatchRun:
    run = match(store, AT)
    store_match(store, run, NOW)
    return run


def test_one_firm_and_one_name_are_one_person_another_firm_is_not(office: Office) -> None:
    """Three parties bear the name (張 for 张): the one at firm 1 is him, the one at firm 2 shares only the name."""
    store = town(office)
    run = ran(store)
    him, there = person(store, "张样例"), mention(store, 1)
    found = links(store)
    assert found[frozenset((him, there))][0] >= 0.95 and len([p for p, _ in found.values() if p >= 0.95]) == 1
    graph = GraphProjection.from_store(store, AT)
    assert graph.canonical[graph.position(nid(him))] == graph.canonical[graph.position(nid(there))]
    assert graph.canonical[graph.position(nid(him))] != graph.canonical[graph.position(nid(mention(store, 2)))]
    (row,) = [r for r in store.ledger("run") if r["kind"] == "match"]
    manifest = json.loads(row["manifest"])
    assert row["run_id"] == run.run_id and manifest["packs"] == ["matching-1"]
    assert set(manifest["estimated"]["persons"]) == {"lambda", "parties", "m", "u", "rounds"}
    evidence = store.columns("SAME_AS", ["evidence"], Slice(store.sealed_seq()))["evidence"].tolist()
    assert any("ties:firm +" in e for e in evidence) and not any("张" in e for e in evidence)


def test_twice_is_once_and_unloading_takes_all_back(office: Office) -> None:
    store = town(office)
    ran(store)
    before, runs, batches = links(store), len(store.ledger("run")), len(store.batches())
    assert store_match(store, match(store, AT), NOW) is None
    assert (links(store), len(store.ledger("run")), len(store.batches())) == (before, runs, batches)
    assert unload(store, batches, NOW) is None
    assert links(store) == {}
    ran(store)
    assert links(store) == before


def test_what_no_longer_holds_goes_and_is_known_as_it_was(office: Office) -> None:
    """A second 张样例 with a number at firm 1: which of them the mention is, nobody can say any more."""
    store = town(office)
    ran(store)
    seq, before = store.sealed_seq(), links(store)
    office.deliver("legal_representatives", [post(1, "张样例", 5, "经理")], "2026-11-23")
    ran(store)
    assert not [p for p, _ in links(store).values() if p >= 0.95] and links(store, seq=seq) == before


def test_a_batch_between_does_not_hinder_unloading(office: Office) -> None:
    store = town(office)
    ran(store)
    seq, before = store.sealed_seq(), links(store)
    office.deliver("registrations", [firm(4)], "2026-11-23")
    assert unload(store, seq, NOW) is not None and links(store) == {}
    ran(store)
    assert links(store) == before


def decided(store: GraphStore, one: str, other: str, verdict: str) -> None:
    first, second = sorted((one, other))
    decide(store, Decision(Kind.MATCH, first, second, verdict, "当事人书面确认", "核查员", DAY))


def test_decisions_win_and_survive(office: Office) -> None:
    store = town(office)
    him, here, there = person(store, "张样例"), mention(store, 1), mention(store, 2)
    decided(store, him, here, "different")
    decided(store, him, there, "same")
    for _ in range(2):
        ran(store)
        found = links(store)
        assert frozenset((him, here)) not in found and found[frozenset((him, there))] == (1.0, "decided")
        assert frozenset((here, there)) not in found, (
            "he who is told apart from one is told apart from what is one with it"
        )
        office.deliver("legal_representatives", [post(3, "李样例", 2, "经理")], "2026-11-23")
    decided(store, him, here, "unsure")
    ran(store)
    assert frozenset((him, here)) not in {pair for pair, (p, _) in links(store).items() if p >= 0.95}
    (case,) = [c for c in queue(View(store, AT)) if c.why is Why.UNSURE]
    assert {case.one, case.other} == {nid(him), nid(here)} and case.ties > 0


def test_a_decision_made_later_was_not_known_before(office: Office) -> None:
    store = town(office)
    him, here = person(store, "张样例"), mention(store, 1)
    decided(store, him, here, "different")
    before = match(store, Moment(DAY, DAY - dt.timedelta(days=1), DAY)).links()["SAME_AS"]
    after = match(store, AT).links()["SAME_AS"]
    assert (before.share >= 0.95 * SHARE_ONE).sum() == 1 and not (after.share >= 0.95 * SHARE_ONE).any()


def test_fifteen_digits_stay_possible(desk: Office) -> None:
    """2-rules B2: a candidate, never one with the 18-digit number by comparing."""
    full = number(1)
    desk.deliver("registrations", [firm(1)])
    desk.deliver("legal_representatives", [post(1, "张样例", 1), post(1, "张样例", full[:6] + full[8:17], "经理")])
    ran(desk.store)
    assert links(desk.store) == links(desk.store, "POSSIBLY_SAME") == {}
    assert len(desk.store.columns("POSSIBLY_SAME", ["owner"], Slice(9))["owner"]) == 1


@pytest.mark.parametrize(
    ("serial", "birth", "joined"), [(1, "19850312", True), (7, "19850312", False), (1, "19860312", False)]
)
def test_a_masked_number_that_fits(desk: Office, serial: int, birth: str, joined: bool) -> None:
    """Birth year and last four agree: one person; either differs: not even possible."""
    store = town(desk)
    desk.deliver("dishonest_debtors", [debtor_person("张样例", serial, "案1", birth)], "2026-10-31")
    ran(store)
    him, c = person(store, "张样例"), store.columns("Person", ["owner", "mask_hash"], Slice(9))
    (key,) = [o for o, h in zip(c["owner"].tolist(), c["mask_hash"], strict=True) if h]
    p, _ = links(store).get(frozenset((him, store.nodes([key], 9)[key][0])), (0.0, ""))
    assert (p >= 0.95, p > 0) == (joined, joined)


def test_who_is_known_by_an_expired_record_only_is_not_compared(desk: Office) -> None:
    """Two years from 2026-10-05, 2-rules B6: afterwards it stands for nothing, comparing included."""
    store = town(desk)
    without = match(store, AT).found[0].counts["parties"]
    desk.deliver("dishonest_debtors", [debtor_person("张样例", 1, "案1")], "2026-10-31")
    in_force, expired = (match(store, Moment.on(dt.date(2028, 10, day))).found[0] for day in (5, 6))
    assert in_force.counts["parties"] == without + 1 and expired.counts["parties"] == without


def test_a_number_with_three_names_is_set_aside(desk: Office) -> None:
    desk.deliver("registrations", [firm(1)])
    desk.deliver(
        "legal_representatives", [post(1, n, 1, p) for n, p in (("甲某", "监事"), ("乙某", "经理"), ("丙某", "董事"))]
    )
    desk.deliver("legal_representatives", [post(1, "甲某")])
    persons = match(desk.store, AT).found[0]
    assert (persons.counts["set_aside"], persons.counts["parties"], len(persons.links["SAME_AS"])) == (1, 1, 0)


# --- firms ------------------------------------------------------------------------------------------


def firm_links(store: GraphStore, name: str) -> dict[str, float]:
    """By id whom the firm without a code and of this name is linked with."""
    c = store.columns("Company", ["owner", "name"], Slice(store.sealed_seq()))
    ids = store.nodes(c["owner"].tolist(), store.sealed_seq())
    (mine,) = {
        ids[o][0] for o, n in zip(c["owner"].tolist(), c["name"], strict=True) if n == name and ids[o][0][:2] == "M:"
    }
    return {next(iter(pair - {mine})): p for pair, (p, _) in links(store).items() if mine in pair}


def test_a_firm_without_a_code_that_shares_a_person(office: Office) -> None:
    """The holder of firm 1 is named like firm 3 (有限责任公司 for 有限公司), whose representative supervises firm 1."""
    office.deliver("registrations", [firm(1), firm(3)])
    office.deliver("legal_representatives", [post(3, "李样例", 2, "法定代表人"), post(1, "李样例", 2)])
    office.deliver("shareholders", [holder(1, "云津样例3商贸有限责任公司")])
    ran(office.store)
    (found,) = firm_links(office.store, "云津样例3商贸有限责任公司").items()
    assert found[0] == f"CN-USCC:{uscc(3)}" and found[1] >= 0.95


@pytest.mark.parametrize("name", ["云津样例3商贸有限公司", "雲津樣例3商貿有限公司"])
def test_a_full_name_alone_is_possible_at_most(desk: Office, name: str) -> None:
    desk.deliver("registrations", [firm(1), firm(3, 行政区划="990102")])
    desk.deliver("shareholders", [holder(1, name)])
    ran(desk.store)
    assert all(0.5 <= p < 0.95 for p in firm_links(desk.store, name).values())


def test_head_office_and_branch_never_meet(desk: Office) -> None:
    """The branch's own name under another spelling does; its head office's does not, whoever is at both."""
    branch = "云津样例3商贸有限公司临江分公司"
    desk.deliver("registrations", [firm(1), firm(3), firm(4, 企业名称=branch)])
    desk.deliver("legal_representatives", [post(i, "李样例", 2) for i in (1, 3, 4)])
    desk.deliver("shareholders", [holder(1, branch.replace("有限公司临", "有限责任公司临"))])
    ran(desk.store)
    (found,) = firm_links(desk.store, branch.replace("有限公司临", "有限责任公司临")).items()
    assert found[0] == f"CN-USCC:{uscc(4)}"


def test_a_former_name_is_a_name(desk: Office) -> None:
    desk.deliver("registrations", [firm(1), firm(3, 企业名称="云津旧称商贸有限公司")], "2026-01-31", full=True)
    desk.deliver("registrations", [firm(1), firm(3)], "2026-06-30", full=True)
    desk.deliver("legal_representatives", [post(i, "李样例", 2) for i in (1, 3)], "2026-06-30")
    desk.deliver("shareholders", [holder(1, "云津旧称商贸有限公司")], "2026-06-30")
    ran(desk.store)
    (found,) = firm_links(desk.store, "云津旧称商贸有限公司").items()
    assert found[0] == f"CN-USCC:{uscc(3)}" and found[1] >= 0.95


# --- review and bad input ---------------------------------------------------------------------------


def test_the_queue_begins_with_what_matters_most(desk: Office) -> None:
    """Two pairs wait; the one whose mention has a record on file comes first."""
    store = town(desk)
    desk.deliver(
        "legal_representatives",
        [post(1, "王样例", 4), post(2, "王样例"), post(3, "赵样例", 6), post(2, "赵样例", None, "经理")],
    )
    desk.deliver("dishonest_debtors", [debtor_person("赵样例", 6, "案1")], "2026-10-31")
    ran(store)
    for a, b in (
        (person(store, "王样例"), mention_of(store, "王样例")),
        (person(store, "赵样例"), mention_of(store, "赵样例")),
    ):
        decided(store, a, b, "unsure")
    cases = queue(View(store, AT))
    assert [c.why for c in cases[:2]] == [Why.UNSURE] * 2 and cases[0].records > cases[1].records == 0
    assert nid(person(store, "赵样例")) in (cases[0].one, cases[0].other)


def mention_of(store: GraphStore, name: str) -> str:
    c = store.columns("Person", ["owner", "name", "number_hash", "mask_hash"], Slice(store.sealed_seq()))
    rows = zip(*(c[n].tolist() for n in ("owner", "name", "number_hash", "mask_hash")), strict=True)
    (key,) = {o for o, n, h, m in rows if n == name and not h and not m}
    return store.nodes([key], store.sealed_seq())[key][0]


def test_two_numbers_are_two_whoever_says_otherwise(desk: Office) -> None:
    store = town(desk)
    view = View(store, AT)
    one, other, company = (
        view.node(nid(i)) for i in (person(store, "张样例"), person(store, "李样例"), f"CN-USCC:{uscc(1)}")
    )
    same = Decision(Kind.MATCH, one.id, other.id, "same", "面谈", "核查员", DAY)
    for a, b, said in ((one, other, "number or code"), (one, one, "same node"), (one, company, "not compared")):
        with pytest.raises(UsageError, match=said):
            decide_match(view, a, b, same)
    assert store.ledger("decision") == []


def test_nobody_one_mention_and_nobody_alike(desk: Office) -> None:
    assert [m.counts["parties"] for m in match(desk.store, AT).found] == [0, 0]
    assert store_match(desk.store, match(desk.store, AT), NOW) is None and queue(View(desk.store, AT)) == []
    desk.deliver("registrations", [firm(1)])
    desk.deliver("legal_representatives", [post(1, "张样例")])
    assert [m.counts["parties"] for m in match(desk.store, AT).found] == [1, 1]
    desk.deliver("legal_representatives", [post(1, "李样例", None, "经理")])
    assert not any(len(t) for t in match(desk.store, AT).links().values())


def test_what_a_killed_run_left_is_taken_back(desk: Office) -> None:
    store = town(desk)
    store.begin(Delivery("matching", "matching", "other", Coverage.DELTA, DAY, NOW))
    ran(store)
    assert links(store) and all(b.sealed for b in store.batches())


def test_links_are_as_restricted_as_what_made_them() -> None:
    from graph.schema import SCHEMA

    assert SCHEMA.types["SAME_AS"].disclosure is SCHEMA.types["POSSIBLY_SAME"].disclosure is Disclosure.AUTHORISED
