"""Soft links: firms at one address, with one telephone or e-mail address, of one agent. A lead, never a relation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.indicators.parts import Inputs
from analytics.related_parties.predicates import Wanted
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


def soft_links(projection: GraphProjection, asked: Int64, rules: Sequence[SoftRule], wanted: Wanted) -> SoftLinks:
    """Soft links among the asked, or of the asked with others, as far as wanted. O(ties of what they have).

    Hosted and cluster addresses join nobody. asked: positions of nodes.
    """
    inputs = Inputs.of(projection)
    tables = [_of_rule(inputs, number, rule, asked, wanted) for number, rule in enumerate(rules)]
    none = np.zeros(0, dtype=np.int64)
    one, other, number, via, crowded = (np.concatenate(c) for c in zip((none,) * 4 + (none > 0,), *tables, strict=True))
    order = np.lexsort((via, number, other, one))
    return SoftLinks(one[order], other[order], number[order], via[order], crowded[order])


def _of_rule(inputs: Inputs, number: int, rule: SoftRule, asked: Int64, wanted: Wanted) -> Columns:
    _, party, thing = inputs.relationships(rule.type)
    keep = ~hosted(inputs)[thing]
    party, thing = party[keep], thing[keep]
    here = distinct(thing[np.isin(party, asked)])
    size = counts(inputs, party, thing)
    mine = np.isin(party, asked)
    order = np.argsort(thing, kind="stable")
    at, of = runs(thing[order], thing[mine])
    a, b, via = party[mine][of], party[order[at]], thing[mine][of]
    one, other = np.minimum(a, b), np.maximum(a, b)
    good = (one != other) & wanted(one, other)
    n = len(inputs.projection.nodes)
    size_here = max(len(here), 1)
    rows = distinct((one[good] * n + other[good]) * size_here + np.searchsorted(here, via[good]))
    pair, via = rows // size_here, here[rows % size_here]
    return pair // max(n, 1), pair % max(n, 1), np.full(len(rows), number), via, size[via] > rule.most
