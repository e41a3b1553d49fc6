"""Shells in batches: one room, one agent, few telephones, registered within thirty days."""

from __future__ import annotations

import numpy as np

from loaders.synthetic import addresses, rates
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.firms import Kind
from loaders.synthetic.ownership import WHOLE, Holder, hold

_DAYS = 30


def found(city: City, rng: np.random.Generator, counts: Int64, begin: Int64) -> Int64:
    """Batches of `counts` shells, each registered within thirty days of its `begin`; returns the firms."""
    batch = np.repeat(np.arange(len(counts)), counts)
    days = begin[batch] + rng.integers(_DAYS, size=len(batch))
    at = city.found(rng, days, np.full(len(batch), Kind.COMPANY))
    firms = city.firms
    rooms = city.new_addresses(rng, len(counts))
    nominees = city.people.add(rng, 3 * len(counts)).reshape(-1, 3)
    telephones = city.new_telephones(2 * len(counts)).reshape(-1, 2)
    firms["address"][at] = rooms[batch]
    firms["area"][at] = addresses.district(rooms[batch])
    firms["rep"][at] = nominees[batch, (rng.random(len(at)) ** 2 * 3).astype(np.int64)]
    firms["telephone"][at] = telephones[batch, rng.integers(2, size=len(at))]
    if len(city.agents):
        firms["agent"][at] = city.agents[rng.integers(len(city.agents), size=len(counts))][batch]
    firms["capital"][at] = rng.choice((500, 1_000, 2_000, 5_000), len(at))
    firms["risk"][at] = rng.beta(*rates.SHELL_RISK, size=len(at))
    firms["shell"][at] = True
    firms["supervisor"][at] = -1
    firms["staff"][at] = 0
    held = hold(city, rng, at, firms["rep"][at], Holder.PERSON, WHOLE, firms["established"][at])
    city.holdings["paid"][held] = 0
    first = city.serials("shell batch", len(counts))
    agents = [codes[0] if (codes := firms.codes(np.array([a]))) and a >= 0 else "" for a in firms["agent"][at].tolist()]
    rows = zip(first[batch].tolist(), firms.codes(at), firms.addresses(at), agents, strict=True)
    city.truth.tell("shells", rows)
    return at
