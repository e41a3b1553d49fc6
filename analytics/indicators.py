"""The indicators of the class: a table of documented functions over a projection.

Each gives parts: a company, an intensity in [0, 1] before decay, the record or relationship behind it, the day
its period began and the next day on which the part changes by itself. No part, no points.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.identity import mix
from graph.projection import GraphProjection, Records
from graph.store import GraphStore, Slice
from graph.time import FOREVER, NO_DATE, add_months, add_months_array, completed_months, to_date, to_day

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Parts of one indicator, aligned: node position, intensity, evidence, age in months, next change."""

    node: Int64
    intensity: Floats
    evidence: Int64  # node position of a record, relationship key, or 0 for the company's own registration
    evidence_kind: str  # record, relationship or registration
    since: Int64  # day from which decay counts; NO_DATE for none
    next_change: Int64  # first day on which the part changes with no new data; FOREVER for none
    floor_c: npt.NDArray[np.bool_]
    red_line: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Inputs:
    """What indicators read: the projection at a day, and the changes of the months before it."""

    projection: GraphProjection
    day: int
    changes: Mapping[str, Any]

    @cached_property
    def today(self) -> dt.date:
        """The day as a date."""
        return to_date(self.day)

    @cached_property
    def companies(self) -> Mapping[str, npt.NDArray[Any]]:
        """Current values of companies."""
        return self.projection.states["Company"]

    def subjects(self, label: str) -> tuple[Records, Int64, Int64]:
        """Usable records of a label with, for each tie to a company, (company node, index of the record)."""
        records = self.projection.records[label]
        rel = self.projection.types["SUBJECT_OF"]
        at = np.searchsorted(records.node, rel.end)
        at = np.minimum(at, max(len(records) - 1, 0))
        mine = (records.node[at] == rel.end) if len(records) else np.zeros(len(rel), dtype=bool)
        return records, self.projection.canonical[rel.start[mine]], at[mine]


Indicator = Callable[[Inputs, Mapping[str, Any]], Parts]


@dataclass(frozen=True)
class Entry:
    """An indicator as the table lists it."""

    id: str
    zh: str
    en: str
    dimension: str
    sources: tuple[str, ...]  # without a delivery of these inside their period its points are not covered
    compute: Indicator


def _parts(
    node: Int64,
    intensity: Floats,
    *,
    evidence: Int64 | None = None,
    kind: str = "registration",
    since: Int64 | None = None,
    next_change: Int64 | None = None,
    floor_c: npt.NDArray[np.bool_] | None = None,
    red_line: npt.NDArray[np.bool_] | None = None,
) -> Parts:
    n = len(node)
    keep = (intensity > 0) | (np.zeros(n, bool) if red_line is None else red_line)
    return Parts(
        node[keep],
        np.clip(intensity[keep], 0, 1),
        (np.zeros(n, np.int64) if evidence is None else evidence)[keep],
        kind,
        (np.full(n, NO_DATE) if since is None else since)[keep],
        (np.full(n, FOREVER) if next_change is None else next_change)[keep],
        (np.zeros(n, bool) if floor_c is None else floor_c)[keep],
        (np.zeros(n, bool) if red_line is None else red_line)[keep],
    )


def age(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """B1 成立年限: below 1 year 1.0, below 3 years 0.6, below 10 years 0.2, then 0. Source: 3-indicators.md."""
    node, start = inputs.companies["node"], inputs.companies["established_on"]
    months = completed_months(start, inputs.day)
    known = start != NO_DATE
    steps = ((12, 1.0), (36, 0.6), (120, 0.2))
    intensity = np.select([known & (months < m) for m, _ in steps], [v for _, v in steps], 0.0)
    turns = [np.where(add_months_array(start, m) > inputs.day, add_months_array(start, m), FOREVER) for m, _ in steps]
    return _parts(node, intensity, next_change=np.minimum.reduce(turns))


def capital_anomaly(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """B2 注册资本异常: at least `capital_from_yuan` subscribed in CNY and nothing paid in, as the holders state it."""
    node = inputs.companies["node"]
    capital = np.where(inputs.companies["currency"] == "CNY", inputs.companies["registered_capital"], NO_DATE)
    rel = inputs.projection.types["HOLDS_SHARES_IN"]
    stated = np.zeros(len(inputs.projection.nodes), dtype=bool)
    paid = np.zeros(len(inputs.projection.nodes), dtype=np.int64)
    known = rel.columns["paid"] != NO_DATE
    end = inputs.projection.canonical[rel.end]
    stated[end[known]] = True
    np.add.at(paid, end[known], rel.columns["paid"][known])
    large = capital >= int(settings["capital_from_yuan"]) * 100
    return _parts(node, (large & stated[node] & (paid[node] == 0)).astype(float))


def sector_risk(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """B3 行业固有风险: the pack's weight of the sector (GB/T 4754, letter and two digits)."""
    weights = settings["sectors"]
    column = inputs.companies["industry"]
    return _parts(inputs.companies["node"], np.array([weights.get((v or "")[:3], 0.0) for v in column], dtype=float))


def contribution_term(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """B4 出资期限: a contribution due more than `years` after establishment, or with no due date (公司法 art. 47)."""
    rel = inputs.projection.types["HOLDS_SHARES_IN"]
    start = np.full(len(inputs.projection.nodes), NO_DATE)
    start[inputs.companies["node"]] = inputs.companies["established_on"]
    end = inputs.projection.canonical[rel.end]
    due, begun = rel.columns["contribution_due_on"], start[end]
    paid_up = (rel.columns["paid"] != NO_DATE) & (rel.columns["paid"] >= rel.columns["subscribed"])
    late = (
        (begun != NO_DATE)
        & ~paid_up
        & ((due == NO_DATE) | (due > add_months_array(begun, 12 * int(settings["years"]))))
    )
    return _first_of(end[late], rel.key[late], np.where(due == NO_DATE, 0.5, 1.0)[late])


def _first_of(node: Int64, key: Int64, intensity: Floats) -> Parts:
    """One part a company: the greatest intensity, then the smallest key."""
    order = np.lexsort((key, -intensity, node))
    node, key, intensity = node[order], key[order], intensity[order]
    first = np.r_[True, node[1:] != node[:-1]] if len(node) else np.zeros(0, bool)
    return _parts(node[first], intensity[first], evidence=key[first], kind="relationship")


def representative_changes(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """D3 法定代表人频繁变更: at least `changes` new representatives in `window_months`, the first ever not counted."""
    found = inputs.changes["LEGAL_REPRESENTATIVE_OF"]
    return _frequent(inputs, found["end"], found["valid_from"], found["key"], settings, int(settings["changes"]))


def address_changes(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """D4 住所频繁变更: two or more changes of domicile in `window_months`; half for one."""
    found = inputs.changes["REGISTERED_AT"]
    return _frequent(inputs, found["owner"], found["valid_from"], found["key"], settings, 2)


def _frequent(inputs: Inputs, node: Int64, start: Int64, key: Int64, settings: Mapping[str, Any], enough: int) -> Parts:
    """Full intensity from `enough` changes in the window, half for one fewer if that is still a change at all.

    The window ends on the day of the last change, whose age then decays.
    """
    months = int(settings["window_months"])
    known = (start != NO_DATE) & (start <= inputs.day)
    order = np.lexsort((key, start, node))
    order = order[known[order]]
    node, start, key = node[order], start[order], key[order]
    if not len(node):
        return _parts(node, np.zeros(0))
    last = np.r_[node[1:] != node[:-1], True]
    opens = add_months_array(start[last], -months)
    group = np.cumsum(np.r_[True, node[1:] != node[:-1]]) - 1
    counts = np.bincount(group[start > opens[group]], minlength=int(last.sum()))
    expires = add_months_array(start[last], 3 * months)
    intensity = np.where(
        counts >= enough, 1.0, np.where((counts == enough - 1) & (counts > 0) & (enough == 2), 0.5, 0.0)
    )
    intensity = np.where(expires > inputs.day, intensity, 0.0)
    return _parts(
        node[last], intensity, evidence=key[last], kind="relationship", since=start[last], next_change=expires
    )


def total_transfer(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """D5 股权短期整体转让: all holders replaced within `window_months`, none of the former ones remaining."""
    rel = inputs.projection.types["HOLDS_SHARES_IN"]
    former = inputs.changes["HOLDS_SHARES_IN"]
    months = int(settings["window_months"])
    node_count = len(inputs.projection.nodes)
    end = inputs.projection.canonical[rel.end]
    begun = rel.columns["valid_from"]
    newest, oldest = np.full(node_count, NO_DATE), np.full(node_count, FOREVER)
    np.maximum.at(newest, end, begun)
    np.minimum.at(oldest, end, np.where(begun == NO_DATE, NO_DATE, begun))
    left = np.full(node_count, NO_DATE)
    np.maximum.at(left, former["end"], former["valid_to"])
    node = np.flatnonzero((left != NO_DATE) & (oldest != NO_DATE) & (oldest != FOREVER))
    replaced = (oldest[node] >= add_months_array(left[node], -months)) & (newest[node] <= inputs.day)
    expires = add_months_array(left[node], 24)
    intensity = (replaced & (expires > inputs.day)).astype(float)
    key = np.zeros(node_count, dtype=np.int64)
    order = np.argsort(former["valid_to"], kind="stable")
    key[former["end"][order]] = former["key"][order]
    return _parts(node, intensity, evidence=key[node], kind="relationship", since=left[node], next_change=expires)


def capital_reduction(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """D6 减资: registered capital cut by at least `drop` within `window_months`."""
    found = inputs.changes["capital"]
    expires = add_months_array(found["changed_on"], int(settings["window_months"]))
    cut = (found["after"] <= found["before"] * (1 - float(settings["drop"]))) & (expires > inputs.day)
    return _parts(found["node"], cut.astype(float), since=found["changed_on"], next_change=expires)


def _list_entries(inputs: Inputs, list_type: str) -> tuple[Records, Int64, Int64]:
    records, node, at = inputs.subjects("ListEntry")
    here = records.columns["list_type"][at] == list_type if len(at) else np.zeros(0, bool)
    return records, node[here], at[here]


def dishonest_debtor(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """R2 失信被执行人 (单位): the firm itself is listed; a red line until deletion (法释〔2017〕7号)."""
    records, node, at = _list_entries(inputs, "dishonest_debtor")
    return _parts(
        node,
        np.zeros(len(node)),
        evidence=records.node[at],
        kind="record",
        next_change=records.until[at],
        red_line=np.ones(len(node), dtype=bool),
    )


def abnormal_operation(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """R4 经营异常名录: the heaviest reason of each entry, half as much again after a year; floor C after that year."""
    records, node, at = _list_entries(inputs, "abnormal_operation")
    weights = settings["reasons"]
    weight = np.array(
        [
            max(weights.get(r, weights["other"]) for r in (v or "other").split(","))
            for v in records.columns["reasons"][at]
        ],
        dtype=float,
    )
    turn = add_months_array(records.columns["listed_on"][at], int(settings["floor_c_after_months"]))
    long = turn < inputs.day
    change = np.minimum(records.until[at], np.where(long, FOREVER, turn + 1))
    return _parts(
        node,
        np.where(long, 1.5 * weight, weight),
        evidence=records.node[at],
        kind="record",
        next_change=change,
        floor_c=long,
    )


def penalty_severity(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """R5 行政处罚严重度: serious 1, general .35, slight 0, each decayed by its age; the sum saturates at 1."""
    records, node, at = inputs.subjects("AdministrativePenalty")
    weight = np.array([settings["severity"].get(v, 0.0) for v in records.columns["severity"][at]], dtype=float)
    return _parts(
        node,
        weight,
        evidence=records.node[at],
        kind="record",
        since=records.columns["decided_on"][at],
        next_change=records.until[at],
    )


def repeat_violation(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """R6 同类违法再犯: the same type of violation decided again within `window_months`."""
    records, node, at = inputs.subjects("AdministrativePenalty")
    kind, day = records.columns["violation"][at], records.columns["decided_on"][at]
    codes = (
        np.unique(np.array([v or "" for v in kind], dtype=object).astype(str), return_inverse=True)[1]
        if len(kind)
        else np.zeros(0, np.int64)
    )
    order = np.lexsort((records.node[at], day, codes, node))
    again = np.zeros(len(order), dtype=bool)
    first, second = order[:-1], order[1:]
    again[1:] = (
        (node[first] == node[second])
        & (codes[first] == codes[second])
        & np.array([bool(v) for v in kind[second]], dtype=bool)
        & (day[second] <= add_months_array(day[first], int(settings["window_months"])))
    )
    until = (
        np.minimum(records.until[at][order], np.r_[FOREVER, records.until[at][first]])
        if len(order)
        else np.zeros(0, np.int64)
    )
    chosen = order[again]
    return _parts(
        node[chosen], np.ones(len(chosen)), evidence=records.node[at][chosen], kind="record", next_change=until[again]
    )


def revocation(inputs: Inputs, settings: Mapping[str, Any]) -> Parts:
    """R7 吊销许可、责令停产停业、限制开展经营: any such kind of penalty in its period; floor C."""
    records, node, at = inputs.subjects("AdministrativePenalty")
    heavy = {"permit_revocation", "licence_revocation", "closure", "restriction", "practice_ban"}
    hit = np.array([bool(heavy & set((v or "").split(","))) for v in records.columns["kinds"][at]], dtype=bool)
    return _parts(
        node[hit],
        np.ones(int(hit.sum())),
        evidence=records.node[at][hit],
        kind="record",
        next_change=records.until[at][hit],
        floor_c=np.ones(int(hit.sum()), dtype=bool),
    )


REGISTER, HOLDERS, OFFICERS = ("registrations",), ("registrations", "shareholders"), ("legal_representatives",)
INDICATORS: dict[str, Entry] = {
    e.id: e
    for e in (
        Entry("B1", "成立年限", "age of the firm", "basic", REGISTER, age),
        Entry("B2", "注册资本异常", "capital anomaly", "basic", HOLDERS, capital_anomaly),
        Entry("B3", "行业固有风险", "inherent risk of the sector", "basic", REGISTER, sector_risk),
        Entry("B4", "出资期限超期或缺项", "contribution term too long or missing", "basic", HOLDERS, contribution_term),
        Entry(
            "D3",
            "法定代表人频繁变更",
            "frequent change of representative",
            "dynamics",
            OFFICERS,
            representative_changes,
        ),
        Entry("D4", "住所频繁变更", "frequent change of domicile", "dynamics", REGISTER, address_changes),
        Entry(
            "D5",
            "股权短期整体转让",
            "transfer of all shares in a short time",
            "dynamics",
            ("shareholders",),
            total_transfer,
        ),
        Entry("D6", "减资", "capital reduction", "dynamics", REGISTER, capital_reduction),
        Entry(
            "R2", "失信被执行人", "dishonest judgment debtor", "regulatory", ("dishonest_debtors",), dishonest_debtor
        ),
        Entry(
            "R4",
            "经营异常名录",
            "list of abnormal operation",
            "regulatory",
            ("abnormal_operations",),
            abnormal_operation,
        ),
        Entry("R5", "行政处罚严重度", "severity of penalties", "regulatory", ("penalties",), penalty_severity),
        Entry("R6", "同类违法再犯", "repeated violation of one type", "regulatory", ("penalties",), repeat_violation),
        Entry(
            "R7", "吊销、停业、限制经营", "revocation, closure or restriction", "regulatory", ("penalties",), revocation
        ),
    )
}


def read_changes(store: GraphStore, projection: GraphProjection, day: int) -> dict[str, Any]:
    """Changes up to a day that a projection of the day itself does not hold: former holders, former values."""
    at = Slice(int(projection.manifest["seq"]))
    earliest = to_day(add_months(to_date(day), -72))
    out: dict[str, Any] = {}
    for name in ("LEGAL_REPRESENTATIVE_OF", "REGISTERED_AT", "HOLDS_SHARES_IN"):
        out[name] = _changes_of(store, projection, name, at, earliest, day)
    out["capital"] = _capital_changes(store, projection, at, earliest, day)
    return out


def _changes_of(
    store: GraphStore, projection: GraphProjection, name: str, at: Slice, earliest: int, day: int
) -> dict[str, Int64]:
    columns = store.columns(name, ["owner", "end", "grp", "lot", "valid_from", "valid_to"], at)
    firm = columns["owner"] if name == "REGISTERED_AT" else columns["end"]
    if name == "HOLDS_SHARES_IN":
        keep = (columns["valid_to"] != NO_DATE) & (columns["valid_to"] <= day) & (columns["valid_to"] > earliest)
    else:
        known = columns["valid_from"] != NO_DATE
        first = _first_start(firm, np.where(known, columns["valid_from"], NO_DATE))
        keep = (
            known
            & (columns["valid_from"] > earliest)
            & (columns["valid_from"] <= day)
            & (columns["valid_from"] > first)
        )
    position = {n: projection.canonical[np.searchsorted(projection.nodes, columns[n][keep])] for n in ("owner", "end")}
    return {
        **position,
        "valid_from": columns["valid_from"][keep],
        "valid_to": columns["valid_to"][keep],
        "key": mix(columns["grp"][keep], columns["lot"][keep]),
    }


def _first_start(firm: Int64, start: Int64) -> Int64:
    """For each row the earliest start among its firm's rows; an unknown start is the earliest of all."""
    _, group = np.unique(firm, return_inverse=True)
    first = np.full(group.max() + 1 if len(group) else 0, FOREVER)
    np.minimum.at(first, group, start)
    return np.asarray(first[group])


def _capital_changes(
    store: GraphStore, projection: GraphProjection, at: Slice, earliest: int, day: int
) -> dict[str, Any]:
    names = ["owner", "grp", "valid_from", "valid_to", "registered_capital"]
    columns = store.columns("Company", names, at)
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
        "node": np.searchsorted(projection.nodes, c["owner"][after][pair]),
        "changed_on": c["valid_from"][after][pair],
        "before": c["registered_capital"][before][pair].astype(float),
        "after": c["registered_capital"][after][pair].astype(float),
    }
