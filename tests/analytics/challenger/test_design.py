"""What a challenger sees: nothing that follows from what it foretells, nothing from after the day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from analytics.challenger import design as designs
from analytics.challenger.boosted import Boosted
from analytics.challenger.design import Design, design, happened
from analytics.challenger.foresight import checked, foretold, manifest_of
from analytics.challenger.model import Challenger
from analytics.challenger.outcomes import OUTCOMES, outcome, refuse_consequences
from analytics.indicators.pack import pack_on
from analytics.indicators.table import INDICATORS
from graph.errors import UsageError
from graph.identity import coded_id, nid
from graph.time import Moment
from tests.conftest import Office, debtor, firm, penalty, uscc

TODAY = dt.date(2026, 11, 23)
PAST = Moment(dt.date(2025, 6, 30), dt.date(2025, 6, 30), TODAY)


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that asks for little data: a few small sources make a class."""
    pack = pack_on(PAST.as_of)
    monkeypatch.setattr(designs, "pack_on", lambda day: pack.model_copy(update={"coverage_needed": 0.01}))


@pytest.fixture
def town(desk: Office, easy: None) -> Office:
    """Firm 1 is gravely fined before the day, firm 2 in the months after it, firm 3 never; firm 4 is listed before, 5 after."""
    desk.deliver("registrations", [firm(i) for i in range(1, 6)], "2025-06-20", full=True)
    desk.deliver("penalties", [penalty(1, "罚〔2025〕1号", "2025-05-05", 失信严重程度="严重")], "2025-06-20")
    desk.deliver("dishonest_debtors", [debtor(4, "案1", "2025-03-03")], "2025-06-20")
    desk.deliver("penalties", [penalty(2, "罚〔2025〕2号", "2025-12-12")], "2026-01-31")
    desk.deliver("dishonest_debtors", [debtor(5, "案2", "2025-11-11")], "2026-01-31")
    return desk


def key(serial: int) -> int:
    return nid(coded_id("CN-USCC", uscc(serial)))


def test_what_befell_whom_is_read_from_the_later_state(town: Office) -> None:
    what = outcome("penalised")
    made = design(town.store, PAST, what)
    came = happened(town.store, made, what, 12)
    assert {k for k, hit in zip(made.firm.tolist(), came.tolist(), strict=True) if hit} == {key(2)}
    points = dict(zip(made.firm.tolist(), made.values[:, made.indicators.index("R5")].tolist(), strict=True))
    assert points[key(1)] > 0 and points[key(2)] == 0, "the day knows the penalty before it and not the one after"


def test_who_is_listed_already_is_not_asked_about(town: Office) -> None:
    what = outcome("listed")
    made = design(town.store, PAST, what)
    assert key(4) not in made.firm and key(5) in made.firm
    assert made.firm[happened(town.store, made, what, 12) == 1].tolist() == [key(5)]


@pytest.mark.parametrize("name", OUTCOMES)
def test_no_feature_is_made_of_a_consequence(name: str, town: Office) -> None:
    what = outcome(name)
    assert set(what.consequences) <= set(INDICATORS)
    assert not set(design(town.store, PAST, what).indicators) & set(what.consequences)
    for planted in what.consequences:
        with pytest.raises(UsageError, match=f"{planted} would foretell the outcome by its consequence"):
            design(town.store, PAST, what, ("B1", planted))
        with pytest.raises(UsageError, match=planted):
            refuse_consequences(what, ["B1", planted])


def test_what_came_to_be_known_later_is_no_feature(town: Office) -> None:
    with pytest.raises(UsageError, match="what was known on 2025-12-31"):
        design(town.store, Moment(PAST.as_of, dt.date(2025, 12, 31), TODAY), outcome("listed"))


def test_directions_are_those_of_the_table(town: Office) -> None:
    made = design(town.store, PAST, outcome("listed"))
    better = {n for n, s in zip(made.indicators, made.sign, strict=True) if s < 0}
    assert better == {"P1", "P2", "P3"}


def test_what_cannot_be_asked_is_refused(town: Office) -> None:
    what = outcome("penalised")
    made = design(town.store, PAST, what)
    with pytest.raises(UsageError, match="last until 2027-06-30"):
        happened(town.store, made, what, 24)
    with pytest.raises(UsageError, match="no indicator X9"):
        design(town.store, PAST, what, ("X9",))
    with pytest.raises(UsageError, match="no outcome 'bankrupt'"):
        outcome("bankrupt")
    with pytest.raises(UsageError, match="no firm has a class on 2020-01-01"):
        design(town.store, Moment(dt.date(2020, 1, 1), dt.date(2020, 1, 1), TODAY), what)


def challenger(made: Design, name: str, months: int) -> Challenger:
    told = manifest_of(made, name, months) | {"indicators": list(made.indicators)}
    return Challenger(told, Boosted(0.0, ()), ([-1.0, 1.0], [0.1, 0.9]))


def test_a_challenger_is_measured_only_out_of_its_time(town: Office) -> None:
    """Made of 2025-06-30 and the 12 months after: on a day before 2026-06-30 it has seen what it would foretell."""
    made = challenger(design(town.store, PAST, outcome("penalised")), "penalised", 12)
    with pytest.raises(UsageError, match="knows what happened until 2026-06-30"):
        checked(made, Moment.on(dt.date(2026, 6, 29)), "penalised", 12)
    checked(made, Moment.on(dt.date(2026, 6, 30)), "penalised", 12)
    with pytest.raises(UsageError, match="foretells penalised within 12 months"):
        checked(made, Moment.on(TODAY), "listed", 12)


def test_classes_against_what_came(town: Office) -> None:
    by_class, order = foretold(town.store, PAST, "penalised", 12, None, budget=2, draws=50, seed=0)
    firms, befallen = (np.array([row[i] for row in by_class.rows]).sum() for i in (1, 2))
    assert (firms, befallen) == (5, 1)
    assert order.rows[0][0] == "score of the rules"
    with pytest.raises(UsageError, match="it befell 0 of"):
        list(foretold(town.store, PAST, "abnormal", 12, None, budget=2, draws=50, seed=0))


def test_the_rules_are_left_as_they_are(town: Office) -> None:
    """A design holds the rules' classes and scores as `grade` gives them, and writes nothing."""
    before = town.store.ledger("run")
    made = design(town.store, PAST, outcome("penalised"))
    assert set(np.unique(made.classes)) <= set("ABCD") and town.store.ledger("run") == before
