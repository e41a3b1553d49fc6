"""What a company's numbers are made of, in groups: its own, its relations, those next to it. No label enters here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.algorithms.degrees import Counted, Degrees
from analytics.evaluation.sme.network import Network
from graph.ascending import matched

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]


@dataclass(frozen=True)
class Features:
    """Columns of numbers by company, each in a group; NaN where there is none."""

    names: tuple[str, ...]
    groups: tuple[str, ...]  # by column
    values: Floats  # (companies, columns)

    def of(self, groups: Sequence[str]) -> Floats:
        """The columns of some groups."""
        return self.values[:, np.isin(self.groups, groups)]


def features(network: Network) -> Features:
    """All features of every company. O(relations x columns)."""
    own, lawsuits, degrees = _own(network), _lawsuits(network), _degrees(network)
    found = {
        "degree": degrees,
        "own": own,
        "lawsuits": lawsuits,
        "structure": _structure(network),
        "neighbours": dict(_neighbours(network, {**own, **lawsuits, **degrees})),
    }
    columns = [(group, name, values) for group, of in found.items() for name, values in of.items()]
    groups, names, values = zip(*columns, strict=True)
    return Features(names, groups, np.column_stack(values))


def _own(network: Network) -> Columns:
    """Size as the register tells it."""
    registered = network.companies["registered_capital_wan"].to_numpy(dtype=float)
    paid = network.companies["paid_in_capital_wan"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "registered capital, log": np.log1p(registered),
            "paid-in capital, log": np.log1p(paid),
            "paid in of registered": np.where(registered > 0, paid / registered, np.nan),
        }


def _lawsuits(network: Network) -> Columns:
    """How many, by what they were about, where and how they ended."""
    table = network.lawsuits
    where = {firm: i for i, firm in enumerate(network.companies["id"])}
    at = table["company"].map(where).fillna(-1).to_numpy(dtype=np.int64)
    table, at = table[at >= 0], at[at >= 0]
    n = len(network.companies)
    total = np.bincount(at, minlength=n).astype(float)
    out = {"all, log": np.log1p(total)}
    for column in ("cause", "court_level", "result"):
        for value in sorted(table[column].unique()):
            count = np.bincount(at[(table[column] == value).to_numpy()], minlength=n)
            out[f"{column} {value}, log"] = np.log1p(count)
            if column == "result":
                out[f"{column} {value}, share"] = np.divide(count, total, out=np.full(n, np.nan), where=total > 0)
    return out


def _degrees(network: Network) -> Columns:
    """Relationships by type and direction: the algorithm `degrees`."""
    result = Degrees().compute(network.projection, Counted(types=()))
    node = network.projection.nodes[network.firm]
    out = {}
    for name in network.types:
        rows = np.flatnonzero(result.columns["type"] == name)
        at = matched(result.columns["node"][rows], node)
        for side, column in (("from", "out_degree"), ("to", "in_degree")):
            count = np.where(at >= 0, result.columns[column][rows][at], 0).astype(float)
            if count.any():
                out[f"{name} {side} it"] = count
    return out


def _structure(network: Network) -> Columns:
    """Its place in the graph: parties and the roles they combine, companies beside it, the size of its component."""
    parties = network.parties(network.types)
    firms_of = np.asarray(parties.sum(axis=0)).ravel()
    roles = sparse.csr_array(parties.shape)
    for name in network.types:
        roles = roles + network.parties([name])
    count = np.asarray(parties.sum(axis=1)).ravel()
    several = np.asarray((roles >= 2).sum(axis=1)).ravel().astype(float)
    reach = parties.multiply(firms_of[None, :]).tocsr()
    most = np.asarray(reach.max(axis=1).todense()).ravel().astype(float)
    _, component = connected_components(network.channels["near"], directed=False)
    size = np.bincount(component)[component]
    out = {
        "parties": count,
        "parties of several roles": several,
        "share of several roles": np.divide(several, count, out=np.full(len(count), np.nan), where=count > 0),
        "parties with other firms": np.asarray((reach > 1).sum(axis=1)).ravel().astype(float),
        "firms of its busiest party": most,
        "component, log": np.log1p(size),
    }
    for name, w in network.channels.items():
        out[f"firms {name}"] = np.asarray(w.sum(axis=1)).ravel()
    near = network.channels["near"]
    out["firms within two"] = np.asarray(((near @ near) > 0).sum(axis=1)).ravel().astype(float)
    return out


def _neighbours(network: Network, values: Columns) -> Iterator[tuple[str, Floats]]:
    """Means of these values over the companies next to it, and how many are of its own industry and area."""
    known = {n: np.nan_to_num(v) for n, v in values.items()}
    for channel in ("direct", "shared"):
        w = network.channels[channel]
        count = np.asarray(w.sum(axis=1)).ravel()
        for name, value in known.items():
            yield f"{name}, {channel}", np.divide(w @ value, count, out=np.full(len(count), np.nan), where=count > 0)
        for name in ("industry", "area"):
            code = np.unique(network.companies[name].to_numpy(dtype=str), return_inverse=True)[1]
            coo = w.tocoo()
            alike = np.bincount(coo.row[code[coo.row] == code[coo.col]], minlength=len(count))
            yield f"same {name}, {channel}", np.divide(alike, count, out=np.full(len(count), np.nan), where=count > 0)
