"""How a class follows from points, step by step: own ones, those of association, caps, floors and red lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.classes.grades import CLASSES, Grades, PartTable, entry_of
from analytics.classes.grading import by_cut_offs, of_association, raised
from analytics.classes.points import uncapped
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import GradePack


def reckoning(inputs: GradeInputs, grades: Grades, at: int) -> dict[str, Any]:
    """The steps from the parts of a company to its class, as plain values: whoever goes them comes to it."""
    first, last = np.searchsorted(grades.parts.company, [at, at + 1])
    parts, pack = grades.parts.at(np.arange(first, last)), grades.pack
    points = int(parts.points.sum())
    own = points - int(parts.points[of_association(pack, parts)].sum())
    alone, level = by_cut_offs(pack, np.array([[own], [points]]))
    return {
        "own": {"points": own / 1000, "class": CLASSES[int(alone[0])]},
        "with_association": {"points": points / 1000, "class": CLASSES[int(level[0])]},
        "association_raises_to": CLASSES[int(raised(alone, level)[0])],
        "floor_c": bool(parts.floor_c.any()),
        "red_line": bool(parts.red_line.any()),
        "capped": _capped(inputs, pack, parts, int(grades.node[at])),
        "deducted": _deducted(pack, parts),
    }


def _capped(inputs: GradeInputs, pack: GradePack, parts: PartTable, firm: int) -> list[dict[str, Any]]:
    """The indicators whose parts together come to more than the indicator gives at most."""
    out = []
    for code, (name, settings) in enumerate(pack.indicators.items()):
        mine, most = parts.gross[parts.indicator == code], int(settings["points"])
        if len(mine) < 2 or int(mine.sum()) < most * 1000:
            continue
        before, entry = uncapped(inputs, name, settings, firm), entry_of(name)
        if before > most * 1000:
            out.append({"indicator": name, "zh": entry.zh, "en": entry.en, "points": before / 1000, "most": most})
    return out


def _deducted(pack: GradePack, parts: PartTable) -> dict[str, Any] | None:
    """What positive parts come to and what they take off, where that is less: by their cap, or down to 0."""
    positive = np.array([bool(s.get("positive")) for s in pack.indicators.values()], dtype=bool)[parts.indicator]
    stated, counted = int(parts.gross[positive].sum()), -int(parts.points[positive].sum())
    return (
        None if stated == counted else {"points": stated / 1000, "counted": counted / 1000, "most": pack.positive_cap}
    )
