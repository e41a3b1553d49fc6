"""What every refusal of a file must say."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

from graph.errors import FileRefused, UnknownHeader

ROOT = Path(__file__).parent.parent.parent
REFUSALS = [
    (path.relative_to(ROOT), call)
    for folder in ("graph", "loaders", "api")
    for path in sorted((ROOT / folder).rglob("*.py"))
    for call in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("FileRefused", "UnknownHeader")
]


@pytest.mark.parametrize(("path", "call"), REFUSALS, ids=[f"{p}:{c.lineno}" for p, c in REFUSALS])
def test_a_file_is_refused_in_both_languages_and_with_a_remedy(path: Path, call: ast.Call) -> None:
    assert len(call.args) == 3
    assert any("\u4e00" <= letter <= "\u9fff" for letter in ast.unparse(call.args[2]))


def test_a_refusal_comes_whole_out_of_another_process() -> None:
    error = pickle.loads(pickle.dumps(UnknownHeader("a.csv: no header", "Add one.", "没有表头")))
    assert isinstance(error, FileRefused) and (error.message, error.remedy, error.zh) == (
        "a.csv: no header",
        "Add one.",
        "没有表头",
    )
