"""Owners at 25 %, control and beneficial owners of all companies, beside scipy's sparse LU on the same holdings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from analytics.algorithm import run as run_algorithm
from analytics.algorithms import algorithm
from analytics.ownership.holdings import holdings
from benchmarks.measure import measured
from benchmarks.ownership_graph import ownership_graph
from graph.changes import ChangeSet
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection, Relationships

NAMES = ("integrated_ownership", "control", "beneficial_owners")
CHANGES = 60
EXPLAINED = 400  # shares whose paths are asked for
LEAST_TOLD = 0.0005
SAMPLE = 20  # companies of which the baseline is asked for the owners
CORES = {"": (0, 0), "core_": (1_500, 8), "dense_": (1_500, 1_500)}


def compute(name: str, projection: GraphProjection) -> Any:
    kind = algorithm(name)
    return run_algorithm(kind, projection, kind.read_parameters({}))


def ours(companies: int, core: int, degree: int) -> tuple[float, dict[str, Any]]:
    """All three on a standing projection; returns (seconds, seconds of each and the sampled shares)."""
    for name in NAMES:
        compute(name, ownership_graph(1_000, core=30, degree=4))  # compiled, or read from the cache
    projection = ownership_graph(companies, core=core, degree=degree)
    assert len(projection.canonical)
    began = time.perf_counter()
    found = {name: compute(name, projection) for name in NAMES}
    taken = time.perf_counter() - began
    result = found["integrated_ownership"]
    owned = result.to_pandas()
    sample = owned["company"].drop_duplicates().iloc[:: max(1, owned["company"].nunique() // SAMPLE)]
    rows = owned[owned["company"].isin(set(sample))]
    shares = list(zip(rows["owner"].tolist(), rows["company"].tolist(), rows["share_min"].tolist(), strict=True))
    each = {n: r.timings["total"] for n, r in found.items()}
    return taken, {"each": each, "shares": shares, "pairs": len(owned), "explained": explained(projection, result)}


def explained(projection: GraphProjection, result: Any) -> dict[str, float]:
    """Milliseconds to tell the paths of a share with their holdings, which sum to it: of any, and of one by many paths."""
    most = projection.nodes[np.argmax(np.bincount(projection.types["HOLDS_SHARES_IN"].end))]
    kind = algorithm("integrated_ownership")
    many = run_algorithm(kind, projection, kind.read_parameters({"of": int(most), "threshold": LEAST_TOLD}))
    out: dict[str, float] = {}
    for name, asked in (("any", result), ("many", many)):
        taken, paths = [], []
        for row in np.random.default_rng(3).integers(0, len(asked), EXPLAINED).tolist():
            start = time.perf_counter()
            parts = asked.parts(row)
            taken.append(1e3 * (time.perf_counter() - start))
            paths.append(sum(bool(p.nodes) for p in parts))
            told = sum(p.amount for p in parts)
            assert abs(told - asked.columns["share_min"][row]) < 1e-9, "paths differ from the share"
        out |= {f"explained_{name}_ms": float(np.median(taken)), f"explained_{name}_paths": float(np.median(paths))}
        out[f"explained_{name}_p95_ms"] = float(np.percentile(taken, 95))
    return out


def updates(companies: int) -> tuple[float, dict[str, float]]:
    """One holding after another changed, followed by each algorithm; returns (seconds, milliseconds by algorithm).

    `joined`: with every column of the result laid out anew. The last result is compared with a full run.
    """
    began = time.perf_counter()
    first = ownership_graph(companies)
    rel, draw = first.types["HOLDS_SHARES_IN"], np.random.default_rng(2)
    out: dict[str, float] = {}
    for name in NAMES:
        kind, projection, share = algorithm(name), first, rel.columns["share_min"]
        result, taken = compute(name, first), []
        for _ in range(CHANGES + 1):
            at, share = int(draw.integers(len(rel))), share.copy()
            share[at] = share[at] // 2
            moved = Relationships(rel.start, rel.end, rel.key, {"share_min": share, "share_max": share})
            projection = GraphProjection(first.nodes, first.label, first.labels, {"HOLDS_SHARES_IN": moved})
            ends = first.nodes[[[rel.start[at], rel.end[at]]]]
            changes = ChangeSet(np.zeros(0, np.int64), {"HOLDS_SHARES_IN": ends})
            start = time.perf_counter()
            result = kind.update(result, projection, changes, result.params)
            known = time.perf_counter()
            assert len(next(iter(result.columns.values())))
            taken.append((known - start, time.perf_counter() - start))
        assert result.same_as(kind.compute(projection, result.params)), "an update differs from a full run"
        for what, times in zip(("", "joined_"), zip(*taken[1:], strict=True), strict=True):  # the first reads the ties
            out |= {f"{name}_{what}ms": 1e3 * float(np.median(times))}
            out |= {f"{name}_{what}p95_ms": 1e3 * float(np.percentile(times, 95))}
        out[f"{name}_first_ms"] = 1e3 * taken[0][0]
    return time.perf_counter() - began, out


def few(companies: int, core: int, degree: int, sample: list[int]) -> tuple[float, int]:
    """What the baseline is asked: the owners of the sampled companies, the direct holdings standing as its matrix does."""
    kind = algorithm("integrated_ownership")
    compute(kind.name, ownership_graph(1_000, core=30, degree=4))  # compiled, or read from the cache
    projection = ownership_graph(companies, core=core, degree=degree)
    assert len(holdings(projection))
    began = time.perf_counter()
    found = [run_algorithm(kind, projection, kind.read_parameters({"of": c})) for c in sample]
    return time.perf_counter() - began, sum(len(r.columns["owner"]) for r in found)


def lu(companies: int, core: int, degree: int, shares: list[tuple[int, int, float]]) -> tuple[float, float]:
    """The baseline: factor I - A and solve for the sampled companies; returns (seconds, greatest difference)."""
    projection = ownership_graph(companies, core=core, degree=degree)
    held, n = projection.types["HOLDS_SHARES_IN"], len(projection.nodes)
    direct = sparse.csc_array((held.columns["share_min"] / SHARE_ONE, (held.start, held.end)), shape=(n, n))
    began = time.perf_counter()
    factors = splu(sparse.csc_matrix(sparse.eye_array(n) - direct))
    worst = 0.0
    for company in sorted({c for _, c, _ in shares}):
        target = np.zeros(n)
        target[projection.position(company)] = 1.0
        weight = factors.solve(target)
        mine = {o: s for o, c, s in shares if c == company}
        worst = max([worst, *(abs(weight[projection.position(o)] - (o == company) - s) for o, s in mine.items())])
    return time.perf_counter() - began, worst


def run(folder: Path, companies: int) -> dict[str, Any]:  # noqa: ARG001 - every part has one signature
    """Measure; the shares of sampled companies are compared before a time is told."""
    out: dict[str, Any] = {"companies": companies}
    for name, (core, degree) in CORES.items():
        core, degree = min(core, companies // 10), min(degree, companies // 10)
        found = measured(ours, companies, core, degree)
        out |= {f"{name}three_s": found.seconds, f"{name}mib": found.mib, f"{name}pairs": found.result["pairs"]}
        out |= {f"{name}{n}_s": s for n, s in found.result["each"].items()}
        out |= {f"{name}{n}": ms for n, ms in found.result["explained"].items()}
        if degree < core or not core:
            shares = found.result["shares"]
            baseline = measured(lu, companies, core, degree, shares)
            assert baseline.result < 1e-9, f"differs from scipy by {baseline.result}"
            same = measured(few, companies, core, degree, sorted({company for _, company, _ in shares}))
            assert same.result == len(shares), "the sample alone has other owners"
            out |= {f"{name}few_s": same.seconds, f"{name}lu_s": baseline.seconds, f"{name}lu_mib": baseline.mib}
    out["growth_tenfold"] = out["three_s"] / measured(ours, companies // 10, 0, 0).seconds
    out |= measured(updates, companies).result
    return out
