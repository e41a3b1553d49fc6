"""What indicators read beside the projection: changes of the years before, and texts too long for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.structures.succession import PEOPLE, PLACES
from graph.ascending import distinct, matched, places
from graph.identity import mix
from graph.projection import GraphProjection
from graph.store import GraphStore, Slice
from graph.time import FOREVER, NO_DATE, add_months, to_date, to_day

Int64 = npt.NDArray[np.int64]


class OnDemand(Mapping[str, Any]):
    """Values that are read when they are asked for, and kept."""

    def __init__(self, read: Mapping[str, Callable[[], Any]]) -> None:
        self._read, self._kept = read, dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        if name not in self._kept:
            self._kept[name] = self._read[name]()
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def read_beside(
    store: GraphStore,
    projection: GraphProjection,
    day: int,
    *,
    part: bool = False,
    years: frozenset[int] | None = None,
) -> Mapping[str, Any]:
    """What a projection of a day does not hold: former holders and values, permits that scopes need, years reported.

    `part`: of the nodes of the projection only, which is a part of the graph; read by index. `years`: those for which
    anybody has reported, where they are known already; else all reports are read.
    """
    facts = _Facts(store, projection, projection.nodes if part else None)
    at, earliest = Slice(int(projection.manifest["seq"])), to_day(add_months(to_date(day), -72))
    ended = {
        name: partial(_ended, facts, name, at, earliest, day)
        for name in (*PEOPLE, *PLACES.values())
        if name in projection.types
    }
    return OnDemand(
        {
            "LEGAL_REPRESENTATIVE_OF": partial(_changes_of, facts, "LEGAL_REPRESENTATIVE_OF", at, earliest, day),
            "REGISTERED_AT": partial(_changes_of, facts, "REGISTERED_AT", at, earliest, day),
            "former": lambda: OnDemand(ended),
            "capital": partial(_capital_changes, facts, at, earliest, day),
            "permits_required": partial(_permits_required, facts, Slice(at.seq, day)),
            "report_years": partial(report_years, store, Slice(at.seq, day)) if years is None else lambda: years,
        }
    )


@dataclass(frozen=True)
class _Facts:
    """Facts of the firms of a projection: of all that the store has, or of some nodes (keys) by index."""

    store: GraphStore
    projection: GraphProjection
    only: Int64 | None

    def columns(self, table: str, names: Sequence[str], at: Slice) -> dict[str, npt.NDArray[Any]]:
        """Columns of a label's or type's facts, without those that touch a node that is not in the projection."""
        by_start = table == "Company" or table in PLACES.values()
        side = {} if self.only is None else {"owners" if by_start else "ends": self.only}
        columns = self.store.columns(table, names, at, **side)
        if self.only is None:
            return columns
        inside = np.logical_and.reduce([matched(self.only, columns[n]) >= 0 for n in ("owner", "end") if n in columns])
        return {n: c[inside] for n, c in columns.items()}


_TIE = ("owner", "end", "grp", "lot", "valid_from", "valid_to")


def _changes_of(facts: _Facts, name: str, at: Slice, earliest: int, day: int) -> dict[str, Int64]:
    columns = facts.columns(name, _TIE, at)
    firm = columns["owner"] if name == "REGISTERED_AT" else columns["end"]
    known = columns["valid_from"] != NO_DATE
    first = _first_start(firm, np.where(known, columns["valid_from"], NO_DATE))
    begun = (columns["valid_from"] > earliest) & (columns["valid_from"] <= day) & (columns["valid_from"] > first)
    return _tied(facts.projection, columns, known & begun)


def _ended(facts: _Facts, name: str, at: Slice, earliest: int, day: int) -> dict[str, npt.NDArray[Any]]:
    """What was true once and ended by the day, posts with their code; liaisons are no officers."""
    post = ["post"] if name == "HOLDS_POST_IN" else []
    columns = facts.columns(name, [*_TIE, *post], at)
    keep = (columns["valid_to"] != NO_DATE) & (columns["valid_to"] <= day) & (columns["valid_to"] > earliest)
    if post:
        keep &= columns["post"] != "liaison"
    return {**_tied(facts.projection, columns, keep), **{n: columns[n][keep] for n in post}}


def _tied(
    projection: GraphProjection, columns: dict[str, npt.NDArray[Any]], keep: npt.NDArray[np.bool_]
) -> dict[str, Int64]:
    position = {n: projection.canonical[places(projection.nodes, columns[n][keep])] for n in ("owner", "end")}
    return {
        **position,
        "valid_from": columns["valid_from"][keep],
        "valid_to": columns["valid_to"][keep],
        "key": mix(columns["grp"][keep], columns["lot"][keep]),
    }


def _first_start(firm: Int64, start: Int64) -> Int64:
    """For each row the earliest start among its firm's rows; an unknown start is the earliest of all."""
    _, group = np.unique(firm, return_inverse=True)
    first = np.full(group.max() + 1 if len(group) else 0, FOREVER)
    np.minimum.at(first, group, start)
    return np.asarray(first[group])


def _capital_changes(facts: _Facts, at: Slice, earliest: int, day: int) -> dict[str, Any]:
    names = ["owner", "grp", "valid_from", "valid_to", "registered_capital"]
    columns = facts.columns("Company", names, at)
    order = np.lexsort((columns["valid_from"], columns["grp"], columns["owner"]))
    c = {n: v[order] for n, v in columns.items()}
    before, after = slice(None, -1), slice(1, None)
    pair = (
        (c["owner"][before] == c["owner"][after])
        & (c["grp"][before] == c["grp"][after])
        & (c["valid_to"][before] == c["valid_from"][after])
        & (c["registered_capital"][before] != NO_DATE)
        & (c["registered_capital"][after] != NO_DATE)
        & (c["valid_from"][after] > earliest)
        & (c["valid_from"][after] <= day)
    )
    return {
        "node": places(facts.projection.nodes, c["owner"][after][pair]),
        "changed_on": c["valid_from"][after][pair],
        "before": c["registered_capital"][before][pair].astype(float),
        "after": c["registered_capital"][after][pair].astype(float),
    }


def report_years(store: GraphStore, at: Slice) -> frozenset[int]:
    """The years for which anybody's annual report is there. O(reports)."""
    return frozenset(distinct(store.columns("AnnualReport", ["year"], at)["year"]).tolist())


def _permits_required(facts: _Facts, at: Slice) -> dict[str, Any]:
    """Permits that the scopes of companies need: (company node, index in `names`, day of the last approval)."""
    table = facts.store.columns("PermitRequirement", ["words", "permit"], at)
    names = sorted(set(table["permit"].tolist()))
    wanted = [(w, names.index(p)) for w, p in zip(table["words"].tolist(), table["permit"].tolist(), strict=True)]
    firms = facts.columns("Company", ["owner", "scope", "approved_on", "established_on"], at) if wanted else None
    if firms is None:
        return {"names": [], **{n: np.zeros(0, dtype=np.int64) for n in ("node", "permit", "since")}}
    needs = {
        scope: sorted({i for words, i in wanted if words in scope}) for scope in set(firms["scope"].tolist()) if scope
    }
    rows = [(k, permit) for k, scope in enumerate(firms["scope"].tolist()) for permit in needs.get(scope, ())]
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    since = np.where(firms["approved_on"] == NO_DATE, firms["established_on"], firms["approved_on"])
    return {
        "names": names,
        "node": facts.projection.canonical[places(facts.projection.nodes, firms["owner"][pairs[:, 0]])],
        "permit": pairs[:, 1],
        "since": since[pairs[:, 0]],
    }
