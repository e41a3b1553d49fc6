"""Folders as one graph: companies, the parties around them, and who stands next to whom in which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.evaluation.sme.folder import CAPITAL, Folder
from graph.ascending import places
from graph.identity import nids
from graph.projection import GraphProjection

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Matrix = sparse.csr_array

NEXT_TO = ("direct", "shared", "near")
APART = "test:"  # before the ids of a second folder that numbers others by the same ids


@dataclass(frozen=True)
class Network:
    """Companies of all folders in one graph.

    companies, lawsuits: the tables one after another, each company once. row: by company its place in its folder.
    second: which companies only the second folder has. projection: companies and, under the label Person, every other
    party that a relation names; relationship types are those of the files. firm: by company its position. There are
    no labels in it.
    """

    companies: pd.DataFrame
    lawsuits: pd.DataFrame
    row: Int64
    second: Bools
    projection: GraphProjection
    firm: Int64

    @classmethod
    def of(cls, first: Folder, other: Folder | None = None) -> Network:
        """The graph of a folder, or of it and a second one. O(m log m) in relations.

        Ids of both mean the same parties, unless most companies that stand in both have another industry, area or
        capital there: then the second numbers its own. A company that stands in both is that of the first.
        """
        import pandas as pd

        folders = [first] if other is None else [first, _told_apart(first, other)]
        firms = pd.concat([f.companies for f in folders], ignore_index=True)
        row = np.concatenate([np.arange(len(f.companies)) for f in folders])
        second = np.repeat([False, True][: len(folders)], [len(f.companies) for f in folders])
        new = ~firms["id"].duplicated().to_numpy()
        firms = firms[new].reset_index(drop=True)
        tied = pd.concat([f.relations for f in folders], ignore_index=True).drop_duplicates(ignore_index=True)
        outside = np.setdiff1d(tied[["source", "target"]].to_numpy(dtype=str).ravel(), firms["id"].to_numpy(dtype=str))
        labels = ["Company"] * len(firms) + ["Person"] * len(outside)
        projection = GraphProjection.from_pandas(pd.DataFrame({"id": [*firms["id"], *outside], "label": labels}), tied)
        suits = [f.lawsuits[~f.lawsuits["company"].isin(set(first.companies["id"]))] for f in folders[1:]]
        lawsuits = pd.concat([first.lawsuits, *suits], ignore_index=True)
        at = places(projection.nodes, nids(firms["id"].tolist()))
        return cls(firms, lawsuits, row[new], second[new], projection, at)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Relationship types, by name."""
        return tuple(sorted(self.projection.types))

    def incidence(self, types: Sequence[str]) -> Matrix:
        """(nodes, nodes): 1 where a relationship of any of these types leads from row to column."""
        n = len(self.projection.nodes)
        out = sparse.csr_array((n, n))
        for name in types:
            indptr, end, _ = self.projection.adjacency(name)
            out = out + sparse.csr_array((np.ones(len(end)), end, indptr), shape=(n, n))
        return _ones(out)

    @cached_property
    def listed(self) -> Bools:
        """By node whether it is a company of the tables."""
        return self.projection.label_is("Company")

    @cached_property
    def channels(self) -> Mapping[str, Matrix]:
        """By name (firms, firms): which companies are next to which. Nobody is next to himself.

        `direct`: a relationship joins the two; `shared`: a party outside the tables has one with both, `by T` of type
        T with both. `near`: direct or shared.
        """
        everything = self.incidence(self.types)
        direct, shared = self._among(everything + everything.T), self._through(self.types)
        by = {f"by {name}": self._through([name]) for name in self.types}
        of_all = dict(zip(NEXT_TO, (direct, shared, _ones(direct + shared)), strict=True))
        return {name: w for name, w in by.items() if w.nnz} | of_all

    def parties(self, types: Sequence[str]) -> Matrix:
        """(firms, nodes): 1 where a company has a relationship of these types with a party outside the tables."""
        tie = self.incidence(types)
        beside = _ones(tie + tie.T)[self.firm].tocoo()
        outside = ~self.listed[beside.col]
        ends = (beside.row[outside], beside.col[outside])
        return sparse.csr_array((np.ones(int(outside.sum())), ends), shape=beside.shape)

    def _among(self, tie: Matrix) -> Matrix:
        return _apart(sparse.csr_array(tie[self.firm][:, self.firm]))

    def _through(self, types: Sequence[str]) -> Matrix:
        beside = self.parties(types)
        return _apart(sparse.csr_array(beside @ beside.T))


def _ones(matrix: Matrix) -> Matrix:
    out = sparse.csr_array(matrix)
    out.eliminate_zeros()
    out.data[:] = 1.0
    return out


def _apart(matrix: Matrix) -> Matrix:
    """Ones where two different companies are joined."""
    coo = matrix.tocoo()
    keep = (coo.row != coo.col) & (coo.data != 0)
    return sparse.csr_array((np.ones(int(keep.sum())), (coo.row[keep], coo.col[keep])), shape=matrix.shape)


def _told_apart(first: Folder, other: Folder) -> Folder:
    """The second folder, with ids of its own where it does not mean the companies of the first by them."""
    both = first.companies.merge(other.companies, on="id", suffixes=("", "_other"))
    same = [(both[c] == both[f"{c}_other"]).to_numpy() for c in ("industry", "area")]
    same += [np.isclose(both[c], both[f"{c}_other"], equal_nan=True) for c in CAPITAL]
    if not len(both) or np.logical_and.reduce(same).mean() > 0.5:
        return other
    return replace(
        other,
        companies=other.companies.assign(id=APART + other.companies["id"]),
        relations=other.relations.assign(
            source=APART + other.relations["source"], target=APART + other.relations["target"]
        ),
        lawsuits=other.lawsuits.assign(company=APART + other.lawsuits["company"]),
    )
