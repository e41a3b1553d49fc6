"""The dated pack of own risk and transmission: what it must say, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.rules.transmission import transmission_on, transmission_packs
from graph.schema import SCHEMA
from tests.analytics.rules.refusal import assert_refused


def test_every_label_of_records_is_judged_and_all_numbers_are_marked_as_guesses() -> None:
    for pack in transmission_packs():
        assert {*pack.own_risk, *pack.not_adverse} == set(SCHEMA.record_labels())
        assert pack.guess and "guess" in pack.source


def test_the_start_values_are_those_of_the_text() -> None:
    """algorithms.md section 2: controller .35, parent .30 x share, representative .35, guarantor .50, officer .10,
    telephone .08, address .03, cap .95, L = 3."""
    pack = transmission_on(dt.date(2026, 11, 23))
    rule = pack.transmission
    assert (rule["HOLDS_SHARES_IN"].forward, rule["HOLDS_SHARES_IN"].backward) == (0.35, 0.30)
    assert rule["LEGAL_REPRESENTATIVE_OF"].forward == 0.35 and rule["GUARANTEES"].backward == 0.50
    for name in ("LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN"):
        assert rule[name].forward * rule[name].backward == pytest.approx(0.10, abs=2e-4)
    assert rule["USES_CONTACT"].forward * rule["USES_CONTACT"].backward == 0.08
    assert rule["REGISTERED_AT"].forward * rule["REGISTERED_AT"].backward == 0.03
    assert (pack.own_cap, pack.rounds) == (0.95, 3)


@pytest.mark.parametrize(
    ("before", "after", "why", "on"),
    [
        ("valid_to: null", "valid_to: 2030-01-01", "nothing follows", None),
        ("own_cap: 0.95", "own_cap: 1.0", "own_cap", None),
        ("rounds: 3", "surprise: 1\n    rounds: 3", "surprise", "surprise"),
        ("not_adverse: [Permit, ", "not_adverse: [Permit, Complaint, ", "Complaint stands there twice", None),
        ("not_adverse: [Permit, ", "not_adverse: [", "Permit is missing", "own_risk:"),
        ("not_adverse: [Permit, ", "not_adverse: [Permit, Rumour, ", "there is no label of records Rumour", None),
        (
            "group_caps: {ownership: 0.80, ",
            "group_caps: {",
            "there is no cap for group ownership",
            "HOLDS_SHARES_IN: {",
        ),
        ("      CONTROLS: {group", "      LOVES: {group", "there is no relationship type LOVES", None),
        ("CONTROLS: {group: ownership, forward: 0.35", "CONTROLS: {group: ownership, forward: 1.1", "forward", None),
        ("Complaint: {where", "Complaint: {by: colour, where", "there is no property of Complaint colour", None),
        ("dishonest_debtor: 0.60", "dishonest_debtor: 1.60", "ListEntry.weights.dishonest_debtor", None),
    ],
)
def test_a_pack_that_is_wrong_is_refused_with_the_line(before: str, after: str, why: str, on: str | None) -> None:
    assert_refused("transmission", before, after, why, on=on)


def test_a_source_is_named() -> None:
    assert_refused("transmission", "source: ", "source: '' # ", "source")
