"""Firms of a list: codes read, duplicates collapsed, what cannot be looked up marked with why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.identity import Code
from graph.keys import KeyRing
from loaders.checklist import Listed, ListRow
from loaders.normalize import Context, firm_code, firm_name


@dataclass(frozen=True)
class ListedFirm(Listed):
    """One firm of a list, by a code as (scheme, value), a name, or both."""

    code: Code | None = None

    @property
    def who(self) -> tuple[str, ...]:
        """What two rows about one firm have in common: the code, else the name."""
        return self.code or (self.name,)


def firms_of(rows: Sequence[ListRow], keys: KeyRing, latest: dt.date) -> list[ListedFirm]:
    """The firms of a list, in its order; the same code, or without one the same name, is one firm."""
    context = Context(keys, latest)
    names = firm_name([r.cells.get("name", "") for r in rows], context)
    codes = firm_code([r.cells.get("code", "") for r in rows], context)
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    out = []
    for i, row in enumerate(rows):
        name, code = names.values[i] or "", codes.values[i]
        problem = codes.problems.get(i) or names.problems.get(i) or (None if name or code else "one_of")
        one = ListedFirm(row.sheet, row.row, name, problem, code=None if problem else code)
        if not problem:
            before = first.setdefault(one.who, (row.sheet, row.row))
            one = one if before == (row.sheet, row.row) else replace(one, same_as=before)
        out.append(one)
    return out
