"""What every error must say: what is wrong and what to do, in both languages."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

from graph import errors
from graph.errors import CreditGraphError, FileRefused, UnknownHeader
from graph.fault import Fault

ROOT = Path(__file__).parent.parent.parent
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, CreditGraphError)}
RAISED = [
    (path.relative_to(ROOT), call)
    for folder in ("graph", "loaders", "analytics", "api")
    for path in sorted((ROOT / folder).rglob("*.py"))
    for call in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KINDS | {Fault.__name__}
]


def passed_on(argument: ast.expr) -> bool:
    """Whether it is, or is made of, the Chinese of something else: `zh`, `error.zh`, `what_zh`."""
    return any(getattr(n, "attr", getattr(n, "id", "")).endswith("zh") for n in ast.walk(argument))


def test_the_errors_are_found() -> None:
    """So that an error imported in another way is not passed over."""
    assert {"CreditGraphError", "UsageError", "FileRefused", "PackError", "NotFound"} < KINDS
    assert {call.func.id for _, call in RAISED if isinstance(call.func, ast.Name)} == KINDS | {"Fault"}


@pytest.mark.parametrize(("path", "call"), RAISED, ids=[f"{p}:{c.lineno}" for p, c in RAISED])
def test_an_error_is_told_in_both_languages_and_with_a_remedy(path: Path, call: ast.Call) -> None:
    assert len(call.args) >= 3, "what is wrong, what to do, and both in Chinese"
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in ast.unparse(call.args[2]))
    assert chinese or passed_on(call.args[2])


def test_a_refusal_comes_whole_out_of_another_process() -> None:
    error = pickle.loads(pickle.dumps(UnknownHeader("a.csv: no header", "Add one.", "没有表头")))
    assert isinstance(error, FileRefused) and (error.message, error.remedy, error.zh) == (
        "a.csv: no header",
        "Add one.",
        "没有表头",
    )
