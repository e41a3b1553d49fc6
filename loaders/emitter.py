"""Collects the facts of a chunk column by column and gives them their ids and keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.delivery import Facts, digest_facts
from graph.identity import (
    Code,
    PersonNumber,
    coded_id,
    label_of_uscc,
    mention_id,
    mix,
    nid,
    nids,
    numbered_id,
    person_properties,
    subject_class,
)
from graph.keys import KeyRing
from graph.schema import SCHEMA
from loaders.rows import Rows

Int64 = npt.NDArray[np.int64]


@dataclass
class Parties:
    """A party of each row: id (None where the row names none), label, key, and the name as stated."""

    ids: list[str | None]
    labels: list[str]
    keys: Int64
    names: list[str | None]

    def where(self, *labels: str) -> npt.NDArray[np.bool_]:
        """Rows whose party has one of these labels."""
        return np.array(
            [i is not None and label in labels for i, label in zip(self.ids, self.labels, strict=True)], dtype=bool
        )


@cache
def _code(*words: str) -> int:
    return nid(":".join(words))


class Emitter:
    """Where a source puts its facts."""

    def __init__(self, source: str, rows: Rows, keys: KeyRing) -> None:
        self.source, self.rows, self.keys = source, rows, keys
        self.nodes: dict[str, dict[int, str]] = {}
        self.findings: list[dict[str, Any]] = []
        self._facts: dict[str, list[Facts]] = {}

    def facts(self) -> dict[str, Facts]:
        """All facts, one set of columns a table."""
        return {table: _joined(parts) for table, parts in self._facts.items()}

    def finding(self, at: int, code: str, subject: str | None, detail: str = "") -> None:
        """Note something about the row at a position."""
        self.findings.append(
            {
                "source": self.source,
                "row": int(self.rows.numbers[at]),
                "code": code,
                "subject": subject,
                "detail": detail,
            }
        )

    # --- parties --------------------------------------------------------------------------------------

    def firms(
        self,
        codes: Sequence[Code | None],
        names: Sequence[str | None],
        *,
        role: str,
        record: Sequence[str | None] | None = None,
    ) -> Parties:
        """Firms by code; a firm without a code is a mention of its name, or nothing if it has none."""
        return self.parties(codes, [None] * len(codes), names, role=role, record=record, person=[False] * len(codes))

    def people(
        self,
        numbers: Sequence[PersonNumber | None],
        names: Sequence[str | None],
        *,
        role: str,
        record: Sequence[str | None],
    ) -> Parties:
        """People by number; without one, or with a masked one, a mention of the name in that record."""
        return self.parties([None] * len(names), numbers, names, role=role, record=record, person=[True] * len(names))

    def parties(
        self,
        codes: Sequence[Code | None],
        numbers: Sequence[PersonNumber | None],
        names: Sequence[str | None],
        *,
        role: str,
        record: Sequence[str | None] | None,
        person: Sequence[bool],
    ) -> Parties:
        """A party of each row, firm or person; registers the nodes and what identifies them."""
        ids: list[str | None] = []
        labels: list[str] = []
        for i, (code, number, name, human) in enumerate(zip(codes, numbers, names, person, strict=True)):
            if code is not None:
                ids.append(coded_id(*code))
                labels.append(label_of_uscc(code[1]) if code[0] == "CN-USCC" else "Company")
            elif human and number is not None and number.identified:
                ids.append(numbered_id(number))
                labels.append("Person")
            elif name:
                context = (record[i] if record else None) or ""
                masked = number.mask_hash or "" if number else ""
                ids.append(mention_id(self.source, context, role + (":person:" + masked if human else ":firm"), name))
                labels.append("Person" if human else "Company")
            else:
                ids.append(None)
                labels.append("")
        return Parties(ids, labels, self.register(ids, labels), list(names))

    def register(self, ids: Sequence[str | None], labels: Sequence[str] | str) -> Int64:
        """Keys of ids (0 for None); the nodes are part of the chunk from here on."""
        known: dict[str, int] = {}
        distinct = list(dict.fromkeys(i for i in ids if i is not None))
        known.update(zip(distinct, nids(distinct).tolist(), strict=True))
        if isinstance(labels, str):
            self.nodes.setdefault(labels, {}).update({key: i for i, key in known.items()})
        else:
            for i, label in zip(ids, labels, strict=True):
                if i is not None:
                    self.nodes.setdefault(label, {})[known[i]] = i
        return np.array([known[i] if i is not None else 0 for i in ids], dtype=np.int64)

    def names_of(self, parties: Parties, numbers: Sequence[PersonNumber | None] | None = None) -> None:
        """Assert the parties' names as this source states them, and of people what may be kept of the number."""
        for label in ("Company", "Organisation"):
            at = np.flatnonzero(parties.where(label) & np.array([bool(n) for n in parties.names], dtype=bool))
            if len(at):
                codes = [(parties.ids[i] or "").split(":", 1) for i in at]
                self.state(
                    label, parties.keys, at, name=[parties.names[i] for i in at], **code_properties(label, codes)
                )
        at = np.flatnonzero(parties.where("Person") & np.array([bool(n) for n in parties.names], dtype=bool))
        if len(at):
            empty = PersonNumber("", None)
            given = [numbers[i] if numbers else None for i in at.tolist()]
            rows = [person_properties(number, self.keys) if number else {} for number in given]
            columns: dict[str, Any] = {k: [r.get(k) for r in rows] for k in person_properties(empty, self.keys)}
            names = [parties.names[i] for i in at]
            self.state("Person", parties.keys, at, name=names, within=nids(n or "" for n in names), **columns)

    # --- facts ----------------------------------------------------------------------------------------

    def state(
        self,
        label: str,
        keys: Int64,
        at: Int64 | None = None,
        *,
        within: Int64 | None = None,
        valid_from: Sequence[int | None] | None = None,
        **columns: Sequence[Any],
    ) -> None:
        """Assert attributes of nodes: for the rows at positions `at` (all with a key, if not given).

        `columns` are as long as `at`. `within` adds to the fact's key where a source may assert several
        values side by side.
        """
        at = np.flatnonzero(keys) if at is None else at
        if not len(at):
            return
        owner = keys[at]
        grp = mix(owner, _code("state", label, self.source), within if within is not None else 0)
        self._add(label, at, owner, None, grp, valid_from, None, columns)

    def relate(
        self,
        table: str,
        start: Int64,
        end: Int64,
        *,
        kind: Sequence[str | None] | None = None,
        number: Sequence[str | None] | None = None,
        valid_from: Sequence[int | None] | None = None,
        valid_to: Sequence[int | None] | None = None,
        **columns: Sequence[Any],
    ) -> None:
        """Assert a relationship of each row that has both ends; columns are as long as the rows."""
        at = np.flatnonzero((start != 0) & (end != 0))
        if not len(at):
            return
        kinds = np.array(
            [_code(table, self.source, k or "") for k in kind] if kind else [_code(table, self.source, "")] * len(start)
        )
        numbers = np.array([nid(n) if n else 0 for n in number], dtype=np.int64)[at] if number else 0
        evolves = SCHEMA.types[table].evolves
        grp = mix(start[at], 0 if evolves else end[at], kinds[at], numbers)

        def pick(column: Sequence[Any] | None) -> list[Any] | None:
            return None if column is None else [column[i] for i in at.tolist()]

        self._add(
            table,
            at,
            start[at],
            end[at],
            grp,
            pick(valid_from),
            pick(valid_to),
            {k: pick(c) or [] for k, c in columns.items()},
        )

    def _add(
        self,
        table: str,
        at: Int64,
        owner: Int64,
        end: Int64 | None,
        grp: Int64,
        valid_from: Sequence[int | None] | None,
        valid_to: Sequence[int | None] | None,
        columns: dict[str, Sequence[Any]],
    ) -> None:
        n = len(at)
        names = [p.name for p in SCHEMA.properties(table)]
        if unknown := columns.keys() - set(names):
            raise KeyError(f"{table} has no {', '.join(sorted(unknown))}")
        empty: list[Any] = [None] * n
        for prop in SCHEMA.properties(table):
            if prop.required and None in columns.get(prop.name, empty):
                raise ValueError(f"{self.source}: {table} without {prop.name}")
        values = [list(columns.get(name, empty)) for name in names]
        starts, ends = list(valid_from or empty), list(valid_to or empty)
        digest = digest_facts(table, end, starts, ends, values)
        self._facts.setdefault(table, []).append(
            Facts(owner, grp, digest, starts, ends, self._bounds(at), values, self.rows.numbers[at], end)
        )

    def _bounds(self, at: Int64) -> list[str | None]:
        if not any(self.rows.bounds.values()):
            return [None] * len(at)
        return [
            json.dumps({name: ends[i] for name, ends in sorted(self.rows.bounds.items()) if i in ends}) or None
            if any(i in ends for ends in self.rows.bounds.values())
            else None
            for i in at.tolist()
        ]


def code_properties(label: str, codes: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The identifier properties of parties by (scheme, value)."""

    def of(scheme: str) -> list[str | None]:
        return [c[1] if c[0] == scheme else None for c in codes]

    out: dict[str, Any] = {
        "uscc": of("CN-USCC"),
        "organisation_code": [c[1][8:17] if c[0] == "CN-USCC" else c[1] if c[0] == "CN-ORG" else None for c in codes],
    }
    if label == "Organisation":  # 11: agencies of the State, which hold shares for it
        out["state_body"] = [True if c[0] == "CN-USCC" and c[1][:2] == "11" else None for c in codes]
    if label == "Company":
        out["registration_number"] = of("CN-REGNO")
        out["subject_class"] = [subject_class(c[1]) if c[0] == "CN-USCC" else "unknown" for c in codes]
    return out


def _joined(parts: list[Facts]) -> Facts:
    if len(parts) == 1:
        return parts[0]
    first = parts[0]

    def ints(name: str) -> Int64:
        return np.concatenate([getattr(p, name) for p in parts])

    return Facts(
        ints("owner"),
        ints("grp"),
        ints("digest"),
        [x for p in parts for x in p.valid_from],
        [x for p in parts for x in p.valid_to],
        [x for p in parts for x in p.bounds],
        [[x for p in parts for x in p.values[c]] for c in range(len(first.values))],
        ints("row"),
        None if first.end is None else ints("end"),
    )
