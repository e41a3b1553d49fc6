"""The shared store: Neo4j 5 Community over Bolt. The only file that knows the driver.

Every graph node is an :Entity with its label and its current values; each asserted version of its values is a
node of label <Label>Version; relationships carry both clocks and stay, superseded, in place. Cypher users ask
for `r.superseded_seq IS NULL`.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

import neo4j
import numpy as np
import numpy.typing as npt
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.current import current
from graph.declaration import Kind
from graph.delivery import Batch, Erasure, Insert, Version, Work
from graph.errors import CreditGraphError, StoreBusy, StoreUnavailable, UsageError
from graph.identity import is_weak, mix
from graph.linking import LINKS
from graph.schema import SCHEMA, SCHEMA_VERSION
from graph.search_text import spaced
from graph.store import Edge, EdgeKey, GraphStore, Slice
from graph.stores.cypher import constraints, dated, fact, kinds_of, received, streamed, typed, untyped, visible
from graph.stores.cypher_erasing import erasing
from graph.time import NO_DATE, to_date, to_day

Int64 = npt.NDArray[np.int64]
T = TypeVar("T")

_PORTION = 10_000
_LISTS = 64  # portions in which columns are collected on the server
_LEASE_MS = 60_000
_ENTITY = {"nid", "id", "node_label", "recorded_seq", "search_text"}  # what every node has beside its values
_ONE_SEAL = 20_000  # nodes whose current values change in the sealing transaction itself


class Neo4jStore(GraphStore):
    """GraphStore over Bolt. Credentials come in the URL or from NEO4J_USER and NEO4J_PASSWORD."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        user, password = (
            parts.username or os.environ.get("NEO4J_USER"),
            parts.password or os.environ.get("NEO4J_PASSWORD"),
        )
        self.url = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
        self._database = parts.path.strip("/") or None
        with self._translated(), ExitStack() as undo:
            self._driver = neo4j.GraphDatabase.driver(
                self.url,
                auth=(user, password or "") if user else None,
                max_transaction_retry_time=15,
                connection_acquisition_timeout=20,
                notifications_min_severity="OFF",
                user_agent="creditgraph",
            )
            undo.callback(self._driver.close)
            self._driver.verify_connectivity()
            undo.pop_all()
        self._session = self._driver.session(database=self._database)
        self._holder: str | None = None
        with ExitStack() as undo:
            undo.callback(self.close)
            self._prepare()
            undo.pop_all()

    def _prepare(self) -> None:
        version = self.get_meta("schema_version")
        if version is None:
            for statement in constraints():
                self._run(statement)
            self._run("CALL db.awaitIndexes(300)")
            self.set_meta("schema_version", str(SCHEMA_VERSION))
        elif version != str(SCHEMA_VERSION):
            raise UsageError(
                f"{self.url} was written with schema {version}, this is {SCHEMA_VERSION}",
                "Load the files again into an empty database.",
                f"{self.url} 以结构版本 {version} 写入，本程序为 {SCHEMA_VERSION}。请将文件重新加载到空数据库。",
            )

    # --- plumbing -------------------------------------------------------------------------------------

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except AuthError as error:
            raise StoreUnavailable(
                f"{self.url}: not allowed in ({error.code})",
                "Set NEO4J_USER and NEO4J_PASSWORD.",
                f"{self.url}：登录被拒绝。请设置 NEO4J_USER 和 NEO4J_PASSWORD。",
            ) from error
        except (DriverError, Neo4jError) as error:
            raise StoreUnavailable(
                f"{self.url}: {type(error).__name__}: {str(error)[:200]}",
                "Check that the server runs and has room, then run the same command again.",
                f"{self.url}：数据库无法使用（{type(error).__name__}）。请确认服务已启动且空间充足，再执行同一命令。",
            ) from error

    def _run(self, query: str, **parameters: Any) -> list[Any]:
        with self._translated():
            return [record.values() for record in self._session.run(query, parameters)]

    def cypher(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of any Cypher query: the one capability that the other store has not."""
        with self._translated():
            return [record.data() for record in self._session.run(query, parameters)]

    def _transact(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with self._translated():
            return self._session.execute_write(work)

    # --- batches --------------------------------------------------------------------------------------

    def batches(self) -> list[Batch]:
        rows = self._run("MATCH (b:Batch) RETURN b.state, b.sealed ORDER BY b.seq")
        return [Batch.from_json(state, sealed=sealed) for state, sealed in rows]

    def save_batch(self, batch: Batch) -> None:
        self._transact(lambda tx: self._put_batch(tx, batch))

    def _put_batch(self, tx: neo4j.ManagedTransaction, batch: Batch) -> None:
        tx.run(
            "MERGE (b:Batch {seq: $seq}) SET b.sealed = $sealed, b.state = $state, b.source = $source, b.file = $file",
            seq=batch.seq,
            sealed=batch.sealed,
            state=batch.to_json(),
            source=batch.delivery.source,
            file=batch.delivery.file,
        ).consume()

    def acquire(self, holder: str) -> None:
        def take(tx: neo4j.ManagedTransaction) -> str | None:
            found = tx.run(
                "MERGE (l:Lease {name: 'write'}) SET l.asked = timestamp() "
                "RETURN l.holder AS holder, l.expires > timestamp() AS valid"
            ).single(strict=True)
            if found["holder"] not in (None, holder) and found["valid"] and not _dead_here(found["holder"]):
                return str(found["holder"])
            tx.run(
                "MATCH (l:Lease {name: 'write'}) SET l.holder = $holder, l.expires = timestamp() + $ms",
                holder=holder,
                ms=_LEASE_MS,
            ).consume()
            return None

        if other := self._transact(take):
            raise StoreBusy(
                f"{other} is loading into {self.url}",
                "Wait for it to end.",
                f"{other} 正在写入 {self.url}。请等待其结束。",
            )
        self._holder = holder

    def release(self) -> None:
        if self._holder:
            self._run(
                "MATCH (l:Lease {name: 'write', holder: $holder}) REMOVE l.holder, l.expires", holder=self._holder
            )
            self._holder = None

    def _renew(self, tx: neo4j.ManagedTransaction) -> None:
        if (
            self._holder
            and not tx.run(
                "MATCH (l:Lease {name: 'write', holder: $holder}) SET l.expires = timestamp() + $ms RETURN l",
                holder=self._holder,
                ms=_LEASE_MS,
            ).single()
        ):
            raise StoreBusy(
                f"the write lease of {self.url} was taken over",
                "Run the same command again.",
                f"{self.url} 的写入权已被另一进程接管。请重新执行同一命令。",
            )

    def write(self, batch: Batch, work: Work) -> None:
        def apply(tx: neo4j.ManagedTransaction) -> None:
            self._renew(tx)
            for label, nodes in work.nodes.items():
                _merge_nodes(tx, batch.seq, label, nodes)
            for table, refs in work.closings.items():
                _close(tx, table, refs, batch.seq)
            for table, inserts in work.inserts.items():
                for insert in inserts:
                    _insert_facts(tx, table, batch.seq, insert)
            for ledger, rows in work.ledgers.items():
                _append(tx, ledger, batch.seq, rows)
            if work.notes:
                base = _counter(tx, "note", len(work.notes))
                tx.run(
                    "UNWIND $rows AS row CREATE (n:LoadNote) SET n = row",
                    rows=[{"entry": base + i, "seq": batch.seq, **note} for i, note in enumerate(work.notes)],
                ).consume()
            self._put_batch(tx, batch)

        self._transact(apply)

    def seal(self, batch: Batch) -> None:
        changes = {label: self._unsettled(batch, label) for label in SCHEMA.labels if batch.touched(label)}
        values = (
            self._values(batch, label, keys[at : at + _PORTION])
            for label, keys in changes.items()
            for at in range(0, len(keys), _PORTION)
        )
        if sum(len(keys) for keys in changes.values()) > _ONE_SEAL:  # too many for one transaction: values first
            for rows in values:
                self._transact(lambda tx, rows=rows: _set_values(tx, rows))  # type: ignore[misc]
        ready = list(values)

        def finish(tx: neo4j.ManagedTransaction) -> None:
            self._renew(tx)
            for rows in ready:
                _set_values(tx, rows)
            tx.run("MATCH (n:LoadNote {seq: $seq}) DELETE n", seq=batch.seq).consume()
            self._put_batch(tx, batch)

        batch.sealed = True
        try:
            self._transact(finish)
        except BaseException:
            batch.sealed = False
            raise

    def _touched(self, batch: Batch, label: str) -> list[int]:
        """Nodes of which a batch recorded or superseded a version."""
        where, at = "v.recorded_seq = $seq OR v.superseded_seq = $seq", {"seq": batch.seq}
        return [int(k) for k in np.unique(self._collected(label, ["owner"], where, at)["owner"])]

    def _unsettled(self, batch: Batch, label: str) -> list[int]:
        """Touched nodes whose values `write` has not set already: known before, or with several or dated versions."""
        where, at = "v.recorded_seq = $seq OR v.superseded_seq = $seq", {"seq": batch.seq}
        found = self._collected(label, ["owner", "valid_from", "valid_to"], where, at)
        owners, position, count = np.unique(found["owner"], return_index=True, return_counts=True)
        new = np.isin(owners, self._collected("node", ["nid"], "v.recorded_seq = $seq", at)["nid"])
        undated = (found["valid_from"][position] == NO_DATE) & (found["valid_to"][position] == NO_DATE)
        return [int(k) for k in owners[~(new & undated & (count == 1))]]

    def _values(self, batch: Batch, label: str, keys: list[int], seq: int | None = None) -> list[dict[str, Any]]:
        """Current values of nodes as of the batch's date, with every name they ever bore for the search."""
        day = to_day(batch.delivery.dated)
        by_owner: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in self._version_rows(label, keys, "v.recorded_seq <= $seq", seq=batch.seq if seq is None else seq):
            by_owner[row["owner"]].append(row)
        searched = [p.name for p in SCHEMA.properties(label) if p.searched]
        out = []
        for key in keys:
            rows = by_owner[key]
            holds = [
                r
                for r in rows
                if r["superseded_seq"] is None
                and (r["valid_from"] is None or r["valid_from"] <= day)
                and (r["valid_to"] is None or r["valid_to"] > day)
            ]
            texts = sorted({spaced(r[name]) for r in rows for name in searched if r[name]})
            values = typed(label, current(key, "", label, holds).properties)
            out.append(
                {
                    "nid": key,
                    "values": {p.name: values.get(p.name) for p in SCHEMA.properties(label)}
                    | {"search_text": " | ".join(texts)},
                }
            )
        return out

    def remove(self, batch: Batch) -> None:
        seq = batch.seq
        owners = {label: self._touched(batch, label) for label in SCHEMA.labels}

        def delete(tx: neo4j.ManagedTransaction) -> None:
            for label in SCHEMA.labels:
                tx.run(f"MATCH (v:{label}Version {{recorded_seq: $seq}}) DELETE v", seq=seq).consume()
                tx.run(f"MATCH (v:{label}Version {{superseded_seq: $seq}}) REMOVE v.superseded_seq", seq=seq).consume()
            for name in SCHEMA.types:
                tx.run(f"MATCH ()-[r:{name} {{recorded_seq: $seq}}]->() DELETE r", seq=seq).consume()
                tx.run(f"MATCH ()-[r:{name} {{superseded_seq: $seq}}]->() REMOVE r.superseded_seq", seq=seq).consume()
            for label in ("Entity", "LoadNote", *map(_ledger_label, SCHEMA.ledgers)):
                name = "recorded_seq" if label == "Entity" else "seq"
                tx.run(f"MATCH (n:{label} {{{name}: $seq}}) DETACH DELETE n", seq=seq).consume()
            tx.run("MATCH (b:Batch {seq: $seq}) DELETE b", seq=seq).consume()

        self._transact(delete)
        for label, keys in owners.items():
            left = sorted(self.nodes(keys, seq))
            rows = self._values(batch, label, left, seq - 1)
            self._transact(lambda tx, rows=rows: _set_values(tx, rows))  # type: ignore[misc]

    # --- looking up -----------------------------------------------------------------------------------

    def lookup(self, table: str, owner: Int64) -> Int64:
        if table in SCHEMA.labels:
            query = f"UNWIND $keys AS k MATCH (v:{table}Version {{owner: k}}) "
        else:
            query = f"UNWIND $keys AS k MATCH (:Entity {{nid: k}})-[v:{table}]->() "
        names = ("k", "v.grp", "v.digest", "v.recorded_seq")
        collects = ", ".join(f"collect({n})" for n in names)
        ((*columns,),) = self._run(
            f"{query} WHERE v.superseded_seq IS NULL RETURN {collects}", keys=np.unique(owner).tolist()
        )
        return np.stack([np.array(c, dtype=np.int64) for c in columns], axis=1)

    def recorded(self, batch: Batch, table: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        return self._collected(table, names, "v.recorded_seq = $seq", {"seq": batch.seq})

    def stored(self, table: str, owner: Int64, grp: Int64 | None = None) -> list[Version]:
        if table in SCHEMA.labels:
            query = f"UNWIND $keys AS k MATCH (v:{table}Version {{owner: k}}) WHERE v.superseded_seq IS NULL RETURN v{{.*}} AS row, null AS end"
        else:
            query = (
                f"UNWIND $keys AS k MATCH (:Entity {{nid: k}})-[v:{table}]->(b) WHERE v.superseded_seq IS NULL "
                "RETURN v{.*, owner: k} AS row, b.nid AS end"
            )
        wanted = None if grp is None else set(grp.tolist())
        found = self._run(query, keys=np.unique(owner).tolist())
        out = [_as_version(table, row, end) for row, end in found if wanted is None or row["grp"] in wanted]
        return sorted(out, key=lambda v: (v.owner, v.grp, v.lot))

    def open_facts(self, table: str, source: str) -> dict[str, Int64]:
        names = (
            "owner",
            "grp",
            "lot",
            "digest",
            "valid_to",
            "recorded_seq",
            *(["end"] if table in SCHEMA.types else []),
        )
        return self._collected(table, names, "v.superseded_seq IS NULL AND v.source = $source", {"source": source})

    def weak_nodes(self, seq: int | None = None) -> dict[int, str]:
        where = "" if seq is None else "WHERE n.recorded_seq = $seq"
        return dict(self._run(f"MATCH (n:Weak) {where} RETURN n.nid, n.id ORDER BY n.nid", seq=seq))

    def recall(self, seq: int) -> list[dict[str, Any]]:
        return self.cypher(
            "MATCH (n:LoadNote {seq: $seq}) RETURN n.what AS what, n.table AS table, n.content AS content ORDER BY n.entry",
            seq=seq,
        )

    # --- reading --------------------------------------------------------------------------------------

    def columns(
        self, table: str, names: Sequence[str], at: Slice, owners: Int64 | None = None, ends: Int64 | None = None
    ) -> dict[str, npt.NDArray[Any]]:
        if table == "node":
            return self._collected("node", names, "v.recorded_seq <= $seq", {"seq": at.seq})
        where, parameters = visible(at)
        keys = owners if ends is None else ends
        if keys is None:
            return self._collected(table, names, where, parameters)
        side = "b.nid" if ends is not None else "v.owner" if table in SCHEMA.labels else "a.nid"
        return self._collected(table, names, f"{side} IN $among AND {where}", {**parameters, "among": keys.tolist()})

    def changed_columns(
        self, table: str, names: Sequence[str], after: Slice, until: Slice
    ) -> dict[str, npt.NDArray[Any]]:
        low, high = sorted((after.seq, until.seq))
        days = [to_date(d) for d in sorted((after.as_of or 0, until.as_of or 0))]
        live, parameters = visible(until)
        where = (
            "v.recorded_seq <= $high AND (v.superseded_seq IS NULL OR v.superseded_seq > $low) AND (v.recorded_seq > $low "
            "OR v.superseded_seq <= $high OR (v.valid_from > $first AND v.valid_from <= $last) "
            "OR (v.valid_to > $first AND v.valid_to <= $last))"
        )
        return self._collected(
            table,
            [*names, "live"],
            where,
            {**parameters, "low": low, "high": high, "first": days[0], "last": days[1]},
            live,
        )

    def _collected(
        self, table: str, names: Sequence[str], where: str, parameters: dict[str, Any], live: str = ""
    ) -> dict[str, npt.NDArray[Any]]:
        kinds = kinds_of(table)
        match = {"node": "MATCH (v:Entity)"}.get(table) or (
            f"MATCH (v:{table}Version)" if table in SCHEMA.labels else f"MATCH (a:Entity)-[v:{table}]->(b:Entity)"
        )
        spread = "v.nid" if table == "node" else "v.grp"
        collects = ", ".join(f"collect({streamed(table, n, kinds, live)}) AS c{i}" for i, n in enumerate(names))
        query = f"{match} WHERE {where} WITH abs({spread} % {_LISTS}) AS portion, {collects} RETURN {', '.join(f'c{i}' for i in range(len(names)))}"
        parts: list[list[npt.NDArray[Any]]] = [[] for _ in names]
        with self._translated():
            for record in self._session.run(query, parameters | {"none": NO_DATE}):
                for i, name in enumerate(names):
                    parts[i].append(received(record[i], kinds.get(name)))
        return {
            name: np.concatenate(p) if p else received([], kinds.get(name))
            for name, p in zip(names, parts, strict=True)
        }

    def nodes(self, keys: Sequence[int], seq: int) -> dict[int, tuple[str, str]]:
        return {
            k: (i, label)
            for k, i, label in self._run(
                "UNWIND $keys AS k MATCH (n:Entity {nid: k}) WHERE n.recorded_seq <= $seq RETURN k, n.id, n.node_label",
                keys=list(keys),
                seq=seq,
            )
        }

    def versions(self, label: str, keys: Sequence[int], seq: int) -> list[dict[str, Any]]:
        rows = self._version_rows(
            label, keys, "v.recorded_seq <= $seq AND (v.superseded_seq IS NULL OR v.superseded_seq > $seq)", seq=seq
        )
        return sorted(rows, key=lambda r: (r["owner"], r["grp"], r["lot"], r["recorded_seq"]))

    def _version_rows(self, label: str, keys: Sequence[int], where: str, **parameters: Any) -> list[dict[str, Any]]:
        rows = self._run(
            f"UNWIND $keys AS k MATCH (v:{label}Version {{owner: k}}) WHERE {where} RETURN v{{.*}}",
            keys=sorted(set(keys)),
            **parameters,
        )
        names = SCHEMA.fact_columns(label)
        return [{n: plain.get(n) for n in names} for plain in (untyped(label, row) for (row,) in rows)]

    def history(self, label: str, key: int) -> list[dict[str, Any]]:
        rows = self._version_rows(label, [key], "v.recorded_seq <= $seq", seq=self.sealed_seq())
        return sorted(rows, key=lambda r: (r["recorded_seq"], r["grp"], r["lot"]))

    def edges(self, key: int, types: Sequence[str], at: Slice, limit: int, after: EdgeKey | None = None) -> list[Edge]:
        where, parameters = visible(at)
        out: list[Edge] = []
        for table in sorted(types):
            if len(out) >= limit or (after and table < after[0]):
                continue
            page = (
                "AND (v.grp > $grp OR (v.grp = $grp AND (v.lot > $lot OR (v.lot = $lot AND v.recorded_seq > $last))))"
                if after and table == after[0]
                else ""
            )
            rows = self._run(
                f"MATCH (n:Entity {{nid: $key}})-[v:{table}]-() WHERE {where} {page} WITH DISTINCT v "
                "RETURN startNode(v).nid, endNode(v).nid, v{.*} ORDER BY v.grp, v.lot, v.recorded_seq LIMIT $limit",
                key=key,
                limit=limit - len(out),
                grp=after[1] if after else 0,
                lot=after[2] if after else 0,
                last=after[3] if after else 0,
                **parameters,
            )
            names = [p.name for p in SCHEMA.properties(table)]
            for start, end, row in rows:
                plain = untyped(table, row)
                out.append(
                    Edge(
                        table,
                        start,
                        end,
                        row["grp"],
                        row["lot"],
                        row["source"],
                        plain.get("valid_from"),
                        plain.get("valid_to"),
                        row["recorded_seq"],
                        row.get("superseded_seq"),
                        {n: plain.get(n) for n in names},
                    )
                )
        return out

    def degree(self, key: int, types: Sequence[str], at: Slice) -> dict[str, int]:
        where, parameters = visible(at)
        return dict(
            self._run(
                f"MATCH (n:Entity {{nid: $key}})-[v]-() WHERE type(v) IN $types AND {where} WITH DISTINCT v "
                "RETURN type(v) AS type, count(*) ORDER BY type",
                key=key,
                types=list(types),
                **parameters,
            )
        )

    def find(self, label: str, name: str, values: Sequence[str], seq: int) -> list[tuple[str, int]]:
        return [
            (v, k)
            for v, k in self._run(
                f"UNWIND $values AS x MATCH (v:{label}Version {{{name}: x}}) WHERE v.recorded_seq <= $seq RETURN DISTINCT x, v.owner ORDER BY x, v.owner",
                values=list(values),
                seq=seq,
            )
        ]

    def search(self, text: str, labels: Sequence[str], seq: int, limit: int) -> list[int]:
        phrase = spaced(text)
        if not phrase:
            return []
        found: dict[str, list[int]] = defaultdict(list)
        for key, label in self._run(
            "CALL db.index.fulltext.queryNodes('search', $phrase) YIELD node WHERE node.node_label IN $labels "
            "RETURN node.nid, node.node_label LIMIT $limit",
            phrase=f'"{phrase}"',
            labels=list(labels),
            limit=limit,
        ):
            found[label].append(key)
        known: set[int] = set()
        for label, keys in found.items():
            searched = [p.name for p in SCHEMA.properties(label) if p.searched]
            known |= {
                row["owner"]
                for row in self._version_rows(label, keys, "v.recorded_seq <= $seq", seq=seq)
                if any(f" {phrase} " in f" {spaced(row[n])} " for n in searched)
            }
        return sorted(known)

    def changes(self, after: int, table: str) -> Iterator[dict[str, Any]]:
        where = "(v.recorded_seq > $after OR v.superseded_seq > $after) AND v.recorded_seq <= $seq"
        rows = [r for portion in self._raw(table, where, after=after, seq=self.sealed_seq()) for r in portion]
        yield from sorted(
            rows,
            key=lambda r: (max(r["recorded_seq"], r["superseded_seq"] or 0), r["grp"], r["lot"], r["recorded_seq"]),
        )

    # --- erasing --------------------------------------------------------------------------------------

    def ties(self, keys: Sequence[int]) -> list[tuple[str, int, int]]:
        rows = self._run(
            "UNWIND $keys AS k MATCH (n:Entity {nid: k})-[v]-() WHERE type(v) IN $types "
            "RETURN DISTINCT type(v), startNode(v).nid, endNode(v).nid",
            keys=list(keys),
            types=list(SCHEMA.types),
        )
        order = list(SCHEMA.types)
        return sorted(((t, a, b) for t, a, b in rows), key=lambda r: (order.index(r[0]), r[1], r[2]))

    def mentions(self, texts: Sequence[str]) -> Iterator[tuple[str, Version]]:
        for table in SCHEMA.tables():
            found = [p.name for p in SCHEMA.properties(table) if p.kind is Kind.TEXT]
            if not found or not texts:
                continue
            where = " OR ".join(f"v.{name} CONTAINS t" for name in found)
            if table in SCHEMA.labels:
                match, shown = f"MATCH (v:{table}Version)", "v{.*} AS row, null AS end"
            else:
                match, shown = f"MATCH (a)-[v:{table}]->(b)", "v{.*, owner: a.nid} AS row, b.nid AS end"
            rows = self._run(
                f"{match} WHERE any(t IN $texts WHERE {where}) RETURN {shown} ORDER BY v.fact", texts=list(texts)
            )
            yield from ((table, _as_version(table, row, end)) for row, end in rows)

    def past(self, table: str, source: str, day: int, seq: int) -> list[Any]:
        match = f"MATCH (v:{table}Version)" if table in SCHEMA.labels else f"MATCH ()-[v:{table}]->()"
        rows = self._run(
            f"{match} WHERE v.source = $source AND (v.valid_to <= $day OR v.superseded_seq <= $seq) RETURN v.fact ORDER BY v.fact",
            source=source,
            day=to_date(day),
            seq=seq,
        )
        return [row[0] for row in rows]

    def entries(self, ledger: str) -> list[dict[str, Any]]:
        names = ["entry", "seq", *(c.name for c in SCHEMA.ledgers[ledger].columns)]
        rows = self._run(f"MATCH (n:{_ledger_label(ledger)}) RETURN n{{.*}} ORDER BY n.entry")
        return [{n: row.get(n) for n in names} for (row,) in rows]

    def erase(self, erasure: Erasure) -> None:
        among = {"keys": [*erasure.nodes, *erasure.ungraded]}
        found = self._run(
            "MATCH (n:Entity) WHERE n.nid IN $keys UNWIND keys(n) AS k RETURN DISTINCT n.node_label, k", **among
        )
        computed = sorted(
            {k for label, k in found} - _ENTITY - {p.name for x in SCHEMA.labels for p in SCHEMA.properties(x)}
        )

        def apply(tx: neo4j.ManagedTransaction) -> None:
            for query, parameters in erasing(erasure, _ledger_label):
                tx.run(query, parameters).consume()
            tx.run(
                "MATCH (n:Entity)-[r]-() WHERE n.nid IN $keys AND type(r) STARTS WITH 'COMPUTED_' DELETE r", among
            ).consume()
            if computed:
                tx.run(
                    f"MATCH (n:Entity) WHERE n.nid IN $keys REMOVE {', '.join(f'n.{k}' for k in computed)}", among
                ).consume()
            _append(tx, "tombstone", 0, erasure.tombstones)

        self.set_meta(LINKS, "stale")
        self._transact(apply)
        last = self.batches()[-1]
        for label in set(erasure.values) & set(SCHEMA.labels):
            owners = self._run(
                f"UNWIND $refs AS f MATCH (v:{label}Version {{fact: f}}) RETURN DISTINCT v.owner ORDER BY v.owner",
                refs=list(erasure.values[label]),
            )
            rows = self._values(last, label, [k for (k,) in owners])
            self._transact(lambda tx, rows=rows: _set_values(tx, rows))  # type: ignore[misc]

    # --- beside the graph -----------------------------------------------------------------------------

    def append(self, ledger: str, rows: Sequence[dict[str, Any]], seq: int = 0) -> None:
        self._transact(lambda tx: _append(tx, ledger, seq, rows))

    def ledger(self, name: str, seq: int | None = None) -> list[dict[str, Any]]:
        where = "n.seq = $seq" if seq is not None else "n.seq <= $seq"
        columns = ["seq", *(c.name for c in SCHEMA.ledgers[name].columns)]
        rows = self._run(
            f"MATCH (n:{_ledger_label(name)}) WHERE {where} RETURN n{{.*}} ORDER BY n.entry",
            seq=self.sealed_seq() if seq is None else seq,
        )
        return [{c: row.get(c) for c in columns} for (row,) in rows]

    def write_results(self, label: str, keys: Int64, values: Mapping[str, Iterable[Any]]) -> None:
        nulls = ", ".join(f"n.{name} = null" for name in values)
        rows = [
            {"nid": k, "values": dict(zip(values, v, strict=True))}
            for k, *v in zip(keys.tolist(), *values.values(), strict=True)
        ]

        def replace(tx: neo4j.ManagedTransaction) -> None:
            tx.run(f"MATCH (n:{label}) WHERE n.{next(iter(values))} IS NOT NULL SET {nulls}").consume()
            _set_values(tx, rows)

        self._transact(replace)

    def results(self, label: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        rows = self._run(
            f"MATCH (n:{label}) WHERE n.{names[0]} IS NOT NULL RETURN n.nid, {', '.join(f'n.{n}' for n in names)} ORDER BY n.nid"
        )
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + 1)
        return {"nid": np.array(columns[0], dtype=np.int64)} | {
            n: np.array(c, dtype=object) for n, c in zip(names, columns[1:], strict=True)
        }

    def write_ties(self, name: str, start: Int64, end: Int64, values: dict[str, Sequence[Any]]) -> None:
        rows = [
            {"start": a, "end": b, "values": dict(zip(values, v, strict=True))}
            for a, b, *v in zip(start.tolist(), end.tolist(), *values.values(), strict=True)
        ]
        self._run(f"MATCH ()-[r:{name}]->() CALL (r) {{ DELETE r }} IN TRANSACTIONS OF 10000 ROWS")
        for at in range(0, len(rows), _PORTION):
            self._run(
                "UNWIND $rows AS row MATCH (a:Entity {nid: row.start}) MATCH (b:Entity {nid: row.end}) "
                f"CREATE (a)-[r:{name}]->(b) SET r = row.values",
                rows=rows[at : at + _PORTION],
            )

    def computed_ties(self, name: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        picked = "".join(f", r.{n}" for n in names)
        rows = self._run(f"MATCH (a)-[r:{name}]->(b) RETURN a.nid, b.nid{picked} ORDER BY a.nid, b.nid")
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + 2)
        ends = {n: np.array(c, dtype=np.int64) for n, c in zip(("start", "end"), columns, strict=False)}
        return ends | {n: np.array(c, dtype=object) for n, c in zip(names, columns[2:], strict=True)}

    def get_meta(self, name: str) -> str | None:
        found = self._run("MATCH (m:Meta {name: $name}) RETURN m.value", name=name)
        return str(found[0][0]) if found else None

    def set_meta(self, name: str, value: str) -> None:
        self._run("MERGE (m:Meta {name: $name}) SET m.value = $value", name=name, value=value)

    def raw(self, table: str) -> Iterator[list[dict[str, Any]]]:
        if table == "node":
            for at in range(_LISTS):
                yield self.cypher(
                    f"MATCH (n:Entity) WHERE n.recorded_seq <= $seq AND abs(n.nid % {_LISTS}) = $at "
                    "RETURN n.nid AS nid, n.id AS id, n.node_label AS label, n.recorded_seq AS recorded_seq ORDER BY nid",
                    seq=self.sealed_seq(),
                    at=at,
                )
        else:
            for seq in range(1, self.sealed_seq() + 1):
                yield from self._raw(table, "v.recorded_seq = $at", at=seq)

    def _raw(self, table: str, where: str, **parameters: Any) -> Iterator[list[dict[str, Any]]]:
        if table in SCHEMA.labels:
            query = f"MATCH (v:{table}Version) WHERE {where} RETURN v{{.*}} AS row"
        else:
            query = f"MATCH (a)-[v:{table}]->(b) WHERE {where} RETURN v{{.*, owner: a.nid, end: b.nid}} AS row"
        names = SCHEMA.fact_columns(table)
        rows = [
            {n: plain.get(n) for n in names}
            for plain in (untyped(table, row) for (row,) in self._run(query, **parameters))
        ]
        rows.sort(key=lambda r: (r["owner"], r["grp"], r["lot"]))
        yield from (rows[at : at + _PORTION] for at in range(0, len(rows), _PORTION))

    def put_raw(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        def put(tx: neo4j.ManagedTransaction) -> None:
            if table == "node":
                by_batch: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
                for row in rows:
                    by_batch[row["label"], row["recorded_seq"]][row["nid"]] = row["id"]
                for (label, seq), nodes in by_batch.items():
                    _merge_nodes(tx, seq, label, nodes)
                return
            _create(
                tx,
                table,
                [
                    (
                        r["owner"],
                        r.get("end"),
                        typed(table, {n: v for n, v in r.items() if n not in ("owner", "end")})
                        | {"fact": fact(r["grp"], r["lot"], r["recorded_seq"])},
                    )
                    for r in rows
                ],
            )

        self._transact(put)

    def finish_copy(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self.save_batch(batch)
        last = batches[-1]
        for label in SCHEMA.labels:
            keys = [k for (k,) in self._run(f"MATCH (v:{label}Version) RETURN DISTINCT v.owner ORDER BY v.owner")]
            for at in range(0, len(keys), _PORTION):
                rows = self._values(last, label, keys[at : at + _PORTION])
                self._transact(lambda tx, rows=rows: _set_values(tx, rows))  # type: ignore[misc]

    def scratch(self) -> None:
        """Empty a database kept for tests, demos and benchmarks, what the schema no longer declares included.

        UsageError where it holds anything that none of those left: nobody's own graph is ever deleted.
        """
        declared = hashlib.sha256("\n".join(constraints()).encode()).hexdigest()
        left = self.get_meta("scratch")
        if left is None and self.cypher("MATCH (n) WHERE NOT n:Meta RETURN count(n) > 0 AS full")[0]["full"]:
            raise UsageError(
                f"{self.url} holds data that is not a test's, a demo's or a benchmark's",
                "Point NEO4J_URI to an empty database: everything in it will be deleted.",
                f"{self.url} 中有非测试、演示或基准数据。请将 NEO4J_URI 指向空数据库：其中内容会被全部删除。",
            )
        self._run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS")
        if left != declared:
            for (name,) in self._run("SHOW CONSTRAINTS YIELD name RETURN name"):
                self._run(f"DROP CONSTRAINT {name} IF EXISTS")
            for (name,) in self._run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
                self._run(f"DROP INDEX {name} IF EXISTS")
        self._prepare()
        self.set_meta("scratch", declared)

    def close(self) -> None:
        with suppress(StoreUnavailable):  # the lease runs out by itself
            self.release()
        self._session.close()
        self._driver.close()


def _as_version(table: str, row: dict[str, Any], end: int | None) -> Version:
    plain = untyped(table, row)
    return Version(
        row["fact"],
        row["owner"],
        row["grp"],
        row["lot"],
        row["digest"],
        plain.get("valid_from"),
        plain.get("valid_to"),
        row["recorded_seq"],
        end,
        row.get("bounds"),
        [plain.get(p.name) for p in SCHEMA.properties(table)],
    )


# --- statements ---------------------------------------------------------------------------------------


def _merge_nodes(tx: neo4j.ManagedTransaction, seq: int, label: str, nodes: dict[int, str]) -> None:
    rows = [{"nid": k, "id": nodes[k], "weak": is_weak(nodes[k])} for k in sorted(nodes)]
    for at in range(0, len(rows), _PORTION):
        clash = tx.run(
            f"UNWIND $rows AS row MERGE (n:Entity {{nid: row.nid}}) ON CREATE SET n:{label}, n.id = row.id, n.node_label = $label, n.recorded_seq = $seq "
            "FOREACH (_ IN CASE WHEN row.weak THEN [1] ELSE [] END | SET n:Weak) WITH n, row WHERE n.id <> row.id RETURN count(n) AS clashes",
            rows=rows[at : at + _PORTION],
            label=label,
            seq=seq,
        ).single(strict=True)["clashes"]
        if clash:
            raise CreditGraphError(
                "two ids share one 64-bit key; nothing was written",
                "Report this: it happens about once in a million cities.",
                "两个标识的 64 位键相同，未写入任何数据。请报告维护人员：约一百万座城市才出现一次。",
            )


def _close(tx: neo4j.ManagedTransaction, table: str, refs: Sequence[int], seq: int) -> None:
    match = (
        f"MATCH (v:{table}Version {{fact: f}})" if table in SCHEMA.labels else f"MATCH ()-[v:{table} {{fact: f}}]->()"
    )
    for at in range(0, len(refs), _PORTION):
        tx.run(
            f"UNWIND $refs AS f {match} SET v.superseded_seq = $seq", refs=list(refs[at : at + _PORTION]), seq=seq
        ).consume()


def _insert_facts(tx: neo4j.ManagedTransaction, table: str, seq: int, insert: Insert) -> None:
    facts = insert.facts
    n = len(facts)
    names = [p.name for p in SCHEMA.properties(table)]
    columns: dict[str, Sequence[Any]] = {
        "fact": np.broadcast_to(mix(facts.grp, insert.lot, seq), n).tolist(),
        "grp": facts.grp.tolist(),
        "lot": insert.lot.tolist(),
        "digest": facts.digest.tolist(),
        "source": [insert.source] * n,
        "recorded_seq": [seq] * n,
        "end_basis": insert.end_basis,
        "bounds": facts.bounds,
        "valid_from": dated(facts.valid_from),
        "valid_to": dated(facts.valid_to),
    }
    kinds = kinds_of(table)
    for name, column in zip(names, facts.values, strict=True):
        columns[name] = (
            dated(column)
            if kinds[name] is Kind.DATE
            else [None if v is None else bool(v) for v in column]
            if kinds[name] is Kind.BOOLEAN
            else column
        )
    columns = {name: column for name, column in columns.items() if any(v is not None for v in column)}
    keys = list(columns)
    ends: Sequence[int | None] = [None] * n if facts.end is None else facts.end.tolist()
    rows = [
        (owner, end, {k: v for k, v in zip(keys, row, strict=True) if v is not None})
        for owner, end, row in zip(facts.owner.tolist(), ends, zip(*columns.values(), strict=True), strict=True)
    ]
    _create(tx, table, rows)
    if table in SCHEMA.labels:
        _set_new_values(tx, table, seq, rows)


def _set_new_values(
    tx: neo4j.ManagedTransaction, label: str, seq: int, rows: Sequence[tuple[int, int | None, dict[str, Any]]]
) -> None:
    """Give nodes that this batch brings their values at once: reading them back at the seal takes longer."""
    searched = [p.name for p in SCHEMA.properties(label) if p.searched]
    names = {p.name for p in SCHEMA.properties(label)}
    new = [
        {
            "nid": owner,
            "values": {n: v for n, v in row.items() if n in names}
            | {"search_text": " | ".join(sorted({spaced(row[n]) for n in searched if row.get(n)}))},
        }
        for owner, _, row in rows
    ]
    for at in range(0, len(new), _PORTION):
        tx.run(
            "UNWIND $rows AS row MATCH (n:Entity {nid: row.nid}) WHERE n.recorded_seq = $seq SET n += row.values",
            rows=new[at : at + _PORTION],
            seq=seq,
        ).consume()


def _create(tx: neo4j.ManagedTransaction, table: str, rows: Sequence[tuple[int, int | None, dict[str, Any]]]) -> None:
    if table in SCHEMA.labels:
        query = f"UNWIND $rows AS row CREATE (v:{table}Version) SET v = row[2], v.owner = row[0]"
    else:
        query = f"UNWIND $rows AS row MATCH (a:Entity {{nid: row[0]}}) MATCH (b:Entity {{nid: row[1]}}) CREATE (a)-[v:{table}]->(b) SET v = row[2]"
    for at in range(0, len(rows), _PORTION):
        tx.run(query, rows=[list(r) for r in rows[at : at + _PORTION]]).consume()


def _set_values(tx: neo4j.ManagedTransaction, rows: Sequence[dict[str, Any]]) -> None:
    for at in range(0, len(rows), _PORTION):
        tx.run(
            "UNWIND $rows AS row MATCH (n:Entity {nid: row.nid}) SET n += row.values",
            rows=list(rows[at : at + _PORTION]),
        ).consume()


def _append(tx: neo4j.ManagedTransaction, ledger: str, seq: int, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    base = _counter(tx, ledger, len(rows))
    names = [c.name for c in SCHEMA.ledgers[ledger].columns]
    tx.run(
        f"UNWIND $rows AS row CREATE (n:{_ledger_label(ledger)}) SET n = row",
        rows=[{"entry": base + i, "seq": seq, **{n: row.get(n) for n in names}} for i, row in enumerate(rows)],
    ).consume()


def _counter(tx: neo4j.ManagedTransaction, name: str, count: int) -> int:
    return (
        int(
            tx.run(
                "MERGE (m:Meta {name: $name}) SET m.next = coalesce(m.next, 0) + $count RETURN m.next",
                name=f"counter:{name}",
                count=count,
            ).single(strict=True)[0]
        )
        - count
    )


def _ledger_label(name: str) -> str:
    return "QuarantinedRow" if name == "quarantine" else name.capitalize()


def _dead_here(holder: str) -> bool:
    """Whether a lease's holder was a process of this machine that is no more."""
    host, _, pid = holder.partition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
