"""Taking a batch back: the last one goes, an earlier one is compensated by a new batch."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np

from graph.delivery import Batch, Facts, Insert, Work, undoing
from graph.errors import UsageError
from graph.linking import LINKS
from graph.schema import SCHEMA
from graph.store import GraphStore


def unload(store: GraphStore, seq: int, now: dt.datetime) -> Batch | None:
    """Undo batch `seq`: removed if it is the last (None), else by a sealed compensating batch, which is returned.

    History keeps what was known in between. UsageError for an unknown or already unloaded
    batch, and where later files of its source repeat rows: what they confirm would go with it.
    """
    batches = {b.seq: b for b in store.batches()}
    batch = batches.get(seq)
    if batch is None or batch.kind not in ("load", "derived"):
        raise UsageError(
            f"there is no loaded batch {seq}",
            "creditgraph batches lists them.",
            f"没有已加载的批次 {seq}。批次见 creditgraph batches。",
        )
    if seq == max(batches):
        store.remove(batch)
        return None
    if not batches[max(batches)].sealed:
        raise UsageError(
            f"batch {max(batches)} is unfinished",
            "Finish or unload it first.",
            f"批次 {max(batches)} 未完成。请先继续加载或撤回该批次。",
        )
    repeated = [
        b
        for b in batches.values()
        if b.seq > seq
        and b.kind == batch.kind
        and b.delivery.source == batch.delivery.source
        and b.totals.get("unchanged")
    ]
    if repeated:
        raise UsageError(
            f"rows of batch {seq} may stand in {', '.join(str(b.seq) for b in repeated)} too, unchanged",
            "Unload the later ones first, the newest before the others, then load again what should stay.",
            f"批次 {seq} 的行可能以“未变”计入其后的批次 {'、'.join(str(b.seq) for b in repeated)}。"
            "请从最新的起依次撤回这些批次，再重新加载应保留的文件。",
        )
    delivery = replace(
        batch.delivery,
        file=undoing(seq),
        sha256="",
        received_at=max(now, batches[max(batches)].delivery.received_at),
    )
    compensation = Batch(max(batches) + 1, delivery, kind="compensation")
    store.save_batch(compensation)
    store.set_meta(LINKS, "stale")
    work = Work()
    for table in SCHEMA.tables():
        _undo(store, seq, table, work)
    store.write(compensation, work)
    store.save_batch(replace(batch, kind="unloaded"))
    store.seal(compensation)
    return compensation


def _undo(store: GraphStore, seq: int, table: str, work: Work) -> None:
    rows = list(store.changes(seq - 1, table))
    mine = [r for r in rows if r["recorded_seq"] == seq and r["superseded_seq"] is None]
    closed = [r for r in rows if r["superseded_seq"] == seq and r["recorded_seq"] < seq]
    owners = np.array(sorted({r["owner"] for r in [*mine, *closed]}), dtype=np.int64)
    if not len(owners):
        return
    opened = store.stored(table, owners)
    refs = [v.ref for v in opened if v.recorded_seq == seq]
    others = {(v.grp, v.lot) for v in opened if v.recorded_seq != seq}
    again = [r for r in closed if (r["grp"], r["lot"]) not in others]
    work.closings[table] = refs
    if again:
        work.inserts[table] = [
            _reinsert(table, [r for r in again if r["source"] == source], source)
            for source in sorted({r["source"] for r in again})
        ]


def _reinsert(table: str, rows: list[dict[str, Any]], source: str) -> Insert:
    def ints(name: str) -> Any:
        return np.array([r[name] for r in rows], dtype=np.int64)

    facts = Facts(
        ints("owner"),
        ints("grp"),
        ints("digest"),
        [r["valid_from"] for r in rows],
        [r["valid_to"] for r in rows],
        [r["bounds"] for r in rows],
        [[r[p.name] for r in rows] for p in SCHEMA.properties(table)],
        np.zeros(len(rows), dtype=np.int64),
        ints("end") if table in SCHEMA.types else None,
    )
    return Insert(facts, ints("lot"), [r["end_basis"] for r in rows], source)
