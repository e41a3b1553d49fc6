"""Same-name matching of a million mentions of made-up people, against pandas and the same formula on a sample."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.matching.clusters import Clusters, cluster
from analytics.matching.comparing import Compared, compare
from analytics.matching.estimating import Model, estimate
from analytics.matching.names import spelt_person
from analytics.matching.parties import Parties, Ties, joined, parties, tied
from analytics.matching.probability import Scored, most_not_compared, score
from analytics.rules.matching import MatchingPack, matching_packs
from benchmarks.measure import measured
from graph.time import NO_DATE
from loaders.synthetic.people import People

Int64 = npt.NDArray[np.int64]

PACK = matching_packs()[-1]
SAMPLE = 20_000
NUMBERED, MASKED, ELSEWHERE, UNKNOWN_FIRM = 0.25, 0.1, 0.2, 0.1  # of parties; of mentions


def mentions(count: int, seed: int = 1) -> tuple[dict[str, Any], Int64]:
    """(what `parties` takes, who each is): a quarter are people with a number and all their firms, the others mentions in a firm.

    Names by the shares of the synthetic city's surnames and given names. A person has 1 to 8 firms, most have one, in
    groups of some four firms that share people; one mention in five is in another firm of the group, one in ten in a
    firm of nobody's, one in ten has a masked number.
    """
    rng, people = np.random.default_rng(seed), People(seed)
    numbered = int(count * NUMBERED)
    names = np.array(people.names(people.add(rng, numbered)), dtype=object)
    firms = count // 2
    posts = np.minimum(rng.zipf(2.5, numbered), 8)
    holder = np.repeat(np.arange(numbered), posts)
    home = rng.integers(firms // 4, size=numbered)  # the group of a person's firms
    firm = home[holder] * 4 + rng.integers(4, size=len(holder))
    who = np.concatenate([np.arange(numbered), rng.integers(numbered, size=count - numbered)])
    first = np.cumsum(posts) - posts
    mention = np.arange(numbered, count)
    where = firm[first[who[mention]] + rng.integers(posts[who[mention]])]
    where = np.where(
        rng.random(len(mention)) < ELSEWHERE, home[who[mention]] * 4 + rng.integers(4, size=len(mention)), where
    )
    where = np.where(rng.random(len(mention)) < UNKNOWN_FIRM, rng.integers(firms, size=len(mention)), where)
    party, at = np.concatenate([holder, mention]), np.concatenate([firm, where])
    born, sex, four = (
        rng.integers(1940, 2005, numbered),
        rng.integers(1, 3, numbered),
        rng.integers(10_000, size=numbered),
    )
    known = np.r_[np.ones(numbered, bool), rng.random(count - numbered) < MASKED]
    none = np.full(count, NO_DATE)
    year, last = np.where(known, born[who], none), np.where(known, four[who], none)
    gender = np.where(np.arange(count) < numbered, sex[who], none)
    number = np.where(np.arange(count) < numbered, np.arange(count), none)
    met = joined(party, at, firm, holder)
    others = met[0] != met[1]
    ties = [
        tied(party, "firm", at),
        tied(met[0][others], "people", met[1][others]),
        tied(party, "address", at // 2),
        tied(party, "area", at % 17),
    ]
    listed = Ties(*(np.concatenate([getattr(t, n) for t in ties]) for n in ("party", "level", "thing")))
    identity = np.stack([number, year, gender, last], axis=1)
    everybody = np.arange(count)
    return {
        "keys": everybody,
        "bearer": everybody,
        "names": names[who].tolist(),
        "spell": spelt_person,
        "identity": identity,
        "birth_year": year,
        "sex": gender,
        "last_four": last,
        "ties": listed,
        "common": PACK.common,
    }, who


def solve(people: Parties, pack: MatchingPack) -> tuple[Compared, Model, Scored, Clusters]:
    """What a run does between reading and writing."""
    compared = compare(people, pack)
    model = estimate(compared, len(people), pack.persons, pack)
    scored = score(people, compared, model, pack)
    return compared, model, scored, cluster(people, scored, {})


def pandas_merge(people: Parties, model: Model, pack: MatchingPack) -> dict[tuple[int, int], float]:
    """The baseline: all pairs of a name by a merge, sets for ties, and the formula in plain Python."""
    frame = pd.DataFrame({"i": people.bearer, "name": people.spelling[:, 2], "plain": people.spelling[:, 0],
                          "simple": people.spelling[:, 1]})  # fmt: skip
    size = frame.groupby("name")["i"].transform("size").rename("size")
    both = frame.join(size).merge(frame, on="name")
    both = both[both["i_x"] < both["i_y"]]
    ties = [set(people.token[a:b].tolist()) for a, b in zip(people.first, people.first[1:], strict=False)]
    weight = {k: model.bits(k).tolist() for k in model.m}
    names = [model.name[n] for n in ("variant", "writing", "exact")]
    found: dict[tuple[int, int], tuple[float, bool]] = {}
    rivals: dict[int, list[float]] = {}
    for i, j, same, alike, n in zip(both["i_x"], both["i_y"], both["plain_x"] == both["plain_y"],
                                    both["simple_x"] == both["simple_y"], both["size"], strict=True):  # fmt: skip
        pairs = list(zip(people.identity[i].tolist(), people.identity[j].tolist(), strict=True))
        if any(a != b and NO_DATE not in (a, b) for a, b in pairs):
            continue
        tie = 0 if not ties[i] or not ties[j] else 7 - (min(ties[i] & ties[j], default=6 << 60) >> 60)
        year, sex, four = (0 if NO_DATE in p else 2 for p in pairs[1:])
        bits = model.prior_bits + np.log2(names[2 if same else 1 if alike else 0] * model.parties / n)
        bits += weight["ties"][tie] + weight["birth_year"][year] + weight["sex"][sex] + weight["last_four"][four]
        found[i, j] = (bits, tie > 2 or year == 2 or four == 2)
        if (people.identity[i, 0] == NO_DATE) != (people.identity[j, 0] == NO_DATE):
            rivals.setdefault(i if people.identity[i, 0] == NO_DATE else j, []).append(2**bits)
    out = {}
    for (i, j), (bits, settled) in found.items():
        if (people.identity[i, 0] == NO_DATE) != (people.identity[j, 0] == NO_DATE):
            bits -= np.log2(1 + sum(rivals[i if people.identity[i, 0] == NO_DATE else j]) - 2**bits)
        p = 2**bits / (1 + 2**bits)
        out[i, j] = p if settled else min(p, pack.name_alone)
    return {pair: p for pair, p in out.items() if p >= pack.possible_from}


def sample() -> dict[str, float]:
    """The baseline and ours on a few, results equal."""
    people = parties(**mentions(SAMPLE)[0])
    pack = PACK.model_copy(update={"whole_names": 1_000})
    solve(people, pack)  # compiled
    start = time.perf_counter()
    _, model, scored, _ = solve(people, pack)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    plain = pandas_merge(people, model, pack)
    theirs = time.perf_counter() - start
    mine = dict(
        zip(zip(scored.one.tolist(), scored.other.tolist(), strict=True), scored.probability.tolist(), strict=True)
    )
    assert mine.keys() == plain.keys() and all(abs(p - plain[pair]) < 1e-9 for pair, p in mine.items())
    return {"sample_s": ours, "sample_pandas_s": theirs, "sample_pairs": len(mine)}


def million(count: int) -> tuple[float, dict[str, Any]]:
    """(seconds, what came out), measured against who each mention is."""
    given, who = mentions(count)
    solve(parties(**mentions(1_000)[0]), PACK)  # compiled
    start = time.perf_counter()
    people = parties(**given)
    compared, model, scored, clusters = solve(people, PACK)
    seconds = time.perf_counter() - start
    right = who == who[clusters.centre]
    member = clusters.centre != np.arange(count)
    mention = ~people.identified
    possible = (scored.probability < 0.95) & (clusters.centre[scored.one] != clusters.centre[scored.other])
    return seconds, {
        "pairs_compared": compared.compared,
        "pairs_not_compared": compared.skipped,
        "most_not_compared": most_not_compared(compared, model, PACK),
        "rounds": model.rounds,
        "joined": int(member.sum()),
        "precision": float(right[member].mean()),
        "recall": float((people.identified[clusters.centre] & right)[mention].mean()),
        "possible_pairs": int(possible.sum()),
        "possible_right": float((who[scored.one] == who[scored.other])[possible].mean()),
    }


def run(folder: Path, companies: int) -> dict[str, Any]:  # noqa: ARG001 - every part is called alike
    """Matching of ten mentions a company: a million at 100,000 companies."""
    few, all_of = measured(sample), measured(million, 10 * companies)
    return {
        "mentions": 10 * companies,
        "matching_s": all_of.seconds,
        "matching_mib": all_of.mib,
        **all_of.result,
        **few.result,
    }
