"""The learnt model: as scikit-learn tells it, in one direction only, kept as plain numbers."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.challenger.boosted import Boosted
from analytics.challenger.design import Design
from analytics.challenger.model import Challenger, keep, kept, trained
from analytics.evaluation.calibration import brier
from analytics.evaluation.ranking import auc
from analytics.evaluation.tally import Counting
from graph.errors import NotFound, UsageError
from graph.store import GraphStore
from graph.time import Moment

DAY = Moment.on(dt.date(2026, 1, 1))
NAMES = ("R5", "S4", "P1")


def firms(n: int, seed: int = 0) -> tuple[Design, np.ndarray]:
    """Points of two adverse indicators and a positive one; the chance grows with the first two and falls with it."""
    rng = np.random.default_rng(seed)
    values = np.round(rng.exponential(20, (n, 3)) * (rng.random((n, 3)) < 0.6), 3)
    odds = -3 + 0.05 * values[:, 0] + 0.03 * values[:, 1] - 0.04 * values[:, 2]
    label = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    made = Design(DAY, NAMES, (1, 1, -1), np.arange(n), values, values.sum(axis=1), np.full(n, "A"))
    return made, label


@pytest.fixture(scope="module")
def made() -> tuple[Challenger, Design, np.ndarray, np.ndarray]:
    design, label = firms(1500)
    challenger, unseen = trained(design, label, {"outcome": "listed"}, seed=0)
    return challenger, design, label, unseen


def test_plain_trees_tell_what_scikit_learn_tells() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    design, label = firms(800)
    learner = HistGradientBoostingClassifier(max_iter=30, random_state=0).fit(design.values, label)
    plain = Boosted.of(learner)
    other = firms(500, 9)[0].values
    assert plain.log_odds(other) == pytest.approx(learner.decision_function(other), abs=1e-12)
    again = Boosted.from_plain(json.loads(json.dumps(plain.to_plain())))
    assert np.array_equal(again.log_odds(other), plain.log_odds(other))


@given(st.lists(st.floats(0, 90), min_size=3, max_size=3), st.integers(0, 2), st.floats(0.1, 60))
def test_an_indicator_moves_the_chance_in_its_direction_only(point: list[float], which: int, more: float) -> None:
    challenger, design = _module_made()
    one, two = np.array(point), np.array(point)
    two[which] += more
    low, high = challenger.chances(replace(design, values=np.stack([one, two])))
    assert (high - low) * design.sign[which] >= 0


_MADE: list[tuple[Challenger, Design]] = []


def _module_made() -> tuple[Challenger, Design]:
    if not _MADE:
        design, label = firms(1500)
        _MADE.append((trained(design, label, {"outcome": "listed"}, seed=0)[0], design))
    return _MADE[0]


def test_chances_are_calibrated_on_firms_that_the_trees_did_not_see(
    made: tuple[Challenger, Design, np.ndarray, np.ndarray],
) -> None:
    challenger, _, label, unseen = made
    assert unseen.mean() == pytest.approx(label.mean(), abs=1e-3), "isotonic regression keeps the mean"
    new, came = firms(4000, 5)
    chance = challenger.chances(new)
    tally = Counting(came, chance).tally()
    assert float(auc(tally)) > 0.65 and float(brier(tally)) < came.mean() * (1 - came.mean())
    assert chance.mean() == pytest.approx(came.mean(), abs=0.02)


def test_the_same_seed_gives_the_same_bytes(made: tuple[Challenger, Design, np.ndarray, np.ndarray]) -> None:
    challenger, design, label, _ = made
    again = trained(design, label, {"outcome": "listed"}, seed=0)[0]
    assert again == challenger and again.run_id == challenger.run_id
    assert trained(design, label, {"outcome": "listed"}, seed=1)[0].run_id != challenger.run_id


def test_a_challenger_is_kept_and_comes_back(
    memory: GraphStore, made: tuple[Challenger, Design, np.ndarray, np.ndarray]
) -> None:
    with pytest.raises(NotFound, match="no challenger"):
        kept(memory)
    challenger, design, _, _ = made
    keep(memory, challenger)
    back = kept(memory, challenger.run_id)
    assert np.array_equal(back.chances(design), challenger.chances(design)) and kept(memory).run_id == back.run_id
    with pytest.raises(UsageError, match="other indicators"):
        back.chances(replace(design, indicators=("R5", "S4", "R9")))


def test_an_altered_model_is_refused(
    memory: GraphStore, made: tuple[Challenger, Design, np.ndarray, np.ndarray]
) -> None:
    challenger = made[0]
    altered = replace(challenger, boosted=replace(challenger.boosted, start=challenger.boosted.start + 1))
    keep(memory, altered)
    with pytest.raises(UsageError, match="not as it was made"):
        kept(memory)


def test_too_few_of_either_are_refused() -> None:
    design, label = firms(200)
    label[:] = 0
    label[:29] = 1
    with pytest.raises(UsageError, match="befell 29 of 200"):
        trained(design, label, {}, seed=0)
