"""Stars: one person surrounded by firms that have nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update
from analytics.arrays.splice import with_rows
from analytics.inputs import Inputs
from analytics.paths.neighbourhood import spread, stale_keys, touched
from analytics.rules.structures import completed
from analytics.structures.crowding import limits
from graph.ascending import distinct
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = dict[str, npt.NDArray[Any]]
Ties = tuple[Int64, Int64, Int64, Int64]  # firm, other, relationship key, type (index in TIES)

AROUND = ("LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "HOLDS_SHARES_IN", "EXECUTIVE_PARTNER_OF")
TIES = (*AROUND, "CONTROLS", "APPOINTS_BOARD_OF", "BRANCH_OF", "GUARANTEES")


class StarParameters(Parameters):
    """Parameters of stars; those not given are as the pack of structures says."""

    usual: Mapping[str, float] | None = Field(
        default=None, description="`posts` of a stored baseline: firms a person at the P99, by area"
    )
    least: int | None = Field(
        default=None, ge=1, description="single-purpose firms around one person that are never many"
    )
    most_staff: int | None = Field(default=None, ge=0, description="people that a single-purpose firm employs at most")


class Stars(Algorithm[StarParameters]):
    """Stars (一人控制多家单一关系企业): a person with many firms around him that have no ties to anybody else.

    Definition: A single-purpose firm, as far as the projection tells: a living company whose ties (representative,
    posts but liaisons, holders, executive partner, declared control, board, branches, guarantees, and its own holdings)
    all join it to one and the same person, and which employs no more than `most_staff` people by its last annual report
    that may be used. Firms whose staff is unknown count, and are told apart. A star is a person around whom there are
    more such firms than firms a person at the region's 99th percentile (from the stored baseline that is given as
    `usual`), and more than `least`. Addresses, contacts and agents are no ties here: see colocation.

    Columns: `person`, `firms` (single-purpose firms around him), `staff_unknown` (of these), `others` (living firms
    around him that have other ties), `usual` (the lowest limit among the regions of the single-purpose firms).

    Complexity: O(n log n) in the relationships of these types.

    Update: Exact: persons touched, and those around firms touched, are counted again (scans of relationships).

    Source: algorithms.md section 3 (structure); 3-indicators.md G4.

    Limits: Lawful in itself: a lead. A person known by name only is a node a mention, so he is no star. Without a
    baseline (notice `no_baseline`) only `least` counts.
    """

    name = "stars"
    zh = "一人多壳星形结构"
    parameters = StarParameters
    follows = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: StarParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The stars of a projection."""
        params = completed(projection, self.name, params)
        inputs = Inputs.of(projection)
        return _result(inputs, params, _rows(inputs, params, None))

    def update(self, before: Result, projection: GraphProjection, changes: ChangeSet, params: StarParameters) -> Result:
        """The same after a change, from the persons around what it touches."""
        params = completed(projection, self.name, params)
        inputs = Inputs.of(projection)
        firms = spread(projection, touched(projection, changes), "SUBJECT_OF")
        flag = spread(projection, firms, *TIES)
        rows = with_rows(before.columns, stale_keys(projection, flag, changes), _rows(inputs, params, flag))
        return _result(inputs, params, rows)


def ties_around(inputs: Inputs, only: Bools | None) -> Ties:
    """Ties of living companies to others, from either end; with `only`, all those of firms that have one of these."""
    ends = []
    for code, name in enumerate(TIES):
        rel, start, end = inputs.relationships(name)
        keep = np.ones(len(rel), dtype=bool)
        if name == "HOLDS_POST_IN" and "post" in rel.columns:
            keep = np.asarray(rel.columns["post"] != "liaison", dtype=bool)
        ends += [(end, start, rel.key, keep, code), (start, end, rel.key, keep, code)]
    asked = inputs.living
    if only is not None:
        asked = np.zeros(len(asked), dtype=bool)
        for firm, other, _, keep, _ in ends:
            asked[firm[only[other] & keep]] = True
        asked &= inputs.living
    tables = []
    for firm, other, key, keep, code in ends:
        mine = np.flatnonzero(asked[firm] & (firm != other) & keep)
        tables.append((firm[mine], other[mine], key[mine], np.full(len(mine), code)))
    firm, other, key, kind = (np.concatenate(c) for c in zip(*tables, strict=True))
    return firm, other, key, kind


def staff_of(inputs: Inputs) -> Int64:
    """By node how many people a firm employs by its last usable report: insured, else employed; -1 unknown."""
    out = np.full(len(inputs.projection.nodes), -1, dtype=np.int64)
    reports = inputs.ties("AnnualReport")
    if len(reports):
        reports = reports.by_date("year")
        insured, employed = reports["insured_staff"], reports["staff"]
        known = np.where(insured >= 0, insured, employed)
        out[reports.node] = np.where(known >= 0, known, -1)
    return out


def _rows(inputs: Inputs, params: StarParameters, only: Bools | None) -> Columns:
    """Stars, among these persons if given."""
    projection = inputs.projection
    n = len(projection.nodes)
    firm, other, _, kind = ties_around(inputs, only)
    staff = staff_of(inputs)
    single = single_purpose(projection, firm, other, staff, params)
    mine = projection.label_is("Person")[other] & (kind < len(AROUND))
    if only is not None:
        mine &= only[other]
    pairs = distinct(other[mine] * n + firm[mine])
    person, around = pairs // max(n, 1), pairs % max(n, 1)
    count = np.bincount(person[single[around]], minlength=n)
    least = float(params.least or 0)
    many = single[around] & (count[person] > least)  # no limit is lower
    most = np.full(n, np.inf)
    np.minimum.at(most, person[many], limits(inputs, around[many], params.usual or {}, least))
    found = np.flatnonzero(count > most)
    unknown = np.bincount(person[single[around] & (staff[around] < 0)], minlength=n)
    return {
        "person": projection.nodes[found],
        "firms": count[found],
        "staff_unknown": unknown[found],
        "others": np.bincount(person, minlength=n)[found] - count[found],
        "usual": most[found],
    }


def single_purpose(
    projection: GraphProjection, firm: Int64, other: Int64, staff: Int64, params: StarParameters
) -> Bools:
    """By node whether it is a company whose ties all join it to one party, with few people or nobody knows how many."""
    n = len(projection.nodes)
    least, most = np.full(n, n), np.full(n, -1)
    np.minimum.at(least, firm, other)
    np.maximum.at(most, firm, other)
    return np.asarray((least == most) & projection.label_is("Company") & (staff <= (params.most_staff or 0)))


def _result(inputs: Inputs, params: StarParameters, columns: Columns) -> Result:
    notices = () if params.usual else (Notice("no_baseline", detail="only the least number of the pack counts"),)
    return Result(
        Stars.name,
        params,
        columns,
        ("person",),
        lambda row: _parts(inputs, params, columns, row),
        notices,
    )


def _parts(inputs: Inputs, params: StarParameters, columns: Columns, row: int) -> list[Part]:
    """The single-purpose firms, each with all its ties and the report that tells its staff."""
    projection = inputs.projection
    at = projection.position(int(columns["person"][row]))
    flag = np.zeros(len(projection.nodes), dtype=bool)
    flag[at] = True
    firm, other, key, kind = ties_around(inputs, flag)
    staff = staff_of(inputs)
    single = single_purpose(projection, firm, other, staff, params)
    reports = inputs.ties("AnnualReport")
    out = []
    for f in np.unique(firm[(other == at) & single[firm] & (kind < len(AROUND))]).tolist():
        mine = np.flatnonzero(firm == f)
        ties = sorted(zip((TIES[k] for k in kind[mine].tolist()), key[mine].tolist(), strict=True))
        records = projection.nodes[reports.record[reports.node == f]] if len(reports) else []
        node = int(projection.nodes[f])
        note = "staff unknown" if staff[f] < 0 else f"staff {staff[f]}"
        out.append(Part(1.0, (node,), tuple(ties), tuple(int(r) for r in records), note))
    return out
