"""Association: parties of many firms, successors, cross holdings, guarantee circles, propagated risk.

Nothing here is unlawful by itself: each is a statistical sign, a lead.
"""

from __future__ import annotations

import numpy as np

from analytics.indicators.inputs import GradeInputs
from analytics.indicators.parts import Parts, first_of, parts
from analytics.inputs import Floats, Inputs, Int64, Settings
from analytics.rules.structures import settings_on
from analytics.structures.crowding import (
    PEOPLE,
    burst_ends,
    counts,
    excess,
    firms_by_party,
    registered_since,
    unhosted,
)
from analytics.structures.succession import Successions, people_ties, successions
from graph.time import NO_DATE, add_months_array


def posts_a_person(inputs: Inputs, settings: Settings) -> Parts:
    """G4 一人多企超基线: somebody in charge of more firms than 99 of 100 in the region; lawful in itself."""
    firm, person, key = firms_by_party(inputs, *PEOPLE, of_start=False)
    count = counts(inputs, firm, person)[person]
    return first_of(firm, key, excess(inputs, firm, count, inputs.baseline["posts"], float(settings["least"])))


def address_burst(inputs: Inputs, settings: Settings) -> Parts:
    """G5 一址多企突增: more firms at one address than 99 of 100 in the region and `enough` new within `days` days.

    Hosted and cluster addresses are left out: on them P99 alone was wrong half of the time (domain/1-systems.md).
    """
    firm, place, key = unhosted(inputs)
    start = registered_since(inputs, "REGISTERED_AT", firm, key)
    count = counts(inputs, firm, place)[place]
    crowded = excess(inputs, firm, count, inputs.baseline["addresses"], float(settings["least"])) > 0
    burst = burst_ends(place, start, int(settings["days"]), int(settings["enough"]))
    until = np.where(burst == NO_DATE, NO_DATE, add_months_array(burst, int(settings["window_months"])))
    hit = crowded & (until > inputs.day)
    return first_of(firm[hit], key[hit], np.ones(int(hit.sum())), since=burst[hit], next_change=until[hit])


def shared_contacts(inputs: Inputs, settings: Settings) -> Parts:
    """G6 同电话、联络员、代理人群组: a contact or agent of more firms than 99 of 100 in the region."""
    found: list[tuple[Int64, Int64, Floats]] = []
    for name, usual in (("USES_CONTACT", "contacts"), ("FILED_BY_AGENT", "agents")):
        firm, other, key = firms_by_party(inputs, name, of_start=True)
        count = counts(inputs, firm, other)[other]
        over = excess(inputs, firm, count, inputs.baseline[usual], float(settings[usual]["least"]))
        found.append((firm, key, over * float(settings[usual]["weight"])))
    firm, key, weight = (np.concatenate(c) for c in zip(*found, strict=True))
    return first_of(firm, key, weight)


def successor(inputs: Inputs, settings: Settings) -> Parts:
    """G7 换壳经营: founded within months after what befell a firm with the same people, and address, contact or trade.

    A lead to be reviewed. The evidence is what ties the common person to the firm, never the seed's record: that is
    another firm's. It ends when the seed's record may no longer be used.
    """
    found, key, weight = successors_of(inputs, settings)
    return first_of(found.firm, key, weight, since=found.began_on, next_change=found.until)


def successors_of(inputs: Inputs, settings: Settings) -> tuple[Successions, Int64, Floats]:
    """Successions that count today, the tie (key) of each firm to the common person, and what each weighs."""
    found = successions(inputs, settings_on(inputs.projection, "successors"))
    found = found.where(found.until > inputs.day)
    weight = np.zeros(len(found.firm))
    for what in ("address", "contact", "industry"):
        weight = np.maximum(weight, np.where(getattr(found, what), float(settings[what]), 0.0))
    ties, n = people_ties(inputs), max(len(inputs.projection.nodes), 1)
    ties = ties.where(np.isin(ties.firm, found.firm))
    order = np.lexsort((ties.key, ties.firm * n + ties.other))
    at = np.searchsorted((ties.firm * n + ties.other)[order], found.firm * n + found.person)
    return found, ties.key[order][at], weight


def cross_holding(inputs: Inputs, settings: Settings) -> Parts:
    """G9 循环、交叉持股: a member of a ring of holdings, with a holding of its own in the ring; a lead only."""
    from analytics.ownership.direct_shares import HOLDS, read_shares  # with numba, which takes a second to import
    from analytics.paths.party_pairs import Pairs

    pairs = Pairs.read(inputs.projection, HOLDS, read_shares)
    network = pairs.among(pairs.inner)
    ring = np.full(len(inputs.projection.nodes), -1)
    size = np.bincount(network.component, minlength=len(network.component))
    members = np.flatnonzero(size[network.component] > 1)
    ring[np.searchsorted(inputs.projection.nodes, network.key[members])] = network.component[members]
    rel, start, end = inputs.relationships(HOLDS)
    inside = np.flatnonzero((ring[start] >= 0) & (ring[start] == ring[end]) & (start != end))
    return first_of(start[inside], rel.key[inside], np.full(len(inside), float(settings["each"])))


def guarantee_circle(inputs: Inputs, settings: Settings) -> Parts:
    """G10 担保圈、互保链: what a member of a circle or chain guarantees in it, against its registered capital."""
    from analytics.algorithms.guarantee_circles import GUARANTEES, GuaranteeCircles, GuaranteeParameters

    projection = inputs.projection
    found = GuaranteeCircles().compute(projection, GuaranteeParameters()).columns
    firm = np.searchsorted(projection.nodes, found["member"])
    capital = inputs.by_node("registered_capital", NO_DATE)[firm].astype(float)
    comparable = (inputs.by_node("currency", None)[firm] == found["currency"]) & (capital > 0)
    part = np.clip(found["given"] / np.where(comparable, capital, np.nan), 0.0, 1.0)
    part = np.where(np.isnan(part), np.where(found["given"] == 0, 0.0, float(settings["unknown"])), part)
    kind = np.where(found["kind"] == "circle", float(settings["circle"]), float(settings["chain"]))
    rel, start, _ = inputs.relationships(GUARANTEES)
    weight = np.zeros(len(projection.nodes))
    weight[firm] = part * kind
    return first_of(start, rel.key, weight[start])


def risk_percentiles(inputs: Inputs) -> list[float]:
    """The propagated risk of living companies at each percentile from 0 to 100: the baseline beside which R is told."""
    from analytics.algorithms.risk_propagation import RiskParameters, RiskPropagation  # with numba

    found = RiskPropagation().compute(inputs.projection, RiskParameters())
    living = inputs.living[np.searchsorted(inputs.projection.nodes, found.columns["node"])]
    risk = found.columns["risk"][living]
    return np.percentile(risk, np.arange(101), method="lower").tolist() if len(risk) else []


def propagated_risk(inputs: GradeInputs, settings: Settings) -> Parts:
    """G11 风险传导分: risk through relationships less the firm's own, by the pack's steps; its strongest tie is shown.

    algorithms.md section 2; the records and the ways they come are the parts of `risk_propagation`.
    """
    projection, risk = inputs.projection, inputs.risk
    first = (projection.canonical == np.arange(len(projection.nodes))) & projection.label_is("Company")
    node = np.flatnonzero(first)
    party = risk.numbers(projection.nodes[node])
    node, party = node[party >= 0], party[party >= 0]
    intensity = steps(risk.excess(party), settings)
    hit = np.flatnonzero(intensity > 0)
    return parts(
        node[hit],
        intensity[hit],
        evidence=risk.tie(inputs.around or projection, party[hit]),
        kind="relationship",
        next_change=risk.turn(party[hit]),
    )


def steps(excess: Floats, settings: Settings) -> Floats:
    """The intensity of risk beyond the own, by the pack's steps."""
    intensity = np.zeros(len(excess))
    for least, value in sorted(settings["steps"]):
        intensity[excess >= least] = value
    return intensity
