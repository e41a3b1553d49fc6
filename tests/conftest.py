"""Shared fixtures: keys, stores (SQLite and a real Neo4j), synthetic parties, loading of small tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from api import neo4j_server
from graph.delivery import Batch, Coverage
from graph.keys import KeyRing
from graph.store import GraphStore
from graph.stores import open_store
from loaders.pipeline import Request, load_file
from loaders.samples import SAMPLE, masked, number, uscc

settings.register_profile("project", deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
settings.load_profile("project")

__all__ = ["SAMPLE", "masked", "number", "uscc"]

MISSING: dict[str, str] = {}


def pytest_configure() -> None:
    """A shell starts what runs in the background with Ctrl-C ignored, and all its children: tests press it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the Neo4j server to itself, one the cities that session fixtures make."""
    for item in items:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if "neo4j" in parameters or "neo4j_url" in getattr(item, "fixturenames", ()) or "neo4j" in item.name:
            item.add_marker(pytest.mark.xdist_group("neo4j"))
            item.add_marker(pytest.mark.neo4j)  # -m "not neo4j" leaves the server alone
        elif "synthetic" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("city"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Services that could not be had, each with the line that installs it."""
    if MISSING:
        terminalreporter.section("services missing", red=True, bold=True)
        for name, line in sorted(MISSING.items()):
            terminalreporter.write_line(f"{name}: {line}", red=True)


def require(name: str, line: str) -> None:
    """Skip for want of a service; with REQUIRE_ALL=1 that is a failure."""
    MISSING[name] = line
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{name} is required: {line}")
    pytest.skip(f"{name}: {line}")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test in a folder of its own, on a fixed day, with no settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "CREDITGRAPH_STORE",
        "CREDITGRAPH_KEY",
        "CREDITGRAPH_LANG",
        "CREDITGRAPH_AUDIT",
        "CREDITGRAPH_CATALOGUE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CREDITGRAPH_CLOCK", "2026-11-23")


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing.derived("tests")


@pytest.fixture(scope="session")
def neo4j_url() -> str:
    home = os.environ.get("CREDITGRAPH_NEO4J_HOME")
    if home is None:
        neo4j_server.HOME = Path(__file__).parent.parent / ".neo4j"
    try:
        return neo4j_server.start()
    except neo4j_server.Unavailable as error:
        require("Neo4j", str(error))
        raise AssertionError from error


def fresh_neo4j(url: str) -> GraphStore:
    """The server's store, emptied."""
    store: Any = open_store(url)
    store.scratch()
    return store  # type: ignore[no-any-return]


@pytest.fixture(params=["sqlite", "neo4j"])
def store(request: pytest.FixtureRequest) -> Iterator[GraphStore]:
    """Each store in turn, empty."""
    opened = open_store("sqlite://") if request.param == "sqlite" else fresh_neo4j(request.getfixturevalue("neo4j_url"))
    yield opened
    opened.close()


@pytest.fixture
def memory() -> Iterator[GraphStore]:
    with open_store("sqlite://") as opened:
        yield opened


Loader = Callable[..., Batch]


def to_csv(rows: list[dict[str, Any]] | str) -> bytes:
    """Rows as a CSV file in UTF-8."""
    if isinstance(rows, str):
        return rows.encode()
    names = list(dict.fromkeys(n for row in rows for n in row))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


class Office:
    """Delivers small tables to a store, one day after another."""

    def __init__(self, store: GraphStore, keys: KeyRing, folder: Path) -> None:
        self.store, self.keys, self.folder, self.count = store, keys, folder, 0

    def deliver(
        self, source: str, rows: list[dict[str, Any]] | str, day: str = "2026-01-31", full: bool = False, **more: Any
    ) -> Batch:
        """Load rows as a file dated and received on a day."""
        self.count += 1
        path = self.folder / more.pop("file", f"{source}-{self.count}.csv")
        path.write_bytes(to_csv(rows))
        received = more.pop("received", day)
        at = dt.datetime.combine(dt.date.fromisoformat(received), dt.time(12), tzinfo=dt.UTC)
        return load_file(
            self.store,
            Request(path, at, source, Coverage.FULL if full else Coverage.DELTA, dt.date.fromisoformat(day), **more),
            self.keys,
        )


@pytest.fixture
def office(store: GraphStore, keys: KeyRing, tmp_path: Path) -> Office:
    return Office(store, keys, tmp_path)


@pytest.fixture
def desk(memory: GraphStore, keys: KeyRing, tmp_path: Path) -> Office:
    """An office over a store in memory."""
    return Office(memory, keys, tmp_path)


def firm(serial: int, **more: Any) -> dict[str, Any]:
    """A row of the register."""
    row = {
        "统一社会信用代码": uscc(serial),
        "企业名称": f"云津样例{serial}商贸有限公司",
        "成立日期": "2012-03-02",
        "企业类型": "有限责任公司",
        "登记状态": "存续",
        "注册资本": "100(万元人民币)",
        "住所": f"云津市临江区样例路{serial}号",
        "行业代码": "I65",
        "行政区划": "990101",
    }
    return row | more


def penalty(serial: int, document: str, day: str, **more: Any) -> dict[str, Any]:
    """A row of penalties."""
    row = {
        "行政相对人名称": f"云津样例{serial}商贸有限公司",
        "行政相对人代码": uscc(serial),
        "行政处罚决定书文号": document,
        "违法行为类型": "虚假宣传",
        "处罚类别": "罚款",
        "处罚内容": "罚款20000元",
        "罚款金额": "2",
        "处罚决定日期": day,
        "失信严重程度": "一般",
        "处罚机关": "云津市市场监督管理局",
    }
    return row | more


def declared(serial: int, person: int, name: str, **more: Any) -> dict[str, Any]:
    """A row of declarations: somebody holds all of a firm."""
    row = {
        "申报记录号": f"SY{serial}-{person}",
        "企业统一社会信用代码或标识": uscc(serial),
        "企业名称": f"云津样例{serial}商贸有限公司",
        "受益人类别": "自然人",
        "受益人证件号码": number(person),
        "受益人名称": name,
        "受益权益": "持股 =100",
        "持有方式": "直接",
        "权益取得日期": "2020-01-01",
    }
    return row | more


def debtor(serial: int, case: str, day: str, reason: str = "有履行能力而拒不履行", **more: Any) -> dict[str, Any]:
    """A row of the debtors' list against a firm."""
    row = {
        "被执行人姓名/名称": f"云津样例{serial}商贸有限公司",
        "统一社会信用代码": uscc(serial),
        "身份证号码": "",
        "案号": case,
        "执行法院": "云津市临江区人民法院",
        "失信被执行人行为具体情形": reason,
        "立案时间": day,
    }
    return row | more


def repair(serial: int, document: str, day: str, **more: Any) -> dict[str, Any]:
    """A row that repairs a penalty."""
    row = {
        "事项类型": "信用修复",
        "记录类型": "行政处罚",
        "主体名称": "",
        "主体代码": uscc(serial),
        "原文书号": document,
        "原作出机关": "云津市市场监督管理局",
        "修复决定文号": f"修{document}",
        "生效日期": day,
        "修复渠道": "信用中国",
    }
    return row | more
