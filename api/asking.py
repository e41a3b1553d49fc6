"""Questions to algorithms: results with names, people and their records only for a purpose that is logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from analytics.algorithm import Notice, Part, Result, run
from analytics.algorithms import algorithm
from analytics.step import Step, steps_of
from api.apart import Apart, apart
from api.asker import Asker
from api.named import Named, named
from graph.declaration import Disclosure
from graph.neighbours import Neighbours
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import Moment, iso
from graph.usable import Use
from graph.view import View

DAYS = ("since", "until", "valid_from", "valid_to")


class Asking:
    """One command's questions at one moment, with what its asker may see."""

    def __init__(
        self,
        store: GraphStore,
        at: Moment,
        command: str,
        purpose: str | None,
        form: str,
        lang: str,
        use: Use = Use.DISPLAY,
    ) -> None:
        self.view = View(store, at, use)
        self.asker = Asker(self.view, command, purpose, form, lang)
        self.graph: GraphProjection

    @cached_property
    def projection(self) -> GraphProjection:
        """The whole graph."""
        return GraphProjection.from_store(self.view.store, self.view.moment, self.view.use, Disclosure.GOVERNMENT)

    def party(self, text: str) -> int:
        """Key of the party that a code, id or exact name means; a person is asked about for a purpose only."""
        return self.view.node(self.asker.meant(text)).key

    def compute(self, name: str, key: int, *, below: bool = False, **given: Any) -> Result:
        """An algorithm's result about a party, with `below` about all below it too: from as little as it takes.

        `graph` is then what it was computed on.
        """
        from analytics.updates.upstream import from_store  # with numba, which takes half a second to import

        kind = algorithm(name)
        self.graph = from_store(self.view, np.array([key]), below=below) if kind.upstream else self.projection
        return run(kind, self.graph, kind.read_parameters(given))

    def rows_about(self, result: Result, key: int, *columns: str) -> list[int]:
        """Rows with a party in one of these columns, under whatever id it is one."""
        keys = Neighbours(self.view.store, self.view.slice).same(np.array([key]))
        return sorted({int(row) for c in columns for row in np.flatnonzero(np.isin(result.columns[c], keys))})

    def names(self, keys: Iterable[int]) -> Names:
        """Nodes as {id, label, name}, of people with what tells namesakes apart; people for a purpose only, logged."""
        nodes = self.view.nodes(sorted({k for k in keys if k}))
        hidden = self.asker.hidden(nodes)
        return {n.key: named(n, hidden=n.key in hidden) for n in nodes}

    def apart(self, keys: Iterable[int]) -> dict[int, Apart | None]:
        """What tells nodes of one name apart; None for people where no purpose is stated; logged where one is."""
        nodes = self.view.nodes(sorted(set(keys)))
        hidden = self.asker.hidden(nodes)
        return {n.key: None for n in nodes} | apart(self.view, [n for n in nodes if n.key not in hidden])

    def told(self, result: Result, rows: Sequence[int], most_parts: int = 0) -> list[dict[str, Any]]:
        """Rows as plain values: nodes by name, and the greatest parts of each with the relationships on their way."""
        parts = {row: result.parts(row)[:most_parts] for row in rows} if most_parts else {}
        steps = self._steps([part for of_row in parts.values() for part in of_row])
        keys = {int(result.columns[c][row]) for c in result.node_columns for row in rows}
        keys |= {k for of_row in parts.values() for part in of_row for k in (*part.nodes, *part.records)}
        keys |= {k for step in steps.values() for k in (step.start, step.end)}
        names = self.names(keys)
        out = []
        for row in rows:
            told: dict[str, Any] = {
                n: names.get(int(c[row])) if n in result.node_columns else _plain(n, c[row])
                for n, c in result.columns.items()
            }
            if row in parts:
                told["parts"] = [self._part(p, steps, names) for p in parts[row]]
            out.append(told)
        return out

    def _steps(self, parts: Sequence[Part]) -> dict[int, Step]:
        keys = {key for part in parts for _, key in part.relationships}
        return steps_of(self.graph, keys) if keys else {}

    def _part(self, part: Part, steps: dict[int, Step], names: Names) -> dict[str, Any]:
        walked = self._walked(part, [steps[key] for _, key in part.relationships])
        return {
            "amount": part.amount,
            "way": [names.get(k) for k in part.nodes],
            "relationships": [s.told() | {"from": names.get(s.first), "to": names.get(s.last)} for s in walked],
            "records": [names.get(k) for k in part.records],
            "note": part.note,
        }

    def _walked(self, part: Part, steps: Sequence[Step]) -> list[Step]:
        """The relationships of a part as they are walked along its nodes; lots of one holding all the same way."""
        place, canonical = self.graph.position, self.graph.canonical
        out: list[Step] = []
        at = canonical[place(part.nodes[0])] if part.nodes else None
        for step in steps:
            start, end = (canonical[place(k)] for k in (step.start, step.end))
            again = bool(out) and {out[-1].start, out[-1].end} == {step.start, step.end}
            back = out[-1].backward ^ (out[-1].start != step.start) if again else at == end != start
            out.append(replace(step, backward=bool(back)))
            at = start if back else end
        return out

    def warnings_about(self, result: Result, rows: Sequence[int]) -> list[Notice]:
        """Warnings that concern the nodes of some rows, each once; those without nodes concern everybody."""
        keys = {int(result.columns[c][row]) for c in result.node_columns for row in rows}
        return [n for n in dict.fromkeys(result.warnings) if not n.nodes or keys & set(n.nodes)]


Names = dict[int, Named]


def _plain(name: str, value: Any) -> Any:
    """A value of a column as JSON takes it; days as ISO dates, by the column's name."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, int) and not isinstance(plain, bool) and (name.endswith("_on") or name in DAYS):
        return iso(plain)
    return None if isinstance(plain, float) and plain != plain else plain
