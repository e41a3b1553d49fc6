"""Who holds what: ordinary firms, private and State groups, families, rings of holdings."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from graph.time import add_months_array
from loaders.synthetic import rates
from loaders.synthetic.city import City
from loaders.synthetic.codes import uscc
from loaders.synthetic.columns import Int64
from loaders.synthetic.draws import by_weight, lengths_to_positions, origins, shares, sizes
from loaders.synthetic.firms import Kind
from loaders.synthetic.vocabulary import AREAS, DISTRICTS

WHOLE = 10_000  # a share of 100 per cent, in hundredths of a per cent
_HOLDERS, _HOLDER_SHARES = np.arange(1, 8), np.array([0.44, 0.36, 0.11, 0.05, 0.02, 0.01, 0.01])
_MANY, _MOST_HOLDERS = 0.004, 50  # of companies have a heavy-tailed number, up to what the Company Law allows
_TERMS = (24, 36, 60, 60, 120, 180, 240)  # months until the capital is due

BODY_NAMES = ("云津市人民政府国有资产监督管理委员会", *(f"云津市{d}国有资产监督管理局" for d in DISTRICTS))
BODY_CODES = uscc(np.full(5, 11), np.array([990100, *AREAS]), np.arange(99_000_000, 99_000_005))


class Holder(IntEnum):
    """What a holder is: the holdings' `holder` is a position among these."""

    PERSON = 0
    FIRM = 1
    BODY = 2
    FOREIGN = 3


def hold(city: City, rng: np.random.Generator, firm: Int64, holder: Int64, kind: Any, share: Any, since: Any) -> Int64:
    """Enter holdings, their capital subscribed in proportion, paid or not; returns their positions."""
    count = len(firm)
    subscribed = city.firms["capital"][firm].astype(np.int64) * np.broadcast_to(share, count)
    unpaid = rng.random(count) < rates.UNPAID.of(city.firms["risk"][firm])
    paid = np.where(unpaid, 0, subscribed)
    since = np.broadcast_to(since, count).astype(np.int64)
    due = add_months_array(since, rng.choice(_TERMS, count))
    at = city.holdings.add(
        count, firm=firm, holder=holder, kind=kind, share=share, subscribed=subscribed, paid=paid, due=due, since=since
    )
    city.holding_rows.append(at)
    return at


def ordinary(city: City, rng: np.random.Generator, at: Int64) -> None:
    """Holders of companies, cooperatives and partnerships that belong to no planted structure."""
    if not len(at):
        return
    firms, kind = city.firms, city.firms["kind"][at]
    counts = rng.choice(_HOLDERS, len(at), p=_HOLDER_SHARES)
    many = rng.random(len(at)) < _MANY
    counts[many] = np.minimum(8 * rng.random(int(many.sum())) ** -0.8, _MOST_HOLDERS)
    counts[kind == Kind.COOPERATIVE] = rng.integers(5, 13, size=int((kind == Kind.COOPERATIVE).sum()))
    counts[kind == Kind.PARTNERSHIP] += 2
    firm, place = np.repeat(at, counts), lengths_to_positions(counts)
    of_kind = np.repeat(kind, counts)
    part = shares(rng, counts)
    executive = place[of_kind == Kind.PARTNERSHIP] == 0
    part[of_kind == Kind.PARTNERSHIP] = _with_executive(part[of_kind == Kind.PARTNERSHIP], executive)
    holder_kind, holder = np.zeros(len(firm), dtype=np.int64), np.zeros(len(firm), dtype=np.int64)
    drawn = rng.random(len(firm))
    companies = np.isin(of_kind, (Kind.COMPANY, Kind.FOREIGN, Kind.PARTNERSHIP))
    investors = np.flatnonzero(np.isin(firms["kind"], (Kind.COMPANY, Kind.PARTNERSHIP)))
    corporate = companies & (drawn < rates.CORPORATE_HOLDER) | (of_kind == Kind.PARTNERSHIP) & (place == 0)
    corporate &= firm > investors[0]
    foreign = companies & ~corporate & (drawn > 1 - rates.FOREIGN_HOLDER) | (of_kind == Kind.FOREIGN) & (place == 0)
    corporate &= ~foreign
    holder[corporate], holder_kind[corporate] = _investors(city, rng, firm[corporate], investors), Holder.FIRM
    holder[foreign] = (rng.random(int(foreign.sum())) ** 3 * max(3, len(firms) // 400)).astype(np.int64)
    holder_kind[foreign] = Holder.FOREIGN
    person = ~corporate & ~foreign
    own = person & (place == 0) & (rng.random(len(firm)) < rates.PERSONAL_HOLDER)
    holder[own] = firms["rep"][firm[own]]
    supervisor = firms["supervisor"][firm]
    second = person & (place == 1) & (supervisor >= 0) & (rng.random(len(firm)) < rates.SUPERVISOR_HOLDS)
    holder[second] = supervisor[second]
    other = person & ~own & ~second
    holder[other] = city.some_people(rng, int(other.sum()))
    once = _first_of_each(firm, holder_kind, holder)
    part = _merged(part, firm, once)
    hold(city, rng, firm[once], holder[once], holder_kind[once], part, firms["established"][firm[once]])


def _with_executive(part: Int64, executive: Any) -> Int64:
    """The executive partner holds one per cent; the rest is the others'."""
    first = np.flatnonzero(executive)
    if not len(first):
        return part
    out = part.copy()
    out[first + 1] += out[first] - 100
    out[first] = 100
    return out


def _first_of_each(firm: Int64, kind: Int64, holder: Int64) -> Int64:
    """Positions of the first of equal holders of a firm."""
    _, first = np.unique(np.stack([firm, kind, holder]), axis=1, return_index=True)
    return np.sort(first)


def _merged(part: Int64, firm: Int64, once: Int64) -> Int64:
    """Parts of the holders kept; the first holder of a firm takes those of the holders that were met twice."""
    kept = part[once]
    lost = np.bincount(firm, part) - np.bincount(firm[once], kept, minlength=int(firm.max()) + 1)
    first = np.unique(firm[once], return_index=True)[1]
    kept[first] += lost[firm[once][first]].astype(np.int64)
    return kept


def _investors(city: City, rng: np.random.Generator, firm: Int64, investors: Int64) -> Int64:
    """An older investor for each firm, so that no cycle arises by chance: a new one, or one that holds already."""
    held = city.holdings["holder"][city.holdings["kind"] == Holder.FIRM].astype(np.int64)
    older = np.searchsorted(investors, firm)
    drawn = investors[(rng.random(len(firm)) * older).astype(np.int64)]
    copied = np.concatenate([held, drawn])[origins(rng, len(held), len(firm), rates.FRESH_INVESTOR)]
    return np.where(copied < firm, copied, drawn)


# --- structures ---------------------------------------------------------------------------------------


def groups(city: City, rng: np.random.Generator, at: Int64, state: bool) -> None:
    """Groups under one root: each member under an older one, so that trees grow broad and deep; sizes by a power law.

    A private group's root belongs to its representative, a State group's to a State-asset body.
    """
    counts = sizes(rng, len(at), 5 if not state else 6, max(8, len(at) // 3), 2.1)
    number, place = np.repeat(np.arange(len(counts)), counts), lengths_to_positions(counts)
    members = at[: len(number)]
    order = np.lexsort((members, number))
    members = members[order]
    first = np.cumsum(counts) - counts
    sub = place > 0
    parent = members[np.repeat(first, counts)[sub] + (rng.random(int(sub.sum())) * place[sub]).astype(np.int64)]
    share = rng.choice((10_000, 10_000, 9_000, 8_000, 7_000, 6_700, 6_000, 5_500, 5_100), int(sub.sum()))
    child, since = members[sub], city.firms["established"][members[sub]]
    hold(city, rng, child, parent, Holder.FIRM, share, since)
    rest = share < WHOLE
    others = city.some_people(rng, int(rest.sum()))
    hold(city, rng, child[rest], others, Holder.PERSON, WHOLE - share[rest], since[rest])
    roots = members[first]
    if state:
        city.firms["kind"][roots] = Kind.STATE
        bodies = by_weight(rng, np.array([3.0, 1, 1, 1, 1]), len(roots))
        hold(city, rng, roots, bodies, Holder.BODY, WHOLE, city.firms["established"][roots])
    else:
        hold(city, rng, roots, city.firms["rep"][roots], Holder.PERSON, WHOLE, city.firms["established"][roots])
    city.firms["capital"][roots] = np.maximum(city.firms["capital"][roots], 5_000)
    _run_by_few(city, rng, members, number)
    kind = "state" if state else "private"
    codes = city.firms.codes(members)
    city.truth.tell("groups", ((f"{kind}-{g + 1}", kind, c) for g, c in zip(number.tolist(), codes, strict=True)))


def _run_by_few(city: City, rng: np.random.Generator, members: Int64, group: Int64) -> None:
    """Half of a group's firms are run by the people who run its root."""
    first = np.searchsorted(group, group)
    same = rng.random(len(members)) < 0.5
    city.firms["rep"][members[same]] = city.firms["rep"][members[first[same]]]


def families(city: City, rng: np.random.Generator, at: Int64) -> None:
    """Two to five people of one surname who hold one to four firms together."""
    if not len(at):
        return
    counts = rng.choice((1, 2, 3, 4), len(at), p=(0.5, 0.25, 0.15, 0.1))
    counts = counts[np.cumsum(counts) <= len(at)]
    family = np.repeat(np.arange(len(counts)), counts)
    firms = at[: len(family)]
    heads = city.firms["rep"][firms[np.cumsum(counts) - counts]].astype(np.int64)
    size = rng.choice((2, 3, 4, 5), len(counts), p=(0.5, 0.3, 0.15, 0.05))
    relatives = city.people.add(rng, int((size - 1).sum()), np.repeat(city.people.surname(heads), size - 1))
    start = np.cumsum(size - 1) - (size - 1)
    city.firms["rep"][firms] = heads[family]
    firm, place = np.repeat(firms, size[family]), lengths_to_positions(size[family])
    of = np.repeat(family, size[family])
    holder = np.where(
        place == 0, heads[of], relatives[np.minimum(start[of] + np.maximum(place - 1, 0), len(relatives) - 1)]
    )
    hold(city, rng, firm, holder, Holder.PERSON, shares(rng, size[family]), city.firms["established"][firm])
    codes = city.firms.codes(firms)
    city.truth.tell("groups", ((f"family-{f + 1}", "family", c) for f, c in zip(family.tolist(), codes, strict=True)))


def rings(city: City, rng: np.random.Generator, at: Int64) -> None:
    """Two to four firms each of which holds a part of the next: cross-holdings and circular ones."""
    counts = rng.choice((2, 3, 4), len(at), p=(0.6, 0.3, 0.1))
    counts = counts[np.cumsum(counts) <= len(at)]
    ring = np.repeat(np.arange(len(counts)), counts)
    firms, first = at[: len(ring)], np.cumsum(counts) - counts
    following = firms[first[ring] + (lengths_to_positions(counts) + 1) % np.maximum(counts[ring], 1)]
    share = rng.integers(10, 35, size=len(firms)) * 100
    since = city.firms["established"][following]
    hold(city, rng, following, firms, Holder.FIRM, share, np.maximum(since, city.firms["established"][firms]))
    hold(city, rng, following, city.firms["rep"][following], Holder.PERSON, WHOLE - share, since)
    codes = city.firms.codes(firms)
    city.truth.tell("circular_holdings", ((r + 1, c) for r, c in zip(ring.tolist(), codes, strict=True)))
