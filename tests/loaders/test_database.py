"""Views and queries of other databases: read once, read-only, exact, resumable; SQLite and a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from api.extracts import answered
from graph.errors import FileRefused, UsageError
from graph.store import GraphStore, Slice
from loaders.database import extract, spool
from loaders.pipeline import Request, load_file
from tests.conftest import Office, firm, require, uscc

AT = dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC)


def register(path: Path, firms: int = 3) -> str:
    """A department's database in SQLite, with a view; its URL."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE firm (code TEXT, name TEXT, established TEXT, capital NUMERIC, odd BLOB)")
        db.executemany(
            "INSERT INTO firm VALUES (?, ?, ?, ?, NULL)",
            [(uscc(i), f"云津样例{i}商贸有限公司", "2012-03-02", 100 + i) for i in range(1, firms + 1)],
        )
        db.execute(
            "CREATE VIEW register AS SELECT code AS 统一社会信用代码, name AS 企业名称, established AS 成立日期, "
            "capital AS 注册资本 FROM firm ORDER BY code"
        )
    db.close()
    return f"sqlite:///{path}"


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("view", "query", "message"),
    [
        (None, None, "--view or --query"),
        ("register", "SELECT 1", "--view or --query"),
        ("register; DROP TABLE firm", None, "no name of a view"),
        (None, "", "not one reading statement"),
        (None, "DELETE FROM firm", "DELETE"),
        (None, "SELECT 1; SELECT 2", "not one reading statement"),
        (None, "SELECT 1; DROP TABLE firm", "not one reading statement"),
        (None, "WITH gone AS (DELETE FROM firm RETURNING *) SELECT * FROM gone", "DELETE"),
        (None, "WITH x AS (SELECT 1) INSERT INTO firm SELECT * FROM x", "INSERT"),
        (None, "SELECT * INTO copy FROM firm", "INTO"),
        (None, "CREATE TABLE x AS SELECT 1", "CREATE"),
        (None, "PRAGMA journal_mode = DELETE", "not one reading statement"),
        (None, "EXPLAIN ANALYZE DELETE FROM firm", "not one reading statement"),
        (None, "SELECT " + "(" * 500 + "1" + ")" * 500, "too long or nested"),
        (None, "SELECT name FROM firm FOR UPDATE", "UPDATE"),
        (None, "-- SELECT\nUPDATE firm SET name = 'x'", "UPDATE"),
    ],
)
def test_only_one_reading_statement_is_asked(view: str | None, query: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        extract("sqlite:///register.db", view, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1;",
        " select 1 -- DROP\n",
        "WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x WHERE a < 3) SELECT a FROM x",
        "SELECT replace(name, 'update', 'x') AS \"delete\" FROM firm WHERE name LIKE '%;insert%:x'",
    ],
)
def test_what_only_reads_is_asked(query: str) -> None:
    assert extract("sqlite:///register.db", None, query).name.startswith("query:")


def test_a_view_is_read_whole_and_its_values_exactly(tmp_path: Path) -> None:
    url = register(tmp_path / "register.db")
    path = spool(extract(url, "register", None), tmp_path / "spool")
    assert lines(path)[0] == {
        "统一社会信用代码": uscc(1),
        "企业名称": "云津样例1商贸有限公司",
        "成立日期": "2012-03-02",
        "注册资本": "101",
    }
    assert len(lines(path)) == 3 and oct(path.stat().st_mode)[-3:] == "600"
    query = "SELECT NULL AS a, 1.5 AS b, 911234567890123456 AS c, 'a:b %s %' AS d, 1e20 AS e"
    assert lines(spool(extract(url, None, query), tmp_path))[0] == {
        "a": "",
        "b": "1.5",
        "c": "911234567890123456",
        "d": "a:b %s %",
        "e": "1.00000000000000E+20",
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1 AS a, 2 AS a", "several columns are called a"),
        ("SELECT x'00' AS a", "column a holds bytes"),
        ("SELECT * FROM nowhere", "no such table"),
    ],
)
def test_what_cannot_be_read_leaves_no_file(tmp_path: Path, query: str, message: str) -> None:
    with pytest.raises(FileRefused, match=message) as caught:
        spool(extract(register(tmp_path / "register.db"), None, query), tmp_path / "spool")
    assert caught.value.zh and not list((tmp_path / "spool").iterdir())


def test_sqlite_is_opened_read_only_and_never_made(tmp_path: Path) -> None:
    url = register(tmp_path / "register.db")
    asked = extract(url, None, "SELECT 1 AS a")
    object.__setattr__(asked, "query", "DELETE FROM firm")  # had the check of the words let it pass
    with pytest.raises(FileRefused, match="readonly"):
        spool(asked, tmp_path / "spool")
    with pytest.raises(FileRefused, match="unable to open"):
        spool(extract(f"sqlite:///{tmp_path}/typo.db", "register", None), tmp_path / "spool")
    assert not (tmp_path / "typo.db").exists()


def test_drivers_and_urls_that_do_not_work_are_told_without_the_password(tmp_path: Path) -> None:
    for url in ("nosuch://u:geheim@h/d", "mysql+aiomysqlx://u:geheim@h/d"):
        with pytest.raises(UsageError, match="no driver") as caught:
            spool(extract(url, "v", None), tmp_path)
        assert "geheim" not in str(caught.value)
    with pytest.raises(UsageError, match="no URL") as caught:
        extract("postgresql://u:geheim@h:port/d", "v", None)
    assert "geheim" not in str(caught.value)
    with pytest.raises(FileRefused, match="view:v") as refused:
        spool(extract("postgresql+psycopg://u:geheim@127.0.0.1:1/d?connect_timeout=2", "v", None), tmp_path)
    assert "geheim" not in str(refused.value)


def test_an_interrupted_load_goes_on_with_what_was_read_then(
    desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the first of three chunks; the database has changed by the time it runs again."""
    monkeypatch.setattr("loaders.chunks.CHUNK_ROWS", 10)
    asked = extract(register(tmp_path / "register.db", 30), "register", None)
    spooled = asked.file(tmp_path / "spool")

    def load(store: GraphStore) -> dict[str, int]:
        with answered(store, asked, tmp_path / "spool") as path:
            return load_file(store, Request(path, AT, name=asked.name), desk.keys).totals

    class Killed(BaseException):
        pass

    writes = 0
    original = type(desk.store).write

    def dying(*arguments: object) -> None:
        nonlocal writes
        writes += 1
        if writes == 2:
            raise Killed
        original(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(type(desk.store), "write", dying)
        with pytest.raises(Killed):
            load(desk.store)
    assert desk.store.batches()[-1].cursor == 10 and spooled.exists()
    with sqlite3.connect(tmp_path / "register.db") as db:
        db.execute("DELETE FROM firm WHERE name LIKE '%样例3%'")
    db.close()
    assert load(desk.store)["loaded"] == 30
    assert not spooled.exists() and [b.delivery.file for b in desk.store.batches()] == ["view:register"]
    assert load(desk.store)["read"] == 28, "and the next load asks again"


# --- PostgreSQL -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A throwaway cluster on a socket of its own; the URL of its database."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        require("PostgreSQL", "apt-get install -y postgresql")
    home = Path(tempfile.mkdtemp(prefix="creditgraph-pg-"))  # its server, which must not be root's, may enter it
    as_server: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        as_server = ["runuser", "-u", "postgres", "--"]

    def control(program: str, *arguments: str) -> None:
        command = [*as_server, str(found[-1].parent / program), "-D", str(home / "data"), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=home)

    try:
        control("initdb", "-A", "trust", "-U", "office", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        control("pg_ctl", "-o", options, "-l", str(home / "log"), "-w", "start")
        yield f"postgresql+psycopg://office:geheim@/postgres?host={home}"
        control("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home)


def test_postgresql_is_read_in_a_read_only_transaction(postgresql: str, desk: Office, tmp_path: Path) -> None:
    engine = create_engine(make_url(postgresql))
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE firm (code text, name text, since date, at timestamptz, capital numeric(12,2))")
        )
        connection.execute(
            text("INSERT INTO firm VALUES (:code, :name, '2012-03-02', '2012-03-02 00:00+08', 100.50)"),
            [{"code": uscc(i), "name": firm(i)["企业名称"]} for i in range(1, 26)],
        )
        connection.execute(text("CREATE SCHEMA 共享"))
        connection.execute(
            text(
                'CREATE VIEW 共享."Register" AS SELECT code AS 统一社会信用代码, name AS 企业名称, since AS 成立日期, '
                "at AS 核准日期, capital AS 注册资本 FROM firm"
            )
        )
        connection.execute(
            text("CREATE FUNCTION spoil() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM firm; RETURN 1; END $$")
        )
    engine.dispose()
    path = spool(extract(postgresql, "共享.Register", None), tmp_path / "spool")
    assert lines(path)[24] == {
        "统一社会信用代码": uscc(25),
        "企业名称": firm(25)["企业名称"],
        "成立日期": "2012-03-02",
        "核准日期": "2012-03-02",
        "注册资本": "100.50",
    }
    with pytest.raises(FileRefused, match="read-only transaction"):
        spool(extract(postgresql, None, "SELECT spoil() AS a"), tmp_path / "spool")
    query = (
        "SELECT code AS 统一社会信用代码, name AS 企业名称, since AS 成立日期 FROM firm WHERE name LIKE '%样例%'; -- :x"
    )
    asked = extract(postgresql, None, query)
    with answered(desk.store, asked, tmp_path / "spool") as path:
        batch = load_file(desk.store, Request(path, AT, name=asked.name), desk.keys)
    assert batch.totals["loaded"] == 25 and batch.delivery.file == asked.name
    assert len(desk.store.columns("Company", ["owner"], Slice(1))["owner"]) == 25
