"""A list as its keeper has it: who stands in it, who was removed, who is no longer shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from loaders.synthetic.cells import years
from loaders.synthetic.columns import Bools, Columns, Int64
from loaders.synthetic.offices import bureau, court_codes

_MOST_DROPPED, _FEW = 0.03, 3  # of a list's rows vanish at one delivery: a list that shrinks faster waits for a person
_COURT = "人民法院"


class Roll:
    """One list: its entries, those removed and still shown, those that stand in it no longer."""

    def __init__(self, name: str, number: str, authority: str) -> None:
        self.name, self._number, self._authority = name, number, authority
        self._serial = self._told = 0
        self._entries = Columns(
            firm=np.int32,
            person=np.int32,  # listed in the firm's stead, or with it; else -1
            serial=np.int32,
            listed=np.int32,
            removed=np.int32,
            reason=np.int8,
            district=np.int8,
            amount=np.int64,  # yuan
            dropped=np.bool_,
        )

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._entries[name]

    def open(self) -> Bools:
        """Which entries are in force."""
        return np.asarray((self["removed"] == 0) & ~self["dropped"])

    def enter(self, firms: Int64, listed: Int64, district: Int64, **values: Any) -> None:
        """Enter firms, or people of theirs."""
        self._serial += len(firms)
        serial = np.arange(self._serial - len(firms), self._serial) + 1
        values = {"person": -1, "serial": serial, **values}
        self._entries.add(len(firms), firm=firms, listed=listed, district=district, **values)

    def remove(self, at: Int64, day: Any) -> None:
        """Remove entries; the list goes on to show them, with the date."""
        self["removed"][at] = day

    def drop(self, wanted: Bools) -> None:
        """Leave entries out of the list from now on, the oldest first and never too many at once."""
        at = np.flatnonzero(wanted & ~self["dropped"])
        at = at[np.argsort(self["listed"][at], kind="stable")]
        self["dropped"][at[: max(_FEW, int(self._told * _MOST_DROPPED))]] = True

    def shown(self) -> Int64:
        """Positions of what the list says now, when it is delivered."""
        at = np.flatnonzero(~self["dropped"])
        self._told = len(at)
        return at

    def documents(self, at: Int64) -> list[str]:
        """Numbers of the decisions or cases; a pattern of year {y}, court {c} and number {n}."""
        parts = zip(
            years(self["listed"][at]), court_codes(self["district"][at]), self["serial"][at].tolist(), strict=True
        )
        return [self._number.format(y=y, c=c, n=n) for y, c, n in parts]

    def authorities(self, at: Int64) -> list[str]:
        """Who keeps the entry."""
        return bureau(self._authority, self["district"][at])


def rolls() -> dict[str, Roll]:
    """Every list, empty."""
    return {
        name: Roll(name, number, authority)
        for name, number, authority in (
            ("abnormal_operations", "", "市场监督管理局"),
            ("dishonest_debtors", "({y}){c}执{n}号", _COURT),
            ("enforcement_subjects", "({y}){c}执恢{n}号", _COURT),
            ("consumption_restrictions", "({y}){c}执限{n}号", _COURT),
            ("serious_violations", "云津严〔{y}〕{n}号", "市场监督管理局"),
            ("serious_lists", "云津严名〔{y}〕{n}号", ""),
            ("false_litigation", "({y}){c}民初{n}号", _COURT),
            ("sector_bans", "云津禁〔{y}〕{n}号", "市场监督管理局"),
            ("tax_arrears", "云津税公〔{y}〕{n}号", "税务局"),
            ("social_insurance_arrears", "云津社公〔{y}〕{n}号", "人力资源和社会保障局"),
        )
    }
