"""Own risk: what a party's usable records say of it, each weighed by its kind and halved with its age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.arrays.coded import weights
from analytics.risk.conduction import probabilities, value_of
from analytics.rules.transmission import RecordRisk, TransmissionPack
from graph.ascending import places
from graph.projection import GraphProjection, Records
from graph.runs import begins
from graph.schema import SCHEMA
from graph.time import FOREVER, add_months_array, completed_months

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OWN = "own_risk"  # column of nodes that takes the place of what their records say


@dataclass(frozen=True)
class Evidence:
    """Adverse records by subject, in order of (subject, record), each once: its risk today, and when that turns."""

    subject: Int64
    record: Int64  # node positions
    risk: Floats
    turn: Int64  # the first day on which the risk is another with no new data

    def own_risk(self, n: int, cap: float) -> tuple[Floats, Int64]:
        """1 - prod (1 - risk), at most `cap`, and the first turn, of subjects 0 to n - 1."""
        free, turn = np.ones(n), np.full(n, FOREVER)
        np.multiply.at(free, self.subject, 1.0 - self.risk)
        np.minimum.at(turn, self.subject, self.turn)
        return np.minimum(1.0 - free, cap), turn


_NONE = np.zeros(0, np.int64)
NO_EVIDENCE = Evidence(_NONE, _NONE, np.zeros(0), _NONE)


def evidence(projection: GraphProjection, pack: TransmissionPack, day: int, ties: Int64, subject: Int64) -> Evidence:
    """The adverse records at rows `ties` of SUBJECT_OF, which belong to `subject` (any numbering from 0).

    Age counts in completed calendar months from the record's own date, so that a day changes only those whose month
    or period turns. O(n log n) in ties.
    """
    rel = projection.types["SUBJECT_OF"]
    node = rel.end[ties]
    label = projection.label[node]
    found: list[tuple[Int64, Int64, Floats, Int64]] = []
    for name, rule in pack.own_risk.items():
        records = projection.records.get(name)
        mine = np.flatnonzero(label == projection.labels.index(name))
        if records is None or not len(mine):
            continue
        at = places(records.node, node[mine])
        risk, turn = _weighed(records, at, name, rule, day)
        adverse = risk > 0
        found.append((subject[mine][adverse], node[mine][adverse], risk[adverse], turn[adverse]))
    if not found:
        return NO_EVIDENCE
    of, record, risk, turn = (np.concatenate(c) for c in zip(*found, strict=True))
    order = np.lexsort((record, of))
    of, record = of[order], record[order]
    once = begins(of, record)
    return Evidence(of[once], record[once], risk[order][once], turn[order][once])


def _weighed(records: Records, at: Int64, label: str, rule: RecordRisk, day: int) -> tuple[Floats, Int64]:
    """Risk and next turn of records of one label."""
    columns = records.columns
    risk = weights(columns[rule.by][at], rule.weights, rule.weight) if rule.by else np.full(len(at), rule.weight)
    for name, values in rule.where.items():
        allowed = set(values)
        risk *= np.array([v in allowed for v in columns[name][at].tolist()], dtype=float)
    turn = records.until[at]
    if rule.half_life:
        dated = columns[SCHEMA.labels[label].dated or ""][at]
        age = completed_months(dated, day)
        risk *= np.exp2(-age / rule.half_life)
        turn = np.minimum(turn, add_months_array(dated, age + 1))
    return risk, turn


def own_of_all(
    projection: GraphProjection, pack: TransmissionPack, day: int | None, number: Int64, n: int
) -> tuple[Floats, Int64]:
    """Own risk and its next turn of parties 0 to n - 1; number: of each node its party, or -1."""
    own, turn = NO_EVIDENCE.own_risk(n, pack.own_cap)
    if day is not None and "SUBJECT_OF" in projection.types:
        subject = number[projection.types["SUBJECT_OF"].start]
        ties = np.flatnonzero(subject >= 0)
        own, turn = evidence(projection, pack, day, ties, subject[ties]).own_risk(n, pack.own_cap)
    stated = np.full(n, np.nan)
    for label, columns in projection.states.items():
        if OWN in columns:
            node = np.asarray(columns["node"])
            party, node = number[node][number[node] >= 0], node[number[node] >= 0]
            np.fmax.at(stated, party, given(projection, label, node))
    return np.where(np.isnan(stated), own, stated), np.where(np.isnan(stated), turn, FOREVER)


def given(projection: GraphProjection, label: str, node: Int64) -> Floats:
    """The own risk that nodes of a label state themselves, NaN for none."""
    return probabilities(value_of(projection, label, OWN, node, None), OWN)
