"""m, u and lambda, estimated on the pairs of a name: expectation and maximisation over counts of patterns.

Fellegi and Sunter 1969; EM as in Winkler 1988, the frequency of the very name as in Winkler 1989. Pairs that are
proved two parties are known, so that what they agree in by chance is counted, not guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.matching.comparing import BOTH_IDENTIFIED, OPEN, PATTERNS, Compared, digits
from analytics.matching.names import NameLevel
from analytics.rules.matching import LEVELS, MatchingPack, Population

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

ROUNDS, NEAR = 500, 1e-7
AGREES_FROM = {"ties": 2, "birth_year": 2, "sex": 2, "last_four": 2}  # levels that are agreements


@dataclass(frozen=True)
class Model:
    """What the probability of a pair is made of. `m`, `u`: by comparison, levels in the order of LEVELS.

    prior: lambda, the probability that two parties of one kind taken at random are one; parties: how many there are.
    """

    prior: float
    parties: int
    name: Mapping[str, float]
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    rounds: int

    @property
    def prior_bits(self) -> float:
        """log2(lambda / (1 - lambda))."""
        return float(np.log2(self.prior) - np.log2(1 - self.prior))

    def name_bits(self, level: Int64, bearers: Int64) -> Floats:
        """log2(m / u) of names by NameLevel, u being the frequency of the very name among all parties."""
        m = np.array([self.name[lv.name.lower()] for lv in NameLevel])[np.asarray(level) - 1]
        return np.asarray(np.log2(m * max(self.parties, 2) / bearers))

    def likelihood_bits(self, comparison: str) -> Floats:
        """log2(m / u) by level, 0 for unknown and for what is not compared."""
        if comparison not in self.m:
            return np.zeros(len(LEVELS[comparison]) + 1)
        return np.asarray(np.r_[0.0, np.log2(np.array(self.m[comparison]) / np.array(self.u[comparison]))])

    def bits(self, comparison: str) -> Floats:
        """What each level counts for: log2(m / u), but agreement never speaks against, nor difference for."""
        bits = self.likelihood_bits(comparison)
        agrees = np.arange(len(bits)) >= AGREES_FROM[comparison]
        return np.asarray(np.where(agrees, np.maximum(bits, 0.0), np.minimum(bits, 0.0)), dtype=np.float64)

    def told(self) -> dict[str, Any]:
        """As plain values, for the manifest of a run."""
        return {
            "lambda": self.prior,
            "parties": self.parties,
            "m": {k: dict(zip(LEVELS[k], v, strict=True)) for k, v in self.m.items()},
            "u": {k: dict(zip(LEVELS[k], v, strict=True)) for k, v in self.u.items()},
            "rounds": self.rounds,
        }


def start(begins: Population, name: Mapping[Any, float], parties: int) -> Model:
    """The model before any data: each party with `matches_per_party` others that are it."""
    prior = min(0.5, 2 * begins.matches_per_party / max(parties, 2))
    m, u = ({k: tuple(getattr(s, of).values()) for k, s in begins.compares.items()} for of in "mu")
    return Model(prior, parties, dict(name), m, u, 0)


def estimate(compared: Compared, parties: int, begins: Population, pack: MatchingPack) -> Model:
    """The model that explains the patterns best (maximum a posteriori: the start counts for `strength` pairs).

    Deterministic. O(patterns * rounds), whatever the number of pairs.
    """
    first = model = start(begins, pack.name_agrees, parties)
    kind, pattern, bearers = np.nonzero(compared.histogram)
    count = compared.histogram[kind, pattern, bearers].astype(float)
    levels = digits(pattern)
    name = model.name_bits(levels["name"], bearers) if len(pattern) else np.zeros(0)
    open_ones, by_prior = kind == OPEN, kind != BOTH_IDENTIFIED
    rare = model.name_bits(np.array([NameLevel.EXACT]), np.array([2]))  # the pair of names that the start counts for
    rare_chance = _chance(rare + first.prior_bits)[0]
    for step in range(1, ROUNDS + 1):
        bits = name + model.prior_bits + sum(model.likelihood_bits(k)[levels[k]] for k in model.m)
        match = np.where(open_ones, _chance(bits), 0.0)
        m, u = {}, {}
        for k in model.m:
            m[k] = _shares(levels[k], count * match, first.m[k], pack.strength)
            u[k] = _shares(levels[k], count * (1 - match), first.u[k], pack.strength)
        prior = _prior(
            np.r_[name[by_prior], rare],
            np.r_[count[by_prior], pack.strength],
            float((count * match).sum()) + pack.strength * rare_chance,
        )
        before, model = model, Model(prior, parties, model.name, m, u, step)
        if _moved(before, model) < NEAR:
            break
    return model


def _shares(level: Int64, weight: Floats, begins: tuple[float, ...], strength: float) -> tuple[float, ...]:
    known = np.bincount(level, weight, minlength=len(begins) + 1)[1:]
    return tuple(((known + strength * np.array(begins)) / (known.sum() + strength)).tolist())


def _prior(name: Floats, count: Floats, matches: float) -> float:
    """lambda with which pairs of these names are as many matches as were found: by bisection, in bits."""
    low, high = -80.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if float((count * _chance(name + middle)).sum()) < matches else (low, middle)
    return float(_chance(np.array([low]))[0])


def _chance(bits: Floats) -> Floats:
    """2^M / (1 + 2^M)."""
    return np.asarray(1 / (1 + np.exp2(-bits)))


def _moved(before: Model, after: Model) -> float:
    pairs = zip((*before.m.values(), *before.u.values()), (*after.m.values(), *after.u.values()), strict=True)
    moved = max((float(np.abs(np.subtract(a, b)).max()) for a, b in pairs), default=0.0)
    return max(moved, abs(math.log(after.prior / before.prior)))


def all_patterns() -> Int64:
    """Every pattern, in order."""
    return np.arange(PATTERNS)
