"""Social evaluation: complaints, mediation, litigation, contracts, media, honours, commitments kept."""

from __future__ import annotations

import numpy as np

from analytics.arrays.coded import weights
from analytics.indicators.basic import last_reports
from analytics.indicators.parts import Parts, parts, parts_of
from analytics.inputs import Inputs, Int64, Settings, Ties
from graph.runs import begins
from graph.time import NO_DATE, add_months_array

SIZES = (10, 50, 300)  # people employed, by the last annual report; the smallest class where none is known


def size_class(inputs: Inputs) -> Int64:
    """By node the size class of a company, from 0."""
    last = last_reports(inputs)
    out = np.zeros(len(inputs.projection.nodes), dtype=np.int64)
    out[last.node] = np.searchsorted(SIZES, last["staff"], side="right")
    return out


def _recent_complaints(inputs: Inputs, months: int) -> Ties:
    ties = inputs.ties("Complaint")
    return ties.where(add_months_array(ties["received_on"], months) > inputs.day)


def complaint_rates(inputs: Inputs) -> dict[str, float]:
    """Complaints a living firm in the last 12 months, by "sector|size" and "" for all: the baseline of S1."""
    ties = _recent_complaints(inputs, 12)
    node = inputs.companies["node"]
    node = node[inputs.living[node]]
    size = size_class(inputs)
    cell = np.array([f"{s}|{c}" for s, c in zip(inputs.sector.tolist(), size.tolist(), strict=True)], dtype=object)
    names, of_firm = np.unique(cell[node].astype(str), return_inverse=True)
    firms = np.bincount(of_firm, minlength=len(names))
    position = dict(zip(names.tolist(), range(len(names)), strict=True))
    mine = np.array([position.get(c, -1) for c in cell[ties.node].tolist()], dtype=np.int64)
    found = np.bincount(mine[mine >= 0], minlength=len(names))
    overall = float(found.sum()) / max(int(firms.sum()), 1)
    # Small cells lean on the city's rate, by twenty firms' weight.
    rates = (found + 20 * overall) / (firms + 20)
    return {"": round(overall, 6)} | {n: round(float(r), 6) for n, r in zip(names.tolist(), rates, strict=True)}


def complaint_intensity(inputs: Inputs, settings: Settings) -> Parts:
    """S1 投诉举报强度: each complaint weighs `each`, divided by what is usual in its sector and size if over 1."""
    rates = inputs.baseline["complaints"]
    ties = _recent_complaints(inputs, int(settings["window_months"]))
    size, sector = size_class(inputs)[ties.node].tolist(), inputs.sector[ties.node].tolist()
    usual = np.array([rates.get(f"{s}|{c}", rates[""]) for s, c in zip(sector, size, strict=True)], dtype=float)
    return parts_of(
        ties,
        float(settings["each"]) / np.maximum(usual, 1.0),
        "received_on",
        next_change=add_months_array(ties["received_on"], int(settings["window_months"])),
    )


def failed_mediation(inputs: Inputs, settings: Settings) -> Parts:
    """S2 调解成功率低、拒绝调解: each failure or refusal times the share of failures, from `enough` mediations on."""
    ties, (tried, lost) = inputs.ties("Complaint"), mediations(inputs)
    share = np.where(tried >= int(settings["enough"]), lost / np.maximum(tried, 1), 0.0)
    return parts_of(ties, weights(ties["mediation"], settings["outcomes"]) * share[ties.node], "received_on")


def mediations(inputs: Inputs) -> tuple[Int64, Int64]:
    """By node (how many of its complaints were mediated, how many of these failed or were refused)."""
    ties = inputs.ties("Complaint")
    outcome = ties["mediation"].astype(str)
    mediated, failed = np.isin(outcome, ("succeeded", "failed", "refused")), np.isin(outcome, ("failed", "refused"))
    most = len(inputs.projection.nodes)
    return np.bincount(ties.node[mediated], minlength=most), np.bincount(ties.node[failed], minlength=most)


def complaint_surge(inputs: Inputs, settings: Settings) -> Parts:
    """S3 投诉突增: `enough` complaints in the last `days` days, and `ratio` times the usual of the year before."""
    days = int(settings["days"])
    ties, now, year = recent_complaints(inputs, days)
    surge = (now >= int(settings["enough"])) & (now >= float(settings["ratio"]) * (year - now) * days / (365 - days))
    hit = ties.where(surge[ties.node])
    share = 1.0 / np.maximum(now[hit.node], 1)
    return parts_of(hit, share, "received_on", next_change=hit["received_on"] + days)


def recent_complaints(inputs: Inputs, days: int) -> tuple[Ties, Int64, Int64]:
    """(complaints of the last days, by node how many these are, and how many those of the last year)."""
    ties = _recent_complaints(inputs, 12)
    age, most = inputs.day - ties["received_on"], len(inputs.projection.nodes)
    recent = (age >= 0) & (age < days)
    now, year = (np.bincount(ties.node[rows], minlength=most) for rows in (recent, np.ones(len(ties), dtype=bool)))
    return ties.where(recent), now, year


def litigation(inputs: Inputs, settings: Settings) -> Parts:
    """S4 涉诉: cases as defendant by their result, half as much again from `large_yuan` on."""
    ties = inputs.ties("CourtCase")
    ties = ties.where(ties["role"] == "defendant")
    large = ties["amount"] >= int(settings["large_yuan"]) * 100
    weight = weights(ties["result"], settings["results"], float(settings["results"]["pending"]))
    return parts_of(ties, np.where(large, 1.5 * weight, weight), "decided_on")


def contract_breach(inputs: Inputs, settings: Settings) -> Parts:
    """S5 合同履约违约、招投标及政采违法: the pack's weight of each kind, in its period."""
    ties = inputs.ties("ContractBreach")
    return parts_of(ties, weights(ties["kind"], settings["kinds"]))


def adverse_report(inputs: Inputs, settings: Settings) -> Parts:
    """S6 经核实负面舆情 (optional): media reports that an authority has verified."""
    ties = inputs.ties("MediaReport")
    return parts_of(ties, (ties["verified_on"] != NO_DATE) * float(settings["each"]), "published_on")


def honour(inputs: Inputs, settings: Settings) -> Parts:
    """P1 守信激励: tax class A, certified exporters, honours, for as long as they hold (positive)."""
    ties = inputs.ties("Honour")
    return parts_of(ties, weights(ties["kind"], settings["kinds"], float(settings["kinds"]["other"])))


def commitment_kept(inputs: Inputs, settings: Settings) -> Parts:
    """P2 承诺全部履行、自愿注册信息经验证: every due commitment kept; information verified (positive)."""
    kept = kept_commitments(inputs)
    kept = kept.where(np.r_[begins(kept.node)[1:], True] if len(kept) else np.zeros(0, bool))
    told = inputs.ties("VoluntaryInformation")
    told = told.where(told["verified_on"] != NO_DATE).by_date("verified_on")
    told = told.where(np.r_[begins(told.node)[1:], True] if len(told) else np.zeros(0, bool))
    judged = np.where(kept["judged_on"] == NO_DATE, kept["made_on"], kept["judged_on"])
    return parts(
        np.concatenate([kept.node, told.node]),
        np.concatenate([np.full(len(kept), float(settings["kept"])), np.full(len(told), float(settings["verified"]))]),
        evidence=np.concatenate([kept.record, told.record]),
        kind="record",
        since=np.concatenate([judged, told["verified_on"]]),
        next_change=np.concatenate([kept.until, told.until]),
    )


def kept_commitments(inputs: Inputs) -> Ties:
    """The commitments kept by firms that have kept every one that was due, by date."""
    ties = inputs.ties("Commitment")
    overdue = (ties["fulfilment"].astype(str) != "kept") & (
        (ties["fulfilment"].astype(str) == "broken") | ((ties["due_on"] != NO_DATE) & (ties["due_on"] < inputs.day))
    )
    spoilt = np.zeros(len(inputs.projection.nodes), dtype=bool)
    spoilt[ties.node[overdue]] = True
    return ties.where((ties["fulfilment"].astype(str) == "kept") & ~spoilt[ties.node]).by_date("made_on")
