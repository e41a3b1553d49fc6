"""Groups: firms under one control."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from analytics.algorithm import Algorithm, Parameters, Part, Result, Update, timed
from analytics.algorithms.control import controllers, supporters
from analytics.command import command
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection


class GroupParameters(Parameters):
    """Which groups are told."""

    least: int = Field(default=2, ge=2, description="fewest companies of a group")


class Groups(Algorithm[GroupParameters]):
    """Groups under one control: the companies that one party controls in the end, by whatever chain.

    Definition: companies with the same ultimate controller (control), the controller with them if it is a company. The
    State makes no group: firms are not related merely because State bodies control them (Company Law art. 265), so what
    a State body holds counts for nothing here and the firms below it head groups of their own. Nor does joint control.

    Columns: company, head (node keys); size: companies in the group. Ordered by company. Complexity: that of control.
    Source: Company Law 2023 art. 265; domain/2-rules B10. Update: full.
    """

    name: ClassVar[str] = "groups"
    zh: ClassVar[str] = "同一控制下的企业群"
    parameters: ClassVar[type[Parameters]] = GroupParameters
    follows: ClassVar[Update] = Update.FULL

    def compute(
        self,
        projection: GraphProjection,
        params: GroupParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """One row a company in a group of at least the least size."""
        timings: dict[str, float] = {}
        with timed(timings, "groups"):
            found = controllers(projection, by_the_state=False)
            head = found.top
            company = np.flatnonzero(projection.label_is("Company") & (projection.canonical == np.arange(len(head))))
            size = np.bincount(head[company], minlength=len(head))
            company = company[size[head[company]] >= params.least]
        progress.advance(1, 1)
        columns = {
            "company": projection.nodes[company],
            "head": projection.nodes[head[company]],
            "size": size[head[company]],
        }

        def parts(row: int) -> list[Part]:
            below, top = (
                projection.position(int(columns["company"][row])),
                projection.position(int(columns["head"][row])),
            )
            return [] if below == top else supporters(projection, command(projection), found, below, top)

        return Result(self.name, params, columns, ("company", "head"), parts, command(projection).warnings, 0, timings)
