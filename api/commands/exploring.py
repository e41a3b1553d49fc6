"""Looking into the graph, and taking it out."""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analytics.step import Step
from api import render
from api.apart import apart, namesakes
from api.asker import Asker
from api.clearance import Question
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.file_clearance import clearance
from api.outputs import note_output
from api.render_node import VERSION, node_rows, stated, version_row
from api.render_steps import what
from api.settings import moment
from graph.copying import copy as copy_store
from graph.current import Node
from graph.declaration import Disclosure
from graph.interchange.bods_writer import write_statements
from graph.interchange.csv_tables import write_csv
from graph.personal import people_behind
from graph.progress import Bar
from graph.schema import SCHEMA
from graph.stores import open_store
from graph.usable import Use
from graph.view import View
from graph.visualization import surroundings, title_of, write_html

GO_ON = (
    "姓名不能确定是谁：按区别特征选定后用标识继续，如 creditgraph holdings 标识 --purpose 目的代码:案号。",
    "A name proves nobody: choose by what tells them apart and go on with the id, as in creditgraph holdings ID "
    "--purpose CODE:CASE.",
)
FOUND = (
    "用标识继续，如 creditgraph show 标识。",
    "Go on with an id, as in creditgraph show ID.",
)
MOST_FOUND = 1_000  # before the records of people are left out
NOT_FOUND = (
    "没有查到企业、地址或企业的记录。查自然人须用全名，查自然人的记录用文号，并说明目的："
    "creditgraph search 姓名或文号 --people --purpose 目的代码:案号。",
    "No firm, address or record of a firm. People are searched by whole name, their records by number, and for a "
    "purpose: creditgraph search NAME_OR_NUMBER --people --purpose CODE:CASE.",
)


def search(
    text: str,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: int = 20,
    purpose: Purpose = None,
    people: Annotated[
        bool, typer.Option("--people", help="people by exact name, or their records by number; needs --purpose")
    ] = False,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Find firms, addresses and firms' records by a part of a name, code or document number, former names included."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at)
        hits = view.search(text, MOST_FOUND)
        theirs = people_behind(view, [n.key for n in hits])
        found = [n for n in hits if (n.key in theirs) is people][:limit]
        bearers = view.people(text, limit) if people else []
        if people:
            subjects = {p for n in found for p in theirs[n.key]}
            clearance().shown("search", purpose, sorted({*subjects, *(n.id for n in bearers)}))
        if bearers:
            namesakes(list(apart(view, bearers).values()), form, lang)
        else:
            render.table(("id", "label", "name"), [(n.id, kind(n.label, lang), title_of(n)) for n in found], form, lang)
    if form == "table":
        print((GO_ON if bearers else FOUND if found else NOT_FOUND)[lang != "zh"])


def kind(label: str, lang: str) -> str:
    """What a label is called in tables."""
    return SCHEMA.labels[label].zh if lang == "zh" else label


def show(
    subject: Annotated[str, typer.Argument(help="code, id or exact name")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = None,
    limit: int = 50,
    history: Annotated[bool, typer.Option("--history", help="every version of its values")] = False,
    picture: Annotated[Path | None, typer.Option("--picture", help="write its surroundings as an HTML picture")] = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Show a node: its values with their sources, its relationships, or its history. People need --purpose."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at)
        asker = Asker(view, "show", purpose, form, lang)
        node = view.node(asker.meant(subject))
        edges = view.edges(node.key, limit=limit)
        others = {n.key: n for n in view.nodes(sorted({e.start for e in edges} | {e.end for e in edges}))}
        hidden = asker.hidden(others.values())
        closed = _closed(node, purpose)
        degree, versions = view.degree(node.key), view.history(node.key) if history else []
        versions = [{n: v for n, v in version.items() if n not in closed} for version in versions]
        ties = [(Step.of(e).told(), others.get(e.end if e.start == node.key else e.start), e.source) for e in edges]
        values = [("id", node.id, ""), *node_rows(node, view, lang, closed)]
        if picture:
            graph = surroundings(view, node.key)
            clearance().purpose(Question("show", "person", exploring=True), purpose)
            asker.hidden(graph.nodes)
            write_html(graph, picture, title_of(node), lang)
            note_output(opened, picture, "picture")
    if form == "json":
        print(
            json.dumps(
                {
                    "id": node.id,
                    "label": node.label,
                    "properties": {a: b for a, b, _ in node_rows(node, view, "en", closed, coded=True)},
                    "degree": degree,
                    "relationships": [
                        step | {"other": title(other, hidden, lang), "source": source} for step, other, source in ties
                    ],
                    "history": versions,
                },
                ensure_ascii=False,
                indent=1,
                sort_keys=True,
            )
        )
        return
    render.table(("property", "value", "source"), values, form, lang)
    rows = [
        (what(t, lang), title(o, hidden, lang), t["valid_from"], t["valid_to"], stated(source, view, lang))
        for t, o, source in ties
    ]
    render.table(("type", "other", "valid_from", "valid_to", "source"), rows, form, lang)
    if versions:
        render.table(VERSION, [version_row(node.label, v, view, lang) for v in versions], form, lang)
    if sum(degree.values()) > len(edges):
        print(f"{len(edges)} / {sum(degree.values())}; --limit")


def _closed(node: Node, purpose: str | None) -> set[str]:
    """The properties of a record that may name people, where no purpose is stated: whose else it is, who resigned."""
    if purpose or not SCHEMA.labels[node.label].record:
        return set()
    return {p.name for p in SCHEMA.properties(node.label) if p.personal}


def title(node: Node | None, hidden: Collection[int], lang: str) -> str:
    """What a node is called; of one that may not be named, that it is a person or a person's."""
    if node is None:
        return ""
    return render.word("personal", lang) if node.key in hidden else person_title(node)


def person_title(node: Node) -> str:
    """A person's name with what tells namesakes apart; of any other node what it is called."""
    p = node.properties
    if node.label != "Person":
        return title_of(node)
    return " ".join(
        str(x) for x in (p.get("name"), p.get("birth_year"), f"…{p['last_four']}" if p.get("last_four") else None) if x
    )


class Exported(StrEnum):
    """What export writes."""

    CSV = "csv"
    BODS = "bods"


def export(
    out: Annotated[Path, typer.Option("--out", help="a new folder")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = None,
    form: Annotated[
        Exported, typer.Option("--form", help="csv tables, or who owns whom as BODS 0.4 statements")
    ] = Exported.CSV,
    publisher: Annotated[str, typer.Option("--publisher", help="of BODS statements")] = "creditgraph",
    history: Annotated[bool, typer.Option("--history", help="of BODS statements: also what has ended")] = False,
) -> None:
    """Write what may be shared: companies, and relationships among firms; with --purpose those of people too."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at, Use.SHARE, Disclosure.GOVERNMENT)
        if purpose:
            clearance().shown("export", purpose, ["*"])
        if form == Exported.BODS:
            done = write_statements(view, out, people=bool(purpose), publisher=publisher, history=history)
        else:
            done = write_csv(view, out, people=bool(purpose), cell=render.harmless)
        for what, rows in done.items():
            print(f"{what}: {rows:,}")
        note_output(opened, out, "export")


def copy(target: Annotated[str, typer.Argument(help="URL of an empty store")], store: Store = STORE) -> None:
    """Copy a store into an empty one, history included."""
    with existing(store) as opened, open_store(target) as other, Bar("rows") as bar:
        print(f"{copy_store(opened, other, bar):,} rows")


COMMANDS = (
    search,
    show,
    export,
    copy,
)
