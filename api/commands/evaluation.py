"""Honest proof: how well models and scores do on cases that they did not see."""

from __future__ import annotations

import csv
import io
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import AsOf, Form, Key, existing
from api.settings import day, key_ring, moment, now
from graph.errors import UsageError
from graph.keys import KeyRing
from graph.progress import Bar
from graph.store import GraphStore
from graph.stores import open_store
from graph.time import Moment, add_months

if TYPE_CHECKING:  # models are imported by the commands that make them
    from analytics.challenger.model import Challenger
    from analytics.evaluation.report import Report
    from analytics.evaluation.sme.folder import Folder
    from analytics.evaluation.sme.validation import Predictions

Out = Annotated[
    Path | None, typer.Option("--out", help="a folder for report.md, report.json and, of companies, predictions.csv")
]
Seed = Annotated[int, typer.Option("--seed", help="of folds, learners and resamples", min=0)]
Draws = Annotated[int, typer.Option("--draws", help="resamples of the bootstrap", min=1)]


def sme(
    train: Annotated[Path, typer.Argument(help="a folder with companies.csv, relations.csv and lawsuits.csv")],
    test: Annotated[Path | None, typer.Argument(help="another, looked at once")] = None,
    out: Out = None,
    budget: Annotated[float, typer.Option("--budget", help="share of the companies that a review takes")] = 0.1,
    apart: Annotated[
        bool, typer.Option("--apart", help="also with each fold cut out of the graph, as a folder of its own is")
    ] = False,
    draws: Draws = 1000,
    seed: Seed = 0,
    form: Annotated[Form, typer.Option("--format", help="table: Markdown, or json")] = Form.TABLE,
) -> None:
    """Bankruptcy of small companies: nested cross-validation on TRAIN, gain over the baseline, one look at TEST."""
    from analytics.evaluation.sme.findings import report
    from analytics.evaluation.sme.folder import read_folder
    from analytics.evaluation.sme.validation import cross_validated, cut_apart, predicted

    if not 0 < budget <= 1:
        raise UsageError(
            f"a budget of {budget} is no share",
            "Between 0 and 1, as 0.1.",
            f"核查比例 {budget} 不在范围内。应在 0 与 1 之间，如 0.1。",
        )
    folder, other = read_folder(train), read_folder(test) if test else None
    with Bar("folds") as bar:
        crossed = cross_validated(folder, seed, bar)
        parted = cut_apart(folder, seed, bar) if apart else None
    looked = predicted(folder, other, seed) if other else None
    folders = " ".join(map(str, [train, test] if test else [train]))
    options = f"--budget {budget} --draws {draws} --seed {seed}" + (" --apart" if apart else "")
    command = f"creditgraph evaluate sme {folders} {options}"
    how = {"draws": draws, "seed": seed}
    found = report(folder, crossed, other, looked, parted, command=command, budget=budget, made_on=machine(), **how)
    tell(found, out, form)
    if out:
        asked = (other, looked) if other and looked else (folder, crossed)
        (out / "predictions.csv").write_text(_predictions(*asked), encoding="utf-8")


def machine() -> dict[str, Any]:
    """Where and when a report is made."""
    import sklearn

    return {
        "made on": now().date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"scikit-learn {sklearn.__version__}",
    }


def tell(found: Report, out: Path | None, form: Form) -> None:
    """Print a report, and keep it in a folder."""
    if form is Form.CSV:
        raise UsageError(
            "a report has several tables",
            "Print it with --format table or json.",
            "报告含多张表，不能输出为 CSV。请用 --format table 或 json。",
        )
    print(found.to_json() if form is Form.JSON else found.to_markdown(), end="")
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.md").write_text(found.to_markdown(), encoding="utf-8")
        (out / "report.json").write_text(found.to_json(), encoding="utf-8")


def _predictions(folder: Folder, found: Predictions) -> str:
    """By company the chances of every model, in the order of the file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["id", *found.chances])
    ids = folder.companies["id"].to_numpy()[found.rows]
    writer.writerows(zip(ids, *(c.round(6).tolist() for c in found.chances.values()), strict=True))
    return buffer.getvalue()


def city(
    folder: Annotated[Path, typer.Argument(help="a folder of creditgraph generate, with truth/")],
    store: Annotated[
        str | None, typer.Option("--store", help="where it was loaded; without it, it is loaded into memory")
    ] = None,
    key: Key = None,
    as_of: AsOf = None,
    months: Annotated[int, typer.Option("--months", help="foretold: what befalls firms in so many months", min=1)] = 12,
    outcome: Annotated[list[str] | None, typer.Option("--outcome", help="what is foretold; default: all")] = None,
    challenger: Annotated[str | None, typer.Option("--challenger", help="run of one, measured beside")] = None,
    budget: Annotated[int, typer.Option("--budget", help="firms that a review takes", min=1)] = 200,
    out: Out = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    form: Annotated[Form, typer.Option("--format", help="table: Markdown, or json")] = Form.TABLE,
) -> None:
    """A city's truth against what is computed, and its classes of a past day against the months after."""
    from analytics.challenger.foresight import foretold
    from analytics.challenger.model import kept
    from analytics.challenger.outcomes import OUTCOMES
    from analytics.evaluation.city import City, answered
    from analytics.evaluation.report import Report
    from loaders.synthetic.truth import mention_key

    today = moment(None, None)
    day_ = add_months(today.used_on, -months) if as_of is None else day(as_of)
    then = Moment(day_, day_, today.used_on)
    keys = key_ring(key) if store else KeyRing.generate()
    with existing(store) if store else _loaded(folder, keys) as opened:
        there = City(opened, today, folder, budget, draws, seed, mention_key, keys.digest)
        tables = answered(there)
        model = kept(opened, challenger) if challenger else None
        for name in outcome or OUTCOMES:
            mine = model if model and model.manifest["outcome"] == name else None
            tables += foretold(opened, then, name, months, mine, budget=budget, draws=draws, seed=seed)
    asked = [*(f"--store {s}" for s in [store] if s), *(f"--outcome {name}" for name in outcome or ())]
    asked += [f"--challenger {model.run_id}"] if model else []
    options = f"--as-of {day_} --months {months} --budget {budget} --draws {draws} --seed {seed}"
    command = " ".join(["creditgraph evaluate city", str(folder), *asked, options])
    made = {"truth on": str(today.as_of), **({"challenger": _told(model)} if model else {}), **machine()}
    tell(Report("A synthetic city", command, made, tables), out, form)


def _told(challenger: Challenger) -> str:
    told = challenger.manifest
    return (
        f"{challenger.run_id}, made of {told['firms']:,} firms on {told['as_of']}, "
        f"{told['befallen']:,} of them {told['outcome']} in the {told['months']} months after"
    )


def _loaded(folder: Path, keys: KeyRing) -> GraphStore:
    """A city in a store of its own, in memory."""
    from api.deliveries import deliveries, load_all

    store = open_store("sqlite://")
    with Bar("rows") as bar:
        load_all(store, deliveries([folder], now(), None, None, None, "", None, False), keys, bar)
    return store


def compare(
    one: Annotated[Path, typer.Argument(help="predictions.csv, or a CSV of grade --out")],
    other: Annotated[Path, typer.Argument(help="another, of the same companies")],
    truth: Annotated[Path, typer.Argument(help="CSV with id and the label, 0 or 1")],
    score: Annotated[str, typer.Option("--score", help="column of the scores")] = "chosen",
    label: Annotated[str, typer.Option("--label", help="column of the labels")] = "bankrupt",
    since: Annotated[str | None, typer.Option("--since", help="only cases from this day on: out of time")] = None,
    date: Annotated[str, typer.Option("--date", help="column of the truth with the day of a case")] = "date",
    by: Annotated[str | None, typer.Option("--by", help="column of the truth: each of its groups apart, too")] = None,
    budget: Annotated[int, typer.Option("--budget", help="companies that a review takes", min=1)] = 200,
    out: Out = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    form: Annotated[Form, typer.Option("--format", help="table: Markdown, or json")] = Form.TABLE,
) -> None:
    """Two runs on the same companies: each measured, and the gain of the second with a paired bootstrap."""
    from analytics.evaluation.comparison import compared, in_common
    from analytics.evaluation.measures import of_order
    from analytics.evaluation.report import Report

    cases = in_common(truth, label, {str(one): one, str(other): other}, score)
    if since:
        cases = cases.since(date, day(since))
    parts = [(f"{len(cases.rows):,} companies", cases), *(cases.by(by) if by else ())]
    how = {"draws": draws, "seed": seed}
    tables = [
        compared(c.label, c.scores, of_order(min(budget, len(c.label))), title=t, against=str(one), **how)
        for t, c in parts
    ]
    options = f"--score {score} --label {label} --budget {budget} --draws {draws} --seed {seed}"
    options += (f" --since {since} --date {date}" if since else "") + (f" --by {by}" if by else "")
    command = f"creditgraph evaluate compare {one} {other} {truth} {options}"
    tell(Report("Two runs compared", command, machine(), tables), out, form)
