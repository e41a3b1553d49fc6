"""What one reader may see of a store at one moment: every way of showing the graph goes through here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph.approval import ArchiveApproval
from graph.ascending import distinct, matched
from graph.confirmation import unconfirmed
from graph.current import Node, current
from graph.declaration import Disclosure
from graph.delivery import standing
from graph.errors import NotFound, UsageError
from graph.identity import clean_code, company_name, nid, person_name, scrub
from graph.objections import pending, upheld
from graph.schema import ON_RECORDS, SCHEMA
from graph.store import Edge, EdgeKey, GraphStore, Slice
from graph.time import FOREVER, NO_DATE, Moment
from graph.usable import Usability, Use, needed, usable

Int64 = npt.NDArray[np.int64]
Kept = TypeVar("Kept")
FEW = 10_000  # records: more are looked up together


class View:
    """A reader's window: true on as_of, known at known_at, for one use on a real day, up to a disclosure."""

    def __init__(
        self,
        store: GraphStore,
        moment: Moment,
        use: Use = Use.DISPLAY,
        disclosure: Disclosure = Disclosure.GOVERNMENT,
        approval: ArchiveApproval | None = None,
        latest: int | None = None,
        seq: int | None = None,
        decided: int | None = None,
    ) -> None:
        """For a former answer again: seq, the batch as of which it was, instead of the last one of the day; latest, the
        batch whose repairs and ends count, instead of the last; decided, how many of the decisions that officers have
        made count, instead of all. UsageError for `latest` without an approval.
        """
        if latest is not None and approval is None:
            raise UsageError(
                "what has been repaired since stays closed",
                "An approval for the archive opens it.",
                "此后修复的记录不予公开。须有档案授权方可查阅。",
            )
        self.store, self.moment, self.use, self.disclosure, self.approval = store, moment, use, disclosure, approval
        self.seq = store.sealed_seq(moment.known_at) if seq is None else seq
        self.latest = store.sealed_seq() if latest is None else latest
        self.decided = decided
        self.slice = Slice(self.seq, moment.as_of_day)

    def on(self, day: dt.date) -> View:
        """The same window on a later day, if nothing more came to be known."""
        moment = Moment(day, self.moment.known_at, max(day, self.moment.used_on))
        latest = None if self.approval is None else self.latest
        return View(self.store, moment, self.use, self.disclosure, self.approval, latest, self.seq, self.decided)

    def kept(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What is derived from the view once, made at the first call and kept with it."""
        derived: dict[str, Any] = self.__dict__.setdefault("_derived", {})
        if name not in derived:
            derived[name] = make()
        kept: Kept = derived[name]
        return kept

    # --- records --------------------------------------------------------------------------------------

    @cached_property
    def unconfirmed(self) -> dict[str, int]:
        """Sources whose list should have come again by as_of, with the day of the last: not confirmed since."""
        return unconfirmed(standing(self.store.batches(), self.seq), self.moment.as_of_day)

    @cached_property
    def _ended(self) -> dict[int, int]:
        """First day of repair, withdrawal or upheld objection by record, as the latest sealed batch knows it."""
        return self._ended_of(None)

    def _ended_of(self, keys: Int64 | None) -> dict[int, int]:
        """The same of some records only, read by index."""
        out: dict[int, int] = {}
        for table, label in (("REPAIRED_BY", "Repair"), ("WITHDRAWN_BY", "Withdrawal")):
            links = self.store.columns(table, ["owner", "end"], Slice(self.latest), owners=keys)
            decisions = None if keys is None else np.unique(links["end"])
            states = self.store.columns(label, ["owner", "effective_on"], Slice(self.latest), owners=decisions)
            day = dict(zip(states["owner"].tolist(), states["effective_on"].tolist(), strict=True))
            for record, decision in zip(links["owner"].tolist(), links["end"].tolist(), strict=True):
                if day.get(decision, NO_DATE) != NO_DATE:
                    out[record] = min(out.get(record, FOREVER), day[decision])
        for record, day_of in upheld(self.store, self.latest, keys).items():
            out[record] = min(out.get(record, FOREVER), day_of)
        return out

    def objected(self, keys: Int64) -> dict[int, int]:
        """Of these records those with an objection that waits, and since when; as the latest batch knows it."""
        return pending(self.store, self.latest, self.moment.used_day, keys)

    def ended_on(self, keys: Int64) -> Int64:
        """First day on which each record was repaired or withdrawn; FOREVER where it was not."""
        few = len(keys) <= FEW and "_ended" not in self.__dict__
        ended = self._ended_of(np.unique(keys)) if few else self._ended
        return np.array([ended.get(k, FOREVER) for k in keys.tolist()], dtype=np.int64)

    def usability(self, label: str, columns: dict[str, npt.NDArray[Any]]) -> Usability:
        """The one rule applied to columns with `owner` and what the rule needs, as known at this view's batch.

        A record that the latest batch does not know, for its own was taken back, may not be used outside the archive.
        """
        latest, known = self._aligned(label, columns) if self.latest > self.seq else (None, np.True_)
        ended_on = self.ended_on(columns["owner"])
        found = usable(label, columns, self.use, self.moment, ended_on, latest, self.approval)
        open_ = known | (self.use is Use.ARCHIVE)
        return replace(found, usable=found.usable & open_ & self._disclosed(label, columns["owner"]))

    def _disclosed(self, label: str, keys: Int64) -> npt.NDArray[np.bool_]:
        """Which records this reader's disclosure reaches: a person's may be closed where a firm's is open."""
        declared = SCHEMA.labels[label]
        if max(declared.disclosure, declared.disclosure_person) <= self.disclosure:
            return np.ones(len(keys), dtype=bool)
        of_firms, of_people = self._subjects_of(keys) if len(keys) <= FEW else self._subjects
        about_firm, about_person = matched(of_firms, keys) >= 0, matched(of_people, keys) >= 0
        firm_closed, person_closed = declared.disclosure > self.disclosure, declared.disclosure_person > self.disclosure
        attached = about_firm | about_person  # nobody knows whose an unattached record is: the stricter rule
        return attached & ~(about_firm & firm_closed) & ~(about_person & person_closed)

    def _subjects_of(self, keys: Int64) -> tuple[Int64, Int64]:
        """Of a few records those about firms, and those about people, ascending; read by index."""
        ties = self.store.columns("SUBJECT_OF", ["owner", "end"], Slice(self.seq), ends=keys)
        known = self.store.nodes(np.unique(ties["owner"]).tolist(), self.seq)
        person = np.isin(ties["owner"], [k for k, (_, label) in known.items() if label == "Person"])
        return distinct(ties["end"][~person]), distinct(ties["end"][person])

    @cached_property
    def _subjects(self) -> tuple[Int64, Int64]:
        """Of all records the same."""
        ties = self.store.columns("SUBJECT_OF", ["owner", "end"], Slice(self.seq))
        people = distinct(self.store.columns("Person", ["owner"], Slice(self.seq))["owner"])
        person = matched(people, ties["owner"]) >= 0
        return distinct(ties["end"][~person]), distinct(ties["end"][person])

    def _aligned(
        self, label: str, records: dict[str, npt.NDArray[Any]]
    ) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[np.bool_]]:
        """(the latest version of each record, whether there is one), in the given order.

        Where several sources state it, the last one; where none does any more, the given one.
        """
        keys, names = records["owner"], ["owner", *needed(label)]
        few = np.unique(keys) if len(keys) <= FEW else None
        columns = self.store.columns(label, names, Slice(self.latest), owners=few)
        order = np.argsort(columns["owner"], kind="stable")
        owner = columns["owner"][order]
        at = np.searchsorted(owner, keys, side="right") - 1
        known = np.zeros(len(keys), dtype=bool)
        known[at >= 0] = owner[at[at >= 0]] == keys[at >= 0]
        latest = {n: records[n].copy() for n in names}
        for name, column in latest.items():
            column[known] = columns[name][order[at[known]]]
        return latest, known

    def usable_records(self, label: str, keys: Sequence[int]) -> set[int]:
        """Which of these records may be shown."""
        rows = self.store.versions(label, keys, self.seq)
        if not rows:
            return set()
        columns = {n: _column([r[n] for r in rows], label, n) for n in ("owner", *needed(label))}
        found = self.usability(label, columns)
        return set(columns["owner"][found.usable].tolist())

    # --- nodes ----------------------------------------------------------------------------------------

    def node(self, key: int) -> Node:
        """One node with its current values; NotFound where it is not known or may not be shown."""
        found = self.nodes([key])
        if not found:
            raise NotFound(
                "nothing is visible under that id",
                "It may not exist, not be known yet, or no longer be usable.",
                "该标识下没有可见的内容。可能不存在、尚未入库，或已不得使用。",
            )
        return found[0]

    def nodes(self, keys: Sequence[int]) -> list[Node]:
        """Those of the nodes that may be shown, in order of key."""
        known = self.store.nodes(keys, self.seq)
        out: list[Node] = []
        for label in sorted({label for _, label in known.values()}):
            of_label = sorted(k for k, (_, lb) in known.items() if lb == label)
            allowed = self.usable_records(label, of_label) if SCHEMA.labels[label].record else set(of_label)
            out += self._merged(label, [k for k in of_label if k in allowed], known)
        return sorted(out, key=lambda n: n.key)

    def _merged(self, label: str, keys: list[int], known: dict[int, tuple[str, str]]) -> list[Node]:
        versions: dict[int, list[dict[str, Any]]] = {k: [] for k in keys}
        for row in self.store.versions(label, keys, self.seq):
            if self._holds(row) and row["owner"] in versions:
                versions[row["owner"]].append(row)
        return [current(key, known[key][0], label, versions[key]) for key in keys]

    def _holds(self, row: dict[str, Any]) -> bool:
        day = self.moment.as_of_day
        return (row["valid_from"] is None or row["valid_from"] <= day) and (
            row["valid_to"] is None or row["valid_to"] > day
        )

    def history(self, key: int) -> list[dict[str, Any]]:
        """Every version of a node's values ever known, oldest first; of a record only while it may be used."""
        node = self.node(key)
        return [row for row in self.store.history(node.label, key) if row["recorded_seq"] <= self.seq]

    def edges(
        self,
        key: int,
        types: Sequence[str] | None = None,
        limit: int = 100,
        after: EdgeKey | None = None,
        *,
        former: bool = False,
    ) -> list[Edge]:
        """Relationships of a node, a page at a time, without those to records that may not be shown.

        `former`: also those of other days, that have ended or are to come.
        """
        at = Slice(self.seq) if former else self.slice
        found = self.store.edges(key, types or self._types(), at, limit, after)
        hidden = self._hidden({e.end for e in found} | {e.start for e in found})
        return [e for e in found if e.start not in hidden and e.end not in hidden]

    def degree(self, key: int, types: Sequence[str] | None = None) -> dict[str, int]:
        """Exact number of visible relationships by type."""
        counts = self.store.degree(key, types or self._types(), self.slice)
        if "SUBJECT_OF" in counts:
            records = self.store.edges(key, ["SUBJECT_OF"], self.slice, counts["SUBJECT_OF"])
            hidden = self._hidden({e.end for e in records} | {e.start for e in records})
            counts["SUBJECT_OF"] = sum(e.end not in hidden and e.start not in hidden for e in records)
        return {t: n for t, n in counts.items() if n}

    def _types(self) -> list[str]:
        return [t for t in SCHEMA.types if t not in ON_RECORDS]

    def _hidden(self, keys: set[int]) -> set[int]:
        hidden: set[int] = set()
        known = self.store.nodes(sorted(keys), self.seq)
        for label in SCHEMA.record_labels():
            of_label = [k for k, (_, lb) in known.items() if lb == label]
            hidden |= set(of_label) - self.usable_records(label, of_label)
        return hidden

    # --- finding --------------------------------------------------------------------------------------

    def resolve(self, text: str) -> int:
        """The node meant by an id, any register's code or an exact name; NotFound, with the candidates if several."""
        if self.store.nodes([nid(text)], self.seq):
            return nid(text)
        code = clean_code(text)
        for scheme, node_id in (("CN-USCC", code), ("CN-ORG", code), ("CN-REGNO", code)):
            key = nid(f"{scheme}:{node_id}")
            if self.store.nodes([key], self.seq):
                return key
        wanted = company_name(text)
        found = self._identified(code) or [n for n in self.search(text, 50) if n.properties.get("name") == wanted]
        if len(found) == 1:
            return found[0].key
        if found:
            raise NotFound(
                f"{len(found)} nodes answer to {scrub(text)}",
                "Give one's id: " + ", ".join(n.id for n in found[:5]),
                f"有 {len(found)} 个主体或记录与 {scrub(text)} 相符。"
                f"请指定其中一个的标识：{'、'.join(n.id for n in found[:5])}",
            )
        raise NotFound(
            f"nothing visible answers to {scrub(text)}",
            "Search for a part of a firm's name: creditgraph search TEXT. A person is meant by an id only: creditgraph "
            "search NAME --people --purpose CODE:CASE lists who bears a name.",
            f"没有可见的主体或记录与 {scrub(text)} 相符。请按企业名称的一部分查找："
            "creditgraph search 文字。自然人只能按标识指定："
            "creditgraph search 姓名 --people --purpose 目的代码:案号 列出同名者。",
        )

    def _identified(self, code: str) -> list[Node]:
        """Organisations that a register of any country gave exactly this code."""
        alike = self.search(code, 50, ["Identifier"])
        exact = [n.key for n in alike if clean_code(n.properties["value"]) == code]
        return self.nodes(sorted({e.start for key in exact for e in self.edges(key, ["IDENTIFIED_BY"])}))

    def search(self, text: str, limit: int = 20, labels: Sequence[str] | None = None) -> list[Node]:
        """Nodes that bear, or bore, a name, number or address with `text` in it; exact and short ones first."""
        wanted = labels or [label for label in SCHEMA.labels if label not in ("Person", *ON_RECORDS.values())]
        found = self.nodes(sorted(self.store.search(text, wanted, self.seq, 1_000)))
        needle = company_name(text).upper()

        def rank(node: Node) -> tuple[bool, bool, int, str]:
            title = str(
                node.properties.get("name")
                or node.properties.get("text")
                or node.properties.get("document_number")
                or ""
            ).upper()
            return (title != needle, not title.startswith(needle), len(title), node.id)

        return sorted(found, key=rank)[:limit]

    def people(self, name: str, limit: int = 20) -> list[Node]:
        """Persons of exactly this name. A name proves nothing: they are as many people as nodes, or fewer."""
        return [n for n in self.search(name, 1_000, ["Person"]) if n.properties.get("name") == person_name(name)][
            :limit
        ]


def _column(values: list[Any], label: str, name: str) -> npt.NDArray[Any]:
    text = name in {p.name for p in SCHEMA.properties(label) if p.kind == "text"}
    if text:
        out = np.empty(len(values), dtype=object)
        out[:] = values
        return out
    return np.array([NO_DATE if v is None else v for v in values], dtype=np.int64)
