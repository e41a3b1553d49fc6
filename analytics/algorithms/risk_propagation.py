"""Risk propagation: what reaches a party from the records of others, and from exactly which."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from analytics.algorithm import Algorithm, Notice, Parameters, Result, Update, timed
from analytics.arrays.patched import Patched
from analytics.risk.cavity import propagate, rows
from analytics.risk.conduction import NO_PAIRS, Parties, Wiring, insulated, types_that_conduct
from analytics.risk.evidence_tree import evidence_tree
from analytics.risk.following import followed
from analytics.risk.own_risk import own_of_all
from analytics.risk.state import State, caps, day_of, pack_of
from graph.changes import ChangeSet
from graph.fault import Fault
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class RiskParameters(Parameters):
    """What can be chosen; everything else stands in the dated pack rules/transmission.yaml."""

    rounds: int | None = Field(
        default=None,
        ge=1,
        le=8,
        description="relationships that risk may pass, by default as many as the pack says (3)",
    )
    baseline: tuple[float, ...] = Field(
        default=(), description="risks of a stored baseline run, ascending, that percentiles are told against"
    )
    least_share: float = Field(
        default=0.01, gt=0, le=1, description="smallest share of the evidence that is told apart"
    )

    @field_validator("baseline")
    @classmethod
    def _ascending(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(a > b for a, b in zip(value, value[1:], strict=False)):
            raise Fault("they do not ascend", "Give them in ascending order.", "未按升序排列。请按升序填写。")
        return value


class RiskPropagation(Algorithm[RiskParameters]):
    """Risk that reaches a party through its relationships, with the exact split of its evidence.

    **Definition.** Own risk s of usable records, capped at .95, and messages between parties u and v that are related:

        s_v = 1 - prod_k (1 - w_k 2^(-age_k / T_k))            age in completed calendar months
        m[u->v](0)   = s_u
        m[u->v](t+1) = 1 - (1 - s_u) prod_{w in N-(u), w != v} (1 - p_wu m[w->u](t))
        R_v          = 1 - (1 - s_v) prod_{u in N-(v)} (1 - p_uv m[u->v](L - 1)),      L = 3

    N-(u) are those whose risk may pass to u, p the chance that it does. What v told u never comes back to v (no echo).
    Of several relationships between the same two the strongest counts, each way. Each group of relationships
    (ownership, people, guarantees, contacts, addresses) gives a party at most the pack's cap of lambda = -ln(1 - p),
    all its terms scaled alike.

    **Columns.** node; risk R; own s; percentile, the percent of the baseline's risks that lie below R (NaN without
    one); lambda = -ln(1 - R). Chances, without a unit. `parts` splits lambda over the records that made it, each with
    the way it came: a neighbour's share is its term -ln(1 - p m) over lambda, split on by the same rule. Shares sum
    to 1; what is under 1 % is one part "other".

    **Persons, addresses, telephones.** Firms of one officer are joined through the person, who has risk of his own
    (a dishonest debtor), and not pair by pair; firms of one address or telephone through that node, which has no risk
    and no row: a hub of a million firms costs a million arcs, and gives each firm at most its p however many of the
    others are bad. Each such node counts as a relationship of the way.

    **Complexity.** O(L (nodes + relationships)) after building the arcs, O(m log m). An update recomputes what lies
    within L relationships of a change; another day weighs all records again. A party that comes or goes, or becomes
    one with another, or begins or ceases to conduct is followed by a full run.

    **Source.** Karrer and Newman 2010, Lokhov et al. 2014: message passing for the independent cascade; exact on
    trees, an upper bound on the cascade's chance elsewhere (without caps). Weights: rules/transmission.yaml.

    **Limits.** Every weight and chance is an expert's guess until a locality estimates its own. A lead, never a
    finding: risk by association is not the party's conduct. State bodies, banks, hosted addresses and agents do not
    conduct. A guarantee is weighed against net assets by the last annual report, else registered capital (the part
    says so), taken as CNY. A node column `own_risk` takes the place of records, a relationship column `transmission`
    (from start to end only, in no group) that of the pack's chance.
    """

    name = "risk_propagation"
    zh = "风险传导"
    parameters = RiskParameters
    follows = Update.EXACT

    def compute(
        self,
        projection: GraphProjection,
        params: RiskParameters,
        progress: Reporter = Silent(),  # noqa: B008
    ) -> Result:
        """The risks of every party; UsageError for a given chance outside 0 to 1."""
        taken: dict[str, float] = {}
        day = day_of(projection)
        pack = pack_of(day)
        rounds = params.rounds or pack.rounds
        progress.advance(0, 3)
        with timed(taken, "arcs"):
            parties, number = Parties.all(projection, pack)
            n = len(parties.keys)
            blocked, agent, conducts = insulated(projection, pack, parties, number)
            wiring = Wiring(projection, pack, parties, conducts, lambda position: number[position])
            pairs, faults = wiring.pairs(
                {name: np.arange(len(projection.types[name])) for name in types_that_conduct(projection, pack)}
            )
            ends = (pairs.key // max(n, 1), pairs.key % max(n, 1))
            indptr, other, into, twin, group = rows(n, *ends, pairs.up, pairs.down, pairs.up_group, pairs.down_group)
        progress.advance(1, 3)
        with timed(taken, "own"):
            own, turn = own_of_all(projection, pack, day, number, n)
        progress.advance(2, 3)
        through = np.empty((rounds, n))
        floors = np.exp(-caps(pack))
        with timed(taken, "rounds"):
            of_round, at, value = propagate(indptr, into, twin, group, own, floors, through)
        held = tuple((at[of_round == t], value[of_round == t]) for t in range(rounds - 1))
        state = State(
            pack, day, rounds, parties, blocked, agent, conducts, indptr, other, into, twin, group, NO_PAIRS, faults,
            Patched.of(own), Patched.of(turn), tuple(Patched.of(row) for row in through), held,
            np.flatnonzero(~parties.conductor),
        )  # fmt: skip
        progress.advance(3, 3)
        return _result(projection, state, params, _columns(state, state.shown, params), taken)

    def update(self, before: Result, projection: GraphProjection, changes: ChangeSet, params: RiskParameters) -> Result:
        """The risks after a change, from those before; bit for bit those of a full run."""
        taken: dict[str, float] = {}
        was: State | None = before.state
        now = followed(was, projection, changes, taken) if was is not None and before.params == params else None
        if now is None:
            return self.compute(projection, params)
        state, ball = now
        columns = dict(before.columns)
        if len(state.shown) != len(columns["node"]):
            return _result(projection, state, params, _columns(state, state.shown, params), taken)
        shown = ball[~state.parties.conductor[ball]]
        row = np.searchsorted(state.shown, shown)
        for name, values in _columns(state, shown, params).items() if len(row) else ():
            if not np.array_equal(columns[name][row], values, equal_nan=values.dtype.kind == "f"):
                columns[name] = columns[name].copy()
                columns[name][row] = values
        return _result(projection, state, params, columns, taken)


# --- one run ------------------------------------------------------------------------------------------


def _columns(state: State, parties: Int64, params: RiskParameters) -> dict[str, npt.NDArray[Any]]:
    own = state.own[parties]
    risk, strength = _risks(own, state.through[-1][parties])
    return {
        "node": state.parties.keys[parties],
        "risk": risk,
        "own": own,
        "percentile": _percentiles(risk, params),
        "lambda": strength,
    }


def _risks(own: Floats, free: Floats) -> tuple[Floats, Floats]:
    """Risk and lambda of parties that others have not reached with chance `free`."""
    with np.errstate(divide="ignore"):  # certain: lambda is infinite
        return own + (1.0 - own) * (1.0 - free), 0.0 - np.log1p(-own) - np.log(free)


def _percentiles(risk: Floats, params: RiskParameters) -> Floats:
    if not params.baseline:
        return np.full(len(risk), np.nan)
    return np.asarray(100.0 * np.searchsorted(np.array(params.baseline), risk, side="left") / len(params.baseline))


def _result(
    projection: GraphProjection,
    state: State,
    params: RiskParameters,
    columns: Mapping[str, npt.NDArray[Any]],
    taken: Mapping[str, float],
) -> Result:
    keys, n = state.parties.keys, len(state.parties.keys)
    notices = tuple(
        Notice(code, tuple(keys[np.unique(np.concatenate([pair // n, pair % n]))].tolist()), _DETAIL[code])
        for code, pair in sorted(state.faults.items())
        if len(pair)
    )
    return Result(
        "risk_propagation",
        params,
        columns,
        ("node",),
        partial(evidence_tree, projection, state, params.least_share),
        notices,
        timings=taken,
        state=state,
    )


_DETAIL = {
    "share_out_of_range": "shares under 0 or over 1 were taken as 0 and 1",
    "share_unknown": "holdings without a share: what weighs by the share does not conduct",
}
