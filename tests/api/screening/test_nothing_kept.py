"""Of an uploaded list the tool keeps nothing: what an office has to delete is the list, the reply and the pages alone."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlparse

import pytest

from tests.api.screening.lists import HEADER, row, task, workbook
from tests.api.test_cli import run
from tests.conftest import number

STRANGER, KNOWN, WRONG_NAME = number(77), number(1), "无名样"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_no_number_of_a_list_stays_in_store_log_or_temporary_files(
    at: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """Searched byte by byte: a person of the store, one whom nobody knows, and a number that is refused."""
    kept, given, temporary = (tmp_path / name for name in ("kept", "given", "temporary"))
    for folder in (kept, given, temporary):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    store = Path(urlparse(at["CREDITGRAPH_STORE"]).path[1:])
    shutil.copy(f"/{store}", kept / "city.db")
    people = [row(1, "张一", KNOWN), row(2, WRONG_NAME, STRANGER), row(3, WRONG_NAME, STRANGER[:-1] + "?")]
    list_ = workbook(given / "a.xlsx", [HEADER, *people])
    if suffix == ".csv":
        list_ = given / "a.csv"
        list_.write_text("\n".join(",".join(map(str, cells)) for cells in (HEADER, *people)), encoding="utf-8")
    there = at | {
        "CREDITGRAPH_STORE": f"sqlite:///{kept}/city.db",
        "CREDITGRAPH_AUDIT": str(kept / "audit.jsonl"),
    }
    told = ("--task", task(given / "task.yaml"), "--out", str(given / "r.xlsx"), "--pages", str(given / "pages"))
    said = run("screen", str(list_), *told, **there) + run("tasks", "precheck", str(list_), **there)
    files = [p for folder in (kept, temporary) for p in folder.rglob("*") if p.is_file()]
    assert {p.name for p in files} >= {"city.db", "audit.jsonl"} and not list(temporary.iterdir())
    written = b"".join(p.read_bytes() for p in files) + said.encode()
    for text in (STRANGER, KNOWN, STRANGER[:-1], WRONG_NAME):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert text.encode(encoding) not in written, encoding
    assert {p.name for p in tmp_path.iterdir()} <= {"kept", "given", "temporary"}, "nor anywhere else"
