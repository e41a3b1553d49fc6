"""How many firms a person, address, contact or agent has, against the 99th percentile of the region."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analytics.inputs import NO_RELATIONSHIPS, Floats, Inputs, Int64
from graph.ascending import distinct
from graph.time import NO_DATE

HOSTED = ("hosted", "cluster")
PEOPLE = ("LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN")


def firms_by_party(inputs: Inputs, *types: str, of_start: bool) -> tuple[Int64, Int64, Int64]:
    """Ties of living firms to a person, address, contact or agent: (firm, other, relationship key)."""
    firm, other, key = [], [], []
    for name in types:
        rel, start, end = inputs.relationships(name)
        firm.append(start if of_start else end)
        other.append(end if of_start else start)
        key.append(rel.key)
    firms, others, keys = np.concatenate(firm), np.concatenate(other), np.concatenate(key)
    keep = inputs.living[firms]
    return firms[keep], others[keep], keys[keep]


def unhosted(inputs: Inputs) -> tuple[Int64, Int64, Int64]:
    """Living firms, their addresses and relationship keys, hosted and cluster addresses left out."""
    firm, place, key = firms_by_party(inputs, "REGISTERED_AT", of_start=True)
    keep = ~hosted(inputs)[place]
    return firm[keep], place[keep], key[keep]


def hosted(inputs: Inputs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """By node whether it is an address where many firms are registered by arrangement."""
    out = np.zeros(len(inputs.projection.nodes), dtype=bool)
    kinds = inputs.projection.states.get("Address", {})
    if "kind" in kinds:
        out[kinds["node"]] = np.isin(kinds["kind"].astype(str), HOSTED)
    return out


def counts(inputs: Inputs, firm: Int64, other: Int64) -> Int64:
    """By node of the other side: how many different firms."""
    n = len(inputs.projection.nodes)
    pairs = distinct(other * n + firm)
    return np.bincount(pairs // n, minlength=n) if len(pairs) else np.zeros(n, dtype=np.int64)


def firms_at(inputs: Inputs, name: str) -> Int64:
    """By node at the other end of ties of a type how many living firms it has; of a person by either kind of post."""
    if name in PEOPLE:
        firms, others, _ = firms_by_party(inputs, *PEOPLE, of_start=False)
    elif name == "REGISTERED_AT":
        firms, others, _ = unhosted(inputs)
    else:
        firms, others, _ = firms_by_party(inputs, name, of_start=True)
    return counts(inputs, firms, others)


def limits(inputs: Inputs, firm: Int64, usual: Mapping[str, float], least: float) -> Floats:
    """How many firms are still usual in the area of each of these: its P99, never under `least`."""
    area, names = inputs.areas
    limit = np.maximum(np.array([usual.get(a, usual.get("", 0.0)) for a in names], dtype=float), least)
    return np.asarray(limit[area[firm]])


def excess(inputs: Inputs, firm: Int64, count: Int64, usual: Mapping[str, float], least: float) -> Floats:
    """How far a count is over the region's limit: 0 at it, 1 at twice as many."""
    limit = limits(inputs, firm, usual, least)
    return np.asarray(np.clip((count - limit) / limit, 0.0, 1.0))


def registered_since(inputs: Inputs, name: str, firm: Int64, key: Int64) -> Int64:
    """Since when firms have had these relationships.

    A first known one has no stated start: the firm has had it since it was founded, as far as is known.
    """
    rel = inputs.projection.types.get(name, NO_RELATIONSHIPS)
    stated = rel.columns.get("valid_from", np.full(len(rel), NO_DATE))
    order = np.argsort(rel.key)
    start = stated[order][np.searchsorted(rel.key[order], key)]
    return np.where(start == NO_DATE, inputs.by_node("established_on", NO_DATE)[firm], start)


def burst_ends(place: Int64, start: Int64, days: int, enough: int) -> Int64:
    """For each row the last day on which `enough` registrations at its address lay within `days`; NO_DATE for none."""
    out = np.full(len(place), NO_DATE, dtype=np.int64)
    known = np.flatnonzero(start != NO_DATE)
    if not len(known):
        return out
    order = known[np.lexsort((start[known], place[known]))]
    there, when = place[order], start[order]
    span = int(when.max() - when.min()) + days + 1
    axis = np.unique(there, return_inverse=True)[1] * span + (when - when.min())
    window = np.arange(len(axis)) - np.searchsorted(axis, axis - days, side="right") + 1
    last = np.full(int(place.max()) + 1, NO_DATE, dtype=np.int64)
    full = window >= enough
    np.maximum.at(last, there[full], when[full])
    return last[place]


def crowding(inputs: Inputs) -> dict[str, dict[str, float]]:
    """Firms a person, address, contact and agent at the 99th percentile by area: the baselines of G4 to G6."""
    firm, place, _ = unhosted(inputs)
    return {
        "posts": _p99(inputs, *firms_by_party(inputs, *PEOPLE, of_start=False)[:2]),
        "addresses": _p99(inputs, firm, place),
        "contacts": _p99(inputs, *firms_by_party(inputs, "USES_CONTACT", of_start=True)[:2]),
        "agents": _p99(inputs, *firms_by_party(inputs, "FILED_BY_AGENT", of_start=True)[:2]),
    }


def _p99(inputs: Inputs, firm: Int64, other: Int64) -> dict[str, float]:
    """The 99th percentile of firms a party, by the area of the firms; "" for all."""
    count, (of, names) = counts(inputs, firm, other), inputs.areas
    area = np.array(names, dtype=object)[of[firm]].astype(str)
    out = {"": _percentile(count[np.unique(other)])}
    for name in np.unique(area):
        out[str(name)] = _percentile(count[np.unique(other[area == name])])
    return out


def _percentile(count: Int64) -> float:
    return float(np.percentile(count, 99, method="lower")) if len(count) else 0.0
