"""What a part follows from beside the one record or relationship that it names: the others, and the numbers counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.indicators.control import bad_in_groups
from analytics.indicators.dynamics import CHANGES
from analytics.indicators.parts import Inputs, Settings, Ties
from analytics.indicators.regulatory import clean_in_a_row, repeats
from analytics.indicators.social import kept_commitments, mediations, recent_complaints
from graph.ascending import matched
from graph.time import NO_DATE, add_months_array

Int64 = npt.NDArray[np.int64]
Found = list[tuple[str, int]]  # kind and, as a part names it, what it is


def further(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """The further records (positions) and relationships (keys) that a part of a firm (position) follows from."""
    find = _FINDERS.get(name)
    return [] if find is None else find(inputs, name, settings, firm, evidence)


def counted(inputs: Inputs, name: str, settings: Settings, firm: int) -> dict[str, Any]:
    """The numbers that a part of a firm (position) follows from, where these are counts of what it does not name."""
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


def _guaranteed(inputs: Inputs, firm: int) -> dict[str, Any]:
    from analytics.algorithms.guarantee_circles import GuaranteeCircles, GuaranteeParameters

    found = GuaranteeCircles().compute(inputs.projection, GuaranteeParameters()).columns
    (row,) = matched(found["member"], inputs.projection.nodes[[firm]]).tolist()
    capital = int(inputs.by_node("registered_capital", NO_DATE)[firm])
    return {
        "guaranteed": int(found["given"][row]),
        "currency": found["currency"][row],
        "registered_capital": None if capital == NO_DATE else capital,
    }


def _before(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """R6: the violation of the same type before."""
    again, before = repeats(inputs, settings)
    return [("record", int(r)) for r in before.record[(again.node == firm) & (again.record == evidence)].tolist()]


def _others(ties: Ties, firm: int, evidence: int) -> Found:
    records = ties.record[ties.node == firm].tolist()
    return [("record", r) for r in reversed(records) if r != evidence] if evidence in records else []


def _clean(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """P3: the other inspections in a row, the last first."""
    return _others(clean_in_a_row(inputs), firm, evidence)


def _kept(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """P2: the other commitments kept, where it is about these."""
    return _others(kept_commitments(inputs), firm, evidence)


def _bad(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """G3: the first records of the other bad firms."""
    of, entries, _ = bad_in_groups(inputs, settings)
    return [("record", r) for r in entries.record[of == firm].tolist() if r != evidence]


def _changes(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """D3, D4: the other changes in the window that ends on the day of the last, the last first."""
    table, side = CHANGES[name]
    found = inputs.beside[table]
    start, mine = found["valid_from"], (found[side] == firm) & (found["valid_from"] <= inputs.day)
    opens = add_months_array(start[mine].max(keepdims=True), -int(settings["window_months"]))
    return _ties(found["key"], start, mine & (start > opens), evidence)


def _transfer(inputs: Inputs, name: str, settings: Settings, firm: int, evidence: int) -> Found:
    """D5: the holdings that began, and the former ones that ended within the window before the last, the last first."""
    rel, _, end = inputs.relationships("HOLDS_SHARES_IN")
    former = inputs.beside["former"]["HOLDS_SHARES_IN"]
    left, mine = former["valid_to"], former["end"] == firm
    opens = add_months_array(left[mine].max(keepdims=True), -int(settings["window_months"]))
    gone = _ties(former["key"], left, mine & (left >= opens), evidence)
    return _ties(rel.key, rel.columns["valid_from"], end == firm, evidence) + gone


def _ties(keys: Int64, days: Int64, chosen: npt.NDArray[np.bool_], evidence: int) -> Found:
    rows = np.flatnonzero(chosen & (keys != evidence))
    rows = rows[np.lexsort((keys[rows], -days[rows]))]
    return [("relationship", key) for key in keys[rows].tolist()]


_FINDERS: Mapping[str, Callable[[Inputs, str, Settings, int, int], Found]] = {
    "R6": _before,
    "P2": _kept,
    "P3": _clean,
    "G3": _bad,
    "D3": _changes,
    "D4": _changes,
    "D5": _transfer,
}
