"""Beneficial ownership at the command line: statements in, what may be shared out."""

from __future__ import annotations

import json
from pathlib import Path

from tests.api.test_cli import run
from tests.graph.interchange.statements import entity, interest, lines, person, read, relationship, schema_errors

STATEMENTS = [
    entity("e", ("GB-COH", "00000001")),
    entity("h", ("XI-LEI", "213800BC4TEGCCQH9V07"), ("DE-CR", "HRB 1")),
    person("p", "Jane Doe", details={"birthDate": "1985-03-12"}),
    relationship("r1", "e", "h", interest(share={"minimum": 25, "maximum": 50}, startDate="2020-01-01")),
    relationship("r2", "e", "p", interest("votingRights", share={"exclusiveMinimum": 50, "maximum": 75})),
    relationship("r3", "e", "h", interest("nominee", startDate="2010-01-01", endDate="2011-01-01")),
]


def test_statements_go_in_and_come_out(tmp_path: Path) -> None:
    at = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/a.db", "CREDITGRAPH_KEY": str(tmp_path / "key")}
    run("key", "create", str(tmp_path / "key"))
    (tmp_path / "a.jsonl").write_text(lines(*STATEMENTS), encoding="utf-8")
    loaded = json.loads(run("load", str(tmp_path / "a.jsonl"), "--dated", "2026-11-01", "--format", "json", **at))
    assert [b["source"] for b in loaded] == ["beneficial_ownership"], "found by what is in it"
    assert "HRB 1" in run("show", "213800BC4TEGCCQH9V07", "--lang", "en", **at)
    told = {}
    for name, more in (
        ("firms", []),
        ("all", ["--purpose", "case_investigation:case 1", "--history", "--publisher", "Office"]),
    ):
        run("export", "--form", "bods", "--out", str(tmp_path / name), *more, **at)
        out = read(tmp_path / name / "statements.jsonl")
        assert schema_errors(out, tmp_path) == []
        told[name] = sorted(i["type"] for s in out for i in s["recordDetails"].get("interests", []))
    assert told == {"firms": ["shareholding"], "all": ["nominee", "shareholding", "votingRights"]}
    assert "Jane" not in (tmp_path / "firms" / "statements.jsonl").read_text("utf-8")
    assert {s["publicationDetails"]["publisher"]["name"] for s in out} == {"Office"}
    log = [json.loads(line) for line in Path("creditgraph-audit.jsonl").read_text().splitlines()]
    assert [(line["purpose"], line["reference"]) for line in log] == [("case_investigation", "case 1")]


def test_an_older_version_is_refused_in_words(tmp_path: Path) -> None:
    at = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/a.db", "CREDITGRAPH_KEY": str(tmp_path / "key")}
    run("key", "create", str(tmp_path / "key"))
    old = {"statementID": "1", "statementType": "personStatement", "publicationDetails": {"bodsVersion": "0.2"}}
    (tmp_path / "a.json").write_text(json.dumps([old]), encoding="utf-8")
    refused = run("load", str(tmp_path / "a.json"), "--source", "beneficial_ownership", code=3, **at)
    assert "BODS 0.2" in refused and "0.4" in refused
