"""The same random deliveries, refusals and unloads on both stores: all that can be read is equal."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from graph.errors import CreditGraphError, UsageError
from graph.keys import KeyRing
from graph.store import GraphStore
from graph.stores import open_store
from graph.unload import unload
from tests.conftest import Office, debtor, firm, fresh_neo4j, number, penalty, repair, uscc
from tests.graph.stores.reading import assert_same_projection, everything, project

FIRMS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["云津甲公司", "云津乙公司"]), st.sampled_from(["存续", "注销"])),
    min_size=1,
    max_size=4,
)
HOLDINGS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 4),
        st.sampled_from(["10%", "51%"]),
        st.sampled_from(["", "2020-01-01", "2021-01-01"]),
        st.sampled_from(["", "2026-02-15"]),
    ),
    min_size=1,
    max_size=4,
)
OFFICERS = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(1, 3), st.sampled_from(["法定代表人", "监事"]), st.sampled_from(["张伟", "王芳"])
    ),
    min_size=1,
    max_size=3,
)
RECORDS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.sampled_from(["2025-12-01", "2026-01-20"])),
    min_size=1,
    max_size=3,
)


class TwoStores(RuleBasedStateMachine):
    """Performs each step on SQLite and on Neo4j."""

    url = ""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        keys = KeyRing.derived("tests")
        self.stores: tuple[GraphStore, ...] = (open_store("sqlite://"), fresh_neo4j(self.url))
        self.offices = [Office(s, keys, Path(self.folder.name)) for s in self.stores]
        self.month = 0

    def _deliver(self, source: str, rows: list[dict[str, Any]], full: bool, advance: bool) -> None:
        self.month += advance
        day = (dt.date(2026, 1, 31) + dt.timedelta(days=31 * self.month)).isoformat()
        outcomes: list[dict[str, int] | str] = []
        for office in self.offices:
            try:
                outcomes.append(office.deliver(source, rows, day, full, accept_vanished=True).totals)
            except CreditGraphError as error:
                outcomes.append(type(error).__name__)
        assert outcomes[0] == outcomes[1]

    @rule(rows=FIRMS, full=st.booleans(), advance=st.booleans())
    def registrations(self, rows: Any, full: bool, advance: bool) -> None:
        self._deliver("registrations", [firm(i, 企业名称=n, 登记状态=s) for i, n, s in rows], full, advance)

    @rule(rows=HOLDINGS, full=st.booleans(), advance=st.booleans())
    def holdings(self, rows: Any, full: bool, advance: bool) -> None:
        table = [
            {
                "统一社会信用代码": uscc(b),
                "股东名称": f"云津样例{a}公司",
                "股东类型": "企业法人",
                "股东统一社会信用代码": uscc(a),
                "持股比例": s,
                "取得日期": f,
                "退出日期": t,
            }
            for a, b, s, f, t in rows
        ]
        self._deliver("shareholders", table, full, advance)

    @rule(rows=OFFICERS, advance=st.booleans())
    def officers(self, rows: Any, advance: bool) -> None:
        self._deliver(
            "legal_representatives",
            [{"统一社会信用代码": uscc(i), "姓名": n, "证件号码": number(p), "职务": post} for i, p, post, n in rows],
            False,
            advance,
        )

    @rule(rows=RECORDS, advance=st.booleans(), by_organisation_code=st.booleans())
    def penalties(self, rows: Any, advance: bool, by_organisation_code: bool) -> None:
        self._deliver(
            "penalties",
            [
                penalty(i, f"罚{n}", day, **({"行政相对人代码": uscc(i)[8:17]} if by_organisation_code else {}))
                for i, n, day in rows
            ],
            False,
            advance,
        )

    @rule(rows=RECORDS, advance=st.booleans())
    def debtors(self, rows: Any, advance: bool) -> None:
        self._deliver("dishonest_debtors", [debtor(i, f"案{n}", day) for i, n, day in rows], True, advance)

    @rule(rows=RECORDS, advance=st.booleans())
    def repairs(self, rows: Any, advance: bool) -> None:
        self._deliver("repairs", [repair(i, f"罚{n}", "2026-02-20") for i, n, _ in rows], False, advance)

    @rule(back=st.integers(0, 2))
    def unload(self, back: int) -> None:
        seqs = [b.seq for b in self.stores[0].batches() if b.kind == "load"]
        if len(seqs) > back:
            outcomes: list[bool | str] = []
            for store in self.stores:
                try:
                    outcomes.append(unload(store, seqs[-1 - back], dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) is None)
                except UsageError as error:  # rows of it may stand in a later file
                    outcomes.append(error.message)
            assert outcomes[0] == outcomes[1]

    @invariant()
    def everything_that_can_be_read_is_equal(self) -> None:
        if hasattr(self, "stores"):
            left, right = map(everything, self.stores)
            for name in left.keys() | right.keys():
                assert left.get(name) == right.get(name), name
            assert_same_projection(*map(project, self.stores))

    def teardown(self) -> None:
        for store in getattr(self, "stores", ()):
            store.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


@pytest.mark.parametrize("examples", [6])
def test_both_stores_agree_after_any_operations(neo4j_url: str, examples: int) -> None:
    TwoStores.url = neo4j_url
    run_state_machine_as_test(
        TwoStores,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # shrinking against a server takes many minutes
        ),
    )
