"""Regulatory information: lists, penalties, inspections, taxes, insurance, commitments, registrations."""

from __future__ import annotations

import numpy as np

from analytics.arrays.coded import weights
from analytics.indicators.parts import Parts, parts, parts_of
from analytics.inputs import Inputs, Settings, Ties
from graph.runs import begins
from graph.time import FOREVER, NO_DATE, add_months_array


def _entries(inputs: Inputs, lists: tuple[str, ...]) -> Ties:
    ties = inputs.ties("ListEntry")
    return ties.where(np.isin(ties["list_type"].astype(str), lists))


def _listed(inputs: Inputs, *lists: str) -> Parts:
    """A red line for as long as the entry stands."""
    ties = _entries(inputs, lists)
    return parts_of(ties, np.zeros(len(ties)), red_line=np.ones(len(ties), dtype=bool))


def serious_violation(inputs: Inputs, settings: Settings) -> Parts:
    """R1 严重违法失信名单: a red line until removal (市场监管总局令第44号)."""
    return _listed(inputs, "serious_violation")


def dishonest_debtor(inputs: Inputs, settings: Settings) -> Parts:
    """R2 失信被执行人 (单位): the firm itself is listed; a red line until deletion (法释〔2017〕7号)."""
    return _listed(inputs, "dishonest_debtor")


def other_serious_list(inputs: Inputs, settings: Settings) -> Parts:
    """R3 其他严重失信主体名单: serious tax offences, wage arrears, work safety and so on; a red line until removal."""
    return _listed(inputs, *settings["lists"])


def abnormal_operation(inputs: Inputs, settings: Settings) -> Parts:
    """R4 经营异常名录: the heaviest reason of each entry, half as much again after a year; floor C after that year."""
    ties = _entries(inputs, ("abnormal_operation",))
    table = settings["reasons"]
    weight = np.array(
        [max(table.get(r, table["other"]) for r in (v or "other").split(",")) for v in ties["reasons"]], dtype=float
    )
    turn = add_months_array(ties["listed_on"], int(settings["floor_c_after_months"]))
    long = turn < inputs.day
    return parts_of(
        ties, np.where(long, 1.5 * weight, weight), next_change=np.where(long, FOREVER, turn + 1), floor_c=long
    )


def penalty_severity(inputs: Inputs, settings: Settings) -> Parts:
    """R5 行政处罚严重度: serious 1, general .35, slight 0, each decayed by its age; the sum saturates at 1."""
    ties = inputs.ties("AdministrativePenalty")
    return parts_of(ties, weights(ties["severity"], settings["severity"]), "decided_on")


def repeat_violation(inputs: Inputs, settings: Settings) -> Parts:
    """R6 同类违法再犯: the same type of violation decided again within `window_months`."""
    again, before = repeats(inputs, settings)
    # When the one before may no longer be used, there is no repeat.
    return parts_of(again, np.ones(len(again)), next_change=before.until)


def repeats(inputs: Inputs, settings: Settings) -> tuple[Ties, Ties]:
    """(penalties for a type of violation decided again, of each the one before it)."""
    ties = inputs.ties("AdministrativePenalty")
    ties = ties.where(ties["violation"].astype(bool))
    codes = np.unique(ties["violation"].astype(str), return_inverse=True)[1]
    ties = ties.where(np.lexsort((ties.record, ties["decided_on"], codes, ties.node)))
    kind, day = ties["violation"], ties["decided_on"]
    again = ~begins(ties.node)
    again[1:] &= (kind[1:] == kind[:-1]) & (day[1:] <= add_months_array(day[:-1], int(settings["window_months"])))
    rows = np.flatnonzero(again)
    return ties.where(rows), ties.where(rows - 1)


def revocation(inputs: Inputs, settings: Settings) -> Parts:
    """R7 吊销许可、责令停产停业、限制开展经营: any such kind of penalty in its period; floor C."""
    ties = inputs.ties("AdministrativePenalty")
    heavy = {"permit_revocation", "licence_revocation", "closure", "restriction", "practice_ban"}
    hit = ties.where(np.array([bool(heavy & set((v or "").split(","))) for v in ties["kinds"]], dtype=bool))
    return parts_of(hit, np.ones(len(hit)), floor_c=np.ones(len(hit), dtype=bool))


def inspection_problem(inputs: Inputs, settings: Settings) -> Parts:
    """R8 抽查结果异常: the pack's weight of each result: a problem, refused, not found."""
    ties = inputs.ties("Inspection")
    return parts_of(ties, weights(ties["result"], settings["results"]), "inspected_on")


def failed_sample(inputs: Inputs, settings: Settings) -> Parts:
    """R9 产品、食品抽检不合格: each failed sample, weighted by the firm's part in it."""
    ties = inputs.ties("SamplingResult")
    ties = ties.where(ties["qualified"] == 0)
    return parts_of(ties, weights(ties["role"], settings["roles"], float(settings["roles"]["other"])), "sampled_on")


def tax_default(inputs: Inputs, settings: Settings) -> Parts:
    """R10 欠税公告、非正常户、纳税信用D: the pack's weight of each kind, for as long as it stands."""
    ties = inputs.ties("TaxRecord")
    return parts_of(ties, weights(ties["kind"], settings["kinds"]))


def insurance_default(inputs: Inputs, settings: Settings) -> Parts:
    """R11 社保欠缴、劳动保障违法: the pack's weight of each kind, in its period."""
    ties = inputs.ties("SocialInsuranceArrears")
    return parts_of(ties, weights(ties["kind"], settings["kinds"]))


def poor_sector_rating(inputs: Inputs, settings: Settings) -> Parts:
    """R12 环保、安全生产等行业信用差评 (optional): the lowest classes of a sector authority."""
    ties = inputs.ties("SectorRating")
    return parts_of(ties, (ties["poor"] == 1) * float(settings["each"]))


def enforcement(inputs: Inputs, settings: Settings) -> Parts:
    """R13 被执行人未结、限制消费: the pack's weight of each open entry."""
    ties = _entries(inputs, tuple(settings["lists"]))
    return parts_of(ties, weights(ties["list_type"], settings["lists"]))


def broken_commitment(inputs: Inputs, settings: Settings) -> Parts:
    """R14 信用承诺违约: each commitment found broken, decaying from that finding."""
    ties = inputs.ties("Commitment")
    ties = ties.where(ties["fulfilment"] == "broken")
    since = np.where(ties["judged_on"] == NO_DATE, ties["made_on"], ties["judged_on"])
    return parts(
        ties.node,
        np.full(len(ties), float(settings["each"])),
        evidence=ties.record,
        kind="record",
        since=since,
        next_change=ties.until,
    )


def revoked_registration(inputs: Inputs, settings: Settings) -> Parts:
    """R15 虚假登记、被撤销登记: a red line for three years (市场主体登记管理条例实施细则 art. 71)."""
    ties = inputs.ties("RevokedRegistration")
    return parts_of(ties, np.zeros(len(ties)), red_line=np.ones(len(ties), dtype=bool))


def clean_inspections(inputs: Inputs, settings: Settings) -> Parts:
    """P3 检查连续无问题: at least `enough` inspections in a row without a problem, up to the last one (positive)."""
    clean = clean_in_a_row(inputs)
    counts = np.bincount(clean.node, minlength=1)[clean.node] if len(clean) else np.zeros(0, np.int64)
    final = np.r_[begins(clean.node)[1:], True] if len(clean) else np.zeros(0, bool)
    chosen = final & (counts >= int(settings["enough"]))
    return parts_of(clean.where(chosen), np.ones(int(chosen.sum())), "inspected_on")


def clean_in_a_row(inputs: Inputs) -> Ties:
    """The inspections of each firm since the last one with a problem, by date."""
    ties = inputs.ties("Inspection").by_date("inspected_on")
    bad = ties["result"].astype(str) != "no_problem"
    last_bad = np.full(len(inputs.projection.nodes), NO_DATE)
    np.maximum.at(last_bad, ties.node[bad], ties["inspected_on"][bad])
    return ties.where(~bad & (ties["inspected_on"] > last_bad[ties.node]))
