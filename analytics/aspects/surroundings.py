"""What the class of a few firms follows from, read by index from a store: on it they have the class of a full run."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from analytics.aspects.aspects import ASPECTS, GROUP
from analytics.aspects.vicinity import Vicinity, union
from analytics.risk.conduction import insulating
from analytics.rules.transmission import TransmissionPack, transmission_on
from graph.neighbours import Neighbours
from graph.projection import GraphProjection
from graph.schema import SCHEMA
from graph.view import View

Int64 = npt.NDArray[np.int64]


def surroundings(view: View, firms: Int64, names: Collection[str] | None = None) -> GraphProjection:
    """The part of the graph that indicators of some firms (keys) follow from, all or some; propagated risk apart."""
    near = Vicinity(view)
    firms = near.now.same(firms)
    asked = [a for a in (*ASPECTS, GROUP) if names is None or not set(a.indicators).isdisjoint(names)]
    return GraphProjection.among(view, union(firms, *(aspect.around(near, firms) for aspect in asked)))


def within_reach(view: View, firms: Int64) -> GraphProjection:
    """The part of the graph from which risk can reach some firms (keys), with whoever bars its way."""
    now, pack = Neighbours(view.store, view.slice), transmission_on(view.moment.as_of)
    types = conducting(view, pack)
    seen = fresh = now.same(firms)
    for _ in range(pack.rounds):
        found = now.same(now.around(types, fresh[_conducts(view, pack, fresh)]))
        fresh = np.setdiff1d(found, seen)
        seen = np.union1d(seen, fresh)
    users = now.starts(("USES_CONTACT",), now.ends(("USES_CONTACT",), seen))
    filed = now.starts(("FILED_BY_AGENT",), np.union1d(seen, users))
    keys = union(seen, users, filed, now.ends(("SUBJECT_OF",), seen))
    return GraphProjection.among(view, keys)


def conducting(view: View, pack: TransmissionPack) -> tuple[str, ...]:
    """The types of relationships that risk may pass along, as far as a reader sees them."""
    return tuple(n for n in pack.transmission if SCHEMA.types[n].disclosure <= view.disclosure)


def _conducts(view: View, pack: TransmissionPack, keys: Int64) -> npt.NDArray[np.bool_]:
    """Which nodes may let risk pass, those that certainly bar it left out: what lies behind these does not matter."""
    graph = GraphProjection.among(view, keys, ("Company", "Organisation", "Address"))
    barred = np.zeros(len(graph.nodes), dtype=bool)
    for label, states in graph.states.items():
        node = states["node"]
        barred[node[insulating(graph, pack, label, node)]] = True
    filings = view.store.columns("FILED_BY_AGENT", ("owner", "end"), view.slice, ends=keys)
    agent, filed = np.unique(np.unique(np.stack([filings["end"], filings["owner"]]), axis=1)[0], return_counts=True)
    barred |= np.isin(graph.nodes, agent[filed >= pack.does_not_conduct.agents_from])
    return ~np.isin(keys, graph.nodes[barred])
