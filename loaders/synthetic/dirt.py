"""Spoils cells as offices do, and writes down what it did."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

import numpy as np

from loaders.synthetic.truth import Truth

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_TITLES = {
    "code": re.compile("代码|SHXYM"),
    "number": re.compile("证件号码|身份证号码|ZJHM"),
    "day": re.compile("日期|时间|RQ$"),
    "founded": re.compile("成立日期"),
    "money": re.compile("（万元）|FK$"),
    "name": re.compile("名称|姓名|_MC$"),
}
_FILLED = {
    "code": re.compile("9[123]"),
    "number": re.compile("99.{15}[0-9X]$"),
    "day": re.compile("[12]"),
    "founded": re.compile("[12]"),
    "money": re.compile("[1-9]"),
    "name": re.compile("."),
}


def _other_check(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def _serial(day: str) -> str:
    return str((dt.date.fromisoformat(day) - dt.date(1899, 12, 30)).days)


# Kind of dirt: what it needs, how often among all dirt, and what becomes of the cell.
_SPOILT: dict[str, tuple[str, float, Callable[[str], str]]] = {
    "full_width": ("code", 3, lambda c: c.translate(_WIDE)),
    "lower_case": ("code", 3, str.lower),
    "spaces": ("name", 4, lambda c: f" {c} "),
    "serial": ("day", 2, _serial),
    "month": ("founded", 3, lambda c: f"{int(c[:4])}.{int(c[5:7])}"),
    "check": ("code", 3, _other_check),
    "number_check": ("number", 3, _other_check),
    "no_such_day": ("day", 2, lambda c: f"{c[:4]}-02-30"),
    "scientific": ("code", 2, lambda _: "9.19901E+17"),
    "yuan": ("money", 4, lambda c: f"{float(c) * 10_000:.0f}"),
    "two_names": ("name", 2, lambda c: c.replace("有限公司", "有限责任公司") if "有限公司" in c else f"{c}甲"),
}
_SHORT, _DUPLICATE = 0.06, 0.25  # of rows spoilt: cut short; besides, rows sent twice


class Dirt:
    """Spoils about `rate` of all rows."""

    def __init__(self, rate: float, truth: Truth) -> None:
        self._rate, self._truth = rate, truth
        self._kinds = list(_SPOILT)
        weights = np.array([w for _, w, _ in _SPOILT.values()], dtype=float)
        self._shares = weights / weights.sum()

    def spoil(
        self, rng: np.random.Generator, file: str, header: Sequence[str], rows: list[Sequence[str]], first: int
    ) -> list[Sequence[str]]:
        """The rows as they are sent; `first` is the number in the sheet of the first one."""
        hit = np.flatnonzero(rng.random(len(rows)) < self._rate * (1 + _DUPLICATE))
        if not len(hit):
            return rows
        out, told, start = [], [], 0
        for i in hit.tolist():
            out += rows[start:i]
            start = i + 1
            spoilt, kind = self._row(rng, header, rows[i])
            if kind:
                told.append((file, first + len(out) + len(spoilt) - 1, kind))
            out += spoilt
        self._truth.tell("dirt", told)
        return out + rows[start:]

    def _row(
        self, rng: np.random.Generator, header: Sequence[str], row: Sequence[str]
    ) -> tuple[list[Sequence[str]], str]:
        chance = rng.random()
        if chance < _DUPLICATE / (1 + _DUPLICATE):
            return [row, row], "duplicate"
        if chance > 1 - _SHORT:
            return [row[:-3]], "short_row"
        kind = self._kinds[int(rng.choice(len(self._kinds), p=self._shares))]
        need, _, change = _SPOILT[kind]
        at = next((i for i, h in enumerate(header) if _TITLES[need].search(h) and _FILLED[need].match(row[i])), None)
        changed = change(row[at]) if at is not None else ""
        if at is None or changed == row[at]:
            return [row], ""
        return [[*row[:at], changed, *row[at + 1 :]]], kind
