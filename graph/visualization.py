"""A node's surroundings as one HTML file that opens offline: pyvis, with everything inlined."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

from graph.current import Node
from graph.schema import SCHEMA
from graph.store import Edge
from graph.time import iso
from graph.view import View

MAX_NODES = 300
HUB = 20  # ties from which a neighbour is shown with their number, not with what is behind them
SHAPES = {"Company": "box", "Organisation": "box", "Person": "ellipse", "Address": "text", "ListEntry": "triangle"}
COLOURS = {
    "Company": "#dbe8ff",
    "Organisation": "#e4e0f7",
    "Person": "#fff1cc",
    "Address": "#eef0f2",
    "Contact": "#eef0f2",
    "AdministrativePenalty": "#ffd9cf",
    "ListEntry": "#ffc9c9",
}
RECORD_SHAPE, RECORD_COLOUR = "diamond", "#f3ead9"
_REMOTE = re.compile(r"<(?:link|script)\b[^>]*?\s(?:href|src)\s*=\s*[\"'][^>]*>(?:\s*</script>)?", re.IGNORECASE)


@dataclass(frozen=True)
class Subgraph:
    """Nodes and the relationships among them; `cut` says that there was more than was taken.

    `hubs`: nodes that were not followed, with the number of their ties.
    """

    nodes: list[Node]
    edges: list[Edge]
    cut: bool
    hubs: dict[int, int] = field(default_factory=dict)


def surroundings(view: View, key: int, hops: int = 2, limit: int = MAX_NODES) -> Subgraph:
    """What lies within some hops of a node, nearest first, at most `limit` nodes; hubs on the way are folded."""
    limit = min(limit, MAX_NODES)
    found: dict[int, None] = {key: None}
    edges: dict[tuple[str, int, int], Edge] = {}
    frontier, cut, hubs = [key], False, dict[int, int]()
    for _ in range(hops):
        reached: list[int] = []
        for at in frontier:
            if at != key and (ties := sum(view.degree(at).values())) > HUB:
                hubs[at] = ties
                continue
            page = view.edges(at, limit=limit)
            cut |= len(page) == limit
            for edge in page:
                other = edge.end if edge.start == at else edge.start
                if other not in found and len(found) >= limit:
                    cut = True
                    continue
                edges[edge.type, edge.grp, edge.lot] = edge
                if other not in found:
                    found[other] = None
                    reached.append(other)
        frontier = reached
    nodes = view.nodes(list(found))
    shown = {n.key for n in nodes}
    return Subgraph(nodes, [e for _, e in sorted(edges.items()) if e.start in shown and e.end in shown], cut, hubs)


def title_of(node: Node) -> str:
    """What a node is called: its name, text or number, a record without one by its kind and date."""
    p, label = node.properties, SCHEMA.labels[node.label]
    if node.label == "Identifier":
        return " ".join(filter(None, (p.get("scheme"), p.get("value"))))
    known = p.get("name") or p.get("text") or p.get("document_number") or p.get("case_number")
    return str(known or " ".join(filter(None, (label.zh, iso(p.get(label.dated)) if label.dated else None))))


def _share(edge: Edge) -> str:
    """A share in per cent, one that is known only to lie between two as both."""
    least, greatest = edge.values.get("share_min"), edge.values.get("share_max")
    if least is None and greatest is None:
        return ""
    low, high = 0 if least is None else least / 1e8, 100 if greatest is None else greatest / 1e8
    return f" {low:g}%" if low == high else f" {low:g}–{high:g}%"


def write_html(graph: Subgraph, path: Path, heading: str, lang: str = "zh") -> None:
    """Write the picture as UTF-8 with no reference to any other host; all texts are escaped."""
    from pyvis.network import Network  # takes a fifth of a second to import, and few commands draw

    picture = Network(height="86vh", width="100%", directed=True, cdn_resources="in_line")
    for node in graph.nodes:
        label = SCHEMA.labels[node.label]
        lines = [f"{label.zh if lang == 'zh' else label.en}: {title_of(node)}", *_details(node, lang)]
        ties = graph.hubs.get(node.key)
        folded = "" if ties is None else f"\n（{ties} 条关系）" if lang == "zh" else f"\n({ties} ties)"
        picture.add_node(
            str(node.key),
            label=_wrapped(title_of(node)) + folded,
            title="\n".join(lines),
            shape=SHAPES.get(node.label, RECORD_SHAPE if label.record else "dot"),
            color=COLOURS.get(node.label, RECORD_COLOUR if label.record else "#ffffff"),
        )
    for edge in graph.edges:
        kind = SCHEMA.types[edge.type]
        text = f"{kind.zh if lang == 'zh' else kind.en}{_share(edge)}"
        dates = f"{iso(edge.valid_from) or '?'} – {iso(edge.valid_to) or ''}"
        picture.add_edge(
            str(edge.start), str(edge.end), label=text, title=f"{text}\n{dates}\n{edge.source}", color=kind.colour
        )
    picture.set_options(
        '{"physics": {"solver": "forceAtlas2Based", "stabilization": {"iterations": 150}}, '
        '"edges": {"font": {"size": 10}, "smooth": false}, "nodes": {"font": {"size": 14}}, '
        '"interaction": {"hover": true}}'
    )
    path.write_text(_offline(picture.generate_html(notebook=False), heading, graph.cut, lang), encoding="utf-8")


def _offline(page: str, heading: str, cut: bool, lang: str) -> str:
    note = ("部分节点未显示" if lang == "zh" else "some nodes are left out") if cut else ""
    title = f"<h3 style='font-family:sans-serif;margin:.4em'>{html.escape(heading)} <small>{note}</small></h3>"
    page = _REMOTE.sub("", page)
    page = re.sub(r"<center>\s*<h1>.*?</h1>\s*</center>", "", page, flags=re.DOTALL)
    return page.replace("<head>", '<head><meta charset="utf-8">', 1).replace("<body>", f"<body>{title}", 1)


def _details(node: Node, lang: str) -> list[str]:
    shown = ("status", "established_on", "decided_on", "listed_on", "authority", "kinds", "reasons", "severity")
    out = []
    for prop in SCHEMA.properties(node.label):
        value = node.properties.get(prop.name)
        if prop.name in shown and value is not None:
            out.append(f"{prop.zh if lang == 'zh' else prop.en}: {iso(value) if prop.kind == 'date' else value}")
    return out


def _wrapped(text: str, width: int = 12) -> str:
    return "\n".join(text[i : i + width] for i in range(0, min(len(text), 3 * width), width))
