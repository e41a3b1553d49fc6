"""What the indicators read to grade companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analytics.decisions import Verdicts
from analytics.indicators.heads import Heads
from analytics.inputs import Inputs
from graph.part import without
from graph.projection import GraphProjection

if TYPE_CHECKING:
    from analytics.risk.passed_on import PassedOn

Int64 = npt.NDArray[np.int64]
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class GradeInputs(Inputs):
    """With what officers decided, and what is known already of what all companies pass on and whom they belong to."""

    verdicts: Mapping[str, Verdicts] = field(default_factory=dict)  # by indicator what officers decided about its parts
    fresh_on: int | None = None  # the day on which deliveries are to be fresh, where it is not the day itself
    around: GraphProjection | None = None  # what risk can come from, where the projection is a part without it
    passed_on: PassedOn | None = None  # the risk of all parties, where it is known already
    heads: Heads | None = None  # who heads the group of each party, where it is known already
    left_out: Int64 = field(default_factory=lambda: _NONE)  # records (keys) that were taken from it

    def without(self, records: Int64) -> GradeInputs:
        """What is read without some records (keys)."""
        around, left_out = self.around and without(self.around, records), np.union1d(self.left_out, records)
        projection = without(self.projection, records)
        return replace(self, projection=projection, around=around, passed_on=None, left_out=left_out)

    @cached_property
    def risk(self) -> PassedOn:
        """What relationships pass on to parties."""
        # The compiler that it stands on takes a second to import, which only grading has to wait for.
        from analytics.algorithms.risk_propagation import RiskParameters, RiskPropagation
        from analytics.risk.passed_on import PassedOn

        if self.passed_on is not None:
            return self.passed_on
        return PassedOn.of(RiskPropagation().compute(self.around or self.projection, RiskParameters()).state)
