"""Why a company has its class, what if something were otherwise, and when it comes to another one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from analytics.classes.difference import difference
from analytics.classes.evidence import record
from analytics.classes.explanation import explain as explain_class
from analytics.classes.grades import CLASSES
from analytics.classes.impersonal import people_in, unnamed, without_people
from analytics.classes.runs import Run, erased_since, grade_few_run, kept_run, other_code, replaced_since, view_again
from analytics.classes.what_if import outlook as look_ahead
from analytics.indicators.baseline import baseline_for
from api.asker import Asker
from api.commands.algorithms import explained
from api.commands.options import (
    STORE,
    AcceptVanished,
    AsOf,
    Baseline,
    Dated,
    FileCoverage,
    Form,
    Format,
    Key,
    KnownAt,
    Lang,
    Language,
    Mapping,
    Model,
    Purpose,
    Scope,
    Source,
    Store,
    existing,
)
from api.deliveries import deliveries
from api.file_clearance import clearance
from api.render_explanation import archived, explanation, parts_csv, told_again
from api.render_outlook import outlook as tell
from api.settings import day, moment, now
from api.what_if import loaded_over, told
from graph.errors import NotFound, UsageError
from graph.store import GraphStore
from graph.time import Moment
from graph.usable import Use
from graph.view import View


def explain(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    baseline: Baseline = None,
    model: Model = "general",
    algorithm: Annotated[
        str | None, typer.Option("--algorithm", help="explain its numbers instead of the class")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="what if this record (id or number) were not there; repeatable"),
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Option("--with", help="what if this file were loaded, as `load` takes it; repeatable")
    ] = None,
    source: Source = None,
    coverage: FileCoverage = None,
    dated: Dated = None,
    scope: Scope = "",
    mapping: Mapping = None,
    accept_vanished: AcceptVanished = False,
    key: Key = None,
    run: Annotated[str | None, typer.Option("--run", help="as this stored run saw it, instead of now")] = None,
    approval: Annotated[
        str | None, typer.Option("--approval", help="approval file that opens what is out of use since the run")
    ] = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say why a company has its class, or an algorithm's numbers: parts, documents, periods, and what changes when."""
    if files and run:
        raise UsageError(
            "--run tells what was, --with what would be",
            "Leave one of them out.",
            "--run 重述以往，--with 推演假设，不能并用。请去掉其中之一。",
        )
    if algorithm and (files or without):
        raise UsageError(
            "--with and --without are about the class",
            "Leave --algorithm out.",
            "--with 和 --without 用于分类。请去掉 --algorithm。",
        )
    if form == "csv" and (files or without):
        raise UsageError(
            "a what-if is not one table",
            "--format table or json.",
            "假设推演不是一张表。请用 --format table 或 json。",
        )
    at = moment(as_of, known_at)
    given = (now(), source, coverage, day(dated) if dated else None, scope, mapping, accept_vanished)
    if algorithm is not None:
        with existing(store) as opened:
            explained(opened, at, "explain", purpose, algorithm, company, form, lang)
        return
    requests = deliveries(files or [], *given)
    with existing(store) as opened, loaded_over(opened, requests, key) as (seen, batches):
        kept = kept_run(opened, run) if run else None
        allowed = clearance().approval("explain", approval) if approval else None
        view = view_again(opened, kept, at.used_on, allowed) if kept else View(seen, at, Use.GRADE)
        if kept:
            baseline, model = kept.manifest["baseline"] or "", kept.manifest["parameters"]["model"]
        asker = Asker(view, "explain", purpose, form, lang)
        firm = asker.meant(company)
        gone = np.array([asker.record(r) for r in without], dtype=np.int64) if without else None
        found = explain_class(view, *grade_few_run(view, np.array([firm]), baseline, gone, model), firm)
        if files or without:
            before = _before(view if kept else View(opened, at, Use.GRADE), firm, baseline, model)
            found["what_if"] = told(seen, batches, without or ()) | difference(before, found)
        if kept and (notice := _told_again(opened, kept, at, allowed is not None)):
            found["run_told_again"] = notice
        found = _shown(found, asker)
    if kept and allowed is not None:  # beside the page, whose bytes are those of its day
        print(archived(found, allowed.case, lang), file=sys.stderr)
    if form == "table":
        explanation(found, lang)
    elif form == "csv":
        print(parts_csv(found), end="")
        if "run_told_again" in found:
            print(told_again(found["run_told_again"], lang), file=sys.stderr)
    else:
        print(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True))


def _before(view: View, firm: int, baseline: str | None, model: str) -> dict[str, Any] | None:
    """The explanation without the what-if; None where the company is not there without it."""
    try:
        return explain_class(view, *grade_few_run(view, np.array([firm]), baseline, None, model), firm)
    except NotFound:
        return None


def _told_again(store: GraphStore, run: Run, at: Moment, open_archive: bool) -> dict[str, Any] | None:
    """What keeps a stored run from being told as it was, None for nothing."""
    erased, replaced, other = erased_since(store, run), replaced_since(store, run), other_code(run)
    as_then = (at.used_on.isoformat(), store.sealed_seq()) == (run.manifest["used_on"], run.manifest["latest"])
    closed = not open_archive and not as_then
    if not (closed or erased or replaced or other):
        return None
    return {"run_id": run.run_id, "closed": closed, "erased": erased, "replaced": replaced, "other_code": other}


def _shown(found: dict[str, Any], asker: Asker) -> dict[str, Any]:
    """An explanation as it may be shown: people only for a purpose, which is logged."""
    if not asker.purpose:
        return without_people(found)
    asker.about(people_in(found))
    return found


def outlook(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    to: Annotated[str, typer.Option("--to", help="the class to come to: A, B or C")] = "B",
    months: Annotated[int, typer.Option("--months", help="how far ahead to look", min=1, max=120)] = 36,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    baseline: Baseline = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say when a company comes to a class by time alone, and which records, once repaired, would bring it there."""
    to = to.upper()
    if to not in CLASSES[:3]:
        raise UsageError(
            f"{to!r} is no class to come to", "One of A, B, C.", f"{to!r} 不是可达到的分类。请填 A、B 或 C。"
        )
    if form == "csv":
        raise UsageError(
            "an outlook is not one table", "--format table or json.", "前景不是一张表：请用 --format table 或 json。"
        )
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at, Use.GRADE)
        asker = Asker(view, "outlook", purpose, form, lang)
        firm = view.node(asker.meant(company))
        found = look_ahead(view, firm.key, to, baseline_for(opened, at, baseline), months)
        records = None if found.records is None else _records(asker, found.records)
    named = {"id": firm.id, "name": firm.properties.get("name")}
    if form == "json":
        said = {"company": named, "class": found.now, "to": to, "turns": [vars(t) for t in found.turns], "on": found.on}
        print(json.dumps(said | {"without": records}, ensure_ascii=False, indent=1, sort_keys=True))
        return
    tell(named, found, to, months, records, lang)


def _records(asker: Asker, keys: Sequence[int]) -> list[dict[str, Any]]:
    """Records by key; those of people are named for a purpose only, which is logged."""
    nodes = asker.view.nodes(sorted(keys))
    hidden = asker.hidden(nodes)
    told = [(node.key, record(asker.view, node)) for node in nodes]
    return [unnamed(one) if key in hidden else one for key, one in told]


COMMANDS = (explain, outlook)
