"""Who asks a question: which node a text means to him, and what he may see of people."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from api.apart import apart, namesakes
from api.file_clearance import clearance
from graph.current import Node
from graph.errors import NotFound
from graph.identity import document_number, is_persons_id, nid, scrub
from graph.personal import people_behind
from graph.schema import SCHEMA
from graph.view import View

SHOWN = 20  # bearers of a name


class Asker:
    """One command's asker with the purpose that he states, if any.

    A person, or a record of nobody but people, is shown for a purpose only, and who it is is in the log before, with
    whatever else is to be `told` there.
    """

    def __init__(self, view: View, command: str, purpose: str | None, form: str, lang: str, **told: str) -> None:
        self.view, self.command, self.purpose, self.form, self.lang = view, command, purpose, form, lang
        self.told = told
        self._logged: set[str] = set()

    def about(self, people: Iterable[str]) -> None:
        """Log people, by id, before they are shown, each once; refused, and that logged, without a purpose."""
        new = sorted({*people} - self._logged)
        if new:
            clearance().shown(self.command, self.purpose, new, **self.told)
            self._logged.update(new)

    def hidden(self, nodes: Iterable[Node]) -> dict[int, tuple[str, ...]]:
        """Which nodes may not be shown without a purpose, and whom they are about; with one none, and it is logged."""
        behind = people_behind(self.view, [n.key for n in nodes])
        if not self.purpose:
            return behind
        self.about(chain(*behind.values()))
        return {}

    def meant(self, text: str) -> int:
        """The key of the node that an id, code or exact name means; a person or his record is meant for a purpose only.

        A name never means a person: stated with a purpose, its bearers are listed. NotFound. Whether there is somebody
        of an id is not told without a purpose either.
        """
        if is_persons_id(text):
            self.about([text])
        try:
            key = self.view.resolve(text)
        except NotFound:
            self._list_bearers(text)
            raise
        self.about(chain(*people_behind(self.view, [key]).values()))
        return key

    def record(self, text: str) -> int:
        """The record that an id or document number means; NotFound for none, or with the ids of several."""
        wanted, labels = document_number(text), SCHEMA.record_labels()
        named = [n for n in self.view.nodes([nid(text)]) if n.label in labels]
        numbered = (n for n in self.view.search(text, 50, labels) if n.properties.get("document_number") == wanted)
        found = named or list(numbered)
        hidden = self.hidden(found)
        seen = [n for n in found if n.key not in hidden]
        if not seen:
            self.about(chain(*hidden.values()))
        if len(seen) == 1:
            return seen[0].key
        ids = ", ".join(n.id for n in seen[:5])
        raise NotFound(
            f"{len(seen)} usable records answer to {scrub(text)}",
            f"Give one's id{': ' + ids if ids else ''}.",
            f"有 {len(seen)} 条可用记录与 {scrub(text)} 相符。请指定一条的标识{'：' + ids if ids else ''}。",
        )

    def _list_bearers(self, name: str) -> None:
        bearers = self.view.people(name, SHOWN) if self.purpose else []
        if not bearers:
            return
        self.about(n.id for n in bearers)
        namesakes(list(apart(self.view, bearers).values()), self.form, self.lang)
        raise NotFound(
            "a person is meant by an id, never by a name",
            "Take the id of the right one from the list and give it in place of the name; "
            "creditgraph search NAME --people lists all.",
            "姓名不能确定是谁：请按上表特征选定，用其标识代替姓名再次执行；"
            "creditgraph search 姓名 --people 可列出全部同名者。",
        ) from None
