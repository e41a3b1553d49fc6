"""A synthetic city's truth against what the store's computations say: one question a kind of truth.

A question is a row of QUESTIONS: its name, the file of truth/ that it needs, and a function from a city to tables. What
finds pairs or ranks firms has `pairs_found` and `ranked` to tell it with.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.algorithms import algorithm
from analytics.classes.runs import grade_run
from analytics.evaluation.bootstrap import Interval, measured
from analytics.evaluation.measures import of_order
from analytics.evaluation.ranking import base_rate
from analytics.evaluation.report import Cell, Table
from analytics.indicators.baseline import baseline_for
from graph.errors import FileRefused
from graph.identity import coded_id, nid
from graph.projection import SURE, GraphProjection
from graph.store import GraphStore, Slice
from graph.time import NO_DATE, Moment
from graph.usable import Use

Pair = tuple[int, int]
TRUTH = "truth"


@dataclass(frozen=True)
class City:
    """A loaded city and its truth. budget: firms that a review takes; draws, seed: of the bootstrap.

    node_of: the node that a row of mentions.csv stands for; hashed: the keyed hash of a number, as the store has it.
    """

    store: GraphStore
    moment: Moment
    folder: Path
    budget: int
    draws: int
    seed: int
    node_of: Callable[[dict[str, str]], int | None]
    hashed: Callable[[str], str]

    def truth(self, name: str) -> list[dict[str, str]]:
        """Rows of a truth file; FileRefused where it is not there."""
        file = self.folder / TRUTH / f"{name}.csv"
        if not file.exists():
            raise FileRefused(
                f"{file} is missing",
                "Name a folder that creditgraph generate made.",
                f"缺少文件 {file}。请指定 creditgraph generate 生成的文件夹。",
            )
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    @cached_property
    def projection(self) -> GraphProjection:
        """The graph of the moment."""
        return GraphProjection.from_store(self.store, self.moment, Use.GRADE)

    def at_the_start(self) -> GraphProjection:
        """The graph on the day of the first delivery, as the moment knows it: what was planted stands then."""
        first = min(b.delivery.dated for b in self.store.batches() if b.sealed)
        return GraphProjection.from_store(self.store, replace(self.moment, as_of=first), Use.GRADE)

    def share(self, hits: Sequence[bool]) -> Interval:
        """The share of hits with its interval; NaN for none asked."""
        if not len(hits):
            return Interval(np.nan, np.nan, np.nan)
        label = np.array(hits, dtype=int)
        return measured(label, np.zeros(len(label)), {"share": base_rate}, draws=self.draws, seed=self.seed)["share"]

    def pairs_found(self, what: str, found: Collection[Pair], true: Collection[Pair]) -> list[Cell]:
        """A row: what, how many are true and found, recall of the true, precision of the found."""
        there, said = set(true), set(found)
        recall = self.share([pair in said for pair in sorted(there)])
        return [what, len(there), len(said), recall, self.share([pair in there for pair in sorted(said)])]

    def ranked(self, what: str, firm: npt.NDArray[np.int64], score: npt.ArrayLike, true: Collection[int]) -> Table:
        """A table of one row: how well a score of firms puts the true ones first."""
        label = np.isin(firm, np.array(sorted(true), dtype=np.int64)).astype(np.int64)
        found = measured(label, score, of_order(self.budget), draws=self.draws, seed=self.seed)
        return Table(what, ("firms", "true", *found), [[len(label), int(label.sum()), *found.values()]])


@dataclass(frozen=True)
class Question:
    """What is asked of a city, and the truth file that answers it."""

    name: str
    truth: str
    answer: Callable[[City], list[Table]]


def computed(name: str, projection: GraphProjection) -> Mapping[str, npt.NDArray[np.int64]]:
    """The columns of an algorithm's result, its parameters as the packs say."""
    kind = algorithm(name)
    return kind.compute(projection, kind.read_parameters({})).columns


PAIRS = ("what", "true", "found", "recall", "precision")


def code_key(uscc: str) -> int:
    """The key of the node that a credit code means."""
    return nid(coded_id("CN-USCC", uscc))


def guarantee_circles(city: City) -> list[Table]:
    """Planted circles and chains of which every guarantee was delivered, found whole or not."""
    projection = city.at_the_start()
    rel, nodes = projection.types["GUARANTEES"], projection.nodes
    given = set(zip(nodes[rel.start].tolist(), nodes[rel.end].tolist(), strict=True))
    columns = computed("guarantee_circles", projection)
    planted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in city.truth("guarantee_circles"):
        planted[row["kind"], row["circle"]].append(code_key(row["uscc"]))
    rows: list[list[Cell]] = []
    for kind in ("circle", "chain"):
        groups: dict[int, set[int]] = defaultdict(set)
        mine = columns["kind"] == kind
        for group, member in zip(columns["group"][mine].tolist(), columns["member"][mine].tolist(), strict=True):
            groups[group].add(member)
        all_ = [firms for (k, _), firms in planted.items() if k == kind]
        standing = [f for f in all_ if all(pair in given for pair in _links(f, kind == "circle"))]
        whole = [any(set(f) <= found for found in groups.values()) for f in standing]
        rows.append([kind, len(all_), len(standing), len(groups), city.share(whole)])
    note = "On the day of the first delivery; found whole: of those of which every guarantee stands then."
    return [Table("Guarantee circles", ("kind", "planted", "standing", "found", "found whole"), rows, note)]


def successors(city: City) -> list[Table]:
    """Planted successors founded by the day, among the pairs that the algorithm proposes."""
    day = city.moment.as_of.isoformat()
    true = {(code_key(r["before"]), code_key(r["after"])) for r in city.truth("successors") if r["founded_on"] <= day}
    columns = computed("successors", city.projection)
    found = set(zip(columns["seed"].tolist(), columns["firm"].tolist(), strict=True))
    note = (
        "Pairs (before, after). What cannot be found: where the common person stands without a number, and where the "
        "record that began it may no longer be used. Pairs found beyond the planted are chance meetings, and leads too."
    )
    rows = [city.pairs_found("successors", found, true)]
    rows.append(
        city.pairs_found("baseline: one representative, the later founded", _of_one_hand(city.projection), true)
    )
    return [Table("Successors", PAIRS, rows, note)]


def _of_one_hand(projection: GraphProjection) -> set[Pair]:
    """(before, after): firms of one legal representative in the order of their foundation, as one would ask first."""
    companies, rel = projection.states["Company"], projection.types["LEGAL_REPRESENTATIVE_OF"]
    founded = np.full(len(projection.nodes), NO_DATE)
    founded[companies["node"]] = companies["established_on"]
    of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, firm in zip(projection.canonical[rel.start].tolist(), rel.end.tolist(), strict=True):
        if founded[firm] != NO_DATE:
            of[person].append((int(founded[firm]), int(projection.nodes[firm])))
    return {(a[1], b[1]) for firms in of.values() for a, b in combinations(sorted(firms), 2) if a[0] < b[0]}


def latent_risk(city: City) -> list[Table]:
    """The score of the rules against the risk that firms were made with: over one half or not."""
    _, projection, grades = grade_run(city.store, city.moment)
    risky = {code_key(r["uscc"]) for r in city.truth("companies") if float(r["latent_risk"]) > 0.5}
    classed = np.isin(grades.grade.astype(str), tuple("ABCD"))
    firm, score = projection.nodes[grades.node[classed]], grades.score[classed] / 1000
    return [city.ranked("Score of the rules against latent risk over one half", firm, score, risky)]


def shells(city: City) -> list[Table]:
    """The chance of being a shell against the planted ones that are living companies."""
    from analytics.shell.review import inputs_for, suspicions  # with scikit-learn

    baseline = baseline_for(city.store, city.moment)
    found = suspicions(inputs_for(city.store, city.projection, baseline))
    firm, planted = city.projection.nodes[found.node], {code_key(r["uscc"]) for r in city.truth("shells")}
    return [city.ranked("Chance of being a shell against planted shells", firm, found.probability, planted)]


def same_people(city: City) -> list[Table]:
    """Who is joined (from .95 on) against who is one person, and who is found of the mentions whose number is there."""
    from analytics.matching.run import match  # with numba

    numbers = {row["number"] for row in city.truth("mentions")}
    number = {n: nid(coded_id("CN-ID", city.hashed(n))) for n in numbers}
    mentions = {key: r["number"] for r in city.truth("mentions") if (key := city.node_of(r)) is not None}
    who = mentions | {key: n for n, key in number.items()}
    links = [found.links["SAME_AS"] for found in match(city.store, city.moment).found]
    pairs = [
        (a, b)
        for link in links
        for a, b in zip(link.start[link.share >= SURE].tolist(), link.end[link.share >= SURE].tolist(), strict=True)
    ]
    right = [who[a] == who[b] for a, b in pairs if a in who and b in who]
    known, met = set(city.projection.nodes.tolist()), {frozenset(pair) for pair in pairs}
    there = [(key, number[n]) for key, n in mentions.items() if key in known and number[n] in known]
    found = [frozenset(pair) in met for pair in there]
    rows: list[list[Cell]] = [["same people", len(right), city.share(right), len(found), city.share(found)]]
    names = city.store.columns("Person", ("owner", "name"), Slice(city.store.sealed_seq()))
    name = dict(zip(names["owner"].tolist(), names["name"].tolist(), strict=True))
    bearers: dict[str, list[int]] = defaultdict(list)
    for key in sorted(known & set(number.values())):
        bearers[name.get(key, "")].append(key)
    joined = [(key, other) for key in mentions if key in known for other in bearers[name.get(key, "")]]
    by_name, alike = [who[a] == who[b] for a, b in joined], set(joined)
    all_found = [pair in alike for pair in there]
    rows.append(["baseline: one name", len(by_name), city.share(by_name), len(found), city.share(all_found)])
    note = "Of the mentions whose number stands in the city; many share only a name and a district with it."
    return [Table("Same people", ("what", "joined", "right", "mentions", "found"), rows, note)]


QUESTIONS: tuple[Question, ...] = (
    Question("circles", "guarantee_circles", guarantee_circles),
    Question("successors", "successors", successors),
    Question("latent risk", "companies", latent_risk),
    Question("shells", "shells", shells),
    Question("same people", "mentions", same_people),
)


def answered(city: City) -> list[Table]:
    """The tables of every question, in their order."""
    return [table for question in QUESTIONS for table in question.answer(city)]


def _links(firms: Sequence[int], ring: bool) -> list[Pair]:
    following = [*firms[1:], firms[0]] if ring else firms[1:]
    return list(zip(firms, following, strict=False))
