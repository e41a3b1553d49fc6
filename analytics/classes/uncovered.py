"""What a class was made without: sources that have not delivered in time, and the indicators that rest on them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from analytics.classes.grades import Grades, entry_of
from analytics.indicators.inputs import GradeInputs
from graph.delivery import Delivery, standing
from graph.time import to_date, to_day
from graph.view import View


def uncovered(view: View, inputs: GradeInputs, grades: Grades, node: int) -> list[dict[str, Any]]:
    """Of a company (position), by source: its last delivery for the area, how long it holds, the indicators without it.

    An indicator that lacks several sources stands with each. Without a baseline what is measured against one is not
    covered either: source None.
    """
    held = _held(view, grades, inputs, node)
    lacking: dict[str | None, list[str]] = defaultdict(list)
    for name, settings in grades.pack.indicators.items():
        entry = entry_of(name)
        if settings.get("positive"):
            continue
        for source in entry.sources:
            if source not in held or held[source][1] < view.moment.as_of:
                lacking[source].append(name)
        if entry.baseline and entry.baseline not in inputs.baseline:
            lacking[None].append(name)
    return [
        {
            "source": source,
            "last": held[source][0].isoformat() if source in held else None,
            "held_until": held[source][1].isoformat() if source in held else None,
            "indicators": names,
        }
        for source, names in sorted(lacking.items(), key=lambda x: x[0] or "")
    ]


def _held(view: View, grades: Grades, inputs: GradeInputs, node: int) -> dict[str | None, tuple[dt.date, dt.date]]:
    """By source (day of the delivery that holds longest for the area, last day on which it covers)."""
    areas, names = inputs.areas
    area = names[int(areas[node])]
    out: dict[str | None, tuple[dt.date, dt.date]] = {}
    for delivery in (b.delivery for b in standing(view.store.batches(), view.seq)):
        if delivery.dated <= view.moment.as_of and area.startswith(delivery.scope):
            mine = (delivery.dated, _last_day(delivery, grades.pack.coverage_tolerance_days))
            out[delivery.source] = max(out.get(delivery.source, mine), mine, key=lambda held: held[1])
    return out


def _last_day(delivery: Delivery, tolerance: int) -> dt.date:
    return to_date(to_day(delivery.dated) + delivery.period_days + tolerance)
