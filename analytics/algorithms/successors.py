"""Successors: firms that may carry on the business of one listed, revoked or fined."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update
from analytics.arrays.splice import with_rows
from analytics.inputs import Inputs
from analytics.paths.neighbourhood import spread, stale_keys, touched
from analytics.rules.structures import completed
from analytics.structures.crowding import counts
from analytics.structures.succession import PEOPLE, PLACES, TYPES, Ties, people_ties, place_ties, successions
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Bools = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]


class SuccessorParameters(Parameters):
    """Parameters of successors; those not given are as the pack of structures says."""

    months: int | None = Field(default=None, ge=1, description="months after the event in which a successor begins")
    status_years: int | None = Field(
        default=None, ge=1, description="years for which a revocation known by status only counts"
    )
    left_months: int | None = Field(
        default=None, ge=0, description="months before the event in which people may have left"
    )
    largest_hub: int | None = Field(
        default=None, ge=1, description="firms of a person, or at an address, that leads to successors, at most"
    )
    statuses: tuple[str, ...] | None = Field(default=None, description="statuses of the register that are seeds")
    lists: tuple[str, ...] | None = Field(default=None, description="types of list whose entries are seeds")
    severities: tuple[str, ...] | None = Field(default=None, description="severities of penalties that are seeds")
    kinds: tuple[str, ...] | None = Field(default=None, description="kinds of penalties that are seeds")
    fine_from: int | None = Field(default=None, ge=1, description="fine from which a penalty is a seed, in fen")


class Successors(Algorithm[SuccessorParameters]):
    """Successors (换壳经营) of firms that were listed, heavily punished or revoked.

    Definition: Within `months` months after an event that befell a firm (the seed) another firm is founded, or
    registered at an address of the seed's, and both have somebody in common (representative, officer but no liaison,
    holder, executive partner; canonical persons, a name alone is nobody) and besides an address that is no hosted one,
    a telephone or e-mail, or the trade. Seeds: entries in the lists, penalties by severity, kind or fine, and cancelled
    registrations that may be used on the day (a repaired or expired one ends the succession); and firms revoked by
    their status, dated by the last approval of the register, for `status_years` years.

    Columns: `firm`, `seed`, `reason`, `record` (key of the seed's record, 0 of a status), `event_on`, `began_on`,
    `until` (the first day on which the seed may no longer be used), all day numbers; `people` in common, `person` (the
    first of them), `address`, `contact`, `industry`: what else is the same.

    Complexity: O(n log n) in ties of people and places, and the pairs that fall within the months.

    Update: Exact: firms touched, or whose people are those of a firm touched, are looked at again.

    Source: 3-indicators.md G7.

    Limits: A lead, never proof of evasion. The scope's text is not in a projection: the same code of industry
    stands for it. Here a seed's people and places are those it still has on the day and had before the event (a revoked
    firm keeps them in the register); former ones are read beside the projection for indicator G7 only. Persons with
    more than `largest_hub` firms lead nowhere (notice `hub`), and who moves to an address with more is no newcomer.
    """

    name = "successors"
    zh = "换壳经营（承继主体）"
    parameters = SuccessorParameters
    follows = Update.EXACT
    tie: ClassVar[tuple[str, str, str] | None] = ("COMPUTED_SUCCESSOR_OF", "firm", "seed")

    def compute(
        self,
        projection: GraphProjection,
        params: SuccessorParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The successors of a projection."""
        params = completed(projection, self.name, params)
        inputs = Inputs.of(projection)
        return _result(inputs, params, _rows(inputs, params, None))

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: SuccessorParameters
    ) -> Result:
        """The same after a change, from the firms that it touches and those with people of theirs."""
        params = completed(projection, self.name, params)
        inputs = Inputs.of(projection)
        near = spread(projection, touched(projection, changes), "SUBJECT_OF", *PLACES.values())
        flag = spread(projection, spread(projection, near, *PEOPLE), *PEOPLE)
        rows = with_rows(before.state, stale_keys(projection, flag, changes), _rows(inputs, params, flag))
        return _result(inputs, params, rows)


def _rows(inputs: Inputs, params: SuccessorParameters, only: Bools | None) -> Columns:
    """Successions into these firms, ordered; those of a status also after they may be used (see `_result`)."""
    found = successions(inputs, params.model_dump(), only)
    nodes = inputs.projection.nodes
    record = np.where(found.record < 0, 0, nodes[np.maximum(found.record, 0)]) if len(found.record) else found.record
    return {
        "firm": nodes[found.firm],
        "seed": nodes[found.seed],
        "reason": found.reason,
        "record": record,
        "event_on": found.event_on,
        "began_on": found.began_on,
        "until": found.until,
        "people": found.people,
        "person": nodes[found.person],
        "address": found.address,
        "contact": found.contact,
        "industry": found.industry,
    }


def _result(inputs: Inputs, params: SuccessorParameters, rows: Columns) -> Result:
    standing = rows["until"] > inputs.day
    columns = {n: c[standing] for n, c in rows.items()}
    people = people_ties(inputs)
    busy = np.flatnonzero(counts(inputs, people.firm, people.other) > (params.largest_hub or 0))
    return Result(
        Successors.name,
        params,
        columns,
        ("firm", "seed", "person", "record"),
        lambda row: _parts(inputs, columns, row),
        tuple(Notice("hub", (k,), "too many firms to lead anywhere") for k in inputs.projection.nodes[busy].tolist()),
        state=rows,
    )


def _parts(inputs: Inputs, columns: Columns, row: int) -> list[Part]:
    """The seed's record, and one part for each person, address and contact that both have, with the ties of both."""
    projection = inputs.projection
    firm, seed = (projection.position(int(columns[n][row])) for n in ("firm", "seed"))
    record = int(columns["record"][row])
    event = Part(1.0, (int(projection.nodes[seed]),), (), (record,) if record else (), str(columns["reason"][row]))
    out = [event]
    for note, ties in (("person", people_ties(inputs)), *((k, place_ties(inputs, k)) for k in PLACES)):
        mine, theirs = ties.where(ties.firm == firm), ties.where(ties.firm == seed)
        for other in np.intersect1d(mine.other, theirs.other).tolist():
            way = (int(projection.nodes[seed]), int(projection.nodes[other]), int(projection.nodes[firm]))
            out.append(Part(1.0, way, (*_keys(theirs, other), *_keys(mine, other)), note=note))
    if columns["industry"][row]:
        out.append(Part(1.0, (event.nodes[0], int(projection.nodes[firm])), note="industry"))
    return out


def _keys(ties: Ties, other: int) -> list[tuple[str, int]]:
    here = ties.where(ties.other == other)
    return sorted(zip((TYPES[k] for k in here.kind.tolist()), here.key.tolist(), strict=True))
