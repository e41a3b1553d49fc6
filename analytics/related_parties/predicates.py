"""The rules applied to ties: which two parties each of them relates, and through whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.ownership.holdings import state_bodies
from analytics.related_parties.bonds import KINDS, NOBODY, Bonds
from analytics.rules.related_parties import Period, Rule
from graph.ascending import distinct
from graph.projection import GraphProjection
from graph.runs import runs

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Rules = Sequence[tuple[Rule, Period]]


@dataclass(frozen=True)
class Asked:
    """Who is asked about, by node: pairs of which both are, or all that these have with anybody."""

    about: Bools
    both: bool

    def pairs(self, one: Int64, other: Int64) -> Bools:
        """Which pairs are asked about."""
        return self.about[one] & self.about[other] if self.both else self.about[one] | self.about[other]


@dataclass(frozen=True)
class Found:
    """Related pairs, aligned, by (one, other, rule, via); positions of nodes.

    rule: index in the rules given. via: the party, or of `shared` rules the firm, in between; NOBODY for a direct tie.
    one_kind, other_kind: the ties (indices in KINDS); of a direct tie `one` is the party and other_kind is NOBODY.
    one_relative, other_relative: whose tie it is, if a relative's.
    """

    one: Int64
    other: Int64
    rule: Int64
    via: Int64
    one_kind: Int64
    other_kind: Int64
    one_relative: Int64
    other_relative: Int64

    def __len__(self) -> int:
        return len(self.one)

    def where(self, keep: Bools | Int64) -> Found:
        """The rows at a mask or at positions."""
        return Found(*(c[keep] for c in vars(self).values()))

    @classmethod
    def joined(cls, tables: Sequence[Found]) -> Found:
        """Several one after another."""
        none = np.zeros(0, dtype=np.int64)
        return cls(*(np.concatenate(c) for c in zip([none] * 8, *(vars(t).values() for t in tables), strict=True)))


def related(projection: GraphProjection, bonds: Bonds, rules: Rules, asked: Asked) -> Found:
    """The pairs that rules relate, of those asked about. O(n log n) in ties, and what is found."""
    classes = _classes(projection)
    tables = []
    for number, (rule, period) in enumerate(rules):
        able = bonds if rule.kin else bonds.where(bonds.relative == NOBODY)
        able = able.where(classes[rule.party][able.party])
        if period.direct:
            tables.append(_direct(able.where(able.of_kinds(period.direct)), number, asked))
        for combination in (*period.common, *period.shared):
            one, other = (able.where(able.of_kinds(kinds)) for kinds in (combination.one, combination.other))
            tables += _joined(one, other, number, asked, shared=bool(period.shared))
    return _each_once(_without_subsidiaries(Found.joined(tables), bonds), bonds, len(projection.nodes))


def _classes(projection: GraphProjection) -> dict[str, Bools]:
    """By node whether it is of a class of parties."""
    person, state = projection.label_is("Person"), state_bodies(projection)
    firm = ~person & ~state
    return {"person": person, "firm": firm, "any": ~state, "state": state, "all": np.ones(len(state), dtype=bool)}


def _direct(bonds: Bonds, rule: int, asked: Asked) -> Found:
    bonds = bonds.where(asked.pairs(bonds.party, bonds.firm))
    nobody = np.full(len(bonds), NOBODY)
    number = np.full(len(bonds), rule)
    return Found(bonds.party, bonds.firm, number, nobody, bonds.kind, nobody, bonds.relative, nobody)


def _joined(one: Bonds, other: Bonds, rule: int, asked: Asked, *, shared: bool) -> list[Found]:
    """Pairs of ties that meet at a party (or, shared, at a firm): those of the asked, before any are joined."""
    far = "party" if shared else "firm"
    left, right = asked.about[getattr(one, far)], asked.about[getattr(other, far)]
    if asked.both:
        return [_met(one.where(left), other.where(right), rule, shared)]
    return [_met(one.where(left), other, rule, shared), _met(one.where(~left), other.where(right), rule, shared)]


def _met(one: Bonds, other: Bonds, rule: int, shared: bool) -> Found:
    """All pairs of ties that meet, at most one of them a relative's."""
    meet, far = ("firm", "party") if shared else ("party", "firm")
    order = np.argsort(getattr(other, meet), kind="stable")
    at, of = runs(getattr(other, meet)[order], getattr(one, meet))
    left, right = one.where(of), other.where(order[at])
    a, b = getattr(left, far), getattr(right, far)
    keep = (a != b) & ((left.relative == NOBODY) | (right.relative == NOBODY))
    left, right = left.where(keep), right.where(keep)
    a, b, via = getattr(left, far), getattr(right, far), getattr(left, meet)
    turned = a > b
    ends = [(a, b), (left.kind, right.kind), (left.relative, right.relative)]
    (a, b), kinds, relatives = ((np.where(turned, y, x), np.where(turned, x, y)) for x, y in ends)
    return Found(a, b, np.full(len(a), rule), via, *kinds, *relatives)


def _without_subsidiaries(found: Found, bonds: Bonds) -> Found:
    """Without common control of a parent and what it controls itself: that is a relation of its own."""
    controls, size = KINDS.index("controls"), int(max(bonds.firm.max(initial=0), bonds.party.max(initial=0))) + 1
    held = distinct((bonds.party * size + bonds.firm)[(bonds.kind == controls) & (bonds.relative == NOBODY)])
    both = (found.one_kind == controls) & (found.other_kind == controls)
    within = np.isin(found.one * size + found.other, held) | np.isin(found.other * size + found.one, held)
    return found.where(~(both & within))


def _each_once(found: Found, bonds: Bonds, nodes: int) -> Found:
    """Each pair, rule and party in between once; of several parents one above the other the nearest."""
    controls = KINDS.index("controls")
    reach = np.bincount(bonds.party[(bonds.kind == controls) & (bonds.relative == NOBODY)], minlength=nodes + 1)
    chain = (found.one_kind == controls) & (found.other_kind == controls)
    nearest = np.where(chain, reach[found.via], 0)
    last = (found.other_kind, found.one_kind, found.via, nearest, chain)
    order = np.lexsort((*last, found.rule, found.other, found.one))
    found, chain = found.where(order), chain[order]
    same = np.ones(max(len(found) - 1, 0), dtype=bool)
    for column in (found.one, found.other, found.rule):
        same &= column[1:] == column[:-1]
    again = same & ((found.via[1:] == found.via[:-1]) | (chain[1:] & chain[:-1]))
    return found.where(~np.r_[False, again][: len(found)])
