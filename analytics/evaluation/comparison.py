"""Two scores of the same cases side by side: what one has more than the other, and whether that may be chance."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.evaluation.bootstrap import DRAWS, Measure, gained, measured
from analytics.evaluation.report import Table
from graph.errors import FileRefused, UsageError

Floats = npt.NDArray[np.float64]


def compared(
    label: npt.ArrayLike,
    scores: Mapping[str, Floats],
    measures: Mapping[str, Measure],
    *,
    title: str,
    against: str,
    units: npt.ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """One row a score: each measure, and its gain over the score named `against`, paired on the same resamples."""
    if against not in scores:
        raise UsageError(f"there is no score {against!r} to compare with", f"There are {', '.join(scores)}.")
    rows = []
    for name, score in scores.items():
        own = measured(label, score, measures, units=units, draws=draws, seed=seed)
        more = gained(label, score, scores[against], measures, units=units, draws=draws, seed=seed)
        rows.append([name, *own.values(), *(None if name == against else g for g in more.values())])
    columns = ["score", *measures, *(f"{m}, gain" for m in measures)]
    return Table(title, columns, rows, f"Gain: over {against}, paired bootstrap of {draws:,} resamples, seed {seed}.")


def in_common(
    truth: Path, label: str, runs: Mapping[str, Path], score: str
) -> tuple[list[str], npt.NDArray[np.int64], dict[str, Floats]]:
    """(ids, labels, scores by run) of the cases that the truth and every run have, by id.

    Each file is a CSV with `id`, the truth's with a column of labels, the runs' with one of scores. FileRefused for a
    file without its columns, UsageError where no case is common to all.
    """
    labels = _column(truth, label)
    scores = {name: _column(path, score) for name, path in runs.items()}
    ids = sorted(set(labels).intersection(*scores.values()))
    if not ids:
        raise UsageError("the runs and the truth have no case in common", "Compare runs over the same companies.")
    known = np.array([labels[i] for i in ids])
    return ids, known.astype(np.int64), {name: np.array([of[i] for i in ids]) for name, of in scores.items()}


def _column(path: Path, name: str) -> dict[str, float]:
    """By id the numbers of a column; lines without one are passed over."""
    if not path.is_file():
        raise FileRefused(f"{path} is missing", f"Name a CSV file with id and {name}.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if lacking := {"id", name} - set(lines.fieldnames or ()):
            raise FileRefused(f"{path} lacks the columns {', '.join(sorted(lacking))}", f"Needed: id, {name}.")
        try:
            return {row["id"]: float(row[name]) for row in lines if row[name]}
        except ValueError as error:
            raise FileRefused(f"{path}: {name}: {error}", "Give numbers.") from None
