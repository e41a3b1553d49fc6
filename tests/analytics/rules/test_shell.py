"""The pack of signs as data: what is wrong is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.rules.shell import read_shell_packs
from analytics.shell.signs import SIGNS
from graph.errors import PackError

PACK = Path(__file__).parents[3] / "analytics/rules/shell.yaml"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("valid_to: null", "valid_to: 2030-01-01", "nothing follows"),
        ("    valid_from: 2017-01-01\n", "", "valid_from: Field required"),
        ("unreachable: {", "unknowable: {", "unknowable: there is no such sign"),
        ("        unreachable: {lr: 4, lost_from: 2, steps: [0.4, 0.3, 0.3]}\n", "", "unreachable is missing"),
        ("crowded_room: {lr: 8", "crowded_room: {lr: 21", "lr 21"),
        ("crowded_room: {lr: 8", "crowded_room: {lr: 0", "lr 0"),
        ("crowded_room: {lr: 8, ", "crowded_room: {", "lr None"),
        ("agents_contact: {lr: 4}", "agents_contact: {lr: 4}\n        star: {lr: 4}", "stands in place too"),
        ("prior: 0.01", "prior: 1.5", "prior"),
        ("source: algorithms", "sauce: algorithms", "source"),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, message: str) -> None:
    text = PACK.read_text("utf-8")
    assert before in text
    with pytest.raises(PackError, match=message) as refused:
        read_shell_packs("p.yaml", text.replace(before, after, 1), tuple(SIGNS))
    assert "p.yaml, line " in str(refused.value)


@pytest.mark.parametrize(("second", "message"), [("2031-01-01", "a gap"), ("2029-01-01", "an overlap")])
def test_packs_follow_each_other(second: str, message: str) -> None:
    text = PACK.read_text("utf-8")
    first = text.replace("valid_to: null", "valid_to: 2030-01-01")
    body = text.partition("packs:\n")[2].replace("2017-01-01", second).replace("shell-1", "shell-2")
    with pytest.raises(PackError, match=message):
        read_shell_packs("p.yaml", first + body, tuple(SIGNS))
