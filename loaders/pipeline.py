"""Loading one file: read, recognise, parse, assert, and seal as one batch, or leave nothing behind."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from graph.delivery import Batch, Coverage, Delivery
from graph.erasing import Tombstones
from graph.errors import FileRefused, KeyMismatch, UsageError
from graph.identity import scrub
from graph.keys import KeyRing
from graph.merge import Merge
from graph.progress import Reporter, Silent
from graph.store import GraphStore
from graph.time import SHANGHAI
from loaders.ahead import Reader
from loaders.chunks import Task, no_collection, recognise
from loaders.local_catalogue import LocalCatalogue
from loaders.mapping import read_mapping
from loaders.readers import file_digest
from loaders.reasons import explain
from loaders.source import CatalogueEntry, Source, source_named

MAX_REJECTED = 0.5


@dataclass(frozen=True)
class Request:
    """One file to load, with what its name does not say."""

    path: Path
    received_at: dt.datetime
    source: str | None = None
    coverage: Coverage | None = None
    dated: dt.date | None = None
    scope: str = ""
    mapping: Path | None = None
    accept_vanished: bool = False
    corrects: int | None = None  # the batch whose refused rows this corrected receipt brings again
    name: str | None = None  # what the batch calls it, where that is not the file's name


def load_file(
    store: GraphStore,
    request: Request,
    keys: KeyRing,
    progress: Reporter | None = None,
    catalogue: LocalCatalogue | None = None,
) -> Batch:
    """Load a file as one sealed batch and return it, totals reconciled.

    Going on where an interrupted run of the same file stopped. Raises FileRefused (nothing of it stays; also where
    its source has no entry of the catalogue in force), BatchHeld (complete, waits for a person), KeyMismatch,
    StoreBusy, StoreUnavailable.
    """
    bind_key(store, keys)
    task = prepare(store, request, keys, catalogue or LocalCatalogue())
    with Reader() as reader:
        return load(store, task, reader, accept_vanished=request.accept_vanished, progress=progress or Silent())


def prepare(store: GraphStore, request: Request, keys: KeyRing, catalogue: LocalCatalogue) -> Task:
    """What reading a file takes, but for where to go on. Raises FileRefused, UsageError."""
    source, mapping = read_mapping(request.mapping) if request.mapping else (None, None)
    source = source_named(request.source) if request.source else source
    if request.corrects is not None:
        request, source = _correction(store, request)
    source = recognise(request.path, source, mapping)
    day = _dated(request)
    delivery = _delivery(request, source, catalogue.in_force(source, day, scrub(request.path.name)), day)
    refused = outstanding(store, request.corrects) if request.corrects is not None else frozenset()
    retired, erased = catalogue.retired_columns(source, day), Tombstones.of(store)
    return Task(request.path, source.name, mapping, delivery, 0, keys, erased, refused, retired)


def load(
    store: GraphStore,
    task: Task,
    reader: Reader,
    upcoming: Callable[[], Task | None] = lambda: None,
    *,
    accept_vanished: bool,
    progress: Reporter,
) -> Batch:
    """Load what was prepared; meanwhile the reader begins with `upcoming` ones. Raises what `load_file` does."""
    store.acquire(f"{socket.gethostname()}:{os.getpid()}")
    try:
        batch = store.begin(task.delivery)
        task = replace(task, delivery=batch.delivery, cursor=batch.cursor, erased=Tombstones.of(store))
        with no_collection():
            _load(store, batch, task, reader, upcoming, accept_vanished, progress)
    finally:
        store.release()
    return batch


def bind_key(store: GraphStore, keys: KeyRing) -> None:
    """Tie a new store to its key; refuse another key later."""
    stored = store.get_meta("key_check")
    if stored is None:
        store.set_meta("key_check", keys.check_value)
        store.set_meta("key_id", keys.key_id)
    elif stored != keys.check_value:
        raise KeyMismatch(
            f"{store.url} was made with key {store.get_meta('key_id')}, this is key {keys.key_id}",
            "Give the store's own key with --key.",
            f"{store.url} 使用密钥 {store.get_meta('key_id')}，所给密钥为 {keys.key_id}。请用 --key 指定本库的密钥。",
        )


def _dated(request: Request) -> dt.date:
    """The day that the data are of."""
    received = request.received_at.astimezone(SHANGHAI).date()
    if request.dated and request.dated > received:
        raise UsageError(
            f"{request.path.name}: data of {request.dated}, received on {received}",
            "Data cannot be of a later day than their receipt; correct --dated or --received-at.",
            f"{request.path.name}：数据日期 {request.dated} 晚于收到日期 {received}。请更正 --dated 或 --received-at。",
        )
    return request.dated or received


def _delivery(request: Request, source: Source, entry: CatalogueEntry, dated: dt.date) -> Delivery:
    return Delivery(
        source.name,
        scrub(request.name or request.path.name),
        file_digest(request.path),
        request.coverage or entry.coverage,
        dated,
        request.received_at,
        request.scope,
        entry.period_days,
        request.path.stat().st_size,
        request.corrects,
    )


def _correction(store: GraphStore, request: Request) -> tuple[Request, Source]:
    """A corrected receipt is a delta of the same source, of the same day as the file that it corrects."""
    batch = next((b for b in store.batches() if b.seq == request.corrects and b.sealed and b.kind == "load"), None)
    if batch is None:
        raise UsageError(
            f"there is no loaded batch {request.corrects}",
            "creditgraph batches lists them.",
            f"没有已加载的批次 {request.corrects}。批次见 creditgraph batches。",
        )
    delivery = batch.delivery
    request = replace(request, coverage=Coverage.DELTA, dated=delivery.dated, scope=delivery.scope)
    return request, source_named(delivery.source)


def outstanding(store: GraphStore, seq: int) -> frozenset[tuple[str, int]]:
    """Sheets and rows of a batch that were refused and have not come again yet."""
    corrected = {(c["sheet"], c["row"]) for c in store.ledger("correction") if c["corrects"] == seq}
    return frozenset({(q["sheet"], q["row"]) for q in store.ledger("quarantine", seq)} - corrected)


def _load(
    store: GraphStore,
    batch: Batch,
    task: Task,
    reader: Reader,
    upcoming: Callable[[], Task | None],
    accept_vanished: bool,
    progress: Reporter,
) -> None:
    merge = Merge(store, batch)
    try:
        if not batch.totals.get("finished"):
            with reader.chunks(task) as chunks:
                reader.expect(upcoming)
                for chunk in chunks:
                    merge.add(chunk)
                    progress.advance(batch.cursor)
            _refuse_if_bad(store, batch)
        merge.finish(accept_vanished)
    except FileRefused:
        store.remove(batch)
        raise
    _reconcile(batch)
    store.seal(batch)


def _refuse_if_bad(store: GraphStore, batch: Batch) -> None:
    read, rejected = batch.totals.get("read", 0), batch.totals.get("rejected", 0)
    if not read:
        raise FileRefused(
            f"{batch.delivery.file}: a header but no rows",
            "Ask the sender for the file again.",
            f"{batch.delivery.file}：只有表头没有数据。请重新报送。",
        )
    if rejected > MAX_REJECTED * read and rejected >= 5:
        first: dict[str, int] = {}
        for row in store.ledger("quarantine", batch.seq):
            first.setdefault(row["code"], row["row"])
        reasons = "; ".join(
            f"{explain(code, 'zh')} / {explain(code, 'en')}: {batch.totals[f'reason:{code}']}, first in row {row}"
            for code, row in first.items()
        )
        told = "；".join(
            f"{explain(c, 'zh')}：{batch.totals[f'reason:{c}']} 行，首见第 {n} 行" for c, n in first.items()
        )
        raise FileRefused(
            f"{batch.delivery.file}: {rejected} of {read} rows rejected ({reasons})",
            "This looks like another file or a shifted one; check it against the template.",
            f"{batch.delivery.file}：{read} 行中有 {rejected} 行不合格（{told}）。疑似错报或整表错位，请对照模板核对。",
        )


def _reconcile(batch: Batch) -> None:
    t = batch.totals
    for name in ("read", "loaded", "unchanged", "rejected", "duplicate"):
        t.setdefault(name, 0)
    assert t["read"] == t["loaded"] + t["unchanged"] + t["rejected"] + t["duplicate"], t
