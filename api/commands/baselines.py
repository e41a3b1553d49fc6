"""Population statistics that grades measure against, kept under names."""

from __future__ import annotations

from typing import Annotated

import typer

from analytics.aspects.reading import read_inputs
from analytics.classes.calibration import calibrated_baseline
from analytics.indicators.baseline import baselines, store_baseline
from api import render
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Store, existing
from api.settings import moment
from graph.declaration import Disclosure
from graph.errors import UsageError
from graph.projection import GraphProjection
from graph.usable import Use


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
        raise UsageError(
            f"{text!r} are no shares",
            "Give those of A, B, C and D, as 73,19,5,3.",
            f"{text!r} 不是比例。请依次填 A、B、C、D 的比例，如 73,19,5,3。",
        ) from None
    return [x / 100 for x in found] if sum(found) > 1.5 else found


def list_baselines(store: Store = STORE, form: Format = Form.TABLE, lang: Lang = Language.ZH) -> None:
    """List the baselines with the day they are of."""
    with existing(store) as opened:
        rows = [(b.name, b.manifest["as_of"], b.manifest["known_at"], b.manifest["seq"]) for b in baselines(opened)]
    render.table(("baseline", "as_of", "known_at", "batch"), rows, form, lang)
