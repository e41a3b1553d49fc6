"""Soft links: firms at one address, with one telephone or e-mail address, of one agent. A lead, never a relation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.inputs import Inputs
from analytics.related_parties.predicates import Asked
from analytics.rules.related_parties import SoftRule
from analytics.structures.crowding import counts, hosted
from graph.ascending import distinct
from graph.projection import GraphProjection
from graph.runs import runs

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = tuple[Int64, Int64, Int64, Int64, Bools]


@dataclass(frozen=True)
class SoftLinks:
    """Pairs with something in common, by (one, other, rule, via); crowded: more firms have it than `most`."""

    one: Int64
    other: Int64
    rule: Int64
    via: Int64
    crowded: Bools

    def __len__(self) -> int:
        return len(self.one)

    def where(self, keep: Bools) -> SoftLinks:
        """The links at a mask."""
        return SoftLinks(*(c[keep] for c in vars(self).values()))


def soft_links(projection: GraphProjection, rules: Sequence[SoftRule], asked: Asked) -> SoftLinks:
    """Soft links of firms, as far as they are asked about. O(n log n) in ties, and what is found.

    Hosted and cluster addresses join nobody.
    """
    inputs = Inputs.of(projection)
    tables = [_of_rule(inputs, number, rule, asked) for number, rule in enumerate(rules)]
    none = np.zeros(0, dtype=np.int64)
    one, other, number, via, crowded = (np.concatenate(c) for c in zip((none,) * 4 + (none > 0,), *tables, strict=True))
    order = np.lexsort((via, number, other, one))
    return SoftLinks(one[order], other[order], number[order], via[order], crowded[order])


def _of_rule(inputs: Inputs, number: int, rule: SoftRule, asked: Asked) -> Columns:
    _, party, thing = inputs.relationships(rule.type)
    keep = ~hosted(inputs)[thing] & ~inputs.projection.label_is("Person")[party]
    party, thing = party[keep], thing[keep]
    size, n = counts(inputs, party, thing), len(inputs.projection.nodes)
    mine = asked.about[party]
    others = mine if asked.both else np.ones(len(party), dtype=bool)
    order = np.flatnonzero(others)[np.argsort(thing[others], kind="stable")]
    at, of = runs(thing[order], thing[mine])
    one, other, via = party[mine][of], party[order[at]], thing[mine][of]
    one, other = np.minimum(one, other), np.maximum(one, other)
    apart = one != other
    here = distinct(via)
    rows = distinct((one * n + other)[apart] * max(len(here), 1) + np.searchsorted(here, via[apart]))
    pair, via = rows // max(len(here), 1), here[rows % max(len(here), 1)] if len(here) else rows
    return pair // max(n, 1), pair % max(n, 1), np.full(len(rows), number), via, size[via] > rule.most
