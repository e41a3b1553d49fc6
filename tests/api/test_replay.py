"""A stored run told again a year later: the same bytes under archive approval, nothing out of use without it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.api.test_cli import run
from tests.conftest import firm, penalty, repair, to_csv, uscc

APPROVAL = """
case: 复核 2027-3
reason: 行政复议
asked_by: 张样
approved_by: 李样
expires_on: 2027-12-31
"""


def load(tmp_path: Path, at: dict[str, str], rows: dict[str, list[dict[str, object]]], day: str) -> None:
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
    assert closed["run_told_again"] == {"run_id": kept, "closed": True, "erased": 0, "replaced": False}
    assert "已略去" in run("explain", uscc(1), "--run", kept, **later)
    assert closed["parts"] == [], "one was repaired, of the other the year of publicity is over"
    assert "复核 2027-3" in (tmp_path / "audit.jsonl").read_text("utf-8")


def _last_run(at: dict[str, str]) -> str:
    from graph.stores import open_store

    with open_store(at["CREDITGRAPH_STORE"]) as store:
        return str(store.ledger("run")[-1]["run_id"])
