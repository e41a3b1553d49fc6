"""The graph at one moment as columns and compressed adjacency: what every algorithm runs on.

Nodes are numbered by ascending key, relationships of a type sorted by (start, end, key), so a projection is
the same array by array whatever store it came from. SAME_AS clusters above a threshold share a `canonical` node.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph.approval import ArchiveApproval
from graph.ascending import matched, places
from graph.current import precedence
from graph.declaration import SHARE_ONE, Disclosure, Kind
from graph.errors import UsageError
from graph.identity import digests, mix, nids
from graph.runs import begins
from graph.schema import ON_RECORDS, SCHEMA, SCHEMA_VERSION
from graph.store import GraphStore, Slice
from graph.time import NO_DATE, Moment, to_date, to_day
from graph.usable import Use, needed
from graph.view import View

if TYPE_CHECKING:  # imported where they are used: they take half of every command's start
    import networkx as nx
    import pandas as pd

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

Kept = TypeVar("Kept")

EDGE_COLUMNS = ("owner", "end", "grp", "lot", "valid_from", "valid_to")
COLLAPSE_FROM = 0.95
SURE = round(COLLAPSE_FROM * SHARE_ONE)  # SAME_AS from this probability on is one party
OF_THE_MOMENT = ("SAME_AS", "POSSIBLY_SAME", "SUBJECT_OF", *ON_RECORDS)  # never read as former


@dataclass
class Relationships:
    """All relationships of one type: positions of their ends, their keys, and property columns."""

    start: Int64
    end: Int64
    key: Int64
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.start)


@dataclass
class Records:
    """All usable records of one label: positions of their nodes, their property columns, and their period."""

    node: Int64
    columns: Mapping[str, Column]
    since: Int64
    until: Int64

    def __len__(self) -> int:
        return len(self.node)


@dataclass
class GraphProjection:
    """An immutable graph at a moment. `nodes` are ascending keys; label codes index `labels`."""

    nodes: Int64
    label: npt.NDArray[np.int16]
    labels: tuple[str, ...]
    types: dict[str, Relationships]
    states: dict[str, Mapping[str, Column]] = field(default_factory=dict)  # label -> columns, `node` first
    records: dict[str, Records] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    ids: Column | None = None

    # --- from a store ---------------------------------------------------------------------------------

    @classmethod
    def from_store(
        cls,
        store: GraphStore,
        moment: Moment,
        use: Use = Use.GRADE,
        disclosure: Disclosure = Disclosure.GOVERNMENT,
        *,
        former: bool = False,
        approval: ArchiveApproval | None = None,
    ) -> GraphProjection:
        """The graph of a store at a moment. O(n log n) in nodes and relationships.

        `former`: with the ties that have ended by then as well, for questions about what once was; identity,
        values and records are those of the moment all the same. `approval` opens the archive
        (Use.ARCHIVE).
        """
        view = View(store, moment, use, disclosure, approval)
        nodes, label = _nodes(store, view.slice)
        types = {
            name: _relationships(
                _begun(store, name, view)
                if former and name not in OF_THE_MOMENT
                else store.columns(name, edge_columns(name), view.slice),
                nodes,
            )
            for name in SCHEMA.types
            if SCHEMA.types[name].disclosure <= disclosure or name in ("SAME_AS", "POSSIBLY_SAME")
        }
        states: dict[str, Mapping[str, Column]] = {
            name: current_values(name, store.columns(name, state_columns(name), view.slice), nodes)
            for name in ("Company", "Organisation", "Address")
        }
        records = {name: _records(view, name, nodes) for name in SCHEMA.record_labels()}
        manifest = manifest_of(view) | ({"former": True} if former else {})
        return cls(nodes, label, tuple(SCHEMA.labels), types, states, records, manifest)._without_unusable()

    @classmethod
    def among(cls, view: View, keys: Int64, tables: Collection[str] | None = None) -> GraphProjection:
        """These nodes (keys) and what is among them, as a reader sees it; read by index. O(what is found).

        `tables`: only these types, values and records of labels, and SAME_AS.
        """
        store, at = view.store, view.slice
        known = dict(sorted(store.nodes(keys.tolist(), at.seq).items()))
        nodes, codes = np.array(list(known), dtype=np.int64), {name: code for code, name in enumerate(SCHEMA.labels)}
        label = np.array([codes[name] for _, name in known.values()], dtype=np.int16)
        types = {}
        for name in SCHEMA.types:
            if name != "SAME_AS" and tables is not None and name not in tables:
                continue
            if SCHEMA.types[name].disclosure <= view.disclosure or name in ("SAME_AS", "POSSIBLY_SAME"):
                columns = store.columns(name, edge_columns(name), at, ends=nodes)
                inside = matched(nodes, columns["owner"]) >= 0
                types[name] = _relationships({n: c[inside] for n, c in columns.items()}, nodes)
        wanted = SCHEMA.labels.keys() if tables is None else tables
        mine = {name: nodes[label == codes[name]] for name in wanted if name in codes}
        states: dict[str, Mapping[str, Column]] = {
            name: current_values(name, store.columns(name, state_columns(name), at, owners=mine[name]), nodes)
            for name in ("Company", "Organisation", "Address")
            if name in mine
        }
        records = {name: _records(view, name, nodes, mine[name]) for name in SCHEMA.record_labels() if name in mine}
        return cls(nodes, label, tuple(SCHEMA.labels), types, states, records, manifest_of(view))._without_unusable()

    def _without_unusable(self) -> GraphProjection:
        """Drop the relationships of records that may not be used."""
        usable_nodes = np.zeros(len(self.nodes), dtype=bool)
        for records in self.records.values():
            usable_nodes[records.node] = True
        is_record = np.isin(self.label, [self.labels.index(name) for name in self.records])
        hidden = is_record & ~usable_nodes
        for name, rel in self.types.items():
            keep = ~(hidden[rel.start] | hidden[rel.end])
            if not keep.all():
                self.types[name] = _taken(rel, keep)
        return self

    def advance(self, store: GraphStore, moment: Moment) -> GraphProjection:
        """The projection of the same store at another moment, from what has changed since; equals a full one."""
        use, disclosure = Use(self.manifest["use"]), Disclosure(self.manifest["disclosure"])
        if self.manifest.get("former"):
            return GraphProjection.from_store(store, moment, use, disclosure, former=True)
        view = View(store, moment, use, disclosure)
        before = Slice(self.manifest["seq"], to_day(dt.date.fromisoformat(self.manifest["as_of"])))
        nodes, label = _nodes(store, view.slice)
        types = {}
        for name, rel in self.types.items():
            if name in ("SUBJECT_OF", *ON_RECORDS):  # what was hidden may show again and the reverse
                types[name] = _relationships(store.columns(name, edge_columns(name), view.slice), nodes)
            else:
                changed = store.changed_columns(name, edge_columns(name), before, view.slice)
                types[name] = _patched(rel, self.nodes, changed, nodes)
        states: dict[str, Mapping[str, Column]] = {}
        for name in self.states:
            if len(store.changed_columns(name, ["owner"], before, view.slice)["owner"]):
                states[name] = current_values(name, store.columns(name, state_columns(name), view.slice), nodes)
            else:
                moved = {n: c for n, c in self.states[name].items() if n != "node"}
                states[name] = {"node": np.searchsorted(nodes, self.nodes[self.states[name]["node"]]), **moved}
        records = {name: _records(view, name, nodes) for name in self.records}
        return GraphProjection(nodes, label, self.labels, types, states, records, manifest_of(view))._without_unusable()

    # --- from tables ----------------------------------------------------------------------------------

    @classmethod
    def from_pandas(cls, nodes: pd.DataFrame, relationships: pd.DataFrame) -> GraphProjection:
        """A projection from two tables.

        nodes: id, label (default Company), further columns become properties. relationships: source, target,
        type; optionally share_min, share_max (fractions), valid_from, valid_to (dates) and properties. Raises
        UsageError for a missing column, a repeated id or an end that is no node.
        """
        _require(nodes, ("id",), "nodes")
        _require(relationships, ("source", "target", "type"), "relationships")
        ids = nodes["id"].astype(str)
        if ids.duplicated().any():
            raise UsageError(
                f"node {ids[ids.duplicated()].iloc[0]!r} occurs twice",
                "Ids are unique.",
                f"节点 {ids[ids.duplicated()].iloc[0]!r} 重复。每个标识只能出现一次。",
            )
        keys = nids(ids)
        order = np.argsort(keys)
        keys, position = keys[order], dict(zip(ids.to_numpy()[order], range(len(keys)), strict=True))
        stated = nodes["label"].fillna("Company") if "label" in nodes else ids.map(lambda _: "Company")
        given = stated.astype(str).to_numpy()[order]
        labels = tuple(dict.fromkeys([*SCHEMA.labels, *sorted(set(given))]))
        label = np.array([labels.index(x) for x in given], dtype=np.int16)
        types = {str(name): _from_frame(frame, position) for name, frame in relationships.groupby("type", sort=True)}
        extra = [c for c in nodes.columns if c not in ("id", "label")]
        states: dict[str, Mapping[str, Column]] = {
            x: {"node": (at := np.flatnonzero(label == labels.index(x)))}
            | {c: nodes[c].to_numpy()[order][at] for c in extra}
            for x in sorted(set(given))
        }
        return cls(keys, label, labels, types, states, {}, {}, np.asarray(ids.to_numpy()[order], dtype=object))

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any]) -> GraphProjection:
        """A projection from any networkx graph: node attribute `label` (default Company), edge attribute `type`
        (default HOLDS_SHARES_IN), `share` for a share that is exact; the other attributes are kept as properties.

        An undirected graph gives each edge once, from its first end to its second.
        """
        import pandas as pd

        nodes = pd.DataFrame(
            [{"id": str(n), **d} for n, d in graph.nodes(data=True)], columns=_names(graph.nodes, "id")
        )
        edges = [
            {"source": str(a), "target": str(b), "type": "HOLDS_SHARES_IN"} | d for a, b, d in graph.edges(data=True)
        ]
        frame = pd.DataFrame(edges, columns=None if edges else ["source", "target", "type"])
        if "share" in frame:
            share = frame.pop("share")
            frame["share_min"], frame["share_max"] = share, share
        return cls.from_pandas(nodes, frame)

    # --- structure ------------------------------------------------------------------------------------

    @cached_property
    def canonical(self) -> Int64:
        """For each node the position of its cluster's first node: SAME_AS of at least 0.95 is one party."""
        n = len(self.nodes)
        same = self.types.get("SAME_AS")
        if same is None or not len(same):
            return np.arange(n)
        from scipy import sparse
        from scipy.sparse.csgraph import connected_components

        sure = same.columns["probability"] >= SURE
        graph = sparse.coo_array((np.ones(int(sure.sum()), np.int8), (same.start[sure], same.end[sure])), shape=(n, n))
        _, cluster = connected_components(graph, directed=False)
        first = np.full(n, n, dtype=np.int64)
        np.minimum.at(first, cluster, np.arange(n))
        return np.asarray(first[cluster])

    def adjacency(self, name: str, *, reverse: bool = False) -> tuple[Int64, Int64, Int64]:
        """CSR of one type over canonical nodes: (indptr, neighbour, relationship position), cached."""
        return self.kept(("adjacency", name, reverse), lambda: self._adjacency(name, reverse))

    def _adjacency(self, name: str, reverse: bool) -> tuple[Int64, Int64, Int64]:
        rel = self.types[name]
        start, end = self.canonical[rel.start], self.canonical[rel.end]
        start, end = (end, start) if reverse else (start, end)
        order = np.lexsort((rel.key, end, start))
        indptr = np.zeros(len(self.nodes) + 1, dtype=np.int64)
        np.cumsum(np.bincount(start, minlength=len(self.nodes)), out=indptr[1:])
        return indptr, end[order], order

    def kept(self, name: Hashable, make: Callable[[], Kept]) -> Kept:
        """What is derived from the projection once, made at the first call and kept with it."""
        derived: dict[Hashable, Any] = self.__dict__.setdefault("_derived", {})
        if name not in derived:
            derived[name] = make()
        kept: Kept = derived[name]
        return kept

    def forget(self) -> None:
        """Let go of what was derived; it is made anew when it is asked for."""
        self.__dict__.pop("_derived", None)

    def position(self, key: int) -> int:
        """Position of a node by key; KeyError where it is not in the projection."""
        at = int(np.searchsorted(self.nodes, key))
        if at == len(self.nodes) or self.nodes[at] != key:
            raise KeyError(key)
        return at

    def label_is(self, name: str) -> npt.NDArray[np.bool_]:
        """Which nodes have a label."""
        return np.asarray(self.label == self.labels.index(name))

    @cached_property
    def digest(self) -> str:
        """A hash of everything in the projection that a computation may depend on."""
        parts: list[Column] = []
        for _, columns in sorted(self._groups().items()):
            parts += [hashed(column) for _, column in sorted(columns.items())]
        whole = hashlib.blake2b(digest_size=16)
        for part in parts:
            whole.update(np.ascontiguousarray(part).tobytes())
        return whole.hexdigest()

    # --- keeping --------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write the arrays to a folder, whole or not at all; `open` maps them into memory."""
        temporary = folder.with_name(folder.name + ".part")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        listing: dict[str, Any] = {
            "manifest": self.manifest,
            "labels": self.labels,
            "schema": SCHEMA_VERSION,
            "groups": {},
        }
        for group, columns in self._groups().items():
            listing["groups"][group] = {}
            for name, column in columns.items():
                kind = "text" if column.dtype == object else "array"
                listing["groups"][group][name] = kind
                _save_column(temporary / f"{group}.{name}", column)
        (temporary / "projection.json").write_text(json.dumps(listing, sort_keys=True))
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)

    @classmethod
    def open(cls, folder: Path) -> GraphProjection:
        """A saved projection, memory-mapped: texts are read when asked for. UsageError if there is none."""
        try:
            listing = json.loads((folder / "projection.json").read_text())
        except OSError:
            raise UsageError(
                f"no projection in {folder}", "Save one first.", f"{folder} 中没有保存的图。请先保存。"
            ) from None
        if listing["schema"] != SCHEMA_VERSION:
            raise UsageError(
                f"{folder} was saved with schema {listing['schema']}",
                "Build it again.",
                f"{folder} 以结构版本 {listing['schema']} 保存，与本程序不符。请重新生成。",
            )
        groups = {g: _Lazy(folder, g, kinds) for g, kinds in listing["groups"].items()}
        types: dict[str, Relationships] = {}
        states: dict[str, Mapping[str, Column]] = {}
        records: dict[str, Records] = {}
        for group, columns in groups.items():
            kind, _, name = group.partition("-")
            if kind == "type":
                types[name] = Relationships(columns["_start"], columns["_end"], columns["_key"], columns)
            elif kind == "state":
                states[name] = columns
            elif kind == "record":
                records[name] = Records(columns["_node"], columns, columns["_since"], columns["_until"])
        base = groups["graph"]
        return cls(
            base["nodes"],
            base["label"],
            tuple(listing["labels"]),
            types,
            states,
            records,
            listing["manifest"],
            base.get("ids"),
        )

    def _groups(self) -> dict[str, dict[str, Column]]:
        out: dict[str, dict[str, Column]] = {"graph": {"nodes": self.nodes, "label": self.label}}
        if self.ids is not None:
            out["graph"]["ids"] = self.ids
        out |= {
            f"type-{n}": {"_start": r.start, "_end": r.end, "_key": r.key, **r.columns} for n, r in self.types.items()
        }
        out |= {f"state-{n}": dict(s) for n, s in self.states.items()}
        out |= {
            f"record-{n}": {"_node": r.node, "_since": r.since, "_until": r.until, **r.columns}
            for n, r in self.records.items()
        }
        return out

    # --- for other libraries --------------------------------------------------------------------------

    def to_pandas(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """(nodes, relationships): id as given or key, label, properties; shares as fractions, dates as dates."""
        import pandas as pd

        names = self.nodes if self.ids is None else self.ids
        frame = pd.DataFrame({"id": names, "label": [self.labels[c] for c in self.label]})
        for state in self.states.values():
            for name, column in state.items():
                if name != "node":
                    frame.loc[state["node"], name] = np.asarray(column, dtype=object)
        parts = []
        for table, rel in sorted(self.types.items()):
            part = pd.DataFrame({"source": names[rel.start], "target": names[rel.end], "type": table})
            for prop, values in rel.columns.items():
                part[prop] = _plain(table, prop, values)
            parts.append(part)
        return frame, pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
            columns=["source", "target", "type"]
        )

    def to_networkx(self) -> nx.MultiDiGraph[Any]:
        """A MultiDiGraph with node attribute `label` and edge attributes as in `to_pandas`; edge keys are types."""
        import networkx as nx

        frame, edges = self.to_pandas()
        graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
        graph.add_nodes_from((row["id"], {"label": row["label"]}) for row in frame[["id", "label"]].to_dict("records"))
        for row in edges.to_dict("records"):
            attributes = {str(k): v for k, v in row.items() if k not in ("source", "target") and not _missing(v)}
            graph.add_edge(row["source"], row["target"], **attributes)
        return graph


class _Lazy(Mapping[str, Column]):
    """Columns of one group in a saved projection, opened when asked for; those with `_` are not listed."""

    def __init__(self, folder: Path, group: str, kinds: dict[str, str]) -> None:
        self._folder, self._group, self._kinds = folder, group, kinds
        self._opened: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._opened:
            self._opened[name] = _open_column(self._folder / f"{self._group}.{name}", self._kinds[name])
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return (n for n in self._kinds if not n.startswith("_"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


# --- building -----------------------------------------------------------------------------------------


def edge_columns(name: str) -> list[str]:
    """Columns of a type that a projection holds: ends, keys, valid time, its numbers, dates and codes."""
    source = ["source"] if SCHEMA.types[name].several_sources else []
    return [*EDGE_COLUMNS, *source, *_computed(name)]


def state_columns(name: str) -> list[str]:
    """Columns of a label that a projection holds: its numbers, dates and codes."""
    return ["owner", "source", "lot", "valid_from", *_computed(name)]


def _computed(name: str) -> list[str]:
    """Properties that computations read: all but texts, and the texts that are codes."""
    return [p.name for p in SCHEMA.properties(name) if p.kind is not Kind.TEXT or p.coded]


def manifest_of(view: View) -> dict[str, Any]:
    """All that made a projection, as plain values."""
    m = view.moment
    return {
        "store": view.store.url.rpartition("@")[2],
        "seq": view.seq,
        "latest": view.latest,
        "as_of": m.as_of.isoformat(),
        "known_at": m.known_at.isoformat(),
        "used_on": m.used_on.isoformat(),
        "use": view.use.value,
        "disclosure": int(view.disclosure),
        "same_as_from": COLLAPSE_FROM,
        "schema": SCHEMA_VERSION,
        "sources": sorted({b.delivery.source for b in view.store.batches() if b.sealed and b.seq <= view.seq}),
    }


def _nodes(store: GraphStore, at: Slice) -> tuple[Int64, npt.NDArray[np.int16]]:
    columns = store.columns("node", ["nid", "label"], at)
    order = np.argsort(columns["nid"])
    codes = {name: code for code, name in enumerate(SCHEMA.labels)}
    return columns["nid"][order], np.array([codes[x] for x in columns["label"][order].tolist()], dtype=np.int16)


def _begun(store: GraphStore, name: str, view: View) -> dict[str, Column]:
    """A type's facts that have begun by the moment, ended or not; in order of their start, as one may have several."""
    columns = store.columns(name, edge_columns(name), Slice(view.seq))
    order = np.argsort(columns["valid_from"], kind="stable")
    order = order[columns["valid_from"][order] <= view.moment.as_of_day]
    return {n: c[order] for n, c in columns.items()}


def _relationships(columns: dict[str, Column], nodes: Int64) -> Relationships:
    kept = {n: c for n, c in columns.items() if n not in ("owner", "end", "grp", "lot")}
    if "source" in kept:
        kept["source"] = source_keys(kept["source"])
    return _sorted(columns["owner"], columns["end"], mix(columns["grp"], columns["lot"]), kept, nodes)


def _sorted(start: Int64, end: Int64, key: Int64, columns: Mapping[str, Column], nodes: Int64) -> Relationships:
    """Relationships from the keys of their ends, in the order of a projection."""
    start, end = places(nodes, start), places(nodes, end)
    pair = start * max(len(nodes), 1) + end
    order = np.argsort(pair)
    again = pair[order[1:]] == pair[order[:-1]]
    several = np.flatnonzero(np.r_[again, False] | np.r_[False, again]) if len(order) else order
    among = order[several]  # few: relationships beside others of the same two
    order[several] = among[np.lexsort((among, key[among], pair[among]))]
    return Relationships(start[order], end[order], key[order], {n: c[order] for n, c in columns.items()})


def source_keys(sources: Column) -> Int64:
    """A 64-bit key for each name of a source: what a projection holds instead of the text."""
    names, at = np.unique(sources.astype(str), return_inverse=True)
    return nids(names.tolist())[at]


def _patched(rel: Relationships, before: Int64, changed: dict[str, Column], nodes: Int64) -> Relationships:
    """A type after a change: the changed facts leave, those that are live come back."""
    key = mix(changed["grp"], changed["lot"])
    keep, live = ~np.isin(rel.key, key), changed["live"] == 1
    if "source" in rel.columns:
        changed = changed | {"source": source_keys(changed["source"])}
    return _sorted(
        np.concatenate([before[rel.start[keep]], changed["owner"][live]]),
        np.concatenate([before[rel.end[keep]], changed["end"][live]]),
        np.concatenate([rel.key[keep], key[live]]),
        {n: np.concatenate([c[keep], changed[n][live]]) for n, c in rel.columns.items()},
        nodes,
    )


def _taken(rel: Relationships, keep: npt.NDArray[np.bool_]) -> Relationships:
    return Relationships(rel.start[keep], rel.end[keep], rel.key[keep], {n: c[keep] for n, c in rel.columns.items()})


def current_values(label: str, columns: dict[str, Column], nodes: Int64) -> dict[str, Column]:
    """Current values by node: of each property the value of the first source by precedence that has one."""
    ranks = {s: precedence(s) for s in set(columns["source"].tolist())}
    order_of = {s: i for i, s in enumerate(sorted(ranks, key=lambda s: ranks[s]))}
    rank = np.array([order_of[s] for s in columns["source"]], dtype=np.int64)
    recent = np.where(columns["valid_from"] == NO_DATE, np.iinfo(np.int64).min + 1, columns["valid_from"])
    order = np.lexsort((columns["lot"], -recent, rank, columns["owner"]))
    owner = columns["owner"][order]
    first = np.flatnonzero(begins(owner))
    group = np.cumsum(begins(owner)) - 1
    out: dict[str, Column] = {"node": places(nodes, owner[first])}
    for prop in SCHEMA.properties(label):
        if prop.name not in columns:
            continue
        values = columns[prop.name][order]
        missing = np.array([v is None for v in values], dtype=bool) if prop.kind is Kind.TEXT else values == NO_DATE
        best = np.full(len(first), len(values), dtype=np.int64)
        there = np.flatnonzero(~missing)
        np.minimum.at(best, group[there], there)
        absent: Any = None if prop.kind is Kind.TEXT else NO_DATE
        filled = np.append(values, absent)
        out[prop.name] = filled[best]
    return out


def _records(view: View, label: str, nodes: Int64, only: Int64 | None = None) -> Records:
    names = list(dict.fromkeys(["owner", *needed(label), *_computed(label)]))
    columns = view.store.columns(label, names, Slice(view.seq), owners=only)
    found = view.usability(label, columns)
    keep = np.flatnonzero(found.usable)
    keep = keep[np.argsort(columns["owner"][keep], kind="stable")]
    return Records(
        places(nodes, columns["owner"][keep]),
        {n: c[keep] for n, c in columns.items() if n != "owner"},
        found.since[keep],
        found.until[keep],
    )


def _names(nodes: Any, first: str) -> list[str]:
    return [first, *dict.fromkeys(str(k) for _, data in nodes(data=True) for k in data)]


def _require(frame: pd.DataFrame, names: Sequence[str], what: str) -> None:
    if lacking := [n for n in names if n not in frame]:
        raise UsageError(
            f"{what} lack {', '.join(lacking)}",
            f"Needed: {', '.join(names)}.",
            f"{what} 缺少列 {'、'.join(lacking)}。须有：{'、'.join(names)}。",
        )


def _from_frame(frame: pd.DataFrame, position: dict[str, int]) -> Relationships:
    import pandas as pd

    ends = []
    for side in ("source", "target"):
        unknown = [x for x in frame[side].astype(str) if x not in position]
        if unknown:
            raise UsageError(
                f"{side} {unknown[0]!r} is no node",
                "Every end of a relationship is listed in nodes.",
                f"{side} 列中的 {unknown[0]!r} 不是已列出的节点。关系的两端都须列在 nodes 中。",
            )
        ends.append(np.array([position[x] for x in frame[side].astype(str)], dtype=np.int64))
    columns: dict[str, Column] = {}
    for name in frame.columns:
        if name in ("source", "target", "type"):
            continue
        if name in ("share_min", "share_max", "probability"):
            columns[name] = np.array(
                [NO_DATE if pd.isna(v) else round(float(v) * SHARE_ONE) for v in frame[name]], dtype=np.int64
            )
        elif name in ("valid_from", "valid_to"):
            columns[name] = np.array(
                [NO_DATE if pd.isna(v) else to_day(pd.Timestamp(v).date()) for v in frame[name]], dtype=np.int64
            )
        else:
            columns[name] = frame[name].to_numpy()
    lot = (
        digests(zip(*(c.tolist() for c in columns.values()), strict=True)) if columns else np.ones(len(frame), np.int64)
    )
    rank = frame.groupby(["source", "target"]).cumcount().to_numpy().astype(np.int64)
    key = mix(ends[0], ends[1], lot, rank)
    order = np.lexsort((key, ends[1], ends[0]))
    return Relationships(ends[0][order], ends[1][order], key[order], {n: c[order] for n, c in columns.items()})


def hashed(column: Column) -> Int64:
    """A 64-bit hash of each text of a column; numbers as they are."""
    if column.dtype.kind == "f":
        return np.asarray(column).astype(np.float64).view(np.int64)
    if column.dtype != object:
        return np.asarray(column).astype(np.int64)
    from pandas.util import hash_array

    return np.asarray(hash_array(column)).view(np.int64)


def _plain(table: str, name: str, values: Column) -> list[Any]:
    kinds = {p.name: p.kind for p in SCHEMA.properties(table)} if table in SCHEMA.types else {}
    kind = Kind.DATE if name in ("valid_from", "valid_to") else kinds.get(name)
    if values.dtype != np.int64:
        return list(values)
    if kind is Kind.DATE:
        return [None if v == NO_DATE else to_date(v) for v in values.tolist()]
    if kind is Kind.SHARE or name in ("share_min", "share_max"):
        return [None if v == NO_DATE else v / SHARE_ONE for v in values.tolist()]
    return [None if v == NO_DATE else v for v in values.tolist()]


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _save_column(path: Path, column: Column) -> None:
    if column.dtype != object:
        np.save(path.with_name(path.name + ".npy"), column)
        return
    encoded = [b"" if v is None else str(v).encode() for v in column]
    ends = np.cumsum([len(e) for e in encoded], dtype=np.int64) if encoded else np.zeros(0, np.int64)
    np.savez(
        path.with_name(path.name + ".npz"),
        text=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        ends=ends,
        none=np.array([v is None for v in column], dtype=bool),
    )


def _open_column(path: Path, kind: str) -> Column:
    if kind == "array":
        return np.asarray(np.load(path.with_name(path.name + ".npy"), mmap_mode="r"))
    with np.load(path.with_name(path.name + ".npz")) as packed:
        text, ends, none = packed["text"].tobytes(), packed["ends"], packed["none"]
    out = np.empty(len(ends), dtype=object)
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    out[:] = [
        None if n else text[a:b].decode() for a, b, n in zip(starts.tolist(), ends.tolist(), none.tolist(), strict=True)
    ]
    return out
