"""The algorithms, one file each; whatever is here is offered by itself."""

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


def algorithm(name: str) -> Algorithm[Any]:
    """The algorithm of a name; UsageError lists those that there are."""
    found = algorithms().get(name)
    if found is None:
        raise UsageError(f"there is no algorithm {name!r}", f"There are: {', '.join(algorithms())}.")
    return found
