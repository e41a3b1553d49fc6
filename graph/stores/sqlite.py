"""The embedded store: one SQLite file (or memory), no server, safe against kill -9 at any moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from graph.declaration import Kind
from graph.delivery import Batch, Erasure, Insert, Version, Work
from graph.errors import CreditGraphError, StoreBusy, StoreUnavailable, UsageError
from graph.identity import is_weak
from graph.linking import LINKS
from graph.schema import SCHEMA, SCHEMA_VERSION
from graph.search_text import spaced
from graph.store import Edge, EdgeKey, GraphStore, Slice
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]

_PORTION = 20_000
_LEAST, _GREATEST = -(2**63), 2**63 - 1  # of SQLite's integers
_WHOLE = ((_LEAST, _GREATEST),)
_BULK_SHARE = 20  # tables that a new source's file makes longer by a twentieth or more are indexed at its end
_FACT_BYTES = 100  # of a file, for each fact that it brings to a table: about


def ddl() -> list[str]:
    """Statements that make an empty store, derived from the schema."""
    out = [
        "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS batch (seq INTEGER PRIMARY KEY, sealed INTEGER NOT NULL, state TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS mark (seq INTEGER, tbl TEXT, row INTEGER, PRIMARY KEY (seq, tbl)) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, seq INTEGER, what TEXT, tbl TEXT, content BLOB)",
        "CREATE TABLE IF NOT EXISTS node (nid INTEGER PRIMARY KEY, id TEXT NOT NULL, label TEXT NOT NULL, "
        "weak INTEGER NOT NULL, recorded_seq INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS node_new (nid INTEGER, id TEXT, label TEXT)",
        "CREATE INDEX IF NOT EXISTS node_weak ON node(recorded_seq) WHERE weak",
        "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(text, nid UNINDEXED, label UNINDEXED, seq UNINDEXED, "
        "columnsize=0)",
    ]
    for table in SCHEMA.tables():
        types = {p.name: "TEXT" if p.kind is Kind.TEXT else "INTEGER" for p in SCHEMA.properties(table)}
        types |= {"source": "TEXT", "end_basis": "TEXT", "bounds": "TEXT"}
        columns = ", ".join(f'"{c}" {types.get(c, "INTEGER")}' for c in SCHEMA.fact_columns(table))
        out.append(f'CREATE TABLE IF NOT EXISTS "{table}" (row INTEGER PRIMARY KEY, {columns})')
        out += indexes(table).values()
    for ledger in SCHEMA.ledgers.values():
        columns = ", ".join(f'"{c.name}" {"TEXT" if c.kind is Kind.TEXT else "INTEGER"}' for c in ledger.columns)
        out.append(f'CREATE TABLE IF NOT EXISTS "{ledger.name}" (entry INTEGER PRIMARY KEY, seq INTEGER, {columns})')
    for label in SCHEMA.labels:
        out.append(f'CREATE TABLE IF NOT EXISTS "result_{label}" (nid INTEGER PRIMARY KEY)')
    out.append('CREATE TABLE IF NOT EXISTS computed_tie (name TEXT, start INTEGER, "end" INTEGER, columns TEXT)')
    return out


@cache
def indexes(table: str) -> dict[str, str]:
    """Indexes of a table of facts: name and statement."""
    on = {
        "fact": "(owner, grp, lot, recorded_seq)",
        "superseded": "(superseded_seq) WHERE superseded_seq IS NOT NULL",
        "source": "(source)",
        **({"end": '("end")'} if table in SCHEMA.types else {}),
        **{p.name: f'("{p.name}") WHERE "{p.name}" IS NOT NULL' for p in SCHEMA.properties(table) if p.looked_up},
    }
    return {
        f"{table}_{name}": f'CREATE {"UNIQUE " if name == "fact" else ""}INDEX "{table}_{name}" ON "{table}"{columns}'
        for name, columns in on.items()
    }


class SqliteStore(GraphStore):
    """GraphStore over SQLite in WAL mode; one connection, facts by 64-bit keys, one table a label or type."""

    def __init__(self, url: str) -> None:
        self.url = url
        name = unquote(url.removeprefix("sqlite://").removeprefix("/"))
        self.path = Path(name) if name else None
        if self.path and not self.path.absolute().parent.is_dir():
            raise UsageError(
                f"there is no folder {self.path.absolute().parent}",
                "Make it, or name another store.",
                f"没有文件夹 {self.path.absolute().parent}。请先建立，或另指定图库。",
            )
        self._bulk: set[str] = set()  # tables whose indexes wait for the end of the batch
        self._batches: dict[int, tuple[str, bool]] | None = None  # as last read
        self._version = 0
        self._lock = FileLock(f"{self.path}.lock", timeout=0) if self.path else None
        with self._translated():
            self._db = sqlite3.connect(
                self.path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30
            )
            self._prepare()

    def _prepare(self) -> None:
        self._db.create_function("spaced", 1, spaced, deterministic=True)
        self._db.create_function("is_weak", 1, is_weak, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "cache_size=-524288",
            "temp_store=FILE",
            "secure_delete=FAST",
            "wal_autocheckpoint=400000",
        ):
            self._db.execute(f"PRAGMA {pragma}")
        found = self._one("SELECT name FROM sqlite_master WHERE name = 'meta'")
        if not found:
            with self._transaction():
                for statement in ddl():
                    self._db.execute(statement)
                self.set_meta("schema_version", str(SCHEMA_VERSION))
        elif self.get_meta("schema_version") != str(SCHEMA_VERSION):
            raise UsageError(
                f"{self.path} was written with schema {self.get_meta('schema_version')}, this is {SCHEMA_VERSION}",
                "Load the files again into a new store.",
                f"{self.path} 以结构版本 {self.get_meta('schema_version')} 写入，本程序为 {SCHEMA_VERSION}。"
                "请将文件重新加载到新的图库。",
            )

    # --- plumbing -------------------------------------------------------------------------------------

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            text = str(error)
            remedy, advice = (
                ("Free some space and run the same command again.", "请清理磁盘空间后执行同一命令。")
                if "full" in text
                else (
                    "Check the path and its permissions, then run the same command again.",
                    "请检查路径和权限后执行同一命令。",
                )
            )
            raise StoreUnavailable(
                f"{self.url}: {text}", remedy, f"{self.url}：图库无法读写（{text}）。{advice}"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._batches = None
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _one(self, sql: str, *args: Any) -> Any:
        row = self._db.execute(sql, args).fetchone()
        return row[0] if row else None

    def _dicts(self, sql: str, args: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        with self._translated():
            cursor = self._db.execute(sql, args)
            names = [d[0] for d in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    # --- batches --------------------------------------------------------------------------------------

    def batches(self) -> list[Batch]:
        with self._translated():
            version = self._one("PRAGMA data_version")  # of what others have written
            if self._batches is None or version != self._version:
                rows = self._db.execute("SELECT seq, state, sealed FROM batch ORDER BY seq")
                self._batches, self._version = {seq: (state, bool(sealed)) for seq, state, sealed in rows}, version
            return [Batch.from_json(state, sealed=sealed) for state, sealed in self._batches.values()]

    def save_batch(self, batch: Batch) -> None:
        with self._transaction():
            self._put_batch(batch)

    def _put_batch(self, batch: Batch) -> None:
        if not self._one("SELECT 1 FROM mark WHERE seq = ?", batch.seq):
            last = [f"SELECT ?1, '{t}', ifnull(max(row), 0) FROM \"{t}\"" for t in SCHEMA.tables()]
            self._db.execute(f"INSERT INTO mark {' UNION ALL '.join(last)}", (batch.seq,))
        state = batch.to_json()
        self._db.execute("INSERT OR REPLACE INTO batch VALUES (?, ?, ?)", (batch.seq, batch.sealed, state))
        if self._batches is not None:
            self._batches[batch.seq] = (state, batch.sealed)

    def acquire(self, holder: str) -> None:  # noqa: ARG002 - the file lock knows its holder
        if self._lock is None:
            return
        try:
            self._lock.acquire()
        except Timeout:
            raise StoreBusy(
                f"another process is loading into {self.url}",
                "Wait for it to end.",
                f"另一进程正在写入 {self.url}。请等待其结束。",
            ) from None
        if self.get_meta("purge"):  # an erasure was interrupted after its transaction: its bytes are still there
            try:
                self._purge()
            except BaseException:
                self.release()
                raise

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def write(self, batch: Batch, work: Work) -> None:
        with self._transaction():
            for label, nodes in work.nodes.items():
                self._db.executemany("INSERT INTO node_new VALUES (?, ?, ?)", ((k, i, label) for k, i in nodes.items()))
            for table, refs in work.closings.items():
                self._db.executemany(
                    f'UPDATE "{table}" SET superseded_seq = ? WHERE row = ?', ((batch.seq, ref) for ref in refs)
                )
            for table, inserts in work.inserts.items():
                if table in self._bulk:
                    self._drop_indexes(table)
                for insert in inserts:
                    self._insert_facts(batch.seq, table, insert)
            for ledger, rows in work.ledgers.items():
                self._append(ledger, batch.seq, rows)
            self._db.executemany(
                "INSERT INTO note(seq, what, tbl, content) VALUES (?, ?, ?, ?)",
                ((batch.seq, n["what"], n["table"], n["content"]) for n in work.notes),
            )
            self._put_batch(batch)

    def expect(self, batch: Batch, *, new_source: bool) -> None:
        brought = batch.delivery.size * _BULK_SHARE // _FACT_BYTES if new_source else -1
        self._bulk = {t for t in SCHEMA.tables() if brought > (self._one(f'SELECT max(row) FROM "{t}"') or 0)}

    def ready(self, batch: Batch) -> None:
        with self._transaction():
            self._merge_nodes(batch.seq)
            there = {n for (n,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
            for table in SCHEMA.tables():
                for name, statement in indexes(table).items():
                    if name not in there:  # put off by this load, or by one that was killed
                        self._db.execute(statement)
        self._bulk.clear()

    def _merge_nodes(self, seq: int) -> None:
        """New nodes join the table at the end and in its order: key by key they would touch every page of it."""
        try:
            self._db.execute(
                "INSERT INTO node SELECT nid, max(id), CASE WHEN min(id) = max(id) THEN min(label) END, is_weak(max(id)), ? "
                "FROM node_new WHERE true GROUP BY nid ORDER BY nid "
                "ON CONFLICT (nid) DO UPDATE SET label = NULL WHERE id <> excluded.id",
                (seq,),
            )
        except sqlite3.IntegrityError:
            raise CreditGraphError(
                "two ids share one 64-bit key; nothing was written",
                "Report this: it happens about once in a million cities.",
                "两个标识的 64 位键相同，未写入任何数据。请报告维护人员：约一百万座城市才出现一次。",
            ) from None
        self._db.execute("DELETE FROM node_new")

    def _drop_indexes(self, table: str) -> None:
        names = self._db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)
        )
        for (name,) in names.fetchall():
            self._db.execute(f'DROP INDEX "{name}"')

    def _insert_facts(self, seq: int, table: str, insert: Insert) -> None:
        facts, n = insert.facts, len(insert.facts)
        end = [] if facts.end is None else [facts.end.tolist()]
        columns = [
            facts.owner.tolist(),
            *end,
            facts.grp.tolist(),
            insert.lot.tolist(),
            facts.digest.tolist(),
            [insert.source] * n,
            facts.valid_from,
            facts.valid_to,
            [seq] * n,
            [None] * n,
            insert.end_basis,
            facts.bounds,
            *facts.values,
        ]
        names = SCHEMA.fact_columns(table)
        self._db.executemany(
            f'INSERT INTO "{table}" ({", ".join(map(_quoted, names))}) VALUES ({", ".join("?" * len(names))})',
            zip(*columns, strict=True),
        )

    def seal(self, batch: Batch) -> None:
        with self._transaction():
            self._index_text(batch.seq, [x for x in SCHEMA.labels if batch.touched(x)])
            self._db.execute("DELETE FROM note WHERE seq = ?", (batch.seq,))
            batch.sealed = True
            self._put_batch(batch)

    def _index_text(self, seq: int, labels: Sequence[str]) -> None:
        for label in labels:
            for prop in SCHEMA.properties(label):
                if prop.searched:
                    self._db.execute(
                        f'INSERT INTO search(text, nid, label, seq) SELECT DISTINCT spaced(v."{prop.name}"), v.owner, ?, ? '
                        f'FROM "{label}" v WHERE v.row > {self._mark(seq, label)} AND v."{prop.name}" IS NOT NULL '
                        f'AND NOT EXISTS (SELECT 1 FROM "{label}" o WHERE o.owner = v.owner '
                        f'AND o."{prop.name}" = v."{prop.name}" AND o.recorded_seq < v.recorded_seq)',
                        (label, seq),
                    )

    def _mark(self, seq: int, table: str) -> int:
        return int(self._one("SELECT row FROM mark WHERE seq = ? AND tbl = ?", seq, table) or 0)

    def remove(self, batch: Batch) -> None:
        self._batches = None
        with self._transaction():
            self._db.execute("DELETE FROM node_new")
            for table in SCHEMA.tables():
                self._db.execute(f'DELETE FROM "{table}" WHERE row > ?', (self._mark(batch.seq, table),))
                self._db.execute(f'UPDATE "{table}" SET superseded_seq = NULL WHERE superseded_seq = ?', (batch.seq,))
            for ledger in SCHEMA.ledgers:
                self._db.execute(f'DELETE FROM "{ledger}" WHERE seq = ?', (batch.seq,))
            for statement in (
                "DELETE FROM node WHERE recorded_seq = ?",
                "DELETE FROM search WHERE seq = ?",
                "DELETE FROM note WHERE seq = ?",
                "DELETE FROM mark WHERE seq = ?",
                "DELETE FROM batch WHERE seq = ?",
            ):
                self._db.execute(statement, (batch.seq,))
        self.ready(batch)

    # --- looking up -----------------------------------------------------------------------------------

    def lookup(self, table: str, owner: Int64) -> Int64:
        with self._translated():
            return np.array(
                self._db.execute(
                    f'SELECT v.owner, v.grp, v.digest, v.recorded_seq FROM json_each(?) k CROSS JOIN "{table}" v '
                    "ON v.owner = k.value WHERE v.superseded_seq IS NULL",
                    (json.dumps(np.unique(owner).tolist()),),
                ).fetchall(),
                dtype=np.int64,
            ).reshape(-1, 4)

    def recorded(self, batch: Batch, table: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        since = self._portions(table, self._mark(batch.seq, table) + 1)
        return self._packed(table, names, "recorded_seq = ?", (batch.seq,), portions=since)

    def stored(self, table: str, owner: Int64, grp: Int64 | None = None) -> list[Version]:
        wanted = None if grp is None else set(grp.tolist())
        select = self._version_columns(table)
        with self._translated():
            rows = self._db.execute(
                f'SELECT {select} FROM json_each(?) k CROSS JOIN "{table}" v ON v.owner = k.value '
                "WHERE v.superseded_seq IS NULL ORDER BY v.owner, v.grp, v.lot",
                (json.dumps(np.unique(owner).tolist()),),
            ).fetchall()
        return [Version(*(*r[:10], list(r[10:]))) for r in rows if wanted is None or r[2] in wanted]

    def _version_columns(self, table: str) -> str:
        """What a Version is made of, of the versions `v` of a table."""
        end = 'v."end"' if table in SCHEMA.types else "NULL"
        own = [f'v."{p.name}"' for p in SCHEMA.properties(table)]
        clocks = [f"v.{n}" for n in ("row", "owner", "grp", "lot", "digest", "valid_from", "valid_to", "recorded_seq")]
        return ", ".join([*clocks, end, "v.bounds", *own])

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
        return self._packed(table, names, "superseded_seq IS NULL AND source = ?", (source,))

    def weak_nodes(self, seq: int | None = None) -> dict[int, str]:
        where = "weak" if seq is None else "weak AND recorded_seq = ?"
        with self._translated():
            return dict(
                self._db.execute(
                    f"SELECT nid, id FROM node INDEXED BY node_weak WHERE {where} ORDER BY nid",
                    () if seq is None else (seq,),
                )
            )

    def recall(self, seq: int) -> list[dict[str, Any]]:
        return list(self._dicts('SELECT what, tbl AS "table", content FROM note WHERE seq = ? ORDER BY id', (seq,)))

    # --- reading --------------------------------------------------------------------------------------

    def columns(
        self, table: str, names: Sequence[str], at: Slice, owners: Int64 | None = None, ends: Int64 | None = None
    ) -> dict[str, npt.NDArray[Any]]:
        if table == "node":
            return self._packed("node", names, "recorded_seq <= ?", (at.seq,))
        where, args = _visible(at)
        keys, side = (owners, "owner") if ends is None else (ends, "end")
        if keys is None:
            return self._packed(table, names, where, args)
        if not len(keys):
            return {n: np.zeros(0, dtype=object if n in _text_columns(table) else np.int64) for n in names}
        wanted = f'row IN (SELECT v.row FROM json_each(?) k CROSS JOIN "{table}" v ON v."{side}" = k.value) AND {where}'
        return self._packed(table, names, wanted, (json.dumps(keys.tolist()), *args), portions=_WHOLE)

    def changed_columns(
        self, table: str, names: Sequence[str], after: Slice, until: Slice
    ) -> dict[str, npt.NDArray[Any]]:
        low, high = sorted((after.seq, until.seq))
        days = sorted((after.as_of or 0, until.as_of or 0))
        live, args = _visible(until)
        where = "recorded_seq <= ? AND (superseded_seq IS NULL OR superseded_seq > ?)"
        first = self._first_since(low, table)
        few = days[0] == days[1] and first > 0
        if few:  # rows stand in the order of their batches: what came since is at the end
            where += (
                f' AND row IN (SELECT row FROM "{table}" WHERE row > ? '
                f'UNION SELECT row FROM "{table}" WHERE superseded_seq > ? AND superseded_seq <= ?)'
            )
            wanted: tuple[int, ...] = (high, low, first, low, high)
        else:
            where += (
                " AND (recorded_seq > ? OR superseded_seq <= ? "
                "OR (valid_from > ? AND valid_from <= ?) OR (valid_to > ? AND valid_to <= ?))"
            )
            wanted = (high, low, low, high, *days, *days)
        return self._packed(
            table, [*names, f"({live}) AS live"], where, wanted, select_args=args, portions=_WHOLE if few else None
        )

    def _first_since(self, seq: int, table: str) -> int:
        """The last row of a table before the batches after `seq`."""
        with self._translated():
            row = self._one("SELECT row FROM mark WHERE seq > ? AND tbl = ? ORDER BY seq LIMIT 1", seq, table)
            return int(self._one(f'SELECT ifnull(max(row), 0) FROM "{table}"') if row is None else row)

    def _packed(
        self,
        table: str,
        names: Sequence[str],
        where: str,
        args: Sequence[Any],
        select_args: Sequence[Any] = (),
        portions: Iterable[tuple[int, int]] | None = None,
    ) -> dict[str, npt.NDArray[Any]]:
        """Columns in portions that SQLite itself joins to one text a column: four times faster than rows."""
        text = _text_columns(table)
        sources = {n.split(" AS ")[-1]: n.split(" AS ")[0] if " AS " in n else _quoted(n) for n in names}
        packed = ", ".join(
            f"json_group_array({source})" if name in text else f"group_concat(ifnull({source}, {NO_DATE}))"
            for name, source in sources.items()
        )
        sql = f'SELECT {packed} FROM "{table}" WHERE {_key(table)} BETWEEN ? AND ? AND {where}'
        parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in sources}
        with self._translated():
            for portion in portions or self._portions(table):
                row = self._db.execute(sql, (*select_args, *portion, *args)).fetchone()
                for (name, part), joined in zip(parts.items(), row, strict=True):
                    part.append(_texts(joined) if name in text else np.fromstring(joined or "", np.int64, sep=","))
        return {name: np.concatenate(part) for name, part in parts.items()}

    def _portions(self, table: str, first: int = _LEAST) -> Iterator[tuple[int, int]]:
        """Ranges of keys that hold so many rows each."""
        key, low = _key(table), first
        while low is not None:
            following = self._one(
                f'SELECT {key} FROM "{table}" WHERE {key} >= ? ORDER BY {key} LIMIT 1 OFFSET {_PORTION}', low
            )
            yield low, _GREATEST if following is None else following - 1
            low = following

    def nodes(self, keys: Sequence[int], seq: int) -> dict[int, tuple[str, str]]:
        with self._translated():
            return {
                k: (i, label)
                for k, i, label in self._db.execute(
                    "SELECT nid, id, label FROM node WHERE nid IN (SELECT value FROM json_each(?)) AND recorded_seq <= ?",
                    (json.dumps(list(keys)), seq),
                )
            }

    def versions(self, label: str, keys: Sequence[int], seq: int) -> list[dict[str, Any]]:
        where, args = _visible(Slice(seq))
        return list(
            self._dicts(
                f'SELECT {", ".join(map(_quoted, SCHEMA.fact_columns(label)))} FROM "{label}" WHERE owner IN '
                f"(SELECT value FROM json_each(?)) AND {where} ORDER BY owner, grp, lot",
                (json.dumps(list(keys)), *args),
            )
        )

    def history(self, label: str, key: int) -> list[dict[str, Any]]:
        return list(
            self._dicts(
                f'SELECT {", ".join(map(_quoted, SCHEMA.fact_columns(label)))} FROM "{label}" WHERE owner = ? AND recorded_seq <= ? '
                "ORDER BY recorded_seq, grp, lot",
                (key, self.sealed_seq()),
            )
        )

    def edges(self, key: int, types: Sequence[str], at: Slice, limit: int, after: EdgeKey | None = None) -> list[Edge]:
        out: list[Edge] = []
        where, args = _visible(at)
        for table in sorted(types):
            if len(out) >= limit or (after and table < after[0]):
                continue
            page, page_args = (
                ("AND (grp, lot, recorded_seq) > (?, ?, ?)", after[1:]) if after and table == after[0] else ("", ())
            )
            names = [p.name for p in SCHEMA.properties(table)]
            select = ", ".join(map(_quoted, names)) or "NULL"
            with self._translated():
                rows = self._db.execute(
                    f'SELECT owner, "end", grp, lot, source, valid_from, valid_to, recorded_seq, superseded_seq, {select} '
                    f'FROM "{table}" WHERE (owner = ? OR "end" = ?) AND {where} {page} ORDER BY grp, lot, recorded_seq LIMIT ?',
                    (key, key, *args, *page_args, limit - len(out)),
                ).fetchall()
            out += [Edge(*(table, *r[:9], dict(zip(names, r[9:], strict=False)))) for r in rows]
        return out

    def degree(self, key: int, types: Sequence[str], at: Slice) -> dict[str, int]:
        where, args = _visible(at)
        counts = {
            t: int(self._one(f'SELECT count(*) FROM "{t}" WHERE (owner = ? OR "end" = ?) AND {where}', key, key, *args))
            for t in sorted(types)
        }
        return {t: n for t, n in counts.items() if n}

    def find(self, label: str, name: str, values: Sequence[str], seq: int) -> list[tuple[str, int]]:
        with self._translated():
            return self._db.execute(
                f'SELECT DISTINCT v."{name}", v.owner FROM json_each(?) k CROSS JOIN "{label}" v ON v."{name}" = k.value '
                "WHERE v.recorded_seq <= ? ORDER BY 1, 2",
                (json.dumps(list(values)), seq),
            ).fetchall()

    def search(self, text: str, labels: Sequence[str], seq: int, limit: int) -> list[int]:
        phrase = spaced(text)
        if not phrase:
            return []
        with self._translated():
            return [
                n
                for (n,) in self._db.execute(
                    "SELECT DISTINCT nid FROM search WHERE search MATCH ? AND label IN (SELECT value FROM json_each(?)) "
                    "AND seq <= ? LIMIT ?",
                    (f'text:"{phrase}"', json.dumps(list(labels)), seq, limit),
                )
            ]

    def changes(self, after: int, table: str) -> Iterator[dict[str, Any]]:
        yield from self._dicts(
            f'SELECT {", ".join(map(_quoted, SCHEMA.fact_columns(table)))} FROM "{table}" '
            "WHERE (recorded_seq > ? OR superseded_seq > ?) AND recorded_seq <= ? "
            "ORDER BY max(recorded_seq, ifnull(superseded_seq, 0)), grp, lot, recorded_seq",
            (after, after, self.sealed_seq()),
        )

    # --- erasing --------------------------------------------------------------------------------------

    def ties(self, keys: Sequence[int]) -> list[tuple[str, int, int]]:
        listed = json.dumps(list(keys))
        with self._translated():
            return [
                (table, start, end)
                for table in SCHEMA.types
                for start, end in self._db.execute(
                    f'SELECT DISTINCT owner, "end" FROM "{table}" WHERE owner IN (SELECT value FROM json_each(?1)) '
                    'OR "end" IN (SELECT value FROM json_each(?1)) ORDER BY owner, "end"',
                    (listed,),
                )
            ]

    def mentions(self, texts: Sequence[str]) -> Iterator[tuple[str, Version]]:
        for table in SCHEMA.tables():
            found = [p.name for p in SCHEMA.properties(table) if p.kind is Kind.TEXT]
            if not found or not texts:
                continue
            where = " OR ".join(f'instr("{name}", ?{i + 1})' for name in found for i in range(len(texts)))
            with self._translated():
                rows = self._db.execute(
                    f'SELECT {self._version_columns(table)} FROM "{table}" v WHERE {where} ORDER BY row', tuple(texts)
                ).fetchall()
            yield from ((table, Version(*(*r[:10], list(r[10:])))) for r in rows)

    def past(self, table: str, source: str, day: int, seq: int) -> list[Any]:
        with self._translated():
            rows = self._db.execute(
                f'SELECT row FROM "{table}" WHERE source = ? AND (valid_to <= ? OR superseded_seq <= ?) ORDER BY row',
                (source, day, seq),
            )
            return [row for (row,) in rows]

    def entries(self, ledger: str) -> list[dict[str, Any]]:
        return list(self._dicts(f'SELECT * FROM "{ledger}" ORDER BY entry'))

    def erase(self, erasure: Erasure) -> None:
        with self._translated():
            self._db.execute("PRAGMA secure_delete=ON")
        with self._transaction():
            self._erase_nodes(json.dumps(erasure.nodes))
            for table, refs in erasure.facts.items():
                self._db.executemany(f'DELETE FROM "{table}" WHERE row = ?', ((ref,) for ref in refs))
            for table, changed in erasure.values.items():
                for ref, columns in changed.items():
                    sets = ", ".join(f"{_quoted(n)} = ?" for n in columns)
                    self._db.execute(f'UPDATE "{table}" SET {sets} WHERE row = ?', (*columns.values(), ref))
            self._search_again({t: list(changed) for t, changed in erasure.values.items() if t in SCHEMA.labels})
            for ledger, entries in erasure.ledgers.items():
                for entry, columns in entries.items():
                    sets = ", ".join(f"{_quoted(n)} = ?" for n in columns)
                    self._db.execute(f'UPDATE "{ledger}" SET {sets} WHERE entry = ?', (*columns.values(), entry))
            keys = json.dumps([*erasure.nodes, *erasure.ungraded])
            for label in SCHEMA.labels:
                self._db.execute(f'DELETE FROM "result_{label}" WHERE nid IN (SELECT value FROM json_each(?))', (keys,))
            among = "IN (SELECT value FROM json_each(?))"
            self._db.execute(f'DELETE FROM computed_tie WHERE start {among} OR "end" {among}', (keys, keys))
            self._append("tombstone", 0, erasure.tombstones)
            self._db.execute("INSERT INTO search(search) VALUES ('rebuild')")
            self.set_meta("purge", "due")
            self.set_meta(LINKS, "stale")
        self._purge()

    def _erase_nodes(self, keys: str) -> None:
        among = "IN (SELECT value FROM json_each(?))"
        for table in SCHEMA.tables():
            self._db.execute(f'DELETE FROM "{table}" WHERE owner {among}', (keys,))
            if table in SCHEMA.types:
                self._db.execute(f'DELETE FROM "{table}" WHERE "end" {among}', (keys,))
        self._db.execute(f"DELETE FROM node WHERE nid {among}", (keys,))
        self._db.execute(f"DELETE FROM search WHERE nid {among}", (keys,))

    def _search_again(self, refs: dict[str, list[Any]]) -> None:
        """Index the searched texts of the nodes of changed versions anew."""
        for label, rows in refs.items():
            among = f'(SELECT owner FROM "{label}" WHERE row IN (SELECT value FROM json_each(?)))'
            self._db.execute(f"DELETE FROM search WHERE nid IN {among}", (json.dumps(rows),))
            for prop in SCHEMA.properties(label):
                if prop.searched:
                    self._db.execute(
                        f'INSERT INTO search(text, nid, label, seq) SELECT spaced("{prop.name}"), owner, ?, '
                        f'min(recorded_seq) FROM "{label}" WHERE owner IN {among} AND "{prop.name}" IS NOT NULL '
                        f'GROUP BY owner, "{prop.name}"',
                        (label, json.dumps(rows)),
                    )

    def _purge(self) -> None:
        """Leave no erased byte in free pages, full text or journal: the file is written anew."""
        with self._translated():
            self._db.execute("VACUUM")
            if self._one("PRAGMA wal_checkpoint(TRUNCATE)"):
                raise StoreUnavailable(
                    f"{self.url} is being read: what was erased still stands in its journal",
                    "End the other commands; the next load, retention or erasure clears it.",
                    f"{self.url} 正被读取，已删除的内容仍留在其日志中。请结束其他命令；下次加载、清理或删除时会清除。",
                )
            self._db.execute("DELETE FROM meta WHERE name = 'purge'")
            self._db.execute("PRAGMA secure_delete=FAST")

    # --- beside the graph -----------------------------------------------------------------------------

    def append(self, ledger: str, rows: Sequence[dict[str, Any]], seq: int = 0) -> None:
        with self._transaction():
            self._append(ledger, seq, rows)

    def _append(self, ledger: str, seq: int, rows: Sequence[dict[str, Any]]) -> None:
        names = [c.name for c in SCHEMA.ledgers[ledger].columns]
        self._db.executemany(
            f'INSERT INTO "{ledger}" (seq, {", ".join(map(_quoted, names))}) VALUES (?{", ?" * len(names)})',
            ((seq, *(row.get(n) for n in names)) for row in rows),
        )

    def ledger(self, name: str, seq: int | None = None) -> list[dict[str, Any]]:
        where = "seq = ?" if seq is not None else "seq <= ?"
        columns = ", ".join(["seq", *(_quoted(c.name) for c in SCHEMA.ledgers[name].columns)])
        return list(
            self._dicts(
                f'SELECT {columns} FROM "{name}" WHERE {where} ORDER BY entry',
                (seq if seq is not None else self.sealed_seq(),),
            )
        )

    def write_results(self, label: str, keys: Int64, values: Mapping[str, Iterable[Any]]) -> None:
        table = f"result_{label}"
        with self._transaction():
            have = {r[1] for r in self._db.execute(f'PRAGMA table_info("{table}")')}
            for name in values:
                if name not in have:
                    self._db.execute(f'ALTER TABLE "{table}" ADD COLUMN {_quoted(name)}')
            sets = ", ".join(f"{_quoted(n)} = NULL" for n in values)
            self._db.execute(f'UPDATE "{table}" SET {sets}')
            updates = ", ".join(f"{_quoted(n)} = excluded.{_quoted(n)}" for n in values)
            self._db.executemany(
                f'INSERT INTO "{table}" (nid, {", ".join(map(_quoted, values))}) VALUES (?{", ?" * len(values)}) '
                f"ON CONFLICT (nid) DO UPDATE SET {updates}",
                zip(keys.tolist(), *values.values(), strict=True),
            )

    def results(self, label: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        with self._translated():
            rows = self._db.execute(
                f'SELECT nid, {", ".join(map(_quoted, names))} FROM "result_{label}" WHERE {_quoted(names[0])} IS NOT NULL '
                "ORDER BY nid"
            ).fetchall()
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + 1)
        return {"nid": np.array(columns[0], dtype=np.int64)} | {
            n: np.array(c, dtype=object) for n, c in zip(names, columns[1:], strict=True)
        }

    def write_ties(self, name: str, start: Int64, end: Int64, values: dict[str, Sequence[Any]]) -> None:
        columns = (json.dumps(dict(zip(values, v, strict=True))) for v in zip(*values.values(), strict=True))
        with self._transaction():
            self._db.execute("DELETE FROM computed_tie WHERE name = ?", (name,))
            self._db.executemany(
                "INSERT INTO computed_tie VALUES (?, ?, ?, ?)",
                ((name, *row) for row in zip(start.tolist(), end.tolist(), columns, strict=True)),
            )

    def computed_ties(self, name: str, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        with self._translated():
            rows = self._db.execute(
                'SELECT start, "end", columns FROM computed_tie WHERE name = ? ORDER BY start, "end"', (name,)
            ).fetchall()
        values = [json.loads(r[2]) for r in rows]
        return {
            "start": np.array([r[0] for r in rows], dtype=np.int64),
            "end": np.array([r[1] for r in rows], dtype=np.int64),
        } | {n: np.array([v[n] for v in values], dtype=object) for n in names}

    def get_meta(self, name: str) -> str | None:
        with self._translated():
            value = self._one("SELECT value FROM meta WHERE name = ?", name)
            return None if value is None else str(value)

    def set_meta(self, name: str, value: str) -> None:
        with self._translated():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def raw(self, table: str) -> Iterator[list[dict[str, Any]]]:
        names = ["nid", "id", "label", "recorded_seq"] if table == "node" else SCHEMA.fact_columns(table)
        portion: list[dict[str, Any]] = []
        for row in self._dicts(
            f'SELECT {", ".join(map(_quoted, names))} FROM "{table}" WHERE recorded_seq <= ? '
            f"ORDER BY {'nid' if table == 'node' else 'row'}",
            (self.sealed_seq(),),
        ):
            portion.append(row)
            if len(portion) == _PORTION:
                yield portion
                portion = []
        yield portion

    def put_raw(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        with self._transaction():
            if table == "node":
                self._db.executemany(
                    "INSERT INTO node VALUES (?, ?, ?, ?, ?)",
                    ((r["nid"], r["id"], r["label"], is_weak(r["id"]), r["recorded_seq"]) for r in rows),
                )
                return
            names = SCHEMA.fact_columns(table)
            self._db.executemany(
                f'INSERT INTO "{table}" ({", ".join(map(_quoted, names))}) VALUES ({", ".join("?" * len(names))})',
                (tuple(r[n] for n in names) for r in rows),
            )

    def finish_copy(self, batches: Sequence[Batch]) -> None:
        with self._transaction():
            for batch in batches:
                for table in SCHEMA.tables():
                    self._db.execute(
                        f'INSERT INTO mark SELECT ?, ?, ifnull(min(row) - 1, (SELECT ifnull(max(row), 0) FROM "{table}")) '
                        f'FROM "{table}" WHERE recorded_seq >= ?',
                        (batch.seq, table, batch.seq),
                    )
                self._put_batch(batch)
                self._index_text(batch.seq, list(SCHEMA.labels))

    def close(self) -> None:
        self.release()
        self._db.close()


def _key(table: str) -> str:
    return "nid" if table == "node" else "row"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _visible(at: Slice) -> tuple[str, tuple[int, ...]]:
    where, args = "recorded_seq <= ? AND (superseded_seq IS NULL OR superseded_seq > ?)", (at.seq, at.seq)
    if at.as_of is None:
        return where, args
    return (
        where + " AND (valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to > ?)",
        (*args, at.as_of, at.as_of),
    )


@cache
def _text_columns(table: str) -> set[str]:
    if table == "node":
        return {"id", "label"}
    return {"source", "end_basis", "bounds"} | {p.name for p in SCHEMA.properties(table) if p.kind is Kind.TEXT}


def _texts(joined: str) -> npt.NDArray[Any]:
    values = json.loads(joined)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
