"""A node as JSON and tables name it, where it may be named and where not."""

from __future__ import annotations

from typing import Any

from graph.current import Node
from graph.visualization import title_of

Named = dict[str, Any]


def named(node: Node, *, hidden: bool) -> Named:
    """Its id, label and name, of a person what tells namesakes apart; of what is hidden the label alone."""
    if hidden:
        return {"id": None, "label": node.label, "name": None}
    if node.label != "Person":
        return {"id": node.id, "label": node.label, "name": title_of(node)}
    apart = {n: node.properties[n] for n in ("birth_year", "last_four") if node.properties.get(n)}
    return {"id": node.id, "label": node.label, "name": title_of(node)} | apart
