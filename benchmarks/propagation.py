"""Risk propagation over the relationships of a city, against a plain kernel of the same recurrence and plain Python."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import numba
import numpy as np
import numpy.typing as npt

from analytics.algorithms.risk_propagation import RiskParameters, RiskPropagation
from analytics.risk.cavity import propagate
from analytics.risk.state import State
from benchmarks.measure import measured
from graph.changes import ChangeSet
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection, Relationships
from graph.schema import SCHEMA

RISK, SMALL = RiskPropagation(), 100_000
LABELS = tuple(SCHEMA.labels)


@numba.njit
def floor(
    indptr: npt.NDArray[np.int64], p: Any, twin: Any, own: npt.NDArray[np.float64], rounds: int
) -> npt.NDArray[np.float64]:
    """The floor: the recurrence as it is written, its own factor divided out of each product; no caps, no guards."""
    n, m, new = len(own), np.empty(len(p)), np.empty(len(p))
    for u in range(n):
        for a in range(indptr[u], indptr[u + 1]):
            m[twin[a]] = own[u]
    out = np.empty(n)
    for t in range(rounds):
        for u in range(n):
            q = 1 - own[u]
            for a in range(indptr[u], indptr[u + 1]):
                q *= 1 - p[a] * m[a]
            out[u] = 1 - q
            if t < rounds - 1:
                for a in range(indptr[u], indptr[u + 1]):
                    new[twin[a]] = 1 - q / (1 - p[a] * m[a])
        m, new = new, m
    return out


def bandwidth() -> float:
    """GB/s that one core reads and writes when it copies 200 MB (STREAM's copy)."""
    source, target = np.ones(25_000_000), np.empty(25_000_000)
    return 2 * source.nbytes / 1e9 / min(_seconds(lambda: np.copyto(target, source)) for _ in range(5))


def python(graph: nx.DiGraph[int], own: dict[int, float], rounds: int) -> dict[int, float]:
    """The same with networkx and dictionaries."""
    message = {(u, v): own[u] for u, v in graph.edges}
    p: Any
    for t in range(rounds):
        product = {}
        for u in graph:
            q = 1 - own[u]
            for w, _, p in graph.in_edges(u, data="p"):
                q *= 1 - p * message[w, u]
            product[u] = q
        if t == rounds - 1:
            return {u: 1 - q for u, q in product.items()}
        new = {}
        for u, v in graph.edges:
            back = graph.get_edge_data(v, u)
            said = 1 - back["p"] * message[v, u] if back else 1.0
            new[u, v] = 1 - product[u] / said
        message = new
    return {}


def city(firms: int, seed: int = 1) -> GraphProjection:
    """As many parties and relationships as a city of that many firms has: 2.2 and 5 a firm; one in twenty falls on few."""
    draw = np.random.default_rng(seed)
    people, places = firms, firms // 5
    n = firms + people + places
    nodes = np.unique(draw.integers(-(2**62), 2**62, n + 64))[:n]
    kind = draw.permutation(np.repeat(np.arange(3), (firms, people, places)))
    label = np.array([LABELS.index(x) for x in ("Company", "Person", "Address")], dtype=np.int16)[kind]
    company, person, place = (np.flatnonzero(kind == k) for k in range(3))

    def heavy(pool: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
        return pool[(len(pool) * draw.random(count) ** np.where(draw.random(count) < 0.05, 3, 1)).astype(np.int64)]

    def type_of(start: npt.NDArray[np.int64], end: npt.NDArray[np.int64], **more: Any) -> Relationships:
        order = np.lexsort((end, start))
        key = draw.permutation(len(start)).astype(np.int64)
        return Relationships(start[order], end[order], key, more)

    share = draw.integers(1, SHARE_ONE, 2 * firms)
    types = {
        "HOLDS_SHARES_IN": type_of(
            np.r_[heavy(person, firms), draw.choice(company, firms)],
            draw.choice(company, 2 * firms),
            share_min=share,
            share_max=share,
        ),
        "LEGAL_REPRESENTATIVE_OF": type_of(heavy(person, firms), company),
        "HOLDS_POST_IN": type_of(draw.choice(person, firms), draw.choice(company, firms)),
        "REGISTERED_AT": type_of(company, heavy(place, firms)),
    }
    risk = np.where(draw.random(firms) < 0.1, draw.random(firms) * 0.6, 0.0)
    return GraphProjection(nodes, label, LABELS, types, {"Company": {"node": company, "own_risk": risk}})


def whole(firms: int) -> dict[str, float]:
    """A full run, its kernel against the floor on the same arcs, and updates of one own risk and one holding."""
    projection = city(firms)
    RISK.compute(city(100), RiskParameters())  # compiled, or read from the cache
    began = time.perf_counter()
    found = RISK.compute(projection, RiskParameters())
    total = time.perf_counter() - began
    state: State = found.state
    arrays, own = (state.indptr, state.into, state.twin), state.own.base
    through = np.empty((3, len(state.own)))
    floor(*arrays, own, 3)
    propagate(*arrays, state.group, own, np.zeros(len(state.floors)), through)
    assert np.allclose(1 - (1 - own) * through[-1], floor(*arrays, own, 3), rtol=0, atol=1e-12)
    best_floor = min(_seconds(lambda: floor(*arrays, own, 3)) for _ in range(3))
    best = min(_seconds(lambda: propagate(*arrays, state.group, own, state.floors, through)) for _ in range(3))
    moved = 3 * len(state.into) * (8 + 8 + 4 + 1 + 8) / 1e9
    return {
        "relationships": sum(len(r) for r in projection.types.values()),
        "arcs": len(state.into),
        "total_s": total,
        **{f"{name}_s": value for name, value in found.timings.items()},
        "kernel_s": best,
        "floor_s": best_floor,
        "kernel_gb_s": moved / best,
        "kernel_of_bandwidth": moved / best / bandwidth(),
        **_updates(projection, found),
    }


def _updates(projection: GraphProjection, before: Any) -> dict[str, float]:
    """Median and 95th percentile in milliseconds of updates after one firm's own risk or one holding changed."""
    draw = np.random.default_rng(2)
    out: dict[str, float] = {}
    rel, risk = projection.types["HOLDS_SHARES_IN"], projection.states["Company"]
    for what in ("risk", "holding"):
        taken = []
        for _ in range(60):
            if what == "risk":
                at = int(draw.integers(len(risk["node"])))
                own = risk["own_risk"].copy()
                own[at] = 0.3 + 0.5 * draw.random()
                states: dict[str, Mapping[str, npt.NDArray[Any]]] = {"Company": {"node": risk["node"], "own_risk": own}}
                now = GraphProjection(projection.nodes, projection.label, LABELS, projection.types, states)
                change = ChangeSet(projection.nodes[risk["node"][[at]]], {})
            else:
                at = int(draw.integers(len(rel)))
                share = rel.columns["share_min"].copy()
                share[at] = draw.integers(1, SHARE_ONE)
                moved = Relationships(rel.start, rel.end, rel.key, {"share_min": share, "share_max": share})
                types = projection.types | {"HOLDS_SHARES_IN": moved}
                now = GraphProjection(projection.nodes, projection.label, LABELS, types, projection.states)
                ends = projection.nodes[[[rel.start[at], rel.end[at]]]]
                change = ChangeSet(np.zeros(0, np.int64), {"HOLDS_SHARES_IN": ends})
            taken.append(_seconds(lambda: RISK.update(before, now, change, before.params)))  # noqa: B023
        out |= {f"{what}_ms": 1e3 * float(np.median(taken)), f"{what}_p95_ms": 1e3 * float(np.percentile(taken, 95))}
    return out


def small() -> dict[str, float]:
    """Against networkx at 100,000 nodes, results compared first."""
    projection = city(SMALL * 5 // 11)
    RISK.compute(city(100), RiskParameters())
    found = RISK.compute(projection, RiskParameters())
    state: State = found.state
    source, target = state.other, np.repeat(np.arange(len(state.own)), np.diff(state.indptr))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(state.own)))
    arcs = zip(source.tolist(), target.tolist(), state.into.tolist(), strict=True)
    graph.add_edges_from((u, v, {"p": p}) for u, v, p in arcs if p > 0)
    risk = state.own.base
    own = dict(enumerate(risk.tolist()))
    began = time.perf_counter()
    slow = python(graph, own, 3)
    taken = time.perf_counter() - began
    through = np.empty((3, len(own)))
    args = (state.indptr, state.into, state.twin, state.group, risk, np.zeros(len(state.floors)), through)
    mine = min(_seconds(lambda: propagate(*args)) for _ in range(5))
    assert np.allclose(list(slow.values()), 1 - (1 - risk) * through[-1], rtol=0, atol=1e-11), "results differ"
    return {"nodes": len(own), "networkx_s": taken, "small_kernel_s": mine}


def _seconds(step: Any) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def run(_folder: Path, companies: int) -> dict[str, Any]:
    """Measure on a graph made for it, in fresh processes."""
    at_size, tenth = measured(whole, companies), measured(whole, companies // 10)
    growth = {
        f"{n}_growth_tenfold": at_size.result[f"{n}_s"] / tenth.result[f"{n}_s"] for n in ("total", "kernel", "floor")
    }
    return {**at_size.result, **growth, "peak_mib": at_size.mib, **measured(small).result}
