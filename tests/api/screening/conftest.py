"""The city that lists are checked against."""

from __future__ import annotations

import pytest

from tests.api.screening.lists import FILES
from tests.api.test_cli import run
from tests.conftest import to_csv


@pytest.fixture(scope="session")
def at(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A store of a few firms and the settings that name it."""
    folder = tmp_path_factory.mktemp("vetting")
    there = {"CREDITGRAPH_STORE": f"sqlite:///{folder}/city.db", "CREDITGRAPH_KEY": f"{folder}/key"}
    run("key", "create", f"{folder}/key")
    for source, table in FILES.items():
        (folder / f"{source}.csv").write_bytes(to_csv(table))
        run("load", f"{folder}/{source}.csv", "--source", source, "--dated", "2026-11-20", **there)
    return there
