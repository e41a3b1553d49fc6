"""Without a purpose no command shows a person or a person's record, in any form, whatever it is asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main

from analytics.algorithms import algorithms
from api.cli import app
from api.commands.exploring import Exported
from api.commands.options import Form
from graph.personal import people_behind
from graph.stores import open_store
from graph.time import Moment
from graph.view import View
from loaders.synthetic import generate
from tests.api.test_cli import run, run_to_its_end

CLOCK = "2026-12-05"
ABOUT = ("company", "subject", "text", "party", "parties", "one", "other")  # arguments that mean a node
# What a command needs beside a node, by the name of the parameter.
NEEDED = {
    "before": ("--from", "2026-10-31"),
    "out": ("--out", "out"),
    "xlsx": ("--xlsx", "out.xlsx"),
    "batch": ("1",),
    "indicator": ("G1",),
    "verdict": ("--verdict", "unsure"),
    "reason": ("--reason", "卷1"),
    "by": ("--by", "经办"),
}
ASIDE = {
    "load": "takes files",
    "unload": "takes the city away",
    "copy": "writes a store",
    "erase": "takes the person away; logged",
    "problems": "tells the department's own rows back to it, as the receipt does",
    "receipt": "tells the department's own rows back to it",
    "confirm": "decides about a part that explain shows; logged",
    "screen": "runs in a task only",
    "screen-companies": "runs in a task only",
    "baseline create": "takes a name, no node",
    "sweep report": "lists records to be removed for whoever keeps the store",
    "sweep approve": "takes a number, no node",
    "sweep apply": "takes a number, no node",
    "evaluate city": "reads the truth files",
    "challenger train": "takes an outcome, no node",
}


@dataclass(frozen=True)
class City:
    """A city, what may not be seen of it, firms tied to people with records, and what is asked about: a node of each kind."""

    at: dict[str, str]
    unseen: frozenset[str]
    firms: tuple[str, ...]
    asked: tuple[str, ...]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("unnamed")
    url = f"sqlite:///{folder}/city.db"
    at = {"CREDITGRAPH_STORE": url, "CREDITGRAPH_KEY": f"{folder}/key", "CREDITGRAPH_CLOCK": CLOCK}
    generate(folder / "city", 500, seed=3, months=12, start=dt.date(2025, 12, 1))
    run("key", "create", f"{folder}/key")
    run("load", f"{folder}/city", **at)
    run("match", **at)
    with open_store(url) as store:
        return _looked_through(View(store, Moment.on(dt.date.fromisoformat(CLOCK))), at)


def _looked_through(view: View, at: dict[str, str]) -> City:
    keys = [key for rows in view.store.raw("node") for key in (row["nid"] for row in rows)]
    nodes = {n.key: n for n in view.nodes(keys)}
    theirs = people_behind(view, nodes)
    hidden = [n for n in nodes.values() if n.key in theirs]
    said = {str(value) for n in nodes.values() if n.key not in theirs for value in n.properties.values()}
    texts = {str(n.properties.get("name") or n.properties["document_number"]) for n in hidden}
    plain = "\n".join(said)
    unseen = {n.id for n in hidden} | {text for text in texts if text not in plain}
    records = [n for n in hidden if n.label != "Person"]
    tied = [
        (view.node(post.end).id, theirs[record.key][0], record.id, record.properties["document_number"])
        for record in records
        for person in view.edges(record.key, ["SUBJECT_OF"])
        for post in view.edges(person.start, ["LEGAL_REPRESENTATIVE_OF"])
    ]
    return City(at, frozenset(unseen), tuple(sorted({firm for firm, *_ in tied})), tied[0])


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not getattr(command, "commands", None) or getattr(command, "invoke_without_command", False):
        yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from _leaves(one, (*path, name))


COMMANDS = {
    " ".join(path): command
    for path, command in _leaves(typer.main.get_command(app))
    if any("--store" in p.opts for p in command.params) and " ".join(path) not in ASIDE
}


def _ways(command: Any, city: City) -> Iterator[tuple[str, ...]]:
    """Arguments for a command: about each kind of node, as each of its forms."""
    parameters = {p.name: p for p in command.params}
    needed = [text for name, p in parameters.items() if p.required and name not in ABOUT for text in NEEDED[name]]
    form = parameters.get("form")
    forms = [(form.opts[0], one.value) for one in (Form if "--format" in form.opts else Exported)] if form else [()]
    about = [n for n in ABOUT if n in parameters]
    for node in city.asked if about else [""]:
        nodes = [] if not about else [node, city.firms[-1]] if {"parties", "other"} & {*about} else [node]
        for form in forms:
            yield (*nodes, *needed, *form)


def everything(city: City, *arguments: str) -> str:
    """All that a command says and writes."""
    ended, out, err = run_to_its_end(*arguments, **city.at)
    assert ended in (0, 2, 8), err
    written = [p.read_text("utf-8-sig") for p in sorted(Path().glob("out*/**/*")) if p.is_file()]
    return "\n".join([out, err, *written])


def seen(city: City, *arguments: str) -> set[str]:
    """Which of what may not be seen a command shows, that was not given to it."""
    said = everything(city, *arguments)
    return {text for text in city.unseen if text in said and text not in arguments}


def test_the_city_has_people_and_records_of_theirs(city: City) -> None:
    assert len(city.unseen) > 700 and len({text for text in city.unseen if text.startswith("R:")}) > 5
    assert len(city.firms) > 5
    assert set(ASIDE) < {" ".join(path) for path, _ in _leaves(typer.main.get_command(app))}


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_of_a_person_is_shown(command: str, city: City, tmp_path: Path) -> None:
    for number, way in enumerate(_ways(COMMANDS[command], city)):
        given = [f"out{number}" if text == "out" else text for text in way]
        assert not seen(city, *command.split(), *given), given


@pytest.mark.parametrize("name", algorithms())
@pytest.mark.parametrize("form", Form)
def test_no_algorithm_names_a_person_or_his_record(name: str, form: str, city: City) -> None:
    assert not seen(city, "run", name, "--limit", "1000", "--format", form)
    assert not seen(city, "explain", city.firms[0], "--algorithm", name, "--format", form)


@pytest.mark.parametrize("form", Form)
def test_no_class_is_explained_by_a_persons_record(form: str, city: City) -> None:
    for firm in city.firms:
        assert not seen(city, "explain", firm, "--format", form)
