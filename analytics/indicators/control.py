"""Association by who is in charge and who owns: debtors and barred persons, bad firms of a group, opaque ownership.

A sign to look into, never a finding: whether somebody was liable himself, or why a debtor was listed, no register says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.indicators.inputs import GradeInputs
from analytics.indicators.parts import Parts, first_of, parts
from analytics.inputs import Inputs, Int64, Settings, Ties
from analytics.structures.crowding import firms_by_party
from analytics.structures.succession import Seeds, former_ties, had_then, people_ties, seeds_of
from graph.ascending import distinct
from graph.declaration import SHARE_ONE
from graph.runs import begins, runs
from graph.time import FOREVER, months_after

IN_CHARGE = ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_PARTNER_OF")


def debtor_in_charge(inputs: Inputs, settings: Settings) -> Parts:
    """G1 法定代表人、执行事务合伙人或实际控制人本人为失信被执行人: a person of its own entry in charge, or in control.

    Whether the debt is large and personal (公司法 art. 178 (5)) no register says: a floor of class C follows only once
    an officer has confirmed it.
    """
    n = max(len(inputs.projection.nodes), 1)
    firm, person, _ = firms_by_party(inputs, *IN_CHARGE, of_start=False)
    controlled, controller = _controlled(inputs)
    pairs = distinct(np.concatenate([firm, controlled]) * n + np.concatenate([person, controller]))
    firm, person = pairs // n, pairs % n
    entries = inputs.ties("ListEntry")
    if not len(entries):
        return _none()
    entries = entries.where(entries["list_type"] == "dishonest_debtor")
    entries = entries.where(inputs.projection.label_is("Person")[entries.node])
    order = np.argsort(entries.node, kind="stable")
    at, of = runs(entries.node[order], person)
    return _first_records(firm[of], entries.where(order[at]), settings)


def barred_representative(inputs: Inputs, settings: Settings) -> Parts:
    """G2 法定代表人疑似处于任职限制期: he represented another firm when it was revoked, listed or false.

    In the `months` after; listed: for a serious violation (公司法 art. 178 (4); 登记管理实施细则 art. 71). Whether he
    was liable himself no register says: suspected, to be verified.
    """
    found = barred(inputs, settings)
    return first_of(found.firm, found.key, np.ones(len(found.firm)), next_change=found.until)


@dataclass(frozen=True)
class Barred:
    """Ties of firms to who represents them and another firm had when something befell it: aligned, longest term first.

    Nodes are positions; event: what befell the other firm; until: the first day on which it no longer counts.
    """

    firm: Int64
    person: Int64
    key: Int64
    event: Seeds
    until: Int64


def barred(inputs: Inputs, settings: Settings) -> Barred:
    """Living firms whose representatives are perhaps barred from office: what G2 rests on."""
    seeds = seeds_of(inputs, settings)
    usable = np.where(seeds.record < 0, FOREVER, seeds.until)  # a status is used for the whole term
    ends = np.minimum(usable, months_after(seeds.day, int(settings["months"])))
    representing = people_ties(inputs, ("LEGAL_REPRESENTATIVE_OF",))
    had = representing.joined(former_ties(inputs, ("LEGAL_REPRESENTATIVE_OF",)))
    event, person = had_then(seeds, had, 0)
    late = ends[event] > inputs.day
    event, person = event[late], person[late]
    mine = representing.where(inputs.living[representing.firm])
    order = np.argsort(person, kind="stable")
    at, tie = runs(person[order], mine.other)
    at = event[order[at]]
    other = seeds.firm[at] != mine.firm[tie]  # what befell the firm itself has its own rows
    tie, until = tie[other], ends[at[other]]
    longest = np.argsort(-until, kind="stable")
    tie, at, until = tie[longest], at[other][longest], until[longest]
    return Barred(mine.firm[tie], mine.other[tie], mine.key[tie], seeds.where(at), until)


def bad_firms_of_group(inputs: GradeInputs, settings: Settings) -> Parts:
    """G3 同一控制下企业不良率: the share of the other firms under one control that are on a serious list.

    `prior` firms that do not exist count as good ones, so that one of one is not the whole. What State bodies control
    makes no group. Each bad firm counts once; its first record is shown.
    """
    firm, entries, size = bad_in_groups(inputs, settings)
    first = np.flatnonzero(begins(firm))
    if not len(first):
        return _none()
    share = np.diff(np.r_[first, len(firm)]) / (size[first] - 1 + float(settings["prior"]))
    return parts(
        firm[first],
        np.minimum(share * float(settings["weight"]), 1.0),
        evidence=entries.record[first],
        kind="record",
        next_change=np.minimum.reduceat(entries.until, first),
    )


def bad_in_groups(inputs: GradeInputs, settings: Settings) -> tuple[Int64, Ties, Int64]:
    """(living firm, another one under the same control with its first record on a list, size of the group), aligned."""
    from analytics.algorithms.control import controllers  # with numba, which takes a second to import

    projection = inputs.projection
    top = inputs.heads.places(projection) if inputs.heads else controllers(projection, by_the_state=False).top
    entries = inputs.ties("ListEntry")
    if not len(entries):
        return np.zeros(0, dtype=np.int64), entries, np.zeros(0, dtype=np.int64)
    entries = entries.where(np.isin(entries["list_type"].astype(str), list(settings["lists"])))
    entries = entries.where(projection.label_is("Company")[entries.node]).by_date("listed_on")
    entries = entries.where(np.flatnonzero(begins(entries.node)))
    member = inputs.living.copy()
    member[entries.node] = True
    size = np.bincount(top[member], minlength=len(top))
    order = np.argsort(top[entries.node], kind="stable")
    group = top[entries.node][order]
    firm = np.flatnonzero(inputs.living & (size[top] > 1))
    at, row = runs(group, top[firm])
    at = order[at]
    other = entries.node[at] != firm[row]
    row, at = row[other], at[other]
    return firm[row], entries.where(at), size[top[firm[row]]]


def opaque_ownership(inputs: Inputs, settings: Settings) -> Parts:
    """G8 股权穿透不明: more than `unresolved` of the equity leads to nobody known, or over `depth` steps lie above.

    Counted for firms with a stated holder; of the others nothing is known, which is a gap and no sign.
    """
    from analytics.ownership.condensed import owners, solve  # with numba
    from analytics.ownership.spreading import WHOLE

    own = solve(inputs.projection).own
    firm = own.nodes[own.owned]
    found = owners(own, own.owned, 1_000 * SHARE_ONE, int(settings["budget"]))
    lost = (found.missing + found.opaque) / WHOLE > float(settings["unresolved"])
    deep = own.level[own.owned] > int(settings["depth"])
    hit = np.zeros(len(inputs.projection.nodes), dtype=bool)
    hit[firm[lost | deep]] = True
    rel, _, end = inputs.relationships("HOLDS_SHARES_IN")
    rows = np.flatnonzero(hit[end] & inputs.living[end])
    return first_of(end[rows], rel.key[rows], np.ones(len(rows)))


def _controlled(inputs: Inputs) -> tuple[Int64, Int64]:
    """(living firm, person who controls it in the end, alone or with others)."""
    from analytics.algorithms.control import controllers  # with numba

    found = controllers(inputs.projection)
    alone = np.flatnonzero(inputs.living & (found.top != np.arange(len(found.top))))
    together = [(c, who) for c, members in found.joint.items() for who in members if inputs.living[c]]
    firm = np.concatenate([alone, np.array([c for c, _ in together], dtype=np.int64)])
    who = np.concatenate([found.top[alone], np.array([w for _, w in together], dtype=np.int64)])
    person = inputs.projection.label_is("Person")[who]
    return firm[person], who[person]


def _first_records(firm: Int64, entries: Ties, settings: Settings) -> Parts:
    """One part a firm, by the entry that stands longest, then by record."""
    order = np.lexsort((entries.record, -entries.until, firm))
    first = order[begins(firm[order])]
    return parts(
        firm[first],
        np.full(len(first), float(settings["each"])),
        evidence=entries.record[first],
        kind="record",
        next_change=entries.until[first],
    )


def _none() -> Parts:
    none = np.zeros(0, dtype=np.int64)
    return parts(none, none.astype(float))
