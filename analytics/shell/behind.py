"""What is behind the signs of a firm, as a reviewer reads it: relationships, how many firms are at their other end,
values of the registration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.classes.registered import registered
from analytics.inputs import Inputs, Int64
from analytics.shell.review import Suspicions
from analytics.shell.signs import SIGNS
from analytics.step import Step, steps_of
from analytics.structures.crowding import firms_at
from graph.time import iso


class Behind:
    """What is behind the signs of some firms (rows of the suspicions)."""

    def __init__(self, inputs: Inputs, found: Suspicions, rows: Sequence[int]) -> None:
        self.inputs, self.found = inputs, found
        of_ties = np.array([kind == "relationship" for kind in found.kinds], dtype=bool)
        keys = found.evidence[list(rows)][:, of_ties]
        self.steps = steps_of(inputs.projection, np.unique(keys[keys != 0]).tolist())
        self._firms: dict[str, Int64] = {}

    def step(self, row: int, key: int) -> Step | None:
        """The relationship that a sign rests on, from the firm on; None where it has ended."""
        step, projection = self.steps.get(key), self.inputs.projection
        if step is None:
            return None
        ends_here = projection.canonical[projection.position(step.end)] == self.found.node[row]
        return step.turned() if ends_here else step

    def firms(self, sign: str, step: Step) -> int | None:
        """How many living firms are at the other end; of signs of crowds."""
        if not SIGNS[sign].crowd:
            return None
        if step.type not in self._firms:
            self._firms[step.type] = firms_at(self.inputs, step.type)
        projection = self.inputs.projection
        return int(self._firms[step.type][projection.canonical[projection.position(step.last)]])

    def registered(self, sign: str, row: int) -> dict[str, Any]:
        """The values of the registration that a sign rests on, as plain values."""
        firm = int(self.found.node[row])
        if indicator := SIGNS[sign].told_as:
            return registered(self.inputs, indicator, self.found.pack.signs[sign][1].settings, firm)
        if sign == "capital_jump":
            found = self.inputs.beside["capital"]
            rows = np.flatnonzero((found["node"] == firm) & (found["after"] > found["before"])).tolist()
            return {"capital_raised": [_change(found, r) for r in rows]}
        texts = self.inputs.beside["texts"]
        mine = texts["node"] == firm
        if sign == "wide_scope":
            return {"scope_items": int(texts["items"][mine][0])}
        if sign == "serial_names":
            alike = (texts["stem"] == texts["stem"][mine][0]) & self.inputs.living[texts["node"]]
            return {"alike": int(alike.sum())}
        return {}


def _change(found: Mapping[str, npt.NDArray[Any]], row: int) -> dict[str, Any]:
    amounts = {n: float(found[n][row]) for n in ("before", "after")}
    return {"on": iso(int(found["changed_on"][row]))} | amounts
