"""Cases that look odd without fitting a sign: proposed for review, apart from the list, and never scored by this."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.inputs import Inputs
from analytics.shell.review import Suspicions
from analytics.structures.crowding import counts, firms_by_party
from graph.time import NO_DATE, completed_months

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TREES = 100
CROWDS = {"REGISTERED_AT": True, "USES_CONTACT": True, "FILED_BY_AGENT": True, "LEGAL_REPRESENTATIVE_OF": False}


def proposals(inputs: Inputs, found: Suspicions, count: int, listed: Int64, seed: int) -> Int64:
    """Rows of the firms that isolate soonest, those listed already left out; the same for the same seed.

    An isolation forest (Liu, Ting and Zhou 2008) on the signs, age, capital, and how many firms share what a firm has.
    It knows no labels: what it finds odd may be odd for any reason. O(firms x trees).
    """
    from sklearn.ensemble import IsolationForest

    rows = np.setdiff1d(np.arange(len(found)), listed)
    if not len(rows) or not count:
        return rows[:0]
    table = features(inputs, found)
    forest = IsolationForest(n_estimators=TREES, random_state=seed).fit(table)
    score = forest.score_samples(table[rows])
    return np.asarray(rows[np.lexsort((found.node[rows], score))][:count])


def features(inputs: Inputs, found: Suspicions) -> Floats:
    """What the forest sees of each firm: shape (firms, signs + 2 + ways to share)."""
    capital = inputs.by_node("registered_capital", NO_DATE)[found.node]
    age = completed_months(inputs.by_node("established_on", NO_DATE)[found.node], inputs.day)
    columns = [found.seen.astype(float), np.log1p(np.maximum(capital, 0))[:, None], age[:, None].astype(float)]
    for name, of_start in CROWDS.items():
        firm, other, _ = firms_by_party(inputs, name, of_start=of_start)
        most = np.zeros(len(inputs.projection.nodes), dtype=np.int64)
        np.maximum.at(most, firm, counts(inputs, firm, other)[other])
        columns.append(np.log1p(most[found.node])[:, None])
    return np.hstack(columns)
