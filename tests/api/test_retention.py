"""creditgraph erase and retain, end to end: every file that we wrote is looked through."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl

from graph.keys import KeyRing
from tests.api.test_cli import run
from tests.conftest import firm, number, to_csv, uscc

NAME = "赵无双"


def _contents(folder: Path) -> bytes:
    out = b""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        out += path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                out += b"".join(packed.read(n) for n in packed.namelist())
    return out


def test_after_an_erasure_no_file_of_ours_names_her(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "in"
    home.mkdir()
    inbox.mkdir()
    keys = KeyRing.generate()
    keys.save(tmp_path / "keys.json")
    places = {
        "CREDITGRAPH_STORE": f"sqlite:///{home}/city.db",
        "CREDITGRAPH_KEY": str(tmp_path / "keys.json"),
        "CREDITGRAPH_AUDIT": str(home / "audit.jsonl"),
    }
    row = {"统一社会信用代码": uscc(1), "姓名": NAME, "证件号码": number(1), "职务": "法定代表人"}
    (inbox / "firms.csv").write_bytes(to_csv([firm(1)]))
    (inbox / "posts.csv").write_bytes(to_csv([row, row | {"职务": "监事", "任职日期": "2024-02-30"}]))
    run("load", str(inbox / "firms.csv"), str(inbox / "posts.csv"), **places)
    run("receipt", "2", "--xlsx", str(home / "receipt.xlsx"), **places)
    run("show", uscc(1), "--picture", str(home / "firm.html"), "--purpose", "case_investigation:案件1", **places)
    run("export", "--out", str(home / "export"), "--purpose", "case_investigation:案件1", **places)
    assert NAME in str(list(openpyxl.load_workbook(home / "receipt.xlsx")["退回行"].values))
    person = "CN-ID:" + keys.digest(number(1))
    assert _contents(home).count(NAME.encode()) >= 4
    said = run("erase", person, "--reason", "法院令〔2026〕1号", **places)
    assert "receipt.xlsx" in said and "firm.html" in said and NAME not in said
    content = _contents(home)
    assert json.dumps(NAME)[1:-1].encode() not in content
    assert NAME.encode() not in content and keys.digest(number(1)).encode() not in content
    assert (home / "audit.jsonl").read_text().count("\n") == 3, "the log of queries stays, with digests"
    (inbox / "posts2.csv").write_bytes(to_csv([row]))
    run("load", str(inbox / "posts2.csv"), "--dated", "2026-11-23", **places)
    assert NAME.encode() not in _contents(home)
