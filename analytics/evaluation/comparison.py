"""Two scores of the same cases side by side: what one has more than the other, and whether that may be chance."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.evaluation.bootstrap import DRAWS, Measure, gained, measured
from analytics.evaluation.report import Table
from analytics.evaluation.splits import by_group, out_of_time
from graph.errors import FileRefused, UsageError
from graph.time import to_day

Bools = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]
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
        raise UsageError(
            f"there is no score {against!r} to compare with",
            f"There are {', '.join(scores)}.",
            f"没有用来比较的得分 {against!r}。可用：{'、'.join(scores)}。",
        )
    rows = []
    for name, score in scores.items():
        own = measured(label, score, measures, units=units, draws=draws, seed=seed)
        more = gained(label, score, scores[against], measures, units=units, draws=draws, seed=seed)
        rows.append([name, *own.values(), *(None if name == against else g for g in more.values())])
    columns = ["score", *measures, *(f"{m}, gain" for m in measures)]
    return Table(title, columns, rows, f"Gain: over {against}, paired bootstrap of {draws:,} resamples, seed {seed}.")


@dataclass(frozen=True)
class Cases:
    """The cases that a truth and some runs have in common, by id: the truth's own rows, labels, and scores by run."""

    rows: list[dict[str, str]]
    label: Int64
    scores: dict[str, Floats]

    def where(self, keep: Bools) -> Cases:
        """The cases at a mask."""
        rows = [row for row, kept in zip(self.rows, keep.tolist(), strict=True) if kept]
        return Cases(rows, self.label[keep], {name: score[keep] for name, score in self.scores.items()})

    def since(self, column: str, day: dt.date) -> Cases:
        """Those dated from a day on by a column of the truth: a model made of what was before has not seen them."""
        return self.where(out_of_time([to_day(dt.date.fromisoformat(d[:10])) for d in self.texts(column)], to_day(day)))

    def by(self, column: str) -> Iterator[tuple[str, Cases]]:
        """Those of each value of a column of the truth in which both labels occur, the largest group first."""
        for name, mine in by_group(self.texts(column)):
            if 0 < self.label[mine].sum() < mine.sum():
                yield name, self.where(mine)

    def texts(self, column: str) -> list[str]:
        """A column of the truth; UsageError where it has none of that name."""
        if column not in self.rows[0]:
            raise UsageError(
                f"the truth has no column {column}",
                f"It has {', '.join(self.rows[0])}.",
                f"真值文件没有列 {column}。现有列：{'、'.join(self.rows[0])}。",
            )
        return [row[column] for row in self.rows]


def in_common(truth: Path, label: str, runs: Mapping[str, Path], score: str) -> Cases:
    """Read a truth with a column of labels and runs with one of scores, CSV files with `id`.

    Lines without a label or score are passed over. FileRefused for a file without its columns or with something that
    is no number there, UsageError where no case is common to all.
    """
    rows = {row["id"]: row for row in _rows(truth, label)}
    scores = {name: {r["id"]: _number(path, r, score) for r in _rows(path, score)} for name, path in runs.items()}
    ids = sorted(rows.keys() & set.intersection(*map(set, scores.values())))
    if not ids:
        raise UsageError(
            "the runs and the truth have no case in common",
            "Compare runs over the same companies.",
            "各次运行与真值没有共同的样本。请比较同一批企业的运行。",
        )
    return Cases(
        [rows[i] for i in ids],
        np.array([_number(truth, rows[i], label) for i in ids]).astype(np.int64),
        {name: np.array([of[i] for i in ids]) for name, of in scores.items()},
    )


def _rows(path: Path, needed: str) -> list[dict[str, str]]:
    if not path.is_file():
        raise FileRefused(
            f"{path} is missing",
            f"Name a CSV file with id and {needed}.",
            f"缺少文件 {path}。请给含 id 和 {needed} 两列的 CSV 文件。",
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if lacking := {"id", needed} - set(lines.fieldnames or ()):
            raise FileRefused(
                f"{path} lacks the columns {', '.join(sorted(lacking))}",
                f"Needed: id, {needed}.",
                f"{path} 缺少列 {'、'.join(sorted(lacking))}。须有：id、{needed}。",
            )
        return [row for row in lines if row[needed]]


def _number(path: Path, row: dict[str, str], column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise FileRefused(
            f"{path}: {column} of {row['id']} is no number",
            "Give numbers.",
            f"{path}：{row['id']} 的 {column} 不是数字。请填数字。",
        ) from None
