"""The pack of strengths: what is wrong is refused with its line."""

from __future__ import annotations

import pytest

from tests.analytics.rules.refusal import assert_refused


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("CONTROLS: 0.95", "CONTROLS: 1.2", "CONTROLS"),
        ("CONTROLS: 0.95", "ADMIRES: 0.95", "there is no relationship type ADMIRES"),
        ("{none: 0.3, whole", "{none: 0, whole", "HOLDS_SHARES_IN.*none"),
        ("{none: 0.3, whole", "{half: 0.3, whole", "HOLDS_SHARES_IN"),
        ("former: 0.5 ", "former: 0 ", "former"),
        ("{hosted: 200", "{haunted: 200", "there is no kind of hub haunted"),
        ("valid_to: null", "valid_to: 2020-01-01", "nothing follows"),
        ("hub_degree: 20", "hub_degree: 20\n    surplus: 1", "surplus"),
    ],
)
def test_a_bad_pack_is_refused_with_the_line(before: str, after: str, said: str) -> None:
    assert_refused("strengths", before, after, said, on=after.splitlines()[-1])


def test_a_source_is_named() -> None:
    assert_refused("strengths", "source: ", "source: '' # ", "source")
