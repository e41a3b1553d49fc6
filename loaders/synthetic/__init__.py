"""A synthetic city: monthly deliveries as departments send them, dirt included, and the truth beside them.

The city of 云津 does not exist, its area codes (99....) are not assigned, so no code or number is anybody's.
Same seed, same bytes. docs/synthetic-city.md says where the distributions come from.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path

import numpy as np

from graph.errors import UsageError
from graph.progress import Reporter, Silent
from graph.time import add_months, to_date, to_day
from loaders.synthetic.city import City
from loaders.synthetic.deliveries import SENDERS, Department, write
from loaders.synthetic.dirt import Dirt
from loaders.synthetic.population import populate
from loaders.synthetic.register import advance
from loaders.synthetic.span import Span
from loaders.synthetic.truth import Truth

__all__ = ["generate"]

LEAST_COMPANIES = 30  # room for one structure of a kind
_RECEIVED_AFTER = dt.timedelta(days=3)


def generate(
    out: Path,
    companies: int,
    seed: int,
    months: int = 24,
    start: dt.date = dt.date(2024, 12, 1),
    dirt: float = 0.004,
    progress: Reporter | None = None,
) -> Path:
    """Write `months` of deliveries to a new folder, with manifest.csv and, apart, truth/; returns the manifest.

    Linear in companies and months; memory grows with companies, not with months. UsageError if the folder holds
    anything or the city is too small; a folder that could not be finished is taken away again.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty", "Name a new folder.", f"文件夹 {out} 不是空的。请另指定一个新文件夹。")
    if companies < LEAST_COMPANIES:
        raise UsageError(
            f"{companies} companies are no city",
            f"Ask for {LEAST_COMPANIES} at least.",
            f"{companies} 户企业不足以构成一座城市。至少 {LEAST_COMPANIES} 户。",
        )
    out.mkdir(parents=True, exist_ok=True)
    try:
        with Truth(out / "truth") as truth:
            city = City(seed, truth)
            populate(city, companies, to_day(start))
            rows = _deliver(out, city, companies, months, start, Dirt(dirt, truth), progress or Silent())
            _tell_who_is_there(city)
    except BaseException:
        shutil.rmtree(out)
        raise
    manifest = out / "manifest.csv"
    with manifest.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("file", "source", "coverage", "dated", "received_at"), *rows])
    return manifest


def _deliver(
    out: Path, city: City, companies: int, months: int, start: dt.date, dirt: Dirt, progress: Reporter
) -> list[tuple[str, str, str, str, str]]:
    """Write every delivery; returns the lines of the manifest."""
    departments = [Department(source, companies) for source in SENDERS]
    begins = [to_day(add_months(start, m)) for m in range(months + 1)]
    lines = []
    for month in range(months):
        last = city.today = begins[month + 1] - 1
        if month:
            advance(city, Span(month, 1, begins[month], last, False, 0))
        end = to_date(last)
        received = dt.datetime.combine(end + _RECEIVED_AFTER, dt.time(9), tzinfo=dt.UTC)
        for department in departments:
            if not department.due(month, months):
                continue
            source = department.source
            file = f"{end:%Y-%m}/{source}-{end:%Y%m}.csv" + (".gz" if source == "registrations" else "")
            if write(out, file, source, department.blocks(city, month, begins, last), dirt, city.rng("dirt", file)):
                coverage = department.coverage(month).value
                lines.append((file, source, coverage, end.isoformat(), received.isoformat()))
        progress.advance(month + 1, months)
    return lines


def _tell_who_is_there(city: City) -> None:
    """The codes and latent risks of all firms, the names and numbers of all people."""
    for first in range(0, len(city.firms), 50_000):
        at = np.arange(first, min(first + 50_000, len(city.firms)))
        city.truth.tell("companies", zip(city.firms.codes(at), city.firms["risk"][at].round(6).tolist(), strict=True))
    for first in range(0, len(city.people), 50_000):
        at = np.arange(first, min(first + 50_000, len(city.people)))
        city.truth.tell("people", zip(city.people.names(at), city.people.numbers(at), strict=True))
