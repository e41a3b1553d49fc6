"""The signs of a shell company: documented functions over all companies, each lawful by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.indicators import association, basic, dynamics
from analytics.indicators.parts import Parts, first_of, parts
from analytics.inputs import Bools, Inputs, Int64, Settings, Ties
from analytics.structures.crowding import PEOPLE, counts, excess, firms_by_party, hosted, registered_since, unhosted
from analytics.structures.succession import former_ties, had_then, people_ties, seeds_of
from graph.ascending import distinct, matched
from graph.runs import begins, runs
from graph.time import NO_DATE, add_months_array

NOTHING = {"lists": (), "statuses": (), "kinds": (), "severities": (), "fine_from": None, "status_years": 0}
REPRESENTS = "LEGAL_REPRESENTATIVE_OF"
LONG_AGO = 3_650  # days over which the usual rate of a new place is taken at most
LEAST_SPAN = 365


def crowded_room(inputs: Inputs, settings: Settings) -> Parts:
    """More firms at one normalised room than 99 of 100 in the region, with a burst of registrations; G5's own rule."""
    return association.address_burst(inputs, settings)


def unreachable(inputs: Inputs, settings: Settings) -> Parts:
    """On the list of abnormal operation as unreachable at its domicile, or lost to letters, calls and visits (D8)."""
    listed = _abnormal(inputs)
    if len(listed):
        listed = listed.where(np.array(["unreachable" in (r or "").split(",") for r in listed["reasons"]], dtype=bool))
    lost = dynamics.lost_contact(inputs, settings)
    node = np.concatenate([listed.node, lost.node])
    return _of_records(node, np.concatenate([listed.record, lost.evidence]))


def shared_contact(inputs: Inputs, settings: Settings) -> Parts:
    """A telephone or e-mail address that more firms use than 99 of 100 in the region, and more than `least`."""
    firm, contact, key = firms_by_party(inputs, "USES_CONTACT", of_start=True)
    count = counts(inputs, firm, contact)[contact]
    return first_of(firm, key, excess(inputs, firm, count, inputs.baseline["contacts"], float(settings["least"])))


def agents_contact(inputs: Inputs, settings: Settings) -> Parts:  # noqa: ARG001
    """The firm's telephone or e-mail address is that of the agent who filed for it."""
    n = max(len(inputs.projection.nodes), 1)
    _, firm, agent = inputs.relationships("FILED_BY_AGENT")
    rel, user, contact = inputs.relationships("USES_CONTACT")
    order = np.argsort(user, kind="stable")
    at, of = runs(user[order], firm)
    at = order[at]
    agents = distinct(user * n + contact)
    own = matched(agents, agent[of] * n + contact[at]) >= 0
    other = inputs.living[firm[of]] & (firm[of] != agent[of]) & own
    return first_of(firm[of][other], rel.key[at[other]], np.ones(int(other.sum())))


def posts(inputs: Inputs, settings: Settings) -> Parts:
    """Somebody in charge of more firms than 99 of 100 in the region; G4's own rule."""
    return association.posts_a_person(inputs, settings)


def passed_on(inputs: Inputs, settings: Settings) -> Parts:
    """A representative replaced within `months` of taking over, by somebody without any other firm."""
    rel, person, firm = inputs.relationships(REPRESENTS)
    since = np.asarray(rel.columns.get("valid_from", np.full(len(rel), NO_DATE)))
    firms, others, _ = firms_by_party(inputs, *PEOPLE, of_start=False)
    alone = counts(inputs, firms, others)[person] == 1
    former = former_ties(inputs, (REPRESENTS,))
    began = np.where(former.since == NO_DATE, inputs.by_node("established_on", NO_DATE)[former.firm], former.since)
    short = (began != NO_DATE) & (former.until <= add_months_array(began, int(settings["months"])))
    ended = np.full(len(inputs.projection.nodes), NO_DATE)
    np.maximum.at(ended, former.firm[short], former.until[short])
    hit = inputs.living[firm] & alone & (since != NO_DATE) & (ended[firm] != NO_DATE) & (since >= ended[firm])
    return first_of(firm[hit], rel.key[hit], np.ones(int(hit.sum())))


def disputed_identity(inputs: Inputs, settings: Settings) -> Parts:  # noqa: ARG001
    """Its representative represented a firm whose registration was cancelled as obtained by fraud."""
    seeds = seeds_of(inputs, NOTHING)
    representing = people_ties(inputs, (REPRESENTS,))
    _, person = had_then(seeds, representing.joined(former_ties(inputs, (REPRESENTS,))), 0)
    hit = inputs.living[representing.firm] & np.isin(representing.other, person)
    return first_of(representing.firm[hit], representing.key[hit], np.ones(int(hit.sum())))


def no_insured_staff(inputs: Inputs, settings: Settings) -> Parts:  # noqa: ARG001
    """Nobody insured by the last annual report that may be used."""
    last = basic.last_reports(inputs)
    last = last.where(last["insured_staff"] == 0) if len(last) else last
    return _of_records(last.node, last.record)


def no_reports(inputs: Inputs, settings: Settings) -> Parts:
    """Annual reports of `missing` years or more are missing; D1's own count."""
    found = dynamics.missing_reports(inputs, settings)
    return found.where(found.intensity >= 0.5 * float(settings["missing"]))


def abnormal(inputs: Inputs, settings: Settings) -> Parts:  # noqa: ARG001
    """On the list of abnormal operation for another reason than that it cannot be reached."""
    listed = _abnormal(inputs)
    if len(listed):
        others = [bool(set((r or "").split(",")) - {"unreachable", ""}) for r in listed["reasons"]]
        listed = listed.where(np.array(others, dtype=bool))
    return _of_records(listed.node, listed.record)


def nothing_paid(inputs: Inputs, settings: Settings) -> Parts:
    """Nothing paid in on a subscription of at least `capital_from_yuan`; B2's own rule, with nobody employed."""
    return basic.capital_anomaly(inputs, settings)


def capital_jump(inputs: Inputs, settings: Settings) -> Parts:
    """Registered capital raised to `times` what it was, within `window_months`."""
    found = inputs.beside["capital"]
    recent = add_months_array(found["changed_on"], int(settings["window_months"])) > inputs.day
    jump = (found["before"] > 0) & (found["after"] >= found["before"] * float(settings["times"])) & recent
    return parts(found["node"], jump.astype(float), since=found["changed_on"])


def ring(inputs: Inputs, settings: Settings) -> Parts:
    """A member of a ring of holdings; G9's own rule."""
    return association.cross_holding(inputs, settings)


def long_chain(inputs: Inputs, settings: Settings) -> Parts:
    """`steps` or more steps of holdings lie above it."""
    from analytics.ownership.condensed import solve  # with numba

    own = solve(inputs.projection).own
    deep = np.zeros(len(inputs.projection.nodes), dtype=bool)
    deep[own.nodes[own.owned][own.level[own.owned] >= int(settings["steps"])]] = True
    rel, _, end = inputs.relationships("HOLDS_SHARES_IN")
    hit = deep[end] & inputs.living[end]
    return first_of(end[hit], rel.key[hit], np.ones(int(hit.sum())))


def star(inputs: Inputs, settings: Settings) -> Parts:
    """One of the firms without any other tie, or staff, around one person who has more of them than is usual."""
    from analytics.algorithms.stars import AROUND, StarParameters, single_purpose, staff_of, ties_around  # with numba

    firm, other, key, kind = ties_around(inputs, None)
    params = StarParameters(most_staff=int(settings["most_staff"]))
    single = single_purpose(inputs.projection, firm, other, staff_of(inputs), params)
    around = inputs.projection.label_is("Person")[other] & (kind < len(AROUND)) & single[firm]
    firm, other, key = firm[around], other[around], key[around]
    count = counts(inputs, firm, other)[other]
    return first_of(firm, key, excess(inputs, firm, count, inputs.baseline["posts"], float(settings["least"])))


def address_burst(inputs: Inputs, settings: Settings) -> Parts:
    """One of `enough` firms registered at one address within `days`, by a rate that chance would hardly give."""
    return _burst(inputs, settings, "REGISTERED_AT", unhosted(inputs))


def agent_burst(inputs: Inputs, settings: Settings) -> Parts:
    """The same of firms that one agent filed for, against the agent's own usual rate."""
    return _burst(inputs, settings, "FILED_BY_AGENT", firms_by_party(inputs, "FILED_BY_AGENT", of_start=True))


def serial_names(inputs: Inputs, settings: Settings) -> Parts:
    """One of `least` firms or more whose names differ in a serial number only."""
    node, stem = inputs.beside["texts"]["node"], inputs.beside["texts"]["stem"]
    mine = (stem >= 0) & inputs.living[node]
    count = np.bincount(stem[mine], minlength=int(stem.max(initial=0)) + 1)
    many = mine & (count[np.maximum(stem, 0)] >= int(settings["least"]))
    return parts(node, many.astype(float))


def wide_scope(inputs: Inputs, settings: Settings) -> Parts:  # noqa: ARG001
    """A business scope of more items than 95 of 100 firms state."""
    node, items = inputs.beside["texts"]["node"], inputs.beside["texts"]["items"]
    usual = float(inputs.baseline["scopes"])
    return parts(node, ((items > usual) & (usual > 0)).astype(float))


def no_trace(inputs: Inputs, settings: Settings) -> Parts:
    """No record of these `labels`, which firms at work leave behind, `months` after its foundation."""
    node, start = inputs.companies["node"], inputs.companies["established_on"]
    old = (start != NO_DATE) & (add_months_array(start, int(settings["months"])) <= inputs.day)
    traced = np.zeros(len(inputs.projection.nodes), dtype=bool)
    for label in settings["labels"]:
        traced[inputs.ties(label).node] = True
    return parts(node, (old & ~traced[node]).astype(float))


def _abnormal(inputs: Inputs) -> Ties:
    entries = inputs.ties("ListEntry")
    return entries.where(entries["list_type"] == "abnormal_operation") if len(entries) else entries


def _of_records(node: Int64, record: Int64) -> Parts:
    """One part a firm, by its first record."""
    order = np.lexsort((record, node))
    first = order[begins(node[order])]
    return parts(node[first], np.ones(len(first)), evidence=record[first], kind="record")


def _burst(inputs: Inputs, settings: Settings, name: str, ties: tuple[Int64, Int64, Int64]) -> Parts:
    """Firms in a window of `days` with `enough` of them and a Poisson tail below `tail`."""
    firm, place, key = ties
    start = registered_since(inputs, name, firm, key)
    known = np.flatnonzero(start != NO_DATE)
    order = known[np.lexsort((key[known], start[known], place[known]))]
    hit = in_burst(
        place[order], start[order], inputs.day, int(settings["days"]), int(settings["enough"]), float(settings["tail"])
    )
    return first_of(firm[order][hit], key[order][hit], np.ones(int(hit.sum())))


def in_burst(place: Int64, start: Int64, day: int, days: int, enough: int, tail: float) -> Bools:
    """Which registrations, ordered by place and day, lie in a burst of their place. O(n log n).

    A window of `days` is a burst when it has `enough` registrations and, at the rate of the place's others since its
    first (one a year at least), so many or more have a probability below `tail` (Poisson).
    """
    if not len(place):
        return np.zeros(0, dtype=bool)
    from scipy.special import gammainc

    number = np.cumsum(begins(place)) - 1
    span = int(start.max() - start.min()) + days + 1
    axis = number * span + (start - start.min())
    at = np.arange(len(axis))
    size = at - np.searchsorted(axis, axis - days, side="right") + 1
    total = np.bincount(number)[number]
    first = start[np.flatnonzero(begins(place))][number]
    since = np.clip(day - first, LEAST_SPAN, LONG_AGO)
    rate = np.maximum(total - size, 1) * days / since
    full = (size >= enough) & (gammainc(size, rate) <= tail)  # P(X >= size) of a Poisson variable
    last = np.full(len(axis) + 1, len(axis))  # the next window's end that is a burst
    last[:-1] = np.where(full, at, len(axis))
    last = np.minimum.accumulate(last[::-1])[::-1][:-1]
    there = last < len(axis)
    return np.asarray(there & (axis[np.minimum(last, len(axis) - 1)] - axis < days))


def muted(inputs: Inputs, kinds: tuple[str, ...]) -> Bools:
    """By node whether a firm is registered where many are by arrangement: an address of one of these kinds."""
    out = np.zeros(len(inputs.projection.nodes), dtype=bool)
    states = inputs.projection.states.get("Address", {})
    there = hosted(inputs)
    if "kind" in states:
        there[states["node"]] |= np.isin(states["kind"].astype(str), kinds)
    _, firm, place = inputs.relationships("REGISTERED_AT")
    out[firm[there[place]]] = True
    return out


@dataclass(frozen=True)
class Sign:
    """A sign as the table lists it, with its reason in both languages."""

    zh: str
    en: str
    compute: Callable[[Inputs, Settings], Parts]
    baseline: str | None = None  # the population statistic that it needs
    of_place: bool = False  # counts for nothing at hosted, cluster and incubator addresses
    crowd: bool = False  # it is about how many firms are at the other end of the relationship
    told_as: str | None = None  # the indicator whose values of the registration tell it


SIGNS: dict[str, Sign] = {
    "crowded_room": Sign(
        "同一房间登记企业数超过本地区99分位且集中登记",
        "more firms at one room than 99 of 100 in the region, registered in a burst",
        crowded_room,
        "addresses",
        True,
        crowd=True,
    ),
    "unreachable": Sign("登记住所无法联系", "cannot be reached at its domicile", unreachable, None, True),
    "shared_contact": Sign(
        "电话或邮箱被多家企业共用，超过本地区99分位",
        "a telephone or e-mail address of more firms than 99 of 100 in the region",
        shared_contact,
        "contacts",
        crowd=True,
    ),
    "agents_contact": Sign(
        "使用登记代理人的电话或邮箱", "uses the contact of the agent who filed for it", agents_contact
    ),
    "posts": Sign(
        "主要人员任职企业数超过本地区99分位",
        "somebody in charge of more firms than 99 of 100 in the region",
        posts,
        "posts",
        crowd=True,
    ),
    "passed_on": Sign(
        "法定代表人任职不满六个月即更换为无其他任职的人",
        "a representative replaced within months by somebody without any other firm",
        passed_on,
    ),
    "disputed_identity": Sign(
        "法定代表人曾任被撤销虚假登记企业的法定代表人",
        "its representative represented a firm whose registration was cancelled as false",
        disputed_identity,
    ),
    "no_insured_staff": Sign("最近年报参保人数为零", "nobody insured by the last annual report", no_insured_staff),
    "no_reports": Sign("两年以上未报年报", "annual reports of two years or more are missing", no_reports, told_as="D1"),
    "abnormal": Sign("列入经营异常名录（非失联原因）", "on the list of abnormal operation, but reachable", abnormal),
    "nothing_paid": Sign(
        "认缴额大而实缴为零", "a large subscription of which nothing is paid in", nothing_paid, told_as="B2"
    ),
    "capital_jump": Sign("注册资本短期内成倍增加", "registered capital multiplied in a short time", capital_jump),
    "ring": Sign("循环持股", "a ring of holdings", ring),
    "long_chain": Sign("持股链条达四层以上", "four or more steps of holdings above it", long_chain),
    "star": Sign(
        "一人名下多家无其他关联的企业之一",
        "one of many firms around one person that have no other tie",
        star,
        "posts",
    ),
    "address_burst": Sign(
        "同一地址三十日内集中登记", "a burst of registrations at its address", address_burst, None, True, crowd=True
    ),
    "agent_burst": Sign("同一代理人三十日内集中登记", "a burst of registrations by its agent", agent_burst, crowd=True),
    "serial_names": Sign(
        "名称仅序号不同的企业之一", "one of several firms whose names differ in a serial only", serial_names
    ),
    "wide_scope": Sign(
        "经营范围项数超过95分位", "a scope of more items than 95 of 100 firms have", wide_scope, "scopes"
    ),
    "no_trace": Sign(
        "成立一年以上无许可、诉讼等经营痕迹", "no trace of business a year after its foundation", no_trace, told_as="B1"
    ),
}
