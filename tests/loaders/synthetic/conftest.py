"""One city for the tests of this folder, without dirt, and what its files say."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from dataclasses import dataclass
from pathlib import Path

import pytest

from loaders.synthetic import generate

NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Written:
    """A generated city on disk."""

    folder: Path

    def manifest(self) -> Rows:
        return list(csv.DictReader((self.folder / "manifest.csv").read_text("utf-8").splitlines()))

    def truth(self, name: str) -> Rows:
        return list(csv.DictReader((self.folder / "truth" / f"{name}.csv").read_text("utf-8").splitlines()))

    def lines(self, file: str) -> list[list[str]]:
        raw = (self.folder / file).read_bytes()
        raw = gzip.decompress(raw) if file.endswith(".gz") else raw
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
        return list(csv.reader(text.splitlines()))

    def rows(self, source: str) -> Rows:
        """All rows of a source, delivery by delivery."""
        out: Rows = []
        for entry in self.manifest():
            if entry["source"] == source:
                lines = [line for line in self.lines(entry["file"]) if len(line) > 2]
                out += [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
        return out


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("synthetic") / "city"
    generate(folder, 1_500, seed=5, months=14, dirt=0)
    return Written(folder)
