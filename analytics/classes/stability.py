"""How classes moved between two runs: who went where, whether points shifted, and what moved without anything new."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.classes.grades import CLASSES, Grades
from graph.identity import mix, nids
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEAST_SHARE = 1e-4  # of a bin: an empty one counts as this much, so that the index stays finite
BINS = 10


@dataclass(frozen=True)
class Stability:
    """What moved between two runs.

    matrix: companies by class before (rows) and after (columns), in order of `names`, the last for no class or not
    there. psi: population stability index of the score, and of each indicator's points. changed: companies with a
    class in both that is another one; without_event: of these those whose parts rest on the same records,
    relationships and registration, so that only time moved them; share_without_event: of all with a class in both.
    """

    names: tuple[str, ...]
    matrix: Int64
    psi: dict[str, float]
    changed: int
    without_event: int
    share_without_event: float


def stability(before: tuple[GraphProjection, Grades], after: tuple[GraphProjection, Grades]) -> Stability:
    """Compare two runs company by company. O((companies + parts) log)."""
    keys = [projection.nodes[grades.node] for projection, grades in (before, after)]
    both = np.union1d(*keys)
    at = [np.searchsorted(both, k) for k in keys]
    level = np.full((2, len(both)), len(CLASSES))
    for i, (_, grades) in enumerate((before, after)):
        code = np.searchsorted(CLASSES, grades.grade.astype(str))
        known = np.isin(grades.grade.astype(str), CLASSES)
        level[i, at[i][known]] = code[known]
    size = len(CLASSES) + 1
    matrix = np.bincount(level[0] * size + level[1], minlength=size * size).reshape(size, size)
    graded = (level < len(CLASSES)).all(axis=0)
    moved = graded & (level[0] != level[1])
    rests = [_rests_on(p, g, both, where) for (p, g), where in zip((before, after), at, strict=True)]
    quiet = moved & (rests[0] == rests[1])
    return Stability(
        (*CLASSES, "-"),
        matrix,
        _shifts(before, after, [level[i] < len(CLASSES) for i in range(2)], at),
        int(moved.sum()),
        int(quiet.sum()),
        float(quiet.sum() / max(int(graded.sum()), 1)),
    )


def psi(before: Floats, after: Floats) -> float:
    """Population stability index: sum of (a - b) ln(a / b) over shares b before and a after in the deciles of before.

    Values equal to a decile's bound fall below it; deciles that coincide are one bin. Siddiqi 2006: under .1 stable,
    over .25 shifted.
    """
    if not len(before) or not len(after):
        return 0.0
    bounds = np.unique(np.quantile(before, np.arange(1, BINS) / BINS, method="lower"))
    shares = []
    for values in (before, after):
        count = np.bincount(np.searchsorted(bounds, values, side="left"), minlength=len(bounds) + 1)
        shares.append(np.maximum(count / len(values), LEAST_SHARE))
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))


def _rests_on(projection: GraphProjection, grades: Grades, both: Int64, where: Int64) -> Int64:
    """By company a sum of hashes of what its parts rest on, whatever their order and points."""
    table = grades.parts
    record = table.kind.astype(str) == "record"
    evidence = table.evidence.copy()
    evidence[record] = projection.nodes[evidence[record]]
    names = nids(list(grades.indicators))[table.indicator]
    out = np.zeros(len(both), dtype=np.int64)
    with np.errstate(over="ignore"):
        np.add.at(out, where[table.company], mix(names, evidence))
    return out


def _shifts(
    before: tuple[GraphProjection, Grades],
    after: tuple[GraphProjection, Grades],
    graded: list[npt.NDArray[np.bool_]],
    at: list[Int64],
) -> dict[str, float]:
    """The index of the score, and of the points of each indicator that both runs have; of companies with a class."""
    runs = [(g, here[where]) for (_, g), here, where in zip((before, after), graded, at, strict=True)]
    out = {"score": psi(*(g.score[mine] / 1000 for g, mine in runs))}
    for name in before[1].indicators:
        if name in after[1].indicators:
            out[name] = psi(*(_points(g, name)[mine] for g, mine in runs))
    return out


def _points(grades: Grades, name: str) -> Floats:
    """By company the points of an indicator."""
    rows = grades.parts.indicator == grades.indicators.index(name)
    out = np.zeros(len(grades.node))
    np.add.at(out, grades.parts.company[rows], grades.parts.points[rows] / 1000)
    return out
