"""Relations among parties of a made-up city against igraph and networkx; `python -m benchmarks.relations --nodes N`."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np

from analytics.algorithms.relations import Answer, Related, Relations
from analytics.paths.network import COST_SHIFT, NANO, Adjacency, network
from graph.projection import GraphProjection, Relationships
from graph.schema import SCHEMA
from graph.time import NO_DATE

RELATIONS_A_NODE = 2.3  # 5 million among 2.2 million
SHARES_OF = {
    "HOLDS_SHARES_IN": 0.40,
    "LEGAL_REPRESENTATIVE_OF": 0.15,
    "HOLDS_POST_IN": 0.20,
    "REGISTERED_AT": 0.12,
    "USES_CONTACT": 0.13,
}
HUB = 10_000


def city(nodes: int, seed: int = 1) -> GraphProjection:
    """Relationships whose ends are drawn with heavy tails (Zipf-like weights), and five hubs of degree 10,000 more."""
    draw, n = np.random.default_rng(seed), nodes
    reach = np.cumsum((1 + draw.permutation(n)) ** -0.6)
    types = {}
    for name, part in SHARES_OF.items():
        m = int(n * RELATIONS_A_NODE * part)
        start = draw.integers(0, n, m)
        end = np.searchsorted(reach, draw.random(m) * reach[-1])
        types[name] = _relationships(draw, name, start, end)
    start = np.concatenate([draw.choice(n, min(HUB, n // 10), replace=False) for _ in range(5)])
    end = np.repeat(draw.choice(n, 5, replace=False), min(HUB, n // 10))
    types["FILED_BY_AGENT"] = _relationships(draw, "FILED_BY_AGENT", start, end)
    keys = np.arange(1, n + 1, dtype=np.int64)
    return GraphProjection(keys, np.zeros(n, np.int16), tuple(SCHEMA.labels), types)


def _relationships(draw: np.random.Generator, name: str, start: Any, end: Any) -> Relationships:
    order = np.lexsort((end, start))
    m = len(order)
    columns = {
        "valid_from": draw.integers(10_000, 20_000, m),
        "valid_to": np.full(m, NO_DATE),
    }
    if name == "HOLDS_SHARES_IN":
        columns["share_min"] = draw.integers(1, 10_000_000_000, m)
    return Relationships(start[order], end[order], np.arange(m, dtype=np.int64), columns)


# --- the baseline: igraph and networkx, which know no limit of hops; edges both ways carry the tolls of nodes ---------


def plain(projection: GraphProjection) -> tuple[igraph.Graph, list[float]]:
    """The same graph with the cost of each edge in nats; entering a node costs its toll."""
    at = network(projection).at
    start = np.repeat(np.arange(len(at.toll)), np.diff(at.indptr))
    graph = igraph.Graph(len(at.toll), np.stack([start, at.neighbour], axis=1), directed=True)
    return graph, (((at.weight >> COST_SHIFT) + (at.toll[at.neighbour] >> COST_SHIFT)) / NANO).tolist()


def igraph_strongest(graph: igraph.Graph, costs: list[float], a: int, b: int) -> list[int]:
    """Dijkstra; the edges of the path."""
    return list(graph.get_shortest_path(a, b, weights=costs, output="epath"))


def igraph_five(graph: igraph.Graph, costs: list[float], a: int, b: int) -> list[list[int]]:
    """Yen."""
    return [list(p) for p in graph.get_k_shortest_paths(a, b, k=5, weights=costs, output="epath")]


def networkx_strongest(graph: nx.DiGraph[int], a: int, b: int) -> float | None:
    """Dijkstra from both ends."""
    try:
        return float(nx.bidirectional_dijkstra(graph, a, b)[0])
    except nx.NetworkXNoPath:
        return None


def networkx_of(projection: GraphProjection) -> nx.DiGraph[int]:
    """The best of parallel relationships, with tolls."""
    at = network(projection).at
    graph: nx.DiGraph[int] = nx.DiGraph()
    start = np.repeat(np.arange(len(at.toll)), np.diff(at.indptr))
    cost = ((at.weight >> COST_SHIFT) + (at.toll[at.neighbour] >> COST_SHIFT)) / NANO
    graph.add_weighted_edges_from(zip(*(x[::-1].tolist() for x in (start, at.neighbour, cost)), strict=True))
    return graph


# --- measuring --------------------------------------------------------------------------------------------------------


def milliseconds(question: Callable[..., Any], asked: list[list[int]]) -> tuple[float, float]:
    """p50 and p95 of a question."""
    taken = []
    for parties in asked:
        began = time.perf_counter()
        question(*parties)
        taken.append((time.perf_counter() - began) * 1e3)
    return float(np.percentile(taken, 50)), float(np.percentile(taken, 95))


def run(folder: Path, companies: int) -> dict[str, Any]:  # noqa: ARG001 - every part has these
    """Measure on a graph of 2.2 nodes a company."""
    projection = city(int(2.2 * companies))
    draw = np.random.default_rng(7)
    began = time.perf_counter()
    at = network(projection).at
    found: dict[str, Any] = {
        "nodes": len(projection.nodes),
        "relationships": len(at.edge) // 2,
        "greatest_degree": int(at.degree.max()),
        "network_s": time.perf_counter() - began,
    }
    linked = np.flatnonzero(at.degree > 0)
    hubs = np.argsort(at.degree)[-5:]

    def some(k: int, count: int) -> list[list[int]]:
        return [draw.choice(linked, k, replace=False).tolist() for _ in range(count)]

    def beside(hub: int) -> int:
        return int(draw.choice(at.neighbour[at.indptr[hub] : at.indptr[hub + 1]]))

    def ask(*parties: int, paths: int = 5) -> Answer:
        return Relations().compute(projection, Related(parties=tuple(p + 1 for p in parties), paths=paths))

    def one(*parties: int) -> Answer:
        return ask(*parties, paths=1)

    for k in (2, 6):
        ask(*some(k, 1)[0])  # compiled, or read from the cache
    graph, costs = plain(projection)
    found["of_40_igraph_s_within_6"] = compare(graph, costs, one, some(2, 40), at)
    at_hub = [[int(draw.choice(hubs)), int(draw.choice(linked))] for _ in range(60)]
    near_hubs = [[beside(h) for h in draw.choice(hubs, 2, replace=False)] for _ in range(60)]
    for name, question, asked in (
        ("two", one, some(2, 200)),
        ("two, one a hub", one, at_hub),
        ("two beside hubs", one, near_hubs),
        ("five paths", ask, some(2, 200)),
        ("five paths, one a hub", ask, at_hub),
        ("five paths beside hubs", ask, near_hubs),
        ("six", ask, some(6, 60)),
        ("six, one a hub", ask, [[*five, int(draw.choice(hubs))] for five in some(5, 60)]),
        ("igraph, two", partial(igraph_strongest, graph, costs), some(2, 20)),
        ("igraph, five paths", partial(igraph_five, graph, costs), some(2, 3)),
    ):
        found[f"{name}, p50 ms"], found[f"{name}, p95 ms"] = milliseconds(question, asked)
    if companies <= 100_000:
        slow = partial(networkx_strongest, networkx_of(projection))
        found["networkx, two, p50 ms"], found["networkx, two, p95 ms"] = milliseconds(slow, some(2, 20))
    return found


def compare(
    graph: igraph.Graph, costs: list[float], one: Callable[..., Answer], asked: list[list[int]], at: Adjacency
) -> int:
    """Where igraph's strongest path keeps to six hops, ours costs the same; otherwise ours is none or costs more."""
    same = 0
    for a, b in asked:
        theirs, ours = igraph_strongest(graph, costs, a, b), one(a, b)
        cost = sum(costs[e] for e in theirs) - (int(at.toll[b]) >> COST_SHIFT) / NANO
        mine = float(ours.columns["cost"].sum() + ours.columns["hub_cost"].sum())
        if 0 < len(theirs) <= 6:
            assert math.isclose(mine, cost, abs_tol=1e-7), (a, b, mine, cost)
            same += 1
        else:
            assert not len(ours) or mine >= cost - 1e-7, (a, b, mine, cost)
    return same


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=200_000)
    for name, value in run(Path(), int(parser.parse_args().nodes / 2.2)).items():
        print(f"  {name:32}{value:,.2f}" if isinstance(value, float) else f"  {name:32}{value:,}")
