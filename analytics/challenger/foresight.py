"""Classes, scores and a challenger's chances of one day against what befell the firms in the months after it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analytics.challenger.design import Design, design, happened
from analytics.challenger.model import Challenger
from analytics.challenger.outcomes import outcome
from analytics.classes.grades import CLASSES
from analytics.evaluation.bootstrap import Interval, measured
from analytics.evaluation.comparison import compared
from analytics.evaluation.measures import of_order, of_probability, reliability_table
from analytics.evaluation.ranking import base_rate
from analytics.evaluation.report import Cell, Table
from graph.errors import UsageError
from graph.store import GraphStore
from graph.time import Moment, add_months

RULES, CHALLENGER = "score of the rules", "challenger"


def foretold(
    store: GraphStore,
    moment: Moment,
    name: str,
    months: int,
    challenger: Challenger | None,
    *,
    budget: int,
    draws: int,
    seed: int,
) -> Iterator[Table]:
    """Tables of one outcome: by class how many it befell, the order of the score and, paired, the challenger's.

    UsageError where the challenger is of another outcome or span, or knew something of the months after the day.
    """
    what = outcome(name)
    made = design(store, moment, what)
    label = happened(store, made, what, months)
    how = {"draws": draws, "seed": seed}
    if len(np.unique(label)) < 2:
        raise UsageError(
            f"{name}: it befell {label.sum()} of {len(label)} firms",
            "Choose another day or more months.",
            f"{name}：{len(label)} 户企业中发生 {label.sum()} 户，不能比较。请另选日期或增加月数。",
        )
    yield Table(
        f"{name}: by class on {moment.as_of}, the {months} months after",
        ("class", "firms", "befallen", "share"),
        [_of_class(c, label[made.classes == c], how) for c in CLASSES if (made.classes == c).any()],
        f"What may no longer be used on {moment.used_on} counts as none, in the class as in what befell.",
    )
    scores = {RULES: made.rules}
    if challenger:
        checked(challenger, moment, name, months)
        scores[CHALLENGER] = challenger.chances(made)
    yield compared(label, scores, of_order(min(budget, len(label))), title=f"{name}: order", against=RULES, **how)
    if challenger:
        chance = scores[CHALLENGER]
        found = measured(label, chance, of_probability(label, chance), **how)
        yield Table(f"{name}: chances of the challenger", tuple(found), [list(found.values())])
        yield reliability_table(label, chance, f"{name}: reliability of the challenger")


def checked(challenger: Challenger, moment: Moment, name: str, months: int) -> None:
    """UsageError unless a challenger is of this outcome and its own months were over on the day."""
    told = challenger.manifest
    if (told["outcome"], told["months"]) != (name, months):
        raise UsageError(
            f"the challenger foretells {told['outcome']} within {told['months']} months",
            "Ask it for just that.",
            f"该挑战者模型预测的是 {told['months']} 个月内的 {told['outcome']}。请按此使用。",
        )
    if told["known_upto"] > moment.as_of.isoformat():
        raise UsageError(
            f"the challenger knows what happened until {told['known_upto']}, after {moment.as_of}",
            "Measure it on a later day, or make one of an earlier day.",
            f"该挑战者模型已知 {told['known_upto']} 以前发生的情况，晚于 {moment.as_of}。"
            "请在更晚的日期检验，或用更早的日期训练。",
        )


def manifest_of(made: Design, name: str, months: int) -> dict[str, str | int]:
    """What a challenger made of a design is told by."""
    end = add_months(made.moment.as_of, months)
    return {
        "outcome": name,
        "months": months,
        "as_of": made.moment.as_of.isoformat(),
        "used_on": made.moment.used_on.isoformat(),
        "known_upto": end.isoformat(),
    }


def _of_class(name: str, label: npt.NDArray[np.int64], how: dict[str, int]) -> list[Cell]:
    share: Interval = measured(label, np.zeros(len(label)), {"share": base_rate}, **how)["share"]
    return [name, len(label), int(label.sum()), share]
