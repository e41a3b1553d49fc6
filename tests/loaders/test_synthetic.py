"""The synthetic city: nobody's numbers, all dirt told in the truth, deliveries that load."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph.errors import UsageError
from loaders.readers import read_lines
from loaders.synthetic import generate


def test_its_area_codes_are_not_assigned(tmp_path: Path) -> None:
    """GB/T 2260 has no province 99."""
    generate(tmp_path / "city", 80, seed=3, months=2)
    rows = list(csv.DictReader((tmp_path / "city" / "truth" / "people.csv").read_text().splitlines()))
    assert rows and all(r["number"].startswith("99") for r in rows)
    codes = list(csv.DictReader((tmp_path / "city" / "truth" / "companies.csv").read_text().splitlines()))
    assert all(r["uscc"][2:4] == "99" for r in codes) and len({r["uscc"] for r in codes}) == len(codes)


def test_another_seed_is_another_city(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate(tmp_path / str(seed), 30, seed=seed, months=1)
    file = "2024-12/shareholders-202412.csv"
    assert (tmp_path / "1" / file).read_bytes() != (tmp_path / "2" / file).read_bytes()


def test_every_file_of_the_manifest_is_there_and_no_other(tmp_path: Path) -> None:
    manifest = generate(tmp_path / "city", 50, seed=3, months=3)
    listed = {r["file"] for r in csv.DictReader(manifest.read_text().splitlines())}
    there = {
        str(p.relative_to(manifest.parent))
        for p in manifest.parent.rglob("*.csv*")
        if p.name != "manifest.csv" and "truth" not in p.parts
    }
    assert listed == there
    assert all(len(list(read_lines(manifest.parent / f))) > 1 for f in listed)


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        generate(tmp_path, 10, seed=1)
