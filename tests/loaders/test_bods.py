"""Beneficial ownership statements through the pipeline and out again; the 19 real files; whatever may be wrong."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.declaration import SHARE_ONE, Disclosure
from graph.errors import FileRefused
from graph.identity import coded_id, nid
from graph.interchange.bods import ENTITIES, INTERESTS
from graph.interchange.bods_writer import write_statements
from graph.keys import KeyRing
from graph.store import GraphStore, Slice
from graph.stores import open_store
from graph.time import Moment
from graph.usable import Use
from graph.view import View
from loaders.pipeline import Request, load_file
from loaders.receipt import write_receipt
from tests.conftest import Office, fresh_neo4j, number
from tests.graph.interchange.statements import (
    REAL,
    declared,
    entity,
    interest,
    lines,
    parties,
    person,
    read,
    relationship,
    schema_errors,
)
from tests.graph.stores.reading import facts

FILES = sorted(REAL.glob("*.jsonl"))
real = pytest.mark.skipif(not FILES, reason="the real statements are not part of the project (CREDITGRAPH_BODS_SAMPLE)")
NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def view(store: GraphStore, day: dt.date = dt.date(2026, 11, 23)) -> View:
    return View(store, Moment.on(day), Use.SHARE, Disclosure.GOVERNMENT)


def written(store: GraphStore, folder: Path, *, people: bool = True, history: bool = True) -> list[dict[str, Any]]:
    write_statements(view(store), folder, people=people, publisher="Office of Nowhere", history=history)
    return read(folder / "statements.jsonl")


def deliver(desk: Office, *statements: Any, **more: Any) -> Any:
    more.setdefault("file", f"statements-{desk.count}.jsonl")
    return desk.deliver(None, lines(*statements), "2026-11-01", **more)  # type: ignore[arg-type]


# --- the real files ---------------------------------------------------------------------------------------


@real
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_real_file_comes_out_again_equal_and_valid(
    memory: GraphStore, keys: KeyRing, tmp_path: Path, path: Path
) -> None:
    batch = load_file(memory, Request(path, NOW), keys)
    given = read(path)
    assert batch.delivery.source == "beneficial_ownership"
    assert batch.totals["read"] == batch.totals["loaded"] == len(given)
    out = written(memory, tmp_path / "out")
    assert parties(out) == parties(given)
    assert declared(out) == declared(given)
    assert schema_errors(out, tmp_path) == []
    again = load_file(memory, Request(path, NOW + dt.timedelta(days=1)), keys)
    assert (again.totals["loaded"], again.totals["unchanged"]) == (0, len(given))


@real
def test_what_was_written_loads_into_another_store_and_is_written_the_same(keys: KeyRing, tmp_path: Path) -> None:
    path = next(p for p in FILES if p.stem == "uk_00184594")
    with open_store("sqlite://") as first, open_store("sqlite://") as second:
        load_file(first, Request(path, NOW), keys)
        out = written(first, tmp_path / "first")
        load_file(second, Request(tmp_path / "first" / "statements.jsonl", NOW), keys)
        again = written(second, tmp_path / "second")
    assert declared(again) == declared(out) and parties(again) == parties(out)


@real
@pytest.mark.parametrize("order", [1, -1])
def test_two_registers_files_of_one_firm_meet_in_one_node(memory: GraphStore, keys: KeyRing, order: int) -> None:
    """Companies House and GLEIF both know the number 04152338; the LEI is found with whichever comes first."""
    for stem in ("uk_04152338", "gleif_213800BC4TEGCCQH9V07")[::order]:
        load_file(memory, Request(REAL / f"{stem}.jsonl", NOW), keys)
    seen = view(memory)
    firm = seen.node(nid("GB-COH:04152338"))
    assert firm.properties["name"] == "MELLI BANK PLC" and firm.properties["jurisdiction"] == "GB"
    identifiers = [seen.node(e.end).properties for e in seen.edges(firm.key, ["IDENTIFIED_BY"])]
    assert sorted(p["scheme"] for p in identifiers) == ["GB-COH", "XI-LEI"]
    assert seen.resolve("213800BC4TEGCCQH9V07") == firm.key == seen.resolve("04152338")
    holding = next(e for e in seen.edges(firm.key, ["HOLDS_SHARES_IN"]) if e.end == firm.key)
    wanted = ("share_min", "share_max", "votes_min", "votes_max")
    assert [holding.values[w] / SHARE_ONE for w in wanted] == [0.75, 1, 0.75, 1]
    assert seen.node(holding.start).properties["name"] == "Government Of The Islamic Republic Of Iran"


@real
@pytest.mark.parametrize("path", [p for p in FILES if p.stem.startswith("uk")], ids=lambda p: p.stem)
def test_owners_of_every_firm_come_back_with_the_declared_intervals(
    memory: GraphStore, keys: KeyRing, path: Path
) -> None:
    load_file(memory, Request(path, NOW), keys)
    seen = view(memory)
    statements = read(path)
    found: Counter[Any] = Counter()
    for edge in _holdings(seen):
        names = (seen.node(edge.start).properties["name"], seen.node(edge.end).properties["name"])
        for prefix, kind in (("share", "shareholding"), ("votes", "votingRights")):
            bounds = (edge.values[f"{prefix}_min"], edge.values[f"{prefix}_max"])
            if bounds != (None, None):
                found[names, kind, bounds] += 1
    expected: Counter[Any] = Counter()
    for (subject, party, kind, bounds, (_, end), _), count in declared(statements).items():
        if kind in ("shareholding", "votingRights") and end is None:
            expected[(party[1], subject[1]), kind, (bounds[0] * 10**8, bounds[2] * 10**8)] += count
    assert found == expected


def _holdings(seen: View) -> list[Any]:
    keys = seen.store.columns("node", ["nid", "label"], Slice(seen.seq))["nid"].tolist()
    edges = {(e.grp, e.lot): e for key in keys for e in seen.edges(key, ["HOLDS_SHARES_IN"], 1_000)}
    return list(edges.values())


@real
def test_the_real_files_are_alike_on_both_stores(neo4j_url: str, keys: KeyRing, tmp_path: Path) -> None:
    out = []
    for name, store in (("sqlite", open_store("sqlite://")), ("neo4j", fresh_neo4j(neo4j_url))):
        with store:
            for path in FILES:
                load_file(store, Request(path, NOW), keys)
            out.append(written(store, tmp_path / name))
    assert out[0] == out[1] and len(out[0]) > 1_000


# --- every kind of interest and party -----------------------------------------------------------------------

SHARES = st.one_of(
    st.none(),
    st.builds(lambda x: {"exact": x}, st.integers(0, 100)),
    st.builds(
        lambda a, b, low, high: {k: v for k, v in ((low, min(a, b)), (high, max(a, b))) if k},
        *[st.integers(0, 10_000).map(lambda x: x / 100)] * 2,
        st.sampled_from(["minimum", "exclusiveMinimum", ""]),
        st.sampled_from(["maximum", "exclusiveMaximum", ""]),
    ).filter(bool),
)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2026, 1, 1)).map(dt.date.isoformat)


@st.composite
def interests(draw: Any) -> dict[str, Any]:
    out: dict[str, Any] = {"type": draw(st.sampled_from(INTERESTS))}
    if share := draw(SHARES):
        out["share"] = share
    start, end = sorted([draw(DAYS), draw(DAYS)])
    out |= draw(st.sampled_from([{}, {"startDate": start}, {"startDate": start, "endDate": end}]))
    out["directOrIndirect"] = draw(st.sampled_from(["direct", "indirect", "unknown"]))
    out |= draw(st.sampled_from([{}, {"beneficialOwnershipOrControl": True}]))
    return out


@st.composite
def files(draw: Any) -> list[dict[str, Any]]:
    """Entities and people of every type, relationships among them, in any order."""
    out: list[dict[str, Any]] = []
    for i in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(ENTITIES))
        schemes = draw(st.sets(st.sampled_from(["GB-COH", "DE-CR", "US-SAM", "一览:；%"]), max_size=3))
        unspecified = {"unspecifiedEntityDetails": {"reason": "unknown"}} if kind in ENTITIES[3:5] else {}
        out.append(entity(f"e{i}", *((s, f"0{i};1") for s in schemes), kind=kind, details=unspecified))
    births = draw(st.lists(st.sampled_from(["1950", "1950-02", "1950-02-03"]), max_size=2))
    out += [person(f"p{i}", details={"birthDate": birth}) for i, birth in enumerate(births)]
    records = [s["recordId"] for s in out]
    firms = [r for r in records if r.startswith("e")]
    for i in range(draw(st.integers(1, 4))):
        subject, party = draw(st.sampled_from(firms)), draw(st.sampled_from([*records, {"reason": "unknown"}]))
        out.append(relationship(f"r{i}", subject, party, *draw(st.lists(interests(), min_size=1, max_size=5))))
    return draw(st.permutations(out))  # type: ignore[no-any-return]


@given(files())
@settings(max_examples=30)
def test_any_statements_come_out_again_equal_and_valid(tmp_path_factory: pytest.TempPathFactory, given: Any) -> None:
    folder = tmp_path_factory.mktemp("any")
    with open_store("sqlite://") as store:
        desk = Office(store, KeyRing.derived("tests"), folder)
        batch = deliver(desk, *given)
        assert batch.totals["rejected"] == 0, store.ledger("quarantine")
        out = written(store, folder / "out")
    assert declared(out) == declared(given)
    held = {
        r["recordDetails"]["interestedParty"]
        for r in given
        if isinstance(r["recordDetails"].get("interestedParty"), str)
    }
    assert parties(out) == parties([s for s in given if s["recordType"] == "entity" or s["recordId"] in held])
    assert schema_errors(out, folder) == []


def test_an_indirect_holding_is_not_counted_as_one(desk: Office) -> None:
    """P holds T through H: the chain is declared beside it, and adding both would count the share twice."""
    deliver(
        desk,
        entity("T", ("GB-COH", "00000001")),
        entity("H", ("GB-COH", "00000002")),
        person("P"),
        relationship("r1", "H", "P", interest(share={"exact": 60}), details={"isComponent": True}),
        relationship("r2", "T", "H", interest(share={"exact": 50}), details={"isComponent": True}),
        relationship("r3", "T", "P", interest(share={"exact": 30}, directOrIndirect="indirect")),
    )
    held = desk.store.columns("HOLDS_SHARES_IN", ["end", "share_min"], Slice(1))
    assert sorted(zip(held["share_min"].tolist(), held["end"].tolist(), strict=True)) == [
        (SHARE_ONE // 2, nid("GB-COH:00000001")),
        (SHARE_ONE * 6 // 10, nid("GB-COH:00000002")),
    ]
    other = desk.store.columns("HOLDS_INTEREST_IN", ["interest", "directness", "share_max"], Slice(1))
    assert [c.tolist() for c in other.values()] == [["shareholding"], ["indirect"], [SHARE_ONE * 3 // 10]]


def test_only_what_a_whole_countrys_register_or_the_lei_index_gave_proves_identity(desk: Office) -> None:
    """DE-CR HRB 1 is a number of every German court, US-SAM 3675 a file number of every State: they stay apart."""
    deliver(
        desk,
        entity("a", ("DE-CR", "HRB 1")),
        entity("b", ("DE-CR", "HRB 1")),
        entity("c", ("US-SAM", "3675"), ("XI-LEI", "213800BC4TEGCCQH9V07")),
        entity("d", ("US-SAM", "3675"), ("XI-LEI", "213800BC4TEGCCQH9V08")),
        entity("e", ("XI-LEI", "213800BC4TEGCCQH9V07"), ("GB-COH", "04152338")),
    )
    ids = desk.store.columns("node", ["id", "label"], Slice(1))
    firms = sorted(i for i, label in zip(ids["id"], ids["label"], strict=True) if label == "Company")
    assert firms[:1] == ["GB-COH:04152338"] and firms[-1] == "XI-LEI:213800BC4TEGCCQH9V07"
    assert len(firms) == 5 and all(i.startswith("M:") for i in firms[1:-1]), "the LEI of d fails its check digits"


def test_people_are_apart_by_record_and_one_by_number(desk: Office) -> None:
    """A name, a birth year and a nationality alike prove nothing; a passport of one country does."""
    passport = {"identifiers": [{"scheme": "GBR-PASSPORT", "id": "925 665 416"}], "birthDate": "1985-03-12"}
    card = {"identifiers": [{"scheme": "CHN-IDCARD", "id": number(1)}]}
    statements = [
        person("a"),
        person("b"),
        person("c", details=passport),
        person("d", details=passport | {"identifiers": [{"scheme": "GBR-PASSPORT", "id": "925665416"}]}),
        person("e", details=card),
    ]
    deliver(desk, *statements)
    rows = desk.store.columns("Person", ["owner", "birth_year", "number_hash"], Slice(1))
    assert len(set(rows["owner"].tolist())) == 4
    digests = {desk.keys.digest("GBR-PASSPORT:925665416"), desk.keys.digest(number(1))}
    assert {h for h in rows["number_hash"] if h} == digests
    again = deliver(desk, *statements[::-1])
    assert again.totals["loaded"] == 0


def test_nothing_of_a_person_stays_but_name_nationality_and_year_of_birth(desk: Office, tmp_path: Path) -> None:
    details = {
        "birthDate": "1985-03-12",
        "nationalities": [{"name": "France", "code": "FR"}],
        "placeOfBirth": {"type": "placeOfBirth", "address": "Secret Place"},
        "addresses": [{"type": "residence", "address": "Secret Street 5"}],
        "taxResidencies": [{"name": "Secretland"}],
        "politicalExposure": {"status": "isPep"},
        "identifiers": [{"scheme": "FRA-PASSPORT", "id": "12AB34567"}],
    }
    bad = relationship("r2", "gone", "p", interest())
    held = relationship("r1", "e", "p", interest(details="Secret words"))
    deliver(desk, entity("e", ("GB-COH", "00000001")), person("p", details=details), held, bad)
    kept = repr([facts(desk.store, t, Slice(1)) for t in ("Person", "Company", "HOLDS_SHARES_IN", "Identifier")])
    shown = repr([{k: v for k, v in q.items() if k != "sealed_row"} for q in desk.store.ledger("quarantine")])
    out = json.dumps(written(desk.store, tmp_path / "out"))
    for secret in ("Secret", "1985-03", "12AB34567", "03-12", "isPep"):
        assert secret not in kept + shown + out, secret
    assert "Jane Doe" not in shown and "Jane Doe" in kept
    assert "Jane Doe" not in json.dumps(written(desk.store, tmp_path / "firms", people=False))


def test_of_a_records_statements_the_last_counts_and_what_closed_has_ended(desk: Office, tmp_path: Path) -> None:
    first = relationship("r", "e", "h", interest(share={"exact": 30}, startDate="2020-01-01"))
    second = relationship(
        "r",
        "e",
        "h",
        interest(share={"exact": 40}, startDate="2020-01-01"),
        statementId="2" * 32,
        statementDate="2026-10-02",
        recordStatus="updated",
    )
    firms = [entity("e", ("GB-COH", "00000001")), entity("h", ("GB-COH", "00000002"))]
    batch = deliver(desk, second, *firms, first)
    assert (batch.totals["read"], batch.totals["notes"]) == (3, 1)
    held = desk.store.columns("HOLDS_SHARES_IN", ["share_min", "valid_to"], Slice(1))
    assert held["share_min"].tolist() == [SHARE_ONE * 4 // 10]
    closed = second | {"recordStatus": "closed", "statementDate": "2026-10-30", "statementId": "3" * 32}
    desk.deliver(None, lines(*firms, closed), "2026-11-02", file="closed.jsonl")  # type: ignore[arg-type]
    seen = view(desk.store)
    assert seen.edges(nid("GB-COH:00000001"), ["HOLDS_SHARES_IN"]) == [], "it has ended, on whatever day"
    current = [s for s in written(desk.store, tmp_path / "now", history=False) if s["recordType"] == "relationship"]
    assert current == []
    (old,) = [s for s in written(desk.store, tmp_path / "all") if s["recordType"] == "relationship"]
    assert (old["recordStatus"], old["statementDate"]) == ("closed", "2026-10-30")
    assert "endDate" not in old["recordDetails"]["interests"][0], "which day is not known"


# --- bad input ------------------------------------------------------------------------------------------------

GOOD = [entity("e", ("GB-COH", "00000001")), entity("h", ("GB-COH", "00000002")), person("p")]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ('{"statementId": "1", "recordType', "bods_json"),
        ("[1, 2]", "bods_json"),
        (relationship("r", "e", "gone", interest()), "bods_reference"),
        (relationship("r", {"describedByEntityStatement": "x"}, "h", interest()), "bods_reference"),
        (relationship("r", "e", 5, interest()), "bods_form"),
        (relationship("r", "p", "h", interest()), "bods_form"),
        (relationship("r", "e", "h"), "interest_absent"),
        (relationship("r", "e", "h", interest("ownership")), "interest_unknown"),
        (relationship("r", "e", "h", interest(share={"exact": 100.5})), "share_over_100"),
        (relationship("r", "e", "h", interest(share={"minimum": 25, "maximum": 1e300})), "share_over_100"),
        (relationship("r", "e", "h", interest(share={"exact": -1})), "share_form"),
        (relationship("r", "e", "h", interest(share={"exact": float("nan")})), "share_form"),
        (relationship("r", "e", "h", interest(share={"exact": "a lot"})), "share_form"),
        (relationship("r", "e", "h", interest(share={"minimum": 50, "maximum": 25})), "share_reversed"),
        (relationship("r", "e", "h", interest(share=[25])), "bods_form"),
        (relationship("r", "e", "h", interest(startDate="2026-02-30")), "date_invalid"),
        (relationship("r", "e", "h", interest(endDate="soon")), "date_form"),
        (relationship("r", "e", "h", interest(directOrIndirect="sideways")), "choice"),
        (entity("x", kind="club"), "bods_form"),
        (entity("x", details={"identifiers": "none"}), "bods_form"),
        (entity("x") | {"recordDetails": None}, "bods_form"),
        (entity("x") | {"recordType": "thing"}, "bods_form"),
        (entity("x") | {"recordType": ["entity"]}, "bods_form"),
        (entity("x") | {"recordId": None}, "bods_form"),
        (entity("x") | {"publicationDetails": {"bodsVersion": "0.3"}}, "bods_version"),
        (
            person("x", details={"identifiers": [{"scheme": "CHN-IDCARD", "id": "990101198503120000"}]}),
            "number_truncated",
        ),
        (person("x", details={"birthDate": "long ago"}), "number_form"),
    ],
)
def test_a_bad_statement_is_quarantined_and_the_rest_loads(desk: Office, bad: Any, code: str) -> None:
    text = lines(*GOOD) + (bad + "\n" if isinstance(bad, str) else lines(bad))
    batch = desk.deliver(None, text, "2026-11-01", file="a.jsonl")  # type: ignore[arg-type]
    assert (batch.totals["loaded"], batch.totals["rejected"]) == (3, 1)
    (row,) = desk.store.ledger("quarantine")
    assert (row["code"], row["row"]) == (code, 4)
    assert "Jane Doe" not in str(row["value"])
    assert desk.keys.unseal(row["sealed_row"])


def test_who_refers_to_a_refused_party_is_refused_with_it(desk: Office) -> None:
    batch = deliver(desk, *GOOD, entity("x", kind="club"), relationship("r", "x", "h", interest()))
    assert batch.totals["rejected"] == 2 and [q["code"] for q in desk.store.ledger("quarantine")] == [
        "bods_form",
        "bods_reference",
    ]


def test_a_refused_interest_comes_again_by_its_receipt(desk: Office, tmp_path: Path) -> None:
    """The receipt's row is the declaration as a table; no digit of a document but the last four stands in it."""
    passport = {"identifiers": [{"scheme": "GBR-PASSPORT", "id": "925665416"}]}
    bad = relationship("r", "e", "x", interest(share={"exact": 125}))
    batch = deliver(desk, *GOOD, person("x", details=passport), bad)
    write_receipt(desk.store, batch.seq, desk.keys, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    sheet = next(s for s in book if s.title != "回执")
    titles: dict[str, Any] = {str(c.value): c.column for c in sheet[1]}
    assert sheet.cell(2, titles["interests"]).value == "shareholding =125"
    assert "925665" not in str([[c.value for c in row] for row in sheet.rows])
    sheet.cell(2, titles["interests"]).value = "shareholding =12.5"
    sheet.cell(2, titles["party_number"]).value = "GBR-PASSPORT:925665416"
    book.save(tmp_path / "r.xlsx")
    again = load_file(desk.store, Request(tmp_path / "r.xlsx", NOW, corrects=batch.seq), desk.keys)
    assert (again.totals["loaded"], again.totals["rejected"]) == (1, 0)
    held = desk.store.columns("HOLDS_SHARES_IN", ["owner", "share_min"], Slice(again.seq))
    person_id = coded_id("CN-ID", desk.keys.digest("GBR-PASSPORT:925665416"))
    assert [c.tolist() for c in held.values()] == [[nid(person_id)], [SHARE_ONE // 8]]


def test_circular_components_and_a_firm_that_holds_itself_load(desk: Office) -> None:
    a = relationship("a", "e", "h", interest(), details={"isComponent": True, "componentRecords": ["b"]})
    b = relationship("b", "h", "e", interest(), details={"isComponent": True, "componentRecords": ["a"]})
    own = relationship("c", "e", "e", interest())
    batch = deliver(desk, a, b, own, *GOOD)
    assert batch.totals["loaded"] == 6
    assert [f["code"] for f in desk.store.ledger("finding")] == ["self_holding"]


OLD = {"statementID": "x" * 32, "statementType": "entityStatement", "entityType": "registeredEntity", "name": "A"}


@pytest.mark.parametrize(
    ("first", "version"),
    [
        (OLD, "0.3 or earlier"),
        (OLD | {"publicationDetails": {"bodsVersion": "0.2"}}, "BODS 0.2"),
        (entity("x") | {"publicationDetails": {"bodsVersion": "0.5"}}, "BODS 0.5"),
    ],
)
def test_another_version_is_refused_by_name(desk: Office, first: Any, version: str) -> None:
    with pytest.raises(FileRefused, match=version) as caught:
        deliver(desk, first)
    assert "0.4" in caught.value.remedy and "0.4" in caught.value.zh
    assert desk.store.batches() == []


@pytest.mark.parametrize("make", ["bom", "array", "pretty", "gz"])
def test_the_same_statements_in_another_form_give_the_same_facts(
    desk: Office, keys: KeyRing, tmp_path: Path, make: str
) -> None:
    statements = [*GOOD, relationship("r", "e", "p", interest(share={"minimum": 25, "maximum": 50}))]
    content = {
        "bom": b"\xef\xbb\xbf" + lines(*statements).encode(),
        "array": json.dumps(statements).encode(),
        "pretty": json.dumps(statements, indent=2).encode(),
        "gz": gzip.compress(lines(*statements).encode()),
    }[make]
    path = tmp_path / {"gz": "other.jsonl.gz"}.get(make, "other.json")
    path.write_bytes(content)
    deliver(desk, *statements)
    with open_store("sqlite://") as other:
        batch = load_file(other, Request(path, NOW), keys)
        assert batch.totals["loaded"] == 4
        for table in ("Company", "Person", "HOLDS_SHARES_IN", "IDENTIFIED_BY"):
            assert facts(other, table, Slice(1)) == facts(desk.store, table, Slice(1))


def test_an_array_that_breaks_off_is_refused(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(GOOD)[:-5])
    with pytest.raises(FileRefused, match="not a JSON object"):
        load_file(desk.store, Request(tmp_path / "a.json", NOW), desk.keys)


def test_json_that_is_no_statement_is_no_declaration(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"name": "x", "value": 1}\n')
    with pytest.raises(FileRefused, match="header"):
        load_file(desk.store, Request(tmp_path / "a.jsonl", NOW), desk.keys)
