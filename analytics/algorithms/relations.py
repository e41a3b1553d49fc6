"""How a few parties are related: the strongest paths between two, a light tree that joins several."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from analytics.algorithm import Algorithm, Column, Notice, Parameters, Part, Result, timed
from analytics.paths.network import COST_SHIFT, NANO, Bools, Network, network
from analytics.paths.pathfinding import Corridor, corridor, loopless, weights_to
from analytics.paths.steiner import joined
from graph.errors import UsageError
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.time import NO_DATE


class Related(Parameters):
    """Parameters of `relations`."""

    parties: tuple[int | str, ...] = Field((), max_length=6, description="2 to 6 nodes: their keys, or their ids")
    hops: int = Field(6, ge=1, le=8, description="most steps from party to party")
    paths: int = Field(5, ge=1, le=100, description="how many paths between two parties")
    types: tuple[str, ...] = Field((), description="relationship types to follow; none: all but common records")
    records: bool = Field(False, description="follow records that name several parties as well")
    held_on: dt.date | None = Field(None, description="only relationships that held on this day")
    min_share: float = Field(0.0, ge=0, le=1, description="least share of a holding, a fraction; unknown ones fall out")
    budget: int = Field(5_000_000, ge=0, description="relationship ends that may be looked at")


@dataclass(frozen=True)
class Answer(Result):
    """A result that says how far it looked.

    explored_count: relationship ends looked at. partial_results: the budget ended the search, so that what is not
    here may yet exist; otherwise no path means that there is none.
    """

    explored_count: int = 0
    partial_results: bool = False


@dataclass(frozen=True)
class _Tie:
    """One relationship as a path crosses it; cost in nats."""

    type: str
    key: int
    forward: bool
    cost: float
    share: float
    unsound: bool
    valid_from: int
    valid_to: int


@dataclass(frozen=True)
class _Step:
    """One step of a path between two positions: every relationship of theirs, the strongest first."""

    path: int
    step: int
    start: int
    end: int
    ties: list[_Tie]
    hub_cost: float

    @property
    def cost(self) -> float:
        """What the step costs, its end's toll included."""
        return self.ties[0].cost + self.hub_cost


@dataclass(frozen=True)
class _Found:
    """Paths as positions, and how far the search went."""

    paths: list[list[int]]
    explored: int
    cut: bool
    repaired: bool = False


class Relations(Algorithm[Related]):
    """Find relations among 2 to 6 parties.

    Definition: the network holds canonical parties, addresses and contacts (and records, on request), tied by
    holdings, legal representatives, posts, executive partners, control, concert, boards, branches, guarantees,
    addresses, contacts and agents, followed in either direction. A relationship of strength w costs -ln w; a node in
    between of more than 20 distinct neighbours costs ln(1 + log2(neighbours / 20)) more; hosted and cluster
    addresses, agents and State bodies count as having at least as many neighbours as the pack says. A path is as
    strong as exp(-cost): the product of its strengths, divided at hubs. Two parties: the strongest loopless paths,
    different by their nodes, of at most `hops` steps. More: a light tree that joins them (Steiner), of at most
    `hops` steps from a party to the next; every end of it is a party. Where that tree breaks the limit, the best
    paths within it stand in its place, and the warning hop_limit_repaired says so.

    Order: by strength, fewer hops, freshness (the sum of the days since each relationship began, unknown counting as
    359 years), then the nodes' keys. Costs are sums of integers (nano-nats), so ties are exact.

    Units: cost in nats, strength in (0, 1], shares as fractions, dates as day numbers. `strength` is the whole path's.
    A step shows its strongest relationship; `parts` gives all that join the two nodes, and the costs, which add up to
    the path's. `forward`: whether the relationship runs from `from` to `to`.

    Answers: explored_count counts relationship ends looked at. Warnings: no_path (these parties are not joined with
    the first, and the search was complete; detail: the hops), cut_short (the budget ended it; detail: ends looked
    at), one_party (several given ids are one party), hop_limit_repaired (detail: the hops), share_out_of_range (a path
    stands on a holding of less than 0 or more than 1).

    Complexity: O(entries of the balls of half the hops around the parties), then of the nodes on walks within
    the limit; memory is that of what was touched. The network is built once for a projection, O(m log m).

    Source: Yen (1971), Lawler (1972) over a bidirectional search; Mehlhorn (1988); docs/algorithms.md, section 4;
    strengths from the dated pack analytics/rules/strengths.yaml, all of them expert guesses.

    Limits: a relation is a lead, never guilt, and being connected through an address or agent that many share says
    little. Links of probably the same person (below .95) are not followed. Former relationships are followed in a
    projection that was built with them, at the pack's factor. The tree is an approximation.
    """

    name = "relations"
    zh = "关联关系"
    parameters = Related

    def compute(self, projection: GraphProjection, params: Related, progress: Reporter = Silent()) -> Answer:  # noqa: ARG002, B008
        """One row a step, ordered by path and step."""
        timings: dict[str, float] = {}
        with timed(timings, "network"):
            whole = network(projection)
        parties = parties_of(projection, params.parties)
        admitted = whole.admitted(params.types, records=params.records, day=params.held_on, least=params.min_share)
        with timed(timings, "search"):
            found = _search(whole, parties, admitted, params)
        steps = [
            step
            for number, path in enumerate(found.paths, 1)
            for step in _steps(projection, whole, admitted, number, path, parties)
        ]
        return Answer(
            self.name,
            params,
            _columns(projection, steps),
            ("from", "to"),
            lambda row: _parts(projection, [s for s in steps if s.path == steps[row].path]),
            tuple(_notices(projection, params, parties, found, steps)),
            timings=timings,
            explored_count=found.explored,
            partial_results=found.cut,
        )


def parties_of(projection: GraphProjection, given: Sequence[int | str]) -> list[int]:
    """Positions of the canonical nodes of given parties, each once, in the order given.

    UsageError for a party that is not in the projection, and for a single one.
    """
    if len(given) == 1:
        raise UsageError(
            "a relation takes at least two parties", "Give from 2 to 6.", "关联查询至少需要两个主体。请填 2 至 6 个。"
        )
    return list(dict.fromkeys(int(projection.canonical[position_of(projection, party)]) for party in given))


def position_of(projection: GraphProjection, party: int | str) -> int:
    """Position of a node by its id in the tables it came from, or by its key; UsageError where there is none."""
    if isinstance(party, str) and projection.ids is not None and len(at := np.flatnonzero(projection.ids == party)):
        return int(at[0])
    try:
        return projection.position(int(party))
    except (KeyError, ValueError, OverflowError):
        raise UsageError(
            f"{party!r} is not in the graph",
            "Give a node that exists on that day.",
            f"{party!r} 不在图中。请填当日存在的主体。",
        ) from None


def _search(whole: Network, parties: list[int], admitted: Bools, params: Related) -> _Found:
    if len(parties) < 2:
        return _Found([], 0, cut=False)
    if not params.budget:
        return _Found([], 0, cut=True)
    among = corridor(whole, np.array(parties, dtype=np.int64), params.hops, params.budget, admitted)
    if len(parties) == 2:
        return _strongest(among, params)
    tree = joined(among, params.hops)
    paths = [among.nodes[list(path)].tolist() for path in tree.paths]
    return _Found(paths, among.explored, among.cut, tree.repaired)


def _strongest(among: Corridor, params: Related) -> _Found:
    source, target = among.parties.tolist()
    left = weights_to(among.graph, target, params.hops)
    found = loopless(among.graph, left, source, target, params.paths, params.budget - among.explored)
    paths = [among.nodes[path[path >= 0]].tolist() for path in found.paths]
    return _Found(paths, among.explored + int(found.explored), among.cut or bool(found.cut))


def _steps(
    projection: GraphProjection, whole: Network, admitted: Bools, number: int, path: list[int], parties: list[int]
) -> list[_Step]:
    out = []
    for place, (u, v) in enumerate(zip(path, path[1:], strict=False), 1):
        ties = [_tie(projection, whole, u, i) for i in whole.between(admitted, u, v).tolist()]
        toll = 0 if v in parties else int(whole.at.toll[v])
        out.append(_Step(number, place, u, v, ties, (toll >> COST_SHIFT) / NANO))
    return out


def _tie(projection: GraphProjection, whole: Network, start: int, entry: int) -> _Tie:
    edge = int(whole.at.edge[entry])
    name, at = whole.relationship(edge)
    rel = projection.types[name]
    since, until = (int(rel.columns[n][at]) if n in rel.columns else NO_DATE for n in ("valid_from", "valid_to"))
    return _Tie(
        name,
        int(rel.key[at]),
        bool(projection.canonical[rel.start[at]] == start),
        (int(whole.at.weight[entry]) >> COST_SHIFT) / NANO,
        float(whole.at.share[edge]),
        bool(whole.unsound[edge]),
        since,
        until,
    )


def _columns(projection: GraphProjection, steps: list[_Step]) -> dict[str, Column]:
    total: dict[int, float] = {}
    for s in steps:
        total[s.path] = total.get(s.path, 0.0) + s.cost
    first = [s.ties[0] for s in steps]
    return {
        "path": np.array([s.path for s in steps], dtype=np.int64),
        "step": np.array([s.step for s in steps], dtype=np.int64),
        "from": projection.nodes[np.array([s.start for s in steps], dtype=np.int64)],
        "to": projection.nodes[np.array([s.end for s in steps], dtype=np.int64)],
        "type": np.array([t.type for t in first], dtype=object),
        "key": np.array([t.key for t in first], dtype=np.int64),
        "forward": np.array([t.forward for t in first], dtype=np.bool_),
        "share": np.array([t.share for t in first], dtype=np.float64),
        "cost": np.array([t.cost for t in first], dtype=np.float64),
        "hub_cost": np.array([s.hub_cost for s in steps], dtype=np.float64),
        "strength": np.exp([-total[s.path] for s in steps], dtype=np.float64),
        "valid_from": np.array([t.valid_from for t in first], dtype=np.int64),
        "valid_to": np.array([t.valid_to for t in first], dtype=np.int64),
    }


def _parts(projection: GraphProjection, steps: list[_Step]) -> list[Part]:
    """Of a path: each step with all its relationships, and each hub with its toll; amounts add up to its cost."""
    out = []
    for s in steps:
        ends = int(projection.nodes[s.start]), int(projection.nodes[s.end])
        is_record = projection.labels[projection.label[s.end]] in projection.records
        out.append(Part(s.ties[0].cost, ends, tuple((t.type, t.key) for t in s.ties), (ends[1],) if is_record else ()))
        if s.hub_cost:
            out.append(Part(s.hub_cost, ends[1:], note="hub"))
    return out


def _notices(
    projection: GraphProjection, params: Related, parties: list[int], found: _Found, steps: list[_Step]
) -> list[Notice]:
    def keys(positions: Sequence[int]) -> tuple[int, ...]:
        return tuple(int(k) for k in projection.nodes[list(positions)])

    out = []
    if len(parties) < len(params.parties):
        out.append(Notice("one_party", keys(parties)))
    if found.cut:
        out.append(Notice("cut_short", detail=str(found.explored)))
    elif apart := _apart(parties, found.paths):
        out.append(Notice("no_path", keys(apart), str(params.hops)))
    if found.repaired:
        out.append(Notice("hop_limit_repaired", detail=str(params.hops)))
    if unsound := sorted({x for s in steps if s.ties[0].unsound for x in (s.start, s.end)}):
        out.append(Notice("share_out_of_range", keys(unsound)))
    return out


def _apart(parties: list[int], paths: list[list[int]]) -> list[int]:
    """Parties that the paths do not join with the first."""
    if len(parties) < 2:
        return []
    with_first, grown = {parties[0]}, True
    while grown:
        more = {x for path in paths if with_first & set(path) for x in path} - with_first
        with_first, grown = with_first | more, bool(more)
    return [p for p in parties if p not in with_first]
