"""No label reaches its own company, nor that of a held-out one anybody: tested with leaks planted on purpose."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.evaluation.ranking import auc
from analytics.evaluation.sme.features import features
from analytics.evaluation.sme.folder import read_folder
from analytics.evaluation.sme.labels import HIDDEN, columns, crossed
from analytics.evaluation.sme.models import BASELINES, CANDIDATES, LADDER, Sight
from analytics.evaluation.sme.network import Network
from analytics.evaluation.sme.validation import CHOSEN, cross_validated, cut_apart, predicted
from analytics.evaluation.tally import Counting
from graph.errors import UsageError
from tests.analytics.evaluation.sme.folders import COMPANY, RELATION, quick, town, write

__all__ = ["quick"]

DATA = Path(os.environ.get("CREDITGRAPH_SME_SAMPLE", Path(__file__).parents[5] / "shared/data/sme_bankruptcy_train"))


def area(label: np.ndarray, score: np.ndarray) -> float:
    return float(auc(Counting(label, score).tally()))


def loops(folder: Path, label: np.ndarray) -> Network:
    """Rings of three firms that share persons two by two: whatever a firm tells its neighbours comes back to it."""
    firms = [(f"C{i}", "I", "A", 1, 1, v) for i, v in enumerate(label)]
    ties = []
    for i in range(len(label)):
        ring, place = divmod(i, 3)
        ties += [(f"C{i}", f"P{3 * ring + p}", "MANAGED_BY") for p in (place, (place + 1) % 3)]
    write(folder, "companies.csv", COMPANY, firms)
    write(folder, "relations.csv", RELATION, ties)
    return Network.of(read_folder(folder))


def test_a_planted_leak_is_seen_and_cross_fitting_has_none(tmp_path: Path) -> None:
    """Labels by chance, on loops: told by all labels a firm's columns give its own away; told by other folds, not."""
    label = np.random.default_rng(0).integers(0, 2, 600)
    network = loops(tmp_path / "f", label)
    everyone = np.arange(len(label))
    names, leaky = columns(network, label)
    spread = names.index("spread")
    assert area(label, leaky[:, spread]) > 0.9, "the leak that the others must not have"
    _, told = crossed(network, label, everyone, 0)
    for column in range(told.shape[1]):
        assert abs(area(label, told[:, column]) - 0.5) < 0.1, names[column]


def test_what_is_told_by_hand(tmp_path: Path) -> None:
    """C0 of a ring with a bankrupt C1 and a sound C2: (1 + 3 x mean) / (2 + 3), the mean of the labels seen 1/2."""
    network = loops(tmp_path / "f", np.array([1, 1, 0]))
    names, told = columns(network, np.array([HIDDEN, 1, 0]))
    assert told[0, names.index("near, share")] == pytest.approx((1 + 3 * 0.5) / 5)
    assert told[0, names.index("near, known")] == 2
    assert told[0, names.index("risk from bankrupt")] == pytest.approx(told[0, names.index("risk from sound")])
    assert told[0, names.index("risk from bankrupt")] > 0


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_labels_outside_training_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, 90)
    train = np.sort(rng.permutation(90)[:60])
    other = label.copy()
    held = np.setdiff1d(np.arange(90), train)
    other[held] = 1 - other[held]
    network = loops(Path("f"), label)
    found = features(network)
    one, two = (Sight(network, found, x, train, 0) for x in (label, other))
    assert np.array_equal(one.told, two.told) and np.array_equal(one.known, two.known)


def test_the_same_seed_gives_the_same_chances(tmp_path: Path, quick: None) -> None:
    label = np.random.default_rng(1).integers(0, 2, 200).tolist()
    folder = read_folder(town(tmp_path / "f", label))
    one, two = cross_validated(folder, 3), cross_validated(folder, 3)
    assert one.choices == two.choices and len(one.choices) == 5 and set(one.choices) <= set(CANDIDATES)
    assert set(one.chances) == {CHOSEN, *BASELINES, *LADDER}
    assert all(np.array_equal(one.chances[n], two.chances[n]) for n in one.chances)
    assert area(np.array(label), one.chances[CHOSEN]) > 0.7, "the town's bankrupt do differ"


def test_noise_is_told_as_noise(tmp_path: Path, quick: None) -> None:
    """Nothing separates the labels: choosing among candidates must not look as if something did."""
    label = np.random.default_rng(2).integers(0, 2, 300)
    found = cross_validated(read_folder(town(tmp_path / "f", label.tolist(), noise=True)), 0)
    assert abs(area(label, found.chances[CHOSEN]) - 0.5) < 0.1


def test_labels_of_the_second_folder_are_not_read(tmp_path: Path, quick: None) -> None:
    rng = np.random.default_rng(4)
    train = read_folder(town(tmp_path / "train", rng.integers(0, 2, 160).tolist()))
    label = rng.integers(0, 2, 60)
    one = predicted(train, read_folder(town(tmp_path / "a", label.tolist(), 5, first=1000)), 0)
    (tmp_path / "b").mkdir()
    for name in ("relations.csv", "lawsuits.csv"):
        (tmp_path / "b" / name).write_bytes((tmp_path / "a" / name).read_bytes())
    text = (tmp_path / "a" / "companies.csv").read_text("utf-8")
    (tmp_path / "b" / "companies.csv").write_text("\n".join(x.rpartition(",")[0] for x in text.splitlines()), "utf-8")
    two = predicted(train, read_folder(tmp_path / "b"), 0)
    assert one.choices == two.choices and np.array_equal(one.chances[CHOSEN], two.chances[CHOSEN])
    assert one.rows.tolist() == list(range(60))


def test_folds_that_are_cut_apart_are_told_by_labels_of_the_rest(tmp_path: Path, quick: None) -> None:
    label = np.random.default_rng(1).integers(0, 2, 200)
    folder = read_folder(town(tmp_path / "f", label.tolist()))
    found = cut_apart(folder, 3)
    assert found.rows.tolist() == list(range(200)) and len(found.choices) == 5
    assert area(label, found.chances[CHOSEN]) > 0.7


def test_companies_of_both_folders_are_left_out(tmp_path: Path, quick: None) -> None:
    label = np.random.default_rng(4).integers(0, 2, 160).tolist()
    train = read_folder(town(tmp_path / "train", label))
    with pytest.raises(UsageError, match="every company"):
        predicted(train, train, 0)


def test_too_few_of_a_label_are_refused(tmp_path: Path) -> None:
    folder = read_folder(town(tmp_path / "f", [1] * 100 + [0] * 29))
    with pytest.raises(UsageError, match="100 companies are labelled bankrupt and 29 not"):
        cross_validated(folder, 0)
    nobody = read_folder(town(tmp_path / "g", [""] * 50))
    with pytest.raises(UsageError, match="0 companies are labelled bankrupt and 0 not"):
        cross_validated(nobody, 0)


@pytest.mark.skipif(not DATA.exists(), reason="the sample is not part of the project (no licence)")
def test_the_graph_adds_to_the_baseline_on_the_real_sample(quick: None) -> None:
    """With a few trees only; docs/evaluation.md has the figures of whole learners."""
    folder = read_folder(DATA)
    assert (len(folder.companies), len(folder.relations), len(folder.lawsuits)) == (2765, 8970, 10369)
    found = cross_validated(folder, 0)
    label = folder.label[found.rows]
    assert area(label, found.chances[CHOSEN]) > area(label, found.chances["forest on degrees"]) + 0.03
