"""From indicators to a class: points, decay, caps, red lines, floors, coverage.

Points are integer thousandths, rounded a part and then summed, so parts add up to the score exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.classes.baseline import Baseline
from analytics.decisions import part_verdicts
from analytics.indicators.beside import read_beside
from analytics.indicators.parts import Entry, Inputs, Parts, ordinal
from analytics.indicators.table import INDICATORS, indicator_named
from analytics.rules.grading import GradePack, pack_on
from graph.ascending import matched
from graph.delivery import Batch
from graph.errors import PackError
from graph.identity import mix
from graph.objections import pending
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import FOREVER, NO_DATE, add_months_array, completed_months, to_day
from graph.view import View

Int64 = npt.NDArray[np.int64]

_NO_PARTS = [np.zeros(0, dtype=t) for t in ("i8", "i2", "i8", "i8", "O", "i8", "?", "?")]
CLASSES = ("A", "B", "C", "D")
COLOURS = ("green", "yellow", "orange", "red")


class Outcome(StrEnum):
    """What a company gets instead of a class, and why."""

    NOT_ENOUGH_DATA = "not_enough_data"
    NOT_LIVING = "not_living"
    OTHER_SUBJECT = "not_in_population"
    OTHER_SECTOR = "not_in_sector"
    NOT_ESTABLISHED = "not_established_yet"
    NO_REGISTRATION = "no_registration"


@dataclass(frozen=True)
class PartTable:
    """All parts of all companies, sorted by (company, indicator, evidence)."""

    company: Int64  # index into Grades.node
    indicator: npt.NDArray[np.int16]  # index into Grades.indicators
    points: Int64  # thousandths
    evidence: Int64
    kind: npt.NDArray[Any]
    next_change: Int64
    floor_c: npt.NDArray[np.bool_]
    red_line: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.company)


@dataclass(frozen=True)
class Grades:
    """The classes of all companies of a projection. `grade` is A to D, or an Outcome."""

    node: Int64
    grade: npt.NDArray[Any]
    colour: npt.NDArray[Any]
    score: Int64  # thousandths
    coverage: npt.NDArray[np.float64]
    next_change: Int64
    parts: PartTable
    indicators: tuple[str, ...]
    pack: GradePack

    def of(self, node: int) -> int | None:
        """Index of a company by node position, None where it is no company."""
        at = int(np.searchsorted(self.node, node))
        return at if at < len(self.node) and self.node[at] == node else None

    def greatest(self, count: int) -> list[int]:
        """Indices of the companies with another class than A, the worst class first, then by points and node."""
        at = np.flatnonzero(np.isin(self.grade.astype(str), CLASSES[1:]))
        level = np.searchsorted(CLASSES, self.grade[at].astype(str))
        order = np.lexsort((self.node[at], -self.score[at], -level))
        return list(at[order][:count].tolist())

    def signs(self, at: int) -> list[Entry]:
        """The indicators that gave a company points or a red line, the most points first."""
        rows = slice(*np.searchsorted(self.parts.company, [at, at + 1]))
        points = np.zeros(len(self.indicators), dtype=np.int64)
        np.add.at(points, self.parts.indicator[rows], self.parts.points[rows])
        met = np.unique(self.parts.indicator[rows])
        return [entry_of(self.indicators[i]) for i in sorted(met.tolist(), key=lambda i: (-points[i], i))]

    def distribution(self) -> dict[str, int]:
        """How many companies got what, classes first."""
        values, counts = np.unique(self.grade.astype(str), return_counts=True)
        found = dict(zip(values.tolist(), counts.tolist(), strict=True))
        return {k: found[k] for k in [*CLASSES, *sorted(o.value for o in Outcome)] if k in found}


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


def few_inputs(view: View, firms: Int64, baseline: Baseline | None = None) -> Inputs:
    """What the indicators of some companies (keys) read, by index from a store."""
    from analytics.updates.surroundings import surroundings, within_reach  # with numba

    part, day = surroundings(view, firms), view.moment.as_of_day
    beside, statistics = read_beside(view.store, part, day, part=True), baseline.statistics if baseline else {}
    verdicts = part_verdicts(view.store, view.moment.known_at)
    return Inputs(part, day, beside, statistics, verdicts, around=within_reach(view, firms))


def grade_inputs(
    store: GraphStore, inputs: Inputs, pack: GradePack | None = None, firms: Int64 | None = None
) -> Grades:
    """Grade all companies, or some (keys), by a pack or the one in force on the day."""
    pack, day, seq = pack or pack_on(inputs.today), inputs.day, int(inputs.projection.manifest["seq"])
    if "cut_offs" in inputs.baseline and not pack.sectors and pack.kind == "class":
        pack = pack.model_copy(update={"cut_offs": inputs.baseline["cut_offs"]})  # those of the locality
    if pack.objected == "left_out":
        manifest = inputs.projection.manifest
        used_on = to_day(dt.date.fromisoformat(manifest["used_on"]))
        marked = pending(store, int(manifest["latest"]), used_on)
        inputs = inputs.without(np.array(sorted(marked), dtype=np.int64))
    order = np.argsort(inputs.companies["node"], kind="stable")
    if firms is not None:
        at = matched(inputs.projection.nodes, firms)
        wanted = inputs.projection.canonical[at[at >= 0]]
        order = order[np.isin(inputs.companies["node"][order], wanted)]
    node = inputs.companies["node"][order]
    known = [b for b in store.batches() if b.sealed and b.seq <= seq]
    area = np.array([v or "" for v in inputs.companies["area"][order]], dtype=object)
    fresh_on = day if inputs.fresh_on is None else inputs.fresh_on
    coverage = _coverage(pack, known, area, fresh_on, inputs.baseline.keys())
    table = _table(inputs, pack, node, coverage)
    return _classified(inputs, pack, node, order, coverage, table)


def as_of_day(projection: GraphProjection) -> int:
    """The day a projection is of."""
    return to_day(dt.date.fromisoformat(projection.manifest["as_of"]))


def known_at(projection: GraphProjection) -> dt.date:
    """The day as known on which a projection is."""
    return dt.date.fromisoformat(projection.manifest["known_at"])


def read_inputs(store: GraphStore, projection: GraphProjection, baseline: Baseline | None = None) -> Inputs:
    """What the indicators read of a store, for a projection of it."""
    day = as_of_day(projection)
    beside, statistics = read_beside(store, projection, day), baseline.statistics if baseline else {}
    return Inputs(projection, day, beside, statistics, part_verdicts(store, known_at(projection)))


def entry_of(name: str) -> Entry:
    """An indicator of a pack; PackError for none of that name."""
    entry = indicator_named(name)
    if entry is None:
        raise PackError(f"there is no indicator {name}", f"Known: {', '.join(INDICATORS)}.")
    return entry


def _table(inputs: Inputs, pack: GradePack, node: Int64, coverage: Mapping[str, npt.NDArray[np.bool_]]) -> PartTable:
    columns: list[list[npt.NDArray[Any]]] = []
    for code, (name, settings) in enumerate(pack.indicators.items()):
        if not coverage[name].any():
            continue
        found = _decided(inputs, name, settings, entry_of(name).compute(inputs, settings))
        company = np.minimum(np.searchsorted(node, found.node), len(node) - 1)
        mine = (node[company] == found.node) & coverage[name][company]
        found, company = found.where(mine), company[mine]
        points, turn = _points(found, settings, inputs.day, company)
        columns.append(
            [
                company,
                np.full(len(points), code, np.int16),
                points,
                found.evidence,
                np.full(len(points), found.evidence_kind, object),
                np.minimum(found.next_change, turn),
                found.floor_c | bool(settings.get("floor_c", False)),
                found.red_line,
            ]
        )
    joined = [np.concatenate(c) for c in zip(*(columns or [_NO_PARTS]), strict=True)]
    joined = _positive_capped(joined, pack, len(node))
    order = np.lexsort((joined[3], joined[1], joined[0]))
    return PartTable(*(c[order] for c in joined))


def _decided(inputs: Inputs, name: str, settings: Mapping[str, Any], found: Parts) -> Parts:
    """The parts of an indicator without those that officers refuted; a confirmed one may give its floor."""
    if name not in inputs.verdicts:
        return found
    nodes, verdicts = inputs.projection.nodes, inputs.verdicts[name]
    evidence = nodes[found.evidence] if found.evidence_kind == "record" else found.evidence
    key = mix(nodes[found.node], evidence)
    confirmed = (matched(verdicts.confirmed, key) >= 0) & bool(settings.get("confirmed_floor"))
    return replace(found, floor_c=found.floor_c | confirmed).where(matched(verdicts.refuted, key) < 0)


def _points(parts: Parts, settings: Mapping[str, Any], day: int, company: Int64) -> tuple[Int64, Int64]:
    """Thousandths of each part after decay and the indicator's cap, and the day on which decay turns next."""
    most = int(settings["points"]) * 1000
    value = parts.intensity.copy()
    turn = np.full(len(value), FOREVER)
    if half_life := settings.get("half_life"):
        age = completed_months(parts.since, day)
        value *= np.exp2(-age / float(half_life))
        turn = np.where(parts.since != NO_DATE, add_months_array(parts.since, age + 1), FOREVER)
    points = np.floor(value * most + 0.5).astype(np.int64)
    return capped(points, company, most), turn


def capped(points: Int64, company: Int64, most: int | Int64) -> Int64:
    """Scale each company's parts to sum to at most `most`, by largest remainder, ties to the earlier part.

    most: one limit for all, or one by company.
    """
    if not len(points):
        return points
    total = np.bincount(company, weights=points).astype(np.int64)  # below 2**53 thousandths, so exact
    limit = np.broadcast_to(np.asarray(most, dtype=np.int64), len(total)) if np.ndim(most) == 0 else most[: len(total)]  # type: ignore[index]
    over = total[company] > limit[company]
    if not over.any():
        return points
    out = points.copy()
    exact = points[over] * limit[company[over]]
    share, rest = exact // total[company[over]], exact % total[company[over]]
    missing = np.zeros(len(total), dtype=np.int64)
    firms = np.unique(company[over])
    missing[firms] = limit[firms]
    np.subtract.at(missing, company[over], share)
    order = np.lexsort((np.arange(len(rest)), -rest, company[over]))
    firm = company[over][order]
    share[order] += ordinal(firm) < missing[firm]
    out[over] = share
    return out


def _positive_capped(columns: list[npt.NDArray[Any]], pack: GradePack, companies: int) -> list[npt.NDArray[Any]]:
    """Turn positive indicators' parts negative, at most `positive_cap` in all and never below a score of 0."""
    names = list(pack.indicators)
    positive = np.array([bool(pack.indicators[n].get("positive")) for n in names], dtype=bool)[columns[1]]
    if not positive.any():
        return columns
    adverse = np.zeros(companies, dtype=np.int64)
    np.add.at(adverse, columns[0][~positive], columns[2][~positive])
    most = np.minimum(adverse, pack.positive_cap * 1000)
    columns[2] = columns[2].copy()
    columns[2][positive] = -capped(columns[2][positive], columns[0][positive], most)
    return columns


def _coverage(
    pack: GradePack, batches: Sequence[Batch], area: npt.NDArray[Any], day: int, baselines: Set[str]
) -> dict[str, npt.NDArray[np.bool_]]:
    """By indicator: for which companies all its sources have a delivery inside their period for the area."""
    fresh: dict[str, npt.NDArray[np.bool_]] = {}
    for batch in batches:
        delivery = batch.delivery
        age = day - to_day(delivery.dated)
        if batch.kind == "load" and 0 <= age <= delivery.period_days + pack.coverage_tolerance_days:
            here = (
                np.array([str(a).startswith(delivery.scope) for a in area], dtype=bool)
                if delivery.scope
                else np.ones(len(area), bool)
            )
            fresh[delivery.source] = fresh.get(delivery.source, np.zeros(len(area), bool)) | here
    none = np.zeros(len(area), dtype=bool)
    covered = {}
    for name in pack.indicators:
        entry = entry_of(name)
        covered[name] = np.logical_and.reduce([fresh.get(s, none) for s in entry.sources])
        if entry.baseline and entry.baseline not in baselines:
            covered[name] = none
    return covered


def _classified(
    inputs: Inputs,
    pack: GradePack,
    node: Int64,
    order: Int64,
    covered: Mapping[str, npt.NDArray[np.bool_]],
    parts: PartTable,
) -> Grades:
    n = len(node)
    score = np.zeros(n, dtype=np.int64)
    np.add.at(score, parts.company, parts.points)
    floor, red, adverse = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    floor[parts.company[parts.floor_c]] = True
    red[parts.company[parts.red_line]] = True
    adverse[parts.company[(parts.kind == "record") & (parts.points >= 0)]] = True
    level = np.where(red, 3, np.maximum(_level(pack, score, parts), np.where(floor, 2, 0)))
    counted = {i: int(s["points"]) for i, s in pack.indicators.items() if not s.get("positive")}
    coverage = sum(covered[i] * most for i, most in counted.items()) / max(pack.max_points, 1)
    result = np.array(CLASSES, dtype=object)[level]
    # A red line needs no more data; below the limit everything else is "not enough data", never A.
    thin = (coverage < pack.coverage_needed) & ~red
    result[thin] = Outcome.NOT_ENOUGH_DATA.value
    outside = _outside(inputs, pack, order)
    result = np.where(outside != "", outside, result)
    graded = np.isin(result.astype(str), CLASSES)
    colour = np.array(COLOURS, dtype=object)[np.where(red, 3, np.where(floor, 2, adverse.astype(int)))]
    colour[~graded] = None
    change = np.full(n, FOREVER)
    np.minimum.at(change, parts.company, parts.next_change)
    return Grades(
        node, result, colour, score, np.asarray(coverage, dtype=float), change, parts, tuple(pack.indicators), pack
    )


def _level(pack: GradePack, score: Int64, parts: PartTable) -> Int64:
    """Classes by the cut-offs, from 0; association raises a class by at most one step and never to D."""
    cuts = np.array([round(pack.cut_offs[c] * 1000) for c in "ABC"])
    association = np.array([entry_of(n).dimension == "association" for n in pack.indicators], dtype=bool)
    own = score.copy()
    of_others = association[parts.indicator]
    np.subtract.at(own, parts.company[of_others], parts.points[of_others])
    alone, level = np.searchsorted(cuts, own, side="left"), np.searchsorted(cuts, score, side="left")
    return np.where(alone == 3, 3, np.minimum(level, np.minimum(alone + 1, 2)))


def _outside(inputs: Inputs, pack: GradePack, order: Int64) -> npt.NDArray[Any]:
    """Why a company has no class by the pack's population; empty where it is inside."""
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
