"""A node's values as rows, in the reader's language."""

from __future__ import annotations

from typing import Any

from api.render import word
from graph.current import Node
from graph.declaration import Kind
from graph.schema import SCHEMA
from graph.time import iso
from graph.view import View


def stated(source: str, view: View, lang: str) -> str:
    """A source as shown, with the day of its last list where a newer one is overdue."""
    since = view.unconfirmed.get(source)
    return source if since is None else f"{source} ({word('not_confirmed_since', lang)} {iso(since)})"


def node_rows(node: Node, view: View, lang: str) -> list[tuple[str, Any, str]]:
    """(property, value, source) of a node, hashes left out."""
    out = []
    for prop in SCHEMA.properties(node.label):
        value = node.properties.get(prop.name)
        if value is None or prop.name.endswith("_hash") or prop.name in ("key_id", "hash_algorithm"):
            continue
        shown = iso(value) if prop.kind is Kind.DATE else f"{value / 100:,.2f}" if prop.kind is Kind.MONEY else value
        out.append((prop.zh if lang == "zh" else prop.en, shown, stated(node.sources[prop.name], view, lang)))
    return out
