"""From indicators to points: decay, the cap of an indicator, the cap of positive ones.

Points are integer thousandths, rounded a part and then summed, so parts add up to the score exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.classes.grades import PartTable, entry_of
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import GradePack
from analytics.indicators.parts import Parts
from graph.ascending import matched
from graph.identity import mix
from graph.runs import ordinal
from graph.time import FOREVER, NO_DATE, add_months_array, completed_months

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NO_PARTS = PartTable(*(np.zeros(0, dtype=t) for t in ("i8", "i2", "i8", "i8", "i8", "O", "i8", "?", "?")))


def part_table(
    inputs: GradeInputs,
    pack: GradePack,
    node: Int64,
    covered: Mapping[str, Bools],
    names: Collection[str] | None = None,
) -> PartTable:
    """The parts of companies (ascending positions) by the indicators of a pack, or some; positive ones not yet turned.

    covered: by indicator the companies that it counts for.
    """
    tables = [NO_PARTS]
    if "G11" in pack.indicators and (names is None or "G11" in names):
        inputs.risk  # noqa: B018 - what takes most memory first, while nothing else is kept
    for code, (name, settings) in enumerate(pack.indicators.items()):
        if not covered[name].any() or (names is not None and name not in names):
            continue
        found = _decided(inputs, name, settings, entry_of(name).compute(inputs, settings))
        company = matched(node, found.node)
        mine = company >= 0
        mine[mine] = covered[name][company[mine]]
        found, company = found.where(mine), company[mine]
        weighed, turn = _weighed(found, settings, inputs.day)
        points = capped(weighed, company, int(settings["points"]) * 1000)
        tables.append(
            PartTable(
                company,
                np.full(len(points), code, np.int16),
                points,
                points,
                found.evidence,
                np.full(len(points), found.evidence_kind, object),
                np.minimum(found.next_change, turn),
                found.floor_c | bool(settings.get("floor_c", False)),
                found.red_line,
            )
        )
    return joined(*tables)


def joined(*tables: PartTable) -> PartTable:
    """Parts of several tables of the same companies as one."""
    one = PartTable(*(np.concatenate(c) for c in zip(*(vars(t).values() for t in tables), strict=True)))
    return one.at(np.lexsort((one.evidence, one.indicator, one.company)))


def _decided(inputs: GradeInputs, name: str, settings: Mapping[str, Any], found: Parts) -> Parts:
    """The parts of an indicator without those that officers refuted; a confirmed one may give its floor."""
    if name not in inputs.verdicts:
        return found
    nodes, verdicts = inputs.projection.nodes, inputs.verdicts[name]
    evidence = nodes[found.evidence] if found.evidence_kind == "record" else found.evidence
    key = mix(nodes[found.node], evidence)
    confirmed = (matched(verdicts.confirmed, key) >= 0) & bool(settings.get("confirmed_floor"))
    return replace(found, floor_c=found.floor_c | confirmed).where(matched(verdicts.refuted, key) < 0)


def uncapped(inputs: GradeInputs, name: str, settings: Mapping[str, Any], firm: int) -> int:
    """Thousandths that the parts of an indicator of a firm (position) sum to before the indicator's cap."""
    found = _decided(inputs, name, settings, entry_of(name).compute(inputs, settings))
    return int(_weighed(found.where(found.node == firm), settings, inputs.day)[0].sum())


def _weighed(parts: Parts, settings: Mapping[str, Any], day: int) -> tuple[Int64, Int64]:
    """Thousandths of each part after decay, before the indicator's cap, and the day on which decay turns next."""
    most = int(settings["points"]) * 1000
    value = parts.intensity.copy()
    turn = np.full(len(value), FOREVER)
    if half_life := settings.get("half_life"):
        age = completed_months(parts.since, day)
        value *= np.exp2(-age / float(half_life))
        turn = np.where(parts.since != NO_DATE, add_months_array(parts.since, age + 1), FOREVER)
    return np.floor(value * most + 0.5).astype(np.int64), turn


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


def positive_turned(table: PartTable, pack: GradePack, companies: int) -> PartTable:
    """With positive indicators' parts negative, at most `positive_cap` in all and never below a score of 0."""
    positive = np.array([bool(s.get("positive")) for s in pack.indicators.values()], dtype=bool)[table.indicator]
    if not positive.any():
        return table
    adverse = np.zeros(companies, dtype=np.int64)
    np.add.at(adverse, table.company[~positive], table.gross[~positive])
    most = np.minimum(adverse, pack.positive_cap * 1000)
    points = table.gross.copy()
    points[positive] = -capped(points[positive], table.company[positive], most)
    return replace(table, points=points)
