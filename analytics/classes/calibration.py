"""Cut-offs that give a locality the shares of classes that it aims at, kept with its baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.classes.grades import CLASSES, Grades
from analytics.classes.grading import grade_inputs
from analytics.indicators.baseline import Baseline, measure, store_baseline
from analytics.indicators.inputs import GradeInputs
from graph.errors import UsageError
from graph.store import GraphStore


def calibrated(grades: Grades, target: Sequence[float]) -> dict[str, float]:
    """Upper bounds of A, B and C (points) with which the classes come nearest to the target shares.

    Definition: red lines and floors stand; of the graded companies without them, in order of their points, as many are
    A as bring the share of A to its target, and so on. Companies of equal points stay together, so that shares may be
    missed; bounds rise by at least a thousandth. O(n log n). Raises UsageError where nobody is graded.
    """
    graded = np.isin(grades.grade.astype(str), CLASSES)
    if not graded.any():
        raise UsageError(
            "nobody is graded, so there are no shares",
            "Load what the pack needs, or another day.",
            "没有企业有分类，无从计算比例。请加载所需来源，或另选日期。",
        )
    table = grades.parts
    bound = np.zeros(len(grades.node), dtype=bool)
    bound[table.company[table.red_line | table.floor_c]] = True
    free = np.sort(grades.score[graded & ~bound])
    cuts, least = [], 0
    for share in np.cumsum(target)[:3]:
        wanted = min(round(float(share) * int(graded.sum())), len(free))
        cut = int(free[wanted - 1]) if wanted else -1
        cuts.append(max(cut, least))
        least = cuts[-1] + 1
    return {name: cut / 1000 for name, cut in zip("ABC", cuts, strict=True)}


def calibrated_baseline(store: GraphStore, name: str, inputs: GradeInputs, target: Sequence[float]) -> Baseline:
    """Measure a population and its cut-offs for target shares of A to D, and keep both as a baseline.

    Raises UsageError for shares that are none or do not sum to 1, and where the name is taken.
    """
    if len(target) != 4 or min(target) < 0 or abs(sum(target) - 1) > 1e-6:
        raise UsageError(
            "the target is four shares that sum to 1",
            "As 0.73,0.19,0.05,0.03 for A, B, C and D.",
            "目标比例须为四个数，合计为 1。A、B、C、D 如 0.73,0.19,0.05,0.03。",
        )
    statistics = measure(inputs)
    grades = grade_inputs(store, replace(inputs, baseline=statistics))
    return store_baseline(store, name, inputs, statistics | {"cut_offs": calibrated(grades, target)})
