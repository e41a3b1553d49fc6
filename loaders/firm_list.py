"""Firms of a list: codes read, duplicates collapsed, what cannot be looked up marked with why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.identity import Code, firm_key
from graph.keys import KeyRing
from loaders.checklist import Listed, ListRow
from loaders.normalize import Context, firm_code, firm_name


@dataclass(frozen=True)
class ListedFirm(Listed):
    """One firm of a list, by a code as (scheme, value), a name, or both."""

    code: Code | None = None

    @property
    def who(self) -> tuple[str, ...]:
        """What two rows about one firm have in common: the code, and the name that it is judged by."""
        return (*(self.code or ()), firm_key(self.name))


def firms_of(rows: Sequence[ListRow], keys: KeyRing, latest: dt.date) -> list[ListedFirm]:
    """The firms of a list, in its order.

    A row repeats an earlier one of its code and name, without a name one of its code. Under another name the same code
    is judged anew: one of the two names is not the firm's.
    """
    context = Context(keys, latest)
    names = firm_name([r.cells.get("name", "") for r in rows], context)
    codes = firm_code([r.cells.get("code", "") for r in rows], context)
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    out = []
    for i, row in enumerate(rows):
        name, code = names.values[i] or "", codes.values[i]
        problem = (
            row.lost("name", "code")
            or codes.problems.get(i)
            or names.problems.get(i)
            or (None if name or code else "one_of")
        )
        one = ListedFirm(row.sheet, row.row, name, problem, code=None if problem else code)
        if not problem:
            alone = code if code and not name else one.who
            one = replace(one, same_as=first.get(alone))
            for who in (one.who, code or one.who):
                first.setdefault(who, (row.sheet, row.row))
        out.append(one)
    return out
