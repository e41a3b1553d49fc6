"""The review list: which firms look like shells, by which signs, and how many of them are to be expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.aspects.reading import read_inputs
from analytics.decisions import Kind, decisions
from analytics.indicators.baseline import Baseline
from analytics.indicators.parts import Parts
from analytics.indicators.texts import read_texts
from analytics.inputs import Inputs
from analytics.shell.evidence import Learnt, learnt, posterior
from analytics.shell.pack import ShellPack, shell_pack_on
from analytics.shell.signs import SIGNS, muted
from graph.ascending import matched
from graph.identity import nid
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Suspicions:
    """All firms of the population, by node: their probability, and the signs seen on each.

    seen, evidence: shape (firms, signs), in the order of `signs`; evidence: a record's node, a relationship's key, 0
    for the register itself. silent: signs that were not looked for, since no baseline has their statistic.
    """

    node: Int64
    probability: Floats
    signs: tuple[str, ...]
    seen: Bools
    evidence: Int64
    kinds: tuple[str, ...]
    weights: Floats
    learnt: Mapping[str, Learnt]
    silent: tuple[str, ...]
    pack: ShellPack

    def __len__(self) -> int:
        return len(self.node)

    def ranked(self, budget: int, decided: Collection[int] = ()) -> Int64:
        """Rows of the firms to review first: with a sign at least, by probability, then by node.

        decided: nodes of firms that officers have decided on, which need no review.
        """
        order = np.lexsort((self.node, -self.probability))
        order = order[~np.isin(self.node[order], list(decided))]
        return order[self.seen[order].any(axis=1)][:budget]


def inputs_for(store: GraphStore, projection: GraphProjection, baseline: Baseline | None) -> Inputs:
    """What the signs read of a store: what indicators read, and texts."""
    found = read_inputs(store, projection, baseline)
    beside = {**found.beside, "texts": read_texts(store, projection)}
    return Inputs(projection, found.day, beside, found.baseline)


def suspicions(inputs: Inputs, labels: Mapping[int, bool] | None = None, pack: ShellPack | None = None) -> Suspicions:
    """The probability of every firm of the population by the pack in force. O(n log n) in ties and records.

    labels: by node whether officers found a firm to be a shell; where there are enough of both the weights are learnt.
    """
    pack = pack or shell_pack_on(inputs.today)
    node = _population(inputs, pack)
    quiet = muted(inputs, pack.exempt.address_kinds)[node]
    names = tuple(pack.signs)
    seen = np.zeros((len(node), len(names)), dtype=bool)
    evidence, kinds, silent = np.zeros((len(node), len(names)), dtype=np.int64), [], []
    for column, (name, (_, sign)) in enumerate(pack.signs.items()):
        declared = SIGNS[name]
        if declared.baseline and declared.baseline not in inputs.baseline:
            silent.append(name)
            kinds.append("registration")
            continue
        found = declared.compute(inputs, sign.settings)
        kinds.append(found.evidence_kind)
        _mark(found, node, ~quiet if declared.of_place else None, seen[:, column], evidence[:, column])
    group_names = list(dict.fromkeys(g for g, _ in pack.signs.values()))
    group = np.array([group_names.index(g) for g, _ in pack.signs.values()], dtype=np.int64)
    taught = _learnt(pack, names, node, seen, labels or {})
    weights = np.array([taught[n].weight if n in taught else np.log(s.lr) for n, (_, s) in pack.signs.items()])
    chance = posterior(pack.prior, weights, group, seen)
    return Suspicions(node, chance, names, seen, evidence, tuple(kinds), weights, taught, tuple(silent), pack)


def _population(inputs: Inputs, pack: ShellPack) -> Int64:
    """Living firms of the pack's classes, those exempt left out."""
    columns = inputs.companies
    node = columns["node"]
    keep = inputs.living[node] & np.isin(columns["subject_class"].astype(str), pack.population)
    started = columns["established_on"]
    keep &= (started == NO_DATE) | (started <= inputs.day)
    industry = np.array([v or "" for v in columns["industry"].tolist()], dtype=object)
    for code in pack.exempt.industries:
        keep &= ~np.array([v.startswith(code) for v in industry], dtype=bool)
    if pack.exempt.state_platforms:
        keep &= ~_of_the_state(inputs)[node]
    return np.sort(node[keep])


def _of_the_state(inputs: Inputs) -> Bools:
    """By node whether a State body controls it in the end."""
    from analytics.algorithms.control import controllers  # with numba
    from analytics.ownership.holdings import state_bodies

    return np.asarray(state_bodies(inputs.projection)[controllers(inputs.projection).top])


def _mark(found: Parts, node: Int64, able: Bools | None, seen: Bools, evidence: Int64) -> None:
    """Enter a sign's parts in its columns."""
    at = matched(node, found.node)
    there = np.flatnonzero(at >= 0)
    if able is not None:
        there = there[able[at[there]]]
    seen[at[there]] = True
    evidence[at[there]] = found.evidence[there]


def _learnt(
    pack: ShellPack, names: tuple[str, ...], node: Int64, seen: Bools, labels: Mapping[int, bool]
) -> dict[str, Learnt]:
    """Weights from labels; none where there are too few of either kind."""
    at = matched(node, np.array(sorted(labels), dtype=np.int64))
    shell = np.array([labels[k] for k in sorted(labels)], dtype=bool)[at >= 0]
    signs = seen[at[at >= 0]]
    shells, normals = int(shell.sum()), int((~shell).sum())
    if min(shells, normals) < pack.labels_needed:
        return {}
    counts = zip(names, signs[shell].sum(axis=0).tolist(), signs[~shell].sum(axis=0).tolist(), strict=True)
    return {name: learnt(a, shells, b, normals, pack.greatest_lr) for name, a, b in counts}


def labels_of(store: GraphStore, projection: GraphProjection, up_to: dt.date) -> dict[int, bool]:
    """By node of the projection what officers decided up to a day; whom they are unsure about is no label."""
    out: dict[int, bool] = {}
    for (one, _), decision in decisions(store, Kind.SHELL, up_to).items():
        at = int(matched(projection.nodes, np.array([nid(one)]))[0])
        if at >= 0 and decision.verdict != "unsure":
            out[int(projection.canonical[at])] = decision.verdict == "shell"
    return out


def signs_of(found: Suspicions, row: int) -> list[dict[str, Any]]:
    """The signs of a firm: name, group, reasons, weight, whether it counts, and its evidence."""
    out, counted = [], set[str]()
    columns = np.flatnonzero(found.seen[row])
    for column in columns[np.argsort(-found.weights[columns], kind="stable")].tolist():
        name = found.signs[column]
        group = found.pack.signs[name][0]
        out.append(
            {
                "sign": name,
                "group": group,
                "zh": SIGNS[name].zh,
                "en": SIGNS[name].en,
                "weight": round(float(found.weights[column]), 6),
                "counts": group not in counted,
                "kind": found.kinds[column] if found.evidence[row, column] else "registration",
                "evidence": int(found.evidence[row, column]),
            }
        )
        counted.add(group)
    return out
