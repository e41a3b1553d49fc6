"""A node's values as rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from api.render import said, word
from graph.current import Node
from graph.declaration import Kind, Property
from graph.schema import SCHEMA
from graph.time import iso
from graph.view import View
from loaders.source import sources


def source_title(source: str, lang: str) -> str:
    """The name of a source."""
    return sources()[source].zh if lang == "zh" and source in sources() else word(source, lang)


def stated(source: str, view: View, lang: str) -> str:
    """A source as shown, with the day of its last list where a newer one is overdue."""
    since, title = view.unconfirmed.get(source), source_title(source, lang)
    return title if since is None else f"{title} ({word('not_confirmed_since', lang)} {iso(since)})"


VERSION = ("recorded_seq", "superseded_seq", "valid_from", "valid_to", "end_basis", "source", "name", "status")


def version_row(label: str, version: dict[str, Any], view: View, lang: str) -> list[Any]:
    """One version of a node's values."""
    shown = {n: iso(version[n]) for n in ("valid_from", "valid_to")}
    shown["source"] = stated(version["source"], view, lang)
    if "status" in version:
        shown["status"] = said(label, "status", version["status"], lang)
    return [shown.get(n, version.get(n)) for n in VERSION]


def node_rows(
    node: Node, view: View, lang: str, closed: Collection[str] = (), *, coded: bool = False
) -> list[tuple[str, Any, str]]:
    """(property, value, source) of a node, hashes left out; `closed`: not told, `coded`: codes as they are kept."""
    out = []
    for prop in SCHEMA.properties(node.label):
        value = node.properties.get(prop.name)
        if value is None or prop.name.endswith("_hash") or prop.name in ("key_id", "hash_algorithm"):
            continue
        shown = _plain(prop, value) if coded else _shown(node.label, prop, value, lang)
        shown = word("may_name_people", lang) if prop.name in closed else shown
        out.append((prop.zh if lang == "zh" else prop.en, shown, stated(node.sources[prop.name], view, lang)))
    return out


def _plain(prop: Property, value: Any) -> Any:
    return iso(value) if prop.kind is Kind.DATE else f"{value / 100:,.2f}" if prop.kind is Kind.MONEY else value


def _shown(label: str, prop: Property, value: Any, lang: str) -> Any:
    if prop.kind is Kind.BOOLEAN:
        return word("yes" if value else "no", lang)
    if prop.kind is not Kind.TEXT:
        return _plain(prop, value)
    return word(said(label, prop.name, value, lang), lang)
