"""The city as it is before its first delivery."""

from __future__ import annotations

import numpy as np

from loaders.synthetic import careers, guarantees, ownership, rates, shells
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.draws import sizes
from loaders.synthetic.firms import Kind
from loaders.synthetic.register import appoint_all
from loaders.synthetic.vocabulary import TRADES

_SERVICES = next(i for i, t in enumerate(TRADES) if t.word == "企业服务")
_FIRMS_AN_AGENT, _FIRMS_A_HOST = 2_500, 20_000
_SHELL_DAYS = 700  # before the start, the oldest batch
_SHELL_SIZES = (8, 40, 2.2)


def populate(city: City, companies: int, start: int) -> None:
    """Found `companies` firms before `start`, in their structures, with agents, hosts, shells and guarantees."""
    rng = city.rng("population")
    counts = sizes(rng, max(int(companies * rates.SHELLS), _SHELL_SIZES[0]), *_SHELL_SIZES)
    ordinary = companies - int(counts.sum())
    city.hosted = city.new_addresses(rng, max(2, companies // _FIRMS_A_HOST))
    established = np.sort(start - 30 - rng.exponential(rates.AGE_DAYS, ordinary).astype(np.int64))
    kinds = rng.choice(len(Kind), ordinary, p=rates.KINDS)
    kinds[:3] = Kind.COMPANY
    at = city.found(rng, established, kinds)
    city.agents = at[kinds == Kind.COMPANY][: max(2, companies // _FIRMS_AN_AGENT)]
    city.firms["trade"][city.agents] = _SERVICES
    pool = _Pool(rng.permutation(at[kinds == Kind.COMPANY][len(city.agents) :]))
    city.careers = careers.appoint(city, rng, pool.take(rates.CAREER_FIRMS, 12, keep=True))
    ownership.groups(city, rng, pool.take(rates.STATE_GROUPS, 6), state=True)
    ownership.groups(city, rng, pool.take(rates.PRIVATE_GROUPS, 8), state=False)
    ownership.families(city, rng, pool.take(rates.FAMILY_FIRMS, 6))
    ownership.rings(city, rng, pool.take(rates.RING_HOLDINGS, 5))
    held = np.isin(kinds, (Kind.INDIVIDUAL, Kind.BRANCH)) | np.isin(at, pool.taken())
    ownership.ordinary(city, rng, at[~held])
    for ring, share in ((True, rates.GUARANTEE_RINGS), (False, rates.GUARANTEE_CHAINS)):
        city.planted_guarantees.append(guarantees.plant(city, rng, pool.take(share, 6), ring))
    shells.found(city, rng, counts, start - 30 - rng.integers(_SHELL_DAYS, size=len(counts)))
    city.founders = len(city.firms)
    everyone = np.arange(city.founders)
    appoint_all(city, everyone)
    city.touched.append(everyone)
    city.branch_rows.append(everyone[city.firms["kind"] == Kind.BRANCH])
    recent = city.firms["established"] > start - 365
    city.contact_rows.append(np.flatnonzero(recent | city.firms["shell"] | (rng.random(len(everyone)) < 0.05)))


class _Pool:
    """Companies in random order, taken for one structure after another."""

    def __init__(self, order: Int64) -> None:
        self._order, self._taken = order, 0

    def take(self, share: float, least: int, keep: bool = False) -> Int64:
        """The next ones, a share of all and so many at least; `keep` leaves them to be taken again."""
        count = max(int(len(self._order) * share), least)
        taken = self._order[self._taken : self._taken + count]
        self._taken += 0 if keep else count
        return np.sort(taken)

    def taken(self) -> Int64:
        """Those that a structure has."""
        return self._order[: self._taken]
