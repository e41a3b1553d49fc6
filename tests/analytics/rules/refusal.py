"""A shipped pack, changed in one place, is refused with the line of that place."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest

from analytics.rules.entries import shipped
from graph.errors import PackError

_BESIDE_WHAT_THEY_NAME = {"models": "analytics.indicators.pack", "shell": "analytics.shell.pack"}


def reader(kind: str) -> Any:
    """The module whose `read` reads packs of a kind."""
    return import_module(_BESIDE_WHAT_THEY_NAME.get(kind, f"analytics.rules.{kind}"))


def assert_refused(name: str, before: str, after: str, said: str, *, on: str | None = None) -> None:
    """`on`: what stands on the line that is named, the changed text where nothing else is said."""
    text = shipped(f"{name}.yaml")
    assert before in text
    changed = text.replace(before, after, 1)
    with pytest.raises(PackError, match=said) as refused:
        reader(name).read("p.yaml", changed)
    found = re.match(r"p\.yaml, line (\d+): ", str(refused.value))
    assert found, refused.value
    assert (after if on is None else on) in changed.splitlines()[int(found[1]) - 1]
