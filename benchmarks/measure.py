"""Run a step in a process of its own and tell what it took."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty
from typing import Any


@dataclass(frozen=True)
class Taken:
    """Wall seconds, peak memory in MiB, and what the step returned."""

    seconds: float
    mib: float
    result: Any


def _child(step: Callable[..., Any], arguments: tuple[Any, ...], out: Any) -> None:
    start = time.perf_counter()
    result = step(*arguments)
    taken = time.perf_counter() - start
    # A step may time a part of itself: it then returns (seconds, result).
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], float):
        taken, result = result
    out.put((taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result))


def measured(step: Callable[..., Any], *arguments: Any) -> Taken:
    """Run a step in a fresh process."""
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    process = context.Process(target=_child, args=(step, arguments, out))
    process.start()
    while process.is_alive() or not out.empty():
        try:
            found = out.get(timeout=1)
            process.join()
            return Taken(*found)
        except Empty:
            continue
    raise RuntimeError(f"{step.__name__} failed")
