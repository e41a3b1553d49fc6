"""The compiler of inner loops: numba, with its machine code kept between runs; and the cores that run them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Found = TypeVar("Found")
WORTH_A_THREAD = 20_000  # starts of searches, companies: below that one core is as fast


def kernel(function: Kernel) -> Kernel:
    """Compile a loop over arrays at its first call; the result is cached beside the module."""
    return cast(Kernel, numba.njit(cache=True, nogil=True)(function))


def on_all_cores(work: Callable[[int, int], Found], count: int) -> list[Found]:
    """What a kernel finds for the ranges [low, high) that make up `count`, in order: one range a core."""
    have = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cores = min(have, count // WORTH_A_THREAD)
    if cores < 2:
        return [work(0, count)]
    bounds = [count * i // cores for i in range(cores + 1)]
    with ThreadPoolExecutor(cores) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))
