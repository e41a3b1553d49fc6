"""Links that follow from identifiers alone: a party known by an organisation code and the bearer of that code.

Ids never depend on what was loaded before; these links do the joining instead. They follow from what a store holds at
the end of each batch, so any order of files gives the same links. Of a small batch only what it can have joined is
looked at: all weakly identified parties of a city are many, and files are too.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from graph.declaration import SHARE_ONE
from graph.delivery import Batch, Facts, Insert, Work
from graph.identity import coded_id, digests, is_weak, mix, nid
from graph.store import GraphStore

IDENTITY = "identity"  # the source of links that follow from identifiers alone
METHODS = ("shared_identifier", "fifteen_digit_number")
WEAK_SCHEMES = {"CN-ORG": "organisation_code", "CN-REGNO": "registration_number"}
FIFTEEN = "CN-ID15"
HALF = SHARE_ONE // 2
LINKS = "links"  # meta: "current" while no fact has left the store since the last batch
SMALL = 20_000  # facts of a batch


def identifier_links(store: GraphStore, batch: Batch, work: Work) -> None:
    """Bring SAME_AS and POSSIBLY_SAME from weakly identified parties up to date with the batch.

    One bearer of the code: SAME_AS with probability 1. Several: POSSIBLY_SAME each, never collapsed. A
    15-digit number and its 18-digit form: POSSIBLY_SAME.
    """
    weak = _joined(store, batch) if _small(store, batch) else store.weak_nodes()
    if not weak:
        return
    wanted: dict[str, set[tuple[int, int, int, str]]] = defaultdict(set)
    for scheme, name in WEAK_SCHEMES.items():
        _link_firms(store, batch, weak, scheme, name, wanted)
    _link_fifteen(store, batch, weak, wanted)
    for table in ("SAME_AS", "POSSIBLY_SAME"):
        _replace(store, weak, table, wanted[table], work)


def _small(store: GraphStore, batch: Batch) -> bool:
    facts = sum(count for name, count in batch.totals.items() if name.startswith("facts:"))
    return facts <= SMALL and store.get_meta(LINKS) == "current"


def _joined(store: GraphStore, batch: Batch) -> dict[int, str]:
    """Weakly identified parties that a batch brought, or whose code or number it gave a bearer."""
    weak = store.weak_nodes(batch.seq)
    ids = set()
    for scheme, name in WEAK_SCHEMES.items():
        for label in filter(batch.touched, _bearing(scheme)):
            ids |= {coded_id(scheme, v) for v in store.recorded(batch, label, [name])[name].tolist() if v}
    hashes = []
    if batch.touched("Person"):
        persons = np.unique(store.recorded(batch, "Person", ["owner"])["owner"]).tolist()
        known = [i for i, _ in store.nodes(persons, batch.seq).values()]
        hashes = [i.partition(":")[2] for i in known if i.startswith("CN-ID:")]
    keys = [nid(i) for i in sorted(ids)] + [k for _, k in store.find("Person", "candidate_hash", hashes, batch.seq)]
    return dict(sorted((weak | {k: i for k, (i, _) in store.nodes(keys, batch.seq).items() if is_weak(i)}).items()))


def _bearing(scheme: str) -> tuple[str, ...]:
    return ("Company", "Organisation") if scheme == "CN-ORG" else ("Company",)


def _link_firms(
    store: GraphStore,
    batch: Batch,
    weak: dict[int, str],
    scheme: str,
    name: str,
    wanted: dict[str, set[tuple[int, int, int, str]]],
) -> None:
    by_value = {i.partition(":")[2]: key for key, i in weak.items() if i.startswith(scheme + ":")}
    bearers: dict[str, set[int]] = defaultdict(set)
    for label in _bearing(scheme):
        found = store.find(label, name, sorted(by_value), batch.seq)
        ids = store.nodes([key for _, key in found], batch.seq)
        for value, key in found:
            if not is_weak(ids[key][0]):
                bearers[value].add(key)
    for value, keys in bearers.items():
        table, probability = ("SAME_AS", SHARE_ONE) if len(keys) == 1 else ("POSSIBLY_SAME", HALF)
        wanted[table] |= {(by_value[value], key, probability, "shared_identifier") for key in keys}


def _link_fifteen(
    store: GraphStore, batch: Batch, weak: dict[int, str], wanted: dict[str, set[tuple[int, int, int, str]]]
) -> None:
    keys = [key for key, i in weak.items() if i.startswith(FIFTEEN)]
    full = {
        row["owner"]: nid(coded_id("CN-ID", row["candidate_hash"]))
        for row in store.versions("Person", keys, batch.seq)
        if row["candidate_hash"]
    }
    known = store.nodes(list(full.values()), batch.seq)
    wanted["POSSIBLY_SAME"] |= {
        (key, other, HALF, "fifteen_digit_number") for key, other in full.items() if other in known
    }


def _replace(
    store: GraphStore, weak: dict[int, str], table: str, wanted: set[tuple[int, int, int, str]], work: Work
) -> None:
    owners = np.array(sorted(weak), dtype=np.int64)
    stored = [v for v in store.stored(table, owners) if v.values[1] in METHODS]
    have = {(v.owner, v.end, v.values[0], v.values[1]): v.ref for v in stored}
    work.closings[table] = [ref for link, ref in sorted(have.items(), key=lambda x: str(x[0])) if link not in wanted]
    new = sorted(wanted - have.keys())
    if not new:
        return
    start = np.array([x[0] for x in new], dtype=np.int64)
    end = np.array([x[1] for x in new], dtype=np.int64)
    digest = digests((x[2], x[3]) for x in new)
    empty: list[None] = [None] * len(new)
    facts = Facts(
        start,
        mix(start, end, nid(f"{table}:{IDENTITY}")),
        digest,
        list(empty),
        list(empty),
        list(empty),
        [[x[2] for x in new], [x[3] for x in new], list(empty)],
        np.zeros(len(new), np.int64),
        end,
    )
    work.inserts[table] = [Insert(facts, digest, list(empty), IDENTITY)]
