"""The review list of possible shells as plain values: firms, their signs, and what is behind each."""

from __future__ import annotations

from typing import Any

from analytics.inputs import Inputs
from analytics.shell.behind import Behind
from analytics.shell.evidence import expected_yield, jeffreys
from analytics.shell.review import Suspicions, signs_of
from analytics.step import Step
from api.asker import Asker
from api.named import Named, named
from api.render_shells import LEAD, NOTICE
from graph.current import Node
from graph.schema import SCHEMA
from graph.time import iso
from graph.view import View
from graph.visualization import title_of


class Reviewer:
    """Who reads the list, for what purpose: people behind the signs are named for one only, and that is logged."""

    def __init__(self, view: View, inputs: Inputs, found: Suspicions, asker: Asker) -> None:
        self.view, self.inputs, self.found, self.asker = view, inputs, found, asker

    def told(self, listed: list[int], odd: list[int]) -> dict[str, Any]:
        """The list, with cases proposed beside it."""
        found = self.found
        self.signs = {row: signs_of(found, row) for row in (*listed, *odd)}
        self.behind = Behind(self.inputs, found, list(self.signs))
        self.nodes = self._nodes()
        total, low, high = expected_yield(found.probability[listed])
        taught = next(iter(found.learnt.values()), None)
        share = taught and jeffreys(taught.shells, taught.shells + taught.normals)
        return {
            "pack": found.pack.name,
            "guess": found.pack.guess and not found.learnt,
            "population": len(found),
            "expected": {"shells": round(total, 6), "low": low, "high": high, "level": 0.95},
            "labels": taught and {"shells": taught.shells, "normals": taught.normals, "share_of_shells": share},
            "weights": {n: vars(w) for n, w in found.learnt.items()},
            "not_looked_for": list(found.silent),
            "firms": [self._firm(row) for row in listed],
            "proposed": [{k: v for k, v in self._firm(row).items() if k != "probability"} for row in odd],
            "notice": {"zh": NOTICE[0], "en": NOTICE[1]},
        }

    def _nodes(self) -> dict[int, Node]:
        """Firms, records, and what is at the ends of relationships."""
        keys = {self._key(int(self.found.node[row])) for row in self.signs}
        keys |= {self._key(s["evidence"]) for of in self.signs.values() for s in of if s["kind"] == "record"}
        keys |= {end for step in self.behind.steps.values() for end in (step.start, step.end)}
        nodes = {n.key: n for n in self.view.nodes(sorted(keys))}
        self.hidden = self.asker.hidden(nodes.values())
        return nodes

    def _key(self, place: int) -> int:
        return int(self.inputs.projection.nodes[place])

    def _firm(self, row: int) -> dict[str, Any]:
        node = self.nodes.get(self._key(int(self.found.node[row])))
        signs = self.signs[row]
        return {
            "id": node and node.id,
            "name": node and title_of(node),
            "established_on": node and iso(node.properties.get("established_on")),
            "probability": round(float(self.found.probability[row]), 6),
            "signs_found": len(signs),
            "signs": [self._sign(row, s) for s in signs],
            "zh": LEAD[0].format(n=len(signs)),
            "en": LEAD[1].format(n=len(signs)),
        }

    def _sign(self, row: int, sign: dict[str, Any]) -> dict[str, Any]:
        rest = {k: v for k, v in sign.items() if k not in ("kind", "evidence")}
        return rest | {"evidence": self._evidence(row, sign)}

    def _evidence(self, row: int, sign: dict[str, Any]) -> dict[str, Any]:
        if sign["kind"] == "record":
            record = self.nodes.get(self._key(sign["evidence"]))
            seen = None if record is None or record.key in self.hidden else record
            return {"record": seen and seen.id, "title": seen and _title(seen)}
        if sign["kind"] == "relationship":
            step = self.behind.step(row, sign["evidence"])
            told = {"step": self._step(step), "firms": self.behind.firms(sign["sign"], step)} if step else {}
            return {"relationship": str(sign["evidence"])} | told
        return {"registration": self.behind.registered(sign["sign"], row)}

    def _step(self, step: Step) -> dict[str, Any]:
        return step.told() | {"from": self._end(step.first), "to": self._end(step.last)}

    def _end(self, key: int) -> Named | None:
        return named(self.nodes[key], hidden=key in self.hidden) if key in self.nodes else None


def _title(record: Node) -> str:
    """A record with its number, if it has one, and its date."""
    title, day = title_of(record), iso(record.properties.get(SCHEMA.labels[record.label].dated or "")) or ""
    return title if day in title else f"{title} {day}"
