"""Which mentions without a number are whom: comparing, and deciding what no number decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.decisions import Decision, Kind
from api import render, render_matching
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.settings import moment, now
from graph.errors import UsageError
from graph.progress import Bar

if TYPE_CHECKING:
    from api.asking import Asking

COLUMNS = ("one", "other", "probability", "why", "records", "ties", "evidence", "one_id", "other_id")
READ = ("pair", "id", "name", "identity", "firms_and_posts", "assessment")
EMPTY = ("没有待复核的疑似同一主体。", "No pair waits for review.")
NEXT = ("已记录；下次运行 creditgraph match 时生效。", "Kept; it counts from the next creditgraph match on.")
HOW = (
    "认定：creditgraph review 标识 标识 --verdict same|different|unsure --reason 理由 --by 经办人",
    "Decide: creditgraph review ID ID --verdict same|different|unsure --reason WHY --by WHO",
)
STANDS = ("关联未变。", "The links stood already.")


def match(
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    write: Annotated[bool, typer.Option(help="write the links and keep the run")] = True,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Compare who bears the same name: SAME_AS links from .5, one party from .95. A name alone joins nobody."""
    # compiled algorithms take long to import, and few commands run one
    from analytics.matching.run import match as run_match
    from analytics.matching.run import store_match

    at = moment(as_of, known_at)
    with existing(store) as opened:
        with Bar("match") as bar:
            run = run_match(opened, at, bar)
        batch = store_match(opened, run, now()) if write else None
    if form is Form.JSON:
        told: dict[str, Any] = {"run": run.run_id, "batch": batch and batch.seq, **run.manifest}
        told["counts"] = {m.kind: m.counts | {"contradicted": len(m.contradicted)} for m in run.found}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    render_matching.found(run.found, form, lang)
    if form is Form.TABLE:
        print(f"run {run.run_id}" + (f", batch {batch.seq}" if batch else ""))
        if write and not batch:
            print(STANDS[lang is not Language.ZH])


def review(
    one: Annotated[str | None, typer.Argument(help="id of one party; none: list the queue")] = None,
    other: Annotated[str | None, typer.Argument(help="id of the other")] = None,
    verdict: Annotated[str | None, typer.Option("--verdict", help="same, different or unsure")] = None,
    reason: Annotated[str, typer.Option("--reason", help="why, without personal data")] = "",
    by: Annotated[str, typer.Option("--by", help="who decides")] = "",
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="how many pairs to list")] = 50,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """List pairs that may be one party, those first that matter most; or decide one. People need --purpose."""
    from analytics.matching.review import decide_match
    from api.asking import Asking

    with existing(store) as opened:
        asking = Asking(opened, moment(as_of, known_at), "review", purpose, form, lang)
        if one is None and verdict is None:
            _list(asking, limit, form, lang)
            return
        if one is None or other is None or verdict is None:
            raise UsageError(
                "a decision is about two parties",
                "creditgraph review ONE OTHER --verdict same --reason ... --by ...",
                "认定涉及两个主体。用法：creditgraph review 一方 另一方 --verdict same --reason ... --by ...",
            )
        nodes = [asking.view.node(asking.party(text)) for text in (one, other)]
        first, second = sorted(nodes, key=lambda n: n.id)
        decision = Decision(Kind.MATCH, first.id, second.id, verdict, reason, by, now().date())
        decide_match(asking.view, first, second, decision)
    print(NEXT[lang is not Language.ZH])


def _list(asking: Asking, limit: int, form: Form, lang: Language) -> None:
    from analytics.matching.review import queue

    cases = queue(asking.view)
    if form is Form.TABLE and not cases:
        print(EMPTY[lang is not Language.ZH])
        return
    shown = cases[:limit]
    parties = asking.apart([k for c in shown for k in (c.one, c.other)])
    if form is Form.TABLE:
        rows = [row for n, case in enumerate(shown, 1) for row in render_matching.pair(n, case, parties, lang)]
        render.table(READ, rows, form, lang)
        print(f"{len(shown)} / {len(cases)}  {HOW[lang is not Language.ZH]}")
        return
    told = [render_matching.told(case, parties) for case in shown]
    if form is Form.JSON:
        render.dump(told)
    else:
        render.table(COLUMNS, [[row[c] for c in COLUMNS] for row in told], form, lang)


COMMANDS = (match, review)
