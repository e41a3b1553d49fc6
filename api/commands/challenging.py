"""The challenger: a learnt model of a stated outcome beside the rules; it never changes a class."""

from __future__ import annotations

import json
from typing import Annotated

import numpy as np
import typer

from api import render
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Store, existing
from api.settings import day, moment
from graph.time import Moment, add_months

Run = Annotated[str | None, typer.Option("--run", help="which challenger (default: the last made)")]
NOTICE = {
    "zh": "挑战者模型仅供与规则对照，不改变任何分类",
    "en": "The challenger stands beside the rules for comparison; it changes no class",
}


def train(
    outcome: Annotated[str, typer.Argument(help="what is foretold: listed, penalised or abnormal")],
    store: Store = STORE,
    as_of: AsOf = None,
    months: Annotated[int, typer.Option("--months", help="in how many months after --as-of", min=1)] = 12,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Make a challenger of the firms of a past day and what befell them in the months after; keep it as a run."""
    from analytics.challenger.design import design, happened
    from analytics.challenger.foresight import manifest_of
    from analytics.challenger.model import keep, trained
    from analytics.challenger.outcomes import outcome as outcome_of
    from analytics.evaluation.bootstrap import measured
    from analytics.evaluation.ranking import auc

    today = moment(None, None).used_on
    past = day(as_of) if as_of else add_months(today, -months)
    what = outcome_of(outcome)
    with existing(store) as opened:
        made = design(opened, Moment(past, past, today), what)
        label = happened(opened, made, what, months)
        found, unseen = trained(made, label, manifest_of(made, outcome, months), seed)
        keep(opened, found)
    order = measured(label, unseen, {"AUC": auc})["AUC"]
    row = (found.run_id, outcome, str(past), months, len(label), int(label.sum()), str(order))
    render.table(("run", "outcome", "as_of", "months", "firms", "befallen", "AUC, cross-validated"), [row], form, lang)


def score(
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    run: Run = None,
    limit: Annotated[int, typer.Option("--limit", help="firms shown, the likeliest first; 0: all", min=0)] = 20,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Each firm's class by the rules and, beside it, the challenger's chance and points."""
    from analytics.challenger.design import design
    from analytics.challenger.model import kept
    from analytics.challenger.outcomes import outcome as outcome_of
    from analytics.challenger.scorecard import points

    at = moment(as_of, known_at)
    with existing(store) as opened:
        found = kept(opened, run)
        then = Moment(at.as_of, min(at.known_at, at.as_of), at.used_on)
        made = design(opened, then, outcome_of(found.manifest["outcome"]))
        chance = found.chances(made)
        first = np.lexsort((made.firm, -chance))[: limit or None]
        ids = opened.nodes(made.firm[first].tolist(), opened.sealed_seq())
    shown = zip(first.tolist(), chance[first].tolist(), points(chance[first]).tolist(), strict=True)
    rows = [
        (ids[int(made.firm[i])][0], made.classes[i], f"{made.rules[i]:.3f}", f"{p:.4f}", f"{q:.1f}")
        for i, p, q in shown
    ]
    render.table(("id", "class", "score", "chance", "points"), rows, form, lang)
    if form == "table":
        print(f"{found.run_id} · {found.manifest['outcome']}, {found.manifest['months']} · {NOTICE[lang]}")


def challengers(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the challengers that were made."""
    from analytics.challenger.model import KIND

    with existing(store) as opened:
        told = [(r["run_id"], json.loads(r["manifest"])) for r in opened.ledger("run") if r["kind"] == KIND]
    names = ("outcome", "as_of", "months", "firms", "befallen")
    render.table(("run", *names), [(run, *(m[n] for n in names)) for run, m in told], form, lang)
