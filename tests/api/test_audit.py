"""The log of queries: only ever longer, and every change in it shows."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audit import append, digests_of, entries, log_path, verify
from api.file_clearance import clearance
from api.settings import clock_time
from graph.errors import UsageError
from tests.api.test_cli import run
from tests.conftest import number

ONE, OTHER = (f"CN-ID:{i:032x}" for i in (1, 2))


def _lines(count: int) -> list[str]:
    log_path().unlink(missing_ok=True)
    for i in range(count):
        append("show", reference=f"案件{i}", subjects=digests_of([f"CN-ID:{i}"]))
    return log_path().read_text().splitlines()


@given(st.integers(2, 6), st.data())
def test_any_change_but_at_the_end_breaks_the_chain(count: int, data: st.DataObject) -> None:
    lines = _lines(count)
    assert verify(log_path())[0] == count
    at = data.draw(st.integers(0, count - 2))
    kind = data.draw(st.sampled_from(["edit", "remove", "swap", "insert"]))
    if kind == "edit":
        lines[at] = lines[at].replace("案件", "案卷")
    elif kind == "remove":
        del lines[at]
    elif kind == "swap":
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    else:
        lines.insert(at, lines[at])
    log_path().write_text("\n".join(lines) + "\n")
    with pytest.raises(UsageError, match="line"):
        verify(log_path())


def test_a_cut_at_the_end_shows_against_a_digest_noted_elsewhere() -> None:
    lines = _lines(3)
    noted = verify(log_path())
    log_path().write_text("\n".join(lines[:2]) + "\n")
    assert verify(log_path()) != noted


def test_lines_from_before_the_chain_stand_at_the_beginning_only() -> None:
    Path("creditgraph-audit.jsonl").write_text('{"command": "show"}\n')
    append("check", purpose="p")
    assert verify(log_path())[0] == 2
    with log_path().open("a") as file:
        file.write('{"command": "show"}\n')
    with pytest.raises(UsageError, match="line 3"):
        verify(log_path())


def test_a_line_longer_than_what_is_read_at_once_is_chained() -> None:
    append("screen", subjects=["0" * 32] * 5_000)
    append("check", purpose="p")
    assert verify(log_path())[0] == 2


def test_writers_take_turns() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: append("check", count=i), range(40)))
    assert verify(log_path())[0] == 40


def test_a_replayed_day_does_not_turn_the_time_of_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITGRAPH_CLOCK", "2019-01-31")
    append("check", purpose="p")
    line = json.loads(log_path().read_text())
    assert line["today"] == "2019-01-31"
    assert abs(dt.datetime.fromisoformat(line["at"]) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_who_asked_about_a_person_is_listed_refusals_too_and_that_is_logged() -> None:
    gate, about = clearance(), [ONE]
    gate.shown("show", "supervision:核查1", [*about, OTHER])
    with pytest.raises(UsageError, match="no case"):
        gate.shown("owners", "supervision", about)
    gate.shown("related", "supervision:核查2", [OTHER])
    assert [e["command"] for e in entries(log_path(), ONE)] == ["show", "owners"]
    assert "no purpose" in run("audit", "--about", ONE, code=2)
    told = json.loads(run("audit", "--about", ONE, "--purpose", "own_report:申请1", "--format", "json"))
    assert [e["command"] for e in told] == ["show", "owners", "audit"], "the refusal before this one is told as well"
    assert [e["command"] for e in entries(log_path(), ONE)][2:] == ["audit", "audit"]


def test_queries_since_a_day() -> None:
    append("show", purpose="p")
    today = clock_time().date()
    assert len(list(entries(log_path(), since=today))) == 1
    assert not list(entries(log_path(), since=today + dt.timedelta(days=1)))
    assert "show" in run("audit", "--since", today.isoformat())


def test_nothing_personal_and_no_empty_purpose() -> None:
    with pytest.raises(UsageError, match="no purpose"):
        clearance().shown("show", " ", [])
    clearance().shown("show", f"supervision:核查{number(1)}", ["CN-ID:1"])
    refused, line = log_path().read_text().splitlines()
    assert "no purpose" in refused and number(1) not in line and "CN-ID" not in json.loads(line)["subjects"][0]
