"""Small populations for tests of matching, a line a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.matching.names import spelt_person
from analytics.matching.parties import Parties, Ties, parties
from analytics.rules.matching import LEVELS, matching_packs
from graph.time import NO_DATE

PACK = matching_packs()[-1]


@dataclass(frozen=True)
class Who:
    """A person: names, key of the number, what is known of the number, sex, and ties as `level:thing`."""

    names: tuple[str, ...]
    number: int | None = None
    born: int | None = None
    four: int | None = None
    sex: int | None = None
    ties: tuple[str, ...] = ()


def who(
    names: str,
    *ties: str,
    number: int | None = None,
    born: int | None = None,
    four: int | None = None,
    sex: int | None = None,
) -> Who:
    return Who(tuple(names.split("/")), number, born, four, sex, ties)


def people(*everybody: Who, keys: Sequence[int] | None = None) -> Parties:
    """Parties with these keys (0, 10, 20 ... where none are given)."""
    given = np.array(keys if keys is not None else range(0, 10 * len(everybody), 10), dtype=np.int64)
    order = np.argsort(given)
    rows = [everybody[i] for i in order]

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([NO_DATE if (v := getattr(w, name)) is None else v for w in rows], dtype=np.int64)

    tied = [(i, *t.split(":")) for i, w in enumerate(rows) for t in w.ties]
    born, four = column("born"), column("four")
    return parties(
        given[order],
        np.array([i for i, w in enumerate(rows) for _ in w.names], dtype=np.int64),
        [n for w in rows for n in w.names],
        spelt_person,
        np.stack([column("number"), born, four], axis=1),
        born,
        column("sex"),
        four,
        Ties(
            np.array([t[0] for t in tied], dtype=np.int64),
            np.array([LEVELS["ties"].index(t[1]) + 1 for t in tied], dtype=np.int64),
            np.array([int(t[2]) for t in tied], dtype=np.int64),
        ),
        PACK.common,
    )
