"""A stored run told again a year later: the same bytes under archive approval, nothing out of use without it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any
from unittest import mock

from api.render_explanation import archived
from graph.keys import KeyRing
from tests.api.test_cli import run
from tests.conftest import debtor, firm, number, penalty, repair, to_csv, uscc

APPROVAL = """
case: 复核 2027-3
reason: 行政复议
asked_by: 张样
approved_by: 李样
expires_on: 2027-12-31
"""


def load(tmp_path: Path, at: dict[str, str], rows: dict[str, list[dict[str, Any]]], day: str) -> None:
    for name, content in rows.items():
        file = tmp_path / f"{name}-{day}.csv"
        file.write_bytes(to_csv(content))
        run("load", str(file), "--source", name, "--received-at", day, "--dated", day, **at)


def test_a_stored_run_is_told_again(tmp_path: Path) -> None:
    at = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": str(tmp_path / "key")}
    at |= {"CREDITGRAPH_AUDIT": f"{tmp_path}/audit.jsonl"}
    run("key", "create", str(tmp_path / "key"))
    fines = [penalty(1, "罚1", "2026-10-01"), penalty(1, "罚2", "2026-10-02")]
    load(tmp_path, at, {"registrations": [firm(1)], "penalties": fines}, "2026-11-01")
    then = at | {"CREDITGRAPH_CLOCK": "2026-11-23"}
    run("grade", **then)
    stored = json.loads(run("grade", "--format", "json", **then))
    assert stored
    ledger = run("explain", uscc(1), "--format", "json", **then)
    whole = json.loads(ledger)["run"]
    kept = _last_run(at)
    first = run("explain", uscc(1), "--run", kept, "--format", "json", **then)
    assert {p["evidence"]["document_number"] for p in json.loads(first)["parts"]} == {"罚1", "罚2"}
    assert json.loads(first)["run"]["as_of"] == whole["as_of"] == "2026-11-23"

    load(tmp_path, at, {"registrations": [firm(1, 行业代码="J6610")]}, "2026-11-23")
    assert json.loads(run("explain", uscc(1), "--format", "json", **then))["parts"] != json.loads(first)["parts"]
    same_day = json.loads(run("explain", uscc(1), "--run", kept, "--format", "json", **then))
    assert same_day["parts"] == json.loads(first)["parts"], "what came later on the same day does not count"

    load(tmp_path, at, {"repairs": [repair(1, "罚1", "2027-01-10")]}, "2027-01-11")
    (tmp_path / "approval.yaml").write_text(APPROVAL, "utf-8")
    later = at | {"CREDITGRAPH_CLOCK": "2027-11-23"}
    again = run(
        "explain", uscc(1), "--run", kept, "--approval", f"{tmp_path}/approval.yaml", "--format", "json", **later
    )
    assert again == first
    closed = json.loads(run("explain", uscc(1), "--run", kept, "--format", "json", **later))
    assert closed["run_told_again"] == {
        "run_id": kept,
        "closed": True,
        "erased": 0,
        "replaced": False,
        "other_code": False,
    }
    assert "已略去" in run("explain", uscc(1), "--run", kept, **later)
    assert closed["parts"] == [], "one was repaired, of the other the year of publicity is over"
    assert "复核 2027-3" in (tmp_path / "audit.jsonl").read_text("utf-8")


def _last_run(at: dict[str, str]) -> str:
    from graph.stores import open_store

    with open_store(at["CREDITGRAPH_STORE"]) as store:
        return str(store.ledger("run")[-1]["run_id"])


def _there(tmp_path: Path) -> dict[str, str]:
    at = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": str(tmp_path / "key")}
    run("key", "create", str(tmp_path / "key"))
    return at | {"CREDITGRAPH_AUDIT": f"{tmp_path}/audit.jsonl", "CREDITGRAPH_CLOCK": "2026-11-23"}


def _told(at: dict[str, str], kept: str) -> dict[str, Any]:
    return dict(json.loads(run("explain", uscc(1), "--run", kept, "--format", "json", **at)))


def test_that_a_batch_of_a_run_was_replaced_is_told(tmp_path: Path) -> None:
    """The last file is taken back and another one loaded in its place: the run's data are not the same any more."""
    at = _there(tmp_path)
    load(tmp_path, at, {"registrations": [firm(1)]}, "2026-11-01")
    load(tmp_path, at, {"penalties": [penalty(1, "罚1", "2026-10-01")]}, "2026-11-02")
    run("grade", **at)
    kept = _last_run(at)
    assert "run_told_again" not in _told(at, kept)
    run("unload", "2", **at)
    load(tmp_path, at, {"penalties": [penalty(1, "罚2", "2026-10-01")]}, "2026-11-03")
    notice = {"run_id": kept, "closed": False, "erased": 0, "replaced": True, "other_code": False}
    assert _told(at, kept)["run_told_again"] == notice
    assert "数据已不是当时的数据" in run("explain", uscc(1), "--run", kept, **at)
    assert "not its data any more" in run("explain", uscc(1), "--run", kept, "--lang", "en", **at)
    _rewritten(at, kept, {"batches": None})
    assert "run_told_again" not in _told(at, kept), "an old run does not say what it read"


def _rewritten(at: dict[str, str], kept: str, changes: dict[str, Any]) -> None:
    """The stored run as one of earlier days, or of another program."""
    with sqlite3.connect(at["CREDITGRAPH_STORE"].removeprefix("sqlite:///")) as store:
        (manifest,) = store.execute("SELECT manifest FROM run WHERE run_id = ?", (kept,)).fetchone()
        old = {n: v for n, v in (json.loads(manifest) | changes).items() if changes.get(n, "") is not None}
        store.execute("UPDATE run SET manifest = ?", (json.dumps(old),))


def test_a_batch_that_a_later_one_took_back_leaves_the_run_as_it_was(tmp_path: Path) -> None:
    at = _there(tmp_path)
    load(tmp_path, at, {"registrations": [firm(1)]}, "2026-11-01")
    load(tmp_path, at, {"penalties": [penalty(1, "罚1", "2026-10-01")]}, "2026-11-02")
    load(tmp_path, at, {"dishonest_debtors": [debtor(9, "案9", "2026-10-01")]}, "2026-11-03")
    run("grade", **at)
    kept = _last_run(at)
    parts = _told(at, kept)["parts"]
    run("unload", "2", **at)
    closed = _told(at, kept)
    assert closed["parts"] == [] and closed["run_told_again"]["closed"], "nobody may use what was taken back"
    (tmp_path / "approval.yaml").write_text(APPROVAL, "utf-8")
    again = json.loads(
        run("explain", uscc(1), "--run", kept, "--approval", f"{tmp_path}/approval.yaml", "--format", "json", **at)
    )
    assert again["parts"] == parts and "run_told_again" not in again


def test_that_something_was_erased_since_a_run_is_told(tmp_path: Path) -> None:
    at = _there(tmp_path)
    row = {"统一社会信用代码": uscc(1), "姓名": "张样", "证件号码": number(1), "职务": "法定代表人"}
    load(tmp_path, at, {"registrations": [firm(1)], "legal_representatives": [row]}, "2026-11-01")
    run("grade", **at)
    kept = _last_run(at)
    assert "run_told_again" not in _told(at, kept)
    person = "CN-ID:" + KeyRing.load(tmp_path / "key").digest(number(1))
    run("erase", person, "--reason", "法院令〔2026〕1号", **at)
    notice = _told(at, kept)["run_told_again"]
    assert notice["erased"] > 0 and notice["run_id"] == kept
    assert f"此后删除 {notice['erased']} 项" in run("explain", uscc(1), "--run", kept, **at)
    assert f"erased since: {notice['erased']}" in run("explain", uscc(1), "--run", kept, "--lang", "en", **at)


def test_what_officers_decided_after_a_run_does_not_count_in_it(tmp_path: Path) -> None:
    """Firms 1 and 2 have one legal representative; 2 was revoked. The part of G2 is refuted an hour after the run."""
    at = _there(tmp_path)
    firms = [firm(1), firm(2, 登记状态="吊销", 核准日期="2025-06-01")]
    posts = [{"统一社会信用代码": uscc(i), "姓名": "张样", "证件号码": number(1), "职务": "法定代表人"} for i in (1, 2)]
    load(tmp_path, at, {"registrations": firms, "legal_representatives": posts}, "2026-11-01")
    run("grade", **at)
    kept = _last_run(at)
    parts = _told(at, kept)["parts"]
    assert "G2" in {p["indicator"] for p in parts}
    run("confirm", uscc(1), "G2", "--verdict", "refuted", "--reason", "卷1", "--by", "李样", **at)
    again = _told(at, kept)
    assert again["parts"] == parts and again["decisions"] == [] and "run_told_again" not in again
    now = json.loads(run("explain", uscc(1), "--format", "json", **at))
    assert "G2" not in {p["indicator"] for p in now["parts"]}


def test_a_baseline_made_after_a_run_does_not_count_in_it(tmp_path: Path) -> None:
    at = _there(tmp_path)
    load(tmp_path, at, {"registrations": [firm(1), firm(2)]}, "2026-11-01")
    run("grade", **at)
    kept = _last_run(at)
    before = _told(at, kept)
    run("baseline", "create", "later", **at)
    assert _told(at, kept) == before and before["run"]["baseline"] is None


def test_another_version_of_the_program_is_told(tmp_path: Path) -> None:
    at = _there(tmp_path)
    load(tmp_path, at, {"registrations": [firm(1)]}, "2026-11-01")
    run("grade", **at)
    kept = _last_run(at)
    _rewritten(at, kept, {"code": "0.0.0"})
    assert _told(at, kept)["run_told_again"]["other_code"]
    assert "程序版本" in run("explain", uscc(1), "--run", kept, **at)


def test_a_page_out_of_the_archive_says_so_beside_its_bytes(tmp_path: Path) -> None:
    at = _there(tmp_path)
    load(tmp_path, at, {"registrations": [firm(1)]}, "2026-11-01")
    run("grade", **at)
    kept = _last_run(at)
    (tmp_path / "approval.yaml").write_text(APPROVAL, "utf-8")
    first = run("explain", uscc(1), "--run", kept, **at)
    with mock.patch("api.commands.explaining.archived", wraps=archived) as told:
        again = run("explain", uscc(1), "--run", kept, "--approval", f"{tmp_path}/approval.yaml", **at)
    assert again == first and "复核 2027-3" not in again
    said = archived(*told.call_args.args)
    assert "档案重述（授权 复核 2027-3）" in said and "2026-11-23" in said
