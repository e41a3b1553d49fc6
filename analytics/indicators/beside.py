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
    one_at_a_time = OnDemand({name: partial(_ever, facts, name, at, earliest, day) for name in _ONE_AT_A_TIME})
    former = {name: partial(_ended, facts, name, at, earliest, day) for name in (*PEOPLE, *PLACES.values())}
    former |= {name: partial(_former, one_at_a_time, name) for name in _ONE_AT_A_TIME}
    return OnDemand(
        {
            **{name: partial(_changes, one_at_a_time, name) for name in _ONE_AT_A_TIME},
            "former": lambda: OnDemand({name: read for name, read in former.items() if name in projection.types}),
            "capital": partial(_capital_changes, facts, at, earliest, day),
            "permits_required": partial(_permits_required, facts, Slice(at.seq, day)),
            "report_years": partial(report_years, store, Slice(at.seq, day)) if years is None else lambda: years,
        }
    )


_ONE_AT_A_TIME = ("LEGAL_REPRESENTATIVE_OF", "REGISTERED_AT")  # what follows one takes its place: a change of the firm


@dataclass(frozen=True)
class _Ever:
    """Of a type what took the place of something before, and what has ended: aligned columns."""

    changed: dict[str, Int64]
    ended: dict[str, Int64]


def _changes(ties: Mapping[str, _Ever], name: str) -> dict[str, Int64]:
    return ties[name].changed


def _former(ties: Mapping[str, _Ever], name: str) -> dict[str, Int64]:
    return ties[name].ended


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

    def passing(
        self, table: str, names: Sequence[str], seq: int, earliest: int, day: int
    ) -> dict[str, npt.NDArray[Any]]:
        """Columns of a type's facts, of all at least those that begin or end between two days."""
        if self.only is not None:
            return self.columns(table, names, Slice(seq))
        return self.store.changed_columns(table, names, Slice(seq, earliest), Slice(seq, day))


_TIE = ("owner", "end", "grp", "lot", "valid_from", "valid_to")


def _ever(facts: _Facts, name: str, at: Slice, earliest: int, day: int) -> _Ever:
    """Ties of a type, read once: those begun since a day that are not their firm's first, and those that ended."""
    columns = facts.columns(name, _TIE, at)
    start, end = columns["valid_from"], columns["valid_to"]
    begun = (start != NO_DATE) & (start > earliest) & (start <= day)
    firm = columns["owner"] if name in PLACES.values() else columns["end"]
    begun[begun] = start[begun] > _first_start(firm, start, firm[begun])
    return _Ever(_tied(facts.projection, columns, begun), _tied(facts.projection, columns, _within(end, earliest, day)))


def _ended(facts: _Facts, name: str, at: Slice, earliest: int, day: int) -> dict[str, npt.NDArray[Any]]:
    """What was true once and ended by the day, posts with their code; liaisons are no officers."""
    post = ["post"] if name == "HOLDS_POST_IN" else []
    columns = facts.passing(name, [*_TIE, *post], at.seq, earliest, day)
    keep = _within(columns["valid_to"], earliest, day)
    if post:
        keep &= columns["post"] != "liaison"
    return {**_tied(facts.projection, columns, keep), **{n: columns[n][keep] for n in post}}


def _within(end: Int64, earliest: int, day: int) -> npt.NDArray[np.bool_]:
    return np.asarray((end != NO_DATE) & (end > earliest) & (end <= day))


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


def _first_start(firm: Int64, start: Int64, of: Int64) -> Int64:
    """The earliest start among the ties of each of some firms; an unknown start (NO_DATE) is the earliest of all."""
    firms = distinct(of)
    at = matched(firms, firm)
    first = np.full(len(firms), FOREVER)
    np.minimum.at(first, at[at >= 0], start[at >= 0])
    return np.asarray(first[matched(firms, of)])


def _capital_changes(facts: _Facts, at: Slice, earliest: int, day: int) -> dict[str, Any]:
    names = ["owner", "grp", "valid_from", "valid_to", "registered_capital"]
    columns = facts.columns("Company", names, at)
    by_owner = np.sort(columns["owner"])
    several = matched(by_owner[1:][by_owner[1:] == by_owner[:-1]], columns["owner"]) >= 0  # few have ever changed
    columns = {n: c[several] for n, c in columns.items()}
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
