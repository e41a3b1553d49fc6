"""What a delivery means for what was known before: the one place where facts are compared.

Identical facts are left alone; a differing group of facts waits for the end of the file, so that the order
of rows does not matter; what a full list leaves out ends on the list's date, marked `absent`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.conflicts import conflicts
from graph.delivery import Batch, Chunk, Coverage, Facts, Insert, Version, Work
from graph.errors import BatchHeld
from graph.identity import mix, nid
from graph.keyset import KeySet
from graph.linking import LINKS, identifier_links
from graph.schema import SCHEMA
from graph.store import GraphStore
from graph.time import NO_DATE, to_day

Int64 = npt.NDArray[np.int64]

MAX_VANISHED = 0.05
MIN_VANISHED = 10  # facts; below that a share says nothing
_NONE = np.zeros(0, dtype=np.int64)


class Merge:
    """Decides what each fact of a delivery does: new, unchanged, a change, a correction, or an end."""

    def __init__(self, store: GraphStore, batch: Batch) -> None:
        self.store, self.batch = store, batch
        self.source = batch.delivery.source
        self.dated = to_day(batch.delivery.dated)
        self._seen: defaultdict[str, KeySet] = defaultdict(KeySet)
        self._pending: dict[str, list[Version]] = {}
        self._spared: set[int] = set()
        self._spared_names: set[str] = set()
        batches = store.batches()
        self._dates = {b.seq: to_day(b.delivery.dated) for b in batches}
        self._scopes = {b.seq: b.delivery.scope for b in batches}
        self._known = {
            name.removeprefix("facts:")
            for b in batches
            if b.delivery.source == self.source and b.seq < batch.seq
            for name in b.totals
            if name.startswith("facts:")
        }
        store.expect(batch, new_source=not self._known)
        for note in store.recall(batch.seq):
            self._remember(note)

    def _remember(self, note: dict[str, Any]) -> None:
        table = note["table"]
        if note["what"] == "seen":
            self._seen[table].add(np.frombuffer(note["content"], dtype=np.int64))
        elif note["what"] == "spared":
            keys, names = json.loads(note["content"])
            self._spared.update(keys)
            self._spared_names.update(names)
        else:
            self._pending.setdefault(table, []).extend(Version(**v) for v in json.loads(note["content"]))

    def add(self, chunk: Chunk) -> None:
        """Apply one chunk in one transaction and count its rows: loaded, unchanged or duplicate."""
        work = Work(nodes=chunk.nodes, ledgers=chunk.ledgers)
        row_key = np.zeros(len(chunk.rows), dtype=np.int64)
        brought: list[Int64] = [_NONE]
        for table, facts in chunk.facts.items():
            if not len(facts):
                continue
            key = mix(facts.grp, facts.digest)
            with np.errstate(over="ignore"):
                np.add.at(row_key, np.searchsorted(chunk.rows, facts.row), mix(key, nid(table)))
            brought.append(self._add_table(table, facts, key, work))
        first = self._first_seen("row", row_key, work)
        loaded = len(np.intersect1d(chunk.rows[first], np.concatenate(brought)))
        if chunk.spared or chunk.spared_names:
            content = json.dumps([chunk.spared, chunk.spared_names])
            work.notes.append(note := {"what": "spared", "table": "", "content": content})
            self._remember(note)
        self.batch.cursor = chunk.cursor
        self.batch.totals["notes"] = chunk.notes
        self.count(
            chunk.totals
            | {"loaded": loaded, "unchanged": len(first) - loaded, "duplicate": len(chunk.rows) - len(first)}
        )
        self.store.write(self.batch, work)

    def count(self, totals: dict[str, int]) -> None:
        """Add to the batch's totals."""
        for name, count in totals.items():
            self.batch.totals[name] = self.batch.totals.get(name, 0) + count

    def _first_seen(self, table: str, key: Int64, work: Work) -> Int64:
        """Positions of the first occurrence of each key that this delivery has not shown before."""
        keys, first = np.unique(key, return_index=True)
        new = ~self._seen[table].contains(keys)
        if new.any():
            self._seen[table].add(keys[new])
            work.notes.append({"what": "seen", "table": table, "content": keys[new].tobytes()})
        return np.sort(first[new])

    def _add_table(self, table: str, facts: Facts, key: Int64, work: Work) -> Int64:
        """Sort out a chunk's facts of one table; returns the rows that bring something."""
        first = self._first_seen(table, key, work)
        facts = facts.take(first[np.argsort(facts.owner[first], kind="stable")])
        waiting = _NONE
        if table in self._known and len(facts):
            facts, waiting = self._against_stored(table, facts, work)
        if len(facts):
            if SCHEMA.evolves(table):  # what a source says first holds as far back as it goes
                facts.valid_from = [None] * len(facts)
            work.inserts.setdefault(table, []).append(Insert(facts, facts.digest, [None] * len(facts), self.source))
            self.count({f"facts:{table}": len(facts)})
        return np.concatenate([facts.row, waiting])

    def _against_stored(self, table: str, facts: Facts, work: Work) -> tuple[Facts, Int64]:
        """Facts of unknown groups, and the rows of differing ones, which wait for the end of the file."""
        before = self.store.lookup(table, facts.owner)
        before = before[before[:, 3] < self.batch.seq]
        same = np.isin(mix(facts.grp, facts.digest), mix(before[:, 1], before[:, 2]))
        differs = ~same & np.isin(facts.grp, before[:, 1])
        waiting = facts.take(np.flatnonzero(differs))
        if len(waiting):
            versions = _versions(waiting)
            self._pending.setdefault(table, []).extend(versions)
            work.notes.append(
                {
                    "what": "pending",
                    "table": table,
                    "content": json.dumps([v.__dict__ for v in versions], ensure_ascii=False),
                }
            )
        return facts.take(np.flatnonzero(~same & ~differs)), waiting.row

    def finish(self, accept_vanished: bool = False) -> None:
        """Settle differing groups and, for a full list, what it leaves out. BatchHeld when too much vanished."""
        self.store.ready(self.batch)
        if not self.batch.totals.get("finished"):
            self._finish(accept_vanished)
        derived = Work(ledgers={"finding": conflicts(self.store, self.batch)})
        identifier_links(self.store, self.batch, derived)
        self.store.write(self.batch, derived)
        if self.store.get_meta(LINKS) != "current":
            self.store.set_meta(LINKS, "current")

    def _finish(self, accept_vanished: bool) -> None:
        work = Work()
        vanished = self._vanished(work) if self.batch.delivery.coverage is Coverage.FULL else {}
        gone, known = sum(len(k) for k, _ in vanished.values()), sum(n for _, n in vanished.values())
        if gone > max(MAX_VANISHED * known, MIN_VANISHED) and not accept_vanished:
            self.batch.held = True
            self.store.save_batch(self.batch)
            raise BatchHeld(
                f"{self.batch.delivery.file}: {gone} of {known} facts of the last full list are missing from this one",
                f"If that is right, load it again with --accept-vanished; if not: creditgraph unload {self.batch.seq}",
                f"{self.batch.delivery.file}：上次全量名单的 {known} 项中有 {gone} 项未出现在本次名单中。"
                f"确认无误的，加 --accept-vanished 重新加载；否则：creditgraph unload {self.batch.seq}",
            )
        self.batch.totals["vanished"] = gone
        for table in sorted(self._pending):
            self._settle(table, work)
        for table, (keys, _) in vanished.items():
            self.count({f"vanished:{table}": len(keys)})
            self._end(table, keys, work)
        self.batch.held = False
        self.batch.totals["finished"] = 1
        self.store.write(self.batch, work)

    def _settle(self, table: str, work: Work) -> None:
        self.count({f"settled:{table}": len(self._pending[table])})
        evolves = SCHEMA.evolves(table)
        groups: dict[int, list[Version]] = {}
        for version in self._pending[table]:
            groups.setdefault(version.grp, []).append(version)
        order = sorted(groups)
        for at in range(0, len(order), 5_000):
            portion = order[at : at + 5_000]
            owners = np.array([groups[g][0].owner for g in portion], dtype=np.int64)
            found = self.store.stored(table, owners, np.array(portion, dtype=np.int64))
            stored: dict[int, list[Version]] = {}
            free: dict[int, list[Version]] = {}
            for version, seen in zip(found, self._brought(table, found), strict=True):
                stored.setdefault(version.grp, []).append(version)
                if not seen and self._dates[version.recorded_seq] < self.dated:
                    free.setdefault(version.grp, []).append(version)
            out: list[tuple[Version, int, str | None]] = []
            for grp in portion:
                known = sorted(free.get(grp, []), key=_start)
                self._settle_group(table, stored.get(grp, []), known, groups[grp], evolves, work, out)
            if out:
                work.inserts.setdefault(table, []).append(_insert(out, self.source))

    def _brought(self, table: str, versions: list[Version]) -> list[bool]:
        """Which of these versions the batch brings again as they are."""
        keys = np.array([(v.grp, v.digest) for v in versions], dtype=np.int64).reshape(-1, 2)
        return list(self._seen[table].contains(mix(keys[:, 0], keys[:, 1])))

    def _settle_group(
        self,
        table: str,
        stored: list[Version],
        free: list[Version],
        incoming: list[Version],
        evolves: bool,
        work: Work,
        out: list[tuple[Version, int, str | None]],
    ) -> None:
        """Pair what comes with what was known and is not confirmed: same start first, then what was open, by start."""
        for new in sorted(incoming, key=_start):
            old = self._partner(new, free, evolves)
            if old is None:
                ends = [v.valid_to for v in stored if v.valid_to is not None] if evolves else []
                if ends and (new.valid_from is None or new.valid_from < max(ends)):
                    new = replace(new, valid_from=max(ends))  # back again: from where it ended, not from ever
                out.append((new, new.digest, None))
                continue
            free.remove(old)
            work.closings.setdefault(table, []).append(old.ref)
            change = new.valid_from if new.valid_from is not None else self.dated
            if evolves and (old.valid_from is None or old.valid_from < change):
                out.append((replace(old, valid_to=change, digest=0), old.lot, "replaced"))
                out.append((replace(new, valid_from=change), new.digest, None))
            else:
                out.append((replace(new, valid_from=old.valid_from) if evolves else new, old.lot, None))
        if self.batch.delivery.coverage is Coverage.FULL and _may_vanish(table):
            for old in free:
                if not {old.owner, old.end} & self._spared:
                    self._end_version(table, old, work, out)

    def _partner(self, new: Version, free: list[Version], evolves: bool) -> Version | None:
        open_ones = [v for v in free if v.valid_to is None or v.valid_to > self.dated]
        same_start = [] if evolves else [v for v in free if v.valid_from == new.valid_from]
        return next(iter(same_start or open_ones), None)

    def _vanished(self, work: Work) -> dict[str, tuple[Int64, int]]:
        """Per table: (owner, grp, lot) of open facts of this scope that the list leaves out; how many it knew.

        Not left out is whom a refused row is about: that it cannot be read says nothing of whom it names.
        """
        same_scope = np.array(
            [
                s
                for s in self._scopes
                if self._scopes[s] == self.batch.delivery.scope and s < self.batch.seq and self._dates[s] <= self.dated
            ],
            dtype=np.int64,
        )
        gone: dict[str, dict[str, Int64]] = {}
        known: dict[str, int] = {}
        for table in sorted(filter(_may_vanish, self._known)):
            facts = self.store.open_facts(table, self.source)
            here = np.isin(facts["recorded_seq"], same_scope)
            here &= (facts["valid_to"] == NO_DATE) | (facts["valid_to"] > self.dated)
            seen = self._seen[table].contains(mix(facts["grp"], facts["digest"]))
            settled = np.isin(facts["grp"], np.array([v.grp for v in self._pending.get(table, [])], dtype=np.int64))
            gone[table] = {n: c[here & ~seen & ~settled] for n, c in facts.items()}
            known[table] = int(here.sum())
        if self._spared or self._spared_names:
            gone = self._without_spared(gone, work)
        return {t: (np.stack([f[n] for n in ("owner", "grp", "lot")], axis=1), known[t]) for t, f in gone.items()}

    def _without_spared(self, gone: dict[str, dict[str, Int64]], work: Work) -> dict[str, dict[str, Int64]]:
        ends = {key for facts in gone.values() for n in ("owner", "end") if n in facts for key in facts[n].tolist()}
        self._spared |= self._named_alike(ends)
        if "SUBJECT_OF" in self._known:  # records go the way of their subjects
            ties = self.store.open_facts("SUBJECT_OF", self.source)
            self._spared.update(ties["end"][np.isin(ties["owner"], list(self._spared))].tolist())
        spared = np.array(sorted(self._spared), dtype=np.int64)
        kept: set[int] = set()
        out = {}
        for table, facts in gone.items():
            spare = np.isin(facts["owner"], spared) | np.isin(facts.get("end", facts["owner"]), spared)
            out[table] = {n: c[~spare] for n, c in facts.items()}
            kept.update(facts["owner"][spare].tolist())
        ids = self.store.nodes(sorted(kept), self.batch.seq)
        work.ledgers["finding"] = [
            {
                "source": self.source,
                "file": self.batch.delivery.file,
                "row": None,
                "code": "kept_despite_rejection",
                "subject": ids[key][0],
                "detail": None,
            }
            for key in sorted(kept)
        ]
        return out

    def _named_alike(self, keys: set[int]) -> set[int]:
        """Those of the nodes that bear a name which a refused row gives without a code."""
        if not self._spared_names:
            return set()
        known = self.store.nodes(sorted(keys), self.batch.seq)
        alike: set[int] = set()
        for label in sorted({label for _, label in known.values()}):
            names = {p.name for p in SCHEMA.properties(label)} & {"name", "subject_name"}
            of_label = [k for k, (_, lb) in known.items() if lb == label]
            for row in self.store.versions(label, of_label, self.batch.seq):
                if any(row[n] in self._spared_names for n in names):
                    alike.add(row["owner"])
        return alike

    def _end(self, table: str, keys: Int64, work: Work) -> None:
        for at in range(0, len(keys), 5_000):
            portion = keys[at : at + 5_000]
            wanted = set(map(tuple, portion[:, 1:].tolist()))
            out: list[tuple[Version, int, str | None]] = []
            for version in self.store.stored(table, portion[:, 0], portion[:, 1]):
                if (version.grp, version.lot) in wanted:
                    self._end_version(table, version, work, out)
            if out:
                work.inserts.setdefault(table, []).append(_insert(out, self.source))

    def _end_version(
        self, table: str, version: Version, work: Work, out: list[tuple[Version, int, str | None]]
    ) -> None:
        """End what the list leaves out on the list's date: an upper bound, not a stated end."""
        if version.valid_to is not None and version.valid_to <= self.dated:
            return
        work.closings.setdefault(table, []).append(version.ref)
        if version.valid_from is None or version.valid_from < self.dated:
            out.append((replace(version, valid_to=self.dated, digest=0), version.lot, "absent"))


def _may_vanish(table: str) -> bool:
    """Whether absence from a full list says anything: people and addresses do not end."""
    label = SCHEMA.labels.get(table)
    return label is None or label.evolves or label.record


def _start(version: Version) -> tuple[int, int]:
    return (NO_DATE if version.valid_from is None else version.valid_from, version.digest)


def _versions(facts: Facts) -> list[Version]:
    ends = [None] * len(facts) if facts.end is None else facts.end.tolist()
    return [
        Version(row, owner, grp, digest, digest, vf, vt, 0, end, bounds, list(values))
        for row, owner, grp, digest, vf, vt, end, bounds, *values in zip(
            facts.row.tolist(),
            facts.owner.tolist(),
            facts.grp.tolist(),
            facts.digest.tolist(),
            facts.valid_from,
            facts.valid_to,
            ends,
            facts.bounds,
            *facts.values,
            strict=True,
        )
    ]


def _insert(out: list[tuple[Version, int, str | None]], source: str) -> Insert:
    versions = [v for v, _, _ in out]

    def ints(name: str) -> Int64:
        return np.array([getattr(v, name) for v in versions], dtype=np.int64)

    facts = Facts(
        ints("owner"),
        ints("grp"),
        ints("digest"),
        [v.valid_from for v in versions],
        [v.valid_to for v in versions],
        [v.bounds for v in versions],
        [list(c) for c in zip(*(v.values for v in versions), strict=True)],
        ints("recorded_seq"),
        ints("end") if versions and versions[0].end is not None else None,
    )
    return Insert(facts, np.array([lot for _, lot, _ in out], dtype=np.int64), [b for _, _, b in out], source)
