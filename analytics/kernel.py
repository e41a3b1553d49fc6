"""The compiler of inner loops: numba, with its machine code kept between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Compile a loop over arrays at its first call; the result is cached beside the module."""
    return cast(Kernel, numba.njit(cache=True, nogil=True)(function))
