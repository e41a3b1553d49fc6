"""The people of the city: names by the real frequencies of surnames, numbers of nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from loaders.synthetic.codes import identity_numbers
from loaders.synthetic.columns import Columns, Int64
from loaders.synthetic.vocabulary import AREAS, GIVEN, SURNAMES, TOP_SHARES

SURNAME_TAIL = 0.62  # exponent of the shares from the 21st on; makes the first hundred 85 % of all
ONE_CHARACTER = 0.18  # of given names


def _surname_shares() -> Any:
    rest = TOP_SHARES[-1] * (np.arange(len(TOP_SHARES) + 1, len(SURNAMES) + 1) / len(TOP_SHARES)) ** -SURNAME_TAIL
    shares = np.concatenate([TOP_SHARES, rest])
    shares[-5:] /= 20  # surnames of two characters
    return shares / shares.sum()


class People:
    """Who there is: position, name and number. A number belongs to one person; many people share a name."""

    def __init__(self, seed: int) -> None:
        self._first = seed * 1_299_709 % 10_000_000
        self._columns = Columns(surname=np.int16, given=np.int16, second=np.int16, area=np.int8)
        self._surnames, self._shares = np.array(SURNAMES, dtype=object), _surname_shares()
        self._given = np.array([*GIVEN, ""], dtype=object)
        weights = (np.arange(len(GIVEN)) + 6.0) ** -0.8
        self._given_shares = weights / weights.sum()

    def __len__(self) -> int:
        return len(self._columns)

    def add(self, rng: np.random.Generator, count: int, surname: Any = None) -> Int64:
        """`count` people, of given surnames (positions in SURNAMES) or of any; returns their positions."""
        if surname is None:
            surname = rng.choice(len(SURNAMES), count, p=self._shares)
        given = rng.choice(len(GIVEN), (2, count), p=self._given_shares)
        given[1, rng.random(count) < ONE_CHARACTER] = len(GIVEN)
        area = rng.integers(len(AREAS), size=count)
        return self._columns.add(count, surname=surname, given=given[0], second=given[1], area=area)

    def surname(self, at: Int64) -> Int64:
        """Surnames, as positions in SURNAMES."""
        return self._columns["surname"][at].astype(np.int64)

    def names(self, at: Int64) -> list[str]:
        """Full names."""
        parts = (
            self._surnames[self._columns["surname"][at]],
            *(self._given[self._columns[c][at]] for c in ("given", "second")),
        )
        return [a + b + c for a, b, c in zip(*(p.tolist() for p in parts), strict=True)]

    def numbers(self, at: Int64) -> list[str]:
        """Identity numbers."""
        return identity_numbers(np.array(AREAS)[self._columns["area"][at]], at + self._first)

    def masked(self, at: Int64) -> list[str]:
        """Identity numbers as courts print them."""
        return [f"{n[:10]}****{n[14:]}" for n in self.numbers(at)]
