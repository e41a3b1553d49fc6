"""Crowded addresses, contacts and agents, and bursts of registrations at them."""

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
from analytics.structures.crowding import burst_ends, counts, firms_by_party, limits, registered_since, unhosted
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.time import NO_DATE, add_months_array

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = dict[str, npt.NDArray[Any]]
Ties = tuple[Int64, Int64, Int64]  # firm, place, relationship key

KINDS = {"address": "REGISTERED_AT", "contact": "USES_CONTACT", "agent": "FILED_BY_AGENT"}
_USUAL = {"address": "addresses", "contact": "contacts", "agent": "agents"}


class ColocationParameters(Parameters):
    """Parameters of co-location; those not given are as the pack of structures says."""

    usual: Mapping[str, Mapping[str, float]] | None = Field(
        default=None,
        description="statistics of a stored baseline: firms at the P99 by area, of addresses, contacts, agents",
    )
    least_addresses: int | None = Field(default=None, ge=1, description="firms at one address that are never many")
    least_contacts: int | None = Field(default=None, ge=1, description="firms with one contact that are never many")
    least_agents: int | None = Field(default=None, ge=1, description="firms of one agent that are never many")
    days: int | None = Field(default=None, ge=1, description="days of a burst")
    enough: int | None = Field(default=None, ge=2, description="registrations within these days that make a burst")
    window_months: int | None = Field(
        default=None, ge=1, description="months after a burst in which it counts as recent"
    )


class Colocation(Algorithm[ColocationParameters]):
    """Co-location and shared contacts (一址多企、同电话、同代理): places with more firms than is usual in the region.

    Definition: Living firms at one normalised address, with one telephone or e-mail, or filed by one agent, where
    they are more than the 99th percentile of the region of one of them (from the stored baseline that is given as
    `usual`) and more than the least number of the pack. A burst is `enough` of them registered there within `days`
    days; a first known relationship counts from the firm's foundation. Hosted and cluster addresses are left out.
    Indicators G5 and G6 rest on the same functions (analytics/structures/crowding.py).

    Columns: `place`, `kind` (address, contact, agent), `firms`, `usual` (the lowest limit among the regions of its
    firms), `burst_on` (the last day on which a burst was complete, a day number; NO_DATE for none), `recent` (whether
    that is less than `window_months` ago).

    Complexity: O(n log n) in the relationships of these types.

    Update: Exact: the places touched, and those of firms touched, are counted again (scans of the relationships).

    Source: 3-indicators.md G5 and G6; algorithms.md section 3 (place and contact, burst).

    Limits: Lawful in itself: a lead. Without a baseline (notice `no_baseline`) only the least numbers count.
    """

    name = "colocation"
    zh = "一址多企与共用联系方式"
    parameters = ColocationParameters
    follows = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: ColocationParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The crowded places of a projection."""
        params = completed(projection, self.name, params)
        inputs = Inputs.of(projection)
        return _result(inputs, params, _rows(inputs, params, None))

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: ColocationParameters
    ) -> Result:
        """The same after a change, from the places of what it touches."""
        params = completed(projection, self.name, params)
        inputs = Inputs.of(projection)
        flag = spread(projection, touched(projection, changes), *KINDS.values())
        kept = {n: c for n, c in before.columns.items() if n != "recent"}
        rows = with_rows(kept, stale_keys(projection, flag, changes), _rows(inputs, params, flag))
        return _result(inputs, params, rows)


def _ties(inputs: Inputs, kind: str) -> Ties:
    return unhosted(inputs) if kind == "address" else firms_by_party(inputs, KINDS[kind], of_start=True)


def _rows(inputs: Inputs, params: ColocationParameters, only: Bools | None) -> Columns:
    """Crowded places, among these if given."""
    least = {"address": params.least_addresses, "contact": params.least_contacts, "agent": params.least_agents}
    tables = []
    for kind in KINDS:
        firm, place, key = _ties(inputs, kind)
        if only is not None:
            firm, place, key = (c[only[place]] for c in (firm, place, key))
        usual = (params.usual or {}).get(_USUAL[kind], {})
        tables.append(_crowded(inputs, kind, (firm, place, key), usual, float(least[kind] or 0), params))
    joined = {n: np.concatenate([t[n] for t in tables]) for n in tables[0]}
    order = np.lexsort((joined["kind"].astype(str), joined["place"]))
    return {n: c[order] for n, c in joined.items()}


def _crowded(
    inputs: Inputs,
    kind: str,
    ties: Ties,
    usual: Mapping[str, float],
    least: float,
    params: ColocationParameters,
) -> Columns:
    firm, place, key = ties
    count = counts(inputs, firm, place)
    many = count[place] > least  # no limit is lower
    firm, place, key = firm[many], place[many], key[many]
    most = np.full(len(count), np.inf)
    np.minimum.at(most, place, limits(inputs, firm, usual, least))
    found = np.flatnonzero(count > most)
    mine = np.isin(place, found)
    firm, place, key = firm[mine], place[mine], key[mine]
    since = registered_since(inputs, KINDS[kind], firm, key)
    burst = np.full(len(count), NO_DATE)
    burst[place] = burst_ends(place, since, params.days or 0, params.enough or 0)
    return {
        "place": inputs.projection.nodes[found],
        "kind": np.full(len(found), kind, dtype=object),
        "firms": count[found],
        "usual": most[found],
        "burst_on": burst[found],
    }


def _result(inputs: Inputs, params: ColocationParameters, rows: Columns) -> Result:
    burst = rows["burst_on"]
    until = np.where(burst == NO_DATE, NO_DATE, add_months_array(burst, params.window_months or 0))
    columns = {**rows, "recent": until > inputs.day}
    notices = () if params.usual else (Notice("no_baseline", detail="only the least numbers of the pack count"),)
    return Result(
        Colocation.name,
        params,
        columns,
        ("place",),
        lambda row: _parts(inputs, columns, row),
        notices,
    )


def _parts(inputs: Inputs, columns: Columns, row: int) -> list[Part]:
    """The firms, each with its relationship to the place."""
    projection, kind = inputs.projection, str(columns["kind"][row])
    at = projection.canonical[projection.position(int(columns["place"][row]))]
    firm, place, key = _ties(inputs, kind)
    here = np.flatnonzero(place == at)
    by_firm: dict[int, list[int]] = {}
    for f, k in zip(projection.nodes[firm[here]].tolist(), key[here].tolist(), strict=True):
        by_firm.setdefault(f, []).append(k)
    return [Part(1.0, (f,), tuple((KINDS[kind], k) for k in keys), note=kind) for f, keys in sorted(by_firm.items())]
