"""Dirt: all of it is written down, at the row where a load finds it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from api.deliveries import deliveries
from graph.keys import KeyRing
from graph.store import GraphStore
from loaders.pipeline import load_file
from loaders.synthetic import generate
from tests.loaders.synthetic.conftest import NOW, Written

HARMLESS = {"full_width", "lower_case", "spaces", "serial", "month", "yuan", "two_names", "duplicate"}
FATAL = {"check", "number_check", "no_such_day", "scientific"}


def test_what_a_load_refuses_is_in_the_truth_and_the_other_way_round(
    tmp_path: Path, memory: GraphStore, keys: KeyRing
) -> None:
    generate(tmp_path / "city", 400, seed=6, months=2, dirt=0.05)
    told: dict[tuple[str, int], str] = {}
    for row in Written(tmp_path / "city").truth("dirt"):
        told[Path(row["file"]).name, int(row["row"])] = row["kind"]
    for request in deliveries([tmp_path / "city"], NOW, None, None, None, "", None, False):
        load_file(memory, request, keys)
    refused = {(q["file"], q["row"]) for q in memory.ledger("quarantine")}
    kinds = Counter(told[place] for place in refused)
    assert refused <= told.keys() and not kinds.keys() & HARMLESS and kinds.keys() >= FATAL
    assert {place for place, kind in told.items() if kind in FATAL} <= refused
    assert set(told.values()) == HARMLESS | FATAL | {"short_row"}


def test_yuan_typed_as_ten_thousands_contradicts_the_decision(
    tmp_path: Path, memory: GraphStore, keys: KeyRing
) -> None:
    generate(tmp_path / "city", 6_000, seed=8, months=3, dirt=0.5)
    spoilt = [r for r in Written(tmp_path / "city").truth("dirt") if r["kind"] == "yuan" and "penalties" in r["file"]]
    for request in deliveries([tmp_path / "city"], NOW, None, None, None, "", None, False):
        if request.source == "penalties":
            load_file(memory, request, keys)
    found = {(f["file"], f["row"]) for f in memory.ledger("finding") if f["code"] == "amount_contradicts_decision"}
    assert spoilt and {(Path(r["file"]).name, int(r["row"])) for r in spoilt} <= found
