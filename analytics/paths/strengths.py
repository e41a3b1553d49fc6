"""How strong each relationship is, from a dated pack of guesses; holdings and posts by what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from analytics.rules import chained, in_force
from graph.declaration import SHARE_ONE
from graph.errors import PackError
from graph.projection import GraphProjection, Relationships
from graph.time import NO_DATE, to_day

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Strengths:
    """One dated pack. Of a type: a strength, or how it depends on the share or on the post."""

    name: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    hub_degree: int
    counted_as: Mapping[str, int]
    former: float
    types: Mapping[str, float | Mapping[str, Any]]

    def of(self, projection: GraphProjection, name: str) -> Floats:
        """The strength of each relationship of a type, in (0, 1]; a share outside [0, 1] counts as the nearer end."""
        rel, rule = projection.types[name], self.types[name]
        if not isinstance(rule, Mapping):
            strength = np.full(len(rel), float(rule))
        elif "share" in rule:
            by, share = rule["share"], shares(projection, rel)
            within = by["none"] + (by["whole"] - by["none"]) * np.clip(share, 0, 1)
            strength = np.where(np.isnan(share), by["unknown"], within)
        else:
            posts = rel.columns.get("post", np.full(len(rel), None))
            strength = np.array([rule["post"].get(p, rule["other"]) for p in posts.tolist()], dtype=np.float64)
        return np.where(ended(projection, rel), strength * self.former, strength)


def shares(projection: GraphProjection, rel: Relationships) -> Floats:
    """The least share that each relationship is known to stand for, a fraction; NaN where none is stated.

    The lots of one holder in one company add up, those that one source states: two sources are never added, nor
    is what has ended.
    """
    if "share_min" not in rel.columns:
        return np.full(len(rel), np.nan)
    stated = np.asarray(rel.columns["share_min"])
    source = rel.columns.get("source", np.zeros(len(rel), np.int64))
    alone = np.where(ended(projection, rel), np.arange(len(rel)), -1)
    order = np.lexsort((alone, source, rel.end, rel.start))
    of = np.stack([rel.start[order], rel.end[order], source[order], alone[order]])
    first = np.r_[True, (of[:, 1:] != of[:, :-1]).any(axis=0)] if len(rel) else np.zeros(0, dtype=bool)
    lot, known = np.cumsum(first) - 1, stated[order] != NO_DATE
    total = np.zeros(int(first.sum()), dtype=np.int64)
    np.add.at(total, lot[known], stated[order][known])
    out = np.full(len(rel), np.nan)
    out[order[known]] = total[lot[known]] / SHARE_ONE
    return out


def ended(projection: GraphProjection, rel: Relationships) -> npt.NDArray[np.bool_]:
    """Which relationships are over by the projection's day; only one built with former ones has any."""
    if not projection.manifest.get("former") or "valid_to" not in rel.columns:
        return np.zeros(len(rel), dtype=bool)
    until = np.asarray(rel.columns["valid_to"])
    return np.asarray((until != NO_DATE) & (until <= to_day(dt.date.fromisoformat(projection.manifest["as_of"]))))


@cache
def strength_packs() -> tuple[Strengths, ...]:
    """The packs in order of time, linted."""
    text = resources.files("analytics").joinpath("rules/strengths.yaml").read_text("utf-8")
    return read_strengths(yaml.safe_load(text)["packs"])


def read_strengths(entries: list[dict[str, Any]]) -> tuple[Strengths, ...]:
    """Packs from their YAML; PackError for a gap, an overlap, no source, or a strength outside (0, 1]."""
    packs = []
    for entry in entries:
        try:
            packs.append(Strengths(name=entry["pack"], **{k: v for k, v in entry.items() if k != "pack"}))
        except (KeyError, TypeError) as error:
            raise PackError(
                f"strengths.yaml: {entry.get('pack', 'a pack')}: {error}", "See the one there is."
            ) from None
        _lint(packs[-1])
    chained("strengths.yaml", packs)
    return tuple(packs)


def _lint(pack: Strengths) -> None:
    if not pack.source:
        raise PackError(f"strengths.yaml: {pack.name} names no source", "Every rule names the text it comes from.")
    for name, rule in [*pack.types.items(), ("former", pack.former)]:
        values = _leaves(rule)
        if not all(0 < v <= 1 for v in values):
            raise PackError(f"strengths.yaml: {pack.name}: {name} is {values}", "Above 0, at most 1.")


def _leaves(rule: float | Mapping[str, Any]) -> list[float]:
    return [x for part in rule.values() for x in _leaves(part)] if isinstance(rule, Mapping) else [float(rule)]


def strengths_of(projection: GraphProjection) -> Strengths:
    """The pack in force on the projection's day; the newest for a projection of no day. PackError before the first."""
    day, packs = projection.manifest.get("as_of"), strength_packs()
    return packs[-1] if day is None else in_force("strengths", packs, dt.date.fromisoformat(day))
