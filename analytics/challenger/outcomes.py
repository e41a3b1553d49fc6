"""What a challenger foretells: something that befalls a firm within some months, read from the later state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.inputs import Inputs
from graph.errors import UsageError

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """A record of a label, dated by a column, with one of some values in another.

    consequences: indicators that say the outcome itself or what follows from it, each with the reason; no feature is
    made of them. once: whoever has such a record already is not asked about.
    """

    label: str
    dated: str
    column: str
    values: tuple[str, ...]
    consequences: Mapping[str, str]
    once: bool


_SERIOUS = (
    "serious_violation", "dishonest_debtor", "serious_tax", "wage_arrears", "work_safety", "other_serious",
)  # fmt: skip
OUTCOMES: Mapping[str, Outcome] = {
    "listed": Outcome(
        "ListEntry",
        "listed_on",
        "list_type",
        _SERIOUS,
        {
            "R1": "is the list",
            "R2": "is the list",
            "R3": "is the list",
            "R13": "a restriction of consumption comes with the entry as a debtor",
            "G1": "whoever is in charge is listed with the firm",
            "G2": "a bar from office follows from the firm's listing",
        },
        True,
    ),
    "penalised": Outcome(
        "AdministrativePenalty",
        "decided_on",
        "severity",
        ("general", "serious"),
        {
            "R7": "revocation and closure are imposed by the penalty itself",
            "R12": "a sector's rating falls because of a penalty",
            "S6": "the press reports a penalty",
        },
        False,
    ),
    "abnormal": Outcome(
        "ListEntry",
        "listed_on",
        "list_type",
        ("abnormal_operation",),
        {"R4": "is the list", "D8": "letters are returned in the course of the entry"},
        True,
    ),
}


def outcome(name: str) -> Outcome:
    """An outcome by name; UsageError for one that is not there."""
    if name not in OUTCOMES:
        raise UsageError(
            f"there is no outcome {name!r}",
            f"One of: {', '.join(OUTCOMES)}.",
            f"没有预测对象 {name!r}。可用：{'、'.join(OUTCOMES)}。",
        )
    return OUTCOMES[name]


def befallen(inputs: Inputs, what: Outcome, after: int, upto: int) -> Int64:
    """Keys of the firms with a usable record of the outcome dated after a day, up to and including another."""
    ties = inputs.ties(what.label)
    day = ties[what.dated]
    hit = (day > after) & (day <= upto) & np.isin(ties[what.column].astype(str), what.values)
    return np.unique(inputs.projection.nodes[ties.node[hit]])


def refuse_consequences(what: Outcome, indicators: npt.ArrayLike) -> None:
    """UsageError where a feature would be made of a consequence of the outcome."""
    if found := sorted(set(np.asarray(indicators, dtype=str).tolist()) & what.consequences.keys()):
        raise UsageError(
            f"{', '.join(found)} would foretell the outcome by its consequence: {what.consequences[found[0]]}",
            "Leave them out.",
            f"{'、'.join(found)} 是预测对象的后果，不得作为特征。请去掉。",
        )
