"""How many relationships of each type a node has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from analytics.algorithm import Algorithm, Parameters, Part, Result
from graph.errors import UsageError
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection


class Counted(Parameters):
    """Parameters of `degrees`."""

    types: tuple[str, ...] = Field((), description="relationship types to count; none: all of the projection")


class Degrees(Algorithm[Counted]):
    """Degree by type: how many relationships of a type start and end at a node.

    Definition: over canonical nodes (those that SAME_AS of at least .95 joins count as one); parallel relationships
    count each, one from a node to itself counts at both ends. SAME_AS and POSSIBLY_SAME are not counted. A node without
    relationships of a type has no row for it. Ordered by node, then type. `parts` gives the relationships of a row.

    Units: counts. Complexity: O(n + m) a type. Source: degree of a directed multigraph. Limits: none.
    """

    name = "degrees"
    zh = "关系数量"
    parameters = Counted

    def compute(self, projection: GraphProjection, params: Counted, progress: Reporter = Silent()) -> Result:  # noqa: ARG002, B008
        """One row a node and type that it has."""
        types, canonical, n = counted_types(projection, params.types), projection.canonical, len(projection.nodes)
        node, kind, degree = [_NONE], [_NONE], [np.zeros((2, 0), np.int64)]
        for t, name in enumerate(types):
            ends = (canonical[projection.types[name].start], canonical[projection.types[name].end])
            both = np.stack([np.bincount(e, minlength=n) for e in ends])
            node.append(at := np.flatnonzero(both.any(axis=0)))
            kind.append(np.full(len(at), t))
            degree.append(both[:, at])
        order = np.lexsort((np.concatenate(kind), np.concatenate(node)))
        at, of = np.concatenate(node)[order], np.concatenate(kind)[order]
        outs, ins = np.concatenate(degree, axis=1)[:, order]
        columns = {
            "node": projection.nodes[at],
            "type": np.array(types, dtype=object)[of],
            "out_degree": outs,
            "in_degree": ins,
        }

        def parts(row: int) -> list[Part]:
            name = types[of[row]]
            rel = projection.types[name]
            mine = (canonical[rel.start] == at[row]) | (canonical[rel.end] == at[row])
            keys = tuple((name, int(k)) for k in rel.key[mine])
            return [Part(float(outs[row] + ins[row]), (int(columns["node"][row]),), keys)]

        return Result(self.name, params, columns, ("node",), parts)


_NONE = np.zeros(0, dtype=np.int64)


def counted_types(projection: GraphProjection, wanted: Sequence[str]) -> tuple[str, ...]:
    """These types of a projection, sorted, or all that tie different parties; UsageError for one it has not."""
    there = sorted(projection.types.keys() - {"SAME_AS", "POSSIBLY_SAME"})
    if unknown := sorted(set(wanted) - set(there)):
        raise UsageError(
            f"the graph has no relationships {', '.join(unknown)}",
            f"It has {', '.join(there) or 'none'}.",
            f"图中没有关系 {'、'.join(unknown)}。现有：{'、'.join(there) or '无'}。",
        )
    return tuple(sorted(set(wanted)) if wanted else there)
