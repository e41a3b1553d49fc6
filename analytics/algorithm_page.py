"""docs/algorithms.md: every algorithm as its docstring tells it, with its parameters."""

from __future__ import annotations

import inspect

from analytics.algorithm import Algorithm, Update
from analytics.algorithms import algorithms

HEAD = """# Algorithms

Generated from the docstrings by `creditgraph run --page`; do not edit.

Every algorithm computes on a projection of the graph at one moment, is the same over SQLite and Neo4j, and tells of
each number the relationships and records that made it (`creditgraph explain ID --algorithm NAME`). `creditgraph run
NAME` runs one on the whole graph; with `--write` the result is kept in the store, as properties or as relationships of
the type given. In Python:

    from analytics.algorithms import algorithm
    from graph.projection import GraphProjection

    ownership = algorithm("integrated_ownership")
    projection = GraphProjection.from_networkx(graph)  # or from_pandas, or from_store
    ownership.compute(projection, ownership.read_parameters({"threshold": 0.25})).to_pandas()
"""


def algorithm_page() -> str:
    """The page, in order of name."""
    return "\n".join([HEAD, *(_section(a) for a in algorithms().values())])


def _section(algorithm: Algorithm[object]) -> str:  # type: ignore[type-var]
    lines = [f"## {algorithm.name} {algorithm.zh}", "", inspect.getdoc(type(algorithm)) or "", ""]
    if algorithm.tie:
        lines += [f"Written back as `({algorithm.tie[1]})-[:{algorithm.tie[0]}]->({algorithm.tie[2]})`.", ""]
    if algorithm.follows is Update.EXACT:
        lines += ["Follows a change exactly (`update`), recomputing what it can reach.", ""]
    fields = algorithm.parameters.model_fields
    if fields:
        lines += ["| parameter | default | meaning |", "|---|---|---|"]
        lines += [
            f"| {n} | {_default(f.get_default(call_default_factory=True))} | {f.description} |"
            for n, f in fields.items()
        ]
        lines.append("")
    return "\n".join(lines)


def _default(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))
