"""Every pack that is shipped, found by itself: a fault in its dates or keys is refused with the line it stands on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.errors import PackError
from tests.analytics.rules.refusal import reader

RULES = Path(__file__).parents[3] / "analytics/rules"
PACKS = sorted(RULES.rglob("*.yaml"))
DAY = r"\d{4}-\d\d-\d\d"


def read(path: Path, text: str) -> Any:
    kind = path.parent.name if path.parent != RULES else path.stem
    return reader(kind).read(path.name, text)


@dataclass(frozen=True)
class Chain:
    """Entries that follow each other: the lines, from 0, on which each begins and ends."""

    way: tuple[str, ...]
    entries: tuple[tuple[int, int], ...]


def chains(text: str) -> list[Chain]:
    """One chain of each kind: of the periods of many rules those of the last."""
    return list({chain.way: chain for chain in _chains(yaml.compose(text, yaml.SafeLoader), ())}.values())


def _chains(node: Any, way: tuple[str, ...]) -> Iterator[Chain]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _chains(value, (*way, key.value))
    elif isinstance(node, yaml.SequenceNode):
        items = [item for item in node.value if isinstance(item, yaml.MappingNode)]
        if items and all("valid_from" in [key.value for key, _ in item.value] for item in items):
            yield Chain(way, tuple((item.start_mark.line, _last_line(item)) for item in items))
        else:
            for item in items:
                yield from _chains(item, way)


def _last_line(node: yaml.Node) -> int:
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return max(_last_line(part) for pair in node.value for part in pair)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return _last_line(node.value[-1])
    line: int = node.end_mark.line
    return line


def where(lines: list[str], entry: tuple[int, int], key: str) -> int:
    return next(at for at in range(entry[0], entry[1] + 1) if re.search(rf"\b{key}:", lines[at]))


def dated(line: str, key: str, day: str) -> str:
    return re.sub(rf"\b{key}: ({DAY}|null)", f"{key}: {day}", line)


# --- what is done to a chain; each gives the line, from 0, that is to be named ------------------------


def ends_before_it_begins(lines: list[str], chain: Chain) -> int:
    entry = chain.entries[-1]
    begins = re.search(rf"valid_from: ({DAY})", lines[where(lines, entry, "valid_from")])
    assert begins
    day = dt.date.fromisoformat(begins[1]) - dt.timedelta(1)
    at = where(lines, entry, "valid_to")
    lines[at] = dated(lines[at], "valid_to", day.isoformat())
    return at


def follows(lines: list[str], chain: Chain, day: str) -> int:
    """A copy of the last entry after it, from a day on; the one before ends with 2030."""
    first, last = chain.entries[-1]
    copy = [re.sub(r"&\w+ ", "", line) for line in lines[first : last + 1]]
    at = where(lines, (first, last), "valid_to")
    lines[at] = dated(lines[at], "valid_to", "2031-01-01")
    lines[last + 1 : last + 1] = copy
    second = (last + 1, last + len(copy))
    begins, ends = where(lines, second, "valid_from"), where(lines, second, "valid_to")
    lines[begins] = dated(lines[begins], "valid_from", day)
    lines[ends] = dated(lines[ends], "valid_to", "null")
    return begins


def a_gap(lines: list[str], chain: Chain) -> int:
    return follows(lines, chain, "2031-01-02")


def an_overlap(lines: list[str], chain: Chain) -> int:
    return follows(lines, chain, "2030-12-31")


def an_unknown_key(lines: list[str], chain: Chain) -> int:
    at = where(lines, chain.entries[-1], "valid_to")
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    lines[at] = lines[at].replace(
        "valid_to:", ("surprise: 1, " if "{" in lines[at] else f"surprise: 1\n{indent}") + "valid_to:"
    )
    return at


def a_date_is_missing(lines: list[str], chain: Chain) -> int:
    at = where(lines, chain.entries[-1], "valid_from")
    lines[at] = re.sub(rf"valid_from: {DAY}(, )?", "", lines[at])
    if lines[at].strip() == "-":  # it was the first key: the next one is
        lines[at] += lines.pop(at + 1).lstrip()
    return chain.entries[-1][0]


def a_date_in_no_calendar(lines: list[str], chain: Chain) -> int:
    at = where(lines, chain.entries[-1], "valid_from")
    lines[at] = dated(lines[at], "valid_from", "2020-02-30")
    return at


def a_key_twice(lines: list[str], chain: Chain) -> int:
    at = where(lines, chain.entries[-1], "valid_to")
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    twice = "valid_to: 2040-01-01, " if "{" in lines[at] else f"valid_to: 2040-01-01\n{indent}"
    lines[at] = lines[at].replace("valid_to:", twice + "valid_to:")
    return at + twice.count("\n")


FAULTS = (
    (ends_before_it_begins, "ends before it begins"),
    (a_gap, "a gap"),
    (an_overlap, "an overlap"),
    (an_unknown_key, "surprise"),
    (a_date_is_missing, "valid_from: it is missing"),
    (a_date_in_no_calendar, "no YAML"),
    (a_key_twice, "valid_to stands there twice"),
)


def named(path: Path) -> str:
    return str(path.relative_to(RULES))


@pytest.mark.parametrize("path", PACKS, ids=named)
def test_what_is_shipped_is_read_and_has_chains(path: Path) -> None:
    assert read(path, path.read_text("utf-8"))
    assert chains(path.read_text("utf-8"))


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=[f.__name__ for f, _ in FAULTS])
@pytest.mark.parametrize("path", PACKS, ids=named)
def test_a_fault_is_refused_with_its_line(path: Path, fault: Any, said: str) -> None:
    text = path.read_text("utf-8")
    for chain in chains(text):
        lines = text.splitlines()
        line = fault(lines, chain) + 1
        with pytest.raises(PackError, match=rf"^{path.name}, line {line}: .*{said}"):
            read(path, "\n".join(lines))


def test_two_entries_that_follow_each_other_are_read() -> None:
    """So that a gap and an overlap are refused for their day alone."""
    for path in PACKS:
        text = path.read_text("utf-8")
        for chain in chains(text):
            lines = text.splitlines()
            follows(lines, chain, "2031-01-01")
            assert read(path, "\n".join(lines))
