"""The algorithms, one file each, named after it; whatever is here is offered by itself."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from analytics.algorithm import Algorithm
from graph.discovery import discover
from graph.errors import UsageError


@cache
def algorithms() -> dict[str, Algorithm[Any]]:
    """Every algorithm by name."""
    return {name: kind() for name, kind in discover(sys.modules[__name__], Algorithm).items()}  # type: ignore[type-abstract]


@cache
def algorithm(name: str) -> Algorithm[Any]:
    """The algorithm of a name, imported alone; UsageError lists those that there are."""
    found = discover(sys.modules[__name__], Algorithm, module=name)  # type: ignore[type-abstract]
    if name not in found:
        raise UsageError(
            f"there is no algorithm {name!r}",
            f"There are: {', '.join(algorithms())}.",
            f"没有算法 {name!r}。可用：{'、'.join(algorithms())}。",
        )
    return found[name]()
