"""What parties have in common next to them: shareholders, officers, addresses, contacts and the like."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from analytics.algorithm import Algorithm, Notice, Parameters, Part, Result
from analytics.algorithms.relations import parties_of
from analytics.paths.network import network
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection
from graph.time import NO_DATE

# What a neighbour is to a party, by the relationship and whether it runs from the neighbour to the party.
KINDS = {
    ("HOLDS_SHARES_IN", True): "shareholder",
    ("HOLDS_SHARES_IN", False): "holding",
    ("LEGAL_REPRESENTATIVE_OF", True): "officer",
    ("HOLDS_POST_IN", True): "officer",
    ("EXECUTIVE_PARTNER_OF", True): "officer",
    ("REGISTERED_AT", False): "address",
    ("USES_CONTACT", False): "contact",
    ("FILED_BY_AGENT", False): "agent",
    ("SUBJECT_OF", False): "record",
}


class Linked(Parameters):
    """Parameters of `common_links`."""

    parties: tuple[int | str, ...] = Field((), max_length=6, description="2 to 6 nodes: their keys, or their ids")
    types: tuple[str, ...] = Field((), description="relationship types; none: all but common records")
    records: bool = Field(False, description="common records as well")
    held_on: dt.date | None = Field(None, description="only relationships that held on this day")
    min_share: float = Field(0.0, ge=0, le=1, description="least share of a holding, a fraction")


@dataclass(frozen=True)
class _Link:
    kind: str
    node: int
    party: int
    type: str
    key: int
    valid_from: int
    valid_to: int


class CommonLinks(Algorithm[Linked]):
    """Common direct links of 2 to 6 parties: who or what is tied to at least two of them.

    Definition: a row for every relationship between a party and a node that two or more of the parties are tied to in
    the same capacity: `shareholder`, `holding` (both hold it), `officer` (legal representative, post or executive
    partner), `address`, `contact`, `agent`, `record`; any other relationship stands under its own type. A person who
    holds one and manages the other is a path of `relations`, not a common link.

    Order: by kind, node, party, type and key. `parts` gives the row's relationship.

    Units: dates as day numbers. Complexity: O(ties of the parties, log m).

    Source: docs/algorithms.md, section 4.

    Limits: a shared address, contact or agent is a lead only; `degree` says how many share it in all.
    """

    name = "common_links"
    zh = "共同关联"
    parameters = Linked

    def compute(self, projection: GraphProjection, params: Linked, progress: Reporter = Silent()) -> Result:  # noqa: ARG002, B008
        """One row a relationship of a party to a common node."""
        whole, parties = network(projection), parties_of(projection, params.parties)
        admitted = whole.admitted(params.types, records=params.records, day=params.held_on, least=params.min_share)
        found: dict[tuple[str, int], list[_Link]] = {}
        for party in parties:
            low, high = whole.at.indptr[party : party + 2].tolist()
            for entry in (low + np.flatnonzero(admitted[low:high])).tolist():
                name, at = whole.relationship(int(whole.at.edge[entry]))
                rel, node = projection.types[name], int(whole.at.neighbour[entry])
                to_party = bool(projection.canonical[rel.end[at]] == party)
                kind = KINDS.get((name, to_party), name)
                since, until = (
                    int(rel.columns[n][at]) if n in rel.columns else NO_DATE for n in ("valid_from", "valid_to")
                )
                link = _Link(kind, node, party, name, int(rel.key[at]), since, until)
                found.setdefault((kind, node), []).append(link)
        common = (links for links in found.values() if len({x.party for x in links}) > 1)
        rows = sorted((x for links in common for x in links), key=lambda x: (x.kind, x.node, x.party, x.type, x.key))
        nodes = np.array([x.node for x in rows], dtype=np.int64)
        columns = {
            "kind": np.array([x.kind for x in rows], dtype=object),
            "node": projection.nodes[nodes],
            "party": projection.nodes[np.array([x.party for x in rows], dtype=np.int64)],
            "type": np.array([x.type for x in rows], dtype=object),
            "key": np.array([x.key for x in rows], dtype=np.int64),
            "degree": whole.at.degree[nodes].astype(np.int64),
            "valid_from": np.array([x.valid_from for x in rows], dtype=np.int64),
            "valid_to": np.array([x.valid_to for x in rows], dtype=np.int64),
        }

        def parts(row: int) -> list[Part]:
            ends = int(columns["node"][row]), int(columns["party"][row])
            records = ends[:1] if rows[row].kind == "record" else ()
            return [Part(1.0, ends, ((rows[row].type, rows[row].key),), records)]

        one = len(parties) < len(set(params.parties))
        same = (Notice("one_party", tuple(projection.nodes[parties].tolist())),) if one else ()
        return Result(self.name, params, columns, ("node", "party"), parts, same)
