"""Firms that look like shells: the review list, and what officers decide about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from analytics.decisions import VERDICTS, Decision, Kind, decide
from analytics.indicators.baseline import baseline_for
from api import render
from api.asker import Asker
from api.commands.options import STORE, AsOf, Baseline, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.outputs import note_output
from api.render_shells import COLUMNS, NOTICE, row
from api.settings import moment, now
from graph.errors import UsageError
from graph.projection import GraphProjection
from graph.time import SHANGHAI
from graph.usable import Use
from graph.view import View

if TYPE_CHECKING:  # compiled algorithms take long to import
    pass

YIELD = (
    "名单 {n} 户，预计其中空壳企业 {sum:.1f} 户（95% 区间 {low} 至 {high}，以概率准确为前提）；{weights}。",
    "{n} firms listed, of which {sum:.1f} are expected to be shells (95 % interval {low} to {high}, if the "
    "probabilities are right); {weights}.",
)
WEIGHTS = {
    False: ("权重为专家估计，尚无足够的核查结论", "the weights are experts' guesses: too few decisions yet"),
    True: (
        "权重由核查结论估计（空壳 {shells}，正常 {normals}）",
        "weights learnt from decisions (shell {shells}, normal {normals})",
    ),
}
SILENT = (
    "未计算（无基线，请先运行 creditgraph baseline create）：{names}",
    "not looked for, for want of a baseline (creditgraph baseline create): {names}",
)
DECIDED = ("已有核查结论的 {n} 户不再列入。", "{n} firms that were decided on are not listed again.")
PROPOSED = ("另供核查的异常个案（无标签模型，不计分）：", "Odd cases proposed beside the list (no labels, no score):")


def review(
    context: typer.Context,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    budget: Annotated[int, typer.Option("--budget", min=1, help="how many firms can be reviewed")] = 200,
    baseline: Baseline = None,
    propose: Annotated[int, typer.Option("--propose", min=0, help="odd cases to propose beside the list")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="seed of the proposals")] = 1,
    out: Annotated[Path | None, typer.Option("--out", help="write the list as CSV")] = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """List the firms to review first as possible shells, with signs, records and expected yield: leads, no findings.

    People behind the signs need --purpose.
    """
    if context.invoked_subcommand:
        return
    from analytics.shell.proposals import proposals
    from analytics.shell.review import inputs_for, labels_of, suspicions
    from api.shell_list import Reviewer

    at = moment(as_of, known_at)
    with existing(store) as opened:
        graph = GraphProjection.from_store(opened, at, Use.ALERT)
        inputs = inputs_for(opened, graph, baseline_for(opened, at, baseline))
        labels = labels_of(opened, graph, at.as_of)
        found = suspicions(inputs, labels)
        listed = found.ranked(budget, labels)
        decided = np.flatnonzero(np.isin(found.node, list(labels)))
        odd = proposals(inputs, found, propose, np.concatenate([listed, decided]), seed) if propose else listed[:0]
        view = View(opened, at, Use.ALERT)
        asker = Asker(view, "shells", purpose, form, lang)
        told = Reviewer(view, inputs, found, asker).told(listed.tolist(), odd.tolist())
        told["decided"] = len(decided)
        if out:
            out.write_text(render.to_csv(COLUMNS, [row(f, lang) for f in told["firms"]]), encoding="utf-8-sig")
            note_output(opened, out, "shells")
    if form is Form.JSON:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    render.table(COLUMNS, [row(f, lang) for f in told["firms"]], form, lang)
    if form is Form.TABLE:
        _print_rest(told, lang != "zh")


def _print_rest(told: dict[str, Any], en: bool) -> None:
    expected, labels = told["expected"], told["labels"] or {}
    weights = WEIGHTS[bool(told["weights"])][en].format(**labels)
    print(
        YIELD[en].format(
            n=len(told["firms"]), sum=expected["shells"], low=expected["low"], high=expected["high"], weights=weights
        )
    )
    if told["decided"]:
        print(DECIDED[en].format(n=told["decided"]))
    if told["not_looked_for"]:
        print(SILENT[en].format(names=", ".join(told["not_looked_for"])))
    if told["proposed"]:
        print(PROPOSED[en])
        render.table(
            COLUMNS, [row(f, "en" if en else "zh") for f in told["proposed"]], Form.TABLE, "en" if en else "zh"
        )
    print(NOTICE[en])


def decide_shell(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    verdict: Annotated[str, typer.Option("--verdict", help=", ".join(VERDICTS[Kind.SHELL]))],
    reason: Annotated[str, typer.Option("--reason", help="what was found")],
    by: Annotated[str, typer.Option("--by", help="who decided")],
    store: Store = STORE,
) -> None:
    """Keep what a review found: the last decision about a firm counts, and enough of them teach the weights."""
    today = now().astimezone(SHANGHAI).date()
    with existing(store) as opened:
        view = View(opened, moment(None, None))
        node = view.node(Asker(view, "shells decide", None, "table", "zh").meant(company))
        if node.label != "Company":
            raise UsageError(
                "only a company can be a shell",
                "Give its code, id or exact name.",
                "只有企业可以认定是否空壳。请填其代码、标识或全称。",
            )
        decide(opened, Decision(Kind.SHELL, node.id, "", verdict, reason, by, today))
    print(f"{node.id}: {verdict}")
