"""Measures of a ranking: counted by hand, and equal to scikit-learn's where the notion is the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from analytics.evaluation.ranking import auc, found, lift, pr_auc, precision, recall
from analytics.evaluation.tally import Counting, Tally
from graph.errors import UsageError

#          score: .9 .8 .8 .3
HAND = ([1, 0, 1, 0], [0.9, 0.8, 0.8, 0.3])


def tally(label: list[int], score: list[float]) -> Tally:
    return Counting(label, score).tally()


def test_measures_counted_by_hand() -> None:
    """Pairs won: .9 beats both negatives, .8 ties one and beats one: 3.5 of 4. Steps: 1/1 and, for the tie, 2/3."""
    t = tally(*HAND)
    assert auc(t) == 3.5 / 4
    assert pr_auc(t) == pytest.approx((1 + 2 / 3) / 2)
    assert found(t, 2) == 1.5, "the second place goes to either of the tie"
    assert [float(m(t, 2)) for m in (precision, recall, lift)] == [0.75, 0.75, 1.5]
    assert precision(t, 100) == 0.5, "a budget beyond all cases reviews all"


def test_one_class_has_no_order() -> None:
    assert np.isnan(auc(tally([1, 1], [0.1, 0.2])))
    assert np.isnan(pr_auc(tally([0, 0], [0.1, 0.2]))) and np.isnan(lift(tally([0, 0], [0.1, 0.2]), 1))


cases = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=60)


@given(cases)
def test_equal_to_scikit_learn_ties_included(rows: list[tuple[int, int]]) -> None:
    label, score = zip(*rows, strict=True)
    assume(0 < sum(label) < len(label))
    t = tally(list(label), [float(s) for s in score])
    assert auc(t) == pytest.approx(roc_auc_score(label, score))
    assert pr_auc(t) == pytest.approx(average_precision_score(label, score))


@given(cases, st.integers(1, 60), st.integers(0, 99))
def test_a_cut_tie_is_the_mean_over_its_orders(rows: list[tuple[int, int]], budget: int, seed: int) -> None:
    label, score = (np.array(c) for c in zip(*rows, strict=True))
    rng = np.random.default_rng(seed)
    hits = []
    for _ in range(400):
        order = np.lexsort((rng.random(len(label)), -score))
        hits.append(label[order[:budget]].sum())
    spread = np.std(hits) / 20
    assert abs(np.mean(hits) - found(tally(label.tolist(), score.astype(float).tolist()), budget)) <= 5 * spread + 1e-9


@given(cases, st.data())
def test_weights_are_repetitions(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """A resample counted by weights equals the cases written down as often as they were drawn."""
    label, score = (np.array(c) for c in zip(*rows, strict=True))
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(label), max_size=len(label))))
    again = np.repeat(label, times)
    assume(0 < again.sum() < len(again))
    weighted = Counting(label, score).tally(np.stack([np.ones(len(label)), times]))
    written = Counting(again, np.repeat(score, times)).tally()
    for measure in (auc, pr_auc, lambda t: found(t, 5)):
        assert measure(weighted)[1] == pytest.approx(float(measure(written)))


@pytest.mark.parametrize(
    ("label", "score", "words"),
    [
        ([], [], "no cases"),
        ([1, 0], [0.5], "labels and"),
        ([1, 2], [0.5, 0.1], "neither 0 nor 1"),
        ([1, 0], [0.5, float("nan")], "1 scores are no numbers"),
        ([1, 0], [0.5, float("inf")], "1 scores are no numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused(label: list[int], score: list[float], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Counting(label, score)
