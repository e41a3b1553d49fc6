"""Folders as one graph, on a graph drawn by hand.

C1 --INVESTS--> C2        P1 manages C1 and C2, P2 holds C2 and C3
C4 alone
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analytics.evaluation.sme.features import Features, features
from analytics.evaluation.sme.folder import Folder, read_folder
from analytics.evaluation.sme.network import Network
from tests.analytics.evaluation.sme.folders import COMPANY, LAWSUIT, RELATION, write

TIES = [
    ("C1", "C2", "INVESTS"), ("C1", "P1", "MANAGED_BY"), ("C2", "P1", "MANAGED_BY"), ("P2", "C2", "HOLDS"),
    ("P2", "C3", "HOLDS"), ("C2", "P2", "MANAGED_BY"),
]  # fmt: skip


def four(path: Path, **more: Sequence[tuple[object, ...]]) -> Folder:
    firms = [(f"C{i}", "批发业", "A1", 10 * i, 10 * i, i % 2) for i in (1, 2, 3, 4)]
    write(path, "companies.csv", COMPANY, more.get("firms", firms))
    write(path, "relations.csv", RELATION, more.get("ties", TIES))
    suits = [("C2", "租赁", "基层", "defendant_failed"), ("C9", "租赁", "基层", "defendant_failed")]
    write(path, "lawsuits.csv", LAWSUIT, suits)
    return read_folder(path)


def pairs(network: Network, channel: str) -> set[tuple[str, str]]:
    ids = network.companies["id"].tolist()
    return {(ids[a], ids[b]) for a, b in np.argwhere(network.channels[channel].toarray())}


def column(found: Features, name: str) -> list[float]:
    return list(found.values[:, found.names.index(name)])


def test_who_is_next_to_whom(tmp_path: Path) -> None:
    network = Network.of(four(tmp_path / "f"))
    assert pairs(network, "direct") == {("C1", "C2"), ("C2", "C1")}
    assert pairs(network, "by MANAGED_BY") == {("C1", "C2"), ("C2", "C1")}
    assert pairs(network, "by HOLDS") == {("C2", "C3"), ("C3", "C2")}
    assert pairs(network, "shared") == pairs(network, "near") == pairs(network, "by HOLDS") | pairs(network, "direct")


def test_features_counted_by_hand(tmp_path: Path) -> None:
    found = features(Network.of(four(tmp_path / "f")))
    assert column(found, "MANAGED_BY from it") == [1, 2, 0, 0]
    assert column(found, "HOLDS to it") == [0, 1, 1, 0]
    assert column(found, "parties") == [1, 2, 1, 0]
    assert column(found, "parties of several roles") == [0, 1, 0, 0]
    assert column(found, "parties with other firms") == [1, 2, 1, 0]
    assert column(found, "firms within two")[3] == 0
    assert np.expm1(column(found, "component, log")) == pytest.approx([3, 3, 3, 1])
    assert np.expm1(column(found, "all, log")) == pytest.approx([0, 1, 0, 0]), "C9 is nobody here"
    mean = column(found, "all, log, shared")
    assert mean[:3] == pytest.approx([np.log(2), 0, np.log(2)]) and np.isnan(mean[3])


def test_a_second_folder_joins_the_graph_by_its_ids(tmp_path: Path) -> None:
    first = four(tmp_path / "a")
    firms = [("C1", "批发业", "A1", 10, 10, 1), ("C7", "批发业", "A1", 1, 1, "")]
    network = Network.of(first, four(tmp_path / "b", firms=firms, ties=[("C7", "P1", "MANAGED_BY")]))
    assert network.companies["id"].tolist() == ["C1", "C2", "C3", "C4", "C7"], "C1 is that of the first"
    assert network.second.tolist() == [False] * 4 + [True] and network.row.tolist() == [0, 1, 2, 3, 1]
    assert ("C7", "C1") in pairs(network, "by MANAGED_BY")
    assert network.lawsuits["company"].tolist() == ["C2", "C9", "C9"], "what both tell of C2 counts once"


def test_ids_that_mean_others_are_told_apart(tmp_path: Path) -> None:
    """The second folder's C1 has another industry and capital: its C1 and P1 are others."""
    first = four(tmp_path / "a")
    firms = [("C1", "零售业", "A9", 77, 77, 1), ("C7", "批发业", "A1", 1, 1, "")]
    network = Network.of(first, four(tmp_path / "b", firms=firms, ties=[("C7", "P1", "MANAGED_BY")]))
    assert network.second.sum() == 2 and len(network.companies) == 6
    assert not [p for p in pairs(network, "near") if "test:C7" in p]


def test_no_lawsuits_and_no_relations_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "f"
    four(path, ties=[])
    (path / "lawsuits.csv").unlink()
    found = features(Network.of(read_folder(path)))
    assert found.values.shape[0] == 4 and set(found.groups) >= {"own", "lawsuits", "structure"}


def test_a_part_loses_its_relations_to_the_rest(tmp_path: Path) -> None:
    part = four(tmp_path / "f").part(np.array([0, 2]))
    assert part.companies["id"].tolist() == ["C1", "C3"] and part.label.tolist() == [1, 1]
    assert sorted(part.relations.itertuples(index=False, name=None)) == [
        ("C1", "P1", "MANAGED_BY"),
        ("P2", "C3", "HOLDS"),
    ]
    assert not len(part.lawsuits)
