"""Results by company after a change: the stale companies computed again, everything else as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result
from analytics.arrays.splice import with_rows
from analytics.updates.upstream import reached
from graph.changes import ChangeSet
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]


def recomputed(
    algorithm: Algorithm[Any], before: Result, projection: GraphProjection, changes: ChangeSet, params: Parameters
) -> Result:
    """A result by company after a change, equal to that of a full run: what lies below the change is computed again.

    `before.state` is a `State`; columns are ordered by `company`. O(what is above the companies below the change), and
    the copying of columns when they are asked for.
    """
    state, stale, above = reached(before.state, projection, changes)
    fresh = algorithm.compute(above, params)
    columns = Spliced(before.columns, stale, _rows_of(fresh.columns, stale))

    def parts(row: int) -> list[Part]:
        """Of one row: found in what lies above its company."""
        company = columns["company"][row]
        of = algorithm.compute(state.above(np.array([company])), params)
        first = np.searchsorted(columns["company"], company)
        return of.parts(int(np.searchsorted(of.columns["company"], company) + row - first))

    return replace(
        before,
        columns=columns,
        parts=parts,
        warnings=spliced_notices(before.warnings, stale, fresh.warnings),
        state=state,
        timings=fresh.timings,
    )


def _rows_of(columns: Mapping[str, Column], companies: Int64) -> dict[str, Column]:
    keep = np.isin(columns["company"], companies)
    return {n: c[keep] for n, c in columns.items()}


class Spliced(Mapping[str, Column]):
    """Columns ordered by company, in which the rows of some have been replaced; joined when asked for."""

    def __init__(self, base: Mapping[str, Column], stale: Int64, fresh: Mapping[str, Column]) -> None:
        if isinstance(base, Spliced) and base._joined:
            base = base._joined
        elif isinstance(base, Spliced):  # a chain of updates stays one step long
            stale, fresh = np.union1d(base.stale, stale), with_rows(base.fresh, stale, fresh, "company")
            base = base.base
        self.base: Mapping[str, Column] = base
        self.stale: Int64 = stale
        self.fresh: Mapping[str, Column] = fresh
        self._joined: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if not self._joined:
            self._joined = with_rows(self.base, self.stale, self.fresh, "company")
        return self._joined[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.base)

    def __len__(self) -> int:
        return len(self.base)


def spliced_notices(before: tuple[Notice, ...], stale: Int64, fresh: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """Notices of what is not stale as they were, of the stale nodes as they are now; those of one kind as one."""
    gone = set(stale.tolist())
    kept = [replace(x, nodes=tuple(k for k in x.nodes if k not in gone)) for x in before]
    kept += [replace(x, nodes=tuple(k for k in x.nodes if k in gone)) for x in fresh]
    out = [x for x in kept if x.whole and x.nodes]
    for code in sorted({x.code for x in kept if not x.whole}):
        same = [x for x in kept if x.code == code]
        if nodes := sorted({k for x in same for k in x.nodes}):
            out.append(replace(same[0], nodes=tuple(nodes)))
    return tuple(out)
