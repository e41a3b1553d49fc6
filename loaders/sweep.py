"""Periodic cleansing: duplicate, invalid and overdue records are proposed, approved by a person, then removed."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.declaration import Kind
from graph.delivery import Erasure
from graph.erasing import refuse_unfinished, tombstone, with_dependents
from graph.errors import UsageError
from graph.keys import KeyRing
from graph.schema import SCHEMA
from graph.store import GraphStore, Slice
from graph.time import NO_DATE, civil_day, to_day
from loaders.local_catalogue import LocalCatalogue
from loaders.retention import past_retention
from loaders.source import sources


@dataclass(frozen=True)
class Item:
    """One record that a sweep would remove, and why; for a duplicate `other` is the record that stays."""

    kind: str
    label: str
    node: str
    other: str | None = None


_STATES_ZH = {"proposed": "待批准", "approved": "已批准", "applied": "已执行"}


def propose(store: GraphStore, day: dt.date, catalogue: LocalCatalogue) -> list[Item]:
    """All that a sweep of a day finds, by kind, label and id; a record is proposed once. O(all records)."""
    items: dict[str, Item] = {}
    for kind, find in KINDS.items():
        for label, key, other in find(store, day, catalogue):
            known = store.nodes([key, *([] if other is None else [other])], store.sealed_seq())
            item = Item(kind, label, known[key][0], None if other is None else known[other][0])
            items.setdefault(item.node, item)
    return sorted(items.values(), key=lambda i: (list(KINDS).index(i.kind), i.label, i.node))


Found = Iterator[tuple[str, int, int | None]]


def _duplicates(store: GraphStore, day: dt.date, catalogue: LocalCatalogue) -> Found:  # noqa: ARG001
    """Records of one subject, equal in everything but who made them: the first recorded stays."""
    ties = store.columns("SUBJECT_OF", ["owner", "end"], Slice(store.sealed_seq()))
    subject = dict(zip(ties["end"].tolist(), ties["owner"].tolist(), strict=True))
    for label in SCHEMA.record_labels():
        names = [p.name for p in SCHEMA.properties(label) if p.name not in ("authority", "subject_name")]
        columns = store.columns(label, ["owner", "recorded_seq", *names], Slice(store.sealed_seq()))
        if "document_number" not in columns:
            continue
        stated = zip(*(columns[n].tolist() for n in names), strict=True)
        seen: dict[tuple[Any, ...], int] = {}
        order = np.lexsort((columns["owner"], columns["recorded_seq"])).tolist()
        contents = list(stated)
        owners, documents = columns["owner"].tolist(), columns["document_number"].tolist()
        for i in order:
            if documents[i] and owners[i] in subject:
                first = seen.setdefault((subject[owners[i]], *contents[i]), owners[i])
                if first != owners[i]:
                    yield label, owners[i], first


def _invalid(store: GraphStore, day: dt.date, catalogue: LocalCatalogue) -> Found:  # noqa: ARG001
    """Records of a day after the one on which they were received, or that end before they begin."""
    received = {b.seq: civil_day(b.delivery.received_at) for b in store.batches()}
    for label in SCHEMA.record_labels():
        dated = SCHEMA.labels[label].dated or ""
        ends = [p.name for p in SCHEMA.properties(label) if p.kind is Kind.DATE and p.inclusive_end]
        columns = store.columns(label, ["owner", "recorded_seq", dated, *ends], Slice(store.sealed_seq()))
        known = np.array([received[s] for s in columns["recorded_seq"].tolist()], dtype=np.int64)
        wrong = columns[dated] > known
        for name in ends:
            wrong |= (columns[name] != NO_DATE) & (columns[name] < columns[dated])
        for key in np.unique(columns["owner"][wrong]).tolist():
            yield label, key, None


def _overdue(store: GraphStore, day: dt.date, catalogue: LocalCatalogue) -> Found:
    """Records past the retention of the catalogue."""
    for label, keys in past_retention(store, day, catalogue).records.items():
        for key in keys:
            yield label, key, None


def _retired(store: GraphStore, day: dt.date, catalogue: LocalCatalogue) -> Found:
    """Records that only sources state whose catalogue entry has ended."""
    held = {s.name for s in sources().values() if (e := catalogue.entry(s)) is not None and e.in_force(day)}
    for label in SCHEMA.record_labels():
        columns = store.columns(label, ["owner", "source"], Slice(store.sealed_seq()))
        kept = np.array([s in held for s in columns["source"].tolist()], dtype=bool)
        for key in np.setdiff1d(columns["owner"][~kept], columns["owner"][kept]).tolist():
            yield label, key, None


KINDS: dict[str, Callable[[GraphStore, dt.date, LocalCatalogue], Found]] = {
    "duplicate": _duplicates,
    "invalid": _invalid,
    "past_retention": _overdue,
    "retired": _retired,
}


# --- proposed, approved, applied ----------------------------------------------------------------------


def report(store: GraphStore, day: dt.date, by: str, catalogue: LocalCatalogue | None = None) -> tuple[int, list[Item]]:
    """Propose a sweep and keep the proposal under a number."""
    number = max((row["sweep"] for row in store.ledger("sweep")), default=0) + 1
    items = propose(store, day, catalogue or LocalCatalogue())
    head = {"sweep": number, "state": "proposed", "by": by, "on": to_day(day)}
    store.append("sweep", [head, *(head | vars(item) for item in items)])
    return number, items


def approve(store: GraphStore, number: int, kinds: list[str], by: str, day: dt.date) -> int:
    """Approve a proposal's items of these kinds (all, where none is named); how many. UsageError for no such sweep,
    an unknown kind, or where the one who proposed approves."""
    items, state, proposer = _kept(store, number)
    if state != "proposed":
        raise UsageError(
            f"sweep {number} is {state}",
            "Report a new one.",
            f"清理 {number} {_STATES_ZH[state]}，不能批准。请重新提出：creditgraph sweep report",
        )
    if unknown := set(kinds) - set(KINDS):
        raise UsageError(
            f"there is no kind {sorted(unknown)[0]!r}",
            f"There are {', '.join(KINDS)}.",
            f"没有类型 {sorted(unknown)[0]!r}。可用：{'、'.join(KINDS)}。",
        )
    if by == proposer:
        raise UsageError(
            f"{by} proposed sweep {number}",
            "Somebody else approves it: --by.",
            f"清理 {number} 由同一人提出。须由另一人批准：--by",
        )
    chosen = [i for i in items if not kinds or i.kind in kinds]
    head = {"sweep": number, "state": "approved", "by": by, "on": to_day(day)}
    store.append("sweep", [head, *(head | vars(item) for item in chosen)])
    return len(chosen)


def apply(store: GraphStore, number: int, by: str, day: dt.date, keys: KeyRing) -> int:
    """Really remove what was approved and is still there; how many records. UsageError where nothing is approved."""
    items, state, _ = _kept(store, number)
    if state != "approved":
        raise UsageError(
            f"sweep {number} is {state}",
            "Approve it first: creditgraph sweep approve.",
            f"清理 {number} {_STATES_ZH[state]}，不能执行。须先批准：creditgraph sweep approve",
        )
    refuse_unfinished(store)
    store.acquire(f"{socket.gethostname()}:{os.getpid()}")
    try:
        wanted = {i.node: i for i in items}
        found = {k: node for label in {i.label for i in items} for k, node in _nodes(store, label) if node in wanted}
        marks = [tombstone(keys, node, wanted[node].label, f"sweep {number}", to_day(day)) for node in found.values()]
        store.erase(Erasure(sorted(with_dependents(store, set(found))), tombstones=marks))
        store.append("sweep", [{"sweep": number, "state": "applied", "by": by, "on": to_day(day)}])
    finally:
        store.release()
    return len(found)


def _nodes(store: GraphStore, label: str) -> Iterator[tuple[int, str]]:
    columns = store.columns("node", ["nid", "id", "label"], Slice(store.sealed_seq()))
    here = columns["label"] == label
    return zip(columns["nid"][here].tolist(), columns["id"][here].tolist(), strict=True)


def _kept(store: GraphStore, number: int) -> tuple[list[Item], str, str]:
    """Items of the last state of a sweep, that state, and who proposed."""
    rows = [r for r in store.ledger("sweep") if r["sweep"] == number]
    if not rows:
        raise UsageError(
            f"there is no sweep {number}",
            "creditgraph sweep list shows them.",
            f"没有清理 {number}。清理见 creditgraph sweep list。",
        )
    state = rows[-1]["state"]
    items = [Item(r["kind"], r["label"], r["node"], r["other"]) for r in rows if r["state"] == state and r["node"]]
    return items, state, rows[0]["by"]
