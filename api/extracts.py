"""Loading what another system's database answers: its file is there until it is loaded, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.store import GraphStore
from loaders.database import Extract, spool
from loaders.readers import file_digest


@contextmanager
def answered(store: GraphStore, asked: Extract, folder: Path) -> Iterator[Path]:
    """The answer as a file: that of an interrupted load as it was then, else asked for now."""
    path = asked.file(folder)
    if not _unfinished(store, path):
        spool(asked, folder)
    try:
        yield path
    finally:
        if not _unfinished(store, path):
            path.unlink(missing_ok=True)


def _unfinished(store: GraphStore, path: Path) -> bool:
    """Whether the store's last batch is this file, not sealed yet."""
    last = next(reversed(store.batches()), None)
    return bool(last and not last.sealed and path.exists() and file_digest(path) == last.delivery.sha256)
