"""The strongest ways by which risk comes to a firm (G11), and the share of it that comes over each."""

from __future__ import annotations

import numpy as np

from analytics.algorithm import Part
from analytics.classes.evidence_path import Way, row_of, subject_step
from analytics.indicators.inputs import GradeInputs
from analytics.step import Step
from graph.projection import GraphProjection

SHOWN = 5


def risk_ways(inputs: GradeInputs, company: int) -> tuple[list[tuple[float, Way]], float]:
    """The ways from a company (key) to the records where its propagated risk begins, with their shares, and the rest.

    Shares are of what comes from others, as the evidence of `risk_propagation` splits it; they sum to 1 with the rest.
    """
    from analytics.algorithms.risk_propagation import RiskParameters, RiskPropagation  # with numba, a second to import

    around = inputs.around or inputs.projection
    found = RiskPropagation().compute(around, RiskParameters())
    firm = int(around.canonical[around.position(company)])
    row = int(found.rows_of("node", int(around.nodes[firm]))[0])
    own = -np.log1p(-found.columns["own"][row]) / found.columns["lambda"][row]
    of_others = [p for p in found.parts(row) if p.relationships][:SHOWN]
    shares = [float(p.amount / (1.0 - own)) for p in of_others]
    rest = 1.0 - sum(shares)
    return [(s, _way(around, p)) for s, p in zip(shares, of_others, strict=True)], rest if rest > 1e-9 else 0.0


def _way(around: GraphProjection, part: Part) -> Way:
    """A part of the evidence, gone from the firm to the record."""
    steps = []
    for (_, key), nearer in reversed(list(zip(part.relationships, part.nodes[1:], strict=True))):
        name, row = _found(around, key)
        end = around.canonical[around.types[name].end[row]]
        steps.append(Step.at(around, name, row, bool(end == around.canonical[around.position(nearer)])))
    if not part.records:
        return Way(tuple(steps))
    subject = int(around.canonical[around.position(part.nodes[0])])
    steps.append(subject_step(around, subject, around.position(part.records[0])))
    return Way(tuple(steps), record=part.records[0])


def _found(around: GraphProjection, key: int) -> tuple[str, int]:
    found = row_of(around, key)
    assert found is not None, "evidence is made of the relationships that are there"
    return found
