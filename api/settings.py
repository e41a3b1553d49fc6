"""Settings: the one place that reads the environment and the clock."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from graph.errors import UsageError
from graph.keys import KeyRing
from graph.time import SHANGHAI, Moment
from loaders.local_catalogue import LocalCatalogue

# name, default, what it is; the table in the README is tested against this one
SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("CREDITGRAPH_STORE", "sqlite:///city.db", "store, where --store is not given"),
    ("CREDITGRAPH_KEY", "creditgraph.key", "key file, where --key is not given"),
    ("CREDITGRAPH_CLOCK", "the system's", "today, as 2026-11-23: for demonstrations and replays"),
    ("CREDITGRAPH_LANG", "zh", "language of messages and tables, where --lang is not given: zh (errors in both) or en"),
    ("CREDITGRAPH_AUDIT", "creditgraph-audit.jsonl", "log of every query about a person"),
    ("CREDITGRAPH_SPOOL", "creditgraph-spool", "folder for what a database was asked for, until it is loaded"),
    ("CREDITGRAPH_CATALOGUE", "", "the city's own catalogue, where it differs: docs/quality.md"),
    ("NEO4J_URI", "", "a Neo4j that tests, benchmarks and `make demo STORE=neo4j` use"),
    ("NEO4J_USER", "", "its user, where the URL names none"),
    ("NEO4J_PASSWORD", "", "its password"),
)


def setting(name: str) -> str:
    """A setting from the environment, or its default."""
    default = next(d for n, d, _ in SETTINGS if n == name)
    return os.environ.get(name) or default


def language(command: Sequence[str]) -> str:
    """The language that a command line asks for with --lang, else the setting's."""
    joined = [word.removeprefix("--lang=") for word in command if word.startswith("--lang=")]
    asked = joined + [after for word, after in pairwise(command) if word == "--lang"]
    return next((lang for lang in reversed(asked) if lang in ("zh", "en")), setting("CREDITGRAPH_LANG"))


def now() -> dt.datetime:
    """This moment by the injected clock, in Asia/Shanghai."""
    replayed = replayed_day()
    return dt.datetime.combine(replayed, dt.time(12), tzinfo=SHANGHAI) if replayed else clock_time()


def clock_time() -> dt.datetime:
    """This moment by the machine's own clock, which no setting turns: for logs."""
    return dt.datetime.now(SHANGHAI)


def replayed_day() -> dt.date | None:
    """The day that is taken for today, where one is set."""
    text = os.environ.get("CREDITGRAPH_CLOCK")
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise UsageError(
            f"CREDITGRAPH_CLOCK is {text!r}",
            "Give a day such as 2026-11-23.",
            f"CREDITGRAPH_CLOCK 的值 {text!r} 不是日期。请写作 2026-11-23。",
        ) from None


def moment(as_of: str | None, known_at: str | None) -> Moment:
    """The moment a command asks for; both clocks default to today."""
    today = now().date()
    return Moment(day(as_of) if as_of else today, day(known_at) if known_at else today, today)


def day(text: str) -> dt.date:
    """A day typed by a person: 2026-11-23, 2026/11/23, 2026.11.23 or 2026年11月23日."""
    try:
        year, month, of_month = re.split(r"[-/.年月]", text.strip().removesuffix("日"))
        return dt.date(int(year), int(month), int(of_month))
    except ValueError:
        raise UsageError(
            f"{text!r} is no day", "Give it as 2026-11-23.", f"{text!r} 不是日期。请写作 2026-11-23。"
        ) from None


def key_ring(path: Path | None) -> KeyRing:
    """The deployment's keys."""
    return KeyRing.load(path or Path(setting("CREDITGRAPH_KEY")))


def local_catalogue() -> LocalCatalogue:
    """The catalogue in force: as shipped, with the changes of the city's own."""
    path = setting("CREDITGRAPH_CATALOGUE")
    return LocalCatalogue.read(Path(path)) if path else LocalCatalogue()
