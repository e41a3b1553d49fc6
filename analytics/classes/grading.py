"""Classes from parts: cut-offs, red lines, floors, coverage, populations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.aspects.reading import few_inputs, read_inputs
from analytics.classes.grades import CLASSES, COLOURS, Grades, Outcome, PartTable, entry_of
from analytics.classes.points import part_table, positive_turned
from analytics.indicators.baseline import Baseline
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import GradePack, pack_on
from graph.ascending import matched
from graph.delivery import Batch, standing
from graph.objections import pending
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import FOREVER, NO_DATE, to_day
from graph.view import View

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def grade(
    store: GraphStore, projection: GraphProjection, pack: GradePack | None = None, baseline: Baseline | None = None
) -> Grades:
    """Grade every company of a projection by the pack in force on its as_of. O(companies + parts).

    Indicators that measure against the population are not covered without a baseline.
    """
    return grade_inputs(store, read_inputs(store, projection, baseline), pack)


def grade_few(view: View, firms: Int64, baseline: Baseline | None = None) -> tuple[GraphProjection, Grades]:
    """Grade some companies (keys) on the part of the graph that their classes follow from; equal to a full run's.

    O(what the part holds). Returns that part too.
    """
    inputs = few_inputs(view, firms, baseline)
    return inputs.projection, grade_inputs(view.store, inputs, None, firms)


def grade_inputs(
    store: GraphStore, inputs: GradeInputs, pack: GradePack | None = None, firms: Int64 | None = None
) -> Grades:
    """Grade all companies, or some (keys), by a pack or the one in force on the day."""
    inputs, pack = weighed(store, inputs, pack)
    subjects = Subjects.of(store, inputs, pack, firms)
    return classified(subjects, pack, part_table(inputs, pack, subjects.node, subjects.covered))


def weighed(store: GraphStore, inputs: GradeInputs, pack: GradePack | None = None) -> tuple[GradeInputs, GradePack]:
    """What a pack, or the one in force on the day, weighs, and by which cut-offs: the locality's where it has some."""
    pack = pack or pack_on(inputs.today)
    if "cut_offs" in inputs.baseline and not pack.sectors and pack.kind == "class":
        pack = pack.model_copy(update={"cut_offs": inputs.baseline["cut_offs"]})
    if pack.objected != "left_out":
        return inputs, pack
    manifest = inputs.projection.manifest
    marked = pending(store, int(manifest["latest"]), to_day(dt.date.fromisoformat(manifest["used_on"])))
    return inputs.without(np.array(sorted(marked), dtype=np.int64)), pack


@dataclass(frozen=True)
class Subjects:
    """The companies that are graded: ascending positions (or keys), why a class is not for them, what is known of them.

    outside: an Outcome, empty for those in the pack's population. covered: by indicator whether it counts for them.
    coverage: the points of the indicators that count, as a share of all.
    """

    node: Int64
    outside: npt.NDArray[Any]
    coverage: npt.NDArray[np.float64]
    covered: Mapping[str, Bools]

    @classmethod
    def of(cls, store: GraphStore, inputs: GradeInputs, pack: GradePack, firms: Int64 | None = None) -> Subjects:
        """All companies, or some (keys) and the nodes that stand for these."""
        companies, seq = inputs.companies, int(inputs.projection.manifest["seq"])
        order = np.argsort(companies["node"], kind="stable")
        if firms is not None:
            at = matched(inputs.projection.nodes, firms)
            at = at[at >= 0]
            order = order[np.isin(companies["node"][order], np.r_[at, inputs.projection.canonical[at]])]
        known = standing(store.batches(), seq)
        areas, names = inputs.areas
        fresh_on = inputs.day if inputs.fresh_on is None else inputs.fresh_on
        covered = _covered(pack, known, areas[companies["node"][order]], names, fresh_on, inputs.baseline.keys())
        counted = {i: int(s["points"]) for i, s in pack.indicators.items() if not s.get("positive")}
        coverage = sum(covered[i] * most for i, most in counted.items()) / max(pack.max_points, 1)
        node = companies["node"][order]
        return cls(node, _outside(inputs, pack, order), np.asarray(coverage, dtype=float), covered)


def _covered(
    pack: GradePack,
    batches: Sequence[Batch],
    area: npt.NDArray[np.int32],
    names: Sequence[str],
    day: int,
    baselines: Set[str],
) -> dict[str, Bools]:
    """By indicator: for which companies all its sources have a delivery inside their period for the area.

    area: of each company the place of its area among `names`.
    """
    scopes: dict[str, set[str]] = {}
    for batch in batches:
        delivery = batch.delivery
        age = day - to_day(delivery.dated)
        if 0 <= age <= delivery.period_days + pack.coverage_tolerance_days:
            scopes.setdefault(delivery.source, set()).add(delivery.scope)
    inside = {scope: np.array([name.startswith(scope) for name in names]) for scope in set().union(*scopes.values())}
    here = {scope: of[area] for scope, of in inside.items()}
    none = np.zeros(len(area), dtype=bool)
    fresh = {source: np.logical_or.reduce([here[scope] for scope in of]) for source, of in scopes.items()}
    covered = {}
    for name in pack.indicators:
        entry = entry_of(name)
        covered[name] = np.logical_and.reduce([fresh.get(s, none) for s in entry.sources])
        if entry.baseline and entry.baseline not in baselines:
            covered[name] = none
    return covered


def classified(subjects: Subjects, pack: GradePack, table: PartTable) -> Grades:
    """The classes of companies from their parts, positive ones not yet turned."""
    n = len(subjects.node)
    parts = positive_turned(table, pack, n)
    score = np.zeros(n, dtype=np.int64)
    np.add.at(score, parts.company, parts.points)
    floor, red, adverse = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    floor[parts.company[parts.floor_c]] = True
    red[parts.company[parts.red_line]] = True
    adverse[parts.company[(parts.kind == "record") & (parts.points >= 0)]] = True
    level = np.where(red, 3, np.maximum(_level(pack, score, parts), np.where(floor, 2, 0)))
    result = np.array(CLASSES, dtype=object)[level]
    # A red line needs no more data; below the limit everything else is "not enough data", never A.
    thin = (subjects.coverage < pack.coverage_needed) & ~red
    result[thin] = Outcome.NOT_ENOUGH_DATA.value
    result = np.where(subjects.outside != "", subjects.outside, result)
    colour = np.array(COLOURS, dtype=object)[np.where(red, 3, np.where(floor, 2, adverse.astype(int)))]
    colour[~np.isin(result.astype(str), CLASSES)] = None
    change = np.full(n, FOREVER)
    np.minimum.at(change, parts.company, parts.next_change)
    return Grades(
        subjects.node, result, colour, score, subjects.coverage, change, subjects.outside, parts,
        tuple(pack.indicators), pack,
    )  # fmt: skip


def by_cut_offs(pack: GradePack, score: Int64) -> Int64:
    """Classes of scores (thousandths) by the cut-offs alone, from 0."""
    return np.searchsorted(np.array([round(pack.cut_offs[c] * 1000) for c in "ABC"]), score, side="left")


def raised(alone: Int64, level: Int64) -> Int64:
    """Classes, from 0: of all points at most one step above that of the own ones, and D by the own ones only."""
    return np.where(alone == 3, 3, np.minimum(level, np.minimum(alone + 1, 2)))


def of_association(pack: GradePack, parts: PartTable) -> Bools:
    """Which parts come from association."""
    return np.array([entry_of(n).dimension == "association" for n in pack.indicators], dtype=bool)[parts.indicator]


def _level(pack: GradePack, score: Int64, parts: PartTable) -> Int64:
    """Classes by the cut-offs, from 0; association raises a class by at most one step and never to D."""
    own = score.copy()
    of_others = of_association(pack, parts)
    np.subtract.at(own, parts.company[of_others], parts.points[of_others])
    return raised(by_cut_offs(pack, own), by_cut_offs(pack, score))


def _outside(inputs: GradeInputs, pack: GradePack, order: Int64) -> npt.NDArray[Any]:
    """Why companies have no class by the pack's population; empty where they are inside."""
    columns = {n: inputs.companies[n][order] for n in ("status", "subject_class", "established_on")}
    status = np.array([v or "" for v in columns["status"]], dtype=object)
    subject = np.array([v or "unknown" for v in columns["subject_class"]], dtype=object)
    out = np.full(len(status), "", dtype=object)
    start = columns["established_on"]
    out[(status != "") & ~np.isin(status.astype(str), pack.living)] = Outcome.NOT_LIVING.value
    out[status == ""] = Outcome.NOT_ENOUGH_DATA.value
    out[(start != NO_DATE) & (start > inputs.day)] = Outcome.NOT_ESTABLISHED.value
    out[(start == NO_DATE) & (status == "")] = Outcome.NO_REGISTRATION.value
    out[~np.isin(subject.astype(str), pack.population) & (subject != "unknown")] = Outcome.OTHER_SUBJECT.value
    if pack.sectors:
        trade = inputs.companies["industry"][order]
        out[[not (isinstance(v, str) and v.startswith(pack.sectors)) for v in trade]] = Outcome.OTHER_SECTOR.value
    return out
