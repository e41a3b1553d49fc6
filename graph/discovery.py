"""One mechanism for every extension point: a public module of a package defines one subclass of a base."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from types import ModuleType
from typing import TypeVar

Base = TypeVar("Base")


def discover(
    package: ModuleType, base: type[Base], name: str = "name", module: str | None = None
) -> dict[str, type[Base]]:
    """Subclasses of `base` defined in the public modules of a package, or in one, by their attribute `name`, sorted.

    Raises ValueError when two share a name.
    """
    found: dict[str, type[Base]] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        if module_info.name.startswith("_") or module not in (None, module_info.name):
            continue
        defining = import_module(f"{package.__name__}.{module_info.name}")
        for _, item in inspect.getmembers(defining, inspect.isclass):
            if issubclass(item, base) and item.__module__ == defining.__name__ and not inspect.isabstract(item):
                key = getattr(item, name)
                if key in found:
                    raise ValueError(f"{item} and {found[key]} are both called {key!r}")
                found[key] = item
    return dict(sorted(found.items()))
