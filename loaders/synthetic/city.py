"""The state of the city: who is there, who owns and runs what; moved on month by month by the registrar's events."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from loaders.synthetic import addresses, rates
from loaders.synthetic.columns import Bools, Columns, Floats, Int64
from loaders.synthetic.draws import by_weight, origins
from loaders.synthetic.firms import Firms, Kind
from loaders.synthetic.people import People
from loaders.synthetic.roll import rolls
from loaders.synthetic.span import Span
from loaders.synthetic.truth import Truth
from loaders.synthetic.vocabulary import DISTRICTS, TRADES

_LONGEST_DELAY = 60
_UNTOUCHED = 60  # days for which nothing befalls a new firm


class City:
    """People, firms and holdings, and what of them still waits for delivery."""

    def __init__(self, seed: int, truth: Truth) -> None:
        self.seed, self.truth = seed, truth
        self.people, self.firms = People(seed), Firms(seed)
        self.holdings = Columns(
            firm=np.int32,
            holder=np.int32,
            kind=np.int8,  # ownership.Holder
            share=np.int16,  # hundredths of a per cent
            subscribed=np.int64,  # yuan
            paid=np.int64,
            due=np.int32,
            since=np.int32,
            until=np.int32,
        )
        self.posts = Columns(firm=np.int32, person=np.int32, post=np.int8, since=np.int32, until=np.int32)
        self.changes = Columns(firm=np.int32, item=np.int8, day=np.int32, kind=np.int8, before=np.int64, after=np.int64)
        self.touched: list[Int64] = []  # firms whose register entry is to be delivered
        self.holding_rows: list[Int64] = []  # holdings to be delivered
        self.contact_rows: list[Int64] = []  # firms whose contacts are to be delivered
        self.branch_rows: list[Int64] = []
        self.offenders: list[tuple[int, int]] = []  # firms heavily fined or revoked, with the day
        self.expected: list[tuple[int, int]] = []  # of these, who founds again, and when
        self.founders = 0  # firms that were there before the first delivery
        self.decisions = Columns(  # penalties
            firm=np.int32,
            serial=np.int32,
            day=np.int32,
            kind=np.int8,
            fine=np.int32,  # yuan
            violation=np.int8,
            agency=np.int8,
            district=np.int8,
            person=np.int32,  # against whom, or -1: against the firm
            published=np.int32,
            on_register=np.bool_,  # published by the supervisors' system, not by Credit China
            ended=np.bool_,  # repaired or withdrawn
            objection=np.int32,  # number under which an objection was received; negative once decided; 0 for none
            objected=np.int32,  # day on which it was received
        )
        self.rolls = rolls()
        self.restricted: list[Int64] = []  # firms under enforcement that are to be restricted
        self.today = 0  # the last day of the month under way
        self.agents: Int64 = np.zeros(0, dtype=np.int64)  # firms that register others, the busiest first
        self.hosted: Int64 = np.zeros(0, dtype=np.int64)  # addresses where thousands may register, the fullest first
        self.careers: Int64 = np.zeros(0, dtype=np.int64)  # people who lend their names
        self.planted_guarantees: list[tuple[Int64, Int64]] = []  # guarantors and borrowers
        self._addresses = self._telephones = 0
        self._serials: dict[str, int] = {}

    def rng(self, *stream: object) -> np.random.Generator:
        """A stream of its own for each purpose, so that one more source leaves the others as they are."""
        return np.random.default_rng([self.seed, *(zlib.crc32(str(part).encode()) for part in stream)])

    def serials(self, kind: str, count: int) -> Int64:
        """Numbers of documents, never given before."""
        first = self._serials.get(kind, 0) + 1
        self._serials[kind] = first + count - 1
        return np.arange(first, first + count)

    def districts(self, at: Int64) -> Int64:
        """The district of each firm's domicile, as a position in DISTRICTS."""
        return addresses.district(self.firms["address"][at])

    def new_addresses(self, rng: np.random.Generator, count: int, district: Any = None) -> Int64:
        """Addresses where nobody is."""
        if district is None:
            district = rng.choice(len(DISTRICTS), count, p=(0.4, 0.3, 0.2, 0.1))
        first, self._addresses = self._addresses, self._addresses + count
        return np.asarray(np.arange(first, self._addresses) * len(DISTRICTS) + district)

    def new_telephones(self, count: int) -> Int64:
        """Telephone numbers that nobody has."""
        first, self._telephones = self._telephones, self._telephones + count
        return np.arange(first, self._telephones)

    def existing_people(self, rng: np.random.Generator, count: int) -> Int64:
        """People who run a firm already, the likelier the more they run."""
        return self.firms["rep"][rng.integers(len(self.firms), size=count)].astype(np.int64)

    def some_people(self, rng: np.random.Generator, count: int) -> Int64:
        """New people, and now and then one who runs a firm already."""
        out = self.existing_people(rng, count)
        new = rng.random(count) < rates.FRESH_PERSON
        out[new] = self.people.add(rng, int(new.sum()))
        return out

    def hits(self, rng: np.random.Generator, rate: Floats, months: int, least: int = 0) -> Int64:
        """Firms by the rate of each a month, as often as events befall them in `months`; at least so many events."""
        expected = float(rate.sum()) * months
        count = max(int(rng.poisson(expected)), least) if expected else 0
        return by_weight(rng, rate, count) if count else np.zeros(0, dtype=np.int64)

    def rate(self, name: str, among: Bools | None = None) -> Floats:
        """The rate of a kind of record for each firm; 0 for those gone, brand-new, or not among whom it befalls."""
        rate = rates.RECORDS[name].of(self.firms["risk"])
        rate[self.firms["kind"] == Kind.INDIVIDUAL] *= rates.INDIVIDUALS
        rate[~self.firms.living() | (self.firms["established"] > self.today - _UNTOUCHED)] = 0
        if among is not None:
            rate[~among] = 0
        return rate

    def dates(self, rng: np.random.Generator, at: Int64, span: Span, source: str) -> Int64:
        """A record's day for each firm: in the last week, for some weeks earlier; never before the firm."""
        late = np.full(len(at), rates.LATE_SOURCES.get(source, rates.LATE))
        late[self.districts(at) == 3] *= rates.LATE_DISTRICT
        delay = rng.integers(0, 6, size=len(at))
        more = np.minimum(6 + rng.exponential(rates.LATE_DAYS, len(at)), _LONGEST_DELAY).astype(np.int64)
        delay = np.where(rng.random(len(at)) < late, more, delay)
        return np.minimum(np.maximum(span.end - delay, self.firms["established"][at].astype(np.int64) + 1), span.end)

    # --- founding -------------------------------------------------------------------------------------

    def found(self, rng: np.random.Generator, established: Int64, kinds: Int64) -> Int64:
        """Ordinary firms with people, not yet with holders; a branch belongs to an older company."""
        known, count = len(self.firms), len(established)
        origin = origins(rng, known, count, rates.FRESH_REPRESENTATIVE)
        fresh = origin == known + np.arange(count)
        risk = self._risks(rng, count)
        rep = np.zeros(count, dtype=np.int64)
        rep[fresh] = self.people.add(rng, int(fresh.sum()))
        rep[~fresh] = np.concatenate([self.firms["rep"].astype(np.int64), rep])[origin[~fresh]]
        follows = ~fresh & (rng.random(count) < rates.RISK_FOLLOWS)
        risk[follows] = np.concatenate([self.firms["risk"], risk])[origin[follows]]
        trade = np.where(
            rng.random(count) < rates.DRAWN.of(risk),
            rng.choice(len(TRADES), count, p=_RISKY_SHARES),
            rng.choice(len(TRADES), count, p=_TRADE_SHARES),
        )
        address = self._addresses_of(rng, known, count)
        supervised = (kinds == Kind.COMPANY) & (rng.random(count) < rates.SUPERVISED)
        at = self.firms.add(
            count,
            kind=kinds,
            area=addresses.district(address),
            trade=trade,
            address=address,
            established=established,
            approved=established,
            capital=np.where((kinds == Kind.INDIVIDUAL) | (kinds == Kind.BRANCH), 0, _capital(rng, count)),
            rep=rep,
            rep_since=established,
            supervisor=-1,
            head=-1,
            telephone=self.new_telephones(count),
            agent=self._agents_of(rng, count),
            staff=np.minimum(rng.lognormal(1.6, 1.1, count), 5_000).astype(np.int64) + 1,
            risk=risk,
        )
        self.firms["supervisor"][at[supervised]] = self.some_people(rng, int(supervised.sum()))
        self._branches(rng, at[kinds == Kind.BRANCH])
        return at

    def _risks(self, rng: np.random.Generator, count: int) -> Floats:
        tier = rng.choice(len(rates.RISKS), count, p=[share for share, _ in rates.RISKS])
        return np.choose(tier, [rng.beta(*shape, size=count) for _, shape in rates.RISKS])

    def _addresses_of(self, rng: np.random.Generator, known: int, count: int) -> Int64:
        origin = origins(rng, known, count, rates.FRESH_ADDRESS)
        fresh = origin == known + np.arange(count)
        out = np.zeros(count, dtype=np.int64)
        out[fresh] = self.new_addresses(rng, int(fresh.sum()))
        out[~fresh] = np.concatenate([self.firms["address"], out])[origin[~fresh]]
        hosted = rng.random(count) < rates.HOSTED
        weights = 1.0 / (np.arange(len(self.hosted)) + 1)
        out[hosted] = self.hosted[rng.permutation(by_weight(rng, weights, int(hosted.sum())))]
        return out

    def _agents_of(self, rng: np.random.Generator, count: int) -> Int64:
        """Half of the firms came through an agent; a few agents have most."""
        if not len(self.agents):
            return np.full(count, -1)
        weights = 1.0 / (np.arange(len(self.agents)) + 1)
        return np.where(rng.random(count) < 0.5, self.agents[rng.permutation(by_weight(rng, weights, count))], -1)

    def _branches(self, rng: np.random.Generator, at: Int64) -> None:
        companies = np.flatnonzero(self.firms["kind"] == Kind.COMPANY)
        older = np.searchsorted(companies, at)
        self.firms["head"][at] = companies[(rng.random(len(at)) * older).astype(np.int64)]
        self.firms["trade"][at] = self.firms["trade"][self.firms["head"][at]]


_TRADE_SHARES = np.array([t.weight for t in TRADES]) / sum(t.weight for t in TRADES)
_RISKY_SHARES = _TRADE_SHARES * [t.industry in rates.RISKY_TRADES for t in TRADES]
_RISKY_SHARES /= _RISKY_SHARES.sum()
_PROBABILITIES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
_CAPITALS = (1, 10, 50, 106, 500, 1_589, 4_000, 20_000, 200_000)  # 10,000 yuan; docs/synthetic-city.md


def _capital(rng: np.random.Generator, count: int) -> Int64:
    """Registered capital by the quantiles of a real register, most of it round."""
    capital = np.exp(np.interp(rng.random(count), _PROBABILITIES, np.log(_CAPITALS)))
    step = 10 ** np.maximum(np.floor(np.log10(capital)) - (rng.random(count) < 0.3), 0)
    return np.asarray(np.maximum(np.round(capital / step) * step, 1), dtype=np.int64)
