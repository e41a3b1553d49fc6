"""Firms graded again by some indicators."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.classes.grades import PartTable
from analytics.classes.grading import Subjects, weighed
from analytics.classes.keyed import keyed
from analytics.classes.points import NO_PARTS, part_table
from analytics.indicators.inputs import GradeInputs
from graph.view import View

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class News:
    """Some firms (keys) graded again by some indicators: who of them is a company, what is known of these, their parts.

    Companies and records are keys here, in `node` and in the parts.
    """

    firms: Int64
    names: tuple[str, ...]
    subjects: Subjects
    parts: PartTable

    @classmethod
    def of_nobody(cls, names: tuple[str, ...]) -> News:
        """None."""
        nobody = np.zeros(0, dtype=np.int64)
        return cls(nobody, names, Subjects(nobody, np.zeros(0, dtype=object), np.zeros(0), {}), NO_PARTS)

    @classmethod
    def of(cls, view: View, firms: Int64, names: tuple[str, ...], inputs: GradeInputs) -> News:
        """What the indicators say of firms, on a part of the graph that has all that they follow from."""
        inputs, pack = weighed(view.store, inputs)
        subjects = Subjects.of(view.store, inputs, pack, firms)
        parts = part_table(inputs, pack, subjects.node, subjects.covered, names)
        keys = inputs.projection.nodes
        subjects = replace(subjects, node=keys[subjects.node])
        return cls(firms, names, subjects, keyed(replace(parts, company=subjects.node[parts.company]), keys))
