"""Somebody to be checked, and whom of the graph that may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analytics.decisions import Kind, decisions
from graph.identity import PersonNumber, coded_id, nid, numbered_id, person_name
from graph.store import Slice
from graph.view import View

SET_ASIDE_FROM = 3  # names on one number
_LINKS = ("SAME_AS", "POSSIBLY_SAME")


@dataclass(frozen=True)
class Candidate:
    """A name and a whole number, as graph.identity read them; `masks` are the hashes of the number's masks."""

    name: str
    number: PersonNumber
    masks: tuple[str, ...] = ()


@dataclass
class Bearers:
    """The nodes that a candidate may be: for each why that is not certain, None where it is."""

    doubts: dict[int, str | None] = field(default_factory=dict)
    names: dict[int, frozenset[str]] = field(default_factory=dict)  # of each node, for comparing

    @property
    def set_aside(self) -> bool:
        """Whether the number carries so many names that nothing under it counts."""
        return any(len(self.names.get(key, ())) >= SET_ASIDE_FROM for key, doubt in self.doubts.items() if not doubt)


class Namesakes(NamedTuple):
    """Who bears a name: people told apart by a number, and mentions without one, each of which may be any of them."""

    people: int
    mentions: int


def name_key(text: str) -> str:
    """A person's name for comparing, middle dots left out: some lists do."""
    return person_name(text).replace("·", "")


def bearers(view: View, candidates: Sequence[Candidate]) -> list[Bearers]:
    """Whom each candidate may be, read by index for all of them together.

    Certain is only the bearer of the very number. In doubt are those of the 15-digit or 18-digit form of it, those of
    this name whose number is printed with a mask that fits, and nodes linked to the certain one, unless an officer has
    decided that they are the same; one that is decided to be another is left out.
    """
    out = [Bearers() for _ in candidates]
    ids = [numbered_id(c.number) for c in candidates]
    keys = [nid(i) if i else 0 for i in ids]
    for one, key in zip(out, keys, strict=True):
        if key:
            one.doubts[key] = None
    _other_forms(view, candidates, out)
    masked = _masked(view, candidates)
    for at, key in masked:
        out[at].doubts.setdefault(key, "masked_number")
    _linked(view, out)
    known = sorted({key for one in out for key in one.doubts})
    names = names_of(view, known)
    for one in out:
        one.doubts = {k: d for k, d in one.doubts.items() if k in names}
        one.names = {k: names[k] for k in one.doubts}
    for at, key in masked:  # a mask leaves some thirty numbers open: the name has to fit as well
        if key in out[at].names and name_key(candidates[at].name) not in out[at].names[key]:
            del out[at].doubts[key], out[at].names[key]
    _decided(view, out)
    return out


def names_of(view: View, people: Sequence[int]) -> dict[int, frozenset[str]]:
    """The names that people bear or bore, for comparing."""
    states = view.store.columns("Person", ["owner", "name"], Slice(view.seq), owners=np.array(people, dtype=np.int64))
    found: dict[int, set[str]] = defaultdict(set)
    for key, name in zip(states["owner"].tolist(), states["name"].tolist(), strict=True):
        found[key].add(name_key(name))
    return {key: frozenset(names) for key, names in found.items()}


def namesakes(view: View, names: Iterable[str]) -> dict[str, Namesakes]:
    """How many in the graph bear each name."""
    wanted = sorted({person_name(n) for n in names})
    found = {n: view.store.search(n, ["Person"], view.seq, 10_000) for n in wanted}
    every = sorted({k for keys in found.values() for k in keys})
    names_by_key, ids = names_of(view, every), view.store.nodes(every, view.seq)
    out = {}
    for name, keys in found.items():
        mentioned = [ids[k][0].startswith("M:") for k in keys if name_key(name) in names_by_key.get(k, ())]
        out[name] = Namesakes(mentioned.count(False), mentioned.count(True))
    return out


def _other_forms(view: View, candidates: Sequence[Candidate], out: list[Bearers]) -> None:
    by_hash: dict[str, list[int]] = defaultdict(list)
    for at, candidate in enumerate(candidates):
        if candidate.number.candidate_hash:
            out[at].doubts[nid(coded_id("CN-ID", candidate.number.candidate_hash))] = "fifteen_digits"
        by_hash[candidate.number.candidate_hash or candidate.number.number_hash or ""].append(at)
    for text, key in view.store.find("Person", "candidate_hash", sorted(by_hash), view.seq):
        for at in by_hash[text]:
            out[at].doubts.setdefault(key, "fifteen_digits")


def _masked(view: View, candidates: Sequence[Candidate]) -> list[tuple[int, int]]:
    """(place of the candidate, node) of those whose masked number fits."""
    by_hash: dict[str, list[int]] = defaultdict(list)
    for at, candidate in enumerate(candidates):
        for mask in candidate.masks:
            by_hash[mask].append(at)
    found = view.store.find("Person", "mask_hash", sorted(by_hash), view.seq)
    return [(at, key) for mask, key in found for at in by_hash[mask]]


def _linked(view: View, out: list[Bearers]) -> None:
    certain = {k for one in out for k, doubt in one.doubts.items() if doubt is None}
    others = _links(view, np.array(sorted(certain), dtype=np.int64))
    for one in out:
        for key in [k for k, doubt in one.doubts.items() if doubt is None]:
            for other in others.get(key, ()):
                one.doubts.setdefault(other, "linked")


def _decided(view: View, out: list[Bearers]) -> None:
    """What officers have decided: the same is certain, another is left out."""
    verdicts = {frozenset(p): d.verdict for p, d in decisions(view.store, Kind.MATCH, view.moment.known_at).items()}
    if not verdicts:
        return
    ids = view.store.nodes(sorted({k for one in out for k in one.doubts}), view.seq)
    for one in out:
        certain = [k for k, doubt in one.doubts.items() if doubt is None]
        for key in [k for k, doubt in one.doubts.items() if doubt]:
            found = {verdicts.get(frozenset((ids[sure][0], ids[key][0]))) for sure in certain}
            if "different" in found:
                del one.doubts[key], one.names[key]
            elif "same" in found:
                one.doubts[key] = None


def _links(view: View, people: np.typing.NDArray[np.int64]) -> dict[int, list[int]]:
    """Of each of these people the nodes that may be the same party, ascending."""
    found: dict[int, set[int]] = defaultdict(set)
    for table in _LINKS:
        for side, mine, other in (("owners", "owner", "end"), ("ends", "end", "owner")):
            ties = view.store.columns(table, ["owner", "end"], view.slice, **{side: people})
            for key, linked in zip(ties[mine].tolist(), ties[other].tolist(), strict=True):
                found[key].add(linked)
    return {key: sorted(linked) for key, linked in found.items()}
