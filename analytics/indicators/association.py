"""Association by plain counting against the region's baseline: people, addresses, contacts and agents.

Nothing here is unlawful by itself: each is a statistical sign, a lead.
"""

from __future__ import annotations

import numpy as np

from analytics.crowding import (
    PEOPLE,
    burst_ends,
    counts,
    excess,
    firms_by_party,
    registered_since,
    unhosted,
)
from analytics.indicators.parts import Floats, Inputs, Int64, Parts, Settings, first_of
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
