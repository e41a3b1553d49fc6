"""The formula of algorithms.md section 4, by hand: M = log2(l / (1 - l)) + sum log2(m / u), P = 2^M / (1 + 2^M)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from analytics.matching.comparing import BOTH_IDENTIFIED, CONFLICT, OPEN, Compared, compare, digits
from analytics.matching.estimating import Model, all_patterns, estimate, start
from analytics.matching.parties import Parties
from analytics.matching.probability import Scored, most_not_compared, pattern_bits, score, settles
from tests.analytics.matching.people import PACK, people, who

# lambda 1/1001 (odds 1/1000); 1,000 parties; a tie by firm: .4 / .0002 = 2000; the same year of birth: .99 / .02 = 49.5
MODEL = replace(
    start(PACK.persons, PACK.name_agrees, 1_000), prior=1 / 1001, name={"exact": 1.0, "writing": 0.5, "variant": 0.1}
)


def scored(given: Parties, model: Model = MODEL, floor: float = 1e-9) -> dict[tuple[int, int], float]:
    found = score(given, compare(given, PACK), model, PACK.model_copy(update={"possible_from": floor}))
    return dict(
        zip(zip(found.one.tolist(), found.other.tolist(), strict=True), found.probability.tolist(), strict=True)
    )


def chance(odds: float) -> float:
    return odds / (1 + odds)


def test_a_name_that_two_of_a_thousand_bear_alone() -> None:
    """Odds 1/1000 x 1000/2 = 1/2: P = 1/3."""
    assert scored(people(who("张三丰"), who("张三丰"))) == pytest.approx({(0, 1): 1 / 3})


def test_the_very_names_frequency_counts() -> None:
    """Five bear it: odds 1/1000 x 1000/5 = 1/5, P = 1/6, each of the ten pairs."""
    found = scored(people(*[who("张伟")] * 5, who("李四喜")))
    assert len(found) == 10 and set(np.round(list(found.values()), 12)) == {round(1 / 6, 12)}


def test_bits_add_up() -> None:
    """Odds 1/2 x 2000 x 49.5 = 49,500."""
    pair = people(who("张三丰", "firm:1", born=1970), who("张三丰", "firm:1", "area:3", born=1970))
    assert scored(pair) == pytest.approx({(0, 1): chance(49_500)})


@pytest.mark.parametrize(("spelling", "odds"), [("張三丰", 1 / 2 * 0.5), ("张三丰", 1 / 2)])
def test_another_writing_counts_for_less(spelling: str, odds: float) -> None:
    assert scored(people(who("张三丰"), who(spelling))) == pytest.approx({(0, 1): chance(odds)})


def test_a_variant_counts_for_little() -> None:
    assert scored(people(who("王大喆"), who("王大哲"))) == pytest.approx({(0, 1): chance(1 / 2 * 0.1)})


def test_only_the_strongest_tie_counts() -> None:
    """The same firm has the same address and people: counting them again would count one thing three times."""
    alone = people(who("张三丰", "firm:1"), who("张三丰", "firm:1"))
    all_of = ("firm:1", "people:2", "address:3", "area:4")
    assert scored(alone) == scored(people(who("张三丰", *all_of), who("张三丰", *all_of)))


def test_numbers_of_one_name_exclude_each_other() -> None:
    """A mention tied to A by firm (odds 2000/3) and to B by nothing (.1/.7 of 1/3): P(A) = oA / (1 + oA + oB)."""
    found = scored(
        people(who("张三丰", "firm:1", number=1), who("张三丰", "firm:9", number=2), who("张三丰", "firm:1"))
    )
    a, b = 2_000 / 3, 0.1 / 0.7 / 3
    assert found == pytest.approx({(0, 2): a / (1 + a + b), (1, 2): b / (1 + a + b)})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"number": 1}, {"number": 2}),
        ({"number": 1, "born": 1970}, {"born": 1971}),
        ({"born": 1970, "four": 12}, {"born": 1970, "four": 13}),
    ],
)
def test_an_identity_conflict_is_a_hard_no(one: dict[str, int], other: dict[str, int]) -> None:
    ties = ("firm:1", "people:2")
    assert scored(people(who("张三丰", *ties, **one), who("张三丰", *ties, **other))) == {}


@pytest.mark.parametrize(("sexes", "weight"), [((1, 1), 0.99 / 0.55), ((1, 2), 0.01 / 0.45), ((1, None), 1.0)])
def test_sex_is_evidence_and_no_proof(sexes: tuple[int | None, ...], weight: float) -> None:
    """It is typed by hand in most lists: one that differs counts 1/45 against, and is no hard no."""
    pair = people(*[who("张三丰", "firm:1", sex=sex) for sex in sexes])
    assert scored(pair) == pytest.approx({(0, 1): chance(1 / 2 * 2_000 * weight)})


@pytest.mark.parametrize("ties", [(), ("area:1",), ("area:1", "area:2")])
def test_a_name_alone_stays_under_the_limit_however_rare(ties: tuple[str, ...]) -> None:
    certain = replace(MODEL, prior=1 - 1e-9, parties=10**9)
    found = scored(people(who("欧阳㛃䶮", *ties), who("欧阳㛃䶮", *ties)), certain)
    assert found == {(0, 1): PACK.name_alone} and PACK.name_alone < 0.95


def test_what_settles() -> None:
    levels = digits(all_patterns())
    weak = (levels["ties"] < 3) & (levels["birth_year"] < 2) & (levels["last_four"] < 2)
    assert (settles() == ~weak).all()


def test_agreement_never_speaks_against_nor_difference_for() -> None:
    """Even where little data say so."""
    odd = replace(MODEL, m={"ties": (0.9, 0.02, 0.02, 0.02, 0.02, 0.01, 0.01)}, u={"ties": (0.1, *[0.15] * 6)})
    assert (odd.bits("ties") == 0).all()


def test_evidence_names_fields_and_bits_and_no_values() -> None:
    pair = people(who("张三丰", "firm:1", born=1970), who("张三丰", "firm:1", born=1970))
    found = score(pair, compare(pair, PACK), MODEL, PACK)
    told = found.evidence(np.array([0]))[0]
    assert told == "prior -9.97; name +8.97; birth_year:same +5.63; ties:firm +10.97"
    bits = sum(float(part.split(" ")[1]) for part in told.split("; "))
    assert chance(2**bits) == pytest.approx(found.probability[0], abs=1e-6)


# --- which pairs are looked at ----------------------------------------------------------------------


def test_of_a_frequent_name_only_pairs_that_share_more_are_compared() -> None:
    """60 bear the name: 1,770 pairs, of which two share a firm, two a year, and two only an area."""
    crowd = [who("张伟", f"firm:{100 + i}", "area:1") for i in range(54)]
    tied = [who("张伟", "firm:1"), who("张伟", "firm:1"), who("张伟", born=1950), who("张伟", born=1950)]
    given = people(*crowd, *tied, who("张伟", "area:2"), who("张伟", "area:2"))
    compared = compare(given, PACK)
    pairs = set(zip(compared.one.tolist(), compared.other.tolist(), strict=True))
    assert pairs == {(54, 55), (56, 57)}
    assert (compared.skipped, compared.compared, compared.crowded) == (1_770 - 2, 2, 0)
    assert 0 < most_not_compared(compared, MODEL, PACK) < PACK.possible_from


def test_a_year_that_too_many_of_a_name_share_is_skipped_and_told() -> None:
    compared = compare(people(*[who("张伟", born=1950)] * 60), PACK)
    assert (compared.compared, compared.skipped, compared.crowded) == (0, 1_770, 60)
    # odds 1/1000 x 1000/60 x 49.5, and the same sex: .99 / .55 = 1.8
    assert most_not_compared(compared, MODEL, PACK) == pytest.approx(chance(49.5 * 1.8 / 60))


def test_what_too_many_share_ties_nobody() -> None:
    """A hosted address of 51 firms says nothing; of 50 it does."""
    for count, level in ((51, 1), (50, 3)):
        namesakes = [who(f"甲{i}", "address:1", "firm:99") for i in range(count - 2)]
        given = people(who("张三丰", "address:1", "firm:1"), who("张三丰", "address:1", "firm:2"), *namesakes)
        (pattern,) = compare(given, PACK).pattern.tolist()
        assert digits(np.array([pattern]))["ties"].tolist() == [level]


def test_two_names_in_common_are_one_pair() -> None:
    found = scored(people(who("张三丰/张丰"), who("张三丰/张丰")))
    assert found == pytest.approx({(0, 1): 1 / 3})


# --- estimation -------------------------------------------------------------------------------------


def expected(truth: Model, pairs: Mapping[int, float]) -> Compared:
    """Counts of patterns exactly as a model expects them of so many pairs of names that n bear; none is proved two."""
    levels = digits(all_patterns())
    histogram = np.zeros((3, len(all_patterns()), PACK.whole_names + 1))
    exact = levels["name"] == 3
    for n, count in pairs.items():
        prior = 1 / (1 + 2 ** -(truth.prior_bits + truth.name_bits(np.array([3]), np.array([n]))[0]))
        of = {}
        for name, shares in (("m", truth.m), ("u", truth.u)):
            of[name] = np.prod([np.r_[0, shares[k]][levels[k]] for k in truth.m], axis=0) * exact
        histogram[OPEN, :, n] = count * (prior * of["m"] + (1 - prior) * of["u"])
    empty = np.zeros(0, dtype=np.int64)
    return Compared(empty, empty, empty.astype(np.int16), empty, histogram, 0, 0)  # type: ignore[arg-type]


def test_em_finds_the_model_that_made_the_data() -> None:
    """At the expected counts of a model the likelihood is greatest at that model (Dempster, Laird and Rubin 1977)."""
    truth = replace(
        start(PACK.persons, PACK.name_agrees, 100_000),
        prior=2e-5,
        m=dict(MODEL.m) | {"ties": (0.05, 0.1, 0.05, 0.1, 0.1, 0.05, 0.55), "birth_year": (0.03, 0.97)},
        u=dict(MODEL.u) | {"ties": (0.6, 0.39, 0.002, 0.002, 0.002, 0.002, 0.002), "birth_year": (0.97, 0.03)},
    )
    weak = PACK.model_copy(update={"strength": 1e-3})
    found = estimate(expected(truth, {2: 4e6, 5: 4e6, 20: 4e6}), 100_000, PACK.persons, weak)
    assert found.prior == pytest.approx(truth.prior, rel=1e-3)
    for k in ("ties", "birth_year", "last_four"):
        assert found.m[k] == pytest.approx(truth.m[k], rel=1e-3)
        assert found.u[k] == pytest.approx(truth.u[k], rel=1e-3)


def test_without_data_the_start_stands() -> None:
    nobody = compare(people(), PACK)
    found, first = estimate(nobody, 0, PACK.persons, PACK), start(PACK.persons, PACK.name_agrees, 0)
    assert found.m["ties"] == pytest.approx(first.m["ties"]) and found.prior == pytest.approx(first.prior, rel=1e-6)


def test_pairs_proved_two_teach_what_agrees_by_chance() -> None:
    """300 numbers of one firm and year, three of each name: that they agree in both says nothing any more."""
    rows = [who(f"甲{i // 3}", "firm:1", born=1970, number=i) for i in range(40)]
    compared = compare(people(*rows), PACK)
    assert compared.histogram[BOTH_IDENTIFIED].sum() == 39 and compared.histogram[CONFLICT].sum() == 0
    found = estimate(compared, len(rows), PACK.persons, PACK)
    # (39 + 20 x .0002) / (39 + 20): the start counts for 20 pairs
    assert found.u["ties"][-1] == pytest.approx((39 + 20 * 0.0002) / 59)
    assert found.u["birth_year"][-1] == pytest.approx((39 + 20 * 0.02) / 59)


def test_a_bit_sum_is_one_number_a_pattern() -> None:
    assert pattern_bits(MODEL).shape == all_patterns().shape and isinstance(
        score(people(), compare(people(), PACK), MODEL, PACK), Scored
    )
