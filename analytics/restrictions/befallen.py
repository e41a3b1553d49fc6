"""What befell people and firms: entries in lists, penalties, cancelled registrations, and revocations by status."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.aspects.reading import read_inputs
from analytics.inputs import Inputs
from analytics.rules.record_types import LICENCE_REVOKED
from graph.ascending import matched
from graph.current import precedence
from graph.projection import GraphProjection
from graph.store import GraphStore, Slice
from graph.time import FOREVER, NO_DATE

Int64 = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

TEXTS = "penalty_texts"


@dataclass(frozen=True)
class Befallen:
    """Records and what they say, aligned, as `Cases` has it. record: its node, -1 where it is the firm's status."""

    subject: Int64
    record: Int64
    type: Column
    what: Column
    text: Column
    day: Int64
    usable: Int64

    def where(self, keep: npt.NDArray[np.bool_] | Int64) -> Befallen:
        """The records at a mask or at positions."""
        return Befallen(*(c[keep] for c in vars(self).values()))

    def joined(self, *others: Befallen) -> Befallen:
        """These and others, one after another."""
        return Befallen(*(np.concatenate(c) for c in zip(*(vars(b).values() for b in (self, *others)), strict=True)))


def inputs_with_texts(store: GraphStore, projection: GraphProjection) -> Inputs:
    """What restrictions are found in: what indicators read, and the texts of penalties, which no projection holds."""
    found = read_inputs(store, projection)
    return dataclasses.replace(found, beside={**found.beside, TEXTS: _texts(store, projection)})


def _texts(store: GraphStore, projection: GraphProjection) -> dict[int, str]:
    """By node of a penalty the words of the decision, by the source that goes first."""
    columns = store.columns(
        "AdministrativePenalty", ["owner", "source", "content"], Slice(int(projection.manifest["seq"]))
    )
    place = matched(projection.nodes, columns["owner"])
    rows = zip(place.tolist(), columns["source"].tolist(), columns["content"].tolist(), strict=True)
    stated = sorted((row for row in rows if row[0] >= 0 and row[2]), key=lambda r: precedence(r[1]), reverse=True)
    return {node: text for node, _, text in stated}


def befallen(inputs: Inputs) -> Befallen:
    """Everything that may be used on the day. O(records)."""
    tables = []
    for label, dated, code in (
        ("ListEntry", "listed_on", None),
        ("AdministrativePenalty", "decided_on", "penalty"),
        ("RevokedRegistration", "decided_on", "revoked_registration"),
    ):
        ties = inputs.ties(label)
        if not len(ties):
            continue
        none = np.full(len(ties), None)
        penalty, texts = code == "penalty", inputs.beside.get(TEXTS, {})
        tables.append(
            Befallen(
                ties.node,
                ties.record,
                np.full(len(ties), code, object) if code else ties["list_type"],
                ties["kinds"] if penalty else none,
                np.array([texts.get(r) for r in ties.record.tolist()], object) if penalty else none,
                ties[dated],
                ties.until,
            )
        )
    return _of_status(inputs).joined(*tables)


def _of_status(inputs: Inputs) -> Befallen:
    """Firms that the register states as revoked, dated by its last approval."""
    status = inputs.companies.get("status", np.zeros(0, object))
    node = inputs.companies["node"][np.flatnonzero(status == "revoked")]
    none, code = np.full(len(node), None), np.full(len(node), LICENCE_REVOKED.code, object)
    day = inputs.by_node("approved_on", NO_DATE)[node]
    return Befallen(node, np.full(len(node), -1), code, none, none, day, np.full(len(node), FOREVER))
