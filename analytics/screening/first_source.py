"""Which of several sources' statements about firms count: those of the one that goes first, as in ownership."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.screening.same_firms import key_array, same_firms
from graph.current import goes_first, precedence
from graph.schema import SCHEMA
from graph.store import Slice
from graph.view import View

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]


def counted(view: View, table: str, firm: Int64, source: Column) -> Bools:
    """Which of some relationships to firms count, given the firm and the source of each. By index.

    Where the first source has stated holders of a firm at all, of the day or earlier, those of others do not count
    beside them: who is in the register no more has left, whatever a declaration still says.
    """
    if not SCHEMA.types[table].several_sources:
        return np.ones(len(firm), dtype=bool)
    one_of = {key: same[0] for same in same_firms(view, key_array(firm.tolist())).values() for key in same}
    stated = view.store.columns(table, ["end", "source", "valid_from"], Slice(view.seq), ends=key_array(one_of))
    begun = stated["valid_from"] <= view.moment.as_of_day
    firms = np.concatenate([firm, stated["end"][begun]])
    _, subject = np.unique([one_of[key] for key in firms.tolist()], return_inverse=True)
    sources = [*source.tolist(), *stated["source"][begun].tolist()]
    ranks = {name: at for at, name in enumerate(sorted(set(sources), key=precedence))}
    rank = np.array([ranks[name] for name in sources], dtype=np.int64)
    return goes_first(subject.astype(np.int64), rank)[: len(firm)]
