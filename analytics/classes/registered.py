"""What a part rests on that names no record: the values of the registration, and what ought to be there and is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.indicators.basic import last_reports, permits_missing
from analytics.indicators.dynamics import capital_cuts, years_missing
from analytics.inputs import Inputs
from graph.time import NO_DATE, iso

_VALUES = {
    "B1": ("established_on",),
    "B2": ("registered_capital", "currency"),
    "B3": ("industry",),
}


def registered(inputs: Inputs, indicator: str, settings: Mapping[str, Any], firm: int) -> dict[str, Any]:
    """Of an indicator's part of a firm (position) the values behind it, as plain values; dates in ISO, money in fen."""
    if indicator in _VALUES:
        (at,) = np.flatnonzero(inputs.companies["node"] == firm)[:1]
        told = {name: inputs.companies[name][at] for name in _VALUES[indicator]}
        plain = {n: iso(int(v)) if n.endswith("_on") else _plain(v) for n, v in told.items()}
        return plain | (_nothing_paid(inputs, firm) if indicator == "B2" else {})
    if indicator == "B6":
        node, permit = permits_missing(inputs, settings)
        names = inputs.beside["permits_required"]["names"]
        return {"permits_missing": sorted({names[p] for p in permit[node == firm].tolist()})}
    if indicator == "D1":
        return {"years_missing": [year for year, missing in years_missing(inputs, settings) if missing[firm]]}
    if indicator == "D6":
        found, cut = inputs.beside["capital"], capital_cuts(inputs, settings)
        rows = np.flatnonzero(cut & (found["node"] == firm)).tolist()
        told_ = ((int(found["changed_on"][r]), float(found["before"][r]), float(found["after"][r])) for r in rows)
        return {"capital_cuts": [{"on": iso(day), "before": before, "after": after} for day, before, after in told_]}
    return {}


def _nothing_paid(inputs: Inputs, firm: int) -> dict[str, Any]:
    """That nothing is paid in, and how many people the last annual report says it employs."""
    report = last_reports(inputs)
    staff = report["staff"][report.node == firm].tolist()
    return {"paid": 0, "staff": staff[0] if staff and staff[0] != NO_DATE else None}


def _plain(value: Any) -> Any:
    if isinstance(value, np.integer):
        return None if value == NO_DATE else int(value)
    return value
