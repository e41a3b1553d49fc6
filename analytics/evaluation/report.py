"""What an evaluation found, as Markdown to read and JSON to keep; the same findings give the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.evaluation.bootstrap import Interval

Cell = str | int | float | Interval | None


@dataclass(frozen=True)
class Table:
    """A titled table; cells are figures with or without an interval, or words."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A title, the command that repeats it, what it was made on, and tables."""

    title: str
    command: str
    made_on: dict[str, Any]
    tables: Sequence[Table]
    notes: Sequence[str] = field(default_factory=tuple)

    def to_json(self) -> str:
        """Everything, numbers unrounded; what is not defined is null."""
        told = {
            "title": self.title,
            "command": self.command,
            "made_on": self.made_on,
            "notes": list(self.notes),
            "tables": [
                {
                    "title": t.title,
                    "note": t.note,
                    "rows": [dict(zip(t.columns, map(_plain, row), strict=True)) for row in t.rows],
                }
                for t in self.tables
            ],
        }
        return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n"

    def to_markdown(self) -> str:
        """A page: what it was made on, the tables, the command."""
        lines = [f"# {self.title}", "", f"    {self.command}", ""]
        lines += [f"- {name}: {value}" for name, value in self.made_on.items()] + [""]
        for t in self.tables:
            lines += [f"## {t.title}", "", _line(t.columns), _line(["---"] * len(t.columns))]
            lines += [_line([_shown(c) for c in row]) for row in t.rows] + [""]
            lines += [t.note, ""] if t.note else []
        lines += [f"- {note}" for note in self.notes]
        return "\n".join(lines).rstrip("\n") + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(c.replace('|', '/') for c in cells)} |"


def _shown(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, Interval):
        return "" if math.isnan(cell.value) else str(cell)
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:.4f}" if isinstance(cell, float) else cell


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Interval):
        return {"value": _plain(cell.value), "low": _plain(cell.low), "high": _plain(cell.high)}
    return None if isinstance(cell, float) and math.isnan(cell) else cell
