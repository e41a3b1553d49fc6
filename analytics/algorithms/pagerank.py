"""PageRank over relationships, weighted by their strength."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy import sparse

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result
from analytics.paths.strengths import strength, strengths_of
from graph.errors import UsageError
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection, Relationships

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Ranked(Parameters):
    """Parameters of `pagerank`."""

    types: tuple[str, ...] = Field(("HOLDS_SHARES_IN",), description="relationship types that rank flows along")
    weighted: bool = Field(True, description="by strength; otherwise every relationship weighs the same")
    reverse: bool = Field(False, description="from the end of a relationship to its start")
    damping: float = Field(0.85, ge=0, lt=1, description="share of its rank that a node passes on")
    tolerance: float = Field(1e-12, gt=0, description="greatest change of a sweep, summed over all nodes")
    sweeps: int = Field(500, ge=1, description="most sweeps")


class PageRank(Algorithm[Ranked]):
    """PageRank: the share of time that a random walker along relationships spends at a node.

    Definition: x = d (W x + dangling mass / n) + (1 - d) / n over the n canonical nodes; W[v, u] is the weight of the
    relationships from u to v over all that leave u; a node that none leave gives its rank to all alike. Weights are
    the strengths of the dated pack. With holdings, rank flows from holder to company; `reverse` turns that round.

    Units: ranks sum to 1. Complexity: O(m) a sweep, some log(tolerance) / log(damping) sweeps.

    Source: Page, Brin, Motwani and Winograd (1999); power iteration, equal to networkx.pagerank within the tolerance.
    `parts`: what each neighbour passes on, with the relationships, and what comes to every node; they add up to the
    rank within the tolerance.

    Limits: a rank is a measure of position, not of merit or risk. not_converged says that the sweeps were too few.
    """

    name = "pagerank"
    zh = "网页排名"
    parameters = Ranked

    def compute(self, projection: GraphProjection, params: Ranked, progress: Reporter = Silent()) -> Result:  # noqa: B008
        """One row a canonical node, ordered by key."""
        strengths = strengths_of(projection)
        if unknown := sorted(set(params.types) - strengths.types.keys()):
            raise UsageError(
                f"rank does not flow along {', '.join(unknown)}",
                f"It does along {', '.join(strengths.types)}.",
                f"排名不沿关系 {'、'.join(unknown)} 传递。可用：{'、'.join(strengths.types)}。",
            )
        nodes = np.flatnonzero(projection.canonical == np.arange(len(projection.nodes)))
        names = sorted(set(params.types) & projection.types.keys())
        rels = [projection.types[name] for name in names]
        source, target = (
            np.searchsorted(nodes, projection.canonical[np.concatenate([_NONE, *(getattr(r, side) for r in rels)])])
            for side in (("end", "start") if params.reverse else ("start", "end"))
        )
        weight = np.concatenate([_NONE, *(strength(strengths, projection, name) for name in names)]).astype(np.float64)
        if not params.weighted:
            weight = np.ones(len(weight))
        leaving = np.bincount(source, weight, minlength=len(nodes))
        passed = weight / leaving[source]
        rank, alike, change = _iterated(source, target, passed, len(nodes), params, progress)

        def parts(row: int) -> list[Part]:
            out = [Part(alike, (int(projection.nodes[nodes[row]]),), note="to every node alike")]
            coming = np.flatnonzero(target == row)
            for u in np.unique(source[coming]).tolist():
                by = coming[source[coming] == u]
                amount = params.damping * float(rank[u]) * float(passed[by].sum())
                out.append(Part(amount, (int(projection.nodes[nodes[u]]),), tuple(_keys(names, rels, by))))
            return out

        columns = {"node": projection.nodes[nodes], "rank": rank}
        slow = change > params.tolerance
        notices = (Notice("not_converged", detail=f"last change {change:.1e}"),) if slow else ()
        return Result(self.name, params, columns, ("node",), parts, notices)


_NONE = np.zeros(0, dtype=np.int64)


def _iterated(
    source: Int64, target: Int64, passed: Floats, n: int, params: Ranked, progress: Reporter
) -> tuple[Floats, float, float]:
    """Ranks, what every node gets alike, and the change of the last sweep."""
    flow = sparse.csr_array((passed, (target, source)), shape=(n, n))
    dangling = np.ones(n, dtype=bool)
    dangling[source] = False
    rank, alike, change = np.full(n, 1 / max(n, 1)), 0.0, 0.0
    for sweep in range(params.sweeps if n else 0):
        alike = (params.damping * float(rank[dangling].sum()) + 1 - params.damping) / n
        after = params.damping * (flow @ rank) + alike
        change, rank = float(np.abs(after - rank).sum()), after
        progress.advance(sweep + 1)
        if change <= params.tolerance:
            break
    return rank, alike, change


def _keys(names: Sequence[str], rels: Sequence[Relationships], at: Int64) -> Iterator[tuple[str, int]]:
    """(type, key) of relationships by their place among those of all types."""
    ends = np.cumsum([len(r) for r in rels])
    for i in at.tolist():
        t = int(np.searchsorted(ends, i, side="right"))
        yield names[t], int(rels[t].key[i - (ends[t] - len(rels[t]))])
