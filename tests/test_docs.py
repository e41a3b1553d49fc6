"""Documentation that is generated is current; commands that the README names exist; the declaration holds together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.algorithm_page import algorithm_page
from api.cli import app
from graph.errors import CreditGraphError
from graph.schema import SCHEMA
from graph.schema_page import json_schema, schema_page
from graph.stores.cypher import constraints
from graph.stores.sqlite import ddl
from loaders.catalogue import sources_page

ROOT = Path(__file__).parent.parent


def test_the_page_of_algorithms_is_current() -> None:
    assert (ROOT / "docs" / "algorithms.md").read_text() == algorithm_page(), (
        "creditgraph run --page > docs/algorithms.md"
    )


def test_the_schema_page_is_current() -> None:
    assert (ROOT / "docs" / "schema.md").read_text() == schema_page(), "creditgraph schema > docs/schema.md"


def test_the_sources_page_is_current() -> None:
    assert (ROOT / "docs" / "sources.md").read_text() == sources_page(), (
        "creditgraph catalogue --page > docs/sources.md"
    )


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_commands_that_exist(readme: str) -> None:
    known = {(c.name or c.callback.__name__).replace("_", "-") for c in app.registered_commands if c.callback} | {
        g.name for g in app.registered_groups
    }
    used = set(re.findall(r"^ +creditgraph ([\w-]+)", (ROOT / readme).read_text(), re.MULTILINE))
    assert used and used <= known
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^ +make (\w+)", (ROOT / readme).read_text(), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^ {4}.*$", "", page.read_text(), flags=re.MULTILINE)  # formulas are indented
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", prose):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("table", SCHEMA.tables())
def test_the_declaration_holds_together(table: str) -> None:
    properties = SCHEMA.properties(table)
    assert len({p.name for p in properties}) == len(properties)
    assert all(p.zh and p.en and re.fullmatch(r"[a-z][a-z0-9_]*", p.name) for p in properties)
    if table in SCHEMA.types:
        kind = SCHEMA.types[table]
        assert table.isupper() and set(kind.start) | set(kind.end) <= set(SCHEMA.labels)
    assert set(json_schema(table)["properties"]) == {p.name for p in properties}


def test_tables_and_constraints_come_from_the_declaration() -> None:
    sql, cypher = "\n".join(ddl()), "\n".join(constraints())
    for table in SCHEMA.tables():
        assert f'"{table}"' in sql and table.lower() in cypher.lower()
        for prop in SCHEMA.properties(table):
            assert f'"{prop.name}"' in sql


def test_every_error_has_an_exit_code_of_its_kind() -> None:
    kinds = CreditGraphError.__subclasses__()
    assert len(kinds) >= 8 and all(kind.exit_code > 1 for kind in kinds)


def test_no_registry_is_named_in_the_lock() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_layers_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_property_is_called_like_what_every_node_has() -> None:
    """On Neo4j current values stand beside these on one node; a property of that name would overwrite one."""
    taken = {"nid", "id", "node_label", "recorded_seq", "search_text"}
    assert not [p.name for label in SCHEMA.labels.values() for p in label.properties if p.name in taken]
