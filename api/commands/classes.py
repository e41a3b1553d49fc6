"""Classes of companies and their reasons."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from analytics.classes.baseline import baseline_for, baselines, store_baseline
from analytics.classes.calibration import calibrated_baseline
from analytics.classes.explanation import explain as explain_class
from analytics.classes.explanation import people_in, record, without_people
from analytics.classes.grading import CLASSES, read_inputs
from analytics.classes.runs import erased_since, grade_few_run, grade_run, kept_run, store_run, view_again
from analytics.classes.stability import stability as compare
from analytics.classes.what_if import outlook as look_ahead
from analytics.decisions import Decision, Kind, decide, decisions, part_named
from analytics.rules import grade_packs
from analytics.rules import models as shipped
from api import render
from api.clearance import Question
from api.commands.algorithms import explained
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.file_clearance import clearance
from api.settings import moment
from graph.declaration import Disclosure
from graph.errors import NotFound, UsageError
from graph.identity import document_number, nid
from graph.projection import GraphProjection
from graph.schema import SCHEMA
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
    calibrate: Annotated[
        str | None, typer.Option("--calibrate", help="shares of A, B, C, D that cut-offs are to give, as 73,19,5,3")
    ] = None,
) -> None:
    """Measure the population and keep its statistics under a name: complaint rates and P99s that grades refer to."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        projection = GraphProjection.from_store(opened, at, Use.GRADE, Disclosure.GOVERNMENT)
        inputs = read_inputs(opened, projection)
        if calibrate:
            made = calibrated_baseline(opened, name, inputs, shares(calibrate))
        else:
            made = store_baseline(opened, name, inputs)
    cuts = "".join(f", {c} {v:g}" for c, v in made.statistics.get("cut_offs", {}).items())
    print(f"{name}: {made.manifest['as_of']}, batch {made.manifest['seq']}{cuts}")


def shares(text: str) -> list[float]:
    """Shares typed as per cents or fractions; UsageError for anything else."""
    try:
        found = [float(part) for part in text.replace("，", ",").split(",")]
    except ValueError:
        raise UsageError(f"{text!r} are no shares", "Give those of A, B, C and D, as 73,19,5,3.") from None
    return [x / 100 for x in found] if sum(found) > 1.5 else found


def list_baselines(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the baselines with the day they are of."""
    with existing(store) as opened:
        rows = [(b.name, b.manifest["as_of"], b.manifest["known_at"], b.manifest["seq"]) for b in baselines(opened)]
    render.table(("baseline", "as_of", "known_at", "batch"), rows, form, lang)


Model = Annotated[
    str, typer.Option("--model", help="general, a sector's or warning model by name, or one's own file .yaml")
]


def models(form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the models: the general class, sector models beside it, and warning models, which make lists."""
    packs = [(name, grade_packs(name)[-1]) for name in shipped()]
    rows = [(n, p.title[lang], p.kind, ", ".join(p.sectors), len(p.indicators), p.max_points) for n, p in packs]
    render.table(("model", "name", "kind", "sectors", "indicators", "points"), rows, form, lang)


def grade(
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[Path | None, typer.Option("--out", help="write the classes as CSV")] = None,
    baseline: Baseline = None,
    model: Model = "general",
    budget: Annotated[int, typer.Option("--budget", help="firms that the list of a warning model shows", min=1)] = 50,
    write: Annotated[bool, typer.Option(help="keep the run and write classes and parts to the store")] = True,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Grade every company and print the distribution of classes; of a warning model, list the firms it points to."""
    at = moment(as_of, known_at)
    with existing(store) as opened:
        run, projection, grades = grade_run(opened, at, baseline=baseline, model=model)
        warning = grades.pack.kind == "warning"
        if write and not warning:
            store_run(opened, run, projection, grades, "credit" if model == "general" else Path(model).stem)
        if out:
            out.write_text(grades_csv(opened, projection, grades), encoding="utf-8-sig")
        if warning:
            _warned(View(opened, at, Use.GRADE), projection, grades, budget, form, lang)
            return
    found, visits = grades.distribution(), grades.pack.visits
    columns = ("class", "companies", "visits") if visits else ("class", "companies")
    rows = [(c, n, visits.get(c, "")) if visits else (c, n) for c, n in found.items()]
    render.table(columns, rows, form, lang)
    if form == "table":
        print(f"run {run.run_id}" + (f", {out}" if out else ""))


def _warned(view: View, projection: Any, grades: Any, budget: int, form: Form, lang: Language) -> None:
    """The firms that a warning model points to, most points first, with the signs that made them."""
    rows = []
    for at in grades.greatest(budget):
        node = view.node(int(projection.nodes[grades.node[at]]))
        signs = "、".join(f"{e.id} {e.zh if lang == 'zh' else e.en}" for e in grades.signs(at))
        rows.append((node.properties.get("name"), node.id, f"{grades.score[at] / 1000:.1f}", signs))
    render.table(("name", "id", "points", "signs"), rows, form, lang)
    if form == "table":
        title = grades.pack.title[lang]
        print(f"{title}：为线索，不是结论。" if lang == "zh" else f"{title}: leads, not findings.")


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
    model: Model = "general",
    algorithm: Annotated[
        str | None, typer.Option("--algorithm", help="explain its numbers instead of the class")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="what if this record (id or number) were not there; repeatable"),
    ] = None,
    run: Annotated[str | None, typer.Option("--run", help="as this stored run saw it, instead of now")] = None,
    approval: Annotated[
        str | None, typer.Option("--approval", help="approval file that opens what is out of use since the run")
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
        kept = kept_run(opened, run) if run else None
        allowed = clearance().approval("explain", approval) if approval else None
        view = view_again(opened, kept, at.used_on, allowed) if kept else View(opened, at, Use.GRADE)
        if kept:
            baseline, model = kept.manifest["baseline"], kept.manifest["parameters"]["model"]
        key = view.resolve(company)
        gone = np.array([record_key(view, r) for r in without], dtype=np.int64) if without else None
        found = explain_class(view, *grade_few_run(view, np.array([key]), baseline, gone, model), key)
        if kept and (erased := erased_since(opened, kept)):
            found["erased_since_the_run"] = erased
        if purpose and people_in(found):
            clearance().shown("explain", purpose, people_in(found))
        elif not purpose:
            found = without_people(found)
    if form == "table":
        render.explanation(found, lang)
    else:
        print(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True))


def record_key(view: View, text: str) -> int:
    """The record that an id or document number means; NotFound for none, or with the ids of several."""
    if view.nodes([nid(text)]):
        return nid(text)
    wanted = document_number(text)
    found = [n for n in view.search(text, 50, SCHEMA.record_labels()) if n.properties.get("document_number") == wanted]
    if len(found) == 1:
        return found[0].key
    ids = ", ".join(n.id for n in found[:5])
    raise NotFound(f"{len(found)} usable records answer to {text}", f"Give one's id{': ' + ids if ids else ''}.")


def outlook(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    to: Annotated[str, typer.Option("--to", help="the class to come to: A, B or C")] = "B",
    months: Annotated[int, typer.Option("--months", help="how far ahead to look", min=1, max=120)] = 36,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    baseline: Baseline = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Say when a company comes to a class by time alone, and which records, once repaired, would bring it there."""
    if to not in CLASSES[:3]:
        raise UsageError(f"{to!r} is no class to come to", "One of A, B, C.")
    at = moment(as_of, known_at)
    with existing(store) as opened:
        view = View(opened, at, Use.GRADE)
        found = look_ahead(view, view.resolve(company), to, baseline_for(opened, at, baseline), months)
        records = None if found.records is None else [record(n) for n in view.nodes(sorted(found.records))]
    if form == "json":
        told = {"class": found.now, "to": to, "turns": [vars(t) for t in found.turns], "on": found.on}
        print(json.dumps(told | {"without": records}, ensure_ascii=False, indent=1, sort_keys=True))
        return
    render.outlook(found, to, months, records, lang)


def stability(
    before: Annotated[str, typer.Option("--from", help="the day of the run to compare with")],
    store: Store = STORE,
    as_of: AsOf = None,
    baseline: Baseline = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Compare the classes of two days, each as known on it: who moved, whether points shifted, what time alone did."""
    now = moment(as_of, as_of)
    with existing(store) as opened:
        runs = [grade_run(opened, at, baseline=baseline)[1:] for at in (moment(before, before), now)]
    found = compare(*runs)
    if form == "json":
        told = vars(found) | {"matrix": found.matrix.tolist()}
        print(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))
        return
    rows = [(name, *row) for name, row in zip(found.names, found.matrix.tolist(), strict=True)]
    render.table((f"{before} → {now.as_of}", *found.names), rows, form, lang)
    shifted = sorted(found.psi.items(), key=lambda x: (x[0] != "score", -x[1], x[0]))
    render.table(("indicator", "psi"), [(n, f"{v:.4f}") for n, v in shifted if n == "score" or v >= 0.01], form, lang)
    zh = f"分类变化 {found.changed} 户，其中无新事项 {found.without_event} 户（{found.share_without_event:.2%}）"
    en = f"{found.changed} moved, {found.without_event} of them with nothing new ({found.share_without_event:.2%})"
    print(zh if lang == "zh" else en)


def confirm(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    indicator: Annotated[str, typer.Argument(help="indicator of association, as G1")],
    verdict: Annotated[str, typer.Option("--verdict", help="confirmed, refuted or unsure")],
    reason: Annotated[str, typer.Option("--reason", help="why, with the number of the document; logged")],
    by: Annotated[str | None, typer.Option("--by", help="who decides (default: the user)")] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="record or #relationship, where it has several")
    ] = None,
    store: Store = STORE,
    baseline: Baseline = None,
) -> None:
    """Decide about a part from association: confirmed, G1 and G2 mean at least class C; refuted, it is left out."""
    at = moment(None, None)
    with existing(store) as opened:
        view = View(opened, at, Use.GRADE)
        key = view.resolve(company)
        found = explain_class(view, *grade_few_run(view, np.array([key]), baseline), key)
        mine = [(c, o) for c, o in decisions(opened, Kind.ASSOCIATION) if c == found["company"]["id"]]
        before = [o.partition(" ")[2] for _, o in mine if o.partition(" ")[0] == indicator]
        now = [_rests_on(p) for p in found["parts"] if p["indicator"] == indicator and "path" in p]
        rests_on = sorted({*now, *before})
        if evidence not in (None, *rests_on) or not rests_on or (evidence is None and len(rests_on) > 1):
            raise UsageError(
                f"{indicator} of this company rests on {', '.join(rests_on) or 'nothing now'}",
                "Name an indicator of association that it has, and with --evidence what it rests on.",
            )
        who, other = by or getpass.getuser(), part_named(indicator, evidence or rests_on[0])
        clearance().asked(Question("confirm", "company"), [found["company"]["id"], *people_in(found)], reason=reason)
        decide(opened, Decision(Kind.ASSOCIATION, found["company"]["id"], other, verdict, reason, who, at.known_at))
    print(f"{found['company']['id']}  {other}  {verdict}")


def _rests_on(part: dict[str, Any]) -> str:
    """What a part rests on, as a decision names it."""
    evidence = part["evidence"]
    return str(evidence["id"]) if evidence["kind"] == "record" else f"#{evidence['key']}"


COMMANDS = (
    models,
    grade,
    explain,
    outlook,
    stability,
    confirm,
)
