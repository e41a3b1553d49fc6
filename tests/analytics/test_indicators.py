"""Every indicator against its cases (cases.yaml): through the real pipeline, firm by firm."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from analytics.classes.grades import Grades
from analytics.classes.grading import grade
from analytics.indicators.baseline import Baseline
from analytics.indicators.pack import pack_on
from analytics.indicators.parts import RuleClass
from analytics.indicators.table import INDICATORS
from graph.identity import coded_id, nid
from graph.projection import GraphProjection
from graph.time import Moment
from loaders.source import sources
from tests.conftest import SAMPLE, Office, debtor, firm, number, penalty, uscc

TODAY = dt.date(2026, 11, 23)
CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
SUBJECT = 50  # the firm that a case is about; those beside it are 51, 52, ...
WORDS = {"case", "points", "red_line", "floor_c", "before", "others", "also_firms", "baseline"}


def row(source: str, serial: int, given: dict[str, Any]) -> dict[str, Any]:
    """A row of a source about a firm, with its name and code where the source has a column for them."""
    given = {
        k: (v.format(id=number(50), own=uscc(SUBJECT), other=uscc(99)) if isinstance(v, str) else str(v))
        for k, v in given.items()
    }
    if source == "registrations":
        return firm(serial, **given)
    if source == "penalties":
        return penalty(serial, "", "") | given
    if source == "dishonest_debtors":
        return debtor(serial, "", "") | given
    name, code = f"云津样例{serial}商贸有限公司", uscc(serial)
    own = {f.name: f.zh for f in sources()[source].fields}
    party, key = own.get("party_name", "企业名称"), own.get("code", "统一社会信用代码")
    return {party: name, key: code, **given}


def grades(desk: Office, names: tuple[str, ...], case: dict[str, Any]) -> tuple[GraphProjection, Grades]:
    for day, delivered in case.get("before", {}).items():
        for source, given in delivered.items():
            desk.deliver(source, [row(source, SUBJECT, g) for g in given], str(day))
    firms = range(SUBJECT, SUBJECT + 1 + case.get("also_firms", 0))
    delivered = {k: v for k, v in case.items() if k not in WORDS}
    delivered.setdefault("registrations", [{}])
    if "also_firms" in case and "registrations" not in case:
        delivered["registrations"] = [{}]
    for source, given in delivered.items():
        desk.deliver(source, [row(source, serial, g) for serial in firms for g in given], "2026-11-20")
    for source in {s for n in names for s in INDICATORS[n].sources} - set(delivered):
        desk.deliver(source, sources()[source].sample.format(**SAMPLE), "2026-11-20")
    for source, given in case.get("others", {}).items():
        desk.deliver(source, [row(source, 99, g) for g in given], "2026-11-20")
    pack = pack_on(TODAY)
    only = pack.model_copy(update={"indicators": {n: pack.indicators[n] for n in names}})
    projection = GraphProjection.from_store(desk.store, Moment.on(TODAY))
    against = Baseline("case", {}, case["baseline"]) if "baseline" in case else None
    return projection, grade(desk.store, projection, only, against)


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(n, c, id=f"{n} {c['case']}") for n, cases in CASES.items() for c in cases]
)
def test_its_cases(desk: Office, name: str, case: dict[str, Any]) -> None:
    names = tuple(dict.fromkeys([name, *(["R5"] if "penalties" in case and name[0] == "P" else [])]))
    projection, found = grades(desk, names, case)
    at = found.of(projection.position(nid(coded_id("CN-USCC", uscc(SUBJECT)))))
    mine = (found.parts.company == at) & (found.parts.indicator == 0)
    assert found.parts.points[mine].sum() / 1000 == pytest.approx(case.get("points", 0), abs=0.0011)
    assert found.parts.red_line[mine].any() == case.get("red_line", False)
    assert found.parts.floor_c[mine].any() == case.get("floor_c", False)


def test_every_indicator_has_cases_where_it_fires_and_where_it_is_silent() -> None:
    for name in INDICATORS:
        fires = [bool(c.get("points") or c.get("red_line")) for c in CASES.get(name, [])]
        assert True in fires and False in fires, name


def test_every_indicator_is_documented_and_says_what_kind_of_rule_it_is() -> None:
    for name, entry in INDICATORS.items():
        assert (entry.compute.__doc__ or "").startswith(name), name
        assert entry.sources and entry.zh and entry.en and set(entry.sources) <= set(sources())
        assert (entry.rule_class is RuleClass.STATUTORY) == bool(entry.anchor), name
    assert set(pack_on(TODAY).indicators) == set(INDICATORS)


def test_the_table_is_that_of_the_domain() -> None:
    """3-indicators.md: all 49 rows; basic 100, dynamics 150, regulatory 400, association 200, social 150 points."""
    most = pack_on(TODAY).indicators
    sums: dict[str, int] = {}
    for name, entry in INDICATORS.items():
        if not most[name].get("positive"):
            sums[entry.dimension] = sums.get(entry.dimension, 0) + int(most[name]["points"])
    assert sums == {"basic": 100, "dynamics": 150, "regulatory": 400, "association": 200, "social": 150}
    assert len(INDICATORS) == 49 and sum(bool(s.get("red_line")) for s in most.values()) == 4
