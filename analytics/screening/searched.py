"""What was searched: each source with the day of its data, and those that are late or were never delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analytics.rules.purposes import Purpose
from analytics.rules.record_types import RECORD_TYPES
from graph.delivery import standing
from graph.view import View

# Where the ties between people and firms come from, and who else may declare them.
OF_TIES = {
    "legal_representative": "legal_representatives",
    "executive_partner": "legal_representatives",
    "post": "legal_representatives",
    "shareholder": "shareholders",
    "controller": "control_declarations",
}
_DECLARED = {"executive_partner": "control_declarations", "shareholder": "beneficial_ownership"}
REGISTER = "registrations"


class Freshness(StrEnum):
    """How a source stands on the day of a search."""

    CURRENT = "current"
    LATE = "late"  # its next delivery was due by then
    MISSING = "missing"  # nothing was ever delivered


@dataclass(frozen=True)
class Searched:
    """One source: the day its latest data are of, and how it stands."""

    source: str
    data_date: dt.date | None
    freshness: Freshness


def sources_of(purpose: Purpose, *, people: bool) -> list[str]:
    """Sources that a check for a purpose reads, about people with their companies or about firms alone."""
    codes = (*purpose.own, *(purpose.related if people else ()))
    ties = [OF_TIES[t] for t in purpose.ties] if people and purpose.related else []
    register = [REGISTER] if ties or not people else []
    return sorted({*(RECORD_TYPES[c].source for c in codes), *ties, *register})


def declared_by(purpose: Purpose) -> list[str]:
    """Sources of declarations that are read as well, where there are any, for the companies of people."""
    return sorted({_DECLARED[t] for t in purpose.ties if t in _DECLARED}) if purpose.related else []


def searched(view: View, sources: Iterable[str], delivered: Iterable[str] = ()) -> tuple[Searched, ...]:
    """Each of these sources as of the view's day; `delivered`: those that count only where there is a delivery."""
    last: dict[str, tuple[dt.date, int]] = {}
    for batch in standing(view.store.batches(), view.seq):
        delivery = batch.delivery
        dated = max(delivery.dated, last.get(delivery.source, (delivery.dated, 0))[0])
        last[delivery.source] = (dated, delivery.period_days)
    every = sorted({*sources, *(source for source in delivered if source in last)})
    return tuple(_standing(source, last.get(source), view.moment.as_of) for source in every)


def _standing(source: str, last: tuple[dt.date, int] | None, day: dt.date) -> Searched:
    if last is None:
        return Searched(source, None, Freshness.MISSING)
    dated, period = last
    return Searched(source, dated, Freshness.LATE if (day - dated).days > period else Freshness.CURRENT)
