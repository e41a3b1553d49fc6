"""Which nodes are natural persons, or records of nobody but natural persons: what is shown for a purpose only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from graph.schema import ON_RECORDS, SCHEMA
from graph.store import Slice
from graph.view import View


def people_behind(view: View, keys: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """By node the ids of the people who are all that it is about: a person himself, or the subjects of a record.

    A record of a firm too, or of nobody known, is left out, as is any other node. What ends a record's use or is
    raised against it is about whom the record is about.
    """
    known = view.store.nodes(sorted(set(keys)), view.seq)
    people: dict[int, tuple[str, ...]] = {
        key: (node_id,) for key, (node_id, label) in known.items() if label == "Person"
    }
    about = {key: {key} for key, (_, label) in known.items() if SCHEMA.labels[label].record}
    for table, label in ON_RECORDS.items():
        decisions = [key for key, (_, of) in known.items() if of == label]
        for record, decision in _ties(view, table, decisions):
            about.setdefault(decision, set()).add(record)
    subjects: defaultdict[int, set[int]] = defaultdict(set)
    for subject, record in _ties(view, "SUBJECT_OF", {r for records in about.values() for r in records}):
        subjects[record].add(subject)
    parties = view.store.nodes(sorted(set().union(*subjects.values())), view.seq)
    for key, records in about.items():
        found = [parties[s] for r in records for s in subjects[r] if s in parties]
        if found and all(label == "Person" for _, label in found):
            people[key] = tuple(sorted({node_id for node_id, _ in found}))
    return people


def _ties(view: View, table: str, ends: Iterable[int]) -> list[tuple[int, int]]:
    """(start, end) of the relationships that end at these nodes, ended ones too: whose a record was it still is."""
    keys = np.array(sorted(ends), dtype=np.int64)
    if not len(keys):
        return []
    found = view.store.columns(table, ["owner", "end"], Slice(view.seq), ends=keys)
    return list(zip(found["owner"].tolist(), found["end"].tolist(), strict=True))
