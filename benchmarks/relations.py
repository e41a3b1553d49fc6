"""Relations among parties of a made-up city against igraph and networkx; `python -m benchmarks.relations --nodes N`."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np

from analytics.algorithms.relations import Related, Relations
from analytics.network import COST_SHIFT, HOP_SHIFT, NANO, network
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
    """Relationships whose ends are drawn with heavy tails (Zipf-like weights), and hubs of degree 10,000."""
    draw, n = np.random.default_rng(seed), nodes
    reach = np.cumsum((1 + draw.permutation(n)) ** -0.45)
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


# --- the baseline: igraph, which knows no hop limit and no toll of nodes (a directed copy carries the tolls) ------------


def plain(projection: GraphProjection) -> tuple[igraph.Graph, list[float]]:
    """The same graph, both ways; entering a node costs its toll."""
    at = network(projection).at
    start = np.repeat(np.arange(len(at.toll)), np.diff(at.indptr))
    graph = igraph.Graph(len(at.toll), np.stack([start, at.neighbour], axis=1), directed=True)
    return graph, ((at.weight + at.toll[at.neighbour]) / float(1 << COST_SHIFT) / NANO).tolist()


def igraph_strongest(graph: igraph.Graph, costs: list[float], a: int, b: int) -> list[int]:
    """Dijkstra."""
    return list(graph.get_shortest_path(a, b, weights=costs))


def igraph_five(graph: igraph.Graph, costs: list[float], a: int, b: int) -> list[list[int]]:
    """Yen."""
    return [list(p) for p in graph.get_k_shortest_paths(a, b, k=5, weights=costs)]


def networkx_of(projection: GraphProjection) -> nx.Graph[int]:
    """The best of parallel relationships, undirected."""
    at = network(projection).at
    graph: nx.Graph[int] = nx.Graph()
    start = np.repeat(np.arange(len(at.toll)), np.diff(at.indptr))
    graph.add_weighted_edges_from(zip(*(x[::-1].tolist() for x in (start, at.neighbour, at.weight)), strict=True))
    return graph


# --- measuring ----------------------------------------------------------------------------------------------------------


def seconds(question: Callable[[list[int]], Any], asked: list[list[int]]) -> tuple[float, float, float]:
    """p50, p95 and the greatest time of a question in milliseconds."""
    taken = []
    for parties in asked:
        began = time.perf_counter()
        question(parties)
        taken.append((time.perf_counter() - began) * 1e3)
    return float(np.percentile(taken, 50)), float(np.percentile(taken, 95)), max(taken)


def run(folder: Path, companies: int) -> dict[str, Any]:  # noqa: ARG001 - every part has these
    """Measure on a graph of 2.2 nodes a company."""
    projection = city(int(2.2 * companies))
    relations, draw = Relations(), np.random.default_rng(7)
    began = time.perf_counter()
    whole = network(projection)
    found: dict[str, Any] = {
        "nodes": len(projection.nodes),
        "relationships": len(whole.at.edge) // 2,
        "greatest_degree": int(whole.at.degree.max()),
        "network_s": time.perf_counter() - began,
    }
    linked = np.flatnonzero(whole.at.degree > 0)
    hubs = np.flatnonzero(whole.at.degree >= min(HUB, len(linked) // 10) * 0.9)

    def ask(parties: list[int], **more: Any) -> Any:
        return relations.compute(projection, Related(parties=tuple(p + 1 for p in parties), **more))

    def some(k: int, count: int) -> list[list[int]]:
        return [draw.choice(linked, k, replace=False).tolist() for _ in range(count)]

    ask(some(2, 1)[0])
    ask(some(6, 1)[0])
    with_hub = [[int(draw.choice(hubs)), int(draw.choice(linked))] for _ in range(100)]
    beside = [[int(draw.choice(near)) for near in _beside(whole, draw.choice(hubs, 2))] for _ in range(100)]
    compare(projection, some(2, 20))
    for name, question, asked in (
        ("two", lambda p: ask(p, paths=1), some(2, 200)),
        ("two_hub_itself", lambda p: ask(p, paths=1), with_hub),
        ("two_beside_hubs", lambda p: ask(p, paths=1), beside),
        ("five_paths", ask, some(2, 200)),
        ("five_paths_hub_itself", ask, with_hub),
        ("five_paths_beside_hubs", ask, beside),
        ("six_parties", ask, some(6, 50)),
        ("six_with_hub", ask, [[*some(5, 1)[0], int(draw.choice(hubs))] for _ in range(50)]),
    ):
        found[name + "_p50_ms"], found[name + "_p95_ms"], found[name + "_max_ms"] = seconds(question, asked)
    graph, costs = plain(projection)
    found["igraph_two_p50_ms"], found["igraph_two_p95_ms"], _ = seconds(
        lambda p: igraph_strongest(graph, costs, *p), some(2, 20)
    )
    found["igraph_five_p50_ms"], found["igraph_five_p95_ms"], _ = seconds(
        lambda p: igraph_five(graph, costs, *p), some(2, 5)
    )
    if companies <= 100_000:
        slow = networkx_of(projection)
        found["networkx_two_p50_ms"], _, _ = seconds(
            lambda p: nx.bidirectional_dijkstra(slow, p[0], p[1]) if nx.has_path(slow, *p) else None, some(2, 5)
        )
    return found


def _beside(whole: Any, hubs: Any) -> list[Any]:
    at = whole.at
    return [at.neighbour[at.indptr[h] : at.indptr[h + 1]] for h in hubs]


def compare(projection: GraphProjection, asked: list[list[int]]) -> None:
    """Where igraph's strongest path keeps to the hop limit, ours is it."""
    graph, costs = plain(projection)
    at, same = network(projection).at, 0
    for a, b in asked:
        theirs = igraph_strongest(graph, costs, a, b)
        ours = Relations().compute(projection, Related(parties=(a + 1, b + 1), paths=1))
        if 0 < len(theirs) - 1 <= 6:
            cost = sum(min(costs[graph.get_eid(u, v)] for _ in [0]) for u, v in zip(theirs, theirs[1:], strict=False))
            cost -= (int(at.toll[b]) >> COST_SHIFT) / NANO
            mine = float(ours.columns["cost"].sum() + ours.columns["hub_cost"].sum())
            hops = 7 * (1 << HOP_SHIFT) / (1 << COST_SHIFT) / NANO
            assert math.isclose(mine, cost, abs_tol=1e-6 + hops), (a, b, mine, cost)
            same += 1
    print(f"  {same} of {len(asked)} strongest paths keep to six hops and are igraph's")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=200_000)
    for name, value in run(Path(), int(parser.parse_args().nodes / 2.2)).items():
        print(f"  {name:28}{value:,.2f}" if isinstance(value, float) else f"  {name:28}{value:,}")
