"""A view as CSV tables: companies, usable records, and relationships; people only where asked for."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from graph.current import Node
from graph.declaration import Kind
from graph.errors import UsageError
from graph.personal import people_behind
from graph.schema import ON_RECORDS, SCHEMA
from graph.store import Slice
from graph.time import NO_DATE, iso
from graph.view import View

LEFT_OUT = "records of people, left out without a purpose"
_PORTION = 10_000
_NEVER = {"number_hash", "candidate_hash", "mask_hash", "hash_algorithm", "key_id"}


def write_csv(view: View, folder: Path, *, people: bool, cell: Callable[[Any], Any]) -> dict[str, int]:
    """Write one file a label and one for relationships to a new folder; returns rows by file, and how many LEFT_OUT.

    `cell` makes a value safe for spreadsheets. Without `people`, persons, records of nobody else, and the relationships
    of both are left out.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            f"{folder} is not empty", "Name a new folder.", f"文件夹 {folder} 不是空的。请另指定一个新文件夹。"
        )
    folder.mkdir(parents=True, exist_ok=True)
    labels = [name for name in SCHEMA.labels if name not in ON_RECORDS.values() and (people or name != "Person")]
    done: dict[str, int] = {}
    shown: dict[int, str] = {}
    hidden: set[int] = set()
    for label in labels:
        names = [p.name for p in SCHEMA.properties(label) if p.name not in _NEVER and (people or not p.personal)]
        nodes = _nodes(view, label, people, hidden)
        rows = _rows(nodes, label, names, shown)
        done[f"{label}.csv"] = _write(folder / f"{label}.csv", ["id", *names], rows, cell)
    header = ["type", "start", "end", "valid_from", "valid_to", "source", "share_min", "share_max"]
    done["relationships.csv"] = _write(folder / "relationships.csv", header, _relationships(view, shown), cell)
    return done if people else done | {LEFT_OUT: len(hidden)}


def _nodes(view: View, label: str, people: bool, hidden: set[int]) -> Iterator[Node]:
    """The nodes of a label as they may be written; which are `hidden` for they are about people is noted."""
    columns = view.store.columns("node", ["nid", "label"], Slice(view.seq))
    keys = sorted(columns["nid"][columns["label"] == label].tolist())
    for at in range(0, len(keys), _PORTION):
        nodes = view.nodes(keys[at : at + _PORTION])
        hidden.update({} if people else people_behind(view, [n.key for n in nodes]))
        yield from sorted((n for n in nodes if n.key not in hidden), key=lambda n: n.id)


def _rows(nodes: Iterator[Node], label: str, names: list[str], shown: dict[int, str]) -> Iterator[list[Any]]:
    dates = {p.name for p in SCHEMA.properties(label) if p.kind is Kind.DATE}
    for node in nodes:
        shown[node.key] = node.id
        yield [node.id, *(iso(v) if n in dates else v for n, v in ((n, node.properties.get(n)) for n in names))]


def _relationships(view: View, shown: dict[int, str]) -> Iterator[list[Any]]:
    for name in SCHEMA.types:
        shares = ["share_min", "share_max"] if name == "HOLDS_SHARES_IN" else []
        c = view.store.columns(name, ["owner", "end", "valid_from", "valid_to", "source", *shares], view.slice)
        rows = zip(*(c[n].tolist() for n in c), strict=True)
        kept = (
            [name, shown[o], shown[e], iso(f), iso(t), s, *(None if x == NO_DATE else x / 1e10 for x in rest)]
            for o, e, f, t, s, *rest in rows
            if o in shown and e in shown
        )
        yield from sorted(kept, key=str)


def _write(path: Path, header: list[str], rows: Iterator[list[Any]], cell: Callable[[Any], Any]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow([cell(v) for v in row])
            count += 1
    return count
