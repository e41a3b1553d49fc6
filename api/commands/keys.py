"""The deployment's keys: identity, encryption, erasure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import KEY, STORE, Key, Store
from api.settings import key_ring
from graph.errors import UsageError
from graph.keys import KeyRing
from graph.stores import open_store


def create(
    path: Annotated[Path, typer.Argument(help="where to write it")] = KEY,
) -> None:
    """Make a new key file. Without it nothing loaded with it can be matched or read again: back it up."""
    keys = KeyRing.generate()
    keys.save(path)
    print(f"{path}: key {keys.key_id}, check value {keys.check_value}")


def check(key: Key = None, store: Store = STORE) -> None:
    """Say whether the key file is the one a store was made with."""
    keys = key_ring(key)
    with open_store(store) as opened:
        stored = opened.get_meta("key_check")
    if stored not in (None, keys.check_value):
        raise UsageError(
            f"key {keys.key_id} is not the key of {store}",
            "Give the store's own key with --key.",
            f"密钥 {keys.key_id} 不是 {store} 的密钥。请用 --key 指定本库的密钥。",
        )
    print(f"key {keys.key_id} fits {store}" if stored else f"key {keys.key_id}; {store} has no key yet")


COMMANDS = (
    create,
    check,
)
