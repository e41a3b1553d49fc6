"""The probability that two parties are one, as a sum of bits whose parts are its evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.matching.comparing import COMPARED, Compared, digits
from analytics.matching.estimating import Model, all_patterns
from analytics.matching.names import NameLevel
from analytics.matching.parties import AREA, Parties
from analytics.rules.matching import LEVELS, MatchingPack
from graph.ascending import distinct
from graph.declaration import SHARE_ONE
from graph.runs import begins

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scored:
    """Pairs (one < other, each once, in order) with their probability and what it is made of, in bits.

    rivals: what the other numbers of the name take away. limited: held at `name_alone`, as nothing but the name,
    sex or area agrees.
    """

    one: Int64
    other: Int64
    probability: Floats
    pattern: Int64
    name: Floats
    rivals: Floats
    limited: npt.NDArray[np.bool_]
    model: Model

    @property
    def share(self) -> Int64:
        """The probability as a store keeps it: integers of 1e-10."""
        return np.round(self.probability * SHARE_ONE).astype(np.int64)

    def evidence(self, rows: Int64) -> list[str]:
        """Of the pairs at these places what agreed or differed, in bits and without any value.

        As in `prior -19.93; name +11.20; ties:firm +10.79; birth_year:same +5.61; rivals -0.02`.
        """
        fields = (self.pattern, self.name, self.rivals, self.limited)
        told: dict[tuple[int, float, float, bool], str] = {}
        out = []
        for row in zip(*(f[rows].tolist() for f in fields), strict=True):
            if row not in told:
                told[row] = self._told(*row)
            out.append(told[row])
        return out

    def _told(self, pattern: int, name: float, rivals: float, limited: bool) -> str:
        parts = [("prior", self.model.prior_bits), ("name", name)]
        for comparison, level in digits(np.array([pattern])).items():
            if comparison in self.model.m and level[0]:
                said = LEVELS[comparison][level[0] - 1]
                parts.append((f"{comparison}:{said}", float(self.model.bits(comparison)[level[0]])))
        if rivals:
            parts.append(("rivals", rivals))
        return "; ".join(f"{n} {bits:+.2f}" for n, bits in parts) + ("; limited" if limited else "")


def settles() -> npt.NDArray[np.bool_]:
    """Patterns in which something agrees that may settle who it is: a tie beyond the area, birth year or last four.

    Without one no pair is ever joined, however rare the name.
    """
    levels = digits(all_patterns())
    return np.asarray((levels["ties"] > AREA) | (levels["birth_year"] == 2) | (levels["last_four"] == 2))


def pattern_bits(model: Model) -> Floats:
    """log2(m / u) of all patterns, name and prior apart."""
    levels = digits(all_patterns())
    return np.asarray(sum(model.bits(k)[levels[k]] for k in COMPARED))


def score(people: Parties, compared: Compared, model: Model, pack: MatchingPack) -> Scored:
    """The pairs whose probability is at least `possible_from`. O(pairs log pairs).

    M = log2(lambda / (1 - lambda)) + sum of log2(m / u), P = 2^M / (1 + 2^M). A party without a number is at most one
    of those that have one, each of which is another: with odds o of these, P = o / (1 + sum of o).
    """
    levels = digits(compared.pattern.astype(np.int64))
    name = model.name_bits(levels["name"], compared.bearers)
    bits = model.prior_bits + name + pattern_bits(model)[compared.pattern]
    low, high = np.minimum(compared.one, compared.other), np.maximum(compared.one, compared.other)
    order = np.lexsort((compared.pattern, -bits, high, low))
    first = begins(low[order], high[order])
    rows = order[first]  # of two names in common the one that says more
    low, high, bits, name, pattern = low[rows], high[rows], bits[rows], name[rows], compared.pattern[rows]
    against = bits - _normalised(people, low, high, bits)
    limit = np.log2(pack.name_alone) - np.log2(1 - pack.name_alone)
    limited = ~settles()[pattern] & (bits - against > limit)
    total = np.where(limited, limit, bits - against)
    probability = np.where(limited, pack.name_alone, 1 / (1 + np.exp2(-total)))
    keep = np.flatnonzero(probability >= pack.possible_from)
    return Scored(
        low[keep],
        high[keep],
        probability[keep],
        pattern[keep].astype(np.int64),
        name[keep],
        -against[keep],
        limited[keep],
        model,
    )


def _normalised(people: Parties, one: Int64, other: Int64, bits: Floats) -> Floats:
    """Bits when the numbered or coded candidates of a party exclude each other: o / (1 + the others' o)."""
    numbered = people.identified
    rival = numbered[one] != numbered[other]
    if not rival.any():
        return bits
    whose = np.where(numbered[one], other, one)[rival]
    odds = np.exp2(np.minimum(bits[rival], 60.0))
    order = np.lexsort((bits[rival], whose))
    parties = distinct(whose)
    at = np.searchsorted(parties, whose)
    total = np.zeros(len(parties))
    np.add.at(total, at[order], odds[order])  # in order of size, so that it does not depend on that of the pairs
    count = np.bincount(at)
    rest = np.where(count[at] > 1, np.maximum(total[at] - odds, 0.0), 0.0)
    out = bits.copy()
    out[rival] = bits[rival] - np.log2(1 + rest)
    return out


def most_not_compared(compared: Compared, model: Model, pack: MatchingPack) -> float:
    """The greatest probability of a pair that was not compared, 0 where there is none; its rivals left out.

    Of a name with one bearer more than are compared whole, area and sex agreeing; or of the least frequent name of
    which too many are of one year, that agreeing too.
    """
    if not compared.skipped:
        return 0.0
    levels = digits(all_patterns())
    bare = (levels["ties"] <= AREA) & (levels["last_four"] == 0) & (levels["birth_year"] < 2)
    cases = [(pack.whole_names + 1, bare, pack.name_alone)]
    if compared.crowded:
        cases.append((compared.crowded, (levels["ties"] <= AREA) & (levels["last_four"] == 0), 1.0))
    most = 0.0
    for bearers, patterns, limit in cases:
        name = model.name_bits(np.array([NameLevel.EXACT]), np.array([bearers]))[0]
        bits = model.prior_bits + name + pattern_bits(model)[patterns].max()
        most = max(most, min(limit, float(1 / (1 + np.exp2(-bits)))))
    return most
