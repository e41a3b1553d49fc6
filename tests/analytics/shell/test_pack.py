"""The pack of signs as data: what is wrong is refused with its line."""

from __future__ import annotations

import pytest

from tests.analytics.rules.refusal import assert_refused

UNREACHABLE = "        unreachable: {lr: 4, lost_from: 2, steps: [0.4, 0.3, 0.3]}\n"


@pytest.mark.parametrize(
    ("before", "after", "message", "on"),
    [
        ("valid_to: null", "valid_to: 2030-01-01", "nothing follows", None),
        ("    valid_from: 2017-01-01\n", "", "valid_from: it is missing", "pack: shell-1"),
        ("unreachable: {", "unknowable: {", "there is no sign unknowable", None),
        (UNREACHABLE, "", "unreachable is missing", "groups:"),
        ("crowded_room: {lr: 8", "crowded_room: {lr: 21", "lr 21", None),
        ("crowded_room: {lr: 8", "crowded_room: {lr: 0.01", "lr 0.01", None),
        ("crowded_room: {lr: 8", "crowded_room: {lr: 0", "lr: it is not greater than 0", None),
        ("crowded_room: {lr: 8, ", "crowded_room: {", "lr: it is missing", None),
        (
            "agents_contact: {lr: 4}\n      people:",
            "agents_contact: {lr: 4}\n        star: {lr: 4}\n      people:",
            "star stands there twice",
            "star: {lr: 4, least: 3",
        ),
        ("prior: 0.01", "prior: 1.5", "prior", None),
        ("source: algorithms", "sauce: algorithms", "source", "pack: shell-1"),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, message: str, on: str | None) -> None:
    assert_refused("shell", before, after, message, on=on)
