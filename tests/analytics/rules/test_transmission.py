"""The dated pack of own risk and transmission: what it must say, and what is refused."""

from __future__ import annotations

import copy
import datetime as dt
from importlib import resources
from typing import Any

import pytest
import yaml

from analytics.rules.transmission import read_transmission_packs, transmission_on, transmission_packs
from graph.errors import PackError
from graph.schema import SCHEMA

SHIPPED: list[dict[str, Any]] = yaml.safe_load(
    resources.files("analytics").joinpath("rules/transmission.yaml").read_text("utf-8")
)["packs"]


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
    ("change", "why"),
    [
        ({"source": ""}, "source"),
        ({"valid_to": dt.date(2030, 1, 1)}, "nothing follows"),
        ({"own_cap": 1.0}, "own_cap"),
        ({"surprise": 1}, "surprise"),
        ({"not_adverse": ["Permit"]}, "AnnualReport"),
        ({"group_caps": {"people": 0.5}}, "no cap for"),
        ({"transmission": {"LOVES": {"group": "people", "forward": 0.1, "backward": 0.1}}}, "LOVES"),
        ({"transmission": {"CONTROLS": {"group": "people", "forward": 1.1, "backward": 0.1}}}, "forward"),
    ],
)
def test_a_pack_that_is_wrong_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(PackError, match=why):
        read_transmission_packs("transmission.yaml", [copy.deepcopy(SHIPPED[0]) | change])


@pytest.mark.parametrize(("start", "kind"), [("2026-02-01", "a gap"), ("2025-12-01", "an overlap")])
def test_packs_leave_no_gap_and_do_not_overlap(start: str, kind: str) -> None:
    first = copy.deepcopy(SHIPPED[0]) | {"valid_to": dt.date(2026, 1, 1)}
    second = copy.deepcopy(SHIPPED[0]) | {"pack": "next", "valid_from": dt.date.fromisoformat(start)}
    with pytest.raises(PackError, match=kind):
        read_transmission_packs("transmission.yaml", [first, second])


def test_a_rule_names_properties_of_its_label() -> None:
    wrong = copy.deepcopy(SHIPPED[0])
    wrong["own_risk"]["Complaint"] = {"by": "colour", "half_life": 6}
    with pytest.raises(PackError, match="Complaint has no colour"):
        read_transmission_packs("transmission.yaml", [wrong])


def test_before_the_first_pack_nothing_is_in_force() -> None:
    with pytest.raises(PackError, match="1979"):
        transmission_on(dt.date(1979, 1, 1))
