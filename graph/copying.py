"""Copying a store to another one, history, ledgers and results of nobody included or lost."""

from __future__ import annotations

from graph.errors import UsageError
from graph.progress import Reporter, Silent
from graph.schema import SCHEMA
from graph.store import GraphStore


def copy(source: GraphStore, target: GraphStore, progress: Reporter | None = None) -> int:
    """Copy every sealed batch, fact and ledger row into an empty store; returns the number of rows."""
    if target.batches():
        raise UsageError(
            f"{target.url} is not empty", "Copy into a new store.", f"{target.url} 不是空库。请复制到新的图库。"
        )
    done = 0
    for table in ("node", *SCHEMA.tables()):
        for rows in source.raw(table):
            target.put_raw(table, rows)
            done += len(rows)
            (progress or Silent()).advance(done)
    for ledger in SCHEMA.ledgers:
        for seq in sorted({row["seq"] for row in source.ledger(ledger)}):
            target.append(ledger, source.ledger(ledger, seq), seq)
    for name in ("key_check", "key_id"):
        if value := source.get_meta(name):
            target.set_meta(name, value)
    target.finish_copy([b for b in source.batches() if b.sealed])
    return done
