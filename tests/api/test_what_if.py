"""What if a file were loaded: the very explanation that loading it would give, and nothing written anywhere."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.aspects.reading import read_inputs
from analytics.classes.explanation import explain
from analytics.classes.runs import grade_few_run
from analytics.indicators.baseline import store_baseline
from graph.delivery import Coverage
from graph.errors import NotFound
from graph.keys import KeyRing
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.stores import open_store
from graph.stores.overlay import OverlayStore
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.pipeline import Request, load_file
from loaders.synthetic import generate
from tests.api.test_cli import run
from tests.conftest import debtor, firm, number, penalty, repair, to_csv, uscc

DAY = "2026-11-20"
TOUCHED = ("SUBJECT_OF", "HOLDS_SHARES_IN", "LEGAL_REPRESENTATIVE_OF", "Company", "REPAIRED_BY", "GUARANTEES")


def told(store: GraphStore, moment: Moment, key: int) -> dict[str, Any] | str:
    """The explanation of a company, or why there is none."""
    view = View(store, moment, Use.GRADE)
    try:
        return explain(view, *grade_few_run(view, np.array([key])), key)
    except NotFound as error:
        return error.message


def touched(store: GraphStore, since: int) -> list[int]:
    """Some companies that batches after one say something about, and some beside them."""
    rows = [row for table in TOUCHED for row in store.changes(since, table)]
    keys = {row[side] for row in rows for side in ("owner", "end") if side in row}
    around = {
        e.start
        for k in sorted(keys)[:4]
        for e in store.edges(k, TOUCHED[:3], View(store, Moment.on(dt.date.max)).slice, 5)
    }
    known = store.nodes(sorted(keys), store.sealed_seq()), store.nodes(sorted(around - keys), store.sealed_seq())
    return [k for of in known for k in [k for k, (_, label) in of.items() if label == "Company"][:4]]


def test_a_citys_last_month_file_by_file(keys: KeyRing, tmp_path: Path) -> None:
    """Every source: full lists, increments, new parties, repairs, judgments. Over a store as in a store, to the byte."""
    generate(tmp_path, 250, seed=3, months=3)
    rows = list(csv.DictReader((tmp_path / "manifest.csv").read_text("utf-8").splitlines()))
    rows.sort(key=lambda r: (r["received_at"], r["file"]))
    last = rows[-1]["received_at"]
    moment, compared, moved = Moment.on(dt.datetime.fromisoformat(last).date()), 0, set()

    def loaded(store: GraphStore, row: dict[str, str]) -> None:
        at, day = dt.datetime.fromisoformat(row["received_at"]), dt.date.fromisoformat(row["dated"])
        load_file(store, Request(tmp_path / row["file"], at, row["source"], Coverage(row["coverage"]), day), keys)

    with open_store("sqlite://") as before, open_store("sqlite://") as after:
        for n, row in enumerate(rows):
            if row["received_at"] == last and rows[n - 1]["received_at"] != last:
                for store in (before, after):
                    whole = GraphProjection.from_store(store, moment, Use.GRADE)
                    store_baseline(store, "b", read_inputs(store, whole))
            since = after.sealed_seq()
            loaded(after, row)
            if row["received_at"] == last:
                with OverlayStore(before) as over:
                    loaded(over, row)
                    for key in touched(after, since):
                        there = told(after, moment, key)
                        assert told(over, moment, key) == there, row["file"]
                        compared += 1
                        was = told(before, moment, key)
                        if isinstance(was, str) or isinstance(there, str) or was["parts"] != there["parts"]:
                            moved.add(row["source"])
            loaded(before, row)
    assert compared >= 50
    assert moved >= {"registrations", "penalties", "tax_arrears", "shareholders"}


@pytest.fixture
def at(tmp_path: Path) -> dict[str, str]:
    """Firm 1, fined, and firm 2; 张样 represents firm 1."""
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/city.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    there |= {"CREDITGRAPH_CLOCK": "2026-11-23", "CREDITGRAPH_AUDIT": f"{tmp_path}/audit.jsonl"}
    run("key", "create", f"{tmp_path}/key")
    who = {"姓名": "张样", "证件号码": number(1), "职务": "法定代表人"}
    for name, rows in {
        "registrations": [firm(1), firm(2)],
        "legal_representatives": [{"统一社会信用代码": uscc(1)} | who],
        "penalties": [penalty(1, "罚1", "2026-10-01", 处罚类别="责令停产停业")],
        "dishonest_debtors": [debtor(9, "案9", "2026-10-01")],
    }.items():
        run("load", written(tmp_path, name, rows), "--source", name, "--dated", DAY, "--received-at", DAY, **there)
    return there


def written(folder: Path, name: str, rows: list[dict[str, Any]]) -> str:
    path = folder / f"{name}.csv"
    path.write_bytes(to_csv(rows))
    return str(path)


def explained(at: dict[str, str], *options: str) -> dict[str, Any]:
    return dict(json.loads(run("explain", uscc(1), "--format", "json", *options, **at)))


def left(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but SQLite's journals, which come and go with readers."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix not in (".db-wal", ".db-shm"))
    return {str(p): p.read_bytes() for p in files}


def test_a_file_is_assumed_and_then_loaded(at: dict[str, str], tmp_path: Path) -> None:
    """A repair, and a debtor's entry on a firm that comes to hold firm 1: the same parts assumed as loaded."""
    fixed = written(tmp_path, "repairs", [repair(1, "罚1", "2026-11-20")])
    holder = {"统一社会信用代码": uscc(1), "股东名称": "云津样例3商贸有限公司", "股东类型": "企业法人"}
    holder |= {"股东统一社会信用代码": uscc(3), "持股比例": "80%"}
    held = written(tmp_path, "shareholders", [holder])
    listed = written(tmp_path, "judgments", [debtor(3, "案3", "2026-11-10")])
    was, before = left(tmp_path), explained(at)
    files = [x for path in (fixed, held, listed) for x in ("--with", path)]
    assumed = explained(at, *files)
    assert left(tmp_path) == was and explained(at) == before
    what = assumed.pop("what_if")
    assert [f["source"] for f in what["with"]] == ["repairs", "shareholders", "dishonest_debtors"]
    for path in (fixed, held, listed):
        run("load", path, **at)
    assert explained(at) == assumed
    indicators = [{p["indicator"] for p in found["parts"]} for found in (before, assumed)]
    assert "R7" in indicators[0] - indicators[1] and "G11" in indicators[1] - indicators[0]
    (g11,) = [p for p in assumed["parts"] if p["indicator"] == "G11"]
    assert g11["paths"][0]["end"]["document_number"] == "案3"


def test_a_bad_row_is_told_and_people_are_not(at: dict[str, str], tmp_path: Path) -> None:
    person = {"被执行人姓名/名称": "张样", "统一社会信用代码": "", "身份证号码": number(1)}
    bad = debtor(2, "案2", "2026-02-30")
    path = written(tmp_path, "judgments", [debtor(1, "案1", "2026-11-10") | person, bad])
    found = explained(at, "--with", path, "--source", "dishonest_debtors", "--dated", DAY)
    (file,) = found["what_if"]["with"]
    assert (file["read"], file["loaded"], file["rejected"], file["dated"]) == (2, 1, 1, DAY)
    assert [(r["row"], r["field"]) for r in file["refused"]] == [(3, "立案时间")] and file["refused"][0]["reason"]["en"]
    assert "G1" in {p["indicator"] for p in found["parts"]}
    assert not any(text in json.dumps(found, ensure_ascii=False) for text in ("张样", "案1", "2026-02-30"))
    assert not (tmp_path / "audit.jsonl").exists()
    zh, en = (run("explain", uscc(1), "--with", path, "--lang", lang, **at) for lang in ("zh", "en"))
    assert "假设推演" in zh and "日期" in zh and "What if" in en and "judgments.csv" in en
    assert "张样" in run("explain", uscc(1), "--with", path, "--purpose", "case_investigation:案件 2026-17", **at)
    assert "案件 2026-17" in (tmp_path / "audit.jsonl").read_text("utf-8")


def test_with_and_without_together(at: dict[str, str], tmp_path: Path) -> None:
    """Also a record that only the file brings can be left out again."""
    path = written(tmp_path, "more", [penalty(1, "罚2", "2026-11-01"), penalty(1, "罚3", "2026-11-02")])

    def numbers(*options: str) -> set[str]:
        parts = explained(at, *options)["parts"]
        return {p["evidence"]["document_number"] for p in parts if p["indicator"] == "R5"}

    assert numbers("--with", path) == {"罚1", "罚2", "罚3"}
    assert numbers("--with", path, "--without", "罚1", "--without", "罚3") == {"罚2"}
    assert explained(at, "--without", "罚1")["what_if"]["without"] == ["罚1"]
    assert "what_if" not in explained(at)


def test_what_cannot_be_assumed_is_refused(at: dict[str, str], tmp_path: Path) -> None:
    rows = [debtor(i, f"案{i}", "2026-10-01") for i in range(20, 40)]
    run("load", written(tmp_path, "a", rows), "--coverage", "full", "--dated", DAY, "--received-at", DAY, **at)
    path = written(tmp_path, "b", rows[:2])
    assert "--accept-vanished" in run("explain", uscc(1), "--with", path, "--coverage", "full", code=2, **at)
    found = explained(at, "--with", path, "--coverage", "full", "--accept-vanished")
    assert found["what_if"]["with"][0]["coverage"] == "full"
    assert len(json.loads(run("batches", "--format", "json", **at))) == 5, "none is held"
    path = written(tmp_path, "d", [penalty(2, "罚2", "2026-11-01")])
    assert "what counts now" in run("explain", uscc(1), "--with", path, "--known-at", "2026-11-19", code=2, **at)
    assert "what would be" in run("explain", uscc(1), "--with", path, "--run", "x", code=2, **at)
    assert "about the class" in run("explain", uscc(1), "--with", path, "--algorithm", "control", code=2, **at)
    assert "there is no" in run("explain", uscc(1), "--with", f"{tmp_path}/none.csv", code=2, **at)
    (tmp_path / "c.csv").write_text("甲,乙\n1,2\n", "utf-8")
    run("explain", uscc(1), "--with", f"{tmp_path}/c.csv", code=3, **at)


def test_nothing_stays_of_it_after_a_kill(at: dict[str, str], tmp_path: Path) -> None:
    """The copy is in memory: killed while it is made, it leaves no file, and the store can be loaded into at once."""
    path = written(tmp_path, "many", [penalty(i, f"罚{i}", "2026-11-01") for i in range(3_000)])
    (tmp_path / "tmp").mkdir()
    was = left(tmp_path)
    for seconds in (1.0, 2.0, 3.0):
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "explain", uscc(1), "--with", path],
            env=os.environ | at | {"TMPDIR": f"{tmp_path}/tmp", "SQLITE_TMPDIR": f"{tmp_path}/tmp"},
            stdout=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left(tmp_path) == was
    run("load", path, **at)
