"""Which identifiers prove who an organisation is, and how several are written as one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identifiers import parsed, proves, strongest, valid_lei, written
from tests.conftest import uscc


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("213800BC4TEGCCQH9V07", True),  # Melli Bank plc, as GLEIF publishes it
        ("213800LH1BZH3DI6G760", True),  # BP p.l.c.
        ("213800BC4TEGCCQH9V08", False),
        ("213800BC4TEGCCQH9V0", False),
        ("213800bc4tegccqh9v07", False),
        ("", False),
    ],
)
def test_check_digits_of_legal_entity_identifiers(code: str, valid: bool) -> None:
    assert valid_lei(code) is valid


@pytest.mark.parametrize(
    ("identifiers", "identity"),
    [
        ([("XI-LEI", "213800BC4TEGCCQH9V07"), ("GB-COH", "04152338")], ("GB-COH", "04152338")),
        ([("US-SAM", "3675"), ("XI-LEI", "2138 00BC 4TEG CCQH 9V07")], ("XI-LEI", "213800BC4TEGCCQH9V07")),
        ([("NL-KVK", "1"), ("CN-SAIC", uscc(1)), ("DK-CVR", "2")], ("CN-USCC", uscc(1))),
        ([("NL-KVK", "2"), ("DK-CVR", "1"), ("DK-CVR", "3")], ("DK-CVR", "1")),
        ([("FR-RCS", "542 034 327")], ("FR-RCS", "542034327")),
        ([("US-SAM", "3675"), ("DE-CR", "HRB 1"), ("CN-SAIC", "91"), ("Companies House", "1")], None),
        ([], None),
    ],
)
def test_the_strongest_identifier(identifiers: list[tuple[str, str]], identity: tuple[str, str] | None) -> None:
    assert strongest(identifiers) == identity == strongest(identifiers[::-1])
    assert all(proves(*i) in (None, identity) or identity for i in identifiers)


TEXT = st.text(min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_any_identifiers_come_back_from_their_text(identifiers: list[tuple[str, str]]) -> None:
    assert parsed(written(identifiers)) == sorted(set(identifiers))


@pytest.mark.parametrize("text", ["GB-COH", "GB-COH:", ":1", "a:1; b"])
def test_a_part_without_scheme_or_value_is_no_identifier(text: str) -> None:
    with pytest.raises(ValueError, match=r"^\s*\S"):
        parsed(text)
