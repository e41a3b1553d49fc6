"""Who is related to whom by which rule, and who holds a post inside a term of restriction."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import render, render_steps
from api.asker import Asker
from api.clearance import Question
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.commands.relations import Reader
from api.file_clearance import clearance
from api.outputs import note_output
from api.render_node import stated
from api.settings import moment
from graph.errors import UsageError
from graph.projection import GraphProjection
from graph.time import iso
from graph.usable import Use
from graph.view import View

if TYPE_CHECKING:  # compiled algorithms take long to import, and few commands run one
    from analytics.related_parties.answers import Answer, Relation
    from analytics.restrictions.restricted import Restricted

LEVELS = {
    "statutory": ("依规则", "by a rule"),
    "presumed": ("推定", "presumed"),
    "soft": ("软关联", "soft link"),
    "excluded": ("规则排除", "excluded by a rule"),
}
LISTED = ("仅当一方为上市公司", "only where one is a listed company")
HELD = ("期间内：{day}", "within the term: {day}")
KIN = ("近亲属（批准：{basis}）", "close family (approved: {basis})")
SAME = ("同一主体：{names}", "one and the same party: {names}")
NONE = (
    "{day}：{count} 对中 {related} 对依规则关联。未列出的，在入库的持股、任职、控制、地址、联系方式中没有查到。",
    "{day}: {related} of {count} pairs are related by a rule. What is not listed was not found in the holdings, posts, "
    "control, addresses and contacts that are loaded.",
)
NO_KIN = ("亲属关系未查。", "Families were not looked at.")
LEAD = (
    "依登记信息按所列规则测算，是否构成关联方由有权机关认定；推定和软关联只是线索。",
    "Computed from registers by the rules named; whether parties are related is for the competent authority to find. "
    "What is presumed or soft is a lead.",
)
TO_VERIFY = (
    "疑似任职限制，待核实：每行的未知要素没有登记来源，不能据此作出结论。",
    "Suspected restrictions, to be verified: what is unknown stands in no register, and nothing follows without it.",
)
NO_LISTED = (
    "未按交易所规则判断：登记中没有是否上市的信息，上市公司请用 --listed 指明。",
    "The exchanges' rules are left out: no register says who is listed; name listed companies with --listed.",
)
TAKEN = (("期间内", "inside the term"), ("此前", "before it"), ("未载明", "not stated"))


def related(
    parties: Annotated[list[str] | None, typer.Argument(help="codes, ids or exact names; one: all its parties")] = None,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    listing: Annotated[Path | None, typer.Option("--list", help="a text file with one party a line")] = None,
    kin: Annotated[str | None, typer.Option("--kin", help="approval by which families may be looked at")] = None,
    relatives: Annotated[
        Path | None,
        typer.Option("--relatives", help="with --kin: CSV of two ids of persons a line who are close family"),
    ] = None,
    listed: Annotated[
        list[str] | None,
        typer.Option("--listed", help="a listed company: the exchanges' rules bind it; repeatable"),
    ] = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say which parties are related, by which rule and through which relationships. People need --purpose."""
    from analytics.related_parties.answers import relations_among, relations_of, window

    at = moment(as_of, known_at)
    asked = [*(parties or []), *_lines(listing)]
    if not asked:
        raise UsageError(
            "nobody is asked about",
            "Name one party for all its related parties, several for pairs.",
            "没有指定主体。指定一个查其全部关联方，指定多个查两两关系。",
        )
    with existing(store) as opened:
        view = View(opened, at)
        asker = Asker(view, "related", purpose, form, lang, **({"kin": kin} if kin else {}))
        keys = list(dict.fromkeys(asker.meant(p) for p in asked))
        pairs = [(asker.meant(a), asker.meant(b)) for a, b in _relatives(relatives, kin)]
        graph = window(opened, at)
        answer = (
            relations_among(graph, at.as_of_day, keys, pairs)
            if len(keys) > 1
            else relations_of(graph, at.as_of_day, keys[0], pairs)
        )
        answer = answer.with_listed({asker.meant(text) for text in listed or ()})
        nodes = {n.key: n for n in view.nodes(sorted({*keys, *_shown(answer), *(k for pair in pairs for k in pair)}))}
        reader = Reader(lang.value, nodes, asker.hidden(nodes.values()))
    if form is Form.JSON:
        told: dict[str, Any] = {
            "as_of": at.as_of.isoformat(),
            "relations": [_told(r, reader, kin) for r in answer.relations],
        }
        told |= {"same": [[reader.told(k) for k in pair] for pair in answer.same], "notice": reader.pick(LEAD)}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    columns = ("parties", "level", "rule", "via", "evidence")
    render.table(columns, [_row(r, reader, kin, at.as_of_day) for r in answer.relations], form, lang)
    if form is Form.CSV:
        return
    for pair in answer.same:
        print(reader.pick(SAME).format(names=", ".join(reader.name(k) for k in pair)))
    if len(keys) > 1:
        by_rule = {(r.one, r.other) for r in answer.relations if r.level == "statutory" and not r.listed}
        count = len(list(combinations(keys, 2)))
        print(reader.pick(NONE).format(day=at.as_of, count=count, related=len(by_rule)))
    if not listed:
        print(reader.pick(NO_LISTED))
    if not kin:
        print(reader.pick(NO_KIN))
    print(reader.pick(LEAD))


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    return [line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()]


def _relatives(path: Path | None, kin: str | None) -> list[tuple[str, str]]:
    """Pairs of people who are close family: never from the graph, and only with an approval."""
    if (path is None) != (kin is None) or (kin is not None and not kin.strip()):
        raise UsageError(
            "families are looked at only with an approval",
            "Give --kin APPROVAL and --relatives FILE together.",
            "亲属关系须经批准方可查询。请同时给出 --kin 批准文号 和 --relatives 文件。",
        )
    if path is None:
        return []
    rows = [row for row in csv.reader(path.read_text("utf-8-sig").splitlines()) if any(row)]
    if bad := next((i for i, row in enumerate(rows, 1) if len(row) != 2 or not all(c.strip() for c in row)), None):
        raise UsageError(
            f"{path.name}, line {bad}: not two ids",
            "A line names two persons, a comma between.",
            f"{path.name} 第 {bad} 行：不是两个标识。每行写两个自然人的标识，以逗号分隔。",
        )
    return [(a.strip(), b.strip()) for a, b in rows]


def _shown(answer: Answer) -> set[int]:
    ends = {k for r in answer.relations for k in (r.one, r.other, *r.via)}
    return ends | {k for r in answer.relations for link in r.links for k in (link.start, link.end)}


def _row(r: Relation, reader: Reader, kin: str | None, day: int) -> tuple[str, ...]:
    notes = [reader.pick(LISTED)] if r.listed else []
    notes += [reader.pick(HELD).format(day=iso(r.held_on))] if r.held_on != day else []
    notes += [reader.pick(KIN).format(basis=kin)] if r.kin else []
    rule = "\n".join([r.rule, r.zh if reader.lang == "zh" else r.en, *filter(None, [r.article]), *notes])
    return (
        f"{reader.name(r.one)}\n{reader.name(r.other)}",
        reader.pick(LEVELS[r.level]),
        rule,
        "\n".join(reader.name(k) for k in r.via),
        render_steps.lines([reader.step(link) for link in r.links], reader.lang),
    )


def _told(r: Relation, reader: Reader, kin: str | None) -> dict[str, Any]:
    return {
        "one": reader.told(r.one),
        "other": reader.told(r.other),
        "level": r.level.value,
        "rule": r.rule,
        "zh": r.zh,
        "en": r.en,
        "article": r.article,
        "source": r.source,
        "listed_company_only": r.listed,
        "held_on": iso(r.held_on),
        "kin_approved_by": kin if r.kin else None,
        "via": [reader.told(k) for k in r.via],
        "relationships": [reader.step(link) for link in r.links],
    }


# --- restricted ---------------------------------------------------------------------------------------


def restricted(
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    inside: Annotated[
        bool, typer.Option("--inside", help="only posts taken, and firms founded, inside the term")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="write the list as CSV")] = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """List who holds a post or founded a firm inside a term of restriction or ban: to be verified. Needs --purpose."""
    from analytics.restrictions.befallen import inputs_with_texts
    from analytics.restrictions.restricted import INSIDE
    from analytics.restrictions.restricted import restricted as find

    clearance().purpose(Question("restricted", "person", exploring=True), purpose)
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at, Use.ALERT)
        graph = GraphProjection.from_store(opened, at, Use.ALERT)
        found = find(inputs_with_texts(opened, graph))
        found = found.where(found.taken == INSIDE) if inside else found
        places = {*found.person.tolist(), *found.firm.tolist(), *found.subject.tolist(), *found.record.tolist()} - {-1}
        nodes = {n.key: n for n in view.nodes([int(graph.nodes[p]) for p in sorted(places)])}
        hidden = Asker(view, "restricted", purpose, form, lang).hidden(nodes.values())
        rows = list(_restricted_rows(found, graph, view, Reader(lang.value, nodes, hidden)))
        if out:
            out.write_text(render.to_csv(RESTRICTED, rows), encoding="utf-8-sig")
            note_output(opened, out, "restricted")
    if form is not Form.TABLE:
        render.table(RESTRICTED, rows, form, lang)
        return
    if not out:
        render.table(("person", "firm", "clause", "term", "unknown_element"), [_folded(r) for r in rows], form, lang)
    print(TO_VERIFY[lang != "zh"])


RESTRICTED = (
    "person",
    "firm",
    "post",
    "began",
    "taken",
    "clause",
    "befell",
    "record",
    "term",
    "unknown_element",
    "key",
)


def _folded(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row for a table of a screen's width."""
    person, firm, post, began, taken, clause, befell, record, term, unknown, _ = row
    held = f"{firm}\n{post} {began} ({taken})"
    return person, held, "\n".join(filter(None, (clause, befell, record))), term, unknown


def _restricted_rows(
    found: Restricted, graph: GraphProjection, view: View, reader: Reader
) -> Iterable[tuple[str, ...]]:
    from analytics.restrictions.offices import TIES

    zh = reader.lang == "zh"

    def name(place: int) -> str:
        return reader.name(int(graph.nodes[place])) if place >= 0 else ""

    def ground(i: int) -> str:
        """The record that it rests on, or what the register states of the firm, and which source stated it."""
        if found.record[i] >= 0:
            return name(int(found.record[i]))
        firm = reader.nodes.get(int(graph.nodes[found.subject[i]]))
        if firm is None:
            return ""
        said = render.said("Company", "status", firm.properties.get("status"), reader.lang)
        return f"{render.word('status', reader.lang)} {said} ({stated(firm.sources['status'], view, reader.lang)})"

    for i in range(len(found)):
        clause, period = found.clauses[int(found.clause[i])]
        post = found.post[i]
        held = (
            reader.type(TIES[found.tie[i]]) if post is None else render.said("HOLDS_POST_IN", "post", post, reader.lang)
        )
        yield (
            name(int(found.person[i])),
            name(int(found.firm[i])),
            held,
            iso(int(found.began[i])) or "",
            reader.pick(TAKEN[int(found.taken[i])]),
            f"{clause.id} {period.article}",
            f"{clause.zh if zh else clause.en}: {name(int(found.subject[i]))}",
            ground(i),
            f"{iso(int(found.since[i]))} – {iso(int(found.until[i])) or ''}".strip(),
            clause.unknown_zh if zh else clause.unknown_en,
            str(found.key[i]),
        )


COMMANDS = (related, restricted)
