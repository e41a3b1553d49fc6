"""One relationship on the way from one party to another, with what it says: what evidence is told by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graph.declaration import SHARE_ONE, Kind
from graph.identity import mix
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.store import Edge
from graph.time import NO_DATE, iso


@dataclass(frozen=True, order=True)
class Step:
    """One relationship, its ends by key, stated of the days [valid_from, valid_to); `backward`: gone from end to start.

    values: what else is stated of it, as the graph holds it (shares in 1e-10, money in minor units).
    """

    type: str
    key: int
    start: int
    end: int
    valid_from: int = NO_DATE
    valid_to: int = NO_DATE
    backward: bool = False
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def at(cls, projection: GraphProjection, name: str, row: int, backward: bool = False) -> Step:
        """The relationship at a row of a projection."""
        rel = projection.types[name]
        start, end = (int(projection.nodes[side[row]]) for side in (rel.start, rel.end))
        columns = {n: c[row] for n, c in rel.columns.items()}
        since, until = (int(columns.get(n, NO_DATE)) for n in ("valid_from", "valid_to"))
        return cls(name, int(rel.key[row]), start, end, since, until, backward, _stated(name, columns))

    @classmethod
    def of(cls, edge: Edge) -> Step:
        """A relationship as read from a store."""
        key = int(mix(np.array([edge.grp]), np.array([edge.lot]))[0])
        since, until = (NO_DATE if day is None else day for day in (edge.valid_from, edge.valid_to))
        return cls(edge.type, key, edge.start, edge.end, since, until, values=_stated(edge.type, edge.values))

    @property
    def first(self) -> int:
        """Where it is gone from."""
        return self.end if self.backward else self.start

    @property
    def last(self) -> int:
        """Where it leads."""
        return self.start if self.backward else self.end

    def turned(self) -> Step:
        """The same relationship, gone the other way."""
        return replace(self, backward=not self.backward)

    def told(self) -> dict[str, Any]:
        """Its type, key, days and values as plain values: shares as fractions, dates in ISO, money in minor units."""
        kinds = {p.name: p.kind for p in SCHEMA.properties(self.type)}
        return {
            "type": self.type,
            "zh": SCHEMA.types[self.type].zh,
            "key": str(self.key),
            "backward": self.backward,
            "valid_from": iso(self.valid_from),
            "valid_to": iso(self.valid_to),
        } | {name: _plain(kinds[name], value) for name, value in self.values.items()}


def steps_of(projection: GraphProjection, keys: Collection[int]) -> dict[int, Step]:
    """The relationships of these keys, forward; those that have ended are not there. O(relationships)."""
    wanted = np.array(sorted(keys), dtype=np.int64)
    return {
        int(rel.key[row]): Step.at(projection, name, row)
        for name, rel in projection.types.items()
        for row in np.flatnonzero(np.isin(rel.key, wanted)).tolist()
    }


def _stated(name: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers, days and codes that are stated; no free text."""
    names = [p.name for p in SCHEMA.properties(name) if p.name in columns and (p.kind is not Kind.TEXT or p.coded)]
    values = {n: v.item() if hasattr(v := columns[n], "item") else v for n in names}
    return {n: v for n, v in values.items() if v is not None and v == v and v != NO_DATE}


def _plain(kind: Kind, value: Any) -> Any:
    if kind is Kind.SHARE:
        return value / SHARE_ONE
    return iso(int(value)) if kind is Kind.DATE else value
