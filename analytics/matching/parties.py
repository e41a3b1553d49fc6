"""Who is compared, as arrays: names, what proves who somebody is, and what each is tied to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.matching.names import Spell, spelt
from analytics.rules.matching import LEVELS
from graph.runs import begins, runs
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]

AREA = LEVELS["ties"].index("area") + 1
_STRONGEST, _LEVEL_AT = len(LEVELS["ties"]), 60  # a token: how far its level is from the strongest, then 60 bits


@dataclass(frozen=True)
class Ties:
    """What parties are tied to: position of the party, level of LEVELS["ties"] (from 1), 64-bit hash of the thing."""

    party: Int64
    level: Int64
    thing: Int64


@dataclass(frozen=True)
class Parties:
    """Parties of one kind by ascending key; NO_DATE is none everywhere.

    bearer, spelling, bearers: by name (a party may have several), in order of the last spelling: the party's position,
    codes of its three spellings, and how many parties bear the last. identity, shape (parties, columns): two values
    that differ in a column prove two parties; column 0 is the number or code. first, token: the ties of party i are
    `token[first[i]:first[i + 1]]`, ascending, so that of two parties the first in common is the strongest.
    """

    keys: Int64
    bearer: Int64
    spelling: Int64
    bearers: Int64
    identity: Int64
    birth_year: Int64
    sex: Int64
    last_four: Int64
    first: Int64
    token: Int64

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def identified(self) -> npt.NDArray[np.bool_]:
        """Which have a number or code of their own."""
        return np.asarray(self.identity[:, 0] != NO_DATE)

    @cached_property
    def digest(self) -> str:
        """A hash of everything that is compared."""
        whole = hashlib.blake2b(digest_size=16)
        for column in fields(self):
            whole.update(np.ascontiguousarray(getattr(self, column.name)).tobytes())
        return whole.hexdigest()


def parties(
    keys: Int64,
    bearer: Int64,
    names: Sequence[str],
    spell: Spell,
    identity: Int64,
    birth_year: Int64,
    sex: Int64,
    last_four: Int64,
    ties: Ties,
    common: int,
) -> Parties:
    """Parties from what is known of each; keys ascending. What over `common` parties share, areas apart, ties nobody.

    bearer, names: one entry a party and name. O(n log n).
    """
    spelling = spelt(names, spell)
    order = np.lexsort((spelling[:, 0], spelling[:, 1], bearer, spelling[:, 2]))
    spelling, bearer = spelling[order], bearer[order]
    new = np.r_[True, (spelling[1:] != spelling[:-1]).any(axis=1) | (bearer[1:] != bearer[:-1])][: len(bearer)]
    spelling, bearer = spelling[new], bearer[new]
    of = spelling[:, 2]
    another = begins(of, bearer)
    bearers = np.bincount(of[another])[of] if len(of) else of
    first, token = _listed(ties, len(keys), common)
    return Parties(keys, bearer, spelling, bearers, identity, birth_year, sex, last_four, first, token)


def _listed(ties: Ties, count: int, common: int) -> tuple[Int64, Int64]:
    """Ties as lists by party, without those that too many have in common."""
    token = ((_STRONGEST - ties.level) << _LEVEL_AT) | (ties.thing & ((1 << _LEVEL_AT) - 1))
    order = np.lexsort((token, ties.party))
    party, token = ties.party[order], token[order]
    again = np.r_[False, (party[1:] == party[:-1]) & (token[1:] == token[:-1])][: len(party)]
    party, token = party[~again], token[~again]
    ordered = np.sort(token)
    holders = np.searchsorted(ordered, token, "right") - np.searchsorted(ordered, token)
    keep = (holders <= common) | (token >> _LEVEL_AT == _STRONGEST - AREA)
    party, token = party[keep], token[keep]
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(party, minlength=count), out=first[1:])
    return first, token


def tied(party: Int64, level: str, thing: Int64) -> Ties:
    """Ties of one level."""
    return Ties(party, np.full(len(party), LEVELS["ties"].index(level) + 1), thing)


def joined(party: Int64, at: Int64, firm: Int64, thing: Int64) -> tuple[Int64, Int64]:
    """(party, thing) of parties at firms, and things at firms: what each party comes by through its firms."""
    order = np.argsort(firm, kind="stable")
    row, of = runs(firm[order], at)
    return party[of], thing[order[row]]
