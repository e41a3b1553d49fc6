"""Basic attributes: age, capital, sector, contributions, address, permits."""

from __future__ import annotations

import numpy as np

from analytics.arrays.coded import weights
from analytics.indicators.parts import Parts, first_of, parts
from analytics.inputs import Inputs, Int64, Settings, Ties
from graph.runs import begins
from graph.time import FOREVER, NO_DATE, add_months_array, completed_months


def age(inputs: Inputs, settings: Settings) -> Parts:
    """B1 成立年限: below 1 year 1.0, below 3 years 0.6, below 10 years 0.2, then 0. Source: 3-indicators.md."""
    node, start = inputs.companies["node"], inputs.companies["established_on"]
    months = completed_months(start, inputs.day)
    known = start != NO_DATE
    steps = ((12, 1.0), (36, 0.6), (120, 0.2))
    intensity = np.select([known & (months < m) for m, _ in steps], [v for _, v in steps], 0.0)
    turns = [np.where(add_months_array(start, m) > inputs.day, add_months_array(start, m), FOREVER) for m, _ in steps]
    return parts(node, intensity, next_change=np.minimum.reduce(turns))


def capital_anomaly(inputs: Inputs, settings: Settings) -> Parts:
    """B2 注册资本异常: at least `capital_from_yuan` subscribed in CNY and nothing paid in, as the holders state it.

    `staffed` instead of 1 where the last annual report shows people employed.
    """
    node = inputs.companies["node"]
    capital = np.where(inputs.companies["currency"] == "CNY", inputs.companies["registered_capital"], NO_DATE)
    rel, _, end = inputs.relationships("HOLDS_SHARES_IN")
    stated = np.zeros(len(inputs.projection.nodes), dtype=bool)
    paid = np.zeros(len(inputs.projection.nodes), dtype=np.int64)
    known = rel.columns["paid"] != NO_DATE
    stated[end[known]] = True
    np.add.at(paid, end[known], rel.columns["paid"][known])
    large = capital >= int(settings["capital_from_yuan"]) * 100
    report = last_reports(inputs)
    staffed = np.zeros(len(inputs.projection.nodes), dtype=bool)
    staffed[report.node] = report["staff"] > 0
    weight = np.where(staffed[node], float(settings["staffed"]), 1.0)
    return parts(node, weight * (large & stated[node] & (paid[node] == 0)))


def last_reports(inputs: Inputs) -> Ties:
    """The annual report of the latest year of each company."""
    reports = inputs.ties("AnnualReport").by_date("year")
    return reports.where(np.r_[begins(reports.node)[1:], True] if len(reports) else np.zeros(0, bool))


def sector_risk(inputs: Inputs, settings: Settings) -> Parts:
    """B3 行业固有风险: the pack's weight of the sector (GB/T 4754, letter and two digits)."""
    return parts(inputs.companies["node"], weights(inputs.sector[inputs.companies["node"]], settings["sectors"]))


def contribution_term(inputs: Inputs, settings: Settings) -> Parts:
    """B4 出资期限: a contribution due more than `years` after establishment, or with no due date (公司法 art. 47)."""
    rel, _, end = inputs.relationships("HOLDS_SHARES_IN")
    due, begun = rel.columns["contribution_due_on"], inputs.by_node("established_on", NO_DATE)[end]
    paid_up = (rel.columns["paid"] != NO_DATE) & (rel.columns["paid"] >= rel.columns["subscribed"])
    late = (
        (begun != NO_DATE)
        & ~paid_up
        & ((due == NO_DATE) | (due > add_months_array(begun, 12 * int(settings["years"]))))
    )
    return first_of(end[late], rel.key[late], np.where(due == NO_DATE, 0.5, 1.0)[late])


def address_kind(inputs: Inputs, settings: Settings) -> Parts:
    """B5 住所性质: the weight of the kind of the registered address; a hosted one is lawful and weighs little."""
    rel, firm, place = inputs.relationships("REGISTERED_AT")
    kinds = inputs.projection.states["Address"]
    weight = np.zeros(len(inputs.projection.nodes))
    weight[kinds["node"]] = weights(kinds["kind"], settings["kinds"])
    return first_of(firm, rel.key, weight[place])


def missing_permit(inputs: Inputs, settings: Settings) -> Parts:
    """B6 许可缺失: a permit that the scope needs is missing `months` after the registration (国发〔2015〕62号)."""
    firms, count = np.unique(permits_missing(inputs, settings)[0], return_counts=True)
    return parts(firms, np.minimum(count * float(settings["each"]), 1.0))


def permits_missing(inputs: Inputs, settings: Settings) -> tuple[Int64, Int64]:
    """(company, permit that it should have had by now and has not), by the order of `beside`."""
    node, permit, since = (inputs.beside["permits_required"][n] for n in ("node", "permit", "since"))
    due = np.where(since == NO_DATE, NO_DATE, add_months_array(since, int(settings["months"])))
    late = (due != NO_DATE) & (due <= inputs.day) & ~_held(inputs, node, permit)
    return node[late], permit[late]


def _held(inputs: Inputs, node: Int64, permit: Int64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a company holds each permit: by the words of a certificate or document of a valid permit."""
    names: list[str] = inputs.beside["permits_required"]["names"]
    permits = inputs.ties("Permit")
    permits = permits.where(~np.isin(permits["state"].astype(str), ("invalid", "revoked", "cancelled")))
    wording = [f"{a or ''} {b or ''}" for a, b in zip(permits["certificate"], permits["document_name"], strict=True)]
    codes = {text: [i for i, name in enumerate(names) if name in text] for text in set(wording)}
    held = {(n, i) for n, text in zip(permits.node.tolist(), wording, strict=True) for i in codes[text]}
    return np.array([pair in held for pair in zip(node.tolist(), permit.tolist(), strict=True)], dtype=bool)
