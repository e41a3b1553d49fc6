"""Close links: 20 per cent, accumulated over simple paths, of one in the other or of a third in both."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.arrays.splice import with_rows
from analytics.ownership.direct_shares import HOLDS, read_shares, widened
from analytics.ownership.holdings import holdings, state_bodies
from analytics.paths.accumulation import participations, strongest_paths
from analytics.paths.party_pairs import Pairs, lots
from analytics.rules.structures import completed
from graph.changes import ChangeSet
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.runs import expanded

Int64 = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]

_PATHS = 20  # that evidence names; the rest is one part
_STEPS = 20_000  # on the way to them


class CloseLinkParameters(Parameters):
    """Parameters of close links; those not given are as the pack of structures says."""

    threshold: float | None = Field(default=None, gt=0, le=1, description="least accumulated share of a link")
    budget: int | None = Field(default=None, ge=0, description="holdings followed per holder beyond its own, at most")
    largest_family: int | None = Field(
        default=None, ge=2, description="participations of a third party whose pairs are listed, at most"
    )


@dataclass(frozen=True)
class _State:
    pairs: Pairs
    cut: Columns  # holder, lost
    large: Columns  # third, companies


class CloseLinks(Algorithm[CloseLinkParameters]):
    """Close links (密切关联) between companies, by accumulated participation.

    Definition: The accumulated participation of x in y is the sum over all simple paths from x to y of the products
    of the shares along each path. x and y are closely linked when x has 20 % or more of y, or a third party has 20 %
    or more of both. This is a notion of its own: not integrated ownership (which counts walks round a cycle again),
    not control, not beneficial ownership. A company's own participation in itself is none.

    Columns: `holder` (the party with the participations), `one`, `other`, `share_one`, `share_other`: the holder's
    participations in each, as fractions. Where holder and `one` are the same the link is the participation itself and
    `share_one` is 1. Shares are least shares (`share_min`), the lots of one source added. The threshold is inclusive
    and exact: a sum within 1e-9 of it is decided again in fractions.

    Complexity: The sizes of what lies below each holder; paths are enumerated only inside strongly connected
    components, best first, within `budget` steps a holder. Then the notice `budget` says how much the paths left out
    may add at most (a bound as long as no company's shares sum to more than 1); links are only missed, never invented.

    Update: Exact: the holders upstream of a changed holding are computed again.

    Source: Guideline ECB/2014/60 (EU 2015/510), article 138; accumulated ownership over simple paths after
    Atzeni, Bellomarini, Iezzi, Sallinger and Vlad, Weaving Enterprise Knowledge Graphs (EDBT 2020).

    Limits: State bodies link nothing as third parties. The pairs of a third party with more than `largest_family`
    participations are not listed; the notice `large_family` names it. Missing shares count as none, so a link may be
    missed where they are.
    """

    name = "close_links"
    zh = "密切关联（累计持股）"
    parameters = CloseLinkParameters
    follows = Update.EXACT
    tie: ClassVar[tuple[str, str, str] | None] = ("COMPUTED_CLOSE_LINK_WITH", "one", "other")

    def compute(
        self,
        projection: GraphProjection,
        params: CloseLinkParameters,
        progress: Reporter = Silent(),  # noqa: ARG002, B008
    ) -> Result:
        """The close links of a projection."""
        params = completed(projection, self.name, params)
        timings: dict[str, float] = {}
        with timed(timings, "pairs"):
            pairs = Pairs.read(projection, HOLDS, read_shares)
        with timed(timings, "links"):
            columns, cut, large = _links(projection, pairs, pairs.starting(pairs.parties), params)
        return _result(projection, params, columns, _State(pairs, cut, large), timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: CloseLinkParameters
    ) -> Result:
        """The same after a change, from the holders upstream of it."""
        params = completed(projection, self.name, params)
        state: _State = before.state
        pairs, starts, _ = state.pairs.follow(projection, HOLDS, read_shares, widened(changes))
        stale = pairs.upstream(np.unique(starts))
        stale = np.union1d(stale, pairs.starting(changes.nodes))  # one may have become a State body
        columns, cut, large = _links(projection, pairs, stale, params)
        state = _State(pairs, with_rows(state.cut, stale, cut), with_rows(state.large, stale, large))
        return _result(projection, params, with_rows(before.columns, stale, columns), state, {})


def _links(
    projection: GraphProjection, pairs: Pairs, holders: Int64, params: CloseLinkParameters
) -> tuple[Columns, Columns, Columns]:
    """Rows of these holders, those cut and those with too many participations."""
    assert params.threshold is not None and params.budget is not None and params.largest_family is not None
    network = pairs.among(pairs.parties if len(holders) * 2 > len(pairs) else pairs.downstream(holders))
    at = np.searchsorted(network.key, pairs.starting(holders))
    at = at[np.diff(network.indptr)[at] > 0]
    found = participations(network, at, Fraction(str(params.threshold)), params.budget)
    cut = {"holder": network.key[found.cut], "lost": found.lost}
    begins = np.searchsorted(found.holder, found.holder, "left")
    count = np.searchsorted(found.holder, found.holder, "right") - begins
    number = np.bincount(found.holder, minlength=len(network.key))
    third = np.flatnonzero(number)
    companies = number[third]
    private = ~state_bodies(projection)[np.searchsorted(projection.nodes, network.key)]
    large = (companies > params.largest_family) & private[third]
    listed = private.copy()
    listed[third[large]] = False
    others = np.where(listed[found.holder], count - 1 - (np.arange(len(begins)) - begins), 0)
    one, other = np.repeat(np.arange(len(begins)), others), expanded(np.arange(len(begins)) + 1, others)
    columns = {
        "holder": np.concatenate([found.holder, found.holder[one]]),
        "one": np.concatenate([found.holder, found.company[one]]),
        "other": np.concatenate([found.company, found.company[other]]),
        "share_one": np.concatenate([np.ones(len(begins)), found.share[one]]),
        "share_other": np.concatenate([found.share, found.share[other]]),
    }
    common = np.repeat([False, True], [len(begins), len(one)])
    order = np.lexsort((columns["other"], columns["one"], common, columns["holder"]))
    rows = {n: (network.key[c[order]] if c.dtype == np.int64 else c[order]) for n, c in columns.items()}
    return rows, cut, {"holder": network.key[third[large]], "companies": companies[large]}


def _result(
    projection: GraphProjection,
    params: CloseLinkParameters,
    columns: Columns,
    state: _State,
    timings: dict[str, float],
) -> Result:
    cut, large = state.cut, state.large
    notices = [
        *holdings(projection).warnings,
        *(
            Notice("budget", (h,), f"paths cut short; those left out may add up to {lost:.6f}")
            for h, lost in zip(cut["holder"].tolist(), cut["lost"].tolist(), strict=True)
        ),
        *(
            Notice("large_family", (h,), f"{n} participations: the pairs among them are not listed")
            for h, n in zip(large["holder"].tolist(), large["companies"].tolist(), strict=True)
        ),
    ]
    return Result(
        CloseLinks.name,
        params,
        columns,
        ("holder", "one", "other"),
        lambda row: _parts(projection, state.pairs, columns, row),
        tuple(notices),
        timings=timings,
        state=state,
    )


def _parts(projection: GraphProjection, pairs: Pairs, columns: Columns, row: int) -> list[Part]:
    """The strongest paths to each company of a link; what the others add is one part."""
    holder = int(columns["holder"][row])
    network = pairs.among(pairs.downstream(np.array([holder])))
    out = []
    for name in ("one", "other"):
        company, share = int(columns[name][row]), float(columns[f"share_{name}"][row])
        if company == holder:
            continue
        start, end = (int(np.searchsorted(network.key, k)) for k in (holder, company))
        left = share
        for product, path in strongest_paths(network, start, end, most=_PATHS, budget=_STEPS):
            keys = network.key[path].tolist()
            along = [lot for a, b in zip(keys, keys[1:], strict=False) for lot in lots(projection, HOLDS, a, b)]
            out.append(Part(product, tuple(keys), tuple(along), note=name))
            left -= product
        if left > 1e-12:
            out.append(Part(left, (holder, company), note=f"{name}: other paths"))
    return out
