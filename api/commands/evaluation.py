"""Honest proof: how well models and scores do on cases that they did not see."""

from __future__ import annotations

import csv
import io
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import Form
from api.settings import now
from graph.errors import UsageError
from graph.progress import Bar

if TYPE_CHECKING:  # models are imported by the commands that make them
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
    draws: Draws = 1000,
    seed: Seed = 0,
    form: Annotated[Form, typer.Option("--format", help="table: Markdown, or json")] = Form.TABLE,
) -> None:
    """Bankruptcy of small companies: nested cross-validation on TRAIN, gain over the baseline, one look at TEST."""
    from analytics.evaluation.sme.findings import report
    from analytics.evaluation.sme.folder import read_folder
    from analytics.evaluation.sme.validation import cross_validated, predicted

    if not 0 < budget <= 1:
        raise UsageError(f"a budget of {budget} is no share", "Between 0 and 1, as 0.1.")
    folder, other = read_folder(train), read_folder(test) if test else None
    with Bar("folds") as bar:
        crossed = cross_validated(folder, seed, bar)
    looked = predicted(folder, other, seed) if other else None
    command = (
        f"creditgraph evaluate sme {train} {f'{test} ' if test else ''}--budget {budget} --draws {draws} --seed {seed}"
    )
    found = report(
        folder, crossed, other, looked, command=command, budget=budget, draws=draws, seed=seed, made_on=machine()
    )
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
        raise UsageError("a report has several tables", "Print it with --format table or json.")
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


EVALUATE = (sme,)
