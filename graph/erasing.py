"""Really erasing: what goes with a person or a record, what stays of it, and how it is kept from coming back.

Superseding is for facts, this is for data. What stays is a tombstone: a keyed hash, the reason and the day.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from graph.declaration import SHARE_ONE, Kind
from graph.delivery import Chunk, Erasure, Facts, Version, digest_facts
from graph.errors import NotFound, UsageError
from graph.keys import KeyRing
from graph.schema import ON_RECORDS, SCHEMA
from graph.store import GraphStore, Slice

REMOVED = "〔已删除〕"
_HASHES = ("number_hash", "candidate_hash", "mask_hash")
# The ends of these go when all whom they hang on go.
_DEPENDENT = {"SUBJECT_OF", "USES_CONTACT", *ON_RECORDS}


@dataclass(frozen=True)
class Found:
    """What an erasure reaches: its nodes, the texts that name them, and the firms that they were tied to."""

    nodes: dict[int, tuple[str, str]]  # key: id, label
    exact: tuple[str, ...]  # ids and keyed hashes: nobody else's
    names: tuple[str, ...]  # of which some may be borne by others too
    unique: tuple[str, ...]  # names that nobody else bears
    firms: tuple[int, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is certainly about what is erased."""
        return (*self.exact, *self.unique)


def find(store: GraphStore, subject: int) -> Found:
    """What belongs to a person or record. NotFound for an unknown node, UsageError for a firm."""
    seq = store.sealed_seq()
    known = store.nodes([subject], seq)
    if subject not in known:
        raise NotFound(
            "there is no such node",
            "Look for it with creditgraph search.",
            "没有该主体或记录。请用 creditgraph search 查找。",
        )
    label = known[subject][1]
    if label != "Person" and not SCHEMA.labels[label].record:
        raise UsageError(
            f"a {label} is not erased",
            "People and records are; a firm ends by its registration.",
            f"“{SCHEMA.labels[label].zh}”不在删除之列。可删除的是自然人和记录；企业以登记状态终止。",
        )
    parties = _cluster(store, subject, seq) if label == "Person" else {subject}
    nodes = with_dependents(store, parties)
    ids = store.nodes(sorted(nodes), seq)
    people = [k for k in sorted(parties) if ids[k][1] == "Person"]
    versions = [v for k in people for v in store.history("Person", k)]
    names = sorted({v["name"] for v in versions if v["name"]})
    hashes = sorted({v[h] for v in versions for h in _HASHES if v[h]})
    firms = sorted({k for t, a, b in store.ties(people) if t not in _DEPENDENT for k in (a, b)} - nodes)
    return Found(
        ids,
        tuple([ids[k][0] for k in sorted(ids)] + hashes),
        tuple(names),
        tuple(n for n in names if not _borne_by_others(store, n, nodes, seq)),
        tuple(firms),
    )


def _cluster(store: GraphStore, person: int, seq: int) -> set[int]:
    """A person with all nodes that are one with it, as projections collapse them."""
    found, open_ones = {person}, [person]
    while open_ones:
        key = open_ones.pop()
        for edge in store.edges(key, ["SAME_AS"], Slice(seq), 1_000):
            if edge.values["probability"] >= round(0.95 * SHARE_ONE):
                new = {edge.start, edge.end} - found
                found |= new
                open_ones += sorted(new)
    return found


def with_dependents(store: GraphStore, nodes: set[int]) -> set[int]:
    """Nodes with the records, contacts and repairs that hang on them alone."""
    found = set(nodes)
    while True:
        near = {b for t, a, b in store.ties(sorted(found)) if t in _DEPENDENT and a in found} - found
        holders: dict[int, set[int]] = {}
        for t, a, b in store.ties(sorted(near)):
            if t in _DEPENDENT and b in near:
                holders.setdefault(b, set()).add(a)
        new = {b for b, on in holders.items() if on <= found or _personal(store, b, on - found)}
        if not new:
            return found
        found |= new


def _personal(store: GraphStore, contact: int, others: set[int]) -> bool:
    """Whether a contact of somebody erased is his alone: to firms it is their liaison's, not their own."""
    if not others:
        return False
    edges = store.edges(contact, ["USES_CONTACT"], Slice(store.sealed_seq()), 1_000)
    uses = {(e.start, e.values["use"]) for e in edges if e.start in others}
    return uses == {(firm, "liaison") for firm in others}


def _borne_by_others(store: GraphStore, name: str, nodes: set[int], seq: int) -> bool:
    others = [k for k in store.search(name, ["Person"], seq, 1_000) if k not in nodes]
    return any(v["name"] == name for k in others for v in store.history("Person", k))


def erase(store: GraphStore, subject: int, reason: str, day: int, keys: KeyRing) -> tuple[Found, Erasure]:
    """Erase a person with everything that is about it alone, or a record. Returns what went.

    UsageError while a batch is unfinished, for its working notes hold facts. O(all texts of the store).
    """
    refuse_unfinished(store)
    store.acquire(f"{socket.gethostname()}:{os.getpid()}")
    try:
        found = find(store, subject)
        erasure = plan(store, found, reason, day, keys)
        for batch in store.batches():
            if spans := _spans(batch.delivery.file, found.texts):
                delivery = replace(batch.delivery, file=without(batch.delivery.file, spans))
                store.save_batch(replace(batch, delivery=delivery))
        store.erase(erasure)
    finally:
        store.release()
    return found, erasure


def refuse_unfinished(store: GraphStore) -> None:
    """UsageError while a batch is unfinished: its working notes hold facts."""
    batches = store.batches()
    if batches and not batches[-1].sealed:
        raise UsageError(
            f"batch {batches[-1].seq} is unfinished",
            "Finish or unload it first.",
            f"批次 {batches[-1].seq} 未完成。请先继续加载或撤回该批次。",
        )


def plan(store: GraphStore, found: Found, reason: str, day: int, keys: KeyRing) -> Erasure:
    """Everything that has to be removed or rewritten, over all of the store."""
    out = Erasure(nodes=sorted(found.nodes), ungraded=list(found.firms))
    out.tombstones = [
        tombstone(keys, node, label, reason, day)
        for node, label in (found.nodes[k] for k in sorted(found.nodes))
        if _marked(label)
    ]

    for table, version, texts in _mentions(store, found):
        changed: dict[str, Any] = {}
        for at, prop in enumerate(SCHEMA.properties(table)):
            old = version.values[at]
            if prop.kind is Kind.TEXT and old and (spans := _spans(old, texts)):
                changed[prop.name] = version.values[at] = without(old, spans)
                mark = _place(version.owner, version.end, prop.name, old)
                told = {"column": prop.name, "spans": ",".join(f"{a}:{b}" for a, b in spans)}
                out.tombstones.append(tombstone(keys, mark, table, reason, day) | {"kind": "text"} | told)
        if version.digest and changed:
            changed["digest"] = _digest(table, version)
        if changed:
            out.values.setdefault(table, {})[version.ref] = changed
    out.ledgers = _ledgers(store, found, keys)
    return out


def tombstone(keys: KeyRing, text: str, table: str, reason: str, day: int) -> dict[str, Any]:
    """The row that stays of an erased node, by its id."""
    return {"mark": keys.tombstone(text), "kind": "node", "table": table, "reason": reason, "erased_on": day}


def _mentions(store: GraphStore, found: Found) -> Iterable[tuple[str, Version, tuple[str, ...]]]:
    """Versions that stay but name what goes: certain texts anywhere, a name that others bear where it must be meant."""
    for table, version in store.mentions(found.texts):
        if version.owner not in found.nodes and version.end not in found.nodes:
            yield table, version, found.texts
    shared = tuple(n for n in found.names if n not in found.unique)
    if not shared:
        return
    about = {b for t, _, b in store.ties(found.firms) if t == "SUBJECT_OF"}
    for table, version in store.mentions(shared):
        names = [p.name for p in SCHEMA.properties(table) if p.personal]
        if version.owner in about and names and version.owner not in found.nodes:
            texts = tuple(n for n in shared if not _namesake(store, n, version.owner, found))
            yield table, version, texts


def _namesake(store: GraphStore, name: str, record: int, found: Found) -> bool:
    """Whether somebody else of that name is tied to a firm that a record is about."""
    firms = {a for t, a, b in store.ties([record]) if t == "SUBJECT_OF"}
    others = (
        {k for t, a, b in store.ties(sorted(firms)) if t != "SUBJECT_OF" for k in (a, b)} - firms - set(found.nodes)
    )
    people = [k for k, (_, label) in store.nodes(sorted(others), store.sealed_seq()).items() if label == "Person"]
    return any(v["name"] == name for k in people for v in store.history("Person", k))


def _ledgers(store: GraphStore, found: Found, keys: KeyRing) -> dict[str, dict[int, dict[str, Any]]]:
    """Rows of ledgers that name what goes, without it: they still count."""
    out: dict[str, dict[int, dict[str, Any]]] = {"quarantine": {}, "finding": {}, "decision": {}, "run": {}}
    numbers = set(found.exact)
    for row in store.entries("quarantine"):
        content = keys.unseal(row["sealed_row"]) if row["sealed_row"] else ""
        named = any(t in content or t in (row["value"] or "") for t in (*found.texts, *found.names))
        if named or _holds_number(content, numbers, keys):
            out["quarantine"][row["entry"]] = {"sealed_row": None, "value": None}
    for row in store.entries("finding"):
        if row["subject"] in found.exact or any(t in (row["detail"] or "") for t in found.texts):
            out["finding"][row["entry"]] = {"subject": None, "detail": None}
    for row in store.entries("decision"):
        if {row["one"], *(row["other"] or "").split()} & set(found.exact) or any(
            t in (row["reason"] or "") for t in found.texts
        ):
            out["decision"][row["entry"]] = {"one": None, "other": None, "reason": None}
    for row in store.entries("run"):
        if any(t in (row["result"] or "") for t in found.texts):
            out["run"][row["entry"]] = {"result": None}
    return {ledger: rows for ledger, rows in out.items() if rows}


def _holds_number(content: str, hashes: set[str], keys: KeyRing) -> bool:
    """Whether a quarantined row holds the person's number, which is known by its hash only."""
    return any(keys.digest(n.upper()) in hashes for n in re.findall(r"\d{17}[\dXx]", content))


def _digest(table: str, version: Version) -> int:
    end = None if version.end is None else np.array([version.end], dtype=np.int64)
    columns = [[v] for v in version.values]
    return int(digest_facts(table, end, [version.valid_from], [version.valid_to], columns)[0])


def _marked(label: str) -> bool:
    """Whether an erased node of a label leaves a tombstone of its own."""
    return label in ("Person", "Contact") or SCHEMA.labels[label].record


def _place(owner: int, end: int | None, column: str, text: str) -> str:
    return f"{owner}|{'' if end is None else end}|{column}|{text}"


def _spans(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of the texts stands, merged and in order."""
    marked = [False] * len(text)
    for piece in wanted:
        at = text.find(piece)
        while at >= 0:
            marked[at : at + len(piece)] = [True] * len(piece)
            at = text.find(piece, at + 1)
    edges = [i for i, (a, b) in enumerate(pairwise([False, *marked, False])) if a != b]
    return list(zip(edges[::2], edges[1::2], strict=True))


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text with these stretches replaced by a mark."""
    for a, b in reversed(spans):
        text = text[:a] + REMOVED + text[b:]
    return text


# --- keeping it out -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tombstones:
    """What may not come back, as loads ask it: marks of nodes, and of texts by table and column."""

    nodes: frozenset[str]
    texts: dict[tuple[str, str], dict[str, list[tuple[int, int]]]]

    @classmethod
    def of(cls, store: GraphStore) -> Tombstones | None:
        """The tombstones of a store, None where there are none."""
        rows = store.ledger("tombstone")
        texts: dict[tuple[str, str], dict[str, list[tuple[int, int]]]] = {}
        for row in rows:
            if row["kind"] == "text":
                spans = [tuple(map(int, s.split(":"))) for s in row["spans"].split(",")]
                texts.setdefault((row["table"], row["column"]), {})[row["mark"]] = [(a, b) for a, b in spans]
        return cls(frozenset(r["mark"] for r in rows if r["kind"] == "node"), texts) if rows else None

    def covers(self, node: str, keys: KeyRing) -> bool:
        """Whether a node was erased."""
        return keys.tombstone(node) in self.nodes

    def without_erased(self, chunk: Chunk, keys: KeyRing) -> Chunk:
        """The chunk without erased nodes, what hangs on them alone, and erased texts; rows that bring nothing else
        are refused for that reason."""
        dead = {
            key
            for label, nodes in chunk.nodes.items()
            if _marked(label)
            for key, node in nodes.items()
            if self.covers(node, keys)
        }
        facts = {t: self._texts(t, f, keys) for t, f in chunk.facts.items()}
        if not dead:
            return replace(chunk, facts=facts)
        dead |= _only_on(facts, dead)
        gone = np.array(sorted(dead), dtype=np.int64)
        kept = {t: f.take(np.flatnonzero(~_touching(f, gone))) for t, f in facts.items()}
        refused = np.setdiff1d(_said(facts), _said(kept))
        kept = {t: f.take(np.flatnonzero(~np.isin(f.row, refused))) for t, f in kept.items()}
        ids = {node for nodes in chunk.nodes.values() for key, node in nodes.items() if key in dead}
        return replace(
            chunk,
            rows=np.setdiff1d(chunk.rows, refused),
            nodes={label: {k: i for k, i in nodes.items() if k not in dead} for label, nodes in chunk.nodes.items()},
            facts=kept,
            ledgers=chunk.ledgers
            | {"finding": [f for f in chunk.ledgers.get("finding", []) if f["subject"] not in ids]},
            totals=chunk.totals
            | {"rejected": chunk.totals.get("rejected", 0) + len(refused), "reason:erased": len(refused)},
        )

    def _texts(self, table: str, facts: Facts, keys: KeyRing) -> Facts:
        values, changed = list(facts.values), False
        ends: Sequence[int | None] = [None] * len(facts) if facts.end is None else facts.end.tolist()
        for at, prop in enumerate(SCHEMA.properties(table)):
            marks = self.texts.get((table, prop.name))
            if not marks:
                continue
            places = zip(facts.owner.tolist(), ends, values[at], strict=True)
            found = [marks.get(keys.tombstone(_place(o, e, prop.name, v))) if v else None for o, e, v in places]
            values[at] = [without(v, s) if s else v for v, s in zip(values[at], found, strict=True)]
            changed = changed or any(found)
        if not changed:
            return facts
        return replace(
            facts, values=values, digest=digest_facts(table, facts.end, facts.valid_from, facts.valid_to, values)
        )


def _said(facts: dict[str, Facts]) -> Any:
    """Rows that say more than what somebody's name is: relationships and records."""
    records = SCHEMA.record_labels()
    return np.unique(
        np.concatenate(
            [np.zeros(0, dtype=np.int64), *(f.row for t, f in facts.items() if t in SCHEMA.types or t in records)]
        )
    )


def _touching(facts: Facts, gone: Any) -> Any:
    ends = facts.owner if facts.end is None else facts.end
    return np.isin(facts.owner, gone) | np.isin(ends, gone)


def _only_on(facts: dict[str, Facts], dead: set[int]) -> set[int]:
    """Records, contacts and repairs that hang on erased nodes alone, as far as the chunk says."""
    found: set[int] = set()
    while True:
        holders: dict[int, set[int]] = {}
        for table in sorted(_DEPENDENT & facts.keys()):
            ends = facts[table].end
            assert ends is not None
            for start, end in zip(facts[table].owner.tolist(), ends.tolist(), strict=True):
                holders.setdefault(end, set()).add(start)
        new = {end for end, on in holders.items() if on <= dead | found} - found
        if not new:
            return found
        found |= new
