"""Which party a text means: an id, a code, a firm's exact name; never a person by name, whose bearers are listed."""

from __future__ import annotations

from collections.abc import Sequence

from api import render
from api.apart import Apart, apart, identity, ties
from api.file_clearance import clearance
from graph.errors import NotFound
from graph.view import View

NAMESAKES = ("id", "name", "identity", "firms_and_posts")
SHOWN = 20


def meant(view: View, text: str, command: str, purpose: str | None, form: str, lang: str) -> int:
    """The key of the party that a text means; of a person's name, asked for a purpose, its bearers and NotFound."""
    try:
        return view.resolve(text)
    except NotFound:
        bearers = view.people(text, SHOWN) if purpose else []
        if not bearers:
            raise
        clearance().shown(command, purpose, [n.id for n in bearers])
        namesakes(list(apart(view, bearers).values()), form, lang)
        raise NotFound(
            "a person is meant by an id, never by a name",
            "Take the id of the right one from the list and give it in place of the name; "
            "creditgraph search NAME --people lists all.",
            "姓名不能确定是谁：请按上表特征选定，用其标识代替姓名再次执行；"
            "creditgraph search 姓名 --people 可列出全部同名者。",
        ) from None


def namesakes(told: Sequence[Apart], form: str, lang: str) -> None:
    """The bearers of a name, each with its id and what tells it from the others."""
    if form == "json":
        render.dump(told)
        return
    rows = [(a["id"], a["name"], identity(a, lang), ties(a, lang)) for a in told]
    render.table(NAMESAKES, rows, form, lang)
