"""How strong each relationship of a projection is, by the dated pack of strengths."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from analytics.rules.strengths import ByPost, ByShare, StrengthPack, strength_packs, strengths_on
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection, Relationships
from graph.time import NO_DATE, to_day

Floats = npt.NDArray[np.float64]


def strengths_of(projection: GraphProjection) -> StrengthPack:
    """The pack in force on the projection's day; the newest for a projection of no day. PackError before the first."""
    day = projection.manifest.get("as_of")
    return strengths_on(dt.date.fromisoformat(day)) if day else strength_packs()[-1]


def strength(pack: StrengthPack, projection: GraphProjection, name: str) -> Floats:
    """The strength of each relationship of a type, in (0, 1]; a share outside [0, 1] counts as the nearer end."""
    rel, rule = projection.types[name], pack.types[name]
    if isinstance(rule, ByShare):
        by, share = rule.share, shares(projection, rel)
        within = by.none + (by.whole - by.none) * np.clip(share, 0, 1)
        out = np.where(np.isnan(share), by.unknown, within)
    elif isinstance(rule, ByPost):
        posts = rel.columns.get("post", np.full(len(rel), None))
        out = np.array([rule.post.get(p, rule.other) for p in posts.tolist()], dtype=np.float64)
    else:
        out = np.full(len(rel), rule)
    return np.where(ended(projection, rel), out * pack.former, out)


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
