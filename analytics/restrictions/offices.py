"""Posts and holdings of people in firms, those of today and former ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.inputs import Inputs
from analytics.ownership.holdings import first_source
from graph.time import FOREVER, NO_DATE

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]

# Each tie that a purpose may name, and the relationship that it is.
TIES = {
    "legal_representative": "LEGAL_REPRESENTATIVE_OF",
    "executive_partner": "EXECUTIVE_PARTNER_OF",
    "post": "HOLDS_POST_IN",
    "shareholder": "HOLDS_SHARES_IN",
    "controller": "CONTROLS",
}
NO_OFFICE = ("liaison",)  # reaches the firm, runs nothing of it


@dataclass(frozen=True)
class Offices:
    """Ties of people to firms, aligned: the tie as screening names it, its post, held in [since, until)."""

    person: Int64
    firm: Int64
    tie: Column
    post: Column
    key: Int64
    since: Int64
    until: Int64

    def where(self, keep: Bools | Int64) -> Offices:
        """The offices at a mask or at positions."""
        return Offices(*(c[keep] for c in vars(self).values()))

    def joined(self, *others: Offices) -> Offices:
        """These and others, one after another."""
        return Offices(*(np.concatenate(c) for c in zip(*(vars(o).values() for o in (self, *others)), strict=True)))


def offices(inputs: Inputs) -> Offices:
    """Those that the projection has, holdings as ownership counts them; liaisons run nothing."""
    tables = []
    for tie in _STATED:
        rel, person, firm = inputs.relationships(TIES[tie])
        found = _offices(tie, {**rel.columns, "owner": person, "end": firm, "key": rel.key}, ended=False)
        if tie == "shareholder":
            found = found.where(first_source(inputs.projection, rel)[0])
        tables.append(found.where(_in_office(inputs, found)))
    return tables[0].joined(*tables[1:])


def former_offices(inputs: Inputs) -> Offices:
    """Those that ended, as far as they are known beside the projection."""
    beside: Mapping[str, Mapping[str, Column]] = inputs.beside.get("former", {})
    none: Mapping[str, Column] = dict.fromkeys(("owner", "end", "key", "valid_from", "valid_to"), np.zeros(0, np.int64))
    tables = [_offices(tie, beside.get(TIES[tie], none), ended=True) for tie in _STATED]
    found = tables[0].joined(*tables[1:])
    return found.where(_in_office(inputs, found))


_STATED = ("legal_representative", "executive_partner", "post", "shareholder")


def _offices(tie: str, columns: Mapping[str, Column], *, ended: bool) -> Offices:
    person, count = columns["owner"], len(columns["owner"])
    post = np.asarray(columns.get("post", np.full(count, None)), dtype=object)
    since = np.asarray(columns.get("valid_from", np.full(count, NO_DATE)))
    until = columns["valid_to"] if ended else np.full(count, FOREVER)
    return Offices(person, columns["end"], np.full(count, tie, object), post, columns["key"], since, until)


def _in_office(inputs: Inputs, found: Offices) -> Bools:
    """Which are people's, and of those who run something."""
    people = inputs.projection.label_is("Person")[found.person]
    return np.asarray(people & ~np.isin(found.post.astype(str), NO_OFFICE), dtype=bool)
