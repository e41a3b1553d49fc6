"""What the class of a few firms follows from, read by index from a store: on it they have the class of a full run.

Own indicators follow from a firm's records, holders, people and places, those that have ended included; crowding from
all firms of these; succession from what befell other firms of its people; ownership and control from all above; the
bad firms of a group from all under its controller; guarantee circles from all that guarantees tie together; propagated
risk from what lies within its reach.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.risk.conduction import insulating
from analytics.rules.transmission import TransmissionPack, transmission_on
from analytics.structures.succession import PEOPLE, PLACES
from analytics.updates.upstream import from_store, walked
from graph.ascending import matched
from graph.neighbours import Neighbours
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.store import Slice
from graph.view import View

Int64 = npt.NDArray[np.int64]

AT = (*PLACES.values(), "FILED_BY_AGENT")  # a firm and where it is, how it is reached, who files for it


def surroundings(view: View, firms: Int64) -> GraphProjection:
    """The part of the graph that all indicators of some firms (keys) follow from, propagated risk apart."""
    now, ever = Neighbours(view.store, view.slice), Neighbours(view.store, Slice(view.seq))
    firms = now.same(firms)
    people, places = now.same(ever.starts(PEOPLE, firms)), ever.ends(AT, firms)
    others, crowd = now.same(ever.ends(PEOPLE, people)), now.same(now.starts(AT, places))
    above = walked(view, firms, up=True)
    group = group_of(view, firms)
    guarantees = tied(now, "GUARANTEES", firms)
    parties = np.unique(np.concatenate([firms, people, others, above, group, guarantees]))
    around = now.around(("BRANCH_OF", "ACTS_IN_CONCERT_WITH"), firms)
    theirs = ever.ends(AT, others), ever.starts(PEOPLE, others)
    records = now.ends(("SUBJECT_OF",), parties)
    return _part(view, parties, places, crowd, around, *theirs, records)


def within_reach(view: View, firms: Int64) -> GraphProjection:
    """The part of the graph from which risk can reach some firms (keys), with whoever bars its way."""
    now, pack = Neighbours(view.store, view.slice), transmission_on(view.moment.as_of)
    types = tuple(n for n in pack.transmission if SCHEMA.types[n].disclosure <= view.disclosure)
    seen = fresh = now.same(firms)
    for _ in range(pack.rounds):
        found = now.same(now.around(types, fresh[_conducts(view, pack, fresh)]))
        fresh = np.setdiff1d(found, seen)
        seen = np.union1d(seen, fresh)
    users = now.starts(("USES_CONTACT",), now.ends(("USES_CONTACT",), seen))
    filed = now.starts(("FILED_BY_AGENT",), np.union1d(seen, users))
    return _part(view, seen, users, filed, now.ends(("SUBJECT_OF",), seen))


def _conducts(view: View, pack: TransmissionPack, keys: Int64) -> npt.NDArray[np.bool_]:
    """Which nodes may let risk pass, those that certainly bar it left out: what lies behind these does not matter."""
    graph = GraphProjection.among(view, keys)
    barred = np.zeros(len(graph.nodes), dtype=bool)
    for label, states in graph.states.items():
        node = states["node"]
        barred[node[insulating(graph, pack, label, node)]] = True
    filings = view.store.columns("FILED_BY_AGENT", ("owner", "end"), view.slice, ends=keys)
    agent, filed = np.unique(np.unique(np.stack([filings["end"], filings["owner"]]), axis=1)[0], return_counts=True)
    barred |= np.isin(graph.nodes, agent[filed >= pack.does_not_conduct.agents_from])
    return ~np.isin(keys, graph.nodes[barred])


def group_of(view: View, firms: Int64) -> Int64:
    """All under the controllers of some firms, and all above these; what the State controls makes no group."""
    from analytics.algorithms.control import controllers  # with numba, which takes a second to import

    above = from_store(view, firms)
    at = matched(above.nodes, firms)
    top = controllers(above, by_the_state=False).top[at[at >= 0]]
    return walked(view, walked(view, np.union1d(above.nodes[top], firms), up=False), up=True)


def tied(now: Neighbours, name: str, keys: Int64) -> Int64:
    """All that relationships of a type tie together with some nodes, whichever way they go."""
    seen = fresh = keys
    while len(fresh):
        fresh = np.setdiff1d(now.same(now.around((name,), fresh)), seen)
        seen = np.union1d(seen, fresh)
    return seen


def _part(view: View, *keys: Int64) -> GraphProjection:
    return GraphProjection.among(view, np.unique(np.concatenate(keys)))
