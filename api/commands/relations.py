"""How a few parties are related."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from api import render
from api.asker import Asker
from api.commands.exploring import title
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.settings import moment
from graph.current import Node
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.time import iso
from graph.usable import Use
from graph.view import View

if TYPE_CHECKING:
    from analytics.algorithm import Notice, Part, Result
    from analytics.algorithms.relations import Answer
    from analytics.step import Step

NOTICES = {
    "no_path": ("{detail} 步内没有关系：{names}", "no relation within {detail} hops: {names}"),
    "cut_short": (
        "检索未完成（查看了 {detail} 条关系）：没有列出的不等于没有",
        "the search was cut short ({detail} ties looked at): what is not listed may yet exist",
    ),
    "hop_limit_repaired": (
        "最小连接超过步数限制，改列限制内的最强路径",
        "the lightest tree breaks the hop limit; the strongest paths within it are shown",
    ),
    "one_party": ("同一主体：{names}", "one and the same party: {names}"),
    "share_out_of_range": (
        "持股比例超出 0 至 100%，请核对：{names}",
        "a share outside 0 to 100 %, to be checked: {names}",
    ),
}
LEAD = ("关联只是线索，不能作为认定依据。", "A relation is a lead, not a finding.")
NOTHING = ("没有共同的直接关联。", "No direct links in common.")
OWN_WORDS = {n: f"common_{n}" for n in ("address", "record", "contact", "agent")}


@dataclass(frozen=True)
class Reader:
    """Who reads: in which language, the nodes, and which of them may not be named."""

    lang: str
    nodes: dict[int, Node] = field(default_factory=dict)
    hidden: Collection[int] = ()

    def name(self, key: int) -> str:
        return title(self.nodes.get(key), self.hidden, self.lang) or "?"

    def told(self, key: int) -> dict[str, str | None]:
        """A node for JSON; an id is as personal as a name."""
        node = self.nodes.get(key)
        if node is None:
            return {"id": None, "label": None, "name": self.name(key)}
        return {"id": None if key in self.hidden else node.id, "label": node.label, "name": self.name(key)}

    def step(self, step: Step) -> dict[str, Any]:
        """A relationship for JSON, its ends as it is walked."""
        return step.told() | {"from": self.told(step.first), "to": self.told(step.last)}

    def type(self, name: str) -> str:
        return SCHEMA.types[name].zh if self.lang == "zh" else SCHEMA.types[name].en

    def pick(self, zh_en: tuple[str, str]) -> str:
        return zh_en[self.lang != "zh"]


def relations(
    parties: Annotated[list[str], typer.Argument(help="2 to 6 parties: codes, ids or exact names")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    hops: Annotated[int, typer.Option("--hops", help="most steps from party to party, 1 to 8")] = 6,
    paths: Annotated[int, typer.Option("--paths", help="how many paths between two parties")] = 5,
    types: Annotated[list[str] | None, typer.Option("--types", help="relationship type to follow; repeat it")] = None,
    former: Annotated[bool, typer.Option("--former", help="follow relationships that have ended as well")] = False,
    records: Annotated[bool, typer.Option("--records", help="follow records that name several parties")] = False,
    min_share: Annotated[float, typer.Option("--min-share", help="least share of a holding, 0 to 1")] = 0.0,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Find how 2 to 6 parties are related: the strongest paths, and what they share. People need --purpose."""
    # compiled algorithms take long to import, and few commands run one
    from analytics.algorithms.common_links import CommonLinks
    from analytics.algorithms.relations import Relations

    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at)
        asker = Asker(view, "relations", purpose, form, lang)
        keys = [asker.meant(p) for p in parties]
        asked = {"parties": keys, "types": types or (), "records": records, "min_share": min_share}
        search, links = Relations(), CommonLinks()
        params = search.read_parameters(asked | {"hops": hops, "paths": paths})
        projection = GraphProjection.from_store(opened, at, Use.DISPLAY, former=former)
        found = search.compute(projection, params)
        common = links.compute(projection, links.read_parameters(asked))
        shown = np.unique(np.concatenate([keys, *(r.columns[c] for r in (found, common) for c in r.node_columns)]))
        nodes = {n.key: n for n in view.nodes([int(k) for k in shown])}
        reader = Reader(lang.value, nodes, asker.hidden(nodes.values()))
    if form is Form.JSON:
        print(json.dumps(_told(found, common, reader), ensure_ascii=False, indent=1))
        return
    render.table(("path", "relation", "strength", "dates"), list(_path_rows(found, reader)), form, lang)
    if form is Form.CSV:
        return
    for notice in found.warnings:
        print(_notice(notice, reader))
    _common_tables(common, reader)
    print(reader.pick(LEAD))


def _paths(found: Answer) -> Iterable[tuple[int, list[int]]]:
    """(number, rows) of each path."""
    numbers = found.columns["path"].tolist()
    for number, rows in groupby(range(len(numbers)), numbers.__getitem__):
        yield number, list(rows)


def _steps(found: Answer, rows: list[int]) -> list[Part]:
    """The relationships of each step of a path."""
    return [part for part in found.parts(rows[0]) if part.relationships]


def _path_rows(found: Answer, reader: Reader) -> Iterable[tuple[str, str, str, str]]:
    c = found.columns
    for number, rows in _paths(found):
        line = reader.name(int(c["from"][rows[0]]))
        for row, step in zip(rows, _steps(found, rows), strict=True):
            names, share = [reader.type(t) for t in dict.fromkeys(t for t, _ in step.relationships)], c["share"][row]
            said = " + ".join([names[0] + ("" if np.isnan(share) else f" {share * 100:.4g}%"), *names[1:]])
            line += f" —{said}→ " if c["forward"][row] else f" ←{said}— "
            line += reader.name(int(c["to"][row]))
        yield str(number), line, f"{c['strength'][rows[0]]:.4f}", "; ".join(_dates(found, r) for r in rows)


def _dates(found: Result, row: int) -> str:
    since, until = iso(int(found.columns["valid_from"][row])), iso(int(found.columns["valid_to"][row]))
    return f"{since or '?'} – {until or ''}".strip() if since or until else "?"


def _common_tables(common: Result, reader: Reader) -> None:
    """A table for each kind of common link."""
    kinds: list[str] = common.columns["kind"].tolist()
    if not kinds:
        print(reader.pick(NOTHING))
    for kind, group in groupby(range(len(kinds)), kinds.__getitem__):
        rows = []
        for node, of_node in groupby(group, common.columns["node"].__getitem__):
            at = list(of_node)
            ties = [
                f"{reader.name(int(common.columns['party'][i]))}: {reader.type(common.columns['type'][i])} "
                f"{_dates(common, i)}"
                for i in at
            ]
            rows.append((reader.name(int(node)), int(common.columns["degree"][at[0]]), "; ".join(ties)))
        heading = reader.type(kind) if kind in SCHEMA.types else OWN_WORDS.get(kind, kind)
        render.table((heading, "neighbours", "parties"), rows, Form.TABLE, reader.lang)


def _notice(notice: Notice, reader: Reader) -> str:
    names = ", ".join(reader.name(k) for k in notice.nodes)
    return reader.pick(NOTICES[notice.code]).format(detail=notice.detail, names=names)


def _told(found: Answer, common: Result, reader: Reader) -> dict[str, Any]:
    c = found.columns
    paths = [
        {
            "strength": float(c["strength"][rows[0]]),
            "steps": [
                {
                    "from": reader.told(int(c["from"][r])),
                    "to": reader.told(int(c["to"][r])),
                    "type": c["type"][r],
                    "forward": bool(c["forward"][r]),
                    "share": None if np.isnan(c["share"][r]) else float(c["share"][r]),
                    "cost": float(c["cost"][r]),
                    "hub_cost": float(c["hub_cost"][r]),
                    "valid_from": iso(int(c["valid_from"][r])),
                    "valid_to": iso(int(c["valid_to"][r])),
                    "relationships": [{"type": t, "key": str(k)} for t, k in part.relationships],
                }
                for r, part in zip(rows, _steps(found, rows), strict=True)
            ],
        }
        for _, rows in _paths(found)
    ]
    d = common.columns
    return {
        "paths": paths,
        "common": [
            {
                "kind": d["kind"][i],
                "node": reader.told(int(d["node"][i])),
                "neighbours": int(d["degree"][i]),
                "party": reader.told(int(d["party"][i])),
                "type": d["type"][i],
                "key": str(d["key"][i]),
                "valid_from": iso(int(d["valid_from"][i])),
                "valid_to": iso(int(d["valid_to"][i])),
            }
            for i in range(len(common))
        ],
        "explored_count": found.explored_count,
        "partial_results": found.partial_results,
        "warnings": [
            {"code": w.code, "nodes": [reader.told(k) for k in w.nodes], "detail": w.detail} for w in found.warnings
        ],
    }


COMMANDS = (relations,)
