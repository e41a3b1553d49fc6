"""Risk communities: parties more closely tied to each other than to the rest, and the records among them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import igraph
import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, timed
from analytics.inputs import Inputs
from analytics.ownership.holdings import state_bodies
from analytics.rules.structures import completed
from analytics.structures.crowding import hosted
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]

_NAMED = 100  # hubs that the notice names at most


class CommunityParameters(Parameters):
    """Parameters of communities; those not given are as the pack of structures says."""

    seed: int | None = Field(default=None, ge=0, description="seed of the random order in which nodes are moved")
    iterations: int | None = Field(default=None, ge=1, le=100, description="rounds of the Leiden algorithm")
    resolution: float | None = Field(default=None, gt=0, description="the greater, the smaller the communities")
    largest_hub: int | None = Field(default=None, ge=1, description="relationships of a node that still binds, at most")
    least: int | None = Field(default=None, ge=2, description="parties of a community that is told, at least")
    weights: Mapping[str, float] | None = Field(default=None, description="weight of a relationship by its type")
    adverse: tuple[str, ...] | None = Field(default=None, description="labels of records that count as adverse")


class Communities(Algorithm[CommunityParameters]):
    """Risk communities (风险社群): parties bound to each other by ownership, posts, guarantees, places and contacts.

    Definition: The partition of the weighted, undirected graph of parties, addresses and contacts that the Leiden
    algorithm finds for modularity at a resolution. A relationship's weight is that of its type in the pack; several
    between two nodes add up. Addresses and contacts bind, but are no members. Hosted and cluster addresses, State
    bodies and nodes of more than `largest_hub` relationships bind nobody and are in no community.

    Columns: `member`, `community` (key of its first member), `members`, `adverse` (members that are subjects of an
    adverse record that may be used), `share_adverse` (of the members). Communities of at least `least` members.

    Complexity: About O(relationships) a round. The same seed gives the same communities.

    Update: Full: one moved node may move any other.

    Source: Traag, Waltman and van Eck, From Louvain to Leiden (2019), as implemented in igraph.

    Limits: Statistical: a partition near the best one, and another seed may give another. It says who is close to
    whom, not that anybody did anything; names of communities do not last from run to run.
    """

    name = "communities"
    zh = "风险社群"
    parameters = CommunityParameters

    def compute(
        self,
        projection: GraphProjection,
        params: CommunityParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The communities of a projection."""
        params = completed(projection, self.name, params)
        inputs, timings = Inputs.of(projection), dict[str, float]()
        with timed(timings, "graph"):
            start, end, weight, hubs = _edges(inputs, params)
        with timed(timings, "leiden"):
            nodes, membership = _leiden(start, end, weight, params)
        columns = _columns(inputs, params, nodes, membership)
        named = tuple(projection.nodes[hubs[:_NAMED]].tolist())
        notices = (
            (Notice("hub", named, f"{len(hubs)} nodes with too many relationships bind nobody"),) if len(hubs) else ()
        )
        return Result(
            self.name,
            params,
            columns,
            ("member", "community"),
            lambda row: _parts(inputs, params, columns, row),
            notices,
            timings=timings,
        )


def _edges(inputs: Inputs, params: CommunityParameters) -> tuple[Int64, Int64, Floats, Int64]:
    """Bound pairs of canonical nodes (first, second, weight), each once, and the hubs left out."""
    n = len(inputs.projection.nodes)
    tables = []
    for name, weight in sorted((params.weights or {}).items()):
        _, start, end = inputs.relationships(name)
        tables.append((np.minimum(start, end), np.maximum(start, end), np.full(len(start), weight)))
    start, end, weights = (np.concatenate(c) for c in zip(*tables, strict=True))
    degree = np.bincount(start, minlength=n) + np.bincount(end, minlength=n)
    hub = degree > (params.largest_hub or 0)
    out = hub | hosted(inputs) | state_bodies(inputs.projection)
    keep = (start != end) & ~out[start] & ~out[end] & (weights > 0)
    pair, at = np.unique(start[keep] * max(n, 1) + end[keep], return_inverse=True)
    total: Floats = np.bincount(at, weights[keep], len(pair)).astype(np.float64)
    return pair // max(n, 1), pair % max(n, 1), total, np.flatnonzero(hub)


def _leiden(start: Int64, end: Int64, weight: Floats, params: CommunityParameters) -> tuple[Int64, Int64]:
    """Nodes that are bound and the community of each, by igraph under a random generator of our own."""
    nodes = np.union1d(start, end)
    if not len(nodes):
        return nodes, nodes
    edges = np.stack([np.searchsorted(nodes, start), np.searchsorted(nodes, end)], axis=1)
    graph = igraph.Graph(n=len(nodes), edges=edges)
    igraph.set_random_number_generator(random.Random(params.seed))
    try:
        found = graph.community_leiden(
            objective_function="modularity",
            weights=weight.tolist(),
            resolution=params.resolution,
            n_iterations=params.iterations,
        )
    finally:
        igraph.set_random_number_generator(random)
    return nodes, np.array(found.membership, dtype=np.int64)


def _columns(inputs: Inputs, params: CommunityParameters, nodes: Int64, membership: Int64) -> Columns:
    projection = inputs.projection
    party = np.isin(projection.label, [projection.labels.index(x) for x in ("Company", "Organisation", "Person")])
    member, group = nodes[party[nodes]], membership[party[nodes]]
    size = np.bincount(group, minlength=1)
    first = np.full(len(size), len(projection.nodes))
    np.minimum.at(first, group, member)
    bad = np.zeros(len(projection.nodes), dtype=bool)
    for label in params.adverse or ():
        bad[inputs.ties(label).node] = True
    adverse = np.bincount(group[bad[member]], minlength=len(size))
    told = size[group] >= (params.least or 0)
    member, group = member[told], group[told]
    return {
        "member": projection.nodes[member],
        "community": projection.nodes[first[group]],
        "members": size[group],
        "adverse": adverse[group],
        "share_adverse": adverse[group] / size[group],
    }


def _parts(inputs: Inputs, params: CommunityParameters, columns: Columns, row: int) -> list[Part]:
    """What binds a member inside its community, directly or through an address or contact; then its adverse records."""
    projection = inputs.projection
    mine = columns["member"][columns["community"] == columns["community"][row]]
    at = int(projection.canonical[projection.position(int(columns["member"][row]))])
    inside = np.zeros(len(projection.nodes), dtype=bool)
    inside[np.searchsorted(projection.nodes, mine)] = True
    inside |= projection.label_is("Address") | projection.label_is("Contact")
    out = []
    for name, weight in sorted((params.weights or {}).items()):
        rel, start, end = inputs.relationships(name)
        here = np.flatnonzero(((start == at) & inside[end]) | ((end == at) & inside[start]))
        for k in here.tolist():
            ends = (int(projection.nodes[start[k]]), int(projection.nodes[end[k]]))
            out.append(Part(weight, ends, ((name, int(rel.key[k])),), note="binds"))
    for label in params.adverse or ():
        ties = inputs.ties(label)
        records = projection.nodes[ties.record[ties.node == at]].tolist() if len(ties) else ()
        out += [Part(1.0, (int(projection.nodes[at]),), (), (record,), note="adverse") for record in records]
    return out
