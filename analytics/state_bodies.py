"""State bodies: organisations that exercise State ownership, which end every look-through."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.projection import GraphProjection


def state_bodies(projection: GraphProjection) -> npt.NDArray[np.bool_]:
    """By canonical node whether it is one."""
    out = np.zeros(len(projection.nodes), dtype=bool)
    organisations = projection.states.get("Organisation", {})
    if "state_body" in organisations:
        bodies = organisations["node"][organisations["state_body"] == 1]
        out[projection.canonical[bodies]] = True
    return out
