"""Files, folders and databases in by the real command line: guided at a terminal, watched, killed, interrupted."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.store import Slice
from graph.stores import open_store
from loaders.pipeline import Request, load_file
from loaders.source import sources
from tests.api.test_cli import ROOT, run
from tests.conftest import firm, number, penalty, to_csv, uscc
from tests.graph.stores.reading import facts

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "CREDITGRAPH_CLOCK": "2026-11-23"}
COMMAND = [sys.executable, "-m", "api.cli", "load"]


@contextmanager
def watching(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that watches the folder `in`."""
    process = subprocess.Popen(
        [*COMMAND, "--watch", "in", "--every", "0.1", *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], text: str) -> str:
    """What a process says on standard error up to a line with this text."""
    said = ""
    assert process.stderr
    for line in process.stderr:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


# --- a watched folder -----------------------------------------------------------------------------------


def _put_files(folder: Path) -> list[str]:
    """Two months of firms and their penalties, with some rows that are refused; names in order of arrival."""
    files: dict[str, list[dict[str, Any]]] = {
        "registrations/1.csv": [firm(i) for i in range(1, 2_000)],  # so many that a kill falls among them
        "2.csv": [penalty(i, f"罚{i}", "2026-10-01") for i in range(1, 300)],
        "3.csv": [firm(i, 企业名称=f"云津改名{i}公司") for i in range(1, 2_000)] + [firm(2_000, 成立日期="2024-02-30")],
        "penalties/4.csv": [penalty(i, f"罚{i}", "2026-10-02") for i in range(300, 500)]
        + [penalty(1, "", "2026-10-01")],
    }
    for at, (name, rows) in enumerate(files.items(), 1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_csv(rows))
        os.utime(path, (at, at))
    return list(files)


def _taken() -> list[Path]:
    return list(Path("in/.loading").glob("*/*"))


def _all_done(names: list[str]) -> bool:
    return len(list(Path("in/.done").glob("*/*"))) == len(names)


def test_kill_nine_at_random_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    names = _put_files(tmp_path / "clean")
    run("key", "create")
    keys = KeyRing.load(Path("creditgraph.key"))
    with open_store("sqlite://") as store:
        for name in names:
            load_file(store, Request(tmp_path / "clean" / name, dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)), keys)
        wanted = {t: facts(store, t, Slice(4)) for t in SCHEMA.tables()}
        totals = [b.totals for b in store.batches()]
    _put_files(tmp_path / "in")
    chance, interrupted = random.Random(3), 0
    for _ in range(12):
        with watching() as process:
            while not _taken() and process.poll() is None and not _all_done(names):
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
        interrupted += bool(_taken())
    assert interrupted > 2
    run("load", "--watch", "in", "--once", "--every", "0.1")
    with open_store("sqlite:///city.db") as store:
        batches = store.batches()
        assert [(b.delivery.file, b.sealed) for b in batches] == [(Path(n).name, True) for n in names]
        assert [b.totals for b in batches] == totals
        assert {t: facts(store, t, Slice(4)) for t in SCHEMA.tables()} == wanted
    left = sorted(str(p.relative_to("in")) for p in Path("in").rglob("*") if p.is_file())
    assert left == [
        *(f".done/2026-11-23/{n}.csv" for n in (1, 2, 3, 4)),
        ".lock",
        ".receipts/3-3.csv.xlsx",
        ".receipts/4-4.csv.xlsx",
    ]


def test_a_busy_store_is_waited_for_and_control_c_ends_it_cleanly(tmp_path: Path) -> None:
    run("key", "create")
    Path("in").mkdir()
    Path("in/a.csv").write_bytes(to_csv([firm(1)]))
    with open_store("sqlite:///city.db") as store, watching("--lang", "en") as process:
        store.acquire("somebody else")
        assert "another process is loading" in until(process, "waiting")
        store.release()
        assert "loaded 1" in until(process, "batch 1")
        assert store.sealed_seq() == 1
        process.send_signal(signal.SIGINT)
        said = until(process, "ended")
        assert process.wait() == 0 and "Traceback" not in said + process.stderr.read()  # type: ignore[union-attr]


def test_control_c_in_the_middle_of_a_large_file_ends_both_processes_quietly(tmp_path: Path) -> None:
    run("key", "create")
    Path("in").mkdir()
    Path("in/big.csv").write_bytes(to_csv([firm(i, 经营范围="样例" * 400) for i in range(1, 5_000)]))
    with watching("--lang", "en") as process:
        while not _taken():
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        said = process.communicate()[1]
        assert process.returncode == 0 and "ended" in said and "Traceback" not in said
    with open_store("sqlite:///city.db") as store:
        assert store.sealed_seq() == 0, "nothing half is seen"
    run("load", "--watch", "in", "--once", "--every", "0.1")
    with open_store("sqlite:///city.db") as store:
        assert [b.totals["loaded"] for b in store.batches()] == [4_999]


def test_once_handles_what_is_there_and_tells_when_a_person_is_needed(tmp_path: Path) -> None:
    run("key", "create")
    once = ("load", "--watch", "in", "--once", "--every", "0.1")
    assert "no folder in" in run(*once, code=2)
    Path("in").mkdir()
    assert run(*once) == ""
    Path("in/a.csv").write_bytes(to_csv([firm(i) for i in range(1, 41)]))
    run(*once)
    Path("in/b.csv").write_bytes(to_csv([firm(i) for i in range(1, 11)]))
    said = run(*once, code=4)
    note = Path(re.search(r"见 (\S+)", said)[1]).read_text("utf-8")  # type: ignore[index]
    run(*re.search(r"确认无误：creditgraph (.+)", note)[1].replace("'", "").split())  # type: ignore[index]
    run(*once)
    assert sorted(p.name for p in Path("in/.done/2026-11-23").iterdir()) == ["a.csv", "b.csv"]
    assert "--watch takes" in run(*once, "--coverage", "full", code=2)
    with open_store("sqlite:///city.db") as store:
        noted = [Path(row["path"]).name for row in store.ledger("output")]
    assert noted == [".receipts"], "once, so that an erasure finds what is in it"


# --- a database -----------------------------------------------------------------------------------------


def test_a_view_and_a_query_are_loaded_like_files(tmp_path: Path) -> None:
    run("key", "create")
    with sqlite3.connect("other.db") as db:
        db.execute("CREATE TABLE 企业 (统一社会信用代码 TEXT, 企业名称 TEXT, 成立日期 TEXT)")
        db.executemany(
            "INSERT INTO 企业 VALUES (?, ?, ?)", [(uscc(i), f"云津{i}公司", "2020-01-01") for i in (1, 2, 3)]
        )
    db.close()
    url = "sqlite:///other.db"
    assert "--view or --query" in run("load", url, code=2)
    assert "need the URL" in run("load", "other.db", "--view", "企业", code=2)
    assert "need the URL" in run("load", url, "b.csv", "--view", "企业", code=2)
    assert "nothing to load" in run("load", code=2)
    assert "not one reading statement" in run("load", url, "--query", "DELETE FROM 企业", code=2)
    assert "missing" in run("load", url, "--query", "SELECT 企业名称, 成立日期 FROM 企业", code=3)
    first = json.loads(run("load", url, "--view", "企业", "--format", "json"))
    assert (first[0]["file"], first[0]["source"], first[0]["loaded"]) == ("view:企业", "registrations", 3)
    query = "SELECT 统一社会信用代码, 企业名称, 成立日期 FROM 企业 WHERE 企业名称 <> '云津1公司'"
    again = json.loads(run("load", url, "--query", query, "--coverage", "delta", "--format", "json"))
    assert re.fullmatch(r"query:[0-9a-f]{12}", again[0]["file"]) and again[0]["unchanged"] == 2
    assert not list(Path("creditgraph-spool").glob("*.jsonl")), "what was loaded or refused is not kept in clear"
    said = run("load", "postgresql+psycopg://u:geheim@127.0.0.1:1/d?connect_timeout=2", "--view", "v", code=3)
    assert "geheim" not in said and "view:v" in said


# --- at a terminal --------------------------------------------------------------------------------------


class Terminal:
    """The command line at a pseudo-terminal, answered like a person."""

    def __init__(self, *arguments: str) -> None:
        self.said = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvpe(sys.executable, [*COMMAND, *arguments], ENVIRONMENT | {"COLUMNS": "160", "TERM": "dumb"})

    def answer(self, question: str, *answers: str) -> str:
        """Wait for a question, type a line; what was said up to there."""
        said = self._until(question)
        for answer in answers:
            os.write(self.master, f"{answer}\n".encode())
        return said

    def _until(self, text: str) -> str:
        while text not in self.said:
            if not select.select([self.master], [], [], 60)[0]:
                raise AssertionError(f"{text!r} not in {self.said!r}")
            try:
                self.said += os.read(self.master, 65_536).decode(errors="replace")
            except OSError:
                raise AssertionError(f"{text!r} not in {self.said!r}") from None
        before, _, self.said = self.said.partition(text)
        return before + text

    def end(self, *, interrupted: bool = False) -> tuple[int, str]:
        """Its exit code, and the rest of what it said; `interrupted` by Ctrl-C, pressed until it helps."""
        patience = 60
        while patience:
            if not select.select([self.master], [], [], 1)[0]:
                patience -= 1
                if interrupted:
                    os.write(self.master, b"\x03")
                continue
            try:
                self.said += os.read(self.master, 65_536).decode(errors="replace")
            except OSError:  # how Linux tells that the other side is closed
                break
        assert patience, self.said
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), self.said


def odd_file() -> list[dict[str, Any]]:
    """Posts under headers that nobody knows."""
    return [
        {"单位代号": uscc(i), "谁": name, "号码": number(i), "干什么的": "监事", "啥时候上任": "2020-01-02", "杂": "x"}
        for i, name in ((1, "样例甲"), (2, "样例乙"))
    ]


def test_a_person_is_walked_through_a_mapping(tmp_path: Path) -> None:
    run("key", "create")
    Path("mine.csv").write_bytes(b"2026\xe5\xb9\xb4\xe4\xba\xba\xe5\x91\x98\n" + to_csv(odd_file()))
    at = Terminal("mine.csv")
    shown = at.answer("表头在第几行 [2]: ", "")
    assert "没有来源认识这些表头" in shown and "干什么的" in shown
    at.answer("属于哪个来源（名称，? 列出全部） [", "?")
    assert "inspections" in at.answer("列出全部） [", "法定代表人及主要人员信息")
    fields = {"统一社会信用代码": "1", "姓名": "2", "证件号码": "3", "职务": "4", "任职日期": "5"}
    assert "回车采用建议" in at.answer("0 为没有。")
    shown += fill(at, "legal_representatives", {f.zh: "0" for f in sources()["legal_representatives"].fields} | fields)
    preview = at.answer("按此加载 [Y/n]: ", "")
    assert "2020-01-02" in preview and uscc(1) in preview and f"****{number(1)[-4:]}" in preview
    code, rest = at.end()
    assert code == 0 and "mine.csv.mapping.json" in rest
    saved = json.loads(Path("mine.csv.mapping.json").read_text("utf-8"))
    assert saved["source"] == "legal_representatives"
    assert saved["columns"] == {
        "单位代号": "统一社会信用代码",
        "谁": "姓名",
        "号码": "证件号码",
        "干什么的": "职务",
        "啥时候上任": "任职日期",
        "杂": "",
    }
    listed = json.loads(run("batches", "--format", "json"))
    assert [(b["file"], b["loaded"], b["state"]) for b in listed] == [("mine.csv", 2, "sealed")]
    said = shown + preview + rest
    assert not any(text in said for text in (number(1), "样例甲", "19850312")), "what is personal shows its shape only"
    again = json.loads(run("load", "mine.csv", "--mapping", "mine.csv.mapping.json", "--format", "json"))
    assert again[0]["unchanged"] == 2


def fill(at: Terminal, source: str, answers: dict[str, str]) -> str:
    """Answer each column's question; where there is no answer, take the guess."""
    return "".join(at.answer(f"{field.zh} [", answers.get(field.zh, "")) for field in sources()[source].fields)


def test_a_guess_is_offered_a_lack_is_told_and_a_no_asks_again(tmp_path: Path) -> None:
    run("key", "create")
    Path("mine.csv").write_text(f"信用代码,企业名称,成立的日期\n{uscc(1)},云津公司,2020-01-02\n", encoding="utf-8")
    at = Terminal("mine.csv", "--source", "registrations", "--lang", "en")
    at.answer("Which row is the header [1]: ", "7")
    at.answer("Which row is the header [1]: ", "")
    assert "云津公司" in at.answer("Enter: the guess. 0: none.")
    fill(at, "registrations", {"成立日期": "0"})
    at.answer("still missing: 成立日期")
    fill(at, "registrations", {"成立日期": "3"})
    at.answer("Load it like this [Y/n]: ", "n")
    fill(at, "registrations", {})
    at.answer("Load it like this [Y/n]: ", "y")
    code, rest = at.end()
    assert code == 0 and "mapping saved" in rest
    assert json.loads(run("batches", "--format", "json"))[0]["loaded"] == 1


def test_without_a_terminal_a_mapping_is_proposed_and_its_use_told(tmp_path: Path) -> None:
    run("key", "create")
    Path("in").mkdir()
    Path("in/mine.csv").write_text(f"信用代码,企业名称,成立的日期\n{uscc(1)},云津公司,2020-01-02\n", encoding="utf-8")
    said = run("load", "in/mine.csv", "--source", "registrations", code=3)
    assert "--mapping in/mine.csv.mapping.json" in said and Path("in/mine.csv.mapping.json").exists()


@pytest.mark.parametrize("moment", ["表头在第几行", "属于哪个来源"])
def test_control_c_at_a_question_leaves_nothing(tmp_path: Path, moment: str) -> None:
    run("key", "create")
    Path("mine.csv").write_bytes(to_csv(odd_file()))
    at = Terminal("mine.csv")
    if moment != "表头在第几行":
        at.answer("表头在第几行 [1]: ", "")
    at.answer(moment)
    code, rest = at.end(interrupted=True)
    assert code == 130 and "Traceback" not in rest and json.loads(run("batches", "--format", "json")) == []
