"""Career representatives: people who lend their name to ten firms and more."""

from __future__ import annotations

import numpy as np

from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.draws import sizes

_LEAST, _MOST, _EXPONENT = 10, 60, 2.3


def appoint(city: City, rng: np.random.Generator, at: Int64) -> Int64:
    """Put career representatives at the head of these firms; returns the people."""
    counts = sizes(rng, len(at), _LEAST, _MOST, _EXPONENT)
    people = city.people.add(rng, len(counts))
    who = np.repeat(people, counts)
    city.firms["rep"][at[: len(who)]] = who
    codes = city.firms.codes(at[: len(who)])
    city.truth.tell("career_representatives", zip(city.people.numbers(who), codes, strict=True))
    return people
