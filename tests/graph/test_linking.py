"""Links of weakly identified parties: looking at what a batch touched leaves nothing that a look at all would change."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.delivery import Work
from graph.identity import uscc_check_character
from graph.keys import KeyRing
from graph.linking import LINKS, identifier_links
from graph.store import GraphStore, Slice
from graph.stores import open_store
from graph.unload import unload
from tests.conftest import Office, firm, number, penalty, uscc

NOW = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


def twin(i: int) -> str:
    """Another code with the organisation code of a firm."""
    code = uscc(i)[:8].replace("990101", "990102") + uscc(i)[8:17]
    return code + uscc_check_character(code)


def post(serial: str, i: int) -> dict[str, Any]:
    return {
        "统一社会信用代码": uscc(9),
        "姓名": "张伟",
        "证件号码": serial,
        "职务": "监事",
        "任职日期": f"2020-01-0{i}",
    }


def delivered(office: Office, what: str, i: int) -> None:
    full = number(i)
    rows = {
        "by code": ("penalties", penalty(i, f"罚{i}", "2026-01-10", 行政相对人代码=uscc(i)[8:17])),
        "bearer": ("registrations", firm(i)),
        "twin": ("registrations", firm(i, 统一社会信用代码=twin(i))),
        "fifteen": ("legal_representatives", post(full[:6] + full[8:17], i)),
        "eighteen": ("legal_representatives", post(full, i)),
    }
    source, row = rows[what]
    office.deliver(source, [row])


def changed_by_a_full_look(store: GraphStore) -> int:
    """How many links a look at every weakly identified party would add or close."""
    known, work = store.get_meta(LINKS), Work()
    store.set_meta(LINKS, "stale")
    identifier_links(store, store.batches()[-1], work)
    store.set_meta(LINKS, known or "stale")
    closed, added = work.closings.values(), work.inserts.values()
    return sum(len(refs) for refs in closed) + sum(len(i.facts) for inserts in added for i in inserts)


KINDS = st.sampled_from(["by code", "bearer", "twin", "fifteen", "eighteen"])


@settings(max_examples=40)
@given(steps=st.lists(st.tuples(KINDS, st.integers(1, 2)), min_size=2, max_size=8))
def test_small_batches_leave_nothing_to_a_full_look(steps: list[tuple[str, int]]) -> None:
    with open_store("sqlite://") as store, tempfile.TemporaryDirectory() as folder:
        office = Office(store, KeyRing.derived("tests"), Path(folder))
        office.deliver("registrations", [firm(8)])
        for what, i in steps:
            delivered(office, what, i)
            assert store.get_meta(LINKS) == "current"
            assert changed_by_a_full_look(store) == 0


def test_after_an_unloading_all_are_looked_at_again(desk: Office) -> None:
    """What a compensating batch closed, the next delivery finds: another source still names the bearer by its code."""
    delivered(desk, "by code", 1)
    delivered(desk, "bearer", 1)
    assert len(desk.store.columns("SAME_AS", ["owner"], Slice(9))["owner"]) == 1
    desk.deliver("registrations", [firm(8)])
    assert unload(desk.store, 2, NOW) is not None
    assert desk.store.get_meta(LINKS) == "stale"
    desk.deliver("penalties", [penalty(8, "罚8", "2026-01-10")], "2026-11-23")
    assert desk.store.get_meta(LINKS) == "current" and changed_by_a_full_look(desk.store) == 0
