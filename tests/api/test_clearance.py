"""Whoever looks through the graph states a purpose of the table; anything else is refused and logged, whatever the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from api.clearance import worded
from api.cli import app
from tests.api.test_cli import office, run
from tests.conftest import number, uscc

# Every command that takes --purpose, with what else it needs; `check`, `audit` and `confirm` have tests of their own.
COMMANDS: dict[str, tuple[str, ...]] = {
    "search": ("张伟", "--people"),
    "show": (uscc(2),),
    "export": ("--out", "e"),
    "explain": (uscc(1),),
    "outlook": (uscc(1), "--to", "B"),
    "run": ("control",),
    "owners": (uscc(2),),
    "holdings": (uscc(2),),
    "controller": (uscc(2),),
    "beneficial-owners": (uscc(2),),
    "propagate": (uscc(2),),
    "relations": (uscc(1), uscc(2)),
    "related": (uscc(1), uscc(2)),
    "restricted": (),
    "review": (),
    "shells": (),
}


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("clearance")
    there = {"CREDITGRAPH_STORE": f"sqlite:///{folder}/city.db", "CREDITGRAPH_KEY": f"{folder}/key"}
    run("key", "create", f"{folder}/key")
    office(folder)
    run("load", str(folder), **there)
    return there


def taking_a_purpose() -> Iterator[str]:
    commands: Any = typer.main.get_command(app)
    for name, command in commands.commands.items():
        if any("--purpose" in p.opts for p in command.params):
            yield name


def test_every_command_with_a_purpose_is_tested_here() -> None:
    assert set(taking_a_purpose()) == {*COMMANDS, "check", "audit", "confirm"}


def logged() -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path("creditgraph-audit.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("案件 2026-17", "not in the table of purposes"),
        ("", "no purpose is stated"),
        (":2026-17", "no purpose is stated"),
        ("supplier_review", "not for questions about a person"),
        (
            "candidate_vetting",
            "may not be looked through",
        ),  # each person has to sign: only lists and checks ask for that
        ("own_report", "may not be looked through"),
        ("supervision", "no case or document is named"),
        ("supervision: ", "no case or document is named"),
    ],
)
def test_a_purpose_outside_the_table_is_refused_and_logged(
    at: dict[str, str], command: str, stated: str, says: str
) -> None:
    said = run(command, *COMMANDS[command], "--purpose", stated, code=2, **at)
    assert says in said and "supervision" in said, "the purposes in force are named"
    (line,) = logged()
    assert (line["command"], line["subjects"]) == (command, []) and says in line["refused"]
    assert said.startswith(f"错误：{line['refused_zh']}\n")
    assert not Path("e").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_purpose_of_the_table_opens_it_and_its_case_is_in_the_log(at: dict[str, str], command: str) -> None:
    run(command, *COMMANDS[command], "--purpose", "supervision：巡查 2026-11", **at)
    assert all(
        (line["purpose"], line["reference"], "refused" in line) == ("supervision", "巡查 2026-11", False)
        for line in (logged() if Path("creditgraph-audit.jsonl").exists() else [])
    )


def test_a_purpose_that_was_not_yet_in_force_is_refused(at: dict[str, str]) -> None:
    """Early warning rests on a text of January 2022."""
    day = {"CREDITGRAPH_CLOCK": "2022-01-31"}
    said = run("show", uscc(2), "--purpose", "early_warning", code=2, **at, **day)
    assert "table of purposes" in said and "case_investigation" in said and "early_warning," not in said


def test_without_a_purpose_the_refusal_is_logged(at: dict[str, str]) -> None:
    assert "--purpose" in run("restricted", code=2, **at)
    assert "--purpose" in run("search", "张伟", "--people", code=2, **at)
    assert ["no purpose" in line["refused"] for line in logged()] == [True, True]


def test_a_number_in_a_purpose_is_not_kept(at: dict[str, str]) -> None:
    run("show", uscc(2), "--purpose", f"supervision:{number(1)}", **at)
    run("show", uscc(2), "--purpose", number(1), code=2, **at)
    assert number(1) not in Path("creditgraph-audit.jsonl").read_text()


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("supervision", {"purpose": "supervision"}),
        (" supervision ", {"purpose": "supervision"}),
        ("supervision:", {"purpose": "supervision"}),
        ("supervision: 卷 1:2", {"purpose": "supervision", "reference": "卷 1:2"}),
        ("supervision：卷", {"purpose": "supervision", "reference": "卷"}),
    ],
)
def test_how_a_purpose_is_worded(stated: str, kept: dict[str, str]) -> None:
    assert worded(stated) == kept
