"""What labels of other companies say of one: only labels that are `seen` enter, and never one's own.

A row of training is told by the labels of other folds than its own (cross-fitting), so that what a model learns of
these columns is what they are worth where the own label is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.algorithms.risk_propagation import RiskPropagation
from analytics.evaluation.sme.network import NEXT_TO, Matrix, Network
from analytics.evaluation.splits import folds
from graph.projection import GraphProjection, Relationships

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

HIDDEN = -1
INNER = 5  # folds of cross-fitting
PRIOR = 3.0  # cases that the mean of all counts as, beside those of a group
STEPS, STAY = 20, 0.5
SURE, CHANCE = 0.95, 0.3  # own risk of a company with the label that spreads, and what each relationship passes on


def crossed(network: Network, known: Int64, train: Int64, seed: int) -> tuple[tuple[str, ...], Floats]:
    """(names, columns of all companies) from the labels `known` of the rows `train`.

    Rows at `train` are told by the folds that they are not in, all others by the whole of it.
    """
    seen = np.full(len(network.companies), HIDDEN, dtype=np.int64)
    seen[train] = known
    names, out = columns(network, seen)
    fold = folds(known, INNER, seed)
    for k in range(INNER):
        hidden = seen.copy()
        hidden[train[fold == k]] = HIDDEN
        out[train[fold == k]] = columns(network, hidden)[1][train[fold == k]]
    return names, out


def columns(network: Network, seen: Int64) -> tuple[tuple[str, ...], Floats]:
    """(names, values by company) from the labels that are seen: 0, 1 or HIDDEN."""
    found = dict(_columns(network, seen))
    return tuple(found), np.column_stack(list(found.values()))


def _columns(network: Network, seen: Int64) -> Iterator[tuple[str, Floats]]:
    known = seen != HIDDEN
    bad = (seen == 1).astype(float)
    mean = bad.sum() / max(known.sum(), 1)
    for name in ("industry", "area"):
        code = np.unique(network.companies[name].to_numpy(dtype=str), return_inverse=True)[1]
        of, hit = np.bincount(code, known), np.bincount(code, bad)
        yield f"{name}, share", ((hit + PRIOR * mean) / (of + PRIOR))[code]
    for name in NEXT_TO:
        w = network.channels[name]
        of, hit = w @ known.astype(float), w @ bad
        yield f"{name}, share", (hit + PRIOR * mean) / (of + PRIOR)
        yield f"{name}, known", of
    yield "spread", _spread(network.channels["near"], known, bad, mean)
    yield "risk from bankrupt", _reached(network, bad)
    yield "risk from sound", _reached(network, known - bad)


def _spread(near: Matrix, known: Bools, bad: Floats, mean: float) -> Floats:
    """Label spreading over companies next to one another (Zhou et al. 2004), as an excess over the mean."""
    degree = np.maximum(np.asarray(near.sum(axis=1)).ravel(), 1.0)
    root = 1 / np.sqrt(degree)
    start = np.where(known, bad - mean, 0.0)
    value = start.copy()
    for _ in range(STEPS):
        value = STAY * root * (near @ (root * value)) + (1 - STAY) * start
    return value


def _reached(network: Network, source: Floats) -> Floats:
    """lambda of the algorithm `risk_propagation` where the companies at `source` are sure to have the risk."""
    projection = network.projection
    own = np.zeros(len(projection.nodes))
    own[network.firm] = SURE * source
    result = RiskPropagation().compute(_with_own_risk(network, own), RiskPropagation.parameters())
    at = np.searchsorted(result.columns["node"], projection.nodes[network.firm])
    lam: Floats = result.columns["lambda"]
    return lam[at] + np.log1p(-own[network.firm])  # less what it has of itself


def _with_own_risk(network: Network, own: Floats) -> GraphProjection:
    """The projection with these own risks; every relationship passes risk on both ways alike."""
    projection = network.projection
    types = {}
    for name, rel in projection.types.items():
        chance = {"transmission": np.full(len(rel), CHANCE)}
        types[name] = Relationships(rel.start, rel.end, rel.key, chance)
        types[f"{name}, back"] = Relationships(rel.end, rel.start, rel.key, chance)
    states: dict[str, Mapping[str, npt.NDArray[Any]]] = {
        label: {**columns, "own_risk": own[columns["node"]]} for label, columns in projection.states.items()
    }
    return replace(projection, types=types, states=states)
