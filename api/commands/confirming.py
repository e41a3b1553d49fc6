"""What officers found about the parts that come from association."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import numpy as np
import typer

from analytics.classes.explanation import explain as explain_class
from analytics.classes.explanation import rests_on
from analytics.classes.impersonal import people_in, without_people
from analytics.classes.runs import grade_few_run
from analytics.decisions import Decision, Kind, check, decide, decisions, part_named
from analytics.indicators.table import INDICATORS
from api import render
from api.asker import Asker
from api.clearance import Question
from api.commands.options import STORE, Baseline, Lang, Language, Purpose, Store, existing
from api.file_clearance import clearance
from api.render_evidence import evidence as evidence_in_words
from api.settings import moment
from graph.errors import UsageError
from graph.usable import Use
from graph.view import View


def confirm(
    company: Annotated[str, typer.Argument(help="code, id or exact name")],
    indicator: Annotated[str, typer.Argument(help="indicator of association, as G1")],
    verdict: Annotated[str, typer.Option("--verdict", help="confirmed, refuted or unsure")],
    reason: Annotated[
        str, typer.Option("--reason", help="why, with the number of the document; kept with the decision")
    ],
    by: Annotated[str | None, typer.Option("--by", help="who decides (default: the user)")] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="record or #relationship, where it has several")
    ] = None,
    store: Store = STORE,
    baseline: Baseline = None,
    purpose: Purpose = None,
    lang: Lang = Language.ZH,
) -> None:
    """Decide about a part from association: confirmed, G1 and G2 mean at least class C; refuted, it is left out."""
    entry = INDICATORS.get(indicator)
    if entry is None or entry.dimension != "association":
        of = ", ".join(n for n, e in INDICATORS.items() if e.dimension == "association")
        raise UsageError(
            f"{indicator} is no indicator of association",
            f"One of {of}: parts of a firm's own are records.",
            f"{indicator} 不是关联指标。可用：{of}；企业自身的指标以记录为准。",
        )
    at = moment(None, None)
    with existing(store) as opened:
        view = View(opened, at, Use.GRADE)
        asker = Asker(view, "confirm", purpose, "table", lang)
        key = asker.meant(company)
        found = explain_class(view, *grade_few_run(view, np.array([key]), baseline), key)
        mine = [(c, o) for c, o in decisions(opened, Kind.ASSOCIATION) if c == found["company"]["id"]]
        before = [o.partition(" ")[2] for _, o in mine if o.partition(" ")[0] == indicator]
        now = [rests_on(p) for p in found["parts"] if p["indicator"] == indicator and "paths" in p]
        known = sorted({*now, *before})
        if evidence not in (None, *known) or not known or (evidence is None and len(known) > 1):
            if purpose:
                asker.about(people_in(found))
            told = _told(found if purpose else without_people(found), indicator, lang)
            told += "".join(f"\n  {k}" for k in known if k not in now and (purpose or k.startswith("#")))
            raise UsageError(
                f"{indicator} of this company rests on {told or 'nothing now'}",
                "Name an indicator of association that it has, and with --evidence what it rests on; people's records "
                "are named with --purpose.",
                f"该企业的 {indicator} 现依据：{told or '无'}。"
                "请填其具有的关联指标，并用 --evidence 指明依据；依据为自然人记录的，加 --purpose 方可显示。",
            )
        who, other = by or getpass.getuser(), part_named(indicator, evidence or known[0])
        made = Decision(Kind.ASSOCIATION, found["company"]["id"], other, verdict, reason, who, at.known_at)
        check(made)
        clearance().asked(Question("confirm", "company"), [found["company"]["id"], *people_in(found)])
        decide(opened, made)
        after = explain_class(view, *grade_few_run(view, np.array([key]), baseline), key)
    print(f"{found['company']['id']}  {indicator}  {render.word(verdict, lang)}")
    was, becomes = (f"{render.word(told['class'], lang)} {_points(told):.3f}" for told in (found, after))
    turned = ("不变" if lang == "zh" else "as before") if was == becomes else f"{was} → {becomes}"
    print(f"{'分类、分值' if lang == 'zh' else 'class and points'} {turned}")


def _told(found: dict[str, Any], indicator: str, lang: str) -> str:
    """What the parts of an indicator rest on: how --evidence names it, and in words."""
    parts = [p for p in found["parts"] if p["indicator"] == indicator and "paths" in p]
    return "".join(f"\n  {rests_on(p)}  {' '.join(evidence_in_words(p, lang).split())}" for p in parts)


def _points(found: dict[str, Any]) -> float:
    """The points of all parts, also of a firm that has no class."""
    return sum(round(float(part["points"]) * 1000) for part in found["parts"]) / 1000


COMMANDS = (confirm,)
