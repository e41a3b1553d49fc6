"""Clusters: around a centre, not by chains; what is proved two or told apart never meets; in any order."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.matching.clusters import Pair, cluster
from analytics.matching.comparing import compare
from analytics.matching.estimating import start
from analytics.matching.links import DECIDED
from analytics.matching.parties import Parties
from analytics.matching.population import Population
from analytics.matching.probability import Scored
from analytics.matching.run import Matched, match_parties
from graph.declaration import SHARE_ONE
from graph.projection import SURE
from tests.analytics.matching.people import PACK, Who, people, who

MODEL = start(PACK.persons, PACK.name_agrees, 1_000)


def pairs(probability: dict[Pair, float]) -> Scored:
    one, other = np.array(sorted(probability), dtype=np.int64).reshape(-1, 2).T
    p = np.array([probability[a, b] for a, b in zip(one.tolist(), other.tolist(), strict=True)])
    none = np.zeros(len(p))
    return Scored(one, other, p, none.astype(np.int64), none, none, none.astype(bool), MODEL)


def centres(given: Parties, probability: dict[Pair, float], verdicts: dict[Pair, str] | None = None) -> list[int]:
    return [int(c) for c in cluster(given, pairs(probability), verdicts or {}).centre]


def test_a_chain_is_no_cluster() -> None:
    """0 - 1 - 2 - 3, each pair .97: 1 takes 0 and 2; 3 agrees with 2 only, and stays by itself."""
    four = people(*[who("甲")] * 4)
    assert centres(four, {(0, 1): 0.97, (1, 2): 0.97, (2, 3): 0.97}) == [1, 1, 1, 3]


def test_who_has_a_number_is_the_centre() -> None:
    three = people(who("甲"), who("甲"), who("甲", number=7))
    assert centres(three, {(0, 1): 0.99, (0, 2): 0.96, (1, 2): 0.96}) == [2, 2, 2]


@pytest.mark.parametrize(("probability", "joined"), [(0.95, True), (0.9499, False)])
def test_from_95_on(probability: float, joined: bool) -> None:
    assert (centres(people(who("甲"), who("甲")), {(0, 1): probability}) == [0, 0]) is joined


def test_members_that_contradict_each_other_do_not_meet() -> None:
    """Neither contradicts the centre, which has no year; the second contradicts the first."""
    three = people(who("甲"), who("甲", born=1970), who("甲", born=1971))
    assert centres(three, {(0, 1): 0.98, (0, 2): 0.97}) == [0, 0, 2]
    assert centres(three, {(0, 1): 0.97, (0, 2): 0.98}) == [0, 1, 0]


def test_officers_win() -> None:
    three = people(who("甲"), who("甲"), who("甲"))
    sure = {(0, 1): 0.99, (0, 2): 0.99, (1, 2): 0.99}
    assert centres(three, sure, {(1, 2): "different"}) == [0, 0, 2]
    assert centres(three, sure, {(0, 1): "unsure"}) == [0, 1, 0]
    assert centres(three, {(0, 1): 0.6}, {(0, 2): "same"}) == [0, 1, 0]
    # what 2 agrees with, the party that it is one with agrees with
    assert centres(three, {(1, 2): 0.99}, {(0, 2): "same"}) == [0, 0, 0]


def test_a_decision_against_a_proof_is_told_and_not_followed() -> None:
    two = people(who("甲", number=1), who("甲", number=2), who("甲"))
    found = cluster(two, pairs({}), {(0, 1): "same", (0, 2): "same", (1, 2): "same"})
    assert found.centre.tolist() == [0, 1, 0] and found.contradicted == [(0, 1), (1, 2)]


# --- any population ---------------------------------------------------------------------------------

TIES = st.lists(
    st.sampled_from(["firm:1", "firm:2", "people:1", "people:2", "address:1", "contact:1", "area:1", "area:2"]),
    max_size=3,
    unique=True,
)
WHO = st.builds(
    Who,
    names=st.sampled_from([("张伟",), ("張伟",), ("王喆",), ("王哲",), ("张伟", "王喆")]),
    number=st.none(),
    born=st.sampled_from([None, None, 1970, 1971]),
    four=st.sampled_from([None, None, 11, 12]),
    ties=TIES.map(tuple),
)


@st.composite
def populations(draw: st.DrawFn) -> tuple[list[Who], dict[Pair, str]]:
    rows = draw(st.lists(WHO, min_size=2, max_size=9))
    numbered = draw(st.sets(st.integers(0, len(rows) - 1), max_size=4))
    rows = [replace(w, number=1_000 + i) if i in numbered else w for i, w in enumerate(rows)]
    among = st.sampled_from(list(combinations(range(len(rows)), 2)))
    verdicts = draw(st.dictionaries(among, st.sampled_from(["same", "different", "unsure"]), max_size=4))
    return rows, verdicts


def matched(rows: list[Who], verdicts: dict[Pair, str], keys: list[int]) -> Matched:
    """Matching of rows under these keys, verdicts on rows."""
    place = {row: int(p) for row, p in enumerate(np.argsort(np.argsort(keys)))}
    told = {(min(place[a], place[b]), max(place[a], place[b])): v for (a, b), v in verdicts.items()}
    return match_parties("persons", Population(people(*rows, keys=keys), 0), told, PACK.persons, PACK)


def clusters_of(found: Matched, count: int) -> list[set[int]]:
    """Rows that SAME_AS from .95 on makes one, by key = row."""
    parts = [{i} for i in range(count)]
    same = found.links["SAME_AS"]
    for a, b, share in zip(same.start.tolist(), same.end.tolist(), same.share.tolist(), strict=True):
        if share >= SURE:
            one, other = (next(p for p in parts if k in p) for k in (a, b))
            if one is not other:
                parts.remove(other)
                one |= other
    return parts


def contradict(a: Who, b: Who) -> bool:
    return any(None not in (x, y) and x != y for x, y in ((a.number, b.number), (a.born, b.born), (a.four, b.four)))


def settled(a: Who, b: Who) -> bool:
    ties = {t for t in a.ties if not t.startswith("area")} & set(b.ties)
    return bool(ties) or (a.born is not None and a.born == b.born) or (a.four is not None and a.four == b.four)


@settings(max_examples=300)
@given(populations())
def test_clusters_hold_whatever_is_loaded_and_decided(drawn: tuple[list[Who], dict[Pair, str]]) -> None:
    rows, verdicts = drawn
    found = matched(rows, verdicts, list(range(len(rows))))
    parts = clusters_of(found, len(rows))
    together = {frozenset(p) for part in parts for p in combinations(part, 2)}
    for part in parts:
        assert not any(contradict(rows[a], rows[b]) for a, b in combinations(sorted(part), 2))
    for pair, verdict in verdicts.items():
        linked = [set(x) for t in found.links.values() for x in zip(t.start.tolist(), t.end.tolist(), strict=True)]
        if verdict == "different":
            assert frozenset(pair) not in together and set(pair) not in linked
        if verdict == "same" and pair not in found.contradicted:
            assert frozenset(pair) in together
        if verdict == "unsure":
            assert frozenset(pair) not in together or "same" in verdicts.values()
    for table, links in found.links.items():
        for a, b, share, how in zip(
            links.start.tolist(), links.end.tolist(), links.share.tolist(), links.method, strict=True
        ):
            assert a != b and share >= PACK.possible_from * SHARE_ONE
            if table == "SAME_AS" and share >= SURE and how != DECIDED and "same" not in verdicts.values():
                assert settled(rows[a], rows[b]), "a name alone joins nobody"


@settings(max_examples=200)
@given(populations(), st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_order_or_side(drawn: tuple[list[Who], dict[Pair, str]], random: object) -> None:
    """The same people under other keys, so in another order: every pair has the same probability."""
    rows, _ = drawn
    other = list(range(len(rows)))
    random.shuffle(other)  # type: ignore[attr-defined]

    def by_row(keys: list[int]) -> dict[frozenset[int], float]:
        from analytics.matching.estimating import estimate
        from analytics.matching.probability import score

        everybody = people(*rows, keys=keys)
        compared = compare(everybody, PACK)
        found = score(everybody, compared, estimate(compared, len(rows), PACK.persons, PACK), PACK)
        row = {k: i for i, k in enumerate(keys)}
        ends = zip(everybody.keys[found.one].tolist(), everybody.keys[found.other].tolist(), strict=True)
        return {frozenset((row[a], row[b])): p for (a, b), p in zip(ends, found.probability.tolist(), strict=True)}

    assert by_row(list(range(len(rows)))) == by_row(other)
