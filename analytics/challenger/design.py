"""What a challenger sees of a firm: the points of each indicator, by the very code of the class, as of a past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.aspects.reading import read_inputs
from analytics.challenger.outcomes import Outcome, befallen, refuse_consequences
from analytics.classes.grades import CLASSES, Grades
from analytics.classes.grading import grade
from analytics.indicators.baseline import Baseline, measure
from analytics.indicators.pack import GradePack, pack_on
from analytics.inputs import Inputs
from graph.errors import UsageError
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import Moment, add_months, to_day
from graph.usable import Use

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EVER = np.iinfo(np.int64).min + 1


@dataclass(frozen=True)
class Design:
    """Firms with a class on a day, ascending by key, and their numbers by indicator.

    values: (firms, indicators), the points that an indicator gives or, where it gives none, how many parts it has.
    sign: by indicator 1 where more is riskier, -1 where more is better. rules, classes: score and class by the rules.
    """

    moment: Moment
    indicators: tuple[str, ...]
    sign: tuple[int, ...]
    firm: Int64
    values: Floats
    rules: Floats  # score
    classes: npt.NDArray[np.str_]


def design(store: GraphStore, moment: Moment, what: Outcome, indicators: Sequence[str] | None = None) -> Design:
    """The design of a day for an outcome; by default of all indicators that are no consequence of it.

    UsageError for a consequence, for an unknown indicator, and where more is known than on the day: what came to be
    known later may follow from the outcome. Population statistics are those of the day.
    """
    if moment.known_at > moment.as_of:
        raise UsageError(
            f"features of {moment.as_of} would be made with what was known on {moment.known_at}",
            "Let known_at be the day itself.",
            f"{moment.as_of} 的特征不得使用 {moment.known_at} 才得知的数据。请将 known_at 设为同一日。",
        )
    pack = pack_on(moment.as_of)
    names = tuple(n for n in pack.indicators if n not in what.consequences) if indicators is None else tuple(indicators)
    if unknown := sorted(set(names) - pack.indicators.keys()):
        raise UsageError(
            f"there is no indicator {', '.join(unknown)}",
            f"Known: {', '.join(pack.indicators)}.",
            f"没有指标 {'、'.join(unknown)}。可用：{'、'.join(pack.indicators)}。",
        )
    refuse_consequences(what, names)
    projection = GraphProjection.from_store(store, moment, Use.GRADE)
    inputs = read_inputs(store, projection)
    grades = grade(store, projection, pack, Baseline("the day's own", projection.manifest, measure(inputs)))
    asked = np.isin(grades.grade.astype(str), CLASSES)
    if what.once:
        asked &= ~np.isin(projection.nodes[grades.node], befallen(inputs, what, EVER, inputs.day))
    if not asked.any():
        raise UsageError(
            f"no firm has a class on {moment.as_of}",
            "Choose a day by which the sources had delivered.",
            f"{moment.as_of} 没有企业有分类。请选择各来源已经报送之后的日期。",
        )
    sign = tuple(-1 if pack.indicators[n].get("positive") else 1 for n in names)
    return Design(
        moment,
        names,
        sign,
        projection.nodes[grades.node[asked]],
        _values(grades, pack, names)[asked],
        grades.score[asked] / 1000,
        grades.grade[asked].astype(str),
    )


def _values(grades: Grades, pack: GradePack, names: Sequence[str]) -> Floats:
    """Points by company and indicator, positive ones as their amount; of those without points the number of parts."""
    n, parts = len(grades.node), grades.parts
    out = np.zeros((n, len(names)))
    for column, name in enumerate(names):
        mine = parts.indicator == grades.indicators.index(name)
        amount = np.abs(parts.points[mine]) / 1000 if pack.indicators[name]["points"] else np.ones(int(mine.sum()))
        out[:, column] = np.bincount(parts.company[mine], amount, minlength=n)
    return out


def happened(store: GraphStore, made: Design, what: Outcome, months: int) -> Int64:
    """By firm of a design whether the outcome befell it within some months of its day, as the state then says.

    UsageError where those months are not over on the day of use. A record that may not be used then counts as none.
    """
    end = add_months(made.moment.as_of, months)
    if end > made.moment.used_on:
        raise UsageError(
            f"the {months} months after {made.moment.as_of} last until {end}",
            "Choose an earlier day or fewer months.",
            f"{made.moment.as_of} 之后的 {months} 个月到 {end} 才届满。请选择更早的日期或更少的月数。",
        )
    later = Moment(end, made.moment.used_on, made.moment.used_on)
    projection = GraphProjection.from_store(store, later, Use.GRADE)
    keys = befallen(Inputs.of(projection), what, to_day(made.moment.as_of), to_day(end))
    return np.isin(made.firm, keys).astype(np.int64)
