"""Classes of companies and their reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from analytics.baseline import baselines, store_baseline
from analytics.explanation import explain as explain_class
from analytics.grading import read_inputs
from analytics.runs import grade_few_run, grade_run, store_run
from api import render
from api.asking import HIDDEN
from api.audit import log_person_query
from api.commands.algorithms import explained
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.settings import moment
from graph.declaration import Disclosure
from graph.projection import GraphProjection
from graph.time import iso
from graph.usable import Use
from graph.view import View

Baseline = Annotated[
    str | None, typer.Option("--baseline", help="population statistics to measure against (default: the last made)")
]


def create_baseline(
    name: Annotated[str, typer.Argument(help="a new name")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Measure the population and keep its statistics under a name: complaint rates and P99s that grades refer to."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        projection = GraphProjection.from_store(opened, at, Use.GRADE, Disclosure.GOVERNMENT)
        made = store_baseline(opened, name, read_inputs(opened, projection))
    print(f"{name}: {made.manifest['as_of']}, batch {made.manifest['seq']}")


def list_baselines(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the baselines with the day they are of."""
    with existing(store) as opened:
        rows = [(b.name, b.manifest["as_of"], b.manifest["known_at"], b.manifest["seq"]) for b in baselines(opened)]
    render.table(("baseline", "as_of", "known_at", "batch"), rows, form, lang)


def grade(
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[Path | None, typer.Option("--out", help="write the classes as CSV")] = None,
    baseline: Baseline = None,
    write: Annotated[bool, typer.Option(help="keep the run and write classes and parts to the store")] = True,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Grade every company; print the distribution of classes."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        run, projection, grades = grade_run(opened, at, baseline=baseline)
        if write:
            store_run(opened, run, projection, grades)
        if out:
            out.write_text(grades_csv(opened, projection, grades), encoding="utf-8-sig")
    found = grades.distribution()
    render.table(("class", "companies"), list(found.items()), form, lang)
    if form == "table":
        print(f"run {run.run_id}" + (f", {out}" if out else ""))


def grades_csv(store: Any, projection: Any, grades: Any) -> str:
    """Classes of all companies in order of id."""
    ids = store.nodes(projection.nodes[grades.node].tolist(), projection.manifest["seq"])
    columns = zip(
        projection.nodes[grades.node].tolist(),
        grades.grade.tolist(),
        grades.colour.tolist(),
        grades.score.tolist(),
        grades.coverage.tolist(),
        grades.next_change.tolist(),
        strict=True,
    )
    rows = sorted(
        (ids[k][0], c, col, f"{s / 1000:.3f}", f"{cov:.4f}", iso(n) or "") for k, c, col, s, cov, n in columns
    )
    return render.to_csv(("id", "class", "colour", "score", "coverage", "next_change_on"), rows)


def explain(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    baseline: Baseline = None,
    algorithm: Annotated[
        str | None, typer.Option("--algorithm", help="explain its numbers instead of the class")
    ] = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say why a company has its class, or an algorithm's numbers: parts, documents, periods, and what changes when."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        if algorithm is not None:
            explained(opened, at, purpose, algorithm, company, form, lang)
            return
        view = View(opened, at, Use.GRADE)
        key = view.resolve(company)
        found = explain_class(view, *grade_few_run(view, np.array([key]), baseline), key)
        _people(found, purpose)
    if form == "table":
        render.explanation(found, lang)
    else:
        print(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True))


def _people(found: dict[str, Any], purpose: str | None) -> None:
    """Log a query about the people of an explanation's paths, or leave them and their records out."""
    steps = [(part, step) for part in found["parts"] for step in part.get("path", ())]
    people = [(p, s, end) for p, s in steps for end in (s["from"], s["to"]) if end["label"] == "Person"]
    if people and purpose:
        log_person_query("explain", purpose, sorted({end["id"] for _, _, end in people}))
        return
    for part, step, end in people:
        end |= {"id": None, "name": HIDDEN}
        if step["type"] == "SUBJECT_OF":
            step["to"] |= {"id": None, "name": None}
            part["evidence"] |= {"id": None, "document_number": None, "what": None, "personal": True}


COMMANDS = (
    grade,
    explain,
)
