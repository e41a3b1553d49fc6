"""Beneficial owners as computed from what is registered: natural persons, by the tests of the rule in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result, Update, timed
from analytics.algorithms.control import Controllers, controllers, supporters
from analytics.algorithms.integrated_ownership import OwnerPairs, OwnershipParameters, all_owner_pairs
from analytics.arrays.grouping import grouped
from analytics.arrays.kernel import kernel, on_all_cores
from analytics.ownership.command import Basis, Command, command
from analytics.ownership.condensed import Solved, shares_of, solve
from analytics.ownership.holding_paths import holding_paths
from analytics.ownership.spreading import WHOLE
from analytics.updates.recomputing import recomputed
from analytics.updates.upstream import State
from graph.changes import ChangeSet
from graph.declaration import SHARE_ONE
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.time import NO_DATE

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Table = dict[str, npt.NDArray[Any]]

TESTS = ("equity", "votes", "control", "management", "exempt", "unknown")
EQUITY, VOTES, CONTROL, MANAGEMENT, EXEMPT, UNKNOWN = range(len(TESTS))
COMMITMENT_CAPITAL = 10_000_000_00  # fen
EXEMPT_CLASSES = ("individual_business", "cooperative", "branch", "representative_office")


class BeneficialOwnerParameters(Parameters):
    """The least share of equity or votes."""

    threshold: float = Field(default=0.25, gt=0, le=1, description="least share of equity, income or votes, inclusive")
    budget: int = Field(default=5_000_000, ge=0, description="most nodes followed from one company")


class BeneficialOwners(Algorithm[BeneficialOwnerParameters]):
    """Beneficial owners: the natural persons behind a company, computed from registered facts (测算，非备案).

    Definition: 受益所有人信息管理办法 (PBC and SAMR Order [2024] 3), tests in order. equity: at least 25 % of the
    equity, summed over all paths (integrated_ownership). votes: at least 25 % of the votes, those of all that the
    person controls included, though the equity is less. control: control alone or jointly (control), whatever the
    share. If no person passes one of these, management: whoever represents the company, as in charge of it. exempt:
    individual businesses, cooperatives, branches and representative offices do not file. unknown: nothing is known
    that a test could be applied to. 25 % counts; shares within 1e-9 of it are decided in fractions.

    Columns: company, person (node keys, person 0 where there is none); test: the first that fired; share, votes
    (fractions); certain: false where the share reaches the threshold only with the most that is stated; unresolved: the
    fraction of the company that leads to nobody known; commitment: the company may be exempt by a commitment (capital
    up to 10 million yuan, and all holders natural persons, nobody else in control).

    Income rights are not registered and not known here. It is computed, not filed, and says so wherever it is shown.
    Complexity: that of integrated_ownership and control. Source: shared/algorithms.md section 1, domain/2-rules B10.
    Update: exact, on the companies below a change.
    """

    name: ClassVar[str] = "beneficial_owners"
    zh: ClassVar[str] = "受益所有人（测算，非备案）"
    parameters: ClassVar[type[Parameters]] = BeneficialOwnerParameters
    follows: ClassVar[Update] = Update.EXACT
    upstream: ClassVar[bool] = True
    tie: ClassVar[tuple[str, str, str] | None] = ("COMPUTED_BENEFICIAL_OWNER_OF", "person", "company")

    def compute(
        self,
        projection: GraphProjection,
        params: BeneficialOwnerParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """One row a company and person, at least one a company; ordered by company and person."""
        timings: dict[str, float] = {}
        with timed(timings, "owners"):
            solved = solve(projection)
            by_share = OwnershipParameters.model_validate({"threshold": params.threshold, "budget": params.budget})
            pairs = all_owner_pairs(projection, solved, by_share)
        with timed(timings, "control"):
            edges, found = command(projection), controllers(projection)
        with timed(timings, "tests"):
            rows = _tested(projection, solved, edges, found, pairs, params)
            columns = _columns(projection, solved, rows, pairs, params)
        progress.advance(1, 1)
        return _result(projection, solved, edges, found, params, columns, pairs.limits, timings)

    def update(
        self, before: Result, projection: GraphProjection, changes: ChangeSet, params: BeneficialOwnerParameters
    ) -> Result:
        """The companies below the change computed again, from all that lies above them."""
        return recomputed(self, before, projection, changes, params)


@dataclass(frozen=True)
class Rows:
    """Positions, by company and person; person -1 for none. votes in 1e-10; pair: row of the owner pairs, or -1."""

    company: Int64
    person: Int64
    test: Int64
    votes: Int64
    pair: Int64


def _tested(
    projection: GraphProjection,
    solved: Solved,
    edges: Command,
    found: Controllers,
    pairs: OwnerPairs,
    params: BeneficialOwnerParameters,
) -> Rows:
    """The first test that each person passes of each company; management where nobody does."""
    n, own = len(projection.nodes), solved.own
    subject, exempt = _subjects(projection)
    joint = [(c, who) for c, members in found.joint.items() for who in members]
    joint_company, joint_party = (np.array([j[k] for j in joint], dtype=np.int64) for k in (0, 1))
    managed, manager = _managers(projection)
    by_share = grouped(own.nodes[pairs.company], n)[0]  # the pairs are in this order
    voting = edges.basis == Basis.VOTES
    by_votes, vote = grouped(edges.company[voting], n)
    by_joint, together = grouped(joint_company, n)
    by_manager, manage = grouped(managed, n)
    blocs = found.top[edges.holder[voting]][vote]
    votes = edges.votes[voting][vote]
    top = np.where(found.looped, np.arange(n), found.top)

    def rows(low: int, high: int) -> tuple[Int64, ...]:
        return _rows(
            low,
            high,
            subject,
            exempt,
            projection.label_is("Person"),
            by_share,
            own.nodes[pairs.owner],
            by_votes,
            blocs,
            votes,
            round(params.threshold * SHARE_ONE),
            top,
            by_joint,
            joint_party[together],
            by_manager,
            manager[manage],
        )

    return Rows(*(np.concatenate(c) for c in zip(*on_all_cores(rows, n), strict=True)))


@kernel
def _rows(
    begin: int,
    end: int,
    subject: Bools,
    exempt: Bools,
    person: Bools,
    by_share: Int64,
    owner: Int64,
    by_votes: Int64,
    bloc: Int64,
    votes: Int64,
    threshold: int,
    top: Int64,
    by_joint: Int64,
    joint: Int64,
    by_manager: Int64,
    manager: Int64,
) -> tuple[Int64, Int64, Int64, Int64, Int64]:
    """One company after the other, its parties gathered once each with the first test that they pass."""
    n = len(subject)
    most = end - begin + len(owner) + len(bloc) + len(joint) + len(manager)
    company, who, test = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    voted, pair = np.zeros(most, np.int64), np.full(most, -1, np.int64)
    seen, total, fired = np.full(n, -1, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    row_of = np.zeros(n, np.int64)
    parties = np.empty(n + 1, np.int64)
    count = 0
    for c in range(begin, end):
        if not subject[c]:
            continue
        if exempt[c]:
            company[count], who[count], test[count] = c, -1, EXEMPT
            count += 1
            continue
        size, passed = 0, False
        for source in range(5):
            if source == EQUITY:
                low, high = by_share[c], by_share[c + 1]
            elif source == VOTES:
                low, high = by_votes[c], by_votes[c + 1]
            elif source == CONTROL:
                low, high = by_joint[c], by_joint[c + 1] + 1  # one more for whoever controls alone
            elif source == MANAGEMENT:
                low, high = by_manager[c], by_manager[c + 1]
            else:
                continue
            if source == MANAGEMENT and passed:
                continue
            for e in range(low, high):
                if source == EQUITY:
                    party = owner[e]
                elif source == VOTES:
                    party = bloc[e]
                elif source == CONTROL:
                    party = top[c] if e == high - 1 else joint[e]
                else:
                    party = manager[e]
                if not person[party] or party == c:
                    continue
                if seen[party] != c:
                    seen[party], total[party], fired[party], row_of[party] = c, 0, UNKNOWN, -1
                    parties[size] = party
                    size += 1
                if source == EQUITY:
                    row_of[party] = e
                if source == VOTES:
                    total[party] += votes[e]
                    if total[party] < threshold:
                        continue
                if fired[party] == UNKNOWN:
                    fired[party] = source
                    passed = True
        start = count
        for party in np.sort(parties[:size]):
            if fired[party] != UNKNOWN:
                company[count], who[count], test[count] = c, party, fired[party]
                voted[count], pair[count] = total[party], row_of[party]
                count += 1
        if count == start:
            company[count], who[count], test[count] = c, -1, UNKNOWN
            count += 1
    return company[:count], who[:count], test[:count], voted[:count], pair[:count]


def _subjects(projection: GraphProjection) -> tuple[Bools, Bools]:
    """By node whether it is a company that stands for itself, and whether it need not file."""
    subject = projection.label_is("Company") & (projection.canonical == np.arange(len(projection.nodes)))
    exempt = np.zeros(len(projection.nodes), dtype=bool)
    companies = projection.states.get("Company", {})
    if "subject_class" in companies:
        exempt[companies["node"]] = np.isin(companies["subject_class"].astype(str), EXEMPT_CLASSES)
    return subject, exempt


def _managers(projection: GraphProjection) -> tuple[Int64, Int64]:
    """(company, person) of those who represent companies or manage partnerships."""
    rels = [projection.types[t] for t in ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_PARTNER_OF") if t in projection.types]
    none = np.zeros(0, np.int64)
    return (
        np.concatenate([none, *(projection.canonical[r.end] for r in rels)]),
        np.concatenate([none, *(projection.canonical[r.start] for r in rels)]),
    )


def _columns(
    projection: GraphProjection, solved: Solved, rows: Rows, pairs: OwnerPairs, params: BeneficialOwnerParameters
) -> Table:
    own = solved.own
    share, most = _shares(solved, rows, pairs, params)
    lost = np.ones(len(projection.nodes))  # all of a company of which no holder is known
    lost[own.nodes[own.owned]] = pairs.unresolved[own.owned]
    return {
        "company": projection.nodes[rows.company],
        "person": np.where(rows.person >= 0, projection.nodes[rows.person], 0),
        "test": np.array(TESTS, dtype=object)[rows.test],
        "share": share,
        "votes": rows.votes / SHARE_ONE,
        "certain": (rows.test != EQUITY) | (share == most) | (share >= params.threshold),
        "unresolved": lost[rows.company],
        "commitment": _may_commit(projection, solved, rows),
    }


def _shares(solved: Solved, rows: Rows, pairs: OwnerPairs, params: BeneficialOwnerParameters) -> tuple[Floats, Floats]:
    """(share, greatest share) of each row's person; those under the threshold, of who passed another test, too."""
    own, share, most = solved.own, np.zeros(len(rows.company)), np.zeros(len(rows.company))
    there = rows.pair >= 0
    share[there], most[there] = pairs.weight[rows.pair[there]] / WHOLE, pairs.most[rows.pair[there]]
    others = np.flatnonzero(~there & (rows.person >= 0))
    places = [
        np.minimum(np.searchsorted(own.nodes, c[others]), len(own.nodes) - 1) for c in (rows.company, rows.person)
    ]
    if len(own.nodes):
        known = (own.nodes[places[0]] == rows.company[others]) & (own.nodes[places[1]] == rows.person[others])
        others, company, person = others[known], places[0][known], places[1][known]
        share[others] = shares_of(own, company, person, params.budget) / WHOLE
        most[others] = share[others]
    return share, most


def _may_commit(projection: GraphProjection, solved: Solved, rows: Rows) -> Bools:
    """Whether capital and holders of each row's company are such that a commitment may exempt it."""
    small = np.zeros(len(projection.nodes), dtype=bool)
    companies = projection.states.get("Company", {})
    if "registered_capital" in companies and "currency" in companies:
        capital = companies["registered_capital"]
        little = (capital != NO_DATE) & (capital <= COMMITMENT_CAPITAL) & (companies["currency"].astype(str) == "CNY")
        small[companies["node"]] = little
    person = projection.label_is("Person")
    only_people = np.zeros(len(projection.nodes), dtype=bool)
    only_people[solved.held.company] = True
    only_people[solved.held.company[~person[solved.held.holder]]] = False
    return np.asarray((small & only_people)[rows.company] & (rows.test != CONTROL) & (rows.test != EXEMPT))


def _result(
    projection: GraphProjection,
    solved: Solved,
    edges: Command,
    found: Controllers,
    params: BeneficialOwnerParameters,
    columns: Table,
    limits: dict[str, set[int]],
    timings: dict[str, float],
) -> Result:
    notices = tuple(Notice(code, tuple(sorted(nodes))) for code, nodes in sorted(limits.items()) if nodes)

    def parts(row: int) -> list[Part]:
        if columns["person"][row] == 0:
            return []
        company, person = (projection.position(int(columns[n][row])) for n in ("company", "person"))
        if columns["test"][row] == "equity":
            return holding_paths(projection, solved, person, company)
        if columns["test"][row] == "management":
            return [_managing(projection, company, person)]
        return supporters(projection, edges, found, company, person)

    return Result(
        BeneficialOwners.name,
        params,
        columns,
        ("company", "person"),
        parts,
        solved.own.warnings + edges.warnings + notices,
        timings=timings,
        state=State(projection),
    )


def _managing(projection: GraphProjection, company: int, person: int) -> Part:
    ties = [
        (name, int(rel.key[at]))
        for name in ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_PARTNER_OF")
        if (rel := projection.types.get(name)) is not None
        for at in np.flatnonzero(
            (projection.canonical[rel.end] == company) & (projection.canonical[rel.start] == person)
        )
    ]
    return Part(1.0, (int(projection.nodes[person]), int(projection.nodes[company])), tuple(sorted(ties)))
