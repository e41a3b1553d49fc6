"""What lies within some hops of a few nodes, hubs counted and not opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result
from analytics.algorithms.relations import position_of
from analytics.paths.network import Bools, Int64, Network, network
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection


class Reached(Parameters):
    """Parameters of `reach`."""

    start: tuple[int | str, ...] = Field((), description="nodes to start from: their keys, or their ids")
    hops: int = Field(2, ge=0, le=8, description="how far")
    fold_above: int = Field(200, ge=0, description="neighbours above which a node is counted, not opened")
    types: tuple[str, ...] = Field((), description="relationship types to follow; none: all but common records")
    records: bool = Field(False, description="follow common records as well")
    held_on: dt.date | None = Field(None, description="only relationships that held on this day")
    min_share: float = Field(0.0, ge=0, le=1, description="least share of a holding, a fraction")
    budget: int = Field(5_000_000, ge=0, description="relationship ends that may be looked at")


@dataclass(frozen=True)
class Surroundings(Result):
    """explored_count: relationship ends looked at. partial_results: the budget ended the search."""

    explored_count: int = 0
    partial_results: bool = False


class Reach(Algorithm[Reached]):
    """Surroundings of nodes: all that lies within some hops, ordered by key, hubs counted and not opened.

    Definition: `hops` is the least number of relationships, followed in either direction, from any of the starts.
    A node of more than `fold_above` distinct neighbours, other than a start, is listed with its `degree`, as `folded`,
    and not opened: what is only behind it is not listed. `from` is the neighbour one hop nearer, of several the one
    of the lowest key; a start's is itself. `parts` gives the relationships between the two.

    Units: counts. Complexity: O(entries looked at, log of them); memory that of what was touched.

    Source: breadth-first search. Limits: with a budget, nodes are opened hop by hop in order of key as long as it
    lasts; partial_results and the warning cut_short say so.
    """

    name = "reach"
    zh = "多跳关联"
    parameters = Reached

    def compute(self, projection: GraphProjection, params: Reached, progress: Reporter = Silent()) -> Surroundings:  # noqa: ARG002, B008
        """One row a node, ordered by key."""
        whole = network(projection)
        admitted = whole.admitted(params.types, records=params.records, day=params.held_on, least=params.min_share)
        starts = [int(projection.canonical[position_of(projection, s)]) for s in params.start]
        front = np.unique(np.array(starts, dtype=np.int64))
        node, hops, before = [front], [np.zeros(len(front), np.int64)], [front]
        seen, opened, explored, cut = front, front, 0, False
        for hop in range(1, params.hops + 1):
            within = np.cumsum(np.diff(whole.at.indptr)[opened]) <= params.budget - explored
            cut |= not within.all()
            source, target = _entries(whole, admitted, opened[within])
            explored += int(np.diff(whole.at.indptr)[opened[within]].sum())
            order = np.lexsort((source, target))
            new, first = np.unique(target[order], return_index=True)
            fresh = ~np.isin(new, seen)
            new, source = new[fresh], source[order][first[fresh]]
            node, hops, before = [*node, new], [*hops, np.full(len(new), hop)], [*before, source]
            seen, opened = np.union1d(seen, new), new[whole.at.degree[new] <= params.fold_above]
        at, by = np.concatenate(node), np.concatenate(before)
        order = np.argsort(at)
        at, by, far = at[order], by[order], np.concatenate(hops)[order]
        columns = {
            "node": projection.nodes[at],
            "hops": far,
            "from": projection.nodes[by],
            "degree": whole.at.degree[at].astype(np.int64),
            "folded": (whole.at.degree[at] > params.fold_above) & (far > 0),
        }

        def parts(row: int) -> list[Part]:
            entries = whole.between(admitted, int(by[row]), int(at[row])) if far[row] else np.zeros(0, np.int64)
            names = [whole.relationship(int(e)) for e in whole.at.edge[entries]]
            found = tuple((t, int(projection.types[t].key[i])) for t, i in names)
            return [Part(float(far[row]), (int(columns["from"][row]), int(columns["node"][row])), found)]

        notice = (Notice("cut_short", detail=str(explored)),) if cut else ()
        return Surroundings(
            self.name,
            params,
            columns,
            ("node", "from"),
            parts,
            notice,
            explored_count=explored,
            partial_results=cut,
        )


def _entries(whole: Network, admitted: Bools, nodes: Int64) -> tuple[Int64, Int64]:
    """(node, neighbour) of every entry of these nodes that may be followed."""
    begin, width = whole.at.indptr[nodes], np.diff(whole.at.indptr)[nodes]
    at = np.repeat(begin - np.cumsum(width) + width, width) + np.arange(int(width.sum()))
    follow = admitted[at]
    return np.repeat(nodes, width)[follow], whole.at.neighbour[at[follow]].astype(np.int64)
