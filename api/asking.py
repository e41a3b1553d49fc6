"""Questions to algorithms: results with names, people shown only for a purpose that is logged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from analytics.algorithm import Notice, Part, Result, run
from analytics.algorithms import algorithm
from api.file_clearance import clearance
from graph.declaration import Disclosure
from graph.neighbours import Neighbours
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import Moment, iso
from graph.usable import Use
from graph.view import View
from graph.visualization import title_of

DAYS = ("since", "until", "valid_from", "valid_to")
HIDDEN = "（自然人，需 --purpose）"


class Asking:
    """One command's questions at one moment, with what its asker may see."""

    def __init__(
        self, store: GraphStore, at: Moment, command: str, purpose: str | None, use: Use = Use.DISPLAY
    ) -> None:
        self.command, self.purpose = command, purpose
        self.view = View(store, at, use)

    @cached_property
    def projection(self) -> GraphProjection:
        """The whole graph."""
        return GraphProjection.from_store(self.view.store, self.view.moment, self.view.use, Disclosure.GOVERNMENT)

    def party(self, text: str) -> int:
        """Key of the party that a code, id or exact name means; a person is asked about for a purpose only."""
        node = self.view.node(self.view.resolve(text))
        if node.label == "Person":
            clearance().shown(self.command, self.purpose, [node.id])
        return node.key

    def compute(self, name: str, key: int, *, below: bool = False, **given: Any) -> Result:
        """An algorithm's result about a party, with `below` about all below it too: from as little as it takes."""
        from analytics.updates.upstream import from_store  # with numba, which takes half a second to import

        kind = algorithm(name)
        graph = from_store(self.view, np.array([key]), below=below) if kind.upstream else self.projection
        return run(kind, graph, kind.read_parameters(given))

    def rows_about(self, result: Result, key: int, *columns: str) -> list[int]:
        """Rows with a party in one of these columns, under whatever id it is one."""
        keys = Neighbours(self.view.store, self.view.slice).same(np.array([key]))
        return sorted({int(row) for c in columns for row in np.flatnonzero(np.isin(result.columns[c], keys))})

    def names(self, keys: Sequence[int]) -> dict[int, tuple[str | None, str]]:
        """(id, name) of nodes; of people only where a purpose is stated, which is logged."""
        nodes = {n.key: n for n in self.view.nodes(sorted({k for k in keys if k}))}
        people = sorted(n.id for n in nodes.values() if n.label == "Person")
        if people and self.purpose:
            clearance().shown(self.command, self.purpose, people)
        return {
            k: (n.id, title_of(n)) if n.label != "Person" or self.purpose else (None, HIDDEN) for k, n in nodes.items()
        }

    def told(self, result: Result, rows: Sequence[int], most_parts: int = 0) -> list[dict[str, Any]]:
        """Rows as plain values: node columns as {id, name}, and the greatest parts of each with their way."""
        parts = {row: result.parts(row)[:most_parts] for row in rows} if most_parts else {}
        keys = {int(result.columns[c][row]) for c in result.node_columns for row in rows}
        keys |= {k for of_row in parts.values() for part in of_row for k in (*part.nodes, *part.records)}
        names = self.names(sorted(keys))
        out = []
        for row in rows:
            told: dict[str, Any] = {
                n: _node(names, int(c[row])) if n in result.node_columns else _plain(n, c[row])
                for n, c in result.columns.items()
            }
            if row in parts:
                told["parts"] = [_part(p, names) for p in parts[row]]
            out.append(told)
        return out

    def warnings_about(self, result: Result, rows: Sequence[int]) -> list[Notice]:
        """Warnings that concern the nodes of some rows, each once; those without nodes concern everybody."""
        keys = {int(result.columns[c][row]) for c in result.node_columns for row in rows}
        return [n for n in dict.fromkeys(result.warnings) if not n.nodes or keys & set(n.nodes)]


Names = dict[int, tuple[str | None, str]]


def _node(names: Names, key: int) -> dict[str, Any] | None:
    return dict(zip(("id", "name"), names[key], strict=True)) if key in names else None


def _part(part: Part, names: Names) -> dict[str, Any]:
    return {
        "amount": part.amount,
        "way": [names[k][1] if k in names else "" for k in part.nodes],
        "relationships": [{"type": t, "key": str(k)} for t, k in part.relationships],
        "records": [_node(names, k) for k in part.records],
        "note": part.note,
    }


def _plain(name: str, value: Any) -> Any:
    """A value of a column as JSON takes it; days as ISO dates, by the column's name."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, int) and not isinstance(plain, bool) and (name.endswith("_on") or name in DAYS):
        return iso(plain)
    return None if isinstance(plain, float) and plain != plain else plain
