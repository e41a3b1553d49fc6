"""What a part follows from beside the one record or relationship that it names: the others, and the numbers counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.indicators.control import bad_in_groups
from analytics.indicators.dynamics import CHANGES
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.regulatory import clean_in_a_row, repeats
from analytics.indicators.social import kept_commitments, mediations, recent_complaints
from analytics.inputs import Settings, Ties
from graph.ascending import matched
from graph.time import NO_DATE, add_months_array

Int64 = npt.NDArray[np.int64]
Found = list[tuple[str, int]]  # kind and, as a part names it, what it is


@dataclass(frozen=True)
class Asked:
    """A part of a firm (position): its indicator with the settings of the pack, and what it names as its evidence."""

    inputs: GradeInputs
    indicator: str
    settings: Settings
    firm: int
    evidence: int


def further(asked: Asked) -> Found:
    """The further records (positions) and relationships (keys) that a part follows from."""
    find = _FINDERS.get(asked.indicator)
    return [] if find is None else find(asked)


def counted(asked: Asked) -> dict[str, Any]:
    """The numbers that a part follows from, where these are counts of what it does not name."""
    inputs, name, settings, firm = asked.inputs, asked.indicator, asked.settings, asked.firm
    if name == "S2":
        tried, failed = mediations(inputs)
        return {"mediations": int(tried[firm]), "mediations_failed": int(failed[firm])}
    if name == "S3":
        _, now, year = recent_complaints(inputs, int(settings["days"]))
        return {"days": int(settings["days"]), "complaints": int(now[firm]), "complaints_of_year": int(year[firm])}
    if name == "G3":
        of, _, size = bad_in_groups(inputs, settings)
        return {"group": int(size[of == firm][0]) - 1, "group_listed": int((of == firm).sum())}
    if name == "G10":
        return _guaranteed(inputs, firm)
    return {}


def _guaranteed(inputs: GradeInputs, firm: int) -> dict[str, Any]:
    from analytics.algorithms.guarantee_circles import GuaranteeCircles, GuaranteeParameters

    found = GuaranteeCircles().compute(inputs.projection, GuaranteeParameters()).columns
    (row,) = matched(found["member"], inputs.projection.nodes[[firm]]).tolist()
    capital = int(inputs.by_node("registered_capital", NO_DATE)[firm])
    return {
        "guaranteed": int(found["given"][row]),
        "currency": found["currency"][row],
        "registered_capital": None if capital == NO_DATE else capital,
    }


def _before(asked: Asked) -> Found:
    """R6: the violation of the same type before."""
    again, before = repeats(asked.inputs, asked.settings)
    return [
        ("record", int(r))
        for r in before.record[(again.node == asked.firm) & (again.record == asked.evidence)].tolist()
    ]


def _others(asked: Asked, ties: Ties) -> Found:
    records = ties.record[ties.node == asked.firm].tolist()
    return [("record", r) for r in reversed(records) if r != asked.evidence] if asked.evidence in records else []


def _clean(asked: Asked) -> Found:
    """P3: the other inspections in a row, the last first."""
    return _others(asked, clean_in_a_row(asked.inputs))


def _kept(asked: Asked) -> Found:
    """P2: the other commitments kept, where it is about these."""
    return _others(asked, kept_commitments(asked.inputs))


def _bad(asked: Asked) -> Found:
    """G3: the first records of the other bad firms."""
    of, entries, _ = bad_in_groups(asked.inputs, asked.settings)
    return [("record", r) for r in entries.record[of == asked.firm].tolist() if r != asked.evidence]


def _changes(asked: Asked) -> Found:
    """D3, D4: the other changes in the window that ends on the day of the last, the last first."""
    table, side = CHANGES[asked.indicator]
    found = asked.inputs.beside[table]
    start, mine = found["valid_from"], (found[side] == asked.firm) & (found["valid_from"] <= asked.inputs.day)
    return _ties(asked, found["key"], start, mine & (start > _opens(asked, start[mine])))


def _transfer(asked: Asked) -> Found:
    """D5: the holdings that began, and the former ones that ended within the window before the last, the last first."""
    rel, _, end = asked.inputs.relationships("HOLDS_SHARES_IN")
    former = asked.inputs.beside["former"]["HOLDS_SHARES_IN"]
    left, mine = former["valid_to"], former["end"] == asked.firm
    gone = _ties(asked, former["key"], left, mine & (left >= _opens(asked, left[mine])))
    return _ties(asked, rel.key, rel.columns["valid_from"], end == asked.firm) + gone


def _opens(asked: Asked, days: Int64) -> Int64:
    """The day on which the window opens that ends on the last of some days."""
    return add_months_array(days.max(keepdims=True), -int(asked.settings["window_months"]))


def _ties(asked: Asked, keys: Int64, days: Int64, chosen: npt.NDArray[np.bool_]) -> Found:
    rows = np.flatnonzero(chosen & (keys != asked.evidence))
    rows = rows[np.lexsort((keys[rows], -days[rows]))]
    return [("relationship", key) for key in keys[rows].tolist()]


_FINDERS: Mapping[str, Callable[[Asked], Found]] = {
    "R6": _before,
    "P2": _kept,
    "P3": _clean,
    "G3": _bad,
    "D3": _changes,
    "D4": _changes,
    "D5": _transfer,
}
