"""The page that explains the city states the rates that it is made with, and names the files of its truth."""

from __future__ import annotations

import re
from pathlib import Path

from loaders.synthetic.rates import RECORDS
from loaders.synthetic.truth import FILES

PAGE = (Path(__file__).parents[3] / "docs" / "synthetic-city.md").read_text("utf-8")


def test_the_rates_of_the_page_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\d.e-]+) \| ([\d.e-]+) \| (\d) \|$", PAGE, re.MULTILINE)
    assert {name: (float(base), float(slope), int(power)) for name, base, slope, power in rows} == {
        name: (rate.base, rate.slope, rate.power) for name, rate in RECORDS.items()
    }


def test_the_page_names_every_file_of_the_truth() -> None:
    rows = dict(re.findall(r"^\| (\w+) \| ([a-z_]+(?:, | \().*?) \|$", PAGE, re.MULTILINE))
    for name, columns in FILES.items():
        assert name in rows and all(column in rows[name] for column in columns), name
