"""Classes of all companies, by the general model and others, and how they moved."""

from __future__ import annotations

import calendar
import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.classes.runs import grade_run, store_run
from analytics.classes.stability import stability as compare
from analytics.indicators.pack import grade_packs
from analytics.indicators.pack import models as shipped
from api import render
from api.commands.options import (
    STORE,
    AsOf,
    Baseline,
    Form,
    Format,
    KnownAt,
    Lang,
    Language,
    Model,
    Store,
    existing,
)
from api.settings import moment
from graph.time import iso
from graph.usable import Use
from graph.view import View

PSI_ZH = "“-”为无分类。PSI 为群体稳定性指数：惯例 0.1 以下稳定，0.1 至 0.25 有所变化，0.25 以上变化明显"
PSI_EN = (
    "-: no class. psi: population stability index; by custom stable below 0.1, a shift from 0.1, a large one from 0.25"
)


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
    season = grades.pack.season
    if season and form == "table" and not season[0] <= at.as_of.month <= season[1]:
        print(_out_of_season(season, at.as_of, lang))
    if warning:
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


def _out_of_season(season: tuple[int, int], day: dt.date, lang: Language) -> str:
    """That a model has little to say on a day, and when it has."""
    first, last = season
    if lang == "zh":
        return f"本模型适用于每年 {first} 月至 {last} 月；{day} 不在此期间，名单不含当期提示。"
    months = f"{calendar.month_name[first]} to {calendar.month_name[last]}"
    return f"This model is for {months}; {day} is outside, so the list is without what the season asks for."


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
    if form == "table":
        print(PSI_ZH if lang == "zh" else PSI_EN)


COMMANDS = (models, grade, stability)
