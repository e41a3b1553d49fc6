"""One run of matching over a store: what it estimated, found and left out, kept with all that made it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.decisions import Decision, Kind, decisions
from analytics.matching.clusters import Pair, cluster
from analytics.matching.comparing import compare
from analytics.matching.estimating import Model, estimate
from analytics.matching.links import DECIDED, Links, links, write_links
from analytics.matching.parties import Parties
from analytics.matching.population import Population, Reading
from analytics.matching.probability import most_not_compared, score
from analytics.rules.matching import MatchingPack, matching_pack_on
from analytics.rules.matching import Population as Start
from graph.ascending import matched
from graph.declaration import Disclosure
from graph.delivery import Batch
from graph.identity import nid
from graph.progress import Reporter, Silent
from graph.projection import SURE, GraphProjection
from graph.store import GraphStore
from graph.time import Moment
from graph.usable import Use
from graph.view import View

PERSONS, FIRMS = "persons", "firms"
_STEPS = 4  # that progress tells of: reading, persons, firms, links


@dataclass(frozen=True)
class Matched:
    """What matching found of one kind of party. followed: decisions on parties that were compared; contradicted: keys
    of those decided to be one that something proves two.
    """

    kind: str
    model: Model
    links: dict[str, Links]
    counts: dict[str, int | float]
    digest: str
    followed: int
    contradicted: list[tuple[int, int]]


@dataclass(frozen=True)
class MatchRun:
    """A run of matching. Equal manifests give equal links."""

    run_id: str
    manifest: dict[str, Any]
    found: tuple[Matched, ...]

    def links(self) -> dict[str, Links]:
        """Links by type, of persons and firms."""
        persons, firms = self.found
        return {table: found + firms.links[table] for table, found in persons.links.items()}


def match(store: GraphStore, moment: Moment, progress: Reporter | None = None) -> MatchRun:
    """Compare the persons and firms of a store at a moment; nothing is written.

    Whatever a reader who is authorised may use is compared: the links are as restricted as that, SAME_AS is.
    """
    progress, pack = progress or Silent(), matching_pack_on(moment.as_of)
    progress.advance(0, _STEPS)
    view = View(store, moment, Use.GRADE, Disclosure.AUTHORISED)
    projection = GraphProjection.from_store(store, moment, Use.GRADE, Disclosure.AUTHORISED, former=True)
    reading = Reading(view, projection, pack)
    decided = list(decisions(store, Kind.MATCH, moment.known_at).values())
    found: list[Matched] = []
    for kind, read, start in ((PERSONS, reading.persons, pack.persons), (FIRMS, reading.firms, pack.firms)):
        progress.advance(len(found) + 1, _STEPS)
        population = read()
        verdicts = _verdicts(population.parties, reading, decided)
        found.append(match_parties(kind, population, verdicts, start, pack))
    progress.advance(_STEPS, _STEPS)
    manifest: dict[str, Any] = {
        "kind": "match",
        "as_of": moment.as_of.isoformat(),
        "known_at": moment.known_at.isoformat(),
        "used_on": moment.used_on.isoformat(),
        "packs": [pack.name],
        "input": {m.kind: m.digest for m in found},
        "decisions": {
            "digest": _digest([vars(d) for d in decided]),
            "made": len(decided),
            "idle": len(decided)
            - sum(m.followed for m in found),  # on parties that are not compared, or are one already
        },
        "estimated": {m.kind: m.model.told() for m in found},
    }
    return MatchRun(_digest(manifest)[:16], manifest, tuple(found))


def match_parties(
    kind: str, population: Population, verdicts: dict[Pair, str], start: Start, pack: MatchingPack
) -> Matched:
    """Compare, estimate, score and cluster parties of one kind; verdicts on pairs of positions."""
    people = population.parties
    compared = compare(people, pack)
    model = estimate(compared, len(people), start, pack)
    scored = score(people, compared, model, pack)
    clusters = cluster(people, scored, verdicts)
    apart = np.array([p for p, v in sorted(verdicts.items()) if v == "different"], dtype=np.int64).reshape(-1, 2)
    made = links(people, scored, clusters, apart)
    same = made["SAME_AS"]
    decided = sum(m == DECIDED for m in same.method)
    counts = {
        "parties": len(people),
        "identified": int(people.identified.sum()),
        "set_aside": population.set_aside,
        "pairs_compared": compared.compared,
        "pairs_not_compared": compared.skipped,
        "most_not_compared": most_not_compared(compared, model, pack),
        "joined": int((same.share >= SURE).sum()) - decided,
        "decided": decided,
        "possible": int((same.share < SURE).sum()),
        "forbidden": len(made["POSSIBLY_SAME"]),
    }
    contradicted = [(int(people.keys[a]), int(people.keys[b])) for a, b in clusters.contradicted]
    return Matched(kind, model, made, counts, people.digest, len(verdicts), contradicted)


def _verdicts(people: Parties, reading: Reading, decided: list[Decision]) -> dict[Pair, str]:
    """Officers' verdicts by positions, in order of making; those on parties that are not compared are left out."""
    nodes = reading.projection.nodes
    out: dict[Pair, str] = {}
    for decision in decided:
        at = matched(nodes, np.array([nid(decision.one), nid(decision.other)], dtype=np.int64))
        if (at < 0).any():
            continue
        one, other = matched(people.keys, nodes[reading.party[at]]).tolist()
        if one >= 0 and other >= 0 and one != other:
            out[min(one, other), max(one, other)] = decision.verdict
    return out


def store_match(store: GraphStore, run: MatchRun, now: dt.datetime) -> Batch | None:
    """Write a run's links, and keep the run, once, if it is not kept; the batch, or None if the links stood already."""
    as_of = dt.date.fromisoformat(run.manifest["as_of"])
    batch = write_links(store, run.links(), as_of, now)
    if run.run_id not in {row["run_id"] for row in store.ledger("run")}:
        result = {m.kind: m.counts for m in run.found}
        row = {
            "run_id": run.run_id,
            "kind": "match",
            "manifest": json.dumps(run.manifest, sort_keys=True),
            "result": json.dumps(result, sort_keys=True),
        }
        store.append("run", [row])
    return batch


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
