"""The time that one delivery covers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Months from `begin` to `end`, both days since 1970 and both inside; `first` is what is there at the start."""

    month: int  # position of the last month
    months: int
    begin: int
    end: int
    first: bool
    least: int  # events that there must be, so that a source that has brought nothing yet brings something
