"""A graph of holdings as large as one likes, without a store: heavy-tailed holders, some of them companies, and a core."""

from __future__ import annotations

import numpy as np

from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection, Relationships
from graph.schema import SCHEMA


def ownership_graph(companies: int, seed: int = 7, core: int = 0, degree: int = 0) -> GraphProjection:
    """1.2 persons a company and 2 holders a company, one in eight of them an older company; columns add up to 1.

    With a core that many companies hold `degree` others of the core each, a quarter of each in all.
    """
    rng = np.random.default_rng(seed)
    persons = int(1.2 * companies)
    keys = np.sort(rng.choice(2**62, companies + persons, replace=False).astype(np.int64))
    places = rng.permutation(len(keys))
    firm, person = places[:companies], places[companies:]
    labels = tuple(SCHEMA.labels)
    label = np.full(len(keys), labels.index("Person"), dtype=np.int16)
    label[firm] = labels.index("Company")
    of = np.repeat(
        np.arange(companies), rng.choice(np.arange(1, 8), companies, p=[0.44, 0.36, 0.11, 0.05, 0.02, 0.01, 0.01])
    )
    holder = person[np.minimum((persons * rng.random(len(of)) ** 1.3).astype(int), persons - 1)]
    corporate = (rng.random(len(of)) < 0.12) & (of > 10)
    holder[corporate] = firm[(of[corporate] * rng.random(int(corporate.sum())) ** 2).astype(int)]
    weight = rng.gamma(1.0, 1.0, len(of))
    share = (np.floor(weight / np.bincount(of, weight)[of] * 10_000) / 10_000 * SHARE_ONE).astype(np.int64)
    first = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    share[first] += SHARE_ONE - np.add.reduceat(share, first)
    company = firm[of]
    if core:
        members = rng.choice(companies, core, replace=False)
        one = np.repeat(members, degree)
        other = np.concatenate([rng.permutation(members)[:degree] for _ in range(core)])
        share[np.isin(of, members)] //= 2
        loops = one != other
        holder, company = np.r_[holder, firm[one[loops]]], np.r_[company, firm[other[loops]]]
        share = np.r_[share, np.full(int(loops.sum()), SHARE_ONE // (4 * degree), dtype=np.int64)]
    key = rng.integers(1, 2**62, len(holder))
    order = np.lexsort((key, company, holder))
    columns = {"share_min": share[order], "share_max": share[order]}
    held = Relationships(holder[order], company[order], key[order], columns)
    return GraphProjection(keys, label, labels, {"HOLDS_SHARES_IN": held})
