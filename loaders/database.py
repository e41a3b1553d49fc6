"""A view or query of another system's database, read once into a file that is then loaded like any other.

The file makes it resumable: what an interrupted load was reading is still there, whatever the database holds by then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlparse
from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlparse import tokens
from sqlparse.exceptions import SQLParseError

from graph.errors import FileRefused, UsageError
from graph.identity import scrub
from graph.time import SHANGHAI
from loaders.readers import cell_text

PORTION = 10_000  # rows held in memory
_NAME = re.compile(r"\w+(\.\w+)*")
_READ_ONLY = {  # databases whose transactions are made read-only by a statement
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
_PLAIN = (str, bool, int, float, Decimal, dt.date, uuid.UUID)  # a datetime is a date


@dataclass(frozen=True)
class Extract:
    """What to ask which database; `name` stands for it in batches and messages and holds no secret."""

    url: URL
    view: str | None
    query: str | None

    @property
    def name(self) -> str:
        """view:NAME or query:DIGEST."""
        if self.view is not None:
            return f"view:{self.view}"
        return f"query:{hashlib.sha256((self.query or '').encode()).hexdigest()[:12]}"

    def file(self, folder: Path) -> Path:
        """Where the rows are kept until they are loaded; another user, host or database is another file."""
        place = hashlib.sha256(self.url.render_as_string(hide_password=True).encode()).hexdigest()[:8]
        return folder / f"{self.name}@{place}.jsonl"


def extract(url: str, view: str | None, query: str | None) -> Extract:
    """What a person asked for, checked. UsageError where it is incomplete, or more than one reading statement."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their text may hold the password
        raise UsageError(
            "this is no URL of a database",
            "Give DIALECT+DRIVER://USER@HOST:PORT/DATABASE.",
            "不是数据库地址。格式为：方言+驱动://用户@主机:端口/数据库。",
        ) from None
    if (view is None) == (query is None):
        raise UsageError(
            "a database is asked for one thing: --view or --query",
            'Add --view NAME, or --query "SELECT ... AS 企业名称 ..." with the headers as labels.',
            "一次只查询数据库的一项内容：--view 或 --query。"
            '请加 --view 视图名，或 --query "SELECT ... AS 企业名称 ..."，以表头为列名。',
        )
    if view is not None and not _NAME.fullmatch(view):
        raise UsageError(
            f"{view!r} is no name of a view",
            "Give NAME or SCHEMA.NAME; what needs quotes goes by --query.",
            f"{view!r} 不是视图名。请填 视图名 或 模式.视图名；需要引号的请用 --query。",
        )
    if query is not None:
        _refuse_writing(query)
    return Extract(parsed, view, query)


def _refuse_writing(query: str) -> None:
    """Only one SELECT, or WITH that ends in one; the database's own read-only transaction stands behind this."""
    try:
        statements = [s for s in sqlparse.parse(query) if str(s).strip(" \t\r\n;")]
    except SQLParseError:
        raise UsageError(
            "the query is too long or nested to be checked",
            "Ask for a view made of it.",
            "查询语句过长或嵌套过深，无法检查。请建成视图后查询。",
        ) from None
    reading = len(statements) == 1 and statements[0].get_type() == "SELECT"
    words = [t for s in statements for t in s.flatten()]
    writing = next(
        (
            t.value.upper()
            for t in words
            if (t.ttype in tokens.Keyword.DML and t.value.upper() != "SELECT")
            or t.ttype in tokens.Keyword.DDL
            or (t.ttype in tokens.Keyword and t.value.upper() in ("INTO", "CALL", "EXEC", "EXECUTE"))
        ),
        None,
    )
    if not reading or writing:
        raise UsageError(
            f"the query is not one reading statement{f' ({writing})' if writing else ''}",
            "Give one SELECT, or WITH ... SELECT; a column of that name goes in quotes.",
            f"查询语句不是单一的只读语句{f'（{writing}）' if writing else ''}。"
            "请给一个 SELECT，或 WITH ... SELECT；同名的列请加引号。",
        )


def spool(asked: Extract, folder: Path) -> Path:
    """Ask the database, read-only and in portions, and keep the rows as JSON Lines under `folder`; whole or not at all.

    The header is the columns' labels; NULL is empty, dates are ISO, numbers exact. FileRefused where the database
    cannot be read, UsageError where its driver is missing. O(rows) time, O(PORTION) memory.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = asked.file(folder)
    part = path.with_suffix(".part")
    try:
        with _connected(asked) as connection, part.open("w", encoding="utf-8") as file:
            part.chmod(0o600)
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(asked, connection))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


@contextmanager
def _connected(asked: Extract) -> Iterator[Connection]:
    """A connection in a transaction that can write nothing, where the database knows such a thing."""
    try:
        engine = create_engine(_read_only(asked), poolclass=NullPool)
        options: dict[str, Any] = {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(**options) as connection:
            if statement := _READ_ONLY.get(engine.dialect.name):
                connection.exec_driver_sql(statement)
            yield connection
            connection.rollback()
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        missing = getattr(error, "name", None) or asked.url.drivername
        raise UsageError(
            f"no driver for {asked.url.drivername} ({missing})",
            "Install it: pip install 'creditgraph[postgresql]', or the driver that SQLAlchemy names for your database.",
            f"没有 {asked.url.drivername} 的驱动（{missing}）。"
            "请安装：pip install 'creditgraph[postgresql]'，或 SQLAlchemy 为该数据库指定的驱动。",
        ) from None
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise FileRefused(
            f"{asked.name}: {_discreet(str(cause), asked.url)}",
            "Check the address, the rights of the user and the query; nothing was loaded.",
            f"{asked.name}：数据库无法读取。请核对地址、用户权限和查询语句；未入库任何数据。",
        ) from None


def _read_only(asked: Extract) -> URL:
    """SQLite by a read-only handle, which also makes no file where there is none; others as given."""
    url = asked.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    return url.set(database=f"file:{quote(url.database)}", query={"mode": "ro", "uri": "true"})


def _discreet(text: str, url: URL) -> str:
    """A driver's message on one line, without the password or anybody's number."""
    secrets = [str(url.password or "")] + [str(v) for k, v in url.query.items() if "pass" in k.lower()]
    for secret in (s for s in secrets if s):
        text = text.replace(secret, "***").replace(quote(secret), "***")
    return scrub(" ".join(text.split()))


def _rows(asked: Extract, connection: Connection) -> Iterator[dict[str, str]]:
    quoted = connection.dialect.identifier_preparer.quote
    view = ".".join(quoted(part) for part in (asked.view or "").split("."))
    reading = connection.execution_options(yield_per=PORTION, no_parameters=True)
    result = reading.exec_driver_sql(asked.query or f"SELECT * FROM {view}")  # no text(): a colon is just a colon
    names = list(result.keys())
    if double := [n for n, count in Counter(names).items() if count > 1]:
        raise FileRefused(
            f"{asked.name}: several columns are called {', '.join(double)}",
            "Give each a label of its own: SELECT a.name AS 企业名称 ...",
            f"{asked.name}：有同名的列（{'、'.join(double)}）。请用 AS 为每列取不同的名称。",
        )
    for row in result:
        yield {name: _text(asked, name, value) for name, value in zip(names, row, strict=True)}


def _text(asked: Extract, name: str, value: Any) -> str:
    if value is not None and not isinstance(value, _PLAIN):
        raise FileRefused(
            f"{asked.name}: column {name} holds {type(value).__name__}, which is no plain value",
            "Cast it to text in the query, or leave the column out.",
            f"{asked.name}：列“{name}”不是文字、数字或日期。请在查询中转换为文本，或去掉该列。",
        )
    if isinstance(value, dt.datetime) and value.tzinfo:  # whatever zone the server thinks in, the day is ours
        value = value.astimezone(SHANGHAI)
    return format(value, "f") if isinstance(value, Decimal) else cell_text(value)
