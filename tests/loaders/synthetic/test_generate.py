"""The synthetic city: nobody's numbers, the same bytes for the same seed, deliveries of every source that load."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.deliveries import deliveries
from graph.errors import UsageError
from graph.identity import valid_numbers, valid_uscc
from graph.keys import KeyRing
from graph.store import GraphStore
from loaders.pipeline import load_file
from loaders.source import sources
from loaders.synthetic import LEAST_COMPANIES, generate
from loaders.synthetic.deliveries import Department
from tests.loaders.synthetic.conftest import NOW, Written


def bytes_of(folder: Path) -> dict[Path, bytes]:
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_seed_same_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, 120, seed=seed, months=4, dirt=0.05)
    one, again, other = (bytes_of(tmp_path / name) for name in "abc")
    assert one == again
    register = Path("2024-12/shareholders-202412.csv")
    assert one[register] != other[register]


def test_its_codes_and_numbers_are_valid_and_nobodys(city: Written) -> None:
    """GB/T 2260 has no province 99."""
    codes = [row["uscc"] for row in city.truth("companies")]
    numbers = [row["number"] for row in city.truth("people")]
    assert len(set(codes)) == len(codes) >= 1_500 and len(set(numbers)) == len(numbers) > 1_000
    assert valid_uscc(codes).all() and all(code[2:4] == "99" for code in codes)
    assert valid_numbers(numbers).all() and all(number.startswith("99") for number in numbers)


def test_every_file_of_the_manifest_is_there_and_no_other(city: Written) -> None:
    listed = {row["file"] for row in city.manifest()}
    there = {
        str(p.relative_to(city.folder))
        for p in city.folder.rglob("*.csv*")
        if p.name != "manifest.csv" and "truth" not in p.parts
    }
    assert listed == there
    assert all(len(city.lines(file)) > 1 for file in listed)


def test_every_source_delivers_and_without_dirt_every_row_is_accepted(
    tmp_path: Path, memory: GraphStore, keys: KeyRing
) -> None:
    """Through the real pipeline, full lists included: none loses so much at once that it waits for a person."""
    generate(tmp_path / "city", 300, seed=2, months=13, dirt=0)
    delivered = set()
    for request in deliveries([tmp_path / "city"], NOW, None, None, None, "", None, False):
        totals = load_file(memory, request, keys).totals
        assert totals["read"] > 0 and totals["rejected"] == 0, request.path.name
        delivered.add(request.source)
    assert delivered == set(sources())
    notes = {f["code"] for f in memory.ledger("finding")}
    assert notes <= {"code_two_names"}  # a firm renamed stands under its old name in older lists


def test_a_small_city_has_few_files_and_a_large_one_keeps_to_the_catalogue() -> None:
    small = [Department(source, 5_000) for source in sources()]
    assert sum(d.due(month, 24) for d in small for month in range(24)) <= 365
    for department in (Department(source, 1_000_000) for source in sources()):
        monthly = sources()[department.source].catalogue.period_days <= 31
        assert not monthly or all(department.due(month, 24) for month in range(24)), department.source
        assert department.due(23, 24)


def test_an_existing_folder_is_left_alone_and_a_hamlet_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        generate(tmp_path, 100, seed=1)
    with pytest.raises(UsageError, match="no city"):
        generate(tmp_path / "new", LEAST_COMPANIES - 1, seed=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_what_could_not_be_finished_is_taken_away(tmp_path: Path) -> None:
    class Interrupted:
        def advance(self, done: int, total: int | None = None) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "city", 60, seed=1, months=2, progress=Interrupted())
    assert not list(tmp_path.iterdir())
