"""Groups: firms under one control."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.algorithms.control import controllers, supporters
from analytics.arrays.splice import with_rows
from analytics.ownership.command import command
from analytics.updates.recomputing import spliced_notices
from analytics.updates.upstream import State, reached
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]


class GroupParameters(Parameters):
    """Which groups are told."""

    least: int = Field(default=2, ge=2, description="fewest companies of a group")


class Groups(Algorithm[GroupParameters]):
    """Groups under one control: the companies that one party controls in the end, by whatever chain.

    Definition: companies with the same ultimate controller (control), the controller with them if it is a company. The
    State makes no group: firms are not related merely because State bodies control them (Company Law art. 265), so what
    a State body holds counts for nothing here and the firms below it head groups of their own. Nor does joint control.

    Columns: company, head (node keys); size: companies in the group. Ordered by company. Complexity: that of control.
    Source: Company Law 2023 art. 265; domain/2-rules B10. Update: exact.
    """

    name: ClassVar[str] = "groups"
    zh: ClassVar[str] = "同一控制下的企业群"
    parameters: ClassVar[type[Parameters]] = GroupParameters
    follows: ClassVar[Update] = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: GroupParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """One row a company in a group of at least the least size."""
        timings: dict[str, float] = {}
        with timed(timings, "groups"):
            heads = _heads(projection)
        progress.advance(1, 1)
        return _result(params, heads, State(projection), command(projection).warnings, timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: GroupParameters
    ) -> Result:
        """The heads of the companies below the change found again, and the groups counted. O(companies)."""
        was, heads = before.state
        state, stale, above = reached(was, projection, changes)
        found = _heads(above)
        mine = np.isin(found["company"], stale)
        fresh = {n: c[mine] for n, c in found.items()}
        notices = spliced_notices(before.warnings, stale, command(above).warnings)
        return _result(params, with_rows(heads, stale, fresh), state, notices, {})


def _heads(projection: GraphProjection) -> dict[str, Int64]:
    """Every company with the head of its group, itself where it has none; keys, ascending by company."""
    top = controllers(projection, by_the_state=False).top
    company = np.flatnonzero(projection.label_is("Company") & (projection.canonical == np.arange(len(top))))
    return {"company": projection.nodes[company], "head": projection.nodes[top[company]]}


def _result(
    params: GroupParameters,
    heads: dict[str, Int64],
    state: State,
    warnings: tuple[Notice, ...],
    timings: dict[str, float],
) -> Result:
    order = np.argsort(heads["head"], kind="stable")
    ordered = heads["head"][order]
    first = np.searchsorted(ordered, ordered)
    size = np.empty(len(order), dtype=np.int64)
    size[order] = np.searchsorted(ordered, ordered, "right") - first
    keep = size >= params.least
    columns = {n: c[keep] for n, c in heads.items()} | {"size": size[keep]}

    def parts(row: int) -> list[Part]:
        """The chain of command, found in what lies above the company."""
        above = state.above(columns["company"][[row]])
        below, top = (above.position(int(columns[n][row])) for n in ("company", "head"))
        found = controllers(above, by_the_state=False)
        return [] if below == top else supporters(above, command(above), found, below, top)

    return Result(
        Groups.name,
        params,
        columns,
        ("company", "head"),
        parts,
        warnings,
        timings=timings,
        state=(state, heads),
    )
