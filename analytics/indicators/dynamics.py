"""Dynamics: reports, changes of representatives, addresses, holders and capital, lost contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from analytics.indicators.basic import last_reports
from analytics.indicators.parts import Parts, parts, parts_of
from analytics.inputs import Bools, Inputs, Int64, Settings, Ties
from graph.runs import begins, ordinal
from graph.time import FOREVER, NO_DATE, add_months_array, to_day


def missing_reports(inputs: Inputs, settings: Settings) -> Parts:
    """D1 未按期年报: one year missing 0.5, two or more 1; with lost contact then floor C (企业信息公示暂行条例 art. 8).

    A year is due on 1 July of the next, for firms that lived through the end of it. A year of which the data hold no
    report of anybody is not counted: the source began later.
    """
    node, last = inputs.companies["node"], _last_due(inputs)
    missing = np.zeros(len(inputs.projection.nodes), dtype=np.int64)
    for _, due in years_missing(inputs, settings):
        missing += due
    lost = np.zeros(len(missing), dtype=bool)
    lost[lost_contact(inputs, settings).node] = True
    many = missing[node] >= 2
    turn = np.full(len(node), to_day(dt.date(last + 2, 7, 1)))
    return parts(node, np.where(many, 1.0, 0.5 * missing[node]), next_change=turn, floor_c=many & lost[node])


def years_missing(inputs: Inputs, settings: Settings) -> Iterator[tuple[int, Bools]]:
    """By year whose report was due: the nodes of which it is missing."""
    reports, last, known = inputs.ties("AnnualReport"), _last_due(inputs), inputs.beside["report_years"]
    node, start = inputs.companies["node"], inputs.companies["established_on"]
    for year in (y for y in range(last - int(settings["years"]) + 1, last + 1) if y in known):
        due = np.zeros(len(inputs.projection.nodes), dtype=bool)
        due[node[(start != NO_DATE) & (start < to_day(dt.date(year + 1, 1, 1)))]] = True
        due[reports.node[reports["year"] == year]] = False
        yield year, due


def _last_due(inputs: Inputs) -> int:
    """The last year whose report was due by now."""
    return inputs.today.year - (1 if inputs.today >= dt.date(inputs.today.year, 7, 1) else 2)


def report_to_come(inputs: Inputs, settings: Settings) -> Parts:
    """W1 年报尚未报送: last year's report is not there yet, of January to June, by month more urgent (`by_month`).

    Of firms that lived through the end of last year; none from July on, when D1 counts (企业信息公示暂行条例 art. 8).
    """
    today, weights_ = inputs.today, list(settings["by_month"])
    node, start = inputs.companies["node"], inputs.companies["established_on"]
    due = (start != NO_DATE) & (start < to_day(dt.date(today.year, 1, 1)))
    reports = inputs.ties("AnnualReport")
    sent = np.zeros(len(inputs.projection.nodes), dtype=bool)
    sent[reports.node[reports["year"] == today.year - 1]] = True
    weight = float(weights_[today.month - 1]) if today.month <= len(weights_) else 0.0
    turn = dt.date(today.year, today.month + 1, 1) if today.month <= len(weights_) else dt.date(today.year + 1, 1, 1)
    return parts(node, weight * (due & ~sent[node]), next_change=np.full(len(node), to_day(turn)))


def information_default(inputs: Inputs, settings: Settings) -> Parts:
    """D2 即时信息未公示: information that had to be published and is not, `each` a finding (条例 art. 10)."""
    ties = inputs.ties("InformationDefault")
    return parts_of(ties, np.full(len(ties), float(settings["each"])), "found_on")


def representative_changes(inputs: Inputs, settings: Settings) -> Parts:
    """D3 法定代表人频繁变更: at least `changes` new representatives in `window_months`, the first ever not counted."""
    found = inputs.beside["LEGAL_REPRESENTATIVE_OF"]
    return _frequent(inputs, found["end"], found["valid_from"], found["key"], settings, int(settings["changes"]))


def address_changes(inputs: Inputs, settings: Settings) -> Parts:
    """D4 住所频繁变更: two or more changes of domicile in `window_months`; half for one."""
    found = inputs.beside["REGISTERED_AT"]
    return _frequent(inputs, found["owner"], found["valid_from"], found["key"], settings, 2)


def _frequent(inputs: Inputs, node: Int64, start: Int64, key: Int64, settings: Settings, enough: int) -> Parts:
    """Full intensity from `enough` changes in the window, half for one fewer if that is still a change at all.

    The window ends on the day of the last change, whose age then decays.
    """
    months = int(settings["window_months"])
    known = (start != NO_DATE) & (start <= inputs.day)
    order = np.lexsort((key, start, node))
    order = order[known[order]]
    node, start, key = node[order], start[order], key[order]
    if not len(node):
        return parts(node, np.zeros(0))
    last = np.r_[node[1:] != node[:-1], True]
    opens = add_months_array(start[last], -months)
    group = np.cumsum(begins(node)) - 1
    counts = np.bincount(group[start > opens[group]], minlength=int(last.sum()))
    expires = add_months_array(start[last], 3 * months)
    intensity = np.where(
        counts >= enough, 1.0, np.where((counts == enough - 1) & (counts > 0) & (enough == 2), 0.5, 0.0)
    )
    intensity = np.where(expires > inputs.day, intensity, 0.0)
    return parts(node[last], intensity, evidence=key[last], kind="relationship", since=start[last], next_change=expires)


CHANGES = {"D3": ("LEGAL_REPRESENTATIVE_OF", "end"), "D4": ("REGISTERED_AT", "owner")}


def total_transfer(inputs: Inputs, settings: Settings) -> Parts:
    """D5 股权短期整体转让: all holders replaced within `window_months`, none of the former ones remaining."""
    rel, _, end = inputs.relationships("HOLDS_SHARES_IN")
    former = inputs.beside["former"]["HOLDS_SHARES_IN"]
    months = int(settings["window_months"])
    node_count = len(inputs.projection.nodes)
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
    return parts(node, intensity, evidence=key[node], kind="relationship", since=left[node], next_change=expires)


def capital_reduction(inputs: Inputs, settings: Settings) -> Parts:
    """D6 减资: registered capital cut by at least `drop` within `window_months`."""
    found, cut = inputs.beside["capital"], capital_cuts(inputs, settings)
    expires = add_months_array(found["changed_on"], int(settings["window_months"]))
    return parts(found["node"], cut.astype(float), since=found["changed_on"], next_change=expires)


def capital_cuts(inputs: Inputs, settings: Settings) -> Bools:
    """Which of the changes of capital that `beside` has are such reductions, not too long ago."""
    found = inputs.beside["capital"]
    recent = add_months_array(found["changed_on"], int(settings["window_months"])) > inputs.day
    return np.asarray((found["after"] <= found["before"] * (1 - float(settings["drop"]))) & recent)


def implausible_report(inputs: Inputs, settings: Settings) -> Parts:
    """D7 年报全零或矛盾: the last report states nothing but zeros, or contradicts itself (`contradictory`).

    Contradictions: more people insured than employed, revenue or taxes without assets, a profit above the revenue with
    no assets behind it.
    """
    last = last_reports(inputs)
    figures = {n: last[n] for n in ("staff", "insured_staff", "assets", "revenue", "profit", "tax")}
    stated = {n: v != NO_DATE for n, v in figures.items()}
    zero = np.logical_and.reduce([(v == 0) | ~stated[n] for n, v in figures.items()])
    zero &= stated["assets"] & stated["revenue"]
    no_assets = stated["assets"] & (figures["assets"] == 0)
    contradictory = (stated["staff"] & stated["insured_staff"] & (figures["insured_staff"] > figures["staff"])) | (
        no_assets & ((figures["revenue"] > 0) | (figures["tax"] > 0) | (figures["profit"] > 0))
    )
    return parts_of(last, np.where(zero, 1.0, np.where(contradictory, float(settings["contradictory"]), 0.0)))


def lost_contact(inputs: Inputs, settings: Settings) -> Parts:
    """D8 失联: letters returned, telephone dead, nobody met, each failure since the firm was last reached.

    The n-th weighs `steps[n]`; from `lost_from` failures on the firm counts as lost (经营异常名录管理暂行办法 art. 9).
    """
    failed, counts = _failures(inputs)
    steps = np.array([*settings["steps"], 0.0])
    enough = counts >= int(settings["lost_from"])
    place = np.minimum(ordinal(failed.node), len(steps) - 1)
    return parts_of(failed, np.where(enough, steps[place], 0.0))


def _failures(inputs: Inputs) -> tuple[Ties, Int64]:
    """Failed attempts after a firm's last success, by date, and of each the number of its firm's."""
    attempts = inputs.ties("ContactAttempt").by_date("attempted_on")
    reached: Bools = attempts["reached"] == 1
    last = np.full(len(inputs.projection.nodes), NO_DATE)
    np.maximum.at(last, attempts.node[reached], attempts["attempted_on"][reached])
    failed = attempts.where(~reached & (attempts["attempted_on"] > last[attempts.node]))
    counts = np.bincount(failed.node, minlength=len(last))[failed.node] if len(failed) else np.zeros(0, np.int64)
    return failed, counts
