"""What the indicators read of a store: for all companies of a projection, or for a few by index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from analytics.decisions import part_verdicts
from analytics.indicators.baseline import Baseline
from analytics.indicators.beside import read_beside
from analytics.indicators.inputs import GradeInputs
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import to_day
from graph.view import View

Int64 = npt.NDArray[np.int64]


def read_inputs(store: GraphStore, projection: GraphProjection, baseline: Baseline | None = None) -> GradeInputs:
    """What the indicators read of a store, for a projection of it."""
    day = to_day(dt.date.fromisoformat(projection.manifest["as_of"]))
    known_at = dt.date.fromisoformat(projection.manifest["known_at"])
    beside, statistics = read_beside(store, projection, day), baseline.statistics if baseline else {}
    return GradeInputs(projection, day, beside, statistics, part_verdicts(store, known_at))


def few_inputs(
    view: View, firms: Int64, baseline: Baseline | None = None, names: Collection[str] | None = None
) -> GradeInputs:
    """What the indicators of some companies (keys), all or some by name, read, by index from a store."""
    from analytics.aspects.surroundings import surroundings, within_reach  # with numba

    part, day = surroundings(view, firms, names), view.moment.as_of_day
    beside, statistics = read_beside(view.store, part, day, part=True), baseline.statistics if baseline else {}
    verdicts = part_verdicts(view.store, view.moment.known_at, view.decided)
    around = within_reach(view, firms) if names is None or "G11" in names else None
    return GradeInputs(part, day, beside, statistics, verdicts, around=around)
