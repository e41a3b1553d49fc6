"""Classes that follow deliveries are those of a full run, part by part, after each file of a city's months."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.aspects.reading import read_inputs
from analytics.decisions import Decision, Kind, decide
from analytics.following.regrading import Classes
from analytics.indicators.baseline import Baseline, store_baseline
from graph.delivery import Coverage
from graph.erasing import erase
from graph.identity import coded_id, nid
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment, to_day
from graph.unload import unload
from graph.usable import Use
from graph.view import View
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate
from tests.conftest import Office, debtor, firm, number, penalty, repair, uscc

KEYS = KeyRing.derived("tests")


def told(classes: Classes) -> list[Any]:
    """Everything that the classes say, in their order."""
    grades = classes.grades
    columns = (grades.node, grades.grade, grades.colour, grades.score, grades.coverage, grades.next_change)
    return [c.tolist() for c in (*columns, *vars(grades.parts).values())]


def measured(store: GraphStore, moment: Moment, name: str) -> Baseline:
    return store_baseline(store, name, read_inputs(store, GraphProjection.from_store(store, moment, Use.GRADE)))


def test_a_citys_months_file_by_file(tmp_path: Path) -> None:
    """Every source, full lists and increments, corrections, repairs; with the baseline held, and again after a new one."""
    generate(tmp_path, 250, seed=6, months=4)
    rows = list(csv.DictReader((tmp_path / "manifest.csv").read_text("utf-8").splitlines()))
    rows.sort(key=lambda r: (r["received_at"], r["file"]))
    followed = few = risks = 0
    with open_store("sqlite://") as store:
        for month, (received, files) in enumerate(groupby(rows, key=lambda r: r["received_at"])):
            at = dt.datetime.fromisoformat(received)
            moment = Moment.on(at.date())
            baseline = measured(store, moment, f"b{month}") if month else None
            classes = Classes.of_all(View(store, moment, Use.GRADE), baseline) if month else None
            for n, row in enumerate(files):
                day = dt.date.fromisoformat(row["dated"])
                coverage = Coverage(row["coverage"])
                load_file(store, Request(tmp_path / row["file"], at, row["source"], coverage, day), KEYS)
                if classes is None:
                    continue
                view = View(store, moment, Use.GRADE)
                classes = classes.follow(view)
                few += len(classes.again) > 0
                risks += classes.risk is not None
                if n % 3 == month % 3:
                    assert told(classes) == told(Classes.of_all(view, baseline)), row["file"]
                    followed += 1
    assert followed >= 15 and few >= 15 and risks >= 10, f"{few} files were followed, {risks} by the risks of all too"


KINDS = (
    "fine", "small fine", "repair", "serious", "false", "debtor", "post", "holder", "move", "end", "found", "pact",
    "guarantee", "contact", "agent",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), *[st.integers(1, 5)] * 2), min_size=1, max_size=6)


def delivered(desk: Office, step: tuple[str, int, int], n: int) -> None:
    """One row of news about two of five firms or people."""
    what, a, b = step
    day, person = "2026-11-20", {"姓名": f"张{a}", "证件号码": number(a)}
    one, other = ({"统一社会信用代码": uscc(i), "企业名称": f"云津样例{i}商贸有限公司"} for i in (a, b))
    if what.endswith("fine"):
        much = {} if what == "small fine" else {"失信严重程度": "严重"}
        desk.deliver("penalties", [penalty(b, f"罚{n}", f"2026-0{a}-11", **much)], day)
    elif what == "repair":
        desk.deliver("repairs", [repair(b, "罚0", "2026-11-10")], day)
    elif what == "serious":
        row = {"列入严重违法失信名单原因": "情节严重", "列入日期": f"2026-0{a}-10", "列入决定书文号": f"严{n}"}
        desk.deliver("serious_violations", [other | row], day)
    elif what == "false":
        row = {"撤销决定书文号": f"撤{n}", "撤销原因": "冒用身份", "撤销日期": f"2026-0{a}-20"}
        desk.deliver("revoked_registrations", [other | row], day)
    elif what == "debtor":
        who = {"被执行人姓名/名称": f"张{a}", "统一社会信用代码": "", "身份证号码": number(a)} if b % 2 else {}
        desk.deliver("dishonest_debtors", [debtor(b, f"案{n}", "2026-09-01") | who], day)
    elif what == "post":
        desk.deliver("legal_representatives", [{"统一社会信用代码": uscc(b), **person, "职务": "法定代表人"}], day)
    elif what == "holder":
        row = {"统一社会信用代码": uscc(b), "股东名称": f"云津样例{a}商贸有限公司", "股东类型": "企业法人"}
        desk.deliver("shareholders", [row | {"股东统一社会信用代码": uscc(a), "持股比例": "60%"}], day)
    elif what in ("move", "end", "found"):
        more = {
            "move": {"住所": f"云津市样例路{a}号"},
            "end": {"登记状态": "吊销"},
            "found": {"成立日期": "2026-10-0" + str(a)},
        }
        desk.deliver("registrations", [firm(b + 5 * (what == "found"), **more[what])], day)
    elif what == "pact":
        row = {
            "控制人名称": one["企业名称"],
            "控制人类型": "企业",
            "控制人统一社会信用代码": uscc(a),
            "关系类型": "一致行动",
        }
        with_ = {"一致行动人名称": "云津样例9商贸有限公司", "一致行动人统一社会信用代码": uscc(9)}
        desk.deliver(
            "control_declarations", [other | row | with_ | {"起始日期": "2020-03-01", "申报编号": f"KZ{n}"}], day
        )
    elif what == "guarantee":
        row = {
            "担保人": one["企业名称"],
            "担保人统一社会信用代码": uscc(a),
            "担保合同编号": f"BZ{n}",
            "担保金额": "500",
        }
        to = {"被担保人": other["企业名称"], "被担保人统一社会信用代码": uscc(b), "担保方式": "连带责任保证"}
        desk.deliver("guarantees", [row | to | {"担保起始日期": "2026-01-01", "担保截止日期": "2028-12-31"}], day)
    else:
        by = (
            {"登记代理机构": "云津样例代理有限公司", "代理机构统一社会信用代码": uscc(10 + a)}
            if what == "agent"
            else {}
        )
        row = other | {"联系电话": f"0999-800000{a}", "登记日期": "2015-03-02"} | by
        desk.deliver("contacts", [row], day)
    assert not desk.store.batches()[-1].totals["rejected"], "news that is refused would test nothing"


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_sequence_of_news_is_followed(tmp_path: Path, steps: list[tuple[str, int, int]]) -> None:
    moment = Moment.on(dt.date(2026, 11, 23))
    with open_store("sqlite://") as store:
        desk = Office(store, KEYS, tmp_path)
        desk.deliver("registrations", [firm(i) for i in range(1, 6)], "2026-11-20")
        for n, what in enumerate(("fine", *KINDS)):  # every source is there, so that nothing counts for everybody
            delivered(desk, (what, 1 + n % 2, 1 + n % 3), n)
        classes = Classes.of_all(View(store, moment, Use.GRADE), measured(store, moment, "b"))
        for n, step in enumerate(steps, 100):
            delivered(desk, step, n)
            view = View(store, moment, Use.GRADE)
            classes = classes.follow(view)
            assert told(classes) == told(Classes.of_all(view, classes.baseline))


def test_a_decision_is_followed_though_no_file_came(desk: Office) -> None:
    desk.deliver("registrations", [firm(i) for i in range(1, 4)], "2026-11-20")
    moment = Moment.on(dt.date(2026, 11, 23))
    classes = Classes.of_all(View(desk.store, moment, Use.GRADE))
    decide(
        desk.store, Decision(Kind.ASSOCIATION, f"CN-USCC:{uscc(1)}", "G2 #5", "confirmed", "卷3", "李样", moment.as_of)
    )
    view = View(desk.store, moment, Use.GRADE)
    assert told(classes.follow(view)) == told(Classes.of_all(view))


def test_what_counts_for_everybody_asks_for_a_full_run(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that comes for the first time makes its indicators covered, of all firms."""
    desk.deliver("registrations", [firm(i) for i in range(1, 4)], "2026-11-20")
    moment = Moment.on(dt.date(2026, 11, 23))
    classes = Classes.of_all(View(desk.store, moment, Use.GRADE))
    desk.deliver("penalties", [penalty(1, "罚1", "2026-10-01")], "2026-11-21")
    view = View(desk.store, moment, Use.GRADE)
    after = classes.follow(view)
    assert told(after) == told(Classes.of_all(view))
    assert np.all(after.grades.coverage > classes.grades.coverage)


def test_what_no_batch_tells_of_asks_for_a_full_run(desk: Office) -> None:
    """A batch taken back, with another one in its place; another day; an erasure."""
    desk.deliver("registrations", [firm(i) for i in range(1, 4)], "2026-11-20")
    delivered(desk, ("post", 1, 1), 0)
    desk.deliver("penalties", [penalty(1, "罚1", "2026-10-01")], "2026-11-20")
    last = desk.deliver("penalties", [penalty(2, "罚2", "2026-10-01", 失信严重程度="严重")], "2026-11-20")
    day = dt.date(2026, 11, 23)

    def compared(classes: Classes, on: dt.date = day) -> Classes:
        view = View(desk.store, Moment.on(on), Use.GRADE)
        now = classes.follow(view)
        assert told(now) == told(Classes.of_all(view))
        return now

    classes = Classes.of_all(View(desk.store, Moment.on(day), Use.GRADE))
    unload(desk.store, last.seq, dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC))
    classes = compared(classes)
    unload(desk.store, last.seq - 1, dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC))
    desk.deliver("penalties", [penalty(3, "罚3", "2026-10-01")], "2026-11-20")
    desk.deliver("penalties", [penalty(3, "罚4", "2026-10-02")], "2026-11-20")
    classes = compared(classes)
    unload(desk.store, last.seq - 1, dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC))  # an earlier one: compensated
    classes = compared(classes)
    classes = compared(classes, dt.date(2026, 12, 3))
    person = nid(coded_id("CN-ID", desk.keys.digest(number(1))))
    erase(desk.store, person, "令1", to_day(dt.date(2026, 12, 3)), desk.keys)
    compared(classes, dt.date(2026, 12, 3))
